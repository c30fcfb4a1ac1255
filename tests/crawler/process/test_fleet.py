"""Many sources at once: none holds another, one host is asked by one run at a time, and every run has its bounds."""

import json
import multiprocessing
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from crawler.process.fleet import Fleet, start_all
from crawler.process.host_lock import HostLocks
from crawler.process.job import Job, Order, RunReport
from crawler.process.run import crawl
from crawler.source import Source, parse_source
from tests import ROOT
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.record import RunStatus
from timthau.store.notice import Store

MENU = (("/bao-gia/", "Yêu cầu báo giá"),)
NAMES = {f"/bao-gia/{n}.html": f"Yêu cầu báo giá mua vật tư đợt {n}" for n in range(4)}


def hospital() -> Site:
    pages = {"/": listing(menu=MENU), "/bao-gia/": listing(*NAMES.items(), menu=MENU)}
    return Site(pages | {path: article(title) for path, title in NAMES.items()})


def endless() -> Site:
    """Every page of its list names another page and another notice."""

    def make(target: str) -> str:
        number = int("".join(filter(str.isdigit, target)) or 0)
        if target.endswith(".html"):
            return article(f"Yêu cầu báo giá mua vật tư đợt {number}")
        shown = max(number, 1)
        pager = f'<div class="pager"><a href="/bao-gia/?page={shown + 1}">{shown + 1}</a></div>'
        return listing((f"/bao-gia/{shown}.html", f"Yêu cầu báo giá mua vật tư đợt {shown}"), menu=MENU, more=pager)

    return Site({"/robots.txt": Answer("", 404)}, otherwise=make)


@pytest.fixture
def silent() -> Iterator[Site]:
    """A site that takes requests and never answers."""
    over = threading.Event()

    def wait(_site: Site, _target: str) -> Answer:
        over.wait(120)
        return Answer("", 500)

    yield Site(otherwise=lambda _: wait)
    over.set()


def source(name: str, url: str, **said: object) -> Source:
    return parse_source(name, {"title": name, "home": f"{url}/"} | said)


def job(settings: Settings, delay: float | None = 0) -> Job:
    return Job(home=settings.home, database_url=settings.database_url, delay=delay)


def test_a_silent_an_endless_and_a_slow_site_hold_nobody_and_are_incomplete(settings: Settings, silent: Site) -> None:
    slow = hospital()
    slow.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 3600", 200, {"Content-Type": "text/plain"})
    reports: dict[str, RunReport] = {}
    with serve(silent) as one, serve(endless()) as two, serve(slow) as three, serve(hospital()) as four:
        waiting = [
            Order(source=source("silent", one), job=job(settings), seconds=20),
            Order(source=source("endless", two, request_limit=60), job=job(settings), seconds=600),
            Order(source=source("slow", three), job=job(settings), seconds=600),
            Order(source=source("good", four), job=job(settings), seconds=600),
        ]
        with Fleet(job(settings), at_once=4) as fleet:
            assert start_all(fleet, waiting) == []
            while fleet.running - {"silent"}:
                for message in fleet.listen(0.5):
                    if isinstance(message, RunReport):
                        reports[message.source] = message
            assert "silent" in fleet.running or reports["silent"].status == "incomplete"
    assert (reports["good"].status, reports["good"].new) == ("ok", 4)
    assert (reports["endless"].status, reports["slow"].status) == ("incomplete", "incomplete")
    assert "half of the run went into lists" in reports["endless"].message
    assert reports["endless"].new > 0
    assert "robots.txt asks for 3600 s" in reports["slow"].message
    assert len(slow.requests) <= 2
    store = Store.open(settings.database_url)
    (run,) = store.runs("silent")
    store.close()
    assert run.status in (RunStatus.INTERRUPTED, RunStatus.INCOMPLETE)


def test_a_run_ends_when_its_time_is_up_whatever_waits_for_the_sites_pace(settings: Settings) -> None:
    site = endless()
    with serve(site) as url, Fleet(job(settings), at_once=1) as fleet:
        assert fleet.start(Order(source=source("endless", url), job=job(settings, delay=1.5), seconds=6))
        (report,) = list(iter_reports(fleet))
    assert len(site.requests) <= 7  # that 6 seconds have room for; what waits then is not asked for any more
    assert (report.status, "stopped after 0.1 minutes" in report.message) == ("incomplete", True)


def iter_reports(fleet: Fleet) -> Iterator[RunReport]:
    while fleet.running:
        yield from (message for message in fleet.listen(0.5) if isinstance(message, RunReport))


def test_two_sources_of_one_host_are_read_one_after_the_other(settings: Settings) -> None:
    site = hospital()
    with serve(site) as url:
        reports = crawl([source("a", url), source("b", url)], settings=settings, delay=0.2)
    assert [report.status for report in reports] == ["ok", "ok"]
    begins = max(number for number, target in enumerate(site.requests) if target == "/robots.txt")
    assert {report.requests for report in reports} == {begins, len(site.requests) - begins}
    # The host rests from the end of the first run on, which has come after the site's last answer to it.
    assert site.times[begins] - site.times[begins - 1] > 0.19


def test_the_pace_that_robots_txt_asks_for_holds_from_one_run_to_the_next(settings: Settings) -> None:
    site = Site({"/": listing(), "/robots.txt": Answer("User-agent: *\nCrawl-delay: 0.3")})
    with serve(site) as url:
        (report,) = crawl([source("a", url)], settings=settings, delay=0)
    assert report.rest == 0.3


