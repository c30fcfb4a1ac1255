import hashlib
import re
import shutil
import subprocess
import sys
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import Message
from pathlib import Path
from urllib.robotparser import RobotFileParser

import docx
import openpyxl
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from cli.demo.page import load_page, parse_day
from cli.demo.site import SampleSite, serve
from timthau.config import data_dir
from timthau.model.moment import HANOI, end_of
from timthau.model.notice import NoticeKind

ROOT = data_dir() / "sample_site"
TODAY = date(2026, 11, 24)
TEN_TITLES = [
    "Yêu cầu báo giá cho gói thầu mua đầu rửa hút Intrepid cho máy mổ Phaco Centurion",
    "Yêu cầu báo giá cho gói thầu mua thuỷ tinh thể nhân tạo của Bệnh viện Mắt Thanh Hoá năm 2025-2027",
    "Thư mời báo giá cho gói thầu sửa chữa trạm biến áp",
    "Thư mời báo giá cho gói thầu mua sắm kệ đơn để tài liệu",
    "Yêu cầu báo giá cho gói thầu mua ghế inox và sửa chữa trang thiết bị y tế bằng inox",
    "Thư mời báo giá cho gói thầu mua sắm vật tư, dịch vụ sửa chữa máy vi tính, máy in",
    "Yêu cầu báo giá cho gói thầu mua băng phim trong 3M cho nhà thuốc bv Mắt Thanh Hoá năm 2025",
    "Yêu cầu báo giá cho gói thầu bảo trì, bảo dưỡng thanh máy",
    "Thông báo về việc chọn đơn vị tư vấn thẩm định HSMT và KQLCNT cho gói thầu nâng cấp phần mềm quản lý bệnh viện "
    "(HIS, LIS), bệnh án điện tử (EMR), phần mềm lưu trữ và truyền tải hình ảnh (RIS-PACS)",
    "Thông báo về việc chọn đơn vị tư vấn lập HSMT, đánh giá HSDT cho gói thầu nâng cấp phần mềm quản lý bệnh viện "
    "(HIS, LIS), bệnh án điện tử (EMR), phần mềm lưu trữ và truyền tải hình ảnh (RIS-PACS)",
]
GUIDE = "/web/trang-chu/tin-tuc-su-kien/huong-dan-dang-nhap-ung-dung-vssid-bang-tai-khoan-vneid.html"
HOSTILE = "/web/trang-chu/yeu-cau-bao-gia/yeu-cau-bao-gia-phan-mem-do-khuc-xa.html"


@pytest.fixture(scope="module")
def site() -> SampleSite:
    return SampleSite(ROOT, today=TODAY)


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with serve(SampleSite(ROOT, today=TODAY)) as url:
        yield url


