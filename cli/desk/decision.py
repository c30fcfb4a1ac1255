"""What belongs together, by commands: `timthau buyers`, `timthau notices join|part`, `timthau admin decisions|undo`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from cli.desk.notice import catch_up_indexes, notices
from cli.terminal import say, say_json
from timthau.config import Settings
from timthau.model.relation import RelationKind

if TYPE_CHECKING:  # loaded when a command needs it
    from desk.decision import DecisionDesk

_reason = click.option("--reason", default="", help="Why, for those who come after you.")


@click.group()
def buyers() -> None:
    """Buyers: join two names that are one, part a spelling that is another one."""


@buyers.command("join")
@click.argument("name")
@click.argument("into")
@_reason
def join_buyers(name: str, into: str, reason: str) -> None:
    """Let NAME, with all its spellings, be the buyer INTO from now on, also in what is read later.

    \b
    Example: timthau buyers join "BV Nhi Gia Lai" "Bệnh viện Nhi tỉnh Gia Lai" --reason "its letter of 1 December"
    """
    _decide(lambda desk, now: desk.join_buyers(name, into, reason, now))


@buyers.command("part")
@click.argument("spelling")
@_reason
def part_buyer(spelling: str, reason: str) -> None:
    """Let a SPELLING, as notices have it, be a buyer of its own."""
    _decide(lambda desk, now: desk.part_buyer(spelling, reason, now))


@notices.command("join")
@click.argument("id")
@click.argument("kind", type=click.Choice(list(RelationKind)))
@click.argument("other")
@_reason
def join_notices(id: str, kind: str, other: str, reason: str) -> None:  # noqa: A002  # click names the argument after it
    """Let the notice ID amend, repeat, award … the notice OTHER, or be the same; it counts whatever the rules say.

    \b
    Example: timthau notices join 7gk2hzm3qt5xw6ab amends k3v7m2qhzt5xw6ab --reason "says so on its second page"
    """
    _decide(lambda desk, now: desk.join_notices(id, kind, other, reason, now))


@notices.command("part")
@click.argument("id")
@click.argument("other")
@_reason
def part_notices(id: str, other: str, reason: str) -> None:  # noqa: A002  # as above
    """Let two notices have nothing to do with each other, whatever the rules say."""
    _decide(lambda desk, now: desk.part_notices(id, other, reason, now))


@click.command("decisions")
def export_decisions() -> None:
    """Print what was joined and parted, with what was undone: one JSON object a line, oldest first."""
    with _desk() as desk:
        for decision in desk.export():
            say_json(decision)


@click.command("undo")
@click.argument("number", type=int)
def undo(number: int) -> None:
    """Let what was joined or parted by a NUMBER of `timthau admin decisions` be as if it had not been decided."""
    from desk.office import present

    with _desk() as desk:
        desk.undo(number, present())
    catch_up_indexes()
    say(f"decision {number}: undone")


def _decide(decide: "Callable[[DecisionDesk, datetime], int]") -> None:
    from desk.office import present

    with _desk() as desk:
        number = decide(desk, present())
    catch_up_indexes()
    say(f"decision {number}: holds (`timthau admin undo {number}` undoes it)")


@contextmanager
def _desk() -> "Iterator[DecisionDesk]":
    from desk.decision import DecisionDesk
    from desk.office import open_office, terminal_operator

    with open_office(Settings.load()) as office:
        yield DecisionDesk(office, terminal_operator())