def test_a_host_rests_for_all_that_would_ask_it_and_nobody_waits_for_a_clock_that_was_set_back(tmp_path: Path) -> None:
    now = 1000.0
    mine, others = (HostLocks(tmp_path, clock=lambda: now) for _ in range(2))
    assert mine.take("a", ["one.vn", "two.vn"])
    assert not others.take("b", ["two.vn"])
    mine.give_back("a", rest=10.0)
    assert not others.take("b", ["two.vn", "three.vn"])
    assert others.take("c", ["three.vn"])
    now = 1009.0
    assert not mine.take("a", ["one.vn"])
    now = 1010.0
    assert mine.take("a", ["one.vn"])
    assert others.take("b", ["two.vn"])
    others.give_back("b", rest=10.0)
    now = 900.0
    assert mine.take("b", ["two.vn"])


def test_no_more_run_at_once_than_there_is_room_for_and_another_process_is_waited_for(settings: Settings) -> None:
    with serve(hospital()) as one, serve(hospital()) as two:
        orders = [Order(source=source(name, url), job=job(settings)) for name, url in (("a", one), ("b", two))]
        with Fleet(job(settings), at_once=1) as fleet, Fleet(job(settings), at_once=1) as other:
            assert start_all(fleet, orders) == [orders[1]]
            assert not other.start(Order(source=source("same-host", one), job=job(settings)))
            assert other.start(orders[1])
            assert [report.status for report in (*iter_reports(fleet), *iter_reports(other))] == ["ok", "ok"]


def test_a_second_ctrl_c_ends_at_once_what_the_first_has_told_to_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def press_again(_: float) -> None:
        raise KeyboardInterrupt

    def answer(_site: Site, _target: str) -> Answer:
        asked.set()
        return Answer("", 404)

    site = Site({"/robots.txt": answer})
    with serve(site) as url, Fleet(job(settings), at_once=1) as fleet:
        assert fleet.start(Order(source=source("slow", url), job=job(settings, delay=600)))
        assert asked.wait(120)
        assert multiprocessing.active_children()
        monkeypatch.setattr(fleet, "listen", press_again)
        with pytest.raises(KeyboardInterrupt):
            fleet.end()
        assert not multiprocessing.active_children()
    with closing(Store.open(settings.database_url)) as store:
        (run,) = store.runs("slow")
    assert (run.status, "told to stop" in run.message) == (RunStatus.INTERRUPTED, True)


def test_each_run_has_a_log_of_its_own(settings: Settings) -> None:
    with serve(hospital()) as one, serve(Site({"/": Answer("", 500)})) as two:
        crawl([source("good", one), source("bad", two)], settings=settings, delay=0)
    (good,) = (settings.home / "logs" / "good").glob("*.log")
    (bad,) = (settings.home / "logs" / "bad").glob("*.log")
    assert "Spider closed (finished)" in good.read_text()
    assert "answers 500" not in good.read_text()
    assert "answers 500" in bad.read_text()
    assert two not in good.read_text()
    assert one not in bad.read_text()


def test_runs_that_were_killed_are_shown_as_ended_at_the_next_start_and_those_that_go_on_are_not(
    settings: Settings, tmp_path: Path
) -> None:
    with closing(Store.open(settings.database_url)) as store:
        for name in ("dead", "alive", "of another home"):
            store.start_run(name, datetime(2026, 11, 25, tzinfo=HANOI))
        elsewhere, other_home = HostLocks(settings.home / "locks"), HostLocks(tmp_path / "other" / "locks")
        assert elsewhere.take("alive", ["source alive"])
        assert other_home.take("of another home", ["source of another home"])
        hold = "import sys, pathlib; from crawler.process.host_lock import HostLocks; "
        hold += "assert HostLocks(pathlib.Path(sys.argv[1])).take('dead', ['source dead'])"  # and ends with it held
        subprocess.run([sys.executable, "-c", hold, settings.home / "locks"], cwd=ROOT, check=True, timeout=120)
        with Fleet(job(settings), at_once=1):
            found = {name: store.runs(name)[0].status for name in ("dead", "alive", "of another home")}
        store.start_run("dead", datetime(2026, 11, 26, tzinfo=HANOI))  # by the other home, which shares the database
        with Fleet(job(settings), at_once=1):
            assert store.runs("dead")[0].status is RunStatus.RUNNING
        elsewhere.give_back("alive")
        other_home.give_back("of another home")
    assert found == {
        "dead": RunStatus.INTERRUPTED,
        "alive": RunStatus.RUNNING,
        "of another home": RunStatus.RUNNING,
    }


def test_a_crawl_that_hangs_ends_by_itself_although_nobody_is_left_to_notice() -> None:
    hang = "import asyncio, time; from crawler.process.child import beat; beat(asyncio.new_event_loop(), 0.2); "
    ended = subprocess.run([sys.executable, "-c", hang + "time.sleep(300)"], cwd=ROOT, check=False, timeout=120)
    assert ended.returncode == -signal.SIGALRM


def test_a_reader_of_files_that_hangs_ends_by_itself() -> None:
    request = {"size": 1, "limits": {"seconds": -29.99}, "ocr": None, "filename": "a", "declared_type": None}
    command = [sys.executable, "-m", "crawler.extract.file.worker", "1500"]
    ended = subprocess.run(command, cwd=ROOT, input=json.dumps(request).encode() + b"\nx", check=False, timeout=120)
    assert ended.returncode == -signal.SIGALRM
