"""Sites that somebody made by hand: tables of documents, tabs, traps, old encodings, and addresses of every kind."""

# ruff: noqa: E501 - markup as offices write it

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest

from crawler.discovery.address import direct_address
from crawler.process.job import RunReport
from crawler.process.run import crawl
from tests.site.loopback import Answer, Site, article, listing, serve, title
from timthau.config import Settings
from timthau.model.notice import Notice
from timthau.store.notice import Store

MENU = (("/bao-gia/", "Yêu cầu báo giá"),)

Run = Callable[..., RunReport]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({"TIMTHAU_HOME": str(tmp_path)})


@pytest.fixture
def run(settings: Settings) -> Run:
    return lambda url, **options: crawl([url], settings=settings, delay=0, **options)[0]


def found_in(settings: Settings) -> dict[str, Notice]:
    """The notices by their addresses without the host."""
    store = Store.open(settings.database_url)
    notices = {unquote(urlsplit(n.url)._replace(scheme="", netloc="").geturl()): n for n in store.each_notice()}
    store.close()
    return notices


def titles_in(settings: Settings) -> list[str]:
    return sorted(notice.title for notice in found_in(settings).values())


def wanted(count: int) -> list[str]:
    return sorted(title(number) for number in range(count))


# --- lists


def test_a_table_of_documents_gives_numbers_titles_and_days(settings: Settings, run: Run) -> None:
    rows = "".join(
        f"<tr><td>{n + 1}</td><td>{100 + n}/YCBG-BVTN</td><td>{18 - n}/11/2026</td><td><a href='/vanban/xem.aspx?id={n}'>{title(n)}</a></td>"
        f"<td><a href='/vanban/tai.ashx?id={n}'><img src='/img/pdf.png' alt='Tải về'></a></td></tr>"
        for n in range(5)
    )
    head = "<tr><th>STT</th><th>Số/Ký hiệu</th><th>Ngày ban hành</th><th>Trích yếu</th><th>Tệp</th></tr>"
    page = article("{}").replace("<p>Ngày đăng: 19/11/2026</p>", "")
    site = Site(
        {
            "/": listing(menu=(("/vanban/", "Văn bản mua sắm"),)),
            "/vanban/": listing(menu=MENU, more=f"<table>{head}{rows}</table>"),
            **{f"/vanban/xem.aspx?id={n}": page.replace("{}", title(n)) for n in range(5)},
        }
    )
    with serve(site) as url:
        report = run(url)
    assert (report.status, titles_in(settings)) == ("incomplete", wanted(5))
    assert "answers 404" in report.message  # a section of the menu and the files, which this site does not have
    days = {notice.title: str(notice.published_at) for notice in found_in(settings).values()}
    assert days[title(0)] == "2026-11-18"


def test_tabs_and_folded_panels_are_one_list(settings: Settings, run: Run) -> None:
    def panel(name: str, numbers: range) -> str:
        rows = "".join(f'<li><a href="/bg/{n}.html">{title(n)}</a> (19/11/2026)</li>' for n in numbers)
        return f'<div class="tab-pane collapse" id="{name}" style="display:none"><ul>{rows}</ul></div>'

    tabs = '<ul class="nav nav-tabs"><li><a href="#a">Đang mời</a></li><li><a href="#b">Đã đóng</a></li></ul>'
    site = Site(
        {
            "/": listing(menu=MENU),
            "/bao-gia/": listing(menu=MENU, more=tabs + panel("a", range(3)) + panel("b", range(3, 6))),
            **{f"/bg/{n}.html": article(title(n)) for n in range(6)},
        }
    )
    with serve(site) as url:
        run(url)
    assert titles_in(settings) == wanted(6)


