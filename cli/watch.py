"""`timthau crawl --watch`: each source is read whenever it is due, several side by side, until it is told to end."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import click

from crawler.process.due import Due, plan_next
from crawler.process.fleet import Fleet, start_all
from crawler.process.job import Job, Order, RunReport
from crawler.source import Source, load_sources, source_folders
from timthau.config import Settings
from timthau.errors import SourceError
from timthau.model.moment import HANOI
from timthau.store.notice import Store
from timthau.store.process.attendance import attend

_log = logging.getLogger(__name__)

_LISTEN_SECONDS = 0.5
_PLAN_SECONDS = 5.0  # between two looks at what is due
_NOTE_SECONDS = 60.0  # between two notes in the store of when each source is due
_RUNS_LOOKED_AT = 12  # of each source, to see how often it failed
#: A run that would have to end so soon, as a quiet time begins, is not worth its beginning.
_SHORTEST_RUN = timedelta(minutes=1)


class Watch:
    """What is due is read; definitions, pauses and runs are looked at again and again, so that all can be changed."""

    def __init__(self, settings: Settings, store: Store, fleet: Fleet, job: Job) -> None:
        self._settings, self._store, self._fleet, self._job = settings, store, fleet, job
        self._begun_at = datetime.now(HANOI)
        self._tried: dict[str, datetime] = {}
        self._sources: list[Source] = []
        self._planned_at = self._noted_at = float("-inf")

    def look(self, now: datetime) -> None:
        """Begin what is due and has room, and keep in the store when the others are."""
        if time.monotonic() - self._planned_at < _PLAN_SECONDS:
            return
        self._planned_at = time.monotonic()
        self._begun_at = min(self._begun_at, now)  # a clock that was set back
        standings = self._store.standings()
        due = plan_next(
            self._load_sources(),
            self._store.recent_runs(_RUNS_LOOKED_AT),
            now=now,
            tried=self._tried,
            paused={name for name, standing in standings.items() if standing.paused_at},
        )
        running = self._fleet.running
        late = (one for one in due if one.at <= now and one.source.name not in running)
        orders = [order for one in late if (order := self._order(one, now))]
        left = {order.source.name for order in start_all(self._fleet, orders)}
        self._tried |= {order.source.name: now for order in orders if order.source.name not in left}
        if time.monotonic() - self._noted_at >= _NOTE_SECONDS:
            self._noted_at = time.monotonic()
            self._store.note_due(self._list_times(due, now), standings)
        self._fleet.retire()

    def go_on(self) -> None:
        """One run is over; another may begin."""
        self._planned_at = float("-inf")

    def _load_sources(self) -> list[Source]:
        try:
            self._sources = load_sources(source_folders(self._settings.home))
        except SourceError as error:  # somebody is writing one; what was known goes on meanwhile
            _log.error("%s", error)
        return self._sources

    def _order(self, due: Due, now: datetime) -> Order | None:
        """The run to make; None while the source's quiet time is on or near."""
        seconds, quiet = due.source.run_seconds, due.source.seconds_to_quiet(now)
        if quiet is not None:
            if quiet < _SHORTEST_RUN.total_seconds():
                return None
            seconds = min(seconds or quiet, quiet)
        return Order(source=due.source, job=self._job, seconds=seconds)

    def _list_times(self, due: list[Due], now: datetime) -> dict[str, datetime]:
        """When each source is due; what is being read or has its quiet time is not late, nor what nobody looked at."""
        running = self._fleet.running
        return {
            one.source.name: max(
                one.at, now if one.source.name in running or self._order(one, now) is None else self._begun_at
            )
            for one in due
        }


def watch(settings: Settings, announce: Callable[[RunReport], None]) -> None:
    """Read what is due until SIGTERM or SIGINT; a second one ends everything at once. `announce` hears of each end."""
    from cli.session import follow_store

    stopping = threading.Event()
    job = Job.of(settings)
    with follow_store(settings) as (store, catch_up_now_and_then):
        with (
            Fleet(job, at_once=settings.crawls_at_once) as fleet,
            attend(settings.database_url, "crawl", lambda: fleet.running),
        ):

            def stop(*_: object) -> None:
                if stopping.is_set():
                    fleet.kill()
                    raise click.Abort
                stopping.set()

            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, stop)
            works = Watch(settings, store, fleet, job)
            while not stopping.is_set():
                works.look(datetime.now(HANOI))
                for message in fleet.listen(_LISTEN_SECONDS):
                    if isinstance(message, RunReport):
                        works.go_on()
                        announce(message)
                catch_up_now_and_then()
        store.note_due({}, store.standings())  # nobody is late when nobody looks, as the operator wished
