"""The article of a page: saved pages of each platform, and made-up ones for what goes wrong on real sites."""

import contextlib
import json
import time
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.extract.document import Article
from crawler.extract.page.article import parse_article
from crawler.extract.page.publication import parse_byline, parse_iso
from tests import TESTS
from timthau.errors import DocumentError
from timthau.model.moment import HANOI, format_moment

_PAGES = TESTS / "pages"
_URL = "https://bv.example/tin/bai-1.html"
_LONG = "Bệnh viện mời các nhà cung cấp gửi báo giá theo các nội dung dưới đây, hồ sơ gửi về Phòng Vật tư. "
_SIDE = """<div class="col-3"><h3>Tin mới</h3><ul><li><a href="/a">Thư mời báo giá bàn ghế</a> 02/03/2026</li>
<li><a href="/b">Thông báo mời thầu sửa nhà xe, hạn nộp 15/04/2026</a></li>
<li><a href="/c.pdf">Văn bản số 9</a></li></ul></div>"""


def _article(body: str, *, head: str = "<title>Mời báo giá máy thở - BV A</title>", url: str = _URL) -> Article:
    return parse_article(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", url=url)


def _inside(content: str, **more: Any) -> Article:
    return _article(f'<h1>Mời báo giá máy thở</h1><div class="entry-content"><p>{_LONG}</p>{content}</div>', **more)


# --- saved pages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", sorted(p.name for p in _PAGES.iterdir() if p.is_dir()))
def test_the_article_of_each_platform_is_read(platform: str) -> None:
    expected = json.loads((_PAGES / platform / "expected.json").read_text())
    article = parse_article((_PAGES / platform / "detail.html").read_bytes(), url=expected["detail_url"])
    detail = expected["detail"]
    assert article.title == detail["title"]
    assert format_moment(article.published_at) == detail["published_at"]
    for piece in detail["text_contains"]:
        assert piece in article.text
    for piece in detail["text_not_contains"]:
        assert piece not in article.text
    files = {file.url: file.filename for file in article.files}
    assert sorted(files) == sorted(file["url"] for file in detail["files"])
    for file in detail["files"]:
        assert file["filename"] in (None, files[file["url"]])


@pytest.mark.parametrize("platform", sorted(p.name for p in _PAGES.iterdir() if p.is_dir()))
def test_other_articles_have_their_title(platform: str) -> None:
    expected = json.loads((_PAGES / platform / "expected.json").read_text())
    article = parse_article((_PAGES / platform / "other.html").read_bytes(), url=expected["other_url"])
    assert article.title == expected["other"]["title"]


# --- where the article stands -----------------------------------------------------------------------------------------


def test_title_is_the_heading_not_the_site() -> None:
    article = _article(
        f'<header><h1 class="logo">BV A</h1></header><h2>Mời báo giá máy thở</h2>'
        f'<div class="post-content">{_LONG}</div>'
    )
    assert (article.title, article.site_name) == ("Mời báo giá máy thở", "BV A")


def test_title_in_a_plain_element_is_found_by_the_head() -> None:
    article = _article(f'<div class="x1">Mời báo giá máy thở</div><div class="x2"><p>{_LONG}</p></div>{_SIDE}')
    assert article.title == "Mời báo giá máy thở"
    assert article.text == _LONG.strip()


def test_title_in_a_plain_element_is_found_by_what_the_list_calls_it() -> None:
    title = "Yêu cầu báo giá mua máy thở"
    page = (
        "<html><head><title>.:: BỆNH VIỆN A ::.</title></head><body><h2>Bệnh viện A</h2>"
        "<div><span>.:: BỆNH VIỆN A ::.</span></div>"
        f'<table><tr><td><a href="/1">{title}</a></td><td><span>{title.upper()}</span>'
        "<div>Cập nhật: 02/03/2026 - 08:15</div>"
        f"<div><p>{_LONG}</p></div></td></tr></table></body></html>"
    )
    article = parse_article(page, url=_URL, called=title)
    assert article.title == title.upper()
    assert article.text == _LONG.strip()
    assert format_moment(article.published_at) == "2026-03-02T08:15:00+07:00"
    assert parse_article(page, url=_URL, called="Xem chi tiết").title != title.upper()


def test_title_cut_by_the_design_is_taken_whole_from_the_head() -> None:
    head = '<meta property="og:title" content="Mời báo giá máy thở và vật tư kèm theo năm 2026">'
    article = _article(f"<h1>Mời báo giá máy thở và vật...</h1><article><p>{_LONG}</p></article>", head=head)
    assert article.title == "Mời báo giá máy thở và vật tư kèm theo năm 2026"


def test_unknown_layout_of_divs_is_read_without_its_columns() -> None:
    article = _article(
        f'<div id="w"><div class="m"><a href="/">Trang chủ</a> <a href="/lh">Liên hệ</a></div><div class="l">'
        f"<div><h1>Mời báo giá máy thở</h1></div><div><div><p>{_LONG}</p>"
        "<p>Hạn: 17h00 ngày 05/12/2026.</p></div></div></div>"
        f"{_SIDE}</div><div>Bản quyền BV A. Truy cập hôm nay: 12</div>"
    )
    assert article.text.split("\n") == [_LONG.strip(), "Hạn: 17h00 ngày 05/12/2026."]
    assert article.files == ()


def test_nested_layout_tables_lose_no_text() -> None:
    article = _article(
        f"<table><tr><td><a href='/'>Trang chủ</a></td></tr><tr><td><table><tr><td><h2>Mời báo giá máy thở</h2>"
        f"<table><tr><td>{_LONG}<p>Đoạn hai.</p></td></tr></table><p>Đoạn ba.</p></td></tr></table></td></tr></table>"
    )
    assert article.text.split("\n") == [_LONG.strip(), "Đoạn hai.", "Đoạn ba."]


def test_page_of_pictures_only_is_not_filled_from_its_side_bar() -> None:
    article = _article(
        '<div class="main"><h1>Mời báo giá máy thở</h1><div class="ct"><p><img src="/upload/trang1.jpg"></p>'
        f'<p><img src="/upload/trang2.jpg"></p></div></div>{_SIDE}'
    )
    assert article.text == ""
    assert [(file.filename, file.inline) for file in article.files] == [("trang1.jpg", True), ("trang2.jpg", True)]


def test_what_follows_the_article_is_left_out() -> None:
    article = _inside(
        "<p>Hết.</p><p>Những tin mới hơn</p>"
        "<ul><li><a href='/x'>Thư mời khác</a></li><li><a href='/y'>Nữa</a></li></ul>"
    )
    assert article.text.split("\n") == [_LONG.strip(), "Hết."]


def test_words_of_the_article_that_sound_like_buttons_stay() -> None:
    article = _inside(
        "<p>Liên quan đến hồ sơ, xin gửi email cho Phòng Vật tư.</p><p>Tải về mẫu báo giá rồi ký tên.</p>"
    )
    assert "gửi email cho Phòng" in article.text
    assert "Tải về mẫu báo giá" in article.text


def test_body_printed_twice_is_read_once() -> None:
    body = f"<p>{_LONG}</p><p>Nộp tại Văn thư.</p>"
    article = _article(
        f'<h1>Mời báo giá máy thở</h1><div class="entry-content"><div>{body}</div><div>{body}</div></div>'
    )
    assert article.text.split("\n") == [_LONG.strip(), "Nộp tại Văn thư."]


def test_a_page_without_an_article_has_no_text() -> None:
    article = _article('<nav><a href="/a">Giới thiệu</a> <a href="/b">Liên hệ</a></nav><footer>Địa chỉ: số 1</footer>')
    assert article.text == ""


def test_base_element_is_what_links_are_relative_to() -> None:
    head = '<title>Mời báo giá máy thở</title><base href="https://tep.example/kho/">'
    assert _inside('<a href="a.pdf">Tệp</a>', head=head).files[0].url == "https://tep.example/kho/a.pdf"


def test_a_box_of_facts_above_the_body_is_part_of_the_article() -> None:
    article = _article(
        "<h1>Mời báo giá máy thở</h1><p>Tóm tắt.</p><table><tr><td>Bên mời thầu</td><td>BV A</td></tr>"
        f"<tr><td>Hạn nộp</td><td>10:00 05/12/2026</td></tr></table><div class='entry-content'><p>{_LONG}</p></div>"
    )
    assert article.text.split("\n") == ["Bên mời thầu | BV A", "Hạn nộp | 10:00 05/12/2026", _LONG.strip()]
    assert article.published_at is None


# --- tables -----------------------------------------------------------------------------------------------------------


def test_spanning_cells_stand_in_each_place_they_cover() -> None:
    article = _inside(
        "<table><tr><th rowspan=2>STT</th><th rowspan=2>Tên</th><th colspan=2>Số lượng</th></tr>"
        "<tr><th>Đợt 1</th><th>Đợt 2</th></tr><tr><td>1</td><td>Găng <b>tay</b></td><td>10</td><td>20</td></tr></table>"
    )
    assert article.tables == (
        (
            ("STT", "Tên", "Số lượng", "Số lượng"),
            ("STT", "Tên", "Đợt 1", "Đợt 2"),
            ("1", "Găng tay", "10", "20"),
        ),
    )
    assert article.text.split("\n")[-1] == "1 | Găng tay | 10 | 20"


def test_spans_without_end_stay_bounded() -> None:
    article = _inside("<table><tr><td rowspan=99999 colspan=99999>a</td><td>b</td></tr><tr><td>c</td></tr></table>")
    assert sum(len(row) for table in article.tables for row in table) < 500


def test_table_without_rows_or_cells_does_no_harm() -> None:
    assert _inside("<table></table><table><tr></tr></table>").tables == ()


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Thứ năm - 19/11/2026 13:53 308 0", datetime(2026, 11, 19, 13, 53, tzinfo=HANOI)),
        ("Đăng lúc: 29/11/2022 (GMT+7)", date(2022, 11, 29)),
        ("Đăng lúc: 14:20:35 29/11/2022 (GMT+7)", datetime(2022, 11, 29, 14, 20, tzinfo=HANOI)),
        ("Ngày đăng: 05-12-2026", date(2026, 12, 5)),
        ("Được đăng: 18 Tháng 11 2026", date(2026, 11, 18)),
        ("Thứ Hai, 23 tháng 11 năm 2026 | 9h05", datetime(2026, 11, 23, 9, 5, tzinfo=HANOI)),
        ("Tháng Mười Một 20, 2026", date(2026, 11, 20)),
        ("19 Th11 2026", date(2026, 11, 19)),
        ("Th12 5, 2026", date(2026, 12, 5)),
        ("20/07/2026 3:33 PM", datetime(2026, 7, 20, 15, 33, tzinfo=HANOI)),
        ("7/20/2026 3:33 PM", datetime(2026, 7, 20, 15, 33, tzinfo=HANOI)),
        ("05/07/2026 3:33 CH", datetime(2026, 7, 5, 15, 33, tzinfo=HANOI)),
        ("5/7/2025 3:33 PM", None),
        ("Cập nhật lần cuối: 19/11/2026", None),
        ("Hạn nộp: 19/11/2026", None),
        ("17h00 ngày 19/11/2026 là thời hạn cuối cùng nhận báo giá.", None),
        ("19/11/2026: hạn nộp báo giá", None),
        ("Căn cứ Quyết định số 12/QĐ-UBND ngày 19/11/2026", None),
        ("31/02/2026", None),
        ("Số 19/11/20266", None),
        ("không có ngày", None),
    ],
)
def test_lines_beside_the_title_that_date_it(line: str, moment: object) -> None:
    assert parse_byline(line) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-19T06:53:02+00:00", datetime(2026, 11, 19, 13, 53, 2, tzinfo=HANOI)),
        ("2026-11-19T13:53:02Z", datetime(2026, 11, 19, 20, 53, 2, tzinfo=HANOI)),
        ("2026-11-19 13:53", datetime(2026, 11, 19, 13, 53, tzinfo=HANOI)),
        ("2026-11-19T00:00:00+07:00", date(2026, 11, 19)),
        ("2026-11-19", date(2026, 11, 19)),
        ("2026-11-19+0713:53:02", None),
        ("2026-13-19", None),
        ("", None),
    ],
)
def test_dates_for_machines(text: str, moment: object) -> None:
    assert parse_iso(text) == moment


