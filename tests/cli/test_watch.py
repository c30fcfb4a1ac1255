"""`timthau crawl --watch`: what is due is read, several side by side, and it ends promptly when it is told to."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli import watch
from cli.watch import Watch
from crawler.process.fleet import Fleet
from crawler.process.job import Job
from tests.crawler.process.test_fleet import endless, hospital
from tests.site.loopback import serve
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.record import RunStatus
from timthau.store.notice import Store


def _define(settings: Settings, name: str, url: str, more: str = "") -> None:
    folder = settings.home / "sources"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(f'title = "X"\nhome = "{url}/"\ndelay = 0.1\n{more}\n')


@pytest.fixture
def shipped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """No definitions but the operator's own: those that ship cannot be reached from here."""
    monkeypatch.setattr(watch, "source_folders", lambda home: (home / "sources",))


@pytest.mark.usefixtures("shipped")
def test_due_sources_are_read_and_the_store_knows_when_the_others_are(settings: Settings, store: Store) -> None:
    job = Job(home=settings.home, database_url=settings.database_url)
    now = datetime.now(HANOI)
    quiet = f'quiet = "{now - timedelta(minutes=5):%H:%M}-{now + timedelta(minutes=50):%H:%M}"'
    with serve(hospital()) as one, serve(hospital()) as two, serve(hospital()) as three:
        _define(settings, "first", one)
        _define(settings, "paused", two)
        _define(settings, "quiet", three, quiet)
        store.pause_source("paused", now)
        with Fleet(job, at_once=4) as fleet:
            works = Watch(settings, store, fleet, job)
            works.look(now)
            assert fleet.running == {"first"}
            while fleet.running:
                for _ in fleet.listen(0.5):
                    pass
    (run,) = store.recent_runs()
    assert (run.source, run.status) == ("first", RunStatus.OK)
    standings = store.standings()
    assert standings["paused"].due_at is None
    assert standings["paused"].paused_at
    assert standings["quiet"].due_at
    assert standings["quiet"].due_at >= now.replace(microsecond=0)


def test_the_command_ends_promptly_and_what_it_read_is_interrupted(settings: Settings, tmp_path: Path) -> None:
    code = (
        "from cli import watch; watch.source_folders = lambda home: (home / 'sources',)\n"
        "from cli.main import main; main(['crawl', '--watch'])"
    )
    with serve(endless()) as url:
        _define(settings, "endless", url)
        env = os.environ | {"TIMTHAU_HOME": str(settings.home)}
        process = subprocess.Popen([sys.executable, "-c", code], env=env, start_new_session=True)
        with closing(Store.open(settings.database_url)) as store:
            until = time.monotonic() + 90
            while not (store.pages("endless")):
                assert time.monotonic() < until
                time.sleep(0.1)  # polling another process
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
            (run,) = store.recent_runs()
            assert run.status is RunStatus.INTERRUPTED
            assert store.standings() == {}
