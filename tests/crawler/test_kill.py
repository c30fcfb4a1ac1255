"""A process that is killed loses nothing: the same command again gives what an undisturbed run gives."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError, ProgrammingError

from cli.main import main
from tests.crawler.process.test_run import hospital
from tests.site.loopback import serve
from timthau.config import Settings
from timthau.exchange.table import write_jsonl
from timthau.model.moment import HANOI
from timthau.model.notice import Item, Notice
from timthau.store.notice import Store

pytestmark = pytest.mark.slow

MakeNotice = Callable[..., Notice]
Home = Callable[[str], dict[str, str]]

_COUNT = 600  # three batches
_RELATE = """
from timthau.config import Settings
from timthau.store.notice import Store
Store.open(Settings.load().database_url).relations.catch_up(batch=50)
"""
_WHEN = ("first_seen_at", "last_seen_at")


@pytest.fixture
def home(tmp_path: Path, name_home: Callable[[Path], dict[str, str]]) -> Home:
    return lambda name: os.environ | name_home(tmp_path / name) | {"PYTHONUNBUFFERED": "1"}


@pytest.fixture
def notices(tmp_path: Path, make_notice: MakeNotice) -> Path:
    path = tmp_path / "notices.jsonl"
    goods = ["kim luồn", "băng cuộn", "máy thở", "thủy tinh thể", "hóa chất", "găng tay", "dây truyền dịch"]
    with path.open("wb") as out:
        write_jsonl(
            (
                make_notice(
                    str(number),
                    title=f"Yêu cầu báo giá {goods[number % 7]} đợt {number}",
                    items=tuple(Item(position=i, name=f"{goods[i % 7]} số {number + i}") for i in range(12)),
                )
                for number in range(_COUNT)
            ),
            out,
        )
    return path


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli", *arguments]


def _run(env: dict[str, str], *arguments: str) -> str:
    """What a command says; in this process, as hundreds of processes would take minutes to start."""
    result = CliRunner(env=env).invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def _crawl(env: dict[str, str], command: list[str]) -> None:
    subprocess.run(_command(*command), env=env, capture_output=True, timeout=300, check=True)


def _kill(env: dict[str, str], command: list[str], *, when: Callable[[], bool]) -> bool:
    """Start a command and kill it with SIGKILL as soon as `when` holds; False when it ended before."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 300
    while process.poll() is None and not when():
        assert time.monotonic() < deadline, f"{command} neither ended nor came to the point to be killed at"
        time.sleep(0.01)  # polling another process; nothing waits for a duration
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return alive


def _said(env: dict[str, str]) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in _run(env, "export").splitlines()]
    return [{name: value for name, value in line.items() if name not in _WHEN} for line in lines]


def _found(env: dict[str, str]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for query in ("băng cuộn đợt 7", "vật tư đợt 7", "số 400"):
        answer = json.loads(_run(env, "search", query, "--json", "-n", "50"))
        found.append((answer["total"], [(hit["id"], hit["score"]) for hit in answer["hits"]]))
    return found


def _stored(env: dict[str, str]) -> int:
    """How many notices there are; asked in a loop, so without the checks that a store makes when it is opened."""
    engine = create_engine(Settings.load(env).database_url)
    try:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM notice").scalar_one())
    except (OperationalError, ProgrammingError):  # no tables yet
        return 0
    finally:
        engine.dispose()


def test_a_killed_import_is_completed_by_the_same_import(home: Home, notices: Path) -> None:
    undisturbed, killed = home("undisturbed"), home("killed")
    _run(undisturbed, "import", str(notices))
    moments = [
        lambda: _stored(killed) >= 1,
        lambda: _stored(killed) >= _COUNT // 2,
        lambda: _stored(killed) == _COUNT,  # all stored, the index not yet
    ]
    assert [_kill(killed, _command("import", str(notices)), when=moment) for moment in moments[:2]] == [True, True]
    _kill(killed, _command("import", str(notices)), when=moments[2])
    _run(killed, "import", str(notices))
    assert _said(killed) == _said(undisturbed)
    assert _found(killed) == _found(undisturbed)


def _relations(env: dict[str, str], notice: Notice) -> int:
    with closing(Store.open(Settings.load(env).database_url)) as store:
        return len(store.relations.of(notice.id))


def test_relations_that_a_kill_left_half_done_are_completed_by_the_next_export(
    home: Home, make_notice: MakeNotice
) -> None:
    said = {"buyer": "Bệnh viện Mắt", "amount_vnd": 5, "published_at": date(2026, 11, 2)}
    notices = [make_notice(f"{n}{half}", title=f"Mua kim luồn đợt {n}", **said) for n in range(350) for half in "ab"]
    undisturbed, killed = home("undisturbed"), home("killed")
    for env in (undisturbed, killed):
        with closing(Store.open(Settings.load(env).database_url)) as store:
            store.save_all(notices, datetime(2026, 11, 23, 9, 0, tzinfo=HANOI))
    with closing(Store.open(Settings.load(killed).database_url)) as store:  # open, as it is asked in a loop
        for one in (notices[60], notices[300]):
            assert _kill(killed, [sys.executable, "-c", _RELATE], when=lambda one=one: bool(store.relations.of(one.id)))
    assert _relations(killed, notices[-1]) == 0
    assert _said(killed) == _said(undisturbed)
    assert all(len(line["related"]) == 1 for line in _said(killed))


def test_a_search_after_a_kill_finds_all_that_is_stored(home: Home, notices: Path) -> None:
    env = home("killed")
    _kill(env, _command("import", str(notices)), when=lambda: _stored(env) >= 200)
    answer = json.loads(_run(env, "search", "yêu cầu báo giá", "--json"))
    assert answer["total"] >= _stored(env) >= 200


def test_a_killed_reindex_leaves_a_usable_index(home: Home, notices: Path) -> None:
    env = home("killed")
    _run(env, "import", str(notices))
    before = _found(env)
    index = Path(env["TIMTHAU_HOME"], "index")
    known = set(index.rglob("*"))
    grown = [1, 5]
    for files in grown:
        _kill(env, _command("reindex"), when=lambda files=files: len(set(index.rglob("*")) - known) >= files)
        assert _found(env) == before
    _run(env, "reindex")
    assert _found(env) == before


@pytest.mark.nightly  # tests/crawler/process/test_run.py kills crawls too
def test_a_killed_crawl_is_completed_by_the_same_crawl(home: Home) -> None:
    undisturbed, killed = home("undisturbed"), home("killed")
    with serve(hospital(files=False)) as url:
        command = ["crawl", url, "--delay", "0.2"]
        _crawl(undisturbed, command)
        for count in (1, 20):
            assert _kill(killed, _command(*command), when=lambda count=count: _stored(killed) >= count)
        _crawl(killed, command)
        assert {notice["version"] for notice in _said(killed)} == {1}
        assert _said(killed) == _said(undisturbed)
        assert _found(killed) == _found(undisturbed)
