"""Does what was asked for at the desk's pages: one thing after the other, each with an outcome to read."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta

from crawler.discovery.address import canonical
from crawler.process.job import RunReport
from crawler.process.probe import build_definition, check, is_usable, probe, save_definition
from crawler.process.run import crawl
from crawler.source import parse_source, source_folders, source_of
from desk.office import Office
from timthau.errors import DeskError, TimThauError
from timthau.model.desk.record import Errand, Work

#: Pages that a look reads, as `timthau sources check` does.
_LOOK_PAGES = 60
#: What was begun so long ago was lost with its worker: a run has three hours, a first one of a portal more.
_LOST_AFTER = timedelta(hours=12)
_KEPT_FOR = timedelta(days=90)


class ErrandWorker:
    """Works off errands of one installation; several may do so side by side."""

    def __init__(self, office: Office, *, now: Callable[[], datetime], delay: float | None = None) -> None:
        self._office, self._now, self._delay = office, now, delay
        self._works: dict[Work, Callable[[Errand], str]] = {
            Work.CRAWL: self._crawl,
            Work.REREAD: self._reread,
            Work.CHECK: self._check,
            Work.ADD: self._add,
        }

    def work_off(self) -> list[Errand]:
        """Do everything that waits; gives what was done, with its outcome."""
        errands, now = self._office.errands, self._now()
        errands.end_lost(now - _LOST_AFTER, "lost: the process that did it was ended", now)
        if before := self._office.stores.clock.days_back(_KEPT_FOR.days):
            errands.forget_errands(before)
        done: list[Errand] = []
        while errand := errands.take(self._now()):
            try:
                outcome = self._works[errand.work](errand)
            except TimThauError as error:
                outcome = f"failed: {error}"
            except KeyboardInterrupt:  # the process is told to end: the next one does it
                errands.put_back(errand.id)
                raise
            errands.end(errand.id, outcome, self._now())
            if ended := errands.errand(errand.id):
                done.append(ended)
        return done

    def _crawl(self, errand: Errand) -> str:
        reports = crawl([errand.target], settings=self._office.settings, delay=self._delay)
        return "\n".join(map(_describe, reports))

    def _reread(self, errand: Errand) -> str:
        store = self._office.stores.store
        notice = store.corrections.stored(errand.target)
        if notice is None:
            raise DeskError(f"there is no notice {errand.target}")
        reports = crawl([canonical(notice.url)], settings=self._office.settings, delay=self._delay)
        after = store.corrections.stored(errand.target)
        return f"version {after.version if after else '?'}, before {notice.version}; " + "\n".join(
            map(_describe, reports)
        )

    def _check(self, errand: Errand) -> str:
        source = parse_source(errand.target, tomllib.loads(errand.body.replace("\r\n", "\n")))
        settings = self._office.settings
        (report,) = check([source], settings=settings, max_pages=_LOOK_PAGES, delay=self._delay)
        return "\n".join([_judge(report), _describe(report), *_list_sections(report)])

    def _add(self, errand: Errand) -> str:
        source = source_of(errand.target)
        settings = self._office.settings
        seen = probe(source, settings=settings, max_pages=_LOOK_PAGES, delay=self._delay)
        if not seen.is_usable:
            raise DeskError(f"no definition was written: {seen.report.message}")
        path = source_folders(settings.home)[0] / f"{source.name}.toml"
        save_definition(build_definition(seen, source), path)
        newest = [f"{one.published_at or '-'}  {one.title}" for one in seen.newest]
        return "\n".join([f"written: {path.name}", _describe(seen.report), *_list_sections(seen.report), *newest])


def _judge(report: RunReport) -> str:
    return "can be read" if is_usable(report) else "cannot be read"


def _describe(report: RunReport) -> str:
    return (
        f"{report.source}: {report.status}, {report.found} {report.noun} found, {report.new} new, "
        f"{report.changed} changed, {report.failed} failed, {report.requests} requests: {report.message or '-'}"
    )


def _list_sections(report: RunReport) -> list[str]:
    return [f"{section.notices:>4}  {section.name}  {section.url}" for section in report.sections]
