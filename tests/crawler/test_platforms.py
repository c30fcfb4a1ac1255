"""Platforms: told apart by their pages, read to the last notice over HTTP, and asked little the second time."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy.http import HtmlResponse

from crawler.discovery.address import canonical, host_of
from crawler.discovery.interest import Interest
from crawler.discovery.lead import day_of
from crawler.discovery.link import sort_links
from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole
from crawler.platforms import PLATFORMS, recognise
from crawler.process.job import RunReport
from crawler.process.run import crawl
from tests import TESTS
from tests.site.joomla import Joomla
from tests.site.loopback import Answer, Site, article, listing, serve
from tests.site.nukeviet import NukeViet
from timthau.config import Settings
from timthau.model.moment import parse_moment
from timthau.model.notice import Notice
from timthau.store.notice import Store

SAVED = sorted(path.parent for path in (TESTS / "pages").glob("*/expected.json"))
#: The folder names a variant, or the system's short name.
NAMES = {"dnn": "dotnetnuke"}


def load_page(folder: Path, name: str, url: str) -> Page:
    return Page(HtmlResponse(url, body=(folder / f"{name}.html").read_bytes(), encoding="utf-8"))


@pytest.fixture(params=SAVED, ids=lambda folder: folder.name)
def saved(request: pytest.FixtureRequest) -> tuple[Path, dict[str, Any]]:
    return request.param, json.loads((request.param / "expected.json").read_text(encoding="utf-8"))


def test_each_system_is_recognised_by_its_list_and_taken_for_no_other(saved: tuple[Path, dict[str, Any]]) -> None:
    folder, expected = saved
    page = load_page(folder, "list", expected["list_url"])
    assert recognise(page).name == NAMES.get(expected["platform"], expected["platform"])
    assert len([kind for kind in PLATFORMS if kind.recognises(page)]) <= 2  # itself, and the generic one


def test_a_list_gives_its_entries_with_titles_and_days(saved: tuple[Path, dict[str, Any]]) -> None:
    folder, expected = saved
    page = load_page(folder, "list", expected["list_url"])
    found = sort_links(page, recognise(page), frozenset({host_of(page.url)}), list_name="list")
    leads = {canonical(lead.url): lead for lead in (*found.leads, *found.files)}
    for entry in expected["list"]:
        lead = leads[canonical(entry["url"], page.url)]
        published = entry["published"] and day_of(parse_moment(entry["published"]))
        assert (lead.title, lead.published_at) == (entry["title"], published)
        assert lead.interest is Interest.NOTICE


def test_a_list_leads_on_to_its_next_page(saved: tuple[Path, dict[str, Any]]) -> None:
    folder, expected = saved
    page = load_page(folder, "list", expected["list_url"])
    following = recognise(page).next_page(page, 1)
    if expected["next_page"]:
        assert following is not None
        assert following.url == canonical(expected["next_page"], page.url)
    elif following is not None:
        assert following.method == "POST"
        assert b"__EVENTTARGET=" in following.body
        assert b"__VIEWSTATE=" in following.body


def test_an_article_is_no_list_and_is_reached_by_its_address(saved: tuple[Path, dict[str, Any]]) -> None:
    folder, expected = saved
    platform = recognise(load_page(folder, "list", expected["list_url"]))
    for name in ("detail", "other"):
        page = load_page(folder, name, expected[f"{name}_url"])
        assert not platform.is_list(page)
        assert platform.role(page.url) in (AddressRole.ARTICLE, AddressRole.UNKNOWN)


TWINS = {
    "nukeviet": [
        "/moi-thau/yeu-cau-bao-gia-318.html",
        "/vi/news/moi-thau/yeu-cau-bao-gia-318.html",
        "/print/moi-thau/yeu-cau-bao-gia-318.html",
        "/index.php?language=vi&nv=news&op=moi-thau/yeu-cau-bao-gia-318",
        "/moi-thau/yeu-cau-bao-gia-318.html?utm_source=zalo",
    ],
    "joomla": [
        "/mua-sam/58-moi-bao-gia.html",
        "/index.php/mua-sam/58-moi-bao-gia",
        "/thong-bao/58-moi-bao-gia.html",
        "/index.php?option=com_content&view=article&id=58:moi-bao-gia&catid=9",
        "/mua-sam/58-moi-bao-gia.html?tmpl=component&print=1&page=",
        "/mua-sam/58-moi-bao-gia.html?showall=1",
    ],
    "liferay": [
        "/web/guest/thong-bao/-/asset_publisher/qR7/content/moi-bao-gia",
        "/thong-bao/-/asset_publisher/Zz1/content/moi-bao-gia?redirect=%2Fhome",
    ],
    "dotnetnuke": ["/Default.aspx?tabid=1042&ndid=8815&key=", "/default.aspx?TabID=1042&ndid=8815"],
    "sharepoint": ["/Pages/Tin.aspx?ItemID=12&Source=/home", "/pages/tin.aspx?itemid=12"],
    "wordpress": ["/thu-moi-bao-gia/", "/thu-moi-bao-gia/?replytocom=4#respond"],
    "generic": ["/bao-gia/12.html?fbclid=x", "/bao-gia/12.html#top", "/bao-gia/12.html?tmpl=component&print=1&page="],
}


@pytest.mark.parametrize("name", TWINS)
def test_all_addresses_of_an_article_have_one_key(name: str) -> None:
    platform = next(kind for kind in PLATFORMS if kind.name == name)()
    assert len({platform.key(canonical(path, "https://bv.example/")) for path in TWINS[name]}) == 1


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("nukeviet", "/savefile/tin/a-1.html"),
        ("nukeviet", "/tag/bao-gia/"),
        ("nukeviet", "/users/login/"),
        ("wordpress", "/?attachment_id=7"),
        ("wordpress", "/tag/bao-gia/"),
        ("joomla", "/tin?format=feed&type=rss"),
        ("generic", "/tim-kiem?q=thau"),
    ],
)
def test_pages_about_pages_are_left_alone(name: str, path: str) -> None:
    platform = next(kind for kind in PLATFORMS if kind.name == name)()
    assert platform.role(canonical(path, "https://bv.example/")) is AddressRole.NOISE


def run(url: str, settings: Settings, **options: Any) -> RunReport:
    return crawl([url], settings=settings, delay=0, **options)[0]


def stored(settings: Settings) -> dict[str, Notice]:
    store = Store.open(settings.database_url)
    found = {urlsplit(notice.url).path: notice for notice in store.each_notice()}
    assert len(found) == store.count()
    store.close()
    return found


@pytest.fixture(scope="module")
def nukeviet(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[NukeViet, Settings, list[RunReport], list[list[str]]]]:
    """A site that refuses the 31st request in two seconds, crawled twice."""
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path_factory.mktemp("nukeviet"))})
    site = NukeViet(guard=30, seconds=2, pause=2)
    reports, asked = [], []
    with serve(site) as url:
        for _ in range(2):
            site.requests.clear()
            reports.append(run(url, settings))
            asked.append(list(site.requests))
        yield site, settings, reports, asked


def test_nukeviet_is_read_whole_in_spite_of_its_flood_guard(nukeviet: Any) -> None:
    site, settings, reports, _ = nukeviet
    found, wanted = stored(settings), {post.path: post for post in site.notices()}
    assert (reports[0].status, reports[0].found) == ("ok", 60)
    assert found.keys() == wanted.keys()
    assert {path: notice.title for path, notice in found.items()} == {path: post.title for path, post in wanted.items()}


def test_nukeviet_times_come_from_the_page_not_from_its_broken_feed(nukeviet: Any) -> None:
    site, settings, _, _ = nukeviet
    found = stored(settings)
    assert all(found[post.path].published_at == post.at for post in site.notices())


def test_nukeviet_attachments_have_the_name_that_the_address_hides(nukeviet: Any) -> None:
    site, settings, _, _ = nukeviet
    found = stored(settings)
    named = {post.path: post.file for post in site.notices() if post.file}
    assert {path: found[path].attachments[0].filename for path in named} == named
    assert all(found[path].attachments[0].text for path in named)


def test_a_second_crawl_of_nukeviet_asks_little_and_finds_nothing_new(nukeviet: Any) -> None:
    _, settings, (first, second), asked = nukeviet
    assert (second.status, second.new, second.changed) == ("ok", 0, 0)
    assert second.requests <= 0.15 * first.requests
    # Files of open notices may be replaced at their addresses: a few are asked for again.
    assert len([target for target in asked[1] if "download=" in target]) <= 3
    assert {notice.version for notice in stored(settings).values()} == {1}


def test_joomla_is_read_through_both_of_its_addresses(tmp_path: Path) -> None:
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path)})
    site = Joomla()
    with serve(site) as url:
        first = run(url, settings)
        site.requests.clear()
        second = run(url, settings)
    found = {path.removeprefix("/index.php"): notice.title for path, notice in stored(settings).items()}
    assert found == site.notices()
    assert (first.status, second.status, second.new, second.changed) == ("ok", "ok", 0, 0)
    # On a site of 33 requests the floor of notices that are read again counts for more than the share.
    assert second.requests <= 8


def test_a_list_of_files_gives_notices_without_pages(tmp_path: Path) -> None:
    rows = (
        "<table><tr><td>1</td><td>Thư mời báo giá sửa chữa máy siêu âm</td><td>12/11/2026</td>"
        '<td>Hạn nộp: 16h00 ngày 30/11/2026</td><td><a href="/files/tm-12.txt.pdf">Tải về</a> '
        '<a href="/files/phu-luc.docx">Phụ lục</a></td></tr><tr><td>2</td><td>Nội quy khám bệnh</td>'
        '<td>01/11/2026</td><td></td><td><a href="/files/noi-quy.pdf">Tải về</a></td></tr></table>'
    )
    pages: dict[str, Any] = {
        "/": listing(menu=(("/mua-sam", "Mua sắm - Đấu thầu"),)),
        "/mua-sam": f"<html><body><nav><a href='/'>Trang chủ</a></nav>{rows}</body></html>",
        "/files/tm-12.txt.pdf": Answer(
            "Bệnh viện mời báo giá sửa chữa máy siêu âm", 200, {"Content-Type": "text/plain"}
        ),
        "/files/phu-luc.docx": Answer("", 404),
        "/files/noi-quy.pdf": Answer("x", 200),
    }
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path)})
    site = Site(pages)
    with serve(site) as url:
        reports = [run(url, settings) for _ in range(2)]
    (notice,) = stored(settings).values()
    assert [report.status for report in reports] == ["ok", "ok"]
    assert notice.title == "Thư mời báo giá sửa chữa máy siêu âm"
    assert (str(notice.published_at), str(notice.deadline_at)) == ("2026-11-12", "2026-11-30 16:00:00+07:00")
    assert [file.filename for file in notice.attachments] == ["tm-12.txt.pdf", "phu-luc.docx"]
    assert notice.attachments[1].warning == "not fetched: the site answers 404"
    assert Counter(site.requests)["/files/tm-12.txt.pdf"] == 1
    assert "/files/noi-quy.pdf" not in site.requests


def test_a_pager_that_sends_a_form_is_followed(tmp_path: Path) -> None:
    form = (
        "<form method='post' action='/muasam.aspx'><input type='hidden' name='__VIEWSTATE' value='abc'>"
        "<a href=\"javascript:__doPostBack('pager$ctl','2')\">2</a></form>"
    )
    first = listing(("/a.aspx?ItemID=1", "Thư mời báo giá mua bàn ghế phòng khám"), more=form)
    second = listing(("/a.aspx?ItemID=2", "Thư mời báo giá mua tủ thuốc cấp cứu"), more=form)
    pages: dict[str, Any] = {
        "/": listing(menu=(("/muasam.aspx", "Mời thầu"),)),
        # The second request to the list is the form.
        "/muasam.aspx": lambda site, target: first if site.requests.count(target) == 1 else second,
        "/a.aspx?ItemID=1": article("Thư mời báo giá mua bàn ghế phòng khám"),
        "/a.aspx?ItemID=2": article("Thư mời báo giá mua tủ thuốc cấp cứu"),
    }
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path)})
    with serve(Site(pages)) as url:
        report = run(url, settings)
    assert (report.status, report.found) == ("ok", 2)


def test_every_module_of_nukeviet_that_publishes_is_read(tmp_path: Path) -> None:
    """A second module of news, sections below it, and the module for documents, whose addresses end in a slash."""
    menu = (("/vi/news/", "Tin tức"), ("/vi/thong-bao/", "Thông báo"), ("/vi/laws/", "Văn bản"))
    calls = {f"/vi/thong-bao/mua-sam/tb-{n}.html": f"Thông báo mời chào giá mua vật tư đợt {n}" for n in range(4)}
    news = {"/vi/news/tin/gia-2.html": "Yêu cầu báo giá sửa chữa thang máy"}
    awards = {"/vi/thong-bao/cong-khai/kq-30.html": "Kết quả lựa chọn nhà thầu gói thầu mua máy thở"}
    plans = {"/vi/laws/detail/Quyet-dinh-KHLCNT-12/": "Quyết định phê duyệt kế hoạch lựa chọn nhà thầu mua hóa chất"}
    sections = (("/vi/thong-bao/mua-sam/", "Thông tin mua sắm"), ("/vi/thong-bao/cong-khai/", "Công khai"))
    lists = {
        "/": listing(menu=menu),
        "/vi/news/": listing(*news.items(), menu=menu),
        "/vi/thong-bao/": listing(*sections, menu=menu),
        "/vi/thong-bao/mua-sam/": listing(*calls.items(), menu=menu),
        "/vi/thong-bao/cong-khai/": listing(*awards.items(), menu=menu),
        "/vi/laws/": listing(*plans.items(), menu=menu),
    }
    wanted = calls | news | awards | plans
    pages: dict[str, Any] = lists | {path: article(name) for path, name in wanted.items()}
    mark = '<head><meta name="generator" content="NukeViet v4.5">'
    site = Site({path: page.replace("<head>", mark) for path, page in pages.items()})
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path)})
    with serve(site) as url:
        report = run(url, settings)
    assert (report.platform, report.status) == ("nukeviet", "ok")
    assert {path: notice.title for path, notice in stored(settings).items()} == wanted
    assert [section.notices for section in report.sections] == [4, 1, 1, 1]
