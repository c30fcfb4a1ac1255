"""`timthau alerts`: match, write and send; see what there is; read what came back."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.terminal import say
from timthau.config import Settings
from timthau.errors import MailError

if TYPE_CHECKING:  # loaded when a command needs it
    from email.message import Message

_SHOWN = 20  # mails in a list


@click.group()
def alerts() -> None:
    """E-mail alerts: who gets them, what is sent, what came back."""


@alerts.command("run")
def run_alerts() -> None:
    """Match what changed, write the mails that are due, and send them; once. `timthau run` does it every minute.

    Exit code 1 when the relay cannot be used; nothing is lost, the next round goes on.
    """
    from alerts.mailer import open_mailer
    from alerts.stores import AlertStores
    from alerts.worker import Worker

    settings = Settings.load()
    with AlertStores.open(settings) as stores, open_mailer(settings) as mailer:
        done = Worker(stores, mailer).run()
    tally = done.tally
    say(
        f"{done.matched} matches, {done.written} mails written, {tally.sent} sent, {tally.filed} filed in "
        f"{settings.home / 'outbox'}, {tally.put_back} put back, {tally.failed} failed"
    )
    if tally.trouble:
        raise MailError(tally.trouble)


@alerts.command("preview")
@click.argument("query", required=False, default="")
@click.option("--params", help="A whole search as in the address of the page, such as 'q=băng+phim&open=1'.")
def preview_alerts(query: str, params: str | None) -> None:
    """Say what a subscription to a search would have sent in the last 30 days.

    \b
    Example: timthau alerts preview "băng phim"
    """
    from alerts.preview import preview
    from alerts.stores import AlertStores
    from alerts.subscription import read_query
    from alerts.worker import present
    from cli.session import open_search
    from index.query import Query

    if bool(query) == bool(params):
        raise click.UsageError("give a QUERY or --params, one of them")
    try:
        wish = read_query(params) if params else Query(text=query)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    settings = Settings.load()
    with open_search(settings) as (store, engine), AlertStores.open(settings) as stores:
        seen = preview(wish, store=store, alerts=stores.alerts, engine=engine, now=present(), recent=settings.news)
    say(f"{seen.notices} notices on {seen.busy_days} of the last {seen.days} days, about {seen.weekly} a week")
    if seen.suggestion:
        say(f"in notices it is spelt: {seen.suggestion}")
    for notice in seen.newest:
        say(f"  {notice.id}  {notice.title}")


@alerts.command("list")
def list_alerts() -> None:
    """List the subscriptions with their states, then the latest mails."""
    from alerts.stores import AlertStores
    from alerts.subscription import Subscription
    from alerts.wording import words_of

    with AlertStores.open(Settings.load()) as stores:
        for row in stores.subscriptions.all():
            about = stores.registry.describe(Subscription.from_row(row), words_of("en"))
            reminder = f", reminder {row.reminder_days} working days before" if row.reminder_days else ""
            say(f"{row.id}  {row.state:<8}  {row.frequency:<9}  {row.email}  {about}{reminder}")
        for mail in stores.mails.mails(limit=_SHOWN):
            when = f"{mail.settled_at or mail.created_at:%Y-%m-%d %H:%M}"
            say(f"{mail.id}  {mail.state:<7}  {mail.kind:<12}  {when}  {mail.email}  {mail.answer}".rstrip())


@alerts.command("bounce")
@click.argument("box", type=click.Path(exists=True, path_type=Path, allow_dash=True))
def read_bounces(box: Path) -> None:
    """Read what came back to TIMTHAU_MAIL_FROM: bounces disable an address, complaints unsubscribe it.

    BOX is a maildir (what is new in it), an mbox file, one message, or - for one message on stdin, as a mail server
    pipes it.

    \b
    Example: timthau alerts bounce /var/mail/timthau/Maildir
    """
    from alerts.bounce import MOST_OF_A_MESSAGE, load_messages, parse_message, parse_report, take_report
    from alerts.stores import AlertStores
    from alerts.worker import present

    def each() -> Iterator["Message"]:
        yield from [parse_message(sys.stdin.buffer.read(MOST_OF_A_MESSAGE))] if str(box) == "-" else load_messages(box)

    counts: dict[str, int] = {}
    with AlertStores.open(Settings.load()) as stores:
        for message in each():
            report = parse_report(message)
            taken = report is not None and take_report(stores, report, present())
            name = str(report.kind) if report and taken else "known or not ours"
            counts[name] = counts.get(name, 0) + 1
    say(", ".join(f"{number} {name}" for name, number in sorted(counts.items())) or "nothing new")
