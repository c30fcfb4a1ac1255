"""What an operator does to sources: pause, resume, run now, define, look at a definition, remove."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.process.log import find_log
from crawler.source import list_definitions, parse_source, source_folders, source_of
from desk.office import Office
from desk.report import SourceReport, list_reports
from timthau.errors import SourceError
from timthau.model.desk.record import Errand, Operator, Work
from timthau.model.record import Failure, Run

_LOOKED_AT = 20  # runs, for the latest that could not read something
_LONGEST_DEFINITION = 50_000  # letters


@dataclass(frozen=True, kw_only=True)
class SourceView:
    """A source for one page: its report, its latest runs, what the latest of them could not read, its definition."""

    report: SourceReport
    runs: list[Run]
    failed_run: Run | None
    failures: list[Failure]
    definition: str
    is_own: bool
    log: Path | None
    errands: list[Errand]


class SourceDesk:
    """Sources, for one operator; everything done is kept with who and when. Raises SourceError with one line."""

    def __init__(self, office: Office, operator: Operator) -> None:
        self._office, self._operator = office, operator
        self._settings, self._store = office.settings, office.stores.store
        self._folders = source_folders(office.settings.home)

    def reports(self) -> list[SourceReport]:
        """All sources, those in trouble first, by kind of trouble."""
        found = list_reports(self._settings, self._store)
        return sorted(found, key=lambda one: (one.cause is None, one.cause or "", one.source.name))

    def view(self, name: str) -> SourceView:
        """One source with its runs and failures."""
        path = self._find(name)
        report = next(one for one in list_reports(self._settings, self._store) if one.source.name == name)
        runs = self._store.runs(name, limit=_LOOKED_AT)
        failed_run, failures = next(self._each_failed(runs), (None, []))
        return SourceView(
            report=report,
            runs=runs,
            failed_run=failed_run,
            failures=failures,
            definition=path.read_text(encoding="utf-8"),
            is_own=path.parent == self._folders[0],
            log=find_log(self._settings.home / "logs", name),
            errands=self._office.errands.errands(target=name, limit=5),
        )

    def pause(self, name: str, now: datetime) -> None:
        """Let the schedule leave a source alone."""
        self._find(name)
        self._store.pause_source(name, now)
        self._note("source pause", name, now)

    def resume(self, name: str, now: datetime) -> None:
        """Let the schedule read a source again."""
        self._find(name)
        self._store.pause_source(name, None)
        self._note("source resume", name, now)

    def ask_run(self, name: str, now: datetime) -> int:
        """Ask for a source to be read now; gives the errand's number."""
        self._find(name)
        self._note("source run", name, now)
        return self._office.errands.ask(Work.CRAWL, name, by=self._operator.name, at=now)

    def ask_check(self, name: str, text: str, now: datetime) -> int:
        """Ask for a look at a site by a definition that is not kept; gives the errand's number."""
        self._check(name, text)
        self._note("source check", name, now)
        return self._office.errands.ask(Work.CHECK, name, body=text, by=self._operator.name, at=now)

    def ask_add(self, url: str, now: datetime) -> int:
        """Ask for a look at a site by its address, and for its definition; gives the errand's number."""
        source = source_of(url.strip())
        if source.name in list_definitions(self._folders):
            raise SourceError(f"there is a definition {source.name} already")
        self._note("source add", source.name, now, source.home)
        return self._office.errands.ask(Work.ADD, source.home, by=self._operator.name, at=now)

    def define(self, name: str, text: str, now: datetime) -> None:
        """Keep a definition among the operator's own; it takes the place of one that ships under that name."""
        self._check(name, text)
        own = self._folders[0]
        own.mkdir(parents=True, exist_ok=True)
        path, fresh = own / f"{name}.toml", own / f".{name}.toml.new"
        fresh.write_text(text.replace("\r\n", "\n"), encoding="utf-8")
        fresh.replace(path)  # whoever reads meanwhile finds the old or the new one
        self._note("source define", name, now)

    def remove(self, name: str, now: datetime) -> Path:
        """Remove a definition of the operator's own; one that ships under that name holds again."""
        path = self._find(name)
        own = self._folders[0]
        if path.parent != own:
            raise SourceError(f"{name} ships with TimThau: pause it, or put a definition of that name into {own}")
        path.unlink()
        if name not in list_definitions(self._folders):
            self._store.forget_source(name)
        self._note("source remove", name, now)
        return path

    def _each_failed(self, runs: Iterable[Run]) -> Iterator[tuple[Run | None, list[Failure]]]:
        for run in runs:
            if failures := self._store.failures(run.id):
                yield run, failures

    def _find(self, name: str) -> Path:
        path = list_definitions(self._folders).get(name)
        if path is None:
            raise SourceError(f"there is no source {name} (see `timthau sources list`)")
        return path

    def _check(self, name: str, text: str) -> None:
        if len(text) > _LONGEST_DEFINITION:
            raise SourceError(f"a definition has {_LONGEST_DEFINITION} letters at most")
        try:
            said = tomllib.loads(text.replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as error:
            raise SourceError(f"{name}: {error}") from error
        parse_source(name, said)

    def _note(self, what: str, name: str, now: datetime, detail: str = "") -> None:
        self._office.deeds.note(self._operator, what, name, now, detail=detail)
