"""Guides are listed and shown in the page's language, as safe HTML with a source and a date."""

import json
import re
from pathlib import Path

import pytest

from tests.site.webui import Site, open_site
from timthau.model.notice import Guide


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = open_site(tmp_path_factory.mktemp("site"))
    body = "Xem <script>alert(1)</script> [đây](javascript:alert(1)) và ![x](https://evil.example/x.png)\n\n<b>đậm</b>"
    site.store.save_guide(Guide(slug="la", title="<i>Lạ</i>", body=body, url="javascript:alert(1)"))
    return site


def test_the_list_names_each_guide_once(site: Site) -> None:
    html = site.get("/guides")
    assert html.count('href="/guides/vssid-vneid"') == 1
    assert "Đăng nhập VssID bằng tài khoản VNeID" in html


def test_the_login_guide_has_conditions_steps_troubles_warning_source_and_date(site: Site) -> None:
    html = site.get("/guides/vssid-vneid")
    for words in (
        "VNeID từ bản 2.1.0",
        "VssID từ bản 1.6.7",
        "Bước 1",
        "Bước 2",
        "Đăng nhập bằng tài khoản định danh điện tử",
        "Thường gặp",
        "ứng dụng và cuộc gọi giả",
        "benhvienmatthanhhoa.vn",
        "Thông tin tính đến ngày",
    ):
        assert words in html, words


def test_the_drawings_of_the_login_guide_are_served(site: Site) -> None:
    html = site.get("/guides/vssid-vneid")
    pictures = [rest.split('"')[0] for rest in html.split('<img src="/static/guides/')[1:]]
    assert len(pictures) == 3
    for picture in pictures:
        answer = site.client.get(f"/static/guides/{picture}", buffered=True)
        assert answer.mimetype == "image/svg+xml"


def test_steps_are_described_for_machines(site: Site) -> None:
    html = site.get("/guides/vssid-vneid")
    data = json.loads(html.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert data["@type"] == "HowTo"
    assert [step["name"] for step in data["step"]] == [
        "Trong VssID, chọn đăng nhập bằng định danh điện tử",
        "Trong VNeID, đăng nhập tài khoản mức 2",
    ]
    assert all(step["text"] for step in data["step"])


def test_english_readers_get_the_english_guide(site: Site) -> None:
    reader = site.client.application.test_client()
    assert "Logging in to VssID" in reader.get("/guides/vssid-vneid?lang=en").get_data(as_text=True)
    assert "Logging in to VssID" in reader.get("/guides").get_data(as_text=True)


def test_a_guide_without_english_is_shown_in_vietnamese_and_says_so(site: Site) -> None:
    html = site.client.application.test_client().get("/guides/la?lang=en").get_data(as_text=True)
    assert '<article class="guide prose" lang="vi">' in html


def test_hostile_markdown_does_no_harm(site: Site) -> None:
    html = site.get("/guides/la")
    assert "<script>alert" not in html
    assert "<b>" not in html
    assert "javascript:" not in html.replace("(javascript:alert(1))", "")
    assert "&lt;i&gt;Lạ&lt;/i&gt;" in html


def test_a_guide_from_a_crawled_site_says_so(site: Site) -> None:
    site.store.save_guide(Guide(slug="nhat", title="Nhặt", body="a", url="https://bv.example.vn/x", source="bv"))
    assert "TimThau không viết" in site.get("/guides/nhat")
    assert "TimThau không viết" not in site.get("/guides/vssid-vneid")


def test_an_empty_site_says_that_there_are_no_guides(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    assert "Hướng dẫn" in site.get("/guides")


def test_every_trouble_of_the_login_guide_has_a_page_of_its_own(site: Site) -> None:
    html = site.get("/guides/vssid-vneid")
    names = re.findall(r'href="/guides/vssid-vneid/([a-z0-9-]+)"', html)
    assert len(names) >= 12
    for name in names:
        page = site.get(f"/guides/vssid-vneid/{name}")
        data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])
        assert data["@type"] == "FAQPage"
        assert f"<h1>{data['mainEntity'][0]['name']}</h1>" in page
        assert site.client.get(f"/guides/vssid-vneid/{name}?lang=en").status_code == 200
        site.client.get("/guides?lang=vi")
    site.get("/guides/vssid-vneid/nothing", status=404)


def test_in_large_type_nothing_is_folded_away(site: Site) -> None:
    html = site.get("/guides/vssid-vneid?large=1")
    assert 'class="guide prose large"' in html
    assert "<details" not in html.split("<article")[1]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("không nhận được mã OTP", "khong-nhan-duoc-otp"),
        ("Hệ thống đang bảo trì, vui lòng quay lại sau", "he-thong-bao-tri"),
        ("vneid doi so dien thoai", "doi-so-dien-thoai"),
        ("vssid bị khóa", "bi-khoa"),
    ],
)
def test_a_search_for_a_trouble_leads_to_its_answer(site: Site, typed: str, name: str) -> None:
    assert f'href="/guides/vssid-vneid/{name}"' in site.get("/search", query_string={"q": typed})


def test_a_search_for_all_of_the_guide_leads_to_no_single_answer(site: Site) -> None:
    assert 'class="answer"' not in site.get("/search?q=dang+nhap+vssid")
