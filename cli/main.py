"""The `timthau` command."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.exceptions import NoArgsIsHelpError

from cli.alert import alerts
from cli.desk.admin import admin
from cli.desk.backup import backup, restore
from cli.desk.backup import store as store_commands
from cli.desk.decision import buyers, export_decisions, undo
from cli.desk.mail import mails
from cli.desk.notice import notices
from cli.exchange import changes, export, import_
from cli.search import search
from cli.source import sources
from cli.terminal import DAY, say, say_json, show_progress, warn
from timthau import __version__
from timthau.config import SETTINGS, Settings
from timthau.errors import ConfigError, CrawlError, NotANoticeError, TimThauError
from timthau.logline import log_to_terminal

if TYPE_CHECKING:  # the rooms are entered lazily: `timthau --help` must not pay for Scrapy, Whoosh and Flask
    from crawler.process.job import RunReport


class _OneLineErrors(click.Group):
    """Expected errors are one line on stderr and a non-zero exit code."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        with _one_line_errors(context):
            return super().parse_args(context, args)

    def invoke(self, context: click.Context) -> Any:
        with _one_line_errors(context):
            return super().invoke(context)


@contextmanager
def _one_line_errors(context: click.Context) -> Iterator[None]:
    try:
        yield
    except NoArgsIsHelpError:
        raise  # its message is the help, which has more than a line
    except click.UsageError as error:
        _complain(
            context,
            f"{error.format_message().rstrip('.')} (see `{(error.ctx or context).command_path} --help`)",
            error.exit_code,
        )
    except TimThauError as error:
        _complain(context, str(error), error.exit_code)
    except BrokenPipeError:  # `timthau search … | head` has seen enough
        sys.stderr.close()
        context.exit(0)
    except OSError as error:  # a full disk, a folder that cannot be written: the operator's to mend
        place = f"{error.filename}: " if error.filename else ""
        _complain(context, f"{place}{error.strerror or error}", 1)


def _complain(context: click.Context, message: str, code: int) -> None:
    say(f"timthau: {' '.join(message.split())}", err=True)
    context.exit(code)


@click.group(cls=_OneLineErrors, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="timthau")
def main() -> None:
    """Find Vietnamese public procurement notices: crawl them, search them, read them.

    Settings come from the environment (TIMTHAU_HOME and others); see `timthau doctor`.
    """


for _command in (export_decisions, undo):
    admin.add_command(_command)

for _command in (
    sources,
    notices,
    buyers,
    search,
    import_,
    export,
    changes,
    alerts,
    mails,
    admin,
    backup,
    restore,
    store_commands,
):
    main.add_command(_command)


@main.command()
@click.argument("targets", nargs=-1)
@click.option("--since", type=DAY, help="Only notices published on this day or later; a portal is read back to it.")
@click.option("--full", is_flag=True, help="Read every page again, not only what is new or may have changed.")
@click.option("--max-pages", type=click.IntRange(1), help="Stop after this many pages of each source.")
@click.option("--delay", type=click.FloatRange(0), help="Seconds between two requests to one host (default 2).")
@click.option(
    "--watch", "watches", is_flag=True, help="Crawl every enabled source whenever it is due, until told to end."
)
def crawl(targets: tuple[str, ...], watches: bool, **said: Any) -> None:
    """Crawl sources, several side by side, and store their notices; each is told of as it ends.

    TARGETS are names of sources, addresses of sites, or definition files; none means every enabled source. With the
    address of a notice that is in the store, that notice alone is read again.

    \b
    Example: timthau crawl https://benhvien.example
    """
    from cli.crawl import crawl_once
    from cli.watch import watch

    if watches and (targets or any(said.values())):
        raise click.UsageError("--watch takes every enabled source as it is defined")
    if watches:
        settings = Settings.load()
        log_to_terminal(settings.log_format)
        watch(settings, announce=_print_report)
        return
    since: datetime | None = said.pop("since")
    bad = [
        report
        for report in crawl_once(targets, announce=_print_report, since=since.date() if since else None, **said)
        if report.status != "ok"
    ]
    if bad:
        raise CrawlError("; ".join(f"{report.source}: {report.message}" for report in bad))


def _print_report(report: "RunReport") -> None:
    say(
        f"{report.source}: {report.status}, {report.found} {report.noun} found, {report.new} new, "
        f"{report.changed} changed, {report.failed} failed, {report.requests} requests in {report.seconds:.0f} s"
    )


