"""Health and sources tell operators and readers how TimThau is."""

from pathlib import Path

import pytest
from webui_site import NOW, Site, build_notice, open_site

from timthau.store import Run, RunStatus


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
    assert "Chưa ghé nguồn nào." in site.get("/sources")


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
