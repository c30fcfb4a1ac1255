"""What strangers send is bounded before it is read, and what is for the operator is told to nobody else."""

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.site.webui import Site, build_notice, open_site
from timthau.model.notice import Guide
from timthau.store.overview.count import Overview
from timthau.store.overview.keeper import OverviewKeeper
from webui.http import limit
from webui.http.limit import MOST_OF_A_FORM, MOST_OF_REPORTS
from webui.view.form import cut_costly


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_site(tmp_path, [build_notice("a")])


@pytest.mark.parametrize(
    ("path", "size"),
    [("/alerts/link", MOST_OF_A_FORM), ("/alerts/new", MOST_OF_A_FORM), ("/alerts/reports", MOST_OF_REPORTS)],
)
def test_a_body_that_is_larger_than_its_route_needs_is_refused_unread(site: Site, path: str, size: int) -> None:
    answer = site.client.post(path, data=b"a" * (size + 1), content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


def test_reports_that_nest_without_end_are_refused(tmp_path: Path) -> None:
    site = open_site(tmp_path, reports_token="told")
    nested = b'{"reports":' + b"[" * 200_000
    answer = site.client.post("/alerts/reports?token=told", data=nested, content_type="application/json")
    assert answer.status_code == 400


def test_no_reports_are_taken_where_nobody_has_set_a_token(site: Site) -> None:
    assert site.client.post("/alerts/reports?token=", json={"reports": []}).status_code == 404


def test_health_tells_nobody_whose_mail_waits(tmp_path: Path) -> None:
    site = open_site(tmp_path, [build_notice("a")], canary="canary@private.example")
    answer = site.client.get("/readyz")
    assert answer.status_code == 503
    assert not answer.get_json()["parts"]["mail"]["fit"]
    assert "private.example" not in answer.text
    assert str(tmp_path) not in answer.text


def test_a_guide_of_another_site_is_a_text_that_leads_nowhere(site: Site) -> None:
    body = "Gọi [ngay](https://evil.example/vneid) <a href='//evil.example'>đây</a>\n\n# Bước 1. Mật khẩu\n\nhttps://evil.example"
    foreign = Guide(
        slug="bv-huong-dan", title="Đăng nhập", summary="", body=body, url="https://bv.example/tin/1", source="bv"
    )
    site.store.save_guide(foreign)
    html = site.get("/guides/bv-huong-dan")
    main = html[html.index('<article class="guide') : html.index("</article>")]
    assert "<a " not in main
    assert "href" not in main.replace("a href=&#39;", "")
    assert "[ngay](https://evil.example/vneid)" in main
    assert "HowTo" not in html
    assert "https://bv.example/tin/1" in main

    overview = site.get("/guides")
    assert overview.index("/guides/vssid-vneid") < overview.index("/guides/bv-huong-dan")


def test_exclusions_and_beginnings_beyond_a_few_are_cut_and_named(site: Site) -> None:
    words = " ".join(f"-từ{n}" for n in range(60))
    text, cut = cut_costly(f"máy thở {words}")
    assert (text.count("-"), cut.count("-")) == (8, 52)
    assert cut_costly('bơm -"kim tiêm" x* ' + "y* " * 9)[0] == 'bơm -"kim tiêm" x* y* y* y*'
    assert cut_costly("máy  thở - 5*") == ("máy  thở - 5*", "")
    quoted = " ".join(f'"vật tư {n}"' for n in range(9))
    assert cut_costly(f"bơm {quoted} tiêm") == (f"bơm {quoted[:43]} tiêm", quoted[44:])
    assert "-từ8 -từ9" in site.get(f"/search?q=máy+{words.replace(' ', '+')}")


def test_pages_that_go_through_everything_are_limited_for_each_client(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limit, "time", SimpleNamespace(monotonic=lambda: 0.0, thread_time=lambda: 0.0))
    assert [site.client.get("/stats").status_code for _ in range(61)] == [200] * 60 + [429]


def test_answers_that_cost_seconds_count_for_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    passed = count(step=3)  # seconds of a processor between any two looks
    clock = SimpleNamespace(monotonic=lambda: 0.0, thread_time=lambda: float(next(passed)))
    monkeypatch.setattr(limit, "time", clock)
    assert [site.client.get("/search?q=a*").status_code for _ in range(11)] == [200] * 10 + [429]
    assert site.client.get("/api/v1/notices").status_code == 429
    assert site.client.get("/alerts/new?q=a*").status_code == 429
    assert site.client.get("/healthz").status_code == 200


def test_all_pages_are_limited_for_each_client_and_files_are_not(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "time", SimpleNamespace(monotonic=lambda: 0.0, thread_time=lambda: 0.0))
    answers = [site.client.get("/opensearch.xml") for _ in range(600)]
    assert {answer.status_code for answer in answers} == {200}
    refused = site.client.get("/search?q=băng")
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)
    with site.client.get("/static/timthau.css") as file:
        assert file.status_code == 200
    assert site.client.get("/healthz").status_code == 200
    assert site.client.get("/search?q=băng", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200


def test_no_search_waits_until_everything_was_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: OverviewKeeper) -> Overview:
        raise AssertionError("everything is counted")

    monkeypatch.setattr(OverviewKeeper, "get", fail)
    for path in ("/", "/search?q=máy", "/new", "/sitemap.xml", "/feed.atom", "/prices?q=máy+thở", "/guides"):
        assert site.get(path)


def test_the_site_map_is_put_together_once_until_something_changes(site: Site) -> None:
    before = site.get("/sitemap.xml")
    assert site.get("/sitemap.xml") == before
    notice = build_notice("moi")
    site.save(notice)
    assert notice.id in site.get("/sitemap.xml")