def test_the_broken_date_of_nukeviet_is_not_believed() -> None:
    broken = (
        '<title>Mời báo giá máy thở</title><meta property="article:published_time" content="2026-11-19+0713:53:02">'
    )
    assert _inside("", head=broken).published_at is None


def test_dates_of_text_and_side_bar_are_not_the_publication() -> None:
    article = _article(
        "<div><div><h1>Mời báo giá máy thở</h1><div>"
        f"<p>{_LONG} Căn cứ văn bản ngày 01/02/2026.</p></div></div>{_SIDE}</div>"
        "<time datetime='2020-01-01'>nay</time>"
    )
    assert article.published_at is None


def test_the_clock_above_the_article_is_no_publication() -> None:
    article = _article(f"<div>Thứ Hai, 23/11/2026 09:30</div><h1>Mời báo giá máy thở</h1><p>{_LONG}</p>")
    assert article.published_at is None


def test_a_change_is_no_publication() -> None:
    article = _inside('<time class="updated" datetime="2026-11-20T08:00:00+07:00">20/11</time>')
    assert article.published_at is None


@pytest.mark.parametrize(("changed", "day"), [("2026-11-25T10:00:00+07:00", 19), ("2026-11-27T09:00:00+07:00", 25)])
def test_a_day_that_is_that_of_the_last_edit_gives_way_to_the_byline(changed: str, day: int) -> None:
    """NukeViet 4.5 prints one moment twice, in hidden elements."""
    said = {"datePublished": "2026-11-25T10:00:00+07:00", "dateModified": changed}
    named = "".join(f'<span class="hidden" itemprop="{name}">{at}</span>' for name, at in said.items())
    byline = '<div class="row"><span class="h5">Thứ năm - 19/11/2026 13:53</span></div>'
    body = f'<div id="news-bodyhtml"><p>{_LONG}</p></div>'
    heading = '<h1 itemprop="headline">Mời báo giá máy thở</h1>'
    article = _article(f'<div class="news_column">{heading}{named}{byline}{body}</div>')
    assert article.published_at is not None
    assert article.published_at.day == day