@pytest.mark.parametrize(
    "button",
    [
        '<button data-url="/bao-gia/?page={}" class="load-more">Xem thêm</button>',
        '<a class="btn-more" href="/bao-gia/?page={}">Xem thêm</a>',
        '<link rel="next" href="/bao-gia/?page={}">',
    ],
    ids=["button", "link", "head"],
)
def test_a_list_that_grows_by_scrolling_is_read_to_its_end(settings: Settings, run: Run, button: str) -> None:
    def otherwise(target: str) -> str | None:
        path, _, number = target.partition("?page=")
        if path != "/bao-gia/":
            return None
        page = int(number or 1)
        links = [(f"/bg/{n}.html", title(n)) for n in range(page * 4 - 4, min(page * 4, 10))]
        return listing(*links, menu=MENU, more=button.format(page + 1) if page < 3 else "")

    pages: dict[str, Any] = {f"/bg/{n}.html": article(title(n)) for n in range(10)}
    site = Site({"/": listing(menu=MENU), **pages}, otherwise=otherwise)
    with serve(site) as url:
        run(url)
    assert titles_in(settings) == wanted(10)


def test_notices_deep_in_a_list_of_mixed_news_are_found(settings: Settings, run: Run) -> None:
    def otherwise(target: str) -> str | None:
        path, _, number = target.partition("?trang=")
        if path != "/tin-tuc/":
            return None
        page = int(number or 1)
        news = [(f"/tin/{page}-{n}.html", f"Hội nghị giao ban công tác tháng {n} lần {page}") for n in range(1, 6)]
        links = [*news, ("/tin/yc.html", title(0))] if page == 7 else news
        pager = f'<div class="pager"><a href="/tin-tuc/?trang={page + 1}">{page + 1}</a></div>' if page < 9 else ""
        return listing(*links, menu=(("/tin-tuc/", "Tin tức"),), more=pager)

    site = Site({"/": listing(menu=(("/tin-tuc/", "Tin tức"),)), "/tin/yc.html": article(title(0))}, otherwise)
    with serve(site) as url:
        report = run(url)
    assert (report.status, titles_in(settings)) == ("ok", wanted(1))


@pytest.mark.parametrize("door", ["sitemap", "feed"])
def test_a_section_that_only_machines_are_told_of_is_read(settings: Settings, run: Run, door: str) -> None:
    pages: dict[str, Any] = {"/": listing(("/gioi-thieu.html", "Giới thiệu chung về bệnh viện"))}
    pages |= {f"/an/{n}.html": article(title(n)) for n in range(3)}
    links = "".join(f"<url><loc>{{base}}/an/yeu-cau-bao-gia-{n}.html</loc></url>" for n in range(3))
    pages |= {f"/an/yeu-cau-bao-gia-{n}.html": article(title(n)) for n in range(3)}
    if door == "sitemap":
        pages["/sitemap.xml"] = f"<?xml version='1.0'?><urlset>{links}</urlset>"
    else:
        items = "".join(f"<item><title>{title(n)}</title><link>{{base}}/an/{n}.html</link></item>" for n in range(3))
        pages["/rss"] = f"<?xml version='1.0'?><rss version='2.0'><channel>{items}</channel></rss>"
        pages["/"] = pages["/"].replace("<head>", '<head><link rel="alternate" type="application/rss+xml" href="/rss">')
    with serve(Site(pages)) as url:
        report = run(url)
    assert (report.status, titles_in(settings)) == ("ok", wanted(3))


# --- traps


def test_calendars_and_archives_do_not_hold_a_crawl(settings: Settings, run: Run) -> None:
    def otherwise(target: str) -> str | None:
        parts = target.strip("/").split("/")
        if parts[0] != "lich":
            return None
        year, month = int(parts[1]), int(parts[2])
        following = f"/lich/{year + month // 12}/{month % 12 + 1}/"
        return listing(
            (following, "Tháng sau"), (f"/lich/{year}/{month}/1/", "Lịch công tác tuần của bệnh viện"), menu=MENU
        )

    archive = "".join(
        f'<li><a href="/lich/{y}/{m}/">Tháng {m}/{y}</a></li>' for y in range(2015, 2027) for m in range(1, 13)
    )
    site = Site(
        {
            "/": listing(menu=(*MENU, ("/lich/2026/11/", "Lịch sự kiện"))),
            "/bao-gia/": listing(
                ("/bg/0.html", title(0)), menu=MENU, more=f"<div id='archives'><ul>{archive}</ul></div>"
            ),
            "/bg/0.html": article(title(0), extra=f"<ul>{archive}</ul>"),
        },
        otherwise,
    )
    with serve(site) as url:
        report = run(url)
    assert (report.status, titles_in(settings)) == ("ok", wanted(1))
    assert report.requests < 25


