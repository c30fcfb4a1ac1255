"""The overview of a store for a process that answers many: counted once, then what has changed."""

import threading
import time
from collections.abc import Callable

from timthau.errors import StoreError
from timthau.store.notice import Store
from timthau.store.overview.copy import KeptOverview, OverviewCopy
from timthau.store.overview.count import Count, Overview

_FRESH_SECONDS = 60
_COPIED_SECONDS = 600  # after which the copy for the next process is written anew
_AT_ONCE = 500  # changes, whose notices are looked at together


class OverviewKeeper:
    """The overview of a store, brought up to its last change at most once a minute. Safe for threads.

    All notices are counted once, then those alone that have changed; who asks meanwhile gets what was there before.
    While they are counted for the first time that is what an earlier process kept in the `copy`, if it did.
    """

    def __init__(
        self, store: Store, copy: OverviewCopy | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._copy, self._clock = store, copy, clock
        self._lock, self._opening = threading.Lock(), threading.Lock()
        self._count: Count | None = None
        self._kept: Overview | None = None
        self._opened = False
        self._counted_at = self._copied_at = 0.0
        self._change = 0

    def get(self) -> Overview:
        """The overview, at most a minute old, or where not all is counted yet as old as the copy."""
        kept = self._open()
        if kept is not None and (self._count is None or not self._lock.acquire(blocking=False)):
            return kept
        if kept is None:
            self._lock.acquire()
        try:
            present = self._clock()
            is_fresh = present - self._counted_at <= _FRESH_SECONDS
            return self._kept if self._kept and is_fresh else self._refresh(present)
        finally:
            self._lock.release()

    def _refresh(self, present: float) -> Overview:
        self._kept = self._catch_up()
        self._counted_at = present
        if present - self._copied_at > _COPIED_SECONDS or not self._copied_at:
            self._keep_copy(self._kept)
            self._copied_at = present
        return self._kept

    def _open(self) -> Overview | None:
        """What there is without counting; where that is the copy, all is counted aside."""
        with self._opening:
            if not self._opened and self._copy and (kept := self._copy.load()) and self._is_of_store(kept):
                self._kept = kept.overview
                threading.Thread(target=self._count_aside, name="overview", daemon=True).start()
            self._opened = True
        return self._kept

    def _count_aside(self) -> None:
        with self._lock:
            try:
                self._refresh(self._clock())
            except StoreError:
                self._kept = None  # who asks next counts, and is told

    def _is_of_store(self, kept: KeptOverview) -> bool:
        """Whether the store had the change that a copy was made after."""
        found = self._store.changes_after(kept.change - 1, 1)
        return bool(found) and (found[0].seq, found[0].changed_at) == (kept.change, kept.changed_at)

    def _keep_copy(self, overview: Overview) -> None:
        if self._copy and (found := self._store.changes_after(self._change - 1, 1)) and found[0].seq == self._change:
            self._copy.save(KeptOverview(overview, self._change, found[0].changed_at))

    def _catch_up(self) -> Overview:
        """Count what has changed; all, at first and where the database has become another one."""
        last = self._store.last_change()
        if self._count is None or last < self._change:
            count = Count()
            count.take(self._store.each_summary())
            self._count, self._change = count, last
            return count.build()
        before = self._change
        while changes := self._store.changes_after(self._change, _AT_ONCE):
            ids = {change.id for change in changes if change.entity in ("notice", "state", "decision")}
            found = self._store.summaries(ids)
            self._count.take(found.values())
            self._count.drop(ids - found.keys())
            self._change = changes[-1].seq
        return self._kept if self._kept and self._change == before else self._count.build()