def test_how_long_ago_a_page_was_published_is_the_day_that_it_names_beside() -> None:
    page = '<article><h1>Thư mời báo giá mua máy thở</h1><span title="{}">2 ngày trước</span><p>Kính mời.</p></article>'
    for said in ("19/11/2026 08:15", "2026-11-19T08:15:00+07:00"):
        assert parse_article(page.format(said), url="https://bv.example/a").published_at == datetime(
            2026, 11, 19, 8, 15, tzinfo=HANOI
        )


def test_day_and_hour_from_two_statements_are_put_together() -> None:
    head = '<title>Mời báo giá máy thở</title><meta itemprop="datePublished" content="2026-11-19">'
    page = f'<h1>Mời báo giá máy thở</h1><p>19/11/2026 13:53</p><div class="entry-content"><p>{_LONG}</p></div>'
    assert _article(page, head=head).published_at == datetime(2026, 11, 19, 13, 53, tzinfo=HANOI)


def test_json_ld_is_believed_of_articles_only() -> None:
    site = '{"@type":"WebSite","name":"BV A","datePublished":"2011-01-01"}'
    news = '{"@graph":[{"@type":"NewsArticle","datePublished":"2026-11-19T08:00:00+07:00"}]}'
    head = "".join(f'<script type="application/ld+json">{data}</script>' for data in (site, "{broken", news))
    article = _inside("", head=head)
    assert article.published_at == datetime(2026, 11, 19, 8, 0, tzinfo=HANOI)
    assert article.site_name == "BV A"


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "url", "name"),
    [
        ('<a href="/t/Thu%20moi.pdf">Tải về</a>', "https://bv.example/t/Thu%20moi.pdf", "Thu moi.pdf"),
        ('<a href="/t/x.pdf#page=2">Phụ lục 1.pdf</a>', "https://bv.example/t/x.pdf#page=2", "Phụ lục 1.pdf"),
        ('<a href="/get?id=7" download="Mẫu báo giá.docx">Tải</a>', "https://bv.example/get?id=7", "Mẫu báo giá.docx"),
        ('<a href="/get?id=7" type="application/pdf">Thư mời</a>', "https://bv.example/get?id=7", "Thư mời"),
        ('<a href="?download=1&amp;id=0">thu-moi.pdf</a>', f"{_URL}?download=1&id=0", "thu-moi.pdf"),
        ('<a href="/tai-ve/ho-so-12">Hồ sơ mời thầu</a>', "https://bv.example/tai-ve/ho-so-12", "Hồ sơ mời thầu"),
        (
            '<a href="/documents/1/0/Thu+moi.pdf/0c6b-11?t=17">Tải</a>',
            "https://bv.example/documents/1/0/Thu+moi.pdf/0c6b-11?t=17",
            "Thu moi.pdf",
        ),
        ('<iframe src="/v/thu-moi.pdf"></iframe>', "https://bv.example/v/thu-moi.pdf", "thu-moi.pdf"),
        (
            '<iframe src="https://docs.google.com/gview?url=https://bv.example/a/b.docx&embedded=true"></iframe>',
            "https://bv.example/a/b.docx",
            "b.docx",
        ),
        (
            '<iframe src="//view.officeapps.live.com/op/embed.aspx?src=https%3A%2F%2Fbv.example%2Fa%20b.xlsx">',
            "https://bv.example/a%20b.xlsx",
            "a b.xlsx",
        ),
        ('<iframe src="/pdfjs/web/viewer.html?file=/u/c.pdf"></iframe>', "https://bv.example/u/c.pdf", "c.pdf"),
        ('<iframe src="/js/web/viewer.html?file=../../u/c.pdf"></iframe>', "https://bv.example/u/c.pdf", "c.pdf"),
        ('<iframe src="/js/ViewerJS/#../../u/c.odt"></iframe>', "https://bv.example/u/c.odt", "c.odt"),
        ('<iframe src="ViewerJS/index.html#/u/c.pdf"></iframe>', "https://bv.example/u/c.pdf", "c.pdf"),
        (
            '<a href="https://docs.google.com/viewer?url=https://bv.example/a.pdf">Xem</a>',
            "https://bv.example/a.pdf",
            "a.pdf",
        ),
        (
            '<div id="p"></div><script>PDFObject.embed("/u/thu.pdf", "#p");</script>',
            "https://bv.example/u/thu.pdf",
            "thu.pdf",
        ),
        ('<div class="_df_book" source="https://bv.example/u/e.pdf"></div>', "https://bv.example/u/e.pdf", "e.pdf"),
        (
            r'<div id="df_7"></div><script>var option_df_7 = {"source":"https:\/\/bv.example\/u\/e.pdf"};</script>',
            "https://bv.example/u/e.pdf",
            "e.pdf",
        ),
        ("""<button onclick="window.open('/u/g.pdf', '_blank')">Xem</button>""", "https://bv.example/u/g.pdf", "g.pdf"),
        (
            """<a href="javascript:void(0)" onclick="location.href='/u/g.doc'">Tải</a>""",
            "https://bv.example/u/g.doc",
            "g.doc",
        ),
        ("""<a href="javascript:openFile('/u/g.xlsx')">Phụ lục</a>""", "https://bv.example/u/g.xlsx", "g.xlsx"),
        ('<span class="nut" data-href="/u/h.pdf">Thư mời.pdf</span>', "https://bv.example/u/h.pdf", "Thư mời.pdf"),
        ('<object data="/u/d.pdf" type="application/pdf"></object>', "https://bv.example/u/d.pdf", "d.pdf"),
        ('<embed src="/xem/12" type="application/pdf">', "https://bv.example/xem/12", "12"),
        ('<div class="flip" data-source="/u/e.pdf"></div>', "https://bv.example/u/e.pdf", "e.pdf"),
        (
            '<a href="https://drive.google.com/file/d/1AbCdEfGhIj/view?usp=sharing">Phụ lục</a>',
            "https://drive.google.com/file/d/1AbCdEfGhIj/view?usp=sharing",
            "Phụ lục",
        ),
        (
            '<iframe src="https://drive.google.com/file/d/1AbCdEfGhIj/preview"></iframe>',
            "https://drive.google.com/file/d/1AbCdEfGhIj/view",
            "1AbCdEfGhIj",
        ),
        (
            '<img src="/wp-content/uploads/2026/11/trang-1-724x1024.jpg" width="724" height="1024">',
            "https://bv.example/wp-content/uploads/2026/11/trang-1.jpg",
            "trang-1.jpg",
        ),
        ('<img src="data:image/gif;base64,R0" data-src="/u/f.png">', "https://bv.example/u/f.png", "f.png"),
    ],
)
def test_every_way_to_offer_a_file_is_seen(markup: str, url: str, name: str) -> None:
    files = _inside(markup).files
    assert [(file.url, file.filename) for file in files] == [(url, name)]


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="/wp-includes/images/smilies/icon_smile.png">',
        '<img src="/u/logo.png"><img class="emoji" src="/e/1f600.png"><img src="/x.svg"><img src="/s.png" width="16">',
        '<a href="/gioi-thieu.html">Giới thiệu</a><a href="mailto:a@b.vn">a@b.vn</a><a href="#top">Đầu trang</a>',
        '<iframe src="https://www.youtube.com/embed/abc"></iframe><iframe src="https://www.google.com/maps/embed?pb=1"></iframe>',
        '<a href="http://[broken/x.pdf">Tệp</a><a href="javascript:void(0)">x.pdf</a>',
    ],
)
def test_what_is_no_file_of_the_article_is_not_taken_for_one(markup: str) -> None:
    assert _inside(markup).files == ()