def fetch(url: str, **headers: str) -> tuple[int, Message, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def read(site: SampleSite, target: str) -> html.HtmlElement:
    answer = site.answer(target)
    assert answer.status == 200, target
    return html.fromstring(answer.body.decode())


def article_text(site: SampleSite, path: str) -> str:
    (article,) = read(site, path).find_class("article")
    return " ".join(article.text_content().split())


def file_text(name: str) -> str:
    path = ROOT / "files" / name
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            text = "\n".join(page.get_textpage().get_text_range() for page in document)
    elif path.suffix == ".docx":
        document = docx.Document(str(path))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        text = "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)
    else:
        rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
        text = "\n".join(str(value) for row in rows for value in row if value is not None)
    return " ".join(text.split())


def test_side_bar_of_the_guide_lists_exactly_the_ten_notices(site: SampleSite) -> None:
    (side_bar,) = read(site, GUIDE).find_class("list-news")
    assert [link.text_content() for link in side_bar.iter("a")] == TEN_TITLES


def test_each_of_the_ten_has_a_page_of_its_own(site: SampleSite) -> None:
    by_title = {notice.title: notice.path for notice in site.expected()}
    for title in TEN_TITLES:
        assert read(site, by_title[title]).findtext(".//h1") == title


def test_every_kind_of_notice_occurs_and_many_pages_are_none(site: SampleSite) -> None:
    assert {notice.kind for notice in site.expected()} == set(NoticeKind)
    assert len(site.expected()) >= 40
    assert len(site.other_paths()) + len(site.guide_paths()) >= 12
    assert GUIDE in site.guide_paths()


def test_listing_pages_reach_every_article_once_and_end_with_an_empty_list(site: SampleSite) -> None:
    found = []
    for section in site.settings["sections"]:
        for number in range(1, 99):
            links = read(site, f"/web/trang-chu/{section}.htm?page={number}").xpath("//a[@class='title']/@href")
            if not links:
                break
            found += links
        assert number == 2 or len(links) == 0
    assert sorted(found) == sorted(page.path for page in site.pages)


def test_the_longest_section_has_several_pages(site: SampleSite) -> None:
    pager = read(site, "/web/trang-chu/yeu-cau-bao-gia.htm").find_class("paging")[0]
    assert "/web/trang-chu/yeu-cau-bao-gia.htm?page=4" in pager.xpath(".//a/@href")


def test_sitemap_and_feed_are_valid_and_neither_reaches_everything(site: SampleSite) -> None:
    everything = {page.path for page in site.pages}
    for target, tag in (("/sitemap.xml", "loc"), ("/rss.xml", "link")):
        tree = etree.fromstring(site.answer(target, base_url="http://bv.example").body)
        links = [element.text for element in tree.iter(f"{{*}}{tag}")]
        assert all(link.startswith("http://bv.example/") for link in links)
        reached = {link.removeprefix("http://bv.example") for link in links} & everything
        assert reached
        assert reached < everything


def test_robots_closes_the_calendar_which_never_ends(site: SampleSite) -> None:
    robots = RobotFileParser()
    robots.parse(site.answer("/robots.txt", base_url="http://bv.example").body.decode().splitlines())
    target = read(site, "/").xpath("//a[contains(@href, 'lich-cong-tac')]/@href")[0]
    seen = set()
    for _ in range(30):
        assert not robots.can_fetch("TimThau", target)
        assert target not in seen
        seen.add(target)
        target = read(site, target).xpath("//a[contains(., 'Tháng sau')]/@href")[0]
    assert all(robots.can_fetch("TimThau", page.path) for page in site.pages)
    assert robots.crawl_delay("TimThau") is None


def test_one_day_gives_the_same_pages_and_another_day_other_dates() -> None:
    def fingerprint(today: date) -> str:
        site = SampleSite(ROOT, today=today)
        return hashlib.sha256(b"".join(site.answer(page.path).body for page in site.pages)).hexdigest()

    assert fingerprint(TODAY) == fingerprint(TODAY)
    assert fingerprint(TODAY) != fingerprint(TODAY + timedelta(days=1))


@settings(max_examples=20, deadline=None)
@given(today=st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 12, 31)))
def test_on_any_day_there_are_open_soon_closing_and_closed_notices(today: date) -> None:
    now = datetime(today.year, today.month, today.day, 12, tzinfo=HANOI)
    notices = SampleSite(ROOT, today=today).expected()
    left = [end_of(notice.deadline_at) - now for notice in notices if notice.deadline_at]
    assert sum(rest > timedelta(days=3) for rest in left) >= 10
    assert sum(timedelta() < rest <= timedelta(days=3) for rest in left) >= 3
    assert sum(rest < timedelta() for rest in left) >= 10
    assert all(notice.published_on < today for notice in notices)
    assert all(end_of(n.deadline_at).date() > n.published_on for n in notices if n.deadline_at)


def test_a_deadline_in_the_body_is_written_there_and_no_other_is(site: SampleSite) -> None:
    for notice in site.expected():
        if notice.deadline_at is None:
            continue
        day, month = notice.deadline_at.day, notice.deadline_at.month
        text = article_text(site, notice.path)
        written = re.search(rf"(?<!\d)0?{day}\s*(?:[/.-]|tháng)\s*0?{month}\b", unicodedata.normalize("NFC", text))
        assert bool(written) == (notice.deadline_source == "body"), notice.path


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_what_stands_only_in_a_file_can_be_read_there_and_not_on_the_page(site: SampleSite, form: str) -> None:
    found = [page for page in site.pages if page.item_source == form]
    assert found
    for page in found:
        text = file_text(page.files[0].name)
        for item in page.items:
            assert item.name in text
            assert item.name not in article_text(site, page.path)
        if page.deadline_source == form:
            assert isinstance(page.deadline_at, datetime)
            assert page.deadline_at.strftime("ngày %d tháng %-m năm %Y") in text


