"""`timthau sources`: the sites that notices come from, how they are, and how to add one."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.terminal import show_progress
from timthau.config import Settings, data_dir
from timthau.errors import CrawlError, SourceError

if TYPE_CHECKING:  # loaded when a command needs it
    from collections.abc import Sequence

    from crawler.process.probe import Probe
    from timthau.model.record import Run
    from timthau.store.portal import PortalDay

#: Pages that a first look reads; enough for the lists and some articles of any site, in some minutes.
_LOOK_PAGES = 60


@click.group()
def sources() -> None:
    """The sites that notices come from."""


@sources.command("list")
def list_sources() -> None:
    """List the defined sources: last success, when something new last came, and how the last run went."""
    from cli.session import open_store
    from crawler.egp.search import list_searches
    from crawler.source import load_sources, source_folders

    with open_store(Settings.load()) as store:
        for source in load_sources(source_folders(Settings.load().home)):
            runs = store.runs(source.name, limit=1000)
            off = "" if source.enabled else " (off)"
            checked = f"checked {source.checked_on}" if source.checked_on else "not yet checked"
            click.echo(f"{source.name}{off}  {source.home}  {checked}\n    {_describe(runs)}")
            if source.portal:
                searches = list_searches(source.portal)
                found = [store.portal_days(source.name, search.key).values() for search in searches]
                click.echo(f"    {_describe_days([day for days in found for day in days])}")


@sources.command("check")
@click.argument("targets", nargs=-1)
@click.option(
    "--max-pages", type=click.IntRange(5), default=_LOOK_PAGES, show_default=True, help="Pages of each source."
)
@click.option("--delay", type=click.FloatRange(0), help="Seconds between two requests to one host (default 2).")
def check_sources(targets: tuple[str, ...], max_pages: int, delay: float | None) -> None:
    """Look at sources over the network and say which can be read; nothing is stored.

    TARGETS are names of sources, addresses of sites, or definition files; none means every enabled source. Exit
    code 1 when one cannot be read.
    """
    from crawler.source import load_sources, source_folders

    names = targets or tuple(s.name for s in load_sources(source_folders(Settings.load().home)) if s.enabled)
    bad = []
    for name in names:
        seen = _look(name, max_pages=max_pages, delay=delay)
        click.echo(f"{'ok ' if seen.is_usable else 'BAD'} {name}: {seen.report.platform or '-'}, {seen.report.message}")
        if not seen.is_usable:
            bad.append(name)
    if bad:
        raise CrawlError(f"cannot be read: {', '.join(bad)}")


@sources.command("add")
@click.argument("url")
@click.option("--name", help="Name of the source; its host by default.")
@click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to write; data/sources by default."
)
@click.option("--max-pages", type=click.IntRange(5), default=_LOOK_PAGES, show_default=True, help="Pages to look at.")
@click.option("--delay", type=click.FloatRange(0), help="Seconds between two requests (default 2).")
def add_source(url: str, name: str | None, folder: Path | None, max_pages: int, delay: float | None) -> None:
    """Look at a site, say what was recognised, and write its definition.

    \b
    Example: timthau sources add https://benhvien.example
    """
    from crawler.process.probe import build_definition, save_definition
    from crawler.source import parse_source, source_of

    source = parse_source(name, {"title": name, "home": url}) if name else source_of(url)
    path = (folder or data_dir() / "sources") / f"{source.name}.toml"
    if path.exists():
        raise SourceError(f"{path}: there is a definition of that name already")
    seen = _look(url, max_pages=max_pages, delay=delay)
    click.echo(f"{seen.report.site_title or url}\nplatform: {seen.report.platform or 'not recognised'}")
    for section in seen.report.sections:
        click.echo(f"section:  {section.notices:>4}  {section.name}  {section.url}")
    click.echo(f"notices:  {seen.report.found} on the first {seen.report.requests} pages")
    for notice in seen.newest:
        click.echo(f"          {notice.published_at or 'no date'}  {notice.title}")
    if not seen.is_usable:
        raise SourceError(f"{url}: no definition was written: {seen.report.message}")
    save_definition(build_definition(seen), path)
    click.echo(f"written:  {path}\nnow run:  timthau crawl {path}")


def _look(target: str, *, max_pages: int, delay: float | None) -> "Probe":
    from crawler.process.probe import probe

    with show_progress(target, unit="pages") as progress:
        return probe(
            target,
            settings=Settings.load(),
            max_pages=max_pages,
            delay=delay,
            progress=lambda page: progress.advance(note=page.url),
        )


def _describe(runs: "list[Run]") -> str:
    """How a source is, from its runs, newest first."""
    from timthau.model.record import RunStatus

    if not runs:
        return "never crawled"
    success = next((run.started_at for run in runs if run.status is RunStatus.OK), None)
    news = next((run.started_at for run in runs if run.new), None)
    last = runs[0]
    return (
        f"last success {_day(success)}, last new notice {_day(news)}, "
        f"last run {_day(last.started_at)} {last.status}: {last.message or 'no word'}"
    )


def _describe_days(days: "Sequence[PortalDay]") -> str:
    """Which days of publication were read of what a portal's definition chooses."""
    if not days:
        return "no day of publication read"
    lacking = sorted({f"{day.day}" for day in days if not day.complete})
    range_ = f"{min(day.day for day in days)} to {max(day.day for day in days)}"
    return f"days of publication read: {len({day.day for day in days}) - len(lacking)}, {range_}" + (
        f", not complete: {', '.join(lacking)}" if lacking else ""
    )


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"
