"""A copy of the last overview in a file: a process that starts shows it until it has counted all notices itself."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from timthau.model.notice import NoticeKind
from timthau.scratch import PART
from timthau.store.overview.count import Buyer, Month, Overview

_FORMAT = 1  # of the file; another one is not read


class KeptOverview(NamedTuple):
    """An overview of all notices up to a change of the store, by outbox number, and when that was."""

    overview: Overview
    change: int
    changed_at: datetime


class OverviewCopy:
    """The file. What cannot be written or read is as if it were not there, as it only saves time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def save(self, kept: KeptOverview) -> None:
        """Keep an overview in the place of the last one."""
        draft = self._path.with_name(f".{self._path.name}{PART}")
        said = [_FORMAT, kept.change, kept.changed_at.isoformat(), _write(kept.overview)]
        with suppress(OSError):
            draft.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
            draft.replace(self._path)

    def load(self) -> KeptOverview | None:
        """The overview that was kept last."""
        with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):  # none, or not what is written here
            version, change, changed_at, said = json.loads(self._path.read_text(encoding="utf-8"))
            if version == _FORMAT:
                return KeptOverview(_read(said), int(change), datetime.fromisoformat(changed_at))
        return None


def _write(overview: Overview) -> dict[str, Any]:
    return {
        "total": overview.total,
        "by_month_and_kind": [[*month, kinds] for month, kinds in overview.by_month_and_kind.items()],
        "amount_by_month": _write_months(overview.amount_by_month),
        "by_province": overview.by_province,
        "by_source": overview.by_source,
        "median_days_open": overview.median_days_open,
        "closing_on": {day.isoformat(): count for day, count in overview.closing_on.items()},
        "buyers": [
            [one.id, one.name, one.spellings, one.province, one.count, _write_months(one.months)]
            for one in overview.buyers.values()
        ],
    }


def _read(said: Mapping[str, Any]) -> Overview:
    buyers = (
        Buyer(
            id=key,
            name=name,
            spellings=tuple(spellings),
            province=province,
            count=count,
            months=_read_months(months),
        )
        for key, name, spellings, province, count, months in said["buyers"]
    )
    return Overview(
        total=said["total"],
        by_month_and_kind={
            (year, month): {NoticeKind(kind): count for kind, count in kinds.items()}
            for year, month, kinds in said["by_month_and_kind"]
        },
        amount_by_month=_read_months(said["amount_by_month"]),
        by_province=tuple((name, count) for name, count in said["by_province"]),
        by_source=said["by_source"],
        median_days_open={NoticeKind(kind): (days, count) for kind, (days, count) in said["median_days_open"].items()},
        closing_on={date.fromisoformat(day): count for day, count in said["closing_on"].items()},
        buyers={one.id: one for one in buyers},
    )


def _write_months(counts: Mapping[Month, int]) -> list[list[int]]:
    return [[*month, count] for month, count in counts.items()]


def _read_months(said: list[list[int]]) -> dict[Month, int]:
    return {(year, month): count for year, month, count in said}
