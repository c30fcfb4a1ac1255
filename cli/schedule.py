"""Everything in one process: the page, crawls when they are due, a round of alerts every minute."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from timthau.config import Settings, data_dir
from timthau.model.moment import HANOI
from timthau.model.record import RunStatus
from timthau.store.notice import Store

_log = logging.getLogger(__name__)

_ROUND = 60.0  # seconds between two rounds of alerts, and two looks at which source is due
_AGAIN_AFTER = 60.0  # seconds until work that failed is taken up again
_NEVER = datetime(2000, 1, 1, tzinfo=HANOI)
#: How long a crawl may take to end when it is asked to; it finishes the pages that are on their way.
_GRACE_SECONDS = 40


class Schedule:
    """Jobs in threads of their own. A job that fails is logged and tried again when its time comes."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._crawl: subprocess.Popen[bytes] | None = None
        #: Held while a crawl is started, so that who stops sees the crawl or keeps it from starting.
        self._starting = threading.Lock()
        self._tried: dict[str, datetime] = {}
        self._threads = [
            threading.Thread(target=self._keep, args=(name, work), name=name)
            for name, work in (("alerts", self._send_alerts), ("crawls", self._crawl_sources))
        ]

    def start(self) -> None:
        """Begin with a round of alerts and what is due of the crawls."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End what is running in good order; gives back when it has ended. Safe to call again."""
        self._stopping.set()
        with self._starting:
            crawl = self._crawl
        if crawl and crawl.poll() is None:
            # The crawl has a process group of its own: its child reads the pages.
            os.killpg(crawl.pid, signal.SIGINT)
            try:
                crawl.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(crawl.pid, signal.SIGKILL)
        for thread in self._threads:
            thread.join()

    def _keep(self, name: str, work: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                work()
            except Exception:  # noqa: BLE001  # whatever it was, the next round must come; doctor sees that this one did not
                _log.exception("%s failed and are tried again", name)
            self._stopping.wait(_AGAIN_AFTER)

    def _send_alerts(self) -> None:
        from alerts.mailer import open_mailer
        from alerts.stores import AlertStores
        from alerts.worker import Worker

        with AlertStores.open(self._settings) as stores, open_mailer(self._settings) as mailer:
            worker = Worker(stores, mailer, stopping=self._stopping.is_set)
            while not self._stopping.is_set():
                if trouble := worker.run().tally.trouble:
                    _log.error("alerts: %s", trouble)
                self._stopping.wait(_ROUND)

    def _crawl_sources(self) -> None:
        while not self._stopping.is_set():
            for name in list_due(self._settings, datetime.now(HANOI), self._tried):
                with self._starting:
                    if self._stopping.is_set():
                        return
                    self._tried[name] = datetime.now(HANOI)
                    self._crawl = subprocess.Popen(_command("crawl", name), start_new_session=True)
                code = self._crawl.wait()
                if code and not self._stopping.is_set():
                    _log.error("the crawl of %s ended with code %s", name, code)
            self._stopping.wait(_ROUND)


def list_due(settings: Settings, now: datetime, tried: Mapping[str, datetime]) -> list[str]:
    """The enabled sources whose interval has passed since their last run, or whose last run was interrupted.

    The longest waiting stand first.

    `tried` are starts that may have left no run behind, such as of a crawl that could not read its definition.
    """
    from crawler.source import load_sources

    waiting: list[tuple[datetime, str]] = []
    store = Store.open(settings.database_url)
    try:
        for source in load_sources(data_dir() / "sources"):
            latest = store.runs(source.name, limit=1)
            starts = [run.started_at for run in latest if run.status is not RunStatus.INTERRUPTED]
            starts += [tried[source.name]] if source.name in tried else []
            start = max(starts, default=_NEVER)
            if source.enabled and now - start >= timedelta(hours=source.interval):
                waiting.append((start, source.name))
    finally:
        store.close()
    return [name for _, name in sorted(waiting)]


def run_everything(settings: Settings, *, host: str, port: int, announce: Callable[[str], None]) -> None:
    """Serve the page and keep the schedule until SIGTERM or SIGINT, then end both in good order.

    `announce` is told the address. Raises ConfigError when the address cannot be had.
    """
    from cli.server import open_server

    server = open_server(settings, host=host, port=port)
    schedule = Schedule(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.close())
    schedule.start()
    try:
        announce(server.url)
        server.run()
    finally:
        schedule.stop()


def _command(*arguments: str) -> Sequence[str]:
    return [sys.executable, "-m", "cli", *arguments]
