"""Running crawls from a program: several at once, again and again, and killed at any moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.process.run import crawl
from tests import ROOT
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings
from timthau.errors import SourceError
from timthau.model.record import RunStatus
from timthau.store.notice import Store

pytestmark = pytest.mark.slow

MENU = (("/bao-gia/", "Yêu cầu báo giá"),)
_COUNT = 30


def hospital(*, files: bool = True) -> Site:
    names = {f"/bao-gia/{n}.html": f"Yêu cầu báo giá mua vật tư đợt {n}" for n in range(_COUNT)}
    file = '<a href="/f/{}.docx">danh-muc-{}.docx</a>'
    pages: dict[str, Any] = {"/": listing(menu=MENU), "/bao-gia/": listing(*names.items(), menu=MENU)}
    for number, (path, title) in enumerate(names.items()):
        pages[path] = article(title, extra=file.format(number, number) if files else "")
        pages[f"/f/{number}.docx"] = Answer(f"Danh mục {number}", 200, {"Content-Type": "text/plain"})
    return Site(pages)


def said(settings: Settings) -> list[dict[str, Any]]:
    store = Store.open(settings.database_url)
    notices = [notice.to_json() for notice in store.each_notice()]
    store.close()
    return [{k: v for k, v in notice.items() if k not in ("first_seen_at", "last_seen_at")} for notice in notices]


def count(settings: Settings) -> int:
    store = Store.open(settings.database_url)
    number = store.count()
    store.close()
    return number


def settings_in(folder: Path) -> Settings:
    return Settings.load({"TIMTHAU_HOME": str(folder)})


def test_several_sources_are_crawled_at_once_and_reported_in_their_order(settings: Settings) -> None:
    with serve(hospital()) as one, serve(Site({"/": Answer("", 500)})) as two, serve(hospital()) as three:
        reports = crawl([one, two, three], settings=settings, delay=0)
    assert [report.status for report in reports] == ["ok", "failed", "ok"]
    assert [report.source.rpartition("-")[2] for report in reports] == [
        url.rpartition(":")[2] for url in (one, two, three)
    ]
    assert count(settings) == 2 * _COUNT


def test_a_wrong_target_is_refused_before_anything_is_fetched(settings: Settings) -> None:
    site = hospital()
    with serve(site) as url, pytest.raises(SourceError):
        crawl([url, "nowhere"], settings=settings, delay=0)
    assert site.requests == []


def test_a_definition_file_is_a_target(settings: Settings, tmp_path: Path) -> None:
    site = hospital()
    with serve(site) as url:
        path = tmp_path / "thu-nghiem.toml"
        path.write_text(f'title = "Thử"\nhome = "{url}/"\nlists = ["{url}/bao-gia/"]\nexpected_minimum = 99\n', "utf-8")
        (report,) = crawl([str(path)], settings=settings, delay=0)
    assert (report.source, report.status, report.new) == ("thu-nghiem", "failed", _COUNT)
    assert report.message.startswith("30 notices found, at least 99 expected")


_SCRIPT = """
import json, sys
from crawler.process.run import crawl
from timthau.config import Settings
settings = Settings.load({"TIMTHAU_HOME": sys.argv[2], "TIMTHAU_DATABASE_URL": sys.argv[3]})
crawl([sys.argv[1]], settings=settings, delay=0.25)
"""


def children_of(pid: int) -> list[int]:
    """The processes below one, at any depth."""
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += [int(path.parent.name), *children_of(int(path.parent.name))]
    return found


@pytest.mark.parametrize("whom", ["child", pytest.param("parent", marks=pytest.mark.nightly)])
def test_a_killed_crawl_is_completed_by_the_same_crawl(make_installation: Callable[[], Settings], whom: str) -> None:
    undisturbed, killed = make_installation(), make_installation()
    # Files are asked for when all pages were; a child whose parent is gone ends in good order, and keeps what it has.
    with serve(hospital(files=whom == "child")) as url:
        crawl([url], settings=undisturbed, delay=0)
        for _ in range(2):
            least = count(killed) + 4
            process = subprocess.Popen([sys.executable, "-c", _SCRIPT, url, str(killed.home), killed.database_url])
            until = time.monotonic() + 300
            while count(killed) < least and process.poll() is None:
                assert time.monotonic() < until, "the crawl neither ended nor came to the point to be killed at"
                time.sleep(0.05)  # polling another process
            below = children_of(process.pid)
            for pid in [process.pid] if whom == "parent" else below:
                os.kill(pid, signal.SIGKILL)
            process.wait()
            for pid in below:  # a crawl whose parent is gone ends by itself
                while Path(f"/proc/{pid}").exists():
                    assert time.monotonic() < until, "a child went on without its parent"
                    time.sleep(0.05)  # polling another process
        assert count(killed) >= 8
        (report,) = crawl([url], settings=killed, delay=0)
    assert report.status == "ok"
    assert said(killed) == said(undisturbed)
    store = Store.open(killed.database_url)
    ends = [run.status for run in store.runs(report.source)]
    store.close()
    assert ends[0] is RunStatus.OK
    assert set(ends[1:]) <= {RunStatus.INTERRUPTED, RunStatus.FAILED}


def test_a_crawl_that_is_told_to_stop_is_interrupted_and_no_failure_of_the_source(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    with serve(hospital()) as url:
        command = [sys.executable, "-m", "cli", "crawl", url, "--delay", "0.2"]
        env = os.environ | {"TIMTHAU_HOME": str(settings.home)}
        process = subprocess.Popen(command, env=env, start_new_session=True, stderr=subprocess.PIPE)
        until = time.monotonic() + 300
        while count(settings) < 2:
            assert time.monotonic() < until
            time.sleep(0.05)  # polling another process
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=300)
    store = Store.open(settings.database_url)
    (run,) = store.recent_runs()
    store.close()
    assert run.status is RunStatus.INTERRUPTED
    assert "told to stop" in run.message


def test_a_plain_script_may_crawl(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT + "print('once')\n", encoding="utf-8")
    with serve(hospital()) as url:
        settings = settings_in(tmp_path / "home")
        command = [sys.executable, str(script), url, str(settings.home), settings.database_url]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["once"]
    assert count(settings) == _COUNT


def test_scrapy_knows_the_spiders() -> None:
    root = ROOT
    command = [sys.executable, "-m", "scrapy", "list"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["egp", "egp-prices", "site"]


def test_the_address_of_a_notice_reads_that_notice_again_and_leaves_the_runs_alone(settings: Settings) -> None:
    site = hospital()
    with serve(site) as url:
        crawl([url], settings=settings, delay=0)
        site.pages["/bao-gia/7.html"] = article("Yêu cầu báo giá mua vật tư đợt 7 (gia hạn)")
        site.requests.clear()
        (report,) = crawl([f"{url}/bao-gia/7.html?utm_source=mail"], settings=settings, delay=0)
    assert (report.status, report.found, report.changed) == ("ok", 1, 1)
    assert sorted(site.asked()) == ["/", "/bao-gia/7.html"]
    store = Store.open(settings.database_url)
    assert len(store.recent_runs()) == 1
    store.close()


def test_a_source_that_shares_its_host_reads_its_own_path_alone(settings: Settings, tmp_path: Path) -> None:
    menu = (("/web/a/bao-gia/", "Yêu cầu báo giá"), ("/web/b/bao-gia/", "Yêu cầu báo giá"))
    pages: dict[str, Any] = {"/web/a/": listing(menu=menu)}
    for agency in "ab":
        link = (f"/web/{agency}/bao-gia/1.html", f"Yêu cầu báo giá mua máy thở của {agency}")
        pages[f"/web/{agency}/bao-gia/"] = listing(link, menu=menu)
        pages[link[0]] = article(link[1])
    site = Site(pages)
    with serve(site) as url:
        path = tmp_path / "a.toml"
        path.write_text(f'title = "A"\nhome = "{url}/web/a/"\npath = "/web/a/"\n', "utf-8")
        (report,) = crawl([str(path)], settings=settings, delay=0)
    assert (report.status, report.found) == ("ok", 1)
    assert site.asked("/web/b/") == []
