"""Everything in one process: the page, the crawls and the alerts, and a clean end."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml

from cli import schedule
from crawler.source import load_sources, source_folders
from desk.office import open_office
from tests import ROOT
from tests.site import postgresql
from tests.site.alert_stores import NOON, StaffedStores
from timthau.config import Settings
from timthau.model.alert import Frequency
from timthau.model.desk.record import Work
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.store.notice import Store
from timthau.store.process.attendance import Attendance

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
    deadline = time.monotonic() + 120
    while len(list((stores.settings.home / "outbox").glob("*.eml"))) < 2:  # the confirmation and the alert
        assert time.monotonic() < deadline
        time.sleep(0.05)  # polling another process
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
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
    deadline = time.monotonic() + 120
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


def _list_commands() -> list[list[str]]:
    """What the containers of deploy/compose.workers.yaml run, as often as it asks for."""
    services = yaml.safe_load((ROOT / "deploy" / "compose.workers.yaml").read_text(encoding="utf-8"))["services"]
    ours = [service for service in services.values() if "command" in service]
    return [service["command"] for service in ours for _ in range(service["deploy"]["replicas"])]


@pytest.fixture
def database_url() -> Iterator[str]:
    if not postgresql.is_installed():
        pytest.skip("needs Debian's postgresql")
    with postgresql.run_server() as url:
        yield url


def test_two_of_every_part_work_side_by_side_and_are_known(
    settings: Settings, database_url: str, make_notice: MakeNotice
) -> None:
    commands = _list_commands()
    assert Counter(command[1] for command in commands) == dict.fromkeys(("web", "crawl", "index", "alerts"), 2)
    env = os.environ | {"TIMTHAU_HOME": str(settings.home), "TIMTHAU_DATABASE_URL": database_url}
    env |= {"PYTHONUNBUFFERED": "1", "TIMTHAU_SECRET_KEY": "the same for all of them", "TIMTHAU_ORIGINALS_URL": "none"}
    with closing(Store.open(database_url)) as store, ExitStack() as started:
        for source in load_sources(source_folders(settings.home)):  # their sites cannot be reached from here
            store.pause_source(source.name, NOON)
        processes = []
        for command in commands:
            port = ["--port", "0"] if command[1] == "web" else []
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", *command, *port], env=env, stdout=subprocess.PIPE, text=True
            )
            processes.append(started.enter_context(process))
            started.callback(process.kill)
        announced = [process.stdout.readline().split()[-1] for process in processes if process.stdout]
        store.save(make_notice("a", title="Báo giá băng phim"), NOON)
        url = announced[0].replace("0.0.0.0", "127.0.0.1")
        known = "2 of 2 alerts alive; 2 of 2 crawl alive; 2 of 2 index alive; 2 of 2 web alive"
        assert _comes(lambda: re.sub(r", last sign of life [-\d: ]{16}", "", _ask(f"{url}readyz")["workers"]) == known)
        assert _comes(lambda: _ask(f"{url}readyz")["index"] == "has everything")
        assert _comes(lambda: f"/notices/{make_notice('a').id}" in _read(f"{url}search?q=phim"))
        for process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(60) for process in processes] == [0] * len(processes)
        assert Attendance(store.engine).workers(datetime.now(HANOI)) == []


def _comes(is_so: Callable[[], bool]) -> bool:
    """Whether something comes true within a generous time."""
    deadline = time.monotonic() + 120
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)  # polling another process
    return True


def _ask(url: str) -> dict[str, str]:
    return {name: part["message"] for name, part in json.loads(_read(url))["parts"].items()}


def _read(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:  # not everything need be fit
        with error:
            return error.read().decode()
