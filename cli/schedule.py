"""Everything in one process, or some of it: the page, crawls in a process beside it, a round of alerts every minute."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress

from timthau.config import Settings
from timthau.store.process.attendance import attend

_log = logging.getLogger(__name__)

#: What one process does that is told nothing; its crawls keep the index near the store.
USUAL_PARTS = ("web", "crawl", "alerts")

_ROUND = 60.0  # seconds between two rounds of alerts
_LOOK = 2.0  # seconds between two looks for what was asked for at the desk
_AGAIN_AFTER = 60.0  # seconds until work that failed is taken up again
#: How long the crawls may take to end when they are asked to; they finish the pages that are on their way.
_GRACE_SECONDS = 40


class Schedule:
    """Jobs in threads of their own. A job that fails is logged and tried again when its time comes."""

    def __init__(self, settings: Settings, parts: Collection[str] = USUAL_PARTS) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._beginning = threading.Lock()
        self._crawl: subprocess.Popen[bytes] | None = None
        self._threads = [
            threading.Thread(target=self._keep, args=(name, work), name=name)
            for part, name, work in (
                ("alerts", "alerts", self._send_alerts),
                ("crawl", "crawls", self._keep_crawling),
                ("crawl", "errands", self._run_errands),
                ("index", "index", self._keep_indexing),
            )
            if part in parts
        ]

    def start(self) -> None:
        """Begin with a round of alerts and what is due of the crawls."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End what is running in good order; gives back when it has ended. Safe to call again."""
        self._stopping.set()
        with self._beginning:
            crawl = self._crawl
        if crawl and crawl.poll() is None:
            crawl.send_signal(signal.SIGINT)  # it has a session of its own, and ends its children itself
            try:
                crawl.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        for thread in self._threads:
            thread.join()

    def kill(self) -> None:
        """End the crawls at once, by force."""
        if self._crawl and self._crawl.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._crawl.pid, signal.SIGKILL)

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

        with (
            attend(self._settings.database_url, "alerts"),
            AlertStores.open(self._settings) as stores,
            open_mailer(self._settings) as mailer,
        ):
            worker = Worker(stores, mailer, stopping=self._stopping.is_set)
            while not self._stopping.is_set():
                if trouble := worker.run().tally.trouble:
                    _log.error("alerts: %s", trouble)
                self._stopping.wait(_ROUND)

    def _run_errands(self) -> None:
        """What is asked for at the desk is done in a process of its own, one thing after the other."""
        from desk.office import open_office

        with open_office(self._settings) as office:
            while not self._stopping.is_set():
                if office.errands.count_waiting():
                    work = subprocess.Popen(_command("admin", "work"))
                    while work.poll() is None:
                        if self._stopping.wait(_LOOK):
                            work.send_signal(signal.SIGINT)
                            work.wait()
                self._stopping.wait(_LOOK)

    def _keep_indexing(self) -> None:
        """Both indexes follow the store, whoever writes to it; several may do so at once."""
        from cli.session import follow_store

        with (
            attend(self._settings.database_url, "index"),
            follow_store(self._settings) as (_, catch_up_now_and_then),
        ):
            while not self._stopping.wait(_LOOK):
                catch_up_now_and_then()

    def _keep_crawling(self) -> None:
        with self._beginning:  # or a stop between the look and the start would not know of what was started
            if self._stopping.is_set():
                return
            self._crawl = subprocess.Popen(_command("crawl", "--watch"), start_new_session=True)
        if (code := self._crawl.wait()) and not self._stopping.is_set():
            _log.error("the crawls ended with code %s and are begun again", code)


def run_parts(
    settings: Settings, parts: Collection[str], *, host: str, port: int, announce: Callable[[str], None]
) -> None:
    """Do some of web, crawl, index and alerts until SIGTERM or SIGINT, then end in good order; at once at the second.

    `announce` is told the address of the page. Raises ConfigError when the address cannot be had.
    """
    from cli.server import open_server

    server = open_server(settings, host=host, port=port) if "web" in parts else None
    schedule = Schedule(settings, parts)
    ending = threading.Event()

    def stop(*_: object) -> None:
        if ending.is_set():
            schedule.kill()
            os._exit(130)  # what was read is in the store, and mails are claimed before they are sent
        ending.set()
        if server:
            server.close()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    schedule.start()
    try:
        announce(server.url if server else ", ".join(parts))
        if server:
            server.run()
        else:
            ending.wait()
    finally:
        schedule.stop()


def _command(*arguments: str) -> Sequence[str]:
    return [sys.executable, "-m", "cli", *arguments]
