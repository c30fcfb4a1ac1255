"""The spider on whole sites over HTTP: what it finds, what it leaves alone, how it keeps up, and how it fails."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.process.job import RunReport
from crawler.process.run import crawl
from tests.site.loopback import Answer, Site, article, listing, serve, title
from timthau.config import Settings
from timthau.model.notice import Notice, NoticeKind
from timthau.store.notice import Store

MENU = (("/bao-gia/", "Yêu cầu báo giá"), ("/tin-tuc/", "Tin tức"), ("/lien-he/", "Liên hệ"))


def hospital(count: int = 6, **more: Any) -> Site:
    """A site whose menu leads to a list of requests for quotation."""
    links = [(f"/bao-gia/{number}.html", title(number)) for number in range(count)]
    pages: dict[str, Any] = {
        "/": listing(menu=MENU),
        "/bao-gia/": listing(*links, menu=MENU),
        "/tin-tuc/": listing(("/tin-tuc/1.html", "Hội nghị giao ban công tác chuyên môn quý IV"), menu=MENU),
        **{path: article(name) for path, name in links},
    }
    return Site(pages | more)


@pytest.fixture
def run(settings: Settings) -> Callable[..., RunReport]:
    return lambda url, **options: crawl([url], settings=settings, delay=0, **options)[0]


Run = Callable[..., RunReport]


def found_in(settings: Settings) -> dict[str, Notice]:
    store = Store.open(settings.database_url)
    notices = {urlsplit(notice.url).path: notice for notice in store.each_notice()}
    store.close()
    return notices


# --- what it finds


def test_side_bars_and_news_make_no_notices(settings: Settings, run: Run) -> None:
    bar = "".join(f'<li><a href="/bao-gia/{n}.html">{title(n)}</a></li>' for n in range(3))
    heading = "Hội thảo khoa học về mua sắm, đấu thầu thuốc"
    text = "<p>Sáng 12/11, bệnh viện đã tổ chức hội thảo với sự tham dự của nhiều đại biểu.</p>"
    side = f"<div class='sidebar'><h3>Thông báo</h3><ul>{bar}</ul></div>"
    news = f"<html><body><div class='article'><h1>{heading}</h1>{text}</div>{side}</body></html>"
    site = hospital(3)
    site.pages["/tin-tuc/"] = listing(("/tin-tuc/2.html", heading), menu=MENU)
    site.pages["/tin-tuc/2.html"] = news
    with serve(site) as url:
        report = run(url)
    assert (report.status, report.found) == ("ok", 3)
    assert site.asked("/tin-tuc/2.html") == ["/tin-tuc/2.html"]
    assert "/tin-tuc/2.html" not in found_in(settings)
    assert site.asked("/lien-he/") == []


def test_a_greeting_in_a_list_of_notices_is_read_and_plain_news_is_not_even_fetched(
    settings: Settings, run: Run
) -> None:
    site = hospital(2)
    greeting = "Kính gửi: Quý đơn vị có năng lực cung cấp dịch vụ"
    site.pages["/bao-gia/"] = listing(("/bao-gia/kg.html", greeting), ("/bao-gia/0.html", title(0)), menu=MENU)
    site.pages["/bao-gia/kg.html"] = article(greeting)
    with serve(site) as url:
        run(url)
    assert found_in(settings)["/bao-gia/kg.html"].title == greeting
    assert site.asked("/tin-tuc/1.html") == []


def test_twins_and_copies_of_an_article_are_one_notice(settings: Settings, run: Run) -> None:
    site = hospital(1)
    canonical = '<link rel="canonical" href="{base}/bao-gia/0.html">'
    twin = article(title(0)).replace("<head>", f"<head>{canonical}")
    site.pages |= {
        "/bao-gia/": listing(
            ("/bao-gia/0.html?utm_source=zalo", title(0)),
            ("/index.php?id=0", title(0)),
            ("/bao-gia/0.html#binh-luan", title(0)),
            ("/cu/0.html", title(0)),
            menu=MENU,
        ),
        "/index.php?id=0": twin,
        "/cu/0.html": Answer("", 301, {"Location": "{base}/bao-gia/0.html"}),
        "/bao-gia/0.html": twin,
    }
    with serve(site) as url:
        report = run(url)
    assert (report.status, report.new) == ("ok", 1)
    assert found_in(settings).keys() == {"/bao-gia/0.html"}


def test_pages_are_followed_until_nothing_new_appears(settings: Settings, run: Run) -> None:
    def otherwise(target: str) -> Answer | str | None:
        path, _, number = target.partition("?page=")
        if path != "/bao-gia/" or not number:
            return None
        page = int(number)
        if page > 4:  # past the end comes the first page again, with a pager that never ends
            page = 1
        links = [(f"/bao-gia/{n}.html", title(n)) for n in range(page * 3 - 3, page * 3)]
        return listing(
            *links, menu=MENU, more=f'<div class="pager"><a href="/bao-gia/?page={int(number) + 1}">Sau</a></div>'
        )

    site = hospital(12)
    site.otherwise = otherwise
    site.pages["/bao-gia/"] = otherwise("/bao-gia/?page=1")  # type: ignore[assignment]  # it answers that one
    with serve(site) as url:
        report = run(url)
    assert (report.status, report.found) == ("ok", 12)
    assert site.asked("/bao-gia/?page=") == [f"/bao-gia/?page={n}" for n in range(2, 6)]


def test_a_list_that_shows_whole_articles_gives_the_articles_and_not_their_files(settings: Settings, run: Run) -> None:
    def entry(number: int) -> str:
        files = f'<p><a href="/files/yeu-cau-bao-gia-{number}.pdf">yeu-cau-bao-gia-{number}.pdf</a></p>'
        return (
            f'<div class="item"><div class="page-header"><h2><a href="/bao-gia/{number}.html">{title(number)}</a>'
            "</h2></div>"
            f'<a href="/bao-gia/{number}.html?tmpl=component&amp;print=1" '
            f'title="In bài viết &lt; {title(number)} &gt;">In</a>'
            '<dl><dd><a href="/bao-gia/">Yêu cầu báo giá</a></dd></dl>'
            f"<p>Kính mời các đơn vị gửi báo giá.</p>{files}</div>"
        )

    site = hospital(4)
    # A design that dresses further titles as a menu.
    more = f'<ol class="nav nav-tabs"><li><a href="/bao-gia/3">{title(3)}</a></li></ol>'
    site.pages["/bao-gia/3"] = site.pages.pop("/bao-gia/3.html")
    site.pages["/bao-gia/"] = listing(menu=MENU, more="".join(map(entry, range(3))) + more)
    with serve(site) as url:
        report = run(url)
    assert (report.status, report.found) == ("ok", 4)
    assert found_in(settings).keys() == {"/bao-gia/0.html", "/bao-gia/1.html", "/bao-gia/2.html", "/bao-gia/3"}
    assert {notice.title for notice in found_in(settings).values()} == {title(number) for number in range(4)}


@pytest.mark.parametrize("address", ["/download.php?id=7", "/tai-lieu/7"])
def test_a_row_that_hands_out_a_file_is_a_notice(settings: Settings, run: Run, address: str) -> None:
    days = "(Hạn nộp: 16 giờ 30 phút ngày 30/11/2026) Đăng ngày 19/11/2026"
    row = f'<tr><td><a href="{address}">{title(1)}</a> {days}</td></tr>'
    other = f'<tr><td><a href="/bao-gia/0.html">{title(0)}</a></td></tr>'
    site = hospital(1)
    site.pages["/bao-gia/"] = listing(menu=MENU, more=f"<table>{other}{row}</table>")
    name = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename*=UTF-8''b%C3%A1o.txt",
    }
    site.pages[address] = Answer("Danh mục hàng hóa cần mua", 200, name)
    with serve(site) as url:
        first, second = run(url), run(url)
    notice = found_in(settings)[address.partition("?")[0]]
    assert (first.status, first.found, second.new, second.changed) == ("ok", 2, 0, 0)
    assert (notice.title, notice.published_at) == (title(1), date(2026, 11, 19))
    assert [file.filename for file in notice.attachments] == ["báo.txt"]


def test_files_that_the_home_page_offers_are_notices_too(settings: Settings, run: Run) -> None:
    rows = [f'<li><a href="/vb/{number}.pdf">{title(number)}</a> 19/11/2026</li>' for number in (1, 2)]
    site = hospital(1)
    site.pages["/"] = listing(menu=MENU, more=f"<ul>{''.join(rows)}</ul>")
    site.pages["/bao-gia/"] = listing(("/bao-gia/0.html", title(0)), menu=MENU, more=f"<ul>{rows[0]}</ul>")
    pdf = Answer(b"%PDF-1.4 cut short", 200, {"Content-Type": "application/pdf"})
    site.pages |= {"/vb/1.pdf": pdf, "/vb/2.pdf": pdf}
    with serve(site) as url:
        first, second = run(url), run(url)
    assert (first.found, second.new, second.changed) == (3, 0, 0)
    assert {notice.title for notice in found_in(settings).values()} == {title(number) for number in range(3)}


def test_a_pattern_for_an_address_in_robots_txt_is_passed_over(settings: Settings, run: Run) -> None:
    site = hospital(1)
    site.pages["/robots.txt"] = "User-agent: *\nDisallow:\nSitemap: [$PROTOCOL$]://[$HOST$]:[$PORT$]/sitemap.xml\n"
    with serve(site) as url:
        assert run(url).found == 1


def test_a_title_in_a_plain_element_is_known_from_the_list(settings: Settings, run: Run) -> None:
    site = hospital(1)
    page = article(title(0)).replace(f"<h1>{title(0)}</h1>", f"<div>{title(0)}</div>")
    site.pages["/bao-gia/0.html"] = page.replace(f"<title>{title(0)}", "<title>.:: BỆNH VIỆN THỬ NGHIỆM ::.")
    with serve(site) as url:
        run(url)
        site.pages["/bao-gia/"] = listing(menu=MENU)  # the list names it no more
        again = run(url, full=True)
    assert found_in(settings)["/bao-gia/0.html"].title == title(0)
    assert again.changed == 0


def test_guides_are_kept_with_their_source(settings: Settings, run: Run) -> None:
    name = "Hướng dẫn đăng nhập ứng dụng VssID bằng tài khoản VNeID"
    body = (
        "<p>Bước 1: Mở ứng dụng VssID, chọn đăng nhập bằng tài khoản định danh điện tử.</p>"
        "<p>Bước 2: Đăng nhập VNeID bằng tài khoản định danh mức 2.</p>"
    )
    site = hospital(1)
    site.pages["/tin-tuc/"] = listing(("/tin-tuc/hd.html", name), menu=MENU)
    site.pages["/tin-tuc/hd.html"] = article(name, body=body)
    with serve(site) as url:
        report = run(url)
    store = Store.open(settings.database_url)
    (guide,) = [guide for guide in store.guides() if guide.source]
    store.close()
    assert (guide.title, guide.url, guide.source) == (name, f"{site.url}/tin-tuc/hd.html", report.source)
    assert "Bước 2" in guide.body


def test_an_amendment_is_linked_to_the_notice_that_it_amends(settings: Settings, run: Run) -> None:
    later = "Thông báo gia hạn thời gian tiếp nhận báo giá mua máy thở đợt 1"
    body = (
        "<p>Bệnh viện thông báo gia hạn thời gian tiếp nhận báo giá đến trước 16h ngày 05/12/2026.</p>"
        "<p>Các nội dung khác không thay đổi. Kính mời các đơn vị quan tâm.</p>"
    )
    site = hospital(6)
    links = [("/bao-gia/gh.html", later), *((f"/bao-gia/{n}.html", title(n)) for n in range(6))]
    site.pages |= {
        "/bao-gia/": listing(*links, menu=MENU),
        "/bao-gia/gh.html": article(later, day="21/11/2026", body=body),
    }
    with serve(site) as url:
        run(url)
    found = found_in(settings)
    assert found["/bao-gia/gh.html"].kind is NoticeKind.AMENDMENT
    assert found["/bao-gia/gh.html"].version == 1
    store = Store.open(settings.database_url)
    store.relations.catch_up()
    change, changed = found["/bao-gia/gh.html"].id, found["/bao-gia/1.html"].id
    assert store.relations.amended([change]) == {change: [changed]}
    store.close()


def test_what_a_feed_says_fills_what_the_page_leaves_out(settings: Settings, run: Run) -> None:
    feed = (
        "<?xml version='1.0'?><rss version='2.0'><channel><item><title>x</title><link>{base}/bao-gia/0.html</link>"
        "<pubDate>Thu, 19 Nov 2026 02:03:22 +0000</pubDate></item></channel></rss>"
    )
    site = hospital(1)
    home = listing(menu=MENU).replace(
        "<head>", '<head><link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    )
    page = article(title(0)).replace("<p>Ngày đăng: 19/11/2026</p>", "")
    site.pages |= {"/": home, "/bao-gia/0.html": page, "/rss.xml": feed}
    with serve(site) as url:
        run(url)
    assert str(found_in(settings)["/bao-gia/0.html"].published_at) == "2026-11-19 09:03:22+07:00"


# --- keeping up


def test_a_second_crawl_stores_nothing_new_and_asks_for_few_files_again(settings: Settings, run: Run) -> None:
    site = hospital(40)
    link = '<a href="/files/phu-luc-{}.txt">phu-luc-{}.docx</a>'
    for number in range(40):
        file = link.format(number, number)
        site.pages[f"/bao-gia/{number}.html"] = article(title(number), extra=file)
        site.pages[f"/files/phu-luc-{number}.txt"] = Answer(f"Danh mục {number}", 200, {"Content-Type": "text/plain"})
    with serve(site) as url:
        first = run(url)
        site.requests.clear()
        second = run(url)
    assert (first.status, first.new, second.status) == ("ok", 40, "ok")
    assert (second.new, second.changed) == (0, 0)
    assert second.requests <= 0.15 * first.requests
    assert len(site.asked("/files/")) <= 3  # of open notices, as a file may be replaced at its address


def test_a_changed_deadline_makes_a_version_and_a_new_layout_does_not(settings: Settings, run: Run) -> None:
    site = hospital(40)
    with serve(site) as url:
        run(url)
        site.pages["/bao-gia/0.html"] = article(title(0)).replace("30 tháng 11", "10 tháng 12")
        site.pages["/bao-gia/1.html"] = article(title(1)).replace("<body>", "<body class='new'><div>Truy cập: 9</div>")
        report = run(url, full=True)
    found = found_in(settings)
    assert (report.status, report.changed, report.unchanged) == ("ok", 1, 39)
    assert {path: notice.version for path, notice in found.items() if notice.version > 1} == {"/bao-gia/0.html": 2}
    assert str(found["/bao-gia/0.html"].deadline_at)[:10] == "2026-12-10"


def test_open_notices_are_looked_at_again_without_being_asked_to(settings: Settings, run: Run) -> None:
    site = hospital(40)
    far = {f"/bao-gia/{n}.html": article(title(n)).replace("11 năm 2026", "11 năm 2020") for n in range(1, 40)}
    site.pages |= far | {"/bao-gia/0.html": article(title(0)).replace("năm 2026", "năm 2096")}
    with serve(site) as url:
        run(url)
        site.pages["/bao-gia/0.html"] = article(title(0)).replace("năm 2026", "năm 2097")
        report = run(url)
    assert (report.status, report.changed) == ("ok", 1)
    assert str(found_in(settings)["/bao-gia/0.html"].deadline_at)[:4] == "2097"


def test_doors_that_use_up_what_a_run_may_cost_leave_room_for_open_notices(settings: Settings, run: Run) -> None:
    site = hospital(20)
    years = {n: "2096" if n < 6 else "2020" for n in range(20)}
    site.pages |= {f"/bao-gia/{n}.html": article(title(n)).replace("11 năm 2026", f"11 năm {years[n]}") for n in years}
    maps = "".join(f"<sitemap><loc>{{base}}/map-{n}.xml</loc></sitemap>" for n in range(30))
    xml = {"Content-Type": "text/xml"}
    site.pages["/sitemap.xml"] = Answer(f"<sitemapindex>{maps}</sitemapindex>", 200, xml)
    row = "<urlset><url><loc>{{base}}/bao-gia/{}.html</loc></url></urlset>"
    site.pages |= {f"/map-{n}.xml": Answer(row.format(n % 20), 200, xml) for n in range(30)}
    with serve(site) as url:
        run(url)
        site.requests.clear()
        assert run(url).status == "ok"
    again = {target for target in site.asked("/bao-gia/") if target != "/bao-gia/"}
    assert len(again) == 3
    assert again <= {f"/bao-gia/{n}.html" for n in range(6)}


def test_a_site_may_answer_that_nothing_has_changed_and_is_believed_every_second_time(
    settings: Settings, run: Run
) -> None:
    site = hospital(1)
    body = article(title(0)).replace("năm 2026", "năm 2096")
    asked: list[str | None] = []

    def answer(site: Site, target: str) -> Answer:
        asked.append(site.headers[-1].get("if-none-match"))
        return Answer("", 304) if asked[-1] == '"v1"' else Answer(body, 200, {"ETag": '"v1"'})

    site.pages["/bao-gia/0.html"] = answer
    with serve(site) as url:
        run(url)
        reports = [run(url) for _ in range(3)]
        assert {(report.status, report.new, report.changed) for report in reports} == {("ok", 0, 0)}
        # It says "not changed" although it has: the next time it is asked for the page.
        body = body.replace("ngày 30 tháng 11", "ngày 29 tháng 12")
        assert [run(url).changed for _ in range(2)].count(1) == 1
    assert asked[:4] == [None, '"v1"', None, '"v1"']
    assert str(found_in(settings)["/bao-gia/0.html"].deadline_at).startswith("2096-12-29")


def test_since_leaves_out_what_is_older_and_a_later_crawl_takes_it(settings: Settings, run: Run) -> None:
    links = [
        f'<li><a href="/bao-gia/{n}.html">{title(n)}</a> <span>{day}</span></li>'
        for n, day in enumerate(("19/11/2026", "10/11/2026", "01/10/2026"))
    ]
    site = hospital(3)
    site.pages["/bao-gia/"] = listing(menu=MENU, more=f"<ul>{''.join(links)}</ul>")
    with serve(site) as url:
        some = run(url, since=date(2026, 11, 5))
        assert found_in(settings).keys() == {"/bao-gia/0.html", "/bao-gia/1.html"}
        rest = run(url)
    assert (some.status, some.new, rest.status, rest.new) == ("ok", 2, "ok", 1)


# --- bad sites


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer("Lỗi", 500), "answers 500"),
        (Answer("", 302, {"Location": "{base}/"}), "max redirections reached"),
        (Answer("", 302, {"Location": "http://other.example/"}), "leads to another site: http://other.example/"),
        (Answer("", 302, {"Location": "file:///etc/passwd"}), "answers 302"),
        (Answer(b"<html>" + b"a" * 21_000_000), "is larger than 20 MB"),
        (
            Answer("<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x'>", 403),
            "asks whether",
        ),
        (Answer("<html><script>document.cookie='D1N=a';window.location.reload()</script></html>"), "asks whether"),
        (Answer(b"%PDF-1.4", 200, {"Content-Type": "application/pdf"}), "is no page with links"),
        (Answer("", 429, {"Retry-After": "7200"}), "asks to come back in 120 minutes"),
    ],
)
def test_a_home_page_that_cannot_be_read_fails_the_run_in_one_line(
    settings: Settings, run: Run, answer: Answer, why: str
) -> None:
    with serve(Site({"/": answer})) as url:
        report = run(url)
    store = Store.open(settings.database_url)
    (kept,) = store.runs(report.source)
    store.close()
    assert (report.status, str(kept.status)) == ("failed", "failed")
    assert why in report.message
    assert "\n" not in report.message


def test_a_site_that_is_down_fails_the_run(run: Run) -> None:
    with serve(Site()) as url:
        pass
    report = run(url)
    assert report.status == "failed"
    assert "refused" in report.message


def test_an_empty_list_fails_the_run_and_loses_nothing(settings: Settings, run: Run) -> None:
    site = hospital(6)
    with serve(site) as url:
        run(url)
        site.pages["/bao-gia/"] = listing(menu=MENU)
        report = run(url)
    assert report.status == "failed"
    assert report.message.startswith("0 notices found, at least 1 expected")
    assert len(found_in(settings)) == 6


def test_a_sudden_drop_fails_the_run(settings: Settings, run: Run) -> None:
    site = hospital(10)
    with serve(site) as url:
        run(url, full=True)
        site.pages["/bao-gia/"] = listing(("/bao-gia/0.html", title(0)), menu=MENU)
        report = run(url, full=True)
    assert (report.status, report.message) == ("failed", "1 notices found, 10 usually")


@pytest.mark.parametrize(
    "broken",
    [
        Answer("Lỗi", 500),
        Answer(b"<html>" + b"a" * 21_000_000),
        Answer("", 302, {"Location": "{base}/bao-gia/1.html"}),
    ],
    ids=["error", "huge", "loop"],
)
def test_a_page_that_cannot_be_read_is_told_and_tried_again(settings: Settings, run: Run, broken: Answer) -> None:
    site = hospital(4)
    site.pages["/bao-gia/1.html"] = broken
    with serve(site) as url:
        first = run(url)
        assert found_in(settings).keys() == {"/bao-gia/0.html", "/bao-gia/2.html", "/bao-gia/3.html"}
        site.pages["/bao-gia/1.html"] = article(title(1))
        site.pages["/bao-gia/"] = listing(("/bao-gia/0.html", title(0)), menu=MENU)  # it is listed no more
        second = run(url)
    assert (first.status, first.failed) == ("incomplete", 1)
    assert f"{site.url}/bao-gia/1.html" in first.message
    assert (second.status, second.new) == ("ok", 1)


def test_a_wrong_charset_is_seen_through(settings: Settings, run: Run) -> None:
    site = hospital(2)
    site.pages["/bao-gia/1.html"] = Answer(
        article(title(1)).encode(), 200, {"Content-Type": "text/html; charset=iso-8859-1"}
    )
    with serve(site) as url:
        run(url)
    assert found_in(settings)["/bao-gia/1.html"].title == title(1)


def test_a_run_that_robots_txt_leaves_without_notices_says_so(run: Run) -> None:
    rules = Answer("User-agent: *\nDisallow: /bao-gia/", 200, {"Content-Type": "text/plain"})
    with serve(hospital(4, **{"/robots.txt": rules})) as url:
        report = run(url)
    assert report.status == "failed"
    assert re.search(r"0 notices found, at least 1 expected; robots.txt forbids \d+ pages", report.message)


def test_robots_txt_is_obeyed(settings: Settings, run: Run) -> None:
    site = hospital(
        4, **{"/robots.txt": Answer("User-agent: *\nDisallow: /bao-gia/2", 200, {"Content-Type": "text/plain"})}
    )
    with serve(site) as url:
        report = run(url)
    assert report.status == "ok"
    assert site.asked("/bao-gia/2") == []
    assert len(found_in(settings)) == 3


def test_a_bound_on_pages_leaves_the_run_incomplete(run: Run) -> None:
    with serve(hospital(20)) as url:
        report = run(url, max_pages=6)
        rest = run(url)
    assert (report.status, rest.status) == ("incomplete", "ok")
    assert "stopped at the bound on pages" in report.message
    assert report.new + rest.new == 20


def test_the_user_agent_names_the_program_and_whom_to_ask(tmp_path: Any) -> None:
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path), "TIMTHAU_CONTACT": "https://ai.example/lien-he"})
    site = hospital(1)
    with serve(site) as url:
        crawl([url], settings=settings, delay=0)
    agents = {headers["user-agent"] for headers in site.headers}
    assert len(agents) == 1
    assert agents.pop().endswith("(+https://ai.example/lien-he)")


# --- what closed notices and new layouts do


def closed(number: int, *, year: int) -> str:
    return article(title(number)).replace("năm 2026", f"năm {year}")


def test_a_closed_notice_is_read_again_when_another_one_amends_it(settings: Settings, run: Run) -> None:
    site = hospital(40)
    site.pages |= {f"/bao-gia/{n}.html": closed(n, year=2020) for n in range(40)}
    later = "Thông báo gia hạn thời gian tiếp nhận báo giá mua máy thở đợt 1"
    with serve(site) as url:
        run(url)
        links = [(f"/bao-gia/{n}.html", title(n)) for n in range(40)]
        site.pages["/bao-gia/"] = listing(("/bao-gia/gh.html", later), *links, menu=MENU)
        body = "<p>Bệnh viện thông báo gia hạn thời gian tiếp nhận báo giá đến trước 16h ngày 05/12/2020.</p>"
        site.pages["/bao-gia/gh.html"] = article(later, day="21/11/2026", body=body)
        site.pages["/bao-gia/1.html"] = closed(1, year=2021)
        report = run(url)
    assert (report.status, report.new, report.changed) == ("ok", 1, 1)
    assert str(found_in(settings)["/bao-gia/1.html"].deadline_at)[:4] == "2021"


def test_a_closed_notice_that_a_list_calls_changed_is_read_again(settings: Settings, run: Run) -> None:
    site = hospital(40)
    site.pages |= {f"/bao-gia/{n}.html": closed(n, year=2020) for n in range(40)}
    with serve(site) as url:
        run(url)
        links = [(f"/bao-gia/{n}.html", title(n) + (" (gia hạn lần 1)" if n == 3 else "")) for n in range(40)]
        site.pages["/bao-gia/"] = listing(*links, menu=MENU)
        site.pages["/bao-gia/3.html"] = closed(3, year=2021)
        report = run(url)
    assert (report.status, report.changed) == ("ok", 1)
    assert str(found_in(settings)["/bao-gia/3.html"].deadline_at)[:4] == "2021"


def test_articles_that_cannot_be_read_any_more_fail_the_run_and_lose_nothing(settings: Settings, run: Run) -> None:
    site = hospital(8)
    site.pages |= {f"/bao-gia/{n}.html": closed(n, year=2096) for n in range(8)}
    with serve(site) as url:
        run(url)
        empty = "<html><head><title>Bệnh viện</title></head><body><div id='app'></div><script src='/app.js'></script>"
        site.pages |= {f"/bao-gia/{n}.html": empty for n in range(8)}
        report = run(url, full=True)
        again = run(url)
    assert (report.status, again.status) == ("failed", "failed")
    assert "known notices cannot be read any more" in report.message
    assert {notice.version for notice in found_in(settings).values()} == {1}
    assert len(found_in(settings)) == 8
