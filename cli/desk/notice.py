"""`timthau notices`: what an operator does to single notices: read again, correct, hide."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.terminal import say, say_json
from timthau.config import Settings
from timthau.errors import CrawlError

if TYPE_CHECKING:  # loaded when a command needs it
    from desk.notice import NoticeDesk


@click.group()
def notices() -> None:
    """Single notices: read one again, correct what was read, hide one."""


@notices.command("show")
@click.argument("id")
def show_notice(id: str) -> None:  # noqa: A002  # click names the argument after it
    """Show what a notice says now, what was corrected, and whether it is hidden."""
    with _desk() as desk:
        view = desk.view(id)
    said = view.notice.to_json()
    say(f"{view.notice.title}\n    {view.notice.url}\n    version {view.notice.version} of {view.notice.source}")
    for correction in view.corrections:
        over = f", reverted by {correction.reverted_by}" if correction.reverted_at else ""
        say(
            f"    {correction.field}: {correction.value}, corrected by {correction.made_by} on "
            f"{correction.made_at:%Y-%m-%d %H:%M}{over}; the page says {correction.said}: {correction.reason or '-'}"
        )
    if view.hiding:
        say(f"    hidden by {view.hiding.hidden_by} on {view.hiding.hidden_at:%Y-%m-%d %H:%M}: {view.hiding.reason}")
    say_json({name: said[name] for name in ("kind", "buyer", "published_at", "deadline_at", "amount_vnd")})


@notices.command("correct")
@click.argument("id")
@click.argument("field")
@click.argument("value")
@click.option("--reason", default="", help="Why, for those who come after you.")
def correct_notice(id: str, field: str, value: str, reason: str) -> None:  # noqa: A002  # as above
    """Put a VALUE in place of what the page says; it stays when the page is read again.

    FIELD is a name of Notice JSON, such as deadline_at; an empty VALUE means that nothing is stated.

    \b
    Example: timthau notices correct 7gk2hzm3qt5xw6ab deadline_at "2026-12-01 17:00" --reason "letter of the buyer"
    """
    from desk.office import present

    with _desk() as desk:
        desk.correct(id, field, value, reason, present())
        say(f"{id}: {field} is {desk.view(id).notice.to_json()[field]}")
    catch_up_indexes()


@notices.command("revert")
@click.argument("id")
@click.argument("field")
def revert_notice(id: str, field: str) -> None:  # noqa: A002  # as above
    """Let what the page says count again in a field that was corrected."""
    from desk.office import present

    with _desk() as desk:
        desk.revert(id, field, present())
        say(f"{id}: {field} is {desk.view(id).notice.to_json()[field]}, as the page says")
    catch_up_indexes()


@notices.command("hide")
@click.argument("id")
@click.option("--reason", required=True, help="Why, for those who come after you.")
def hide_notice(id: str, reason: str) -> None:  # noqa: A002  # as above
    """Show a notice to nobody: on no page, in no search, no mail and no export."""
    from desk.office import present

    with _desk() as desk:
        desk.hide(id, reason, present())
    catch_up_indexes()
    say(f"{id}: hidden")


@notices.command("unhide")
@click.argument("id")
def unhide_notice(id: str) -> None:  # noqa: A002  # as above
    """Show a hidden notice again."""
    from desk.office import present

    with _desk() as desk:
        desk.unhide(id, present())
    catch_up_indexes()
    say(f"{id}: shown again")


@notices.command("reread")
@click.argument("id")
def reread_notice(id: str) -> None:  # noqa: A002  # as above
    """Read the page of a notice again, now; what was corrected stays."""
    from cli.crawl import crawl_once
    from desk.office import present

    with _desk() as desk:
        pages = desk.find_pages(id)
        before = desk.view(id).notice.version
        desk.note_reread(id, present())
    reports = crawl_once(pages, announce=lambda _: None, since=None, full=False, max_pages=None, delay=None)
    if bad := [report for report in reports if report.status != "ok"]:
        raise CrawlError("; ".join(f"{report.source}: {report.message}" for report in bad))
    with _desk() as desk:
        after = desk.view(id).notice.version
    say(f"{id}: version {after}, {'as before' if after == before else f'before it was {before}'}")


@notices.command("corrections")
def export_corrections() -> None:
    """Print all corrections, with those that were reverted: one JSON object a line, oldest first."""
    with _desk() as desk:
        for correction in desk.export_corrections():
            say_json(correction)


@contextmanager
def _desk() -> "Iterator[NoticeDesk]":
    from desk.notice import NoticeDesk
    from desk.office import open_office, terminal_operator

    with open_office(Settings.load()) as office:
        yield NoticeDesk(office, terminal_operator())


def catch_up_indexes() -> None:
    """Bring the indexes up to date with what was done."""
    from cli.session import follow_store

    with follow_store(Settings.load()):
        pass
