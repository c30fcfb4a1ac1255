"""Health and sources tell operators and readers how TimThau is."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.site.webui import NOW, Site, build_notice, open_site
from timthau.model.record import Failure, Run, RunStatus
from webui.pages.status import list_health


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
def test_a_visit_is_shown_with_its_result_counts_and_message(site: Site, status: RunStatus, shown: str) -> None:
    number = site.store.start_run("bv", NOW)
    site.store.finish_run(
        Run(id=number, source="bv", started_at=NOW, finished_at=NOW, status=status, found=1234, message="<b>")
    )
    html = site.get("/sources")
    assert shown in html
    assert "1.234" in html
    assert "&lt;b&gt;" in html
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
    assert "answers 503" in html
    assert site.client.get("/sources/nobody").status_code == 404
    assert 'href="/sources/bv"' in site.get("/sources")


@pytest.mark.usefixtures("at_now")
def test_a_late_source_is_a_trouble_and_a_paused_one_is_none(site: Site) -> None:
    site.store.note_due({"late": NOW - timedelta(hours=4), "soon": NOW - timedelta(hours=1)}, {})
    answer = site.client.get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json()["troubles"] == ["source late: due since 2026-11-23 05:00 and not read"]
    site.store.pause_source("late", NOW)
    assert site.client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("at_now")
def test_a_run_without_an_end_is_a_trouble(site: Site) -> None:
    site.store.start_run("bv", NOW - timedelta(hours=7))
    assert "being read since" in site.client.get("/healthz").get_json()["troubles"][0]
