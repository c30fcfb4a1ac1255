"""Whether an installation is fit: store, index, schedule, mail, disk, and the share of sources that work."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from alerts.stores import AlertStores
from alerts.trouble import find_troubles
from timthau.errors import TimThauError
from timthau.model.health import DOWN, find_late, find_silenced, is_silent, list_health
from timthau.store.notice import Store
from timthau.store.process.attendance import Attendance

#: The index may be behind for so long: writing it down takes seconds, building it anew minutes.
INDEX_WITHIN = timedelta(minutes=15)
#: Below this, crawls and merges of the index may fail for want of room.
FREE_BYTES = 1_000_000_000
#: From so many of the scheduled sources on that are late or silent the schedule itself does not work.
LATE_SHARE = 0.25
#: So many of the sources that are read have to work.
WORKING_SHARE = 0.5


@dataclass(frozen=True)
class Fitness:
    """How one part is; `message` is in words that anybody may read: it tells no address and no path."""

    subject: str
    is_fit: bool
    message: str


def examine(stores: AlertStores, indexed: Callable[[], int], home: Path, now: datetime) -> list[Fitness]:
    """How each part is; `indexed` gives the number of the last change that the index has."""
    parts = {
        "store": lambda: _examine_store(stores.store),
        "index": lambda: _examine_index(stores.store, indexed(), now),
        "schedule": lambda: _examine_schedule(stores.store, now),
        "mail": lambda: _examine_mail(stores, now),
        "workers": lambda: _examine_workers(Attendance(stores.store.engine), now),
        "disk": lambda: _examine_disk(home),
        "sources": lambda: _examine_sources(stores.store, now),
    }
    return list(_examine(parts))


def _examine(parts: dict[str, Callable[[], tuple[bool, str]]]) -> Iterator[Fitness]:
    for subject, look in parts.items():
        try:
            yield Fitness(subject, *look())
        except (TimThauError, OSError):
            yield Fitness(subject, False, "does not answer: see timthau doctor")


def _examine_store(store: Store) -> tuple[bool, str]:
    return True, f"{store.count()} notices"


def _examine_index(store: Store, cursor: int, now: datetime) -> tuple[bool, str]:
    if not (waiting := store.changes_after(cursor, 1)):
        return True, "has everything"
    behind = store.last_change() - cursor
    since = waiting[0].changed_at
    return now - since <= INDEX_WITHIN, f"{behind} changes behind, since {since:%Y-%m-%d %H:%M}"


def _examine_schedule(store: Store, now: datetime) -> tuple[bool, str]:
    runs, standings = store.recent_runs(), store.standings()
    late = find_late(runs, standings, now).keys() | set(find_silenced(runs, now, standings))
    scheduled = {run.source for run in runs} | {name for name, standing in standings.items() if standing.due_at}
    scheduled -= {name for name, standing in standings.items() if standing.paused_at}
    if not scheduled:
        return True, "nothing was read yet"
    return len(late) < LATE_SHARE * len(scheduled), f"{len(late)} of {len(scheduled)} sources are late"


def _examine_mail(stores: AlertStores, now: datetime) -> tuple[bool, str]:
    troubles = find_troubles(stores, now)
    stopped = ", ".join(sorted({trouble.subject for trouble in troubles}))
    return not troubles, f"stopped: {stopped}: see timthau doctor" if troubles else "nothing has stopped"


def _examine_workers(attendance: Attendance, now: datetime) -> tuple[bool, str]:
    """Each part of the work has somebody alive, of those that were begun."""
    workers = attendance.workers(now)
    living = Counter(worker.part for worker in workers if not is_silent(worker, now))
    silent = Counter(worker.part for worker in workers) - living
    told = [
        f"{living[part]} of {living[part] + silent[part]} {part} alive"
        f", last sign of life {max(worker.seen_at for worker in workers if worker.part == part):%Y-%m-%d %H:%M}"
        + (f", {held} held" if (held := sum(len(worker.holds) for worker in workers if worker.part == part)) else "")
        for part in sorted({worker.part for worker in workers})
    ]
    return silent.keys() <= living.keys(), "; ".join(told) or "nobody runs"


def _examine_disk(home: Path) -> tuple[bool, str]:
    free = shutil.disk_usage(home).free
    return free >= FREE_BYTES, f"{free / 1e9:.1f} GB free"


def _examine_sources(store: Store, now: datetime) -> tuple[bool, str]:
    health = list_health(store.recent_runs(), {}, now, store.standings())
    read = [one for one in health if one.state != "paused"]
    if not read:
        return True, "nothing was read yet"
    working = sum(one.state not in DOWN for one in read)
    return working >= WORKING_SHARE * len(read), f"{working} of {len(read)} work"
