"""Everything in one process: the page, the crawls and the alerts, and a clean end."""

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli import schedule
from desk.office import open_office
from index.opening import open_engine
from tests.site.alert_stores import NOON, StaffedStores
from timthau.config import Settings
from timthau.model.alert import Frequency
from timthau.model.desk.record import Work
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.notice import Store

pytestmark = pytest.mark.slow

MakeNotice = Callable[..., Notice]


def test_work_that_fails_is_logged_and_taken_up_again(
    settings: Settings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "_AGAIN_AFTER", 0.01)
    works = schedule.Schedule(settings)
    calls = []

    def work() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("broken")
        works._stopping.set()

    works._keep("alerts", work)
    assert len(calls) == 2
    assert "alerts failed and are tried again" in caplog.text


def test_the_command_serves_sends_and_ends_in_good_order(
    stores: StaffedStores, make_notice: MakeNotice, tmp_path: Path
) -> None:
    stores.subscribe(frequency=Frequency.IMMEDIATE)
    stores.store.save(
        make_notice("a", title="Báo giá băng phim", deadline_at=datetime.now(HANOI) + timedelta(days=9)), NOON
    )
    # The definitions that ship name sites that cannot be reached from here; a command that waits stands for the crawls.
    waiting = [sys.executable, "-c", "import signal; signal.pause()"]
    code = (
        "import sys; from cli import schedule; "
        f"schedule._command = lambda *_: {waiting!r}; "
        "from cli.main import main; main(['run', '--port', '0'])"
    )
    env = os.environ | {
        "TIMTHAU_HOME": str(stores.settings.home),
        "TIMTHAU_GATHER_MINUTES": "0",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    url = process.stdout.readline().rpartition(" ")[2].strip()
    with urllib.request.urlopen(f"{url}search?q=phim") as answer:
        assert answer.status == 200
    deadline = time.monotonic() + 30
    while len(list((stores.settings.home / "outbox").glob("*.eml"))) < 2:  # the confirmation and the alert
        assert time.monotonic() < deadline
        time.sleep(0.05)  # polling another process
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    process.stdout.close()


def test_a_crawl_that_is_on_its_way_is_ended_with_the_schedule(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    code = (
        "import pathlib, time\n"
        f"pathlib.Path({str(begun)!r}).touch()\n"
        "try: time.sleep(60)\n"
        f"except KeyboardInterrupt: pathlib.Path({str(ended)!r}).touch()"
    )
    monkeypatch.setattr(schedule, "_command", lambda *_: [sys.executable, "-c", code])
    works = schedule.Schedule(settings)
    works.start()
    deadline = time.monotonic() + 20
    while not begun.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)  # polling another process
    works.stop()
    assert ended.exists()


def test_a_stop_that_comes_while_the_crawls_are_being_started_ends_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = schedule.Schedule(settings)
    stopper = threading.Thread(target=works.stop)

    def command(*_arguments: str) -> list[str]:
        stopper.start()
        assert works._stopping.wait(5)
        return [sys.executable, "-c", "import time; time.sleep(60)"]

    monkeypatch.setattr(schedule, "_command", command)
    works._threads = [threading.Thread(target=works._keep_crawling)]
    began = time.monotonic()
    works.start()
    works._threads[0].join()
    stopper.join()
    assert time.monotonic() - began < 30


def test_one_part_does_what_was_asked_for_at_the_desk_and_the_others_leave_it(settings: Settings) -> None:
    """`timthau run crawl` beside `timthau run web`; a command that waits stands for the crawls of what ships."""
    code = (
        "import sys; from cli import schedule; command = schedule._command; "
        "waiting = [sys.executable, '-c', 'import signal; signal.pause()']; "
        "schedule._command = lambda *said: waiting if said[0] == 'crawl' else command(*said); "
        "schedule._LOOK = 0.1; from cli.main import main; main(['run', sys.argv[1]])"
    )
    env = os.environ | {"TIMTHAU_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"}
    with open_office(settings) as office:
        office.errands.ask(Work.REREAD, "nobody", by="lan", at=NOON)
        for part, is_done in (("alerts", False), ("crawl", True)):
            command = [sys.executable, "-c", code, part]
            with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout
                assert process.stdout.readline() == f"TimThau: {part}\n"
                deadline = time.monotonic() + 120
                while is_done and not office.errands.errands()[0].ended_at:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)  # polling another process
                process.send_signal(signal.SIGTERM)
            assert process.returncode == 0
            assert office.errands.count_waiting() == (0 if is_done else 1)
        assert office.errands.errands()[0].outcome == "failed: there is no notice nobody"


def test_a_process_that_only_indexes_follows_the_store(settings: Settings, make_notice: MakeNotice) -> None:
    env = os.environ | {"TIMTHAU_HOME": str(settings.home), "PYTHONUNBUFFERED": "1"}
    with closing(Store.open(settings.database_url)) as store, closing(open_engine(settings.index_url)) as engine:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "run", "index"], env=env, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        assert process.stdout.readline() == "TimThau: index\n"
        store.save(make_notice("a", title="Báo giá băng phim"), NOON)
        deadline = time.monotonic() + 60
        while engine.cursor() < store.last_change():
            assert time.monotonic() < deadline
            time.sleep(0.05)  # polling another process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()