def test_a_session_in_the_address_makes_no_second_notice(settings: Settings, run: Run) -> None:
    def answer(target: str) -> str | None:
        session = f"jsessionid={len(site.requests):08x}"
        path = target.partition(";")[0]
        links = [(f"/bg/{n};{session}?PHPSESSID={len(site.requests)}", title(n)) for n in range(3)]
        if path in ("/", "/bao-gia/"):
            return listing(*(links if path != "/" else []), menu=((f"/bao-gia/;{session}", "Yêu cầu báo giá"),))
        return article(title(int(path[-1]))) if path.startswith("/bg/") else None

    site = Site(otherwise=answer)
    with serve(site) as url:
        first, second = run(url), run(url)
    assert (first.new, second.new, second.changed) == (3, 0, 0)


def test_a_soft_404_is_no_notice_and_no_list(settings: Settings, run: Run) -> None:
    lost = "<html><head><title>Bệnh viện</title></head><body><main><h1>Không tìm thấy trang</h1><p>Trang bạn yêu cầu không tồn tại hoặc đã bị xóa.</p></main></body></html>"
    links = [(f"/bg/{n}.html", title(n)) for n in range(5)]
    site = Site(
        {
            "/": listing(menu=(*MENU, ("/dau-thau/", "Đấu thầu"))),
            "/bao-gia/": listing(*links, menu=MENU),
        }
        | {path: article(heading) for path, heading in links[:3]},
        otherwise=lambda _: lost,
    )
    with serve(site) as url:
        report = run(url)
    assert (report.status, titles_in(settings)) == ("incomplete", wanted(3))
    assert "/dau-thau/: holds no links" in report.message  # the menu promised a list


# --- addresses


@pytest.mark.parametrize(
    "path",
    [
        "/BaoGia/Yêu cầu số 1.html",
        "/bao-gia/Y%C3%AAu-c%E1%BA%A7u-1.html",
        f"/{quote(unicodedata.normalize('NFD', 'báo-giá'))}/1.htm",
        "/a b/1%2B2.html",
    ],
)
def test_addresses_with_any_letters_are_fetched_as_they_are(settings: Settings, run: Run, path: str) -> None:
    site = Site(
        {"/": listing(menu=MENU), "/bao-gia/": listing((path, title(0)), menu=MENU), unquote(path): article(title(0))}
    )
    with serve(site) as url:
        first, second = run(url), run(url)
    assert (first.status, first.new, second.new) == ("ok", 1, 0)


def test_a_base_is_what_relative_addresses_are_relative_to(settings: Settings, run: Run) -> None:
    def based(page: str) -> str:
        return page.replace("<head>", '<head><base href="{base}/cong/">')

    site = Site(
        {
            "/": based(listing(menu=(("bao-gia/", "Yêu cầu báo giá"),))),
            "/cong/bao-gia/": based(listing(("bg/0.html", title(0)))),
            "/cong/bg/0.html": based(article(title(0), extra='<a href="tep/phu-luc.txt" download>phu-luc.txt</a>')),
            "/cong/tep/phu-luc.txt": Answer("Danh mục", 200, {"Content-Type": "text/plain"}),
        }
    )
    with serve(site) as url:
        run(url)
    (notice,) = found_in(settings).values()
    assert [file.text for file in notice.attachments] == ["Danh mục"]


def test_a_site_that_calls_itself_by_two_names_is_read_once(settings: Settings, run: Run) -> None:
    """As http and https, with and without www: here two names of this machine."""
    links = [(f"/bg/{n}.html", title(n)) for n in range(4)]
    site = Site({"/": listing(menu=MENU), **{path: article(name) for path, name in links}})

    def bao_gia(site: Site, target: str) -> str:
        other = site.url.replace("127.0.0.1", "localhost")
        twins = [(other + path, name) for path, name in links[2:]]
        return listing(*links, *twins, menu=MENU)

    site.pages["/bao-gia/"] = bao_gia
    with serve(site) as url:
        report = run(url)
    assert (report.status, report.new) == ("ok", 4)


