"""`timthau sources`: the sites that notices come from: how they are, holding them, looking at them, adding one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.terminal import say, say_json, show_progress
from timthau.config import Settings
from timthau.errors import CrawlError, SourceError

if TYPE_CHECKING:  # loaded when a command needs it
    from crawler.process.job import RunReport
    from crawler.process.probe import Probe
    from crawler.source import Source
    from desk.source import SourceDesk

#: Pages that a first look reads; enough for the lists and some articles of any site, in some minutes.
_LOOK_PAGES = 60


@click.group()
def sources() -> None:
    """The sites that notices come from."""


@sources.command("list")
@click.option("--failing", is_flag=True, help="Only those whose last run did not end well, or that are late.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a source instead of lines to read.")
def list_sources(failing: bool, as_json: bool) -> None:
    """List the defined sources: last success, when something new last came, and how the last run went."""
    from cli.session import open_store
    from cli.source_report import describe
    from desk.report import list_reports

    settings = Settings.load()
    with open_store(settings) as store:
        reports = list_reports(settings, store)
    for report in reports:
        if report.is_failing or not failing:
            if as_json:
                say_json(report.to_json())
            else:
                say(describe(report))


@sources.command("show")
@click.argument("name")
@click.option("-n", "limit", type=click.IntRange(1), default=50, show_default=True, help="Failures to show.")
def show_source(name: str, limit: int) -> None:
    """Show a source: its definition, its latest runs, what the last of them could not read, and where its log is.

    \b
    Example: timthau sources show choray.vn
    """
    from cli.session import open_store
    from cli.source_report import describe
    from crawler.process.log import find_log
    from desk.report import list_reports

    settings = Settings.load()
    with open_store(settings) as store:
        found = next((report for report in list_reports(settings, store) if report.source.name == name), None)
        runs = store.runs(name, limit=10)
        told = next(((run, failed) for run in runs if (failed := store.failures(run.id))), None)
    if not found and not runs:
        raise SourceError(f"there is no source {name} (see `timthau sources list`)")
    say(f"{describe(found)}\n    definition {found.path}" if found else f"{name}  (without a definition)")
    for run in runs:
        say(f"    {run.started_at:%Y-%m-%d %H:%M} {run.status}, {run.requests} requests: {run.message or 'no word'}")
    if told:
        run, failed = told
        say(f"not read in the run of {run.started_at:%Y-%m-%d %H:%M}: {len(failed)}")
        for one in failed[:limit]:
            say(f"    {one.at:%H:%M:%S} {one.status or '-':>3} {one.url}: {one.reason}")
    if log := find_log(settings.home / "logs", name):
        say(f"log {log}")


@sources.command("pause")
@click.argument("names", nargs=-1, required=True)
def pause_sources(names: tuple[str, ...]) -> None:
    """Let `timthau run` leave sources alone until they are resumed."""
    from desk.office import present

    with _desk() as desk:
        for name in names:
            desk.pause(name, present())
            say(f"{name}: paused")


@sources.command("resume")
@click.argument("names", nargs=-1, required=True)
def resume_sources(names: tuple[str, ...]) -> None:
    """Let `timthau run` read paused sources again."""
    from desk.office import present

    with _desk() as desk:
        for name in names:
            desk.resume(name, present())
            say(f"{name}: resumed")


@sources.command("remove")
@click.argument("name")
def remove_source(name: str) -> None:
    """Remove a definition of your own; notices that came from it stay."""
    from desk.office import present

    with _desk() as desk:
        say(f"removed:  {desk.remove(name, present())}")


@sources.command("define")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def define_source(file: Path) -> None:
    """Check a definition FILE and keep it among your own, under its name; the schedule follows within seconds.

    \b
    Example: timthau sources define benhvien.example.toml
    """
    from desk.office import present

    with _desk() as desk:
        desk.define(file.stem, file.read_text(encoding="utf-8"), present())
    say(f"{file.stem}: defined")


@sources.command("check")
@click.argument("targets", nargs=-1)
@click.option(
    "--max-pages", type=click.IntRange(5), default=_LOOK_PAGES, show_default=True, help="Pages of each source."
)
@click.option("--delay", type=click.FloatRange(0), help="Seconds between two requests to one host (default 2).")
def check_sources(targets: tuple[str, ...], max_pages: int, delay: float | None) -> None:
    """Look at sources over the network, several side by side, and say which can be read; nothing is stored.

    TARGETS are names of sources, addresses of sites, or definition files; none means every enabled source. Each line
    begins with "ok", with "gap" where something of what was asked for was not read, or with "BAD". Exit code 1 when one
    cannot be read.
    """
    from crawler.process.probe import check, is_usable
    from crawler.source import find_sources, source_folders

    settings = Settings.load()
    folders = source_folders(settings.home)
    names = {source.name: target for target in targets for source in find_sources([target], folders)}

    def tell(report: "RunReport") -> None:
        word = ("gap" if report.missed else "ok ") if is_usable(report) else "BAD"
        say(f"{word} {names.get(report.source, report.source)}: {report.platform or '-'}, {report.message}")

    with show_progress("check", unit="pages") as progress:
        reports = check(
            find_sources(targets, folders),
            settings=settings,
            max_pages=max_pages,
            delay=delay,
            progress=lambda page: progress.advance(note=page.url),
            ended=tell,
        )
    if bad := [names.get(report.source, report.source) for report in reports if not is_usable(report)]:
        raise CrawlError(f"cannot be read: {', '.join(bad)}")


@sources.command("add")
@click.argument("url")
@click.option("--name", help="Name of the source; its host by default.")
@click.option("--path", default="/", help="Of a host that several agencies share: what this one's pages begin with.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write; TIMTHAU_HOME/sources by default.",
)
@click.option("--max-pages", type=click.IntRange(5), default=_LOOK_PAGES, show_default=True, help="Pages to look at.")
@click.option("--delay", type=click.FloatRange(0), help="Seconds between two requests (default 2).")
def add_source(url: str, name: str | None, path: str, folder: Path | None, **look: Any) -> None:
    """Look at a site, say what was recognised, and write its definition.

    \b
    Example: timthau sources add https://benhvien.example
    """
    from crawler.process.probe import build_definition, save_definition
    from crawler.source import parse_source, source_folders, source_of

    settings = Settings.load()
    made_up = source_of(url)
    source = parse_source(name or made_up.name, {"title": made_up.title, "home": made_up.home, "path": path})
    target = (folder or source_folders(settings.home)[0]) / f"{source.name}.toml"
    if folder and not folder.is_dir():
        raise SourceError(f"{folder} is no folder")
    if target.exists():
        raise SourceError(f"{target}: there is a definition of that name already")
    seen = _look(source, settings, **look)
    say(f"{seen.report.site_title or url}\nplatform: {seen.report.platform or 'not recognised'}")
    for section in seen.report.sections:
        say(f"section:  {section.notices:>4}  {section.name}  {section.url}")
    say(f"notices:  {seen.report.found} on the first {seen.report.requests} pages")
    for notice in seen.newest:
        say(f"          {notice.published_at or 'no date'}  {notice.title}")
    if not seen.is_usable:
        hint = _suggest(source, seen)
        raise SourceError(f"{url}: no definition was written: {seen.report.message}{hint}")
    save_definition(build_definition(seen, source), target)
    say(f"written:  {target}\nnow run:  timthau crawl {target if folder else source.name}")


def _look(source: "Source", settings: Settings, **look: Any) -> "Probe":
    from crawler.process.probe import probe

    with show_progress(source.home, unit="pages") as progress:
        return probe(source, settings=settings, progress=lambda page: progress.advance(note=page.url), **look)


def _suggest(source: "Source", seen: "Probe") -> str:
    """What to try where a site could not even be reached by TLS."""
    if not source.home.startswith("https://") or seen.report.platform:
        return ""
    return f"; if the site has no TLS, try {source.home.replace('https://', 'http://', 1)}"


@contextmanager
def _desk() -> "Iterator[SourceDesk]":
    from desk.office import open_office, terminal_operator
    from desk.source import SourceDesk

    with open_office(Settings.load()) as office:
        yield SourceDesk(office, terminal_operator())
