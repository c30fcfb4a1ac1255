"""How each defined source is, for `timthau sources list` and `show`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cli.session import open_store
from crawler.egp.price_search import list_price_searches
from crawler.egp.search import list_searches
from crawler.source import Source, list_definitions, load_source, source_folders
from timthau.config import Settings
from timthau.model.health import find_late
from timthau.model.moment import HANOI, format_moment
from timthau.model.record import Run, RunStatus, Standing
from timthau.store.notice import Store
from timthau.store.portal import PortalDay

_RUNS = 1000  # that are looked through for the last success


@dataclass(frozen=True, kw_only=True)
class SourceReport:
    """A source with its definition file, its runs (newest first), how it is held, and what is wrong beside its runs."""

    source: Source
    path: Path
    runs: tuple[Run, ...]
    standing: Standing | None
    trouble: str
    days: tuple[PortalDay, ...]

    @property
    def is_paused(self) -> bool:
        """Whether its operator lets it rest."""
        return bool(self.standing and self.standing.paused_at)

    @property
    def is_failing(self) -> bool:
        """Whether somebody should look at it."""
        good = (RunStatus.OK, RunStatus.RUNNING)
        return bool(self.trouble) or bool(self.runs and self.runs[0].status not in good and not self.is_paused)

    def to_json(self) -> dict[str, Any]:
        """The same for programs."""
        last = self.runs[0] if self.runs else None
        return {
            "name": self.source.name,
            "home": self.source.home,
            "enabled": self.source.enabled,
            "paused": self.is_paused,
            "due_at": format_moment(self.standing.due_at) if self.standing else None,
            "status": str(last.status) if last else None,
            "message": last.message if last else None,
            "last_run_at": format_moment(last.started_at) if last else None,
            "last_success_at": format_moment(_latest(self.runs, lambda run: run.status is RunStatus.OK)),
            "last_new_at": format_moment(_latest(self.runs, lambda run: run.new > 0)),
            "trouble": self.trouble or None,
        }


def list_reports(settings: Settings) -> list[SourceReport]:
    """The reports of all defined sources, by name."""
    with open_store(settings) as store:
        standings = store.standings()
        late = find_late(store.recent_runs(1), standings, datetime.now(HANOI))
        return [
            SourceReport(
                source=source,
                path=path,
                runs=tuple(store.runs(source.name, limit=_RUNS)),
                standing=standings.get(source.name),
                trouble=late.get(source.name, ""),
                days=_load_days(source, store),
            )
            for path in list_definitions(source_folders(settings.home)).values()
            for source in [load_source(path)]
        ]


def describe(report: SourceReport) -> str:
    """A report in lines to read."""
    source = report.source
    off = " (paused)" if report.is_paused else "" if source.enabled else " (off)"
    checked = f"checked {source.checked_on}" if source.checked_on else "not yet checked"
    lines = [f"{source.name}{off}  {source.home}  {checked}", f"    {_describe_runs(report.runs)}"]
    if report.trouble:
        lines.append(f"    {report.trouble}")
    elif report.standing and report.standing.due_at:
        lines.append(f"    due {_day(report.standing.due_at)}")
    if source.portal or source.prices:
        lines.append(f"    {_describe_days(report.days)}")
    return "\n".join(lines)


def _load_days(source: Source, store: Store) -> tuple[PortalDay, ...]:
    tenders = list_searches(source.portal) if source.portal else []
    prices = list_price_searches(source.prices) if source.prices else []
    keys = [*(search.key for search in tenders), *(search.key for search in prices)]
    return tuple(day for key in keys for day in store.portal_days(source.name, key).values())


def _describe_runs(runs: Sequence[Run]) -> str:
    if not runs:
        return "never crawled"
    success, news, last = (
        _latest(runs, lambda run: run.status is RunStatus.OK),
        _latest(runs, lambda run: run.new > 0),
        runs[0],
    )
    return (
        f"last success {_day(success)}, last new notice {_day(news)}, "
        f"last run {_day(last.started_at)} {last.status}: {last.message or 'no word'}"
    )


def _describe_days(days: Sequence[PortalDay]) -> str:
    """Which days of publication were read of what a portal's definition chooses."""
    if not days:
        return "no day of publication read"
    lacking = sorted({f"{day.day}" for day in days if not day.complete})
    range_ = f"{min(day.day for day in days)} to {max(day.day for day in days)}"
    return f"days of publication read: {len({day.day for day in days}) - len(lacking)}, {range_}" + (
        f", not complete: {', '.join(lacking)}" if lacking else ""
    )


def _latest(runs: Sequence[Run], holds: Callable[[Run], bool]) -> datetime | None:
    return next((run.started_at for run in runs if holds(run)), None)


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"