@pytest.mark.parametrize(
    ("shown", "handed_out"),
    [
        (
            "https://drive.google.com/file/d/1aB-c_9/view?usp=sharing",
            "https://drive.google.com/uc?export=download&id=1aB-c_9",
        ),
        (
            "https://drive.google.com/open?usp=drive_link&id=1aB-c_9",
            "https://drive.google.com/uc?export=download&id=1aB-c_9",
        ),
        (
            "https://docs.google.com/document/d/1aB/edit#heading=h.1",
            "https://docs.google.com/document/d/1aB/export?format=docx",
        ),
        (
            "https://docs.google.com/spreadsheets/d/1aB/edit?gid=0",
            "https://docs.google.com/spreadsheets/d/1aB/export?format=xlsx",
        ),
        ("https://bv.example/file/d/1aB/view", "https://bv.example/file/d/1aB/view"),
    ],
)
def test_files_that_google_keeps_are_fetched_from_where_they_are_handed_out(shown: str, handed_out: str) -> None:
    assert direct_address(shown) == handed_out


# --- encodings


def test_pages_in_windows_1258_that_do_not_say_so_are_read(settings: Settings, run: Run) -> None:
    def coded(page: str) -> Answer:
        opened = "".join(_for_1258(letter) for letter in page)
        return Answer(opened.encode("cp1258"), 200, {"Content-Type": "text/html"})

    site = Site(
        {
            "/": coded(listing(menu=MENU)),
            "/bao-gia/": coded(listing(("/bg/0.html", title(0)), menu=MENU)),
            "/bg/0.html": coded(article(title(0))),
        }
    )
    with serve(site) as url:
        run(url)
    assert titles_in(settings) == wanted(1)


