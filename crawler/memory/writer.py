"""Writing what was read: what came in during one commit, and what follows it at once, goes into the next one."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from timthau.model.moment import HANOI
from timthau.model.notice import Guide, Notice
from timthau.model.record import KnownPage, Saved
from timthau.store.notice import Store

#: While more comes in within so many seconds it is waited for, so often at most.
_NEXT_SECONDS = 0.02
_MOST_WAITS = 12

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Entry:
    page: KnownPage
    notice: Notice | None
    guide: Guide | None
    saved: Saved | None = None
    error: Exception | None = None
    written: asyncio.Event = field(default_factory=asyncio.Event)


class Ledger:
    """The one writer of a run. An entry counts as written when it is on the disk.

    Notices are written before the pages that they stood on: a kill between the two makes the next run read a page
    again, and loses nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

    def note(self, page: KnownPage, notice: Notice | None = None) -> None:
        """Write soon; nobody waits for it."""
        self._enter(_Entry(page, notice, None))

    async def write(self, page: KnownPage, notice: Notice | None = None, guide: Guide | None = None) -> Saved | None:
        """Write, and say under which version the notice is stored. Raises what the database raises."""
        entry = _Entry(page, notice, guide)
        self._enter(entry)
        await entry.written.wait()
        if entry.error:
            raise entry.error
        return entry.saved

    async def settle(self) -> None:
        """Wait until all is written."""
        while self._writing:
            await self._writing

    def _enter(self, entry: _Entry) -> None:
        self._waiting.append(entry)
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())

    async def _write_all(self) -> None:
        while batch := self._waiting:
            self._waiting = []
            await asyncio.to_thread(self._commit, batch)
            for entry in batch:
                entry.written.set()
            await self._gather()
        self._writing = None

    async def _gather(self) -> None:
        """Wait for what comes in now: a commit costs the same for one and for ten."""
        count = 0
        for _ in range(_MOST_WAITS):
            if len(self._waiting) == count:
                break
            count = len(self._waiting)
            await asyncio.sleep(_NEXT_SECONDS)

    def _commit(self, batch: Sequence[_Entry]) -> None:
        """Write a batch; what the database refuses does not take the others along."""
        try:
            said = [entry for entry in batch if entry.notice]
            notices = [entry.notice for entry in said if entry.notice]
            for entry, saved in zip(said, self._store.save_all(notices, datetime.now(HANOI)), strict=True):
                entry.saved = saved
            for entry in batch:
                if entry.guide:
                    self._store.save_guide(entry.guide)
            self._store.save_pages([entry.page for entry in batch])
        except Exception as error:  # noqa: BLE001 - whatever the database refuses, who waits for it hears of it
            if len(batch) > 1:
                for entry in batch:
                    self._commit([entry])
            else:
                logger.error("%s: cannot be written: %s", batch[0].page.url, error)
                batch[0].error = error