def test_a_file_block_with_two_links_is_one_file_with_its_name() -> None:
    files = _inside(
        '<a href="/u/tm.pdf" class="button" download>Tải về</a><a href="/u/tm.pdf">Thư mời báo giá.pdf</a>'
    ).files
    assert [file.filename for file in files] == ["Thư mời báo giá.pdf"]


def test_a_picture_that_links_to_its_original_is_one_inline_file() -> None:
    files = _inside('<a href="/wp-content/uploads/p.jpg"><img src="/wp-content/uploads/p-300x400.jpg"></a>').files
    assert [(file.filename, file.inline) for file in files] == [("p.jpg", True)]


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "markup",
    [
        "muasam (at) bv.example (dot) vn",
        '<a href="/cdn-cgi/l/email-protection" class="__cf_email__"'
        ' data-cfemail="0a677f6b796b674a687c246f726b677a666f247c64">'
        "[email&#160;protected]</a>",
        '<joomla-hidden-mail first="bXVhc2Ft" last="YnYuZXhhbXBsZS52bg==">bị ẩn</joomla-hidden-mail>',
        "<span id='cloak7'>Địa chỉ này đang được bảo vệ</span><script>document.getElementById('cloak7').innerHTML='';"
        "var addy7='mu&#97;sam'+'&#64;';addy7=addy7+'bv'+'&#46;'+'example.vn';</script>",
        '<a href="mailto:muasam@bv.example.vn?subject=x">Phòng Mua sắm</a>',
    ],
)
def test_hidden_addresses_are_read(markup: str) -> None:
    assert "muasam@bv.example.vn" in _inside(f"<p>Thư: {markup}</p>").text


