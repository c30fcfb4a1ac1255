"""Health and sources tell operators and readers how TimThau is."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine

from cli import doctor
from desk import health
from tests.site.webui import NOW, Site, build_notice, open_site
from timthau.errors import StoreError
from timthau.model.health import list_health
from timthau.model.record import Attendant, Failure, Run, RunStatus
from timthau.store.notice import Store
from timthau.store.process.attendance import Attendance


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_site(tmp_path, [build_notice("a")])


def test_health_counts_what_is_stored_and_indexed(site: Site) -> None:
    answer = site.client.get("/healthz")
    assert answer.get_json() == {
        "status": "ok",
        "notices": 1,
        "indexed": 5,
    }  # the notice and two guides in two languages


def test_sources_without_visits_say_so(site: Site) -> None:
    assert "Chưa thu thập nguồn nào." in site.get("/sources")


@pytest.mark.parametrize(("status", "shown"), [(RunStatus.OK, "Tốt"), (RunStatus.FAILED, "Thất bại")])
def test_a_visit_is_shown_with_its_result_counts_and_its_trouble_in_words(
    site: Site, status: RunStatus, shown: str
) -> None:
    number = site.store.start_run("bv", NOW)
    site.store.finish_run(
        Run(
            id=number,
            source="bv",
            started_at=NOW,
            finished_at=NOW,
            status=status,
            found=1234,
            message="<b> answers 503",
        )
    )
    html = site.get("/sources")
    assert shown in html
    assert "1.234" in html
    assert "answers 503" not in html
    assert ("Trang đang gặp sự cố" in html) == (status is RunStatus.FAILED)
    assert "23/11/2026 09:00" in html


def test_each_source_shows_its_state_and_those_in_trouble_come_first() -> None:
    def run(number: int, source: str, status: RunStatus, days: float) -> Run:
        return Run(id=number, source=source, started_at=NOW - timedelta(days=days), status=status)

    runs = [
        run(5, "good", RunStatus.OK, 0.1),
        run(4, "broken", RunStatus.FAILED, 0.2),
        run(3, "broken", RunStatus.OK, 1),
        run(2, "quiet", RunStatus.OK, 3),
        run(1, "half", RunStatus.INCOMPLETE, 1),
    ]
    health = list_health(runs, {"good": 7, "file": 2}, NOW)
    assert [(h.source, h.state, h.notices) for h in health] == [
        ("broken", "failed", 0),
        ("quiet", "silent", 0),
        ("half", "incomplete", 0),
        ("file", "imported", 2),
        ("good", "ok", 7),
    ]
    assert health[0].latest_good is not None
    assert health[0].latest_good.id == 3


def test_imported_notices_make_a_source_that_was_never_visited(site: Site) -> None:
    html = site.get("/sources")
    assert "benhvien.example.vn" in html
    assert "Nhập từ tệp" in html


def test_a_source_shows_its_visits_and_what_each_could_not_read(site: Site) -> None:
    number = site.store.start_run("bv", NOW)
    failure = Failure(url="https://bv.example/<7>", status=503, reason="answers 503", at=NOW)
    site.store.finish_run(
        Run(id=number, source="bv", started_at=NOW, finished_at=NOW, status=RunStatus.INCOMPLETE), [failure]
    )
    html = site.get("/sources/bv")
    assert "https://bv.example/&lt;7&gt;" in html
    assert "Trang đang gặp sự cố" in html
    assert "answers 503" not in html
    assert site.client.get("/sources/nobody").status_code == 404
    assert 'href="/sources/bv"' in site.get("/sources")


@pytest.mark.usefixtures("at_now")
def test_a_late_source_is_a_trouble_and_a_paused_one_is_none(site: Site) -> None:
    site.store.note_due({"late": NOW - timedelta(hours=4), "soon": NOW - timedelta(hours=1)}, {})
    answer = site.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["parts"]["schedule"] == {"fit": False, "message": "1 of 2 sources are late"}
    assert site.client.get("/healthz").status_code == 200  # it is alive all the same
    site.store.pause_source("late", NOW)
    assert site.client.get("/readyz").get_json()["parts"]["schedule"]["fit"]


@pytest.mark.usefixtures("at_now")
def test_a_run_without_an_end_is_a_trouble(site: Site) -> None:
    site.store.start_run("bv", NOW - timedelta(hours=7))
    assert site.client.get("/readyz").get_json()["parts"]["schedule"]["message"] == "1 of 1 sources are late"


@pytest.mark.usefixtures("at_now")
def test_all_is_fit_while_half_of_the_sources_work_and_not_with_fewer(site: Site) -> None:
    def end(source: str, status: RunStatus) -> None:
        number = site.store.start_run(source, NOW)
        site.store.finish_run(Run(id=number, source=source, started_at=NOW, status=status))

    for name in ("a", "b"):
        end(name, RunStatus.OK)
    for name in ("c", "d"):
        end(name, RunStatus.FAILED)
    answer = site.client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "fit")
    end("e", RunStatus.FAILED)
    answer = site.client.get("/readyz")
    assert (answer.status_code, answer.get_json()["status"]) == (503, "unfit")
    assert answer.get_json()["parts"]["sources"] == {"fit": False, "message": "2 of 5 work"}
    assert 'timthau_fit{part="sources"} 0.0' in site.get("/metrics")


@pytest.mark.usefixtures("at_now")
def test_an_index_that_stays_behind_and_a_full_disk_are_not_fit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.store.save(build_notice("b"), NOW)
    assert site.client.get("/readyz").get_json()["parts"]["index"]["fit"]
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        part = site.client.get("/readyz").get_json()["parts"]["index"]
        assert part == {"fit": False, "message": "1 changes behind, since 2026-11-23 09:00"}
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=999_000_000))
    assert site.client.get("/readyz").get_json()["parts"]["disk"] == {"fit": False, "message": "1.0 GB free"}


@pytest.mark.usefixtures("at_now")
def test_a_part_of_the_work_that_nobody_does_any_more_is_not_fit(site: Site) -> None:
    attendance = Attendance(site.store.engine)
    first = Attendant(part="crawl", machine="one", process=7, begun_at=NOW, seen_at=NOW, holds=("bv-a", "bv-b"))
    second = replace(first, machine="two", seen_at=NOW - timedelta(minutes=6), holds=())
    for worker in (first, second):
        attendance.sign(worker)
    part = site.client.get("/readyz").get_json()["parts"]["workers"]
    assert part == {
        "fit": True,
        "message": "1 of 2 crawl alive, last sign of life 2026-11-23 09:00, 2 held",
    }
    findings = [one for one in doctor.examine(site.settings) if one.subject == "worker crawl"]
    assert [(one.state, one.message) for one in findings] == [
        ("ok", "process 7 on one, last sign of life 2026-11-23 09:00:00, reads bv-a, bv-b"),
        ("BAD", "process 7 on two, last sign of life 2026-11-23 08:54:00"),
    ]
    with time_machine.travel(NOW + timedelta(minutes=6), tick=False):
        part = site.client.get("/readyz").get_json()["parts"]["workers"]
    assert (part["fit"], part["message"][:22]) == (False, "0 of 2 crawl alive, la")


def test_a_store_that_does_not_answer_is_told_without_its_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreError("the database sqlite:////secret/place: disk I/O error")

    monkeypatch.setattr(Store, "count", fail)
    for path in ("/healthz", "/readyz"):
        answer = site.client.get(path)
        assert answer.status_code == 503
        assert "secret" not in answer.text
