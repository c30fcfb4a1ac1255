"""`timthau backup`, `restore` and `store copy`: a whole installation in one file and back, a store elsewhere."""

from pathlib import Path

import click

from cli.terminal import say, show_progress
from timthau.config import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--no-originals", is_flag=True, help="Leave out the files of notices, which can be many gigabytes.")
@click.option("--secrets", is_flag=True, help="Put in the secret key too: without it, links in old mails do nothing.")
def backup(file: Path, no_originals: bool, secrets: bool) -> None:
    """Put store, own definitions and originals into one FILE, while everything goes on.

    \b
    Example: timthau backup --secrets /var/backups/timthau.tar.gz
    """
    from desk.backup import write_backup
    from desk.office import present

    report = write_backup(Settings.load(), file, originals=not no_originals, secrets=secrets, now=present())
    beside = f"{report.files} files beside the store" + ("" if report.has_secrets else ", no secret key")
    say(f"{file}: {report.notices} notices, {beside}, {file.stat().st_size / 1e6:.1f} MB")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Put it in the place of the notices that are here.")
def restore(file: Path, replace: bool) -> None:
    """Put what a backup FILE has in the place of what is here; end `timthau run` and the page first.

    The search index is made anew when the page starts.

    \b
    Example: timthau restore /var/backups/timthau.tar.gz
    """
    from desk.backup import restore_backup

    report = restore_backup(Settings.load(), file, replace=replace)
    say(f"{report.notices} notices of {report.made_at}, {report.files} files beside the store")


@click.group()
def store() -> None:
    """The database as a whole."""


@store.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy the store from one database into another that is empty, and check that nothing differs.

    FROM and TO are SQLAlchemy URLs, as in TIMTHAU_DATABASE_URL. End everything that writes to FROM first; afterwards
    set TIMTHAU_DATABASE_URL to TO. The index stays as it is.

    \b
    Example: timthau store copy sqlite:///var/timthau.db postgresql+psycopg://timthau@db/timthau
    """
    from timthau.exchange.database import copy_store

    with show_progress("copy", unit="rows") as progress:
        copied = copy_store(source, target, progress=progress.reach)
    for table in copied:
        if table.rows:
            say(f"{table.name}: {table.rows} rows")
    say(f"{sum(table.rows for table in copied)} rows copied and compared")