def test_damage_that_shows_only_in_the_whole_is_repaired_in_cells_too() -> None:
    article = _article(
        "<h1>Yªu cÇu b¸o gi¸</h1><div class='entry-content'><p>BÖnh viÖn ®a khoa tØnh mêi c¸c nhµ cung cÊp b¸o gi¸</p>"
        "<table><tr><td>Tªn</td><td>Sè l\u00adîng</td></tr><tr><td>G¨ng</td><td>10</td></tr></table></div>",
        head="",
    )
    assert article.title == "Yêu cầu báo giá"
    assert article.text.startswith("Bệnh viện đa khoa tỉnh mời các nhà cung cấp báo giá")
    assert article.tables[0][0] == ("Tên", "Số lượng")


_SENTENCE = "Thông báo mời thầu của Bệnh viện đa khoa tỉnh Đồng Lê năm nay"
# The letters of windows-1258: a composed vowel, and its tone as a sign after it.
_IN_1258 = "Thông báo mơ\u0300i thâ\u0300u cu\u0309a Bê\u0323nh viê\u0323n đa khoa ti\u0309nh Đô\u0300ng Lê năm nay"


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (_SENTENCE.encode(), "iso-8859-1"),
        (_SENTENCE.encode(), None),
        (_SENTENCE.encode("utf-16"), "utf-8"),
        (_SENTENCE.encode("utf-16-le"), None),
        (b"\xef\xbb\xbf" + _SENTENCE.encode(), "windows-1258"),
        (_IN_1258.encode("cp1258"), "windows-1258"),
        (_IN_1258.encode("cp1258"), "utf-8"),
        (_IN_1258.encode("cp1258"), None),
        (_IN_1258.encode("cp1258"), "no-such-charset"),
        (_SENTENCE.encode() + b"\xc3", "utf-8"),
    ],
)
def test_any_encoding_is_read_whatever_is_declared(content: bytes, declared: str | None) -> None:
    wide = "utf-16-le" if content[1:2] == b"\0" or content.startswith(b"\xff\xfe") else "ascii"
    page = "<html><title>x</title><body><h1>{}</h1></body></html>".split("{}")
    html = page[0].encode(wide) + content.removeprefix(b"\xff\xfe") + page[1].encode(wide)
    article = parse_article(
        b"\xff\xfe" + html if content.startswith(b"\xff\xfe") else html, url=_URL, encoding=declared
    )
    assert article.title.rstrip("\ufffd") == _SENTENCE


