"""`timthau import`, `export` and `changes`: notices in and out, and what has become of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeVar

import click

from cli.terminal import DAY, Progress, say, say_json, show_progress
from timthau.config import Settings
from timthau.errors import DocumentError
from timthau.model.moment import HANOI
from timthau.scratch import PART

_FORMATS = ["jsonl", "csv", "xlsx", "ocds"]
_Entry = TypeVar("_Entry")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Store the notices and award lines of a file of JSON lines (.jsonl or .jsonl.gz).

    \b
    Example: timthau import notices.jsonl.gz
    """
    from cli.session import follow_store
    from timthau.exchange.intake import import_file

    settings = Settings.load()
    with (
        follow_store(settings, beside=True) as (store, catch_up_now_and_then),
        show_progress("import", unit="entries") as progress,
    ):

        def advance(count: int) -> None:
            progress.advance(count)
            catch_up_now_and_then()

        report = import_file(store, file, progress=advance, letters=settings.notice_mb * 1_000_000)
    for number, reason in report.rejected:
        say(f"{file}:{number}: {reason}", err=True)
    for what, count in (("notices", report.notices), ("award lines", report.lines)):
        if count.total or (count is report.notices and not report.total):
            say(f"{count.total} {what}: {count.new} new, {count.changed} changed, {count.unchanged} unchanged")
    if report.rejected:
        raise DocumentError(f"{len(report.rejected)} of {report.total + len(report.rejected)} lines were not taken")


@click.command()
@click.option("--format", "format_", type=click.Choice(_FORMATS), default="jsonl", show_default=True)
@click.option("--prices", is_flag=True, help="What was paid, one award line a row, in place of notices.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file instead of stdout.")
def export(format_: str, prices: bool, output: Path | None) -> None:
    """Write all notices to a file: as they are now, or with all their versions and what was awarded (ocds).

    ocds is a release package of the Open Contracting Data Standard 1.1; set TIMTHAU_OCDS_PREFIX before publishing one.

    \b
    Example: timthau export --format xlsx -o notices.xlsx
    """
    if prices and format_ == "ocds":
        raise click.UsageError("ocds holds notices and what was awarded together: leave out --prices")
    if format_ == "xlsx" and output is None and is_terminal(sys.stdout):
        raise click.UsageError("xlsx is no text for a terminal: name a file with -o, or redirect")
    settings = Settings.load()
    if prices:
        _export_prices(settings, format_, output)
    else:
        _export_notices(settings, format_, output)


def is_terminal(stream: TextIO) -> bool:
    """Whether somebody looks at what is written."""
    return stream.isatty()


def _export_prices(settings: Settings, format_: str, output: Path | None) -> None:
    from cli.session import open_store
    from timthau.exchange.table import LINE_FORMATS

    with (
        open_store(settings) as store,
        show_progress("export", total=store.awards.count(), unit="award lines") as progress,
        _open_output(output) as out,
    ):
        LINE_FORMATS[format_](_counted(store.awards.each_line(), progress), out)


def _export_notices(settings: Settings, format_: str, output: Path | None) -> None:
    from cli.session import open_store
    from timthau.exchange.description import write_described
    from timthau.exchange.ocds import Publisher, write_package
    from timthau.exchange.table import FORMATS

    with (
        open_store(settings) as store,
        show_progress("export", total=store.count(), unit="notices") as progress,
        _open_output(output) as out,
    ):
        store.relations.catch_up()
        if format_ == "ocds":
            changed_at = store.last_changed_at() or datetime.now(HANOI)
            effective = store.effective.all().get
            publisher = Publisher(settings.ocds_prefix, store.relations.of, effective, store.find_tender)
            histories, tenders = _counted(store.each_history(), progress), store.awards.each_tender()
            write_package(histories, out, publisher=publisher, published_at=changed_at, tenders=tenders)
        elif format_ == "jsonl":
            write_described(store, _counted(store.each_notice(), progress), out, datetime.now(HANOI))
        else:
            FORMATS[format_](_counted(store.each_notice(), progress), out)


def _counted(entries: Iterator[_Entry], progress: Progress) -> Iterator[_Entry]:
    for entry in entries:
        progress.advance()
        yield entry


class _Since(click.ParamType[int | datetime]):
    """A cursor, or a day."""

    name = "cursor|date"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int | datetime:
        if isinstance(value, int) or (
            value.isascii() and value.isdecimal() and len(value) < 19
        ):  # 64 bits hold 18 digits
            return int(value)
        day: datetime = DAY.convert(value, param, context)
        return day.replace(tzinfo=HANOI)


@click.command()
@click.option("--since", type=_Since(), default=0, help="A cursor from an earlier answer, or a day.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line instead of a list to read.")
def changes(since: int | datetime, as_json: bool) -> None:
    """Show what was found and what has changed, in order.

    Old and new values stand as old → new, lines that went and came with - and +. Each change has a cursor: --since the
    last one seen shows everything after it, and nothing twice.

    \b
    Example: timthau changes --since 2026-11-20 --json
    """
    from cli.session import open_store
    from timthau.exchange.journal import build_paragraph, describe_change, each_change

    with open_store(Settings.load()) as store:
        cursor = since if isinstance(since, int) else store.last_change_before(since)
        for change, revision in each_change(store, cursor):
            if as_json:
                say_json(describe_change(change, revision))
            else:
                say(build_paragraph(change, revision))


@contextmanager
def _open_output(path: Path | None) -> Iterator[BinaryIO]:
    """Stdout, or a file that gets its name only when it is complete. A pipe, a device and a link stay what they are."""
    if path is None:
        yield sys.stdout.buffer
        return
    if path.exists() and not path.is_file():
        with path.open("wb") as device:
            yield device
        return
    path = path.resolve()
    partial = path.with_name(path.name + PART)
    try:
        with partial.open("wb") as out:
            yield out
        partial.replace(path)
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
