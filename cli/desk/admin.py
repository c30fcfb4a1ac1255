"""`timthau admin`: who may sit at the desk under /admin, what was done there, and the work that was asked for there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.terminal import say, say_json
from timthau.config import Settings

if TYPE_CHECKING:  # loaded when a command needs it
    from desk.account import Accounts


@click.group()
def admin() -> None:
    """The operator's desk under /admin: accounts, what was done, what was asked for."""


@admin.command("create")
@click.argument("name")
@click.option("--second-factor", is_flag=True, help="Ask for a code of an authenticator too.")
@click.password_option(help="12 letters or more; asked for when not given.")
def create_account(name: str, second_factor: bool, password: str) -> None:
    """Make an account; the first one opens the desk.

    \b
    Example: timthau admin create lan --second-factor
    """
    from desk.office import present, terminal_operator

    with _accounts() as accounts:
        accounts.create(name, password, terminal_operator(), present())
        say(f"{name} may sit at the desk now: /admin")
        if second_factor:
            _begin_code(accounts, name)


@admin.command("password")
@click.argument("name")
@click.password_option(help="12 letters or more; asked for when not given.")
def change_password(name: str, password: str) -> None:
    """Give an account another password, and end its sessions."""
    from desk.office import present, terminal_operator

    with _accounts() as accounts:
        accounts.change_password(name, password, terminal_operator(), present())
    say(f"{name} has another password")


@admin.command("second-factor")
@click.argument("name")
@click.option("--off", is_flag=True, help="Ask for the password alone.")
def change_code(name: str, off: bool) -> None:
    """Ask an account for a code of an authenticator too, with a new secret; ends its sessions."""
    from desk.office import present, terminal_operator

    with _accounts() as accounts:
        if off:
            accounts.end_code(name, terminal_operator(), present())
            say(f"{name} is asked for the password alone")
        else:
            _begin_code(accounts, name)


@admin.command("remove")
@click.argument("name")
def remove_account(name: str) -> None:
    """Delete an account, and end its sessions; without any account there is no desk."""
    from desk.office import present, terminal_operator

    with _accounts() as accounts:
        accounts.remove(name, terminal_operator(), present())
    say(f"{name} may not sit at the desk any more")


@admin.command("list")
def list_accounts() -> None:
    """List the accounts."""
    from desk.office import open_office

    with open_office(Settings.load()) as office:
        for name in office.accounts.names():
            account = office.accounts.account(name)
            factor = "with a second factor" if account and account.code_secret else "password alone"
            say(f"{name}  {factor}")


@admin.command("log")
@click.option("-n", "limit", type=click.IntRange(1), default=50, show_default=True, help="Deeds to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a deed instead of lines to read.")
def show_log(limit: int, as_json: bool) -> None:
    """Show who did what at the desk and by commands, newest first."""
    from desk.office import open_office

    with open_office(Settings.load()) as office:
        deeds = office.deeds.deeds(limit=limit)
    for deed in deeds:
        if as_json:
            say_json(vars(deed) | {"done_at": deed.done_at.isoformat()})
        else:
            where = f" from {deed.network}" if deed.network else ""
            when = f"{deed.done_at:%Y-%m-%d %H:%M:%S}"
            say(f"{when}  {deed.who}{where}: {deed.what} {deed.target}  {deed.detail}".rstrip())


@admin.command("work")
def work_off() -> None:
    """Do what was asked for on the desk's pages and end; `timthau run` does it whenever something waits."""
    from cli.session import open_search
    from desk.office import open_office, present
    from desk.worker import ErrandWorker

    settings = Settings.load()
    with open_office(settings) as office:
        for errand in ErrandWorker(office, now=present).work_off():
            say(f"{errand.work} {errand.target}: {errand.outcome}")
    with open_search(settings):  # brings the index up to date
        pass


def _begin_code(accounts: "Accounts", name: str) -> None:
    from desk.office import present, terminal_operator

    secret = accounts.begin_code(name, terminal_operator(), present())
    say(f"put into the authenticator of {name}: {secret.code_secret}\nor, as a picture made of it: {secret.address}")


@contextmanager
def _accounts() -> "Iterator[Accounts]":
    from desk.account import Accounts
    from desk.office import open_office

    with open_office(Settings.load()) as office:
        yield Accounts(office)