# --- hostile pages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        b"<div>" * 100_000 + "Chữ".encode() + b"</div>" * 100_000,
        b"<table><tr><td>" * 20_000,
        b"<p>a<b>c</b>" * 1_000_000,
        b"a" * 50_000_000,
        b"<" * 5_000_000,
        b"<a " + b"x=1 " * 2_000_000 + b">",
        b"<!--" * 500_000,
        b"<script>" * 100_000,
        b"<h1>x</h1>" + b"<span class='title'>x y z</span>" * 15_000,
        b"<li><a href='a.pdf'>x</a>" * 15_000,
        b"<p>user (at) x" * 15_000,
    ],
    ids=lambda html: html[:12].decode(),
)
def test_hostile_pages_end_in_bounded_time(html: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(DocumentError):
        parse_article(html, url=_URL)
    # Far above what any takes (a few seconds at most), far below what one without bounds would.
    assert time.process_time() - began < 60


def test_text_below_any_depth_is_kept() -> None:
    html = "<h1>Mời báo giá máy thở</h1>" + "<div>" * 50_000 + _LONG + "</div>" * 50_000
    assert _LONG.strip() in parse_article(html, url=_URL).text


@pytest.mark.parametrize("html", [b"", b" \n ", "", b"\x00\x00"])
def test_an_empty_page_is_an_error(html: bytes | str) -> None:
    with pytest.raises(DocumentError):
        parse_article(html, url=_URL)


_PIECES = st.sampled_from(
    "<div> </div> <p> <table> <tr> <td colspan=3> </table> <h1> </h1> <a href='x.pdf'> <a href='http://[z'> </a>"
    " <img src=a.jpg>"
    " <li> <br> <script> </script> <!-- --> <article> <time datetime=2026-13-40> <base href='http://['>"
    " Đăng lúc: 19/11/2026"
    " <iframe src=?url=b.pdf> &#xD800; &amp; <svg> </svg> <form> <title> </title> \x00 \ufffe (at) báo giá STT".split(
        " "
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=60).map(" ".join))
@example("<table><tr><td rowspan=2></table>")
def test_fuzzed_pages_never_crash(html: str) -> None:
    try:
        article = parse_article(html, url=_URL)
    except DocumentError:
        return
    assert "\n\n" not in article.text


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_fuzzed_bytes_never_crash(html: bytes) -> None:
    with contextlib.suppress(DocumentError):
        parse_article(html, url=_URL)


def test_files_that_joomla_sets_below_an_article_are_its_own() -> None:
    page = (
        '<div class="item-page"><div class="page-header"><h2 itemprop="headline">Mời báo giá máy thở</h2></div>'
        f'<div itemprop="articleBody"><p>{_LONG}</p></div><ul class="pager pagenav"><li><a href="/2">Next</a></li></ul>'
        '<div class="content-links"><ul class="nav nav-tabs nav-stacked"><li class="content-links-a">'
        '<a href="/images/danh-muc.xlsx" target="_blank" rel="nofollow">Danh mục.xlsx</a></li></ul></div></div>'
    )
    assert [file.filename for file in _article(page).files] == ["Danh mục.xlsx"]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Hạn: 15h 27/11/2025</p><p>Nhận tại P. Vật tư</p>",
        "<div>Hạn: 15h 27/11/2025</div><div>Nhận tại P. Vật tư</div>",
        "<ul><li>Hạn: 15h 27/11/2025</li><li>Nhận tại P. Vật tư</li></ul>",
        "Hạn: 15h 27/11/2025<br>Nhận tại P. Vật tư",
    ],
)
def test_a_body_of_a_few_short_lines_is_an_article(body: str) -> None:
    page = _article(f"<main><article><h1>Mời báo giá máy thở</h1>{body}</article></main>{_SIDE}")
    assert page.text.splitlines() == ["Hạn: 15h 27/11/2025", "Nhận tại P. Vật tư"]


@pytest.mark.parametrize(
    "struck",
    [
        "<s>20/3/2026</s>",
        "<del>20/3/2026</del>",
        "<strike>20/3/2026</strike>",
        '<span style="text-decoration: line-through">20/3/2026</span>',
        '<span style="color:red; text-decoration-line:line-through;">20/3/2026</span>',
        '<span style="display:none">20/3/2026</span>',
        '<span style="font-size:0">20/3/2026</span>',
        "<span hidden>20/3/2026</span>",
    ],
)
def test_what_an_author_took_back_is_not_read_and_what_took_its_place_is(struck: str) -> None:
    assert _inside(f"<p>Hạn nộp: {struck} <ins>13/3/2026</ins></p>").text.endswith("Hạn nộp: 13/3/2026")
    table = f"<table><tr><td>Hạn</td><td>{struck} 13/3/2026</td></tr><tr><td>Nơi</td><td>Kho</td></tr></table>"
    assert _inside(table).tables[0][0] == ("Hạn", "13/3/2026")


def test_small_and_faint_text_is_read() -> None:
    said = '<p style="font-size:0.9em; opacity:0.8; text-decoration: underline">Hạn nộp: 13/3/2026</p>'
    assert "13/3/2026" in _inside(said).text