def _for_1258(letter: str) -> str:
    """A letter as that code page has it: the tone is a sign of its own."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        opened = unicodedata.normalize("NFD", letter)
        (tone,) = (sign for sign in opened if sign in "\u0300\u0301\u0303\u0309\u0323")
        return unicodedata.normalize("NFC", opened.replace(tone, "")) + tone
    return letter


_TCVN3 = dict(
    zip(
        "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđĐ",
        "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¨©ª«¬­®§",
        strict=True,
    )
)


def test_pages_in_tcvn3_are_read(settings: Settings, run: Run) -> None:
    def coded(page: str) -> str:
        return "".join(_TCVN3.get(letter, letter) for letter in page)

    site = Site(
        {
            "/": coded(listing(menu=MENU)),
            "/bao-gia/": coded(listing(("/bg/0.html", title(0)), menu=MENU)),
            "/bg/0.html": coded(article(title(0))),
        }
    )
    with serve(site) as url:
        run(url)
    assert titles_in(settings) == wanted(1)


# --- pagers

PAGERS = (
    "/bao-gia/?page={}",
    "/bao-gia/page/{}/",
    "/bao-gia/trang-{}.html",
    "/bao-gia/?trang={}&loai=1",
    "/bao-gia/?_101_INSTANCE_qR7_cur={}&p_p_id=101_INSTANCE_qR7",
    "/bao-gia/tabid/57/currentpage/{}/Default.aspx",
    "/bao-gia/?PageIndex={}",
    "/bao-gia/?curpage={}",
    "/bao-gia/?pageNum={}",
    "/bao-gia/?Page={}#list",
    "/bao-gia/{}",
    "/bao-gia-p{}.html",
    "/bao-gia/?view={}",
)


@pytest.mark.parametrize("form", PAGERS)
def test_pagers_of_any_form_are_followed(settings: Settings, run: Run, form: str) -> None:
    targets = {form.format(number).partition("#")[0]: number for number in (1, 2, 3)}

    def otherwise(target: str) -> str | None:
        number = 1 if target == "/bao-gia/" else targets.get(target)
        if number is None:
            return None
        links = [(f"/bg/{n}.html", title(n)) for n in range(number * 4 - 4, number * 4)]
        pager = "".join(f'<li><a href="{form.format(n)}">{n}</a></li>' for n in (1, 2, 3) if n != number)
        return listing(*links, menu=MENU, more=f'<ul class="pagination">{pager}</ul>')

    pages: dict[str, Any] = {f"/bg/{n}.html": article(title(n)) for n in range(12)}
    with serve(Site({"/": listing(menu=MENU), **pages}, otherwise)) as url:
        report = run(url)
    assert (report.status, titles_in(settings)) == ("ok", wanted(12))


def test_rows_that_lead_to_google_drive_are_notices_with_what_the_row_says(settings: Settings, run: Run) -> None:
    rows = "".join(
        f'<div class="row item"><div class="name"><a href="https://drive.google.com/file/d/1x{n}Zb_cD4/view" target="_blank">{title(n)}</a></div>'
        f'<div class="meta"><span>Ngày đăng: {10 + n}/11/2026</span> <span>Hạn nộp: 16h30 ngày {20 + n}/11/2026</span></div></div>'
        for n in range(3)
    )
    site = Site({"/": listing(menu=MENU), "/bao-gia/": listing(menu=MENU, more=f'<div class="list">{rows}</div>')})
    with serve(site) as url:
        first, second = run(url), run(url)
    notices = {notice.title: notice for notice in found_in(settings).values()}
    assert (first.status, sorted(notices), second.new, second.changed) == ("ok", wanted(3), 0, 0)
    said = notices[title(2)]
    assert (str(said.published_at), str(said.deadline_at)) == ("2026-11-12", "2026-11-22 16:30:00+07:00")
    assert [file.url for file in said.attachments] == ["https://drive.google.com/file/d/1x2Zb_cD4/view"]


# --- portals of agencies


@pytest.mark.parametrize(
    "portal",
    [
        (
            '<meta name="GENERATOR" content="Microsoft SharePoint"><script>var _spPageContextInfo={}</script>',
            "/Pages/MoiThau.aspx",
            "/Pages/ChiTiet.aspx?ItemID={n}&l=MoiThau&Source=/Pages/MoiThau.aspx",
            '<a href="/Pages/MoiThau.aspx?Page={next}">{next}</a>',
        ),
        (
            '<meta name="generator" content="DotNetNuke"><script src="/DesktopModules/x.js"></script>',
            "/MuaSam/tabid/88/Default.aspx",
            "/MuaSam/tabid/88/articleType/ArticleView/articleId/{n}/Default.aspx",
            '<a href="/MuaSam/tabid/88/currentpage/{next}/Default.aspx">{next}</a>',
        ),
        (
            "<script>Liferay.currentURL='/';</script>",
            "/web/guest/mua-sam",
            "/web/guest/mua-sam/-/asset_publisher/qR7x/content/moi-bao-gia-dot-{n}",
            '<a href="{base}/web/guest/mua-sam?p_p_id=101_INSTANCE_qR7x&amp;p_p_lifecycle=0&amp;_101_INSTANCE_qR7x_cur={next}">{next}</a>',
        ),
    ],
    ids=["sharepoint", "dotnetnuke", "liferay"],
)
def test_portals_are_read_page_by_page(settings: Settings, run: Run, portal: tuple[str, str, str, str]) -> None:
    mark, list_path, entry, pager = portal
    name = "Đấu thầu - Mua sắm"

    def dressed(page: str) -> str:
        return page.replace("<head>", f"<head>{mark}")

    def answer(target: str) -> str | None:
        number = next((n for n in range(9) if target == entry.format(n=n)), None)
        if number is not None:
            return dressed(article(title(number)))
        if target.partition("?")[0].replace("/currentpage/2", "").replace("/currentpage/3", "") != list_path:
            return None
        page = next((n for n in (2, 3) if f"={n}" in target or f"/{n}/" in target), 1)
        links = [(entry.format(n=n), title(n)) for n in range(page * 3 - 3, page * 3)]
        more = "".join(pager.replace("{next}", str(n)) for n in (1, 2, 3) if n != page)
        return dressed(listing(*links, menu=((list_path, name),), more=f'<div class="paging">{more}</div>'))

    site = Site({"/": dressed(listing(menu=((list_path, name),)))}, answer)
    with serve(site) as url:
        first, second = run(url), run(url)
    assert (first.status, titles_in(settings)) == ("ok", wanted(9))
    assert (second.new, second.changed) == (0, 0)