def test_scans_have_no_text(site: SampleSite) -> None:
    scans = [file.name for page in site.pages for file in page.files if file.made_as == "scan"]
    assert [file_text(name) for name in scans] == [""] * 2


def test_a_date_inside_a_file_belongs_to_a_page_whose_day_never_moves() -> None:
    early, late = (SampleSite(ROOT, today=TODAY + timedelta(days=days)) for days in (0, 100))
    first_days = {page.path: page.published_on for page in early.pages}
    dated = [page for page in late.pages if any("ngày" in file.text and "năm 2025" in file.text for file in page.files)]
    assert len(dated) == 6
    for page in dated:
        assert page.published_on == first_days[page.path]


def test_amendments_name_the_earlier_notice(site: SampleSite) -> None:
    by_path = {notice.path: notice for notice in site.expected()}
    amended = [(notice, by_path[notice.amends]) for notice in by_path.values() if notice.amends]
    assert len(amended) == 3
    for notice, earlier in amended:
        assert earlier.published_on < notice.published_on
        if notice.kind is NoticeKind.AMENDMENT:
            assert notice.deadline_at is not None
            assert earlier.deadline_at is not None
            assert notice.deadline_at > earlier.deadline_at


def test_hostile_title_is_text_everywhere(site: SampleSite) -> None:
    title = next(notice.title for notice in site.expected() if notice.path == HOSTILE)
    assert "<script>" in title
    lists = [f"/web/trang-chu/yeu-cau-bao-gia.htm?page={number}" for number in range(1, 5)]
    for target in (HOSTILE, f"{HOSTILE}?in=1", "/rss.xml", *lists):
        assert b"<script" not in site.answer(target).body
    assert title in [link.text for target in lists for link in read(site, target).find_class("title")]
    assert read(site, HOSTILE).findtext(".//h1") == title


def test_damaged_text_is_damaged_in_the_forms_that_it_names(site: SampleSite) -> None:
    by_slug = {page.slug: page for page in site.pages}
    decomposed = by_slug["yeu-cau-bao-gia-thuoc-nho-mat-cho-nha-thuoc"]
    assert decomposed.shown_title != decomposed.title
    assert unicodedata.normalize("NFC", decomposed.shown_title) == decomposed.title
    eth = by_slug["thong-bao-moi-thau-cai-tao-khu-kham-benh"]
    assert eth.shown_title.replace("ð", "đ") == eth.title != eth.shown_title
    bold = article_text(site, by_slug["yeu-cau-bao-gia-hieu-chuan-kiem-dinh-thiet-bi"].path)
    assert "Thời hạn nhận báo giá" not in bold
    assert "Thời hạn nhận báo giá" in unicodedata.normalize("NFKC", bold)
    legacy = article_text(site, by_slug["yeu-cau-bao-gia-van-phong-pham"].path)
    assert "Gi¸ ®· gåm thuÕ" in legacy
    for cell in ("Tªn hµng hãa", "Mùc dÊu ®á", "GiÊy A4 ®Þnh l\xadîng 70 gsm"):
        assert cell in legacy


def test_pages_have_charset_and_a_counter_that_changes_bytes_but_not_the_etag(base_url: str) -> None:
    first, second = fetch(base_url + GUIDE), fetch(base_url + GUIDE)
    assert first[0] == 200
    assert first[1]["Content-Type"] == "text/html; charset=utf-8"
    assert first[2] != second[2]
    assert first[1]["ETag"] == second[1]["ETag"]
    status, _, body = fetch(base_url + GUIDE, **{"If-None-Match": first[1]["ETag"]})
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    ("target", "media_type"),
    [
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/rss.xml", "application/rss+xml; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/static/portal.css", "text/css; charset=utf-8"),
        ("/static/banner.svg", "image/svg+xml"),
        ("/documents/thu-moi-in-an.png", "image/png"),
        ("/documents/CV-648-kinh-hien-vi.pdf", "application/pdf"),
    ],
)
def test_other_resources_say_what_they_are(base_url: str, target: str, media_type: str) -> None:
    status, headers, body = fetch(base_url + target)
    assert (status, headers["Content-Type"]) == (200, media_type)
    assert len(body) == int(headers["Content-Length"])


