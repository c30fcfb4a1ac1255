"""How each defined source is: its runs, how it is held, and what kind of trouble it is in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

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


class Cause(StrEnum):
    """What kind of trouble a source is in: what mends one of a kind mends the others."""

    LATE = "late"
    TLS = "tls"
    REFUSED = "refused"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    CUT_SHORT = "cut_short"
    FEWER = "fewer"
    UNREAD = "unread"
    OTHER = "other"


#: What runs say, in the order in which it is looked for.
_CAUSES = {
    Cause.TLS: r"certificate|\bTLS\b|\bSSL\b|handshake",
    Cause.REFUSED: r"answers 40[137]|whether a person is reading|robots\.txt|left alone",
    Cause.BROKEN: r"answers \d|out of order|broke off",
    Cause.UNREACHABLE: r"timed? ?out|timeout|refused|lookup|resolve|unreachable|no route|connection|reset",
    Cause.CUT_SHORT: r"stopped|killed|ended with code|bound|time is up|too short|could not begin"
    r"|half of the run|only the first|names more than",
    Cause.UNREAD: r"\bbe read|is empty|holds no|leads back|names nothing|damaged|lacks|not a valid",
    Cause.FEWER: r"expected|fewer|only \d|nothing|no notices",
}


def judge_cause(message: str) -> Cause:
    """The kind of trouble that the word of a run tells of."""
    found = (cause for cause, pattern in _CAUSES.items() if re.search(pattern, message, re.IGNORECASE))
    return next(found, Cause.OTHER)


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

    @property
    def cause(self) -> Cause | None:
        """What kind of trouble it is in; None where nobody need look."""
        if not self.is_failing:
            return None
        return Cause.LATE if self.trouble else judge_cause(self.runs[0].message)

    @property
    def cause_name(self) -> str:
        """The same as a word, none where nobody need look."""
        return str(self.cause) if self.cause else "none"

    @property
    def last_success(self) -> datetime | None:
        """When its latest good run began."""
        return _latest(self.runs, lambda run: run.status is RunStatus.OK)

    @property
    def last_news(self) -> datetime | None:
        """When the latest run began that found something new."""
        return _latest(self.runs, lambda run: run.new > 0)

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
            "last_success_at": format_moment(self.last_success),
            "last_new_at": format_moment(self.last_news),
            "trouble": self.trouble or None,
            "cause": self.cause and str(self.cause),
        }


def list_reports(settings: Settings, store: Store) -> list[SourceReport]:
    """The reports of all defined sources, by name. Raises SourceError."""
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


def _load_days(source: Source, store: Store) -> tuple[PortalDay, ...]:
    tenders = list_searches(source.portal) if source.portal else []
    prices = list_price_searches(source.prices) if source.prices else []
    keys = [*(search.key for search in tenders), *(search.key for search in prices)]
    return tuple(day for key in keys for day in store.portal_days(source.name, key).values())


def _latest(runs: Sequence[Run], holds: Callable[[Run], bool]) -> datetime | None:
    return next((run.started_at for run in runs if holds(run)), None)
