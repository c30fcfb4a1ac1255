"""`timthau mails`: what waits, what came back; send one again, use an address again, forget a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.terminal import say
from timthau.config import Settings

if TYPE_CHECKING:  # loaded when a command needs it
    from desk.mail import MailDesk


@click.group()
def mails() -> None:
    """Single mails: what waits and what came back, sending again, forgetting a person."""


@mails.command("list")
def list_mails() -> None:
    """List mails that wait or failed, what came back, and subscriptions that nothing is sent to."""
    with _desk() as desk:
        view = desk.view()
    say(", ".join(f"{number} {state}" for state, number in view.counts.items()))
    for mail in (*view.waiting, *view.failed):
        when = f"{mail.created_at:%Y-%m-%d %H:%M}"
        say(f"{mail.id}  {mail.state:<7}  {mail.kind:<12}  {when}  {mail.email}  {mail.answer}".rstrip())
    for mail, kind, at, diagnostic in view.reports:
        say(f"{mail.id}  {kind:<11}  {at:%Y-%m-%d %H:%M}  {mail.email}  {diagnostic}")
    for row in view.suppressed:
        say(f"{row.id}  nothing is sent to {row.email}")


@mails.command("resend")
@click.argument("id")
def resend_mail(id: str) -> None:  # noqa: A002  # click names the argument after it
    """Put a mail in the queue again, as it was written."""
    from desk.office import present

    with _desk() as desk:
        desk.resend(id, present())
    say(f"{id}: waits")


@mails.command("release")
@click.argument("subscription")
def release_subscription(subscription: str) -> None:
    """Send to a SUBSCRIPTION again whose address had bounced."""
    from desk.office import present

    with _desk() as desk:
        desk.release(subscription, present())
    say(f"{subscription}: is sent to again")


@mails.command("forget")
@click.argument("email")
def forget_person(email: str) -> None:
    """Delete all that is known of an address: its subscriptions, what they were told of, and its mails.

    \b
    Example: timthau mails forget somebody@example.vn
    """
    from desk.office import present

    with _desk() as desk:
        say(f"{desk.forget(email, present())} subscriptions deleted, with all mails of the address")


@contextmanager
def _desk() -> "Iterator[MailDesk]":
    from desk.mail import MailDesk
    from desk.office import open_office, terminal_operator

    with open_office(Settings.load()) as office:
        yield MailDesk(office, terminal_operator())