@main.command()
@click.argument("document")
@click.option("--url", help="The address the file came from, for its links.")
@click.option("--no-files", is_flag=True, help="Name the files of a page, but do not fetch them.")
def extract(document: str, url: str | None, no_files: bool) -> None:
    """Read one document and print what it says as Notice JSON.

    DOCUMENT is a file (HTML, PDF, DOCX, XLSX …) or an address. The files of a page at an address are fetched from its
    own site, two seconds apart, and read too. Exit code 3 when it is no procurement notice.

    \b
    Example: timthau extract thu-moi.pdf --url https://benhvien.example/thu-moi.pdf
    """
    from crawler.single.document import load_document, read_document
    from crawler.single.visit import Visit

    visit = Visit(contact=Settings.load().contact)
    remote = document.startswith(("http://", "https://"))
    page = visit.fetch_page(document) if remote else load_document(Path(document), url=url)
    notice = read_document(page, visit if remote and not no_files else None)
    if page.is_cut:
        warn(f"{document}: the answer broke off; what came of it was read")
    if notice is None:
        say_json({"kind": None, "url": page.url})
        raise NotANoticeError(f"{document} is no procurement notice")
    say_json(notice.to_json(), indent=2)


@main.command()
def reindex() -> None:
    """Build the indexes anew from the store, beside the old ones, and swap; and the relations of notices."""
    from cli.session import open_store
    from index.price import sync as price_sync
    from index.sync import rebuild

    settings = Settings.load()
    with open_store(settings) as store:
        with show_progress("reindex", unit="documents") as progress:
            store.relations.forget()
            count = rebuild(store, settings.index_url, progress=progress.reach)
        with show_progress("reindex", unit="award lines") as progress:
            lines = price_sync.rebuild(store, settings.price_index_url, progress=progress.reach)
    say(f"{count} documents indexed")
    say(f"{lines} award lines indexed")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the search page, until SIGTERM or Ctrl-C.

    \b
    Example: timthau serve --host 0.0.0.0 --port 80
    """
    from cli.server import open_server

    settings = Settings.load()
    log_to_terminal(settings.log_format)
    server = open_server(settings, host=host, port=port)

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # the second one ends it at once
        server.close()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    say(f"TimThau: {server.url}")
    server.run()


@main.command()
@click.argument("parts", nargs=-1, type=click.Choice(["web", "crawl", "index", "alerts"]))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
def run(parts: tuple[str, ...], host: str, port: int) -> None:
    """Serve the page, crawl every source when it is due, and send alerts; until it is told to end.

    With PARTS only those: each can run in several processes, on machines that share a store on PostgreSQL. `index`
    alone keeps the index near the store, as the crawls do too.

    \b
    Example: timthau run --host 0.0.0.0 --port 80
    Example: timthau run crawl
    """
    from cli.schedule import USUAL_PARTS, run_parts

    settings = Settings.load()
    log_to_terminal(settings.log_format)
    run_parts(settings, parts or USUAL_PARTS, host=host, port=port, announce=lambda what: say(f"TimThau: {what}"))


@main.command()
def mcp() -> None:
    """Let an assistant search, read notices, changes and guides over standard input and output; read only.

    Speaks the Model Context Protocol; needs `pip install timthau[mcp]`.
    """
    from cli.session import open_search

    try:
        from cli.assistant import build_assistance
    except ModuleNotFoundError as error:
        raise ConfigError(f"{error.name} is missing: pip install timthau[mcp]") from error
    with open_search(Settings.load()) as (store, engine):
        build_assistance(store, engine).run("stdio")


@main.command()
@click.option("--once", is_flag=True, help="Check everything over HTTP, print what was found, and end.")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
def demo(once: bool, port: int) -> None:
    """Crawl the bundled sample site and open the search page on it; nothing else is touched."""
    from cli.demo.demo import run_demo

    if not run_demo(Settings.load(), once=once, port=0 if once else port):
        raise TimThauError("the demo did not find what it should")


@main.command()
def doctor() -> None:
    """Check the installation and say what is wrong, one line a check; exit code 1 when something is."""
    from cli.doctor import CheckState, examine

    findings = examine(Settings.load())
    for finding in findings:
        say(f"{finding.state:<5} {finding.subject}: {finding.message}")
    say("\nSettings (environment variable = default: meaning)")
    for setting in SETTINGS:
        say(f"  {setting.variable} = {setting.default or '(empty)'}: {setting.help}")
    if any(finding.state is CheckState.BAD for finding in findings):
        raise TimThauError("something is wrong, see above")