def test_every_link_to_a_file_gives_that_file_with_its_name_and_day(base_url: str, site: SampleSite) -> None:
    for page in site.pages:
        shown = read(site, page.path).xpath("//div[@class='article']//a/@href | //div[@class='article']//img/@src")
        assert shown == [file.path for file in page.files]
        for file in page.files:
            status, headers, body = fetch(base_url + file.path)
            assert status == 200
            assert body == (ROOT / "files" / file.name).read_bytes()
            assert urllib.request.unquote(headers["Content-Disposition"]) == f"inline; filename*=UTF-8''{file.name}"
            assert "GMT" in headers["Last-Modified"]


@pytest.mark.parametrize(
    "target", ["/khong-co", "/web/trang-chu/khong-co.htm", "/documents/../site.toml", "/static/../site.toml", "/web"]
)
def test_what_is_not_there_is_a_404_page(base_url: str, target: str) -> None:
    status, headers, body = fetch(base_url + target)
    assert status == 404
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Không tìm thấy trang" in body.decode()


def test_head_gives_the_headers_without_a_body(base_url: str) -> None:
    with urllib.request.urlopen(urllib.request.Request(base_url + "/", method="HEAD"), timeout=10) as answer:
        assert int(answer.headers["Content-Length"]) > 1000
        assert answer.read() == b""


def test_requests_are_remembered_and_nothing_is_answered_after_the_end() -> None:
    site = SampleSite(ROOT, today=TODAY)
    with serve(site) as url:
        fetch(f"{url}/robots.txt")
        fetch(f"{url}/web/trang-chu/tuyen-dung.htm?page=1")
    assert site.requests == ["/robots.txt", "/web/trang-chu/tuyen-dung.htm?page=1"]
    with pytest.raises(urllib.error.URLError):
        fetch(f"{url}/robots.txt")


def test_an_edited_copy_is_another_site_with_another_etag(tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(ROOT, copy)
    page = copy / "pages/yeu-cau-bao-gia/thu-moi-bao-gia-sua-chua-tram-bien-ap.html"
    page.write_text(page.read_text().replace('deadline = "+1 09:00"', 'deadline = "+6 09:00"'))
    path = f"/web/trang-chu/yeu-cau-bao-gia/{page.stem}.html"
    before, after = (SampleSite(root, today=TODAY).answer(path) for root in (ROOT, copy))
    assert before.etag != after.etag
    assert "ngày 30 tháng 11 năm 2026" in after.body.decode()


@pytest.mark.parametrize(
    ("front", "complaint"),
    [
        ('published = "-1"\nsummary = ""', "title"),
        ('title = "a"\nsummary = ""\npublished = "gestern"', "gestern"),
        ('title = "a"\nsummary = ""\npublished = "-1 10:00"', "published"),
        ('title = "a"\nsummary = ""\npublished = "-1"\ncolour = "red"', "colour"),
        ('title = "a"\nsummary = ""\npublished = "-1"\nkind = "sale"', "sale"),
    ],
)
def test_a_page_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path, front: str, complaint: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"+++\n{front}\n+++\n<p>a</p>")
    with pytest.raises(ValueError, match=complaint) as failure:
        load_page(path, today=TODAY, owner="Bệnh viện")
    assert str(path) in str(failure.value)


def test_relative_days_count_from_today() -> None:
    assert parse_day("-2", TODAY) == date(2026, 11, 22)
    assert parse_day("+3 16:30", TODAY) == datetime(2026, 11, 27, 16, 30, tzinfo=HANOI)
    assert parse_day(date(2025, 1, 2), TODAY) == date(2025, 1, 2)
    assert parse_day(None, TODAY) is None


def test_the_script_draws_the_files_that_the_pages_name_and_the_same_each_time(tmp_path: Path) -> None:
    script = ROOT.parents[1] / "bin" / "make_sample_files.py"
    for folder in ("first", "second"):
        subprocess.run([sys.executable, str(script), str(tmp_path / folder)], check=True, capture_output=True)
    drawn = {path.name: path.read_bytes() for path in (tmp_path / "first").iterdir()}
    assert drawn == {path.name: path.read_bytes() for path in (tmp_path / "second").iterdir()}
    assert drawn.keys() == {path.name for path in (ROOT / "files").iterdir()}


def test_the_whole_site_is_small() -> None:
    assert sum(path.stat().st_size for path in ROOT.rglob("*") if path.is_file()) < 1_500_000
