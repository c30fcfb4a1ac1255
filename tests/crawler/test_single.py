"""One page by itself: its files are fetched from its own site, politely, and read like those of a crawl."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

import brotli
import pytest
from backports import zstd

from crawler.extract.document import Document, FileText
from crawler.extract.paper import Paper
from crawler.reading.offered_file import is_page
from crawler.single import visit
from crawler.single.document import build_article, read_document
from crawler.single.visit import Visit
from tests.site.document_files import archive, notice_pdf, rtf, word
from tests.site.loopback import Answer, Site, serve
from timthau.errors import DocumentError
from timthau.model.notice import Notice, NoticeKind

PAGE = """<html><head><title>Thư mời báo giá bông băng</title></head><body><article><h1>Thư mời báo giá bông băng</h1>
<p>Bệnh viện Mắt Kon Tum kính mời các đơn vị gửi báo giá. Chi tiết trong tệp.</p>{links}</article></body></html>"""
LETTER = rtf("Thời hạn tiếp nhận báo giá: trước 15h00 ngày 09/6/2025.")


def _page(*links: str) -> str:
    return PAGE.replace("{links}", "".join(f'<p><a href="{link}">tệp {n}</a></p>' for n, link in enumerate(links)))


def _read(site: Site, visit: Visit | None = None) -> Notice:
    visit = visit or Visit(delay=0)
    with serve(site) as url:
        notice = read_document(visit.fetch_page(f"{url}/tin/1.html"), visit)
    assert notice is not None
    return notice


def test_fields_that_a_page_leaves_to_its_files_are_read() -> None:
    named = {"Content-Disposition": "attachment; filename*=UTF-8''th%C6%B0%20m%E1%BB%9Di.rtf"}
    notice = _read(
        Site({"/tin/1.html": _page("/tai?download=1&id=7"), "/tai?download=1&id=7": Answer(LETTER, headers=named)})
    )
    assert notice.to_json()["deadline_at"] == "2025-06-09T15:00:00+07:00"
    (file,) = notice.attachments
    assert (file.filename, file.size, file.warning) == ("thư mời.rtf", len(LETTER), None)
    assert "15h00" in (file.text or "")


def test_what_a_crawl_would_not_fetch_is_named_with_the_reason() -> None:
    pages = {
        "/robots.txt": "User-agent: *\nDisallow: /kin/\n",
        "/tin/1.html": _page("/kin/a.pdf", "/mat.pdf", "/di.pdf", "http://khac.example/b.pdf", "/trang.pdf"),
        "/di.pdf": Answer(status=302, headers={"Location": "http://169.254.169.254/c.pdf"}),
        "/trang.pdf": Answer("<html><body>Đăng nhập</body></html>", headers={"Content-Type": "text/html"}),
    }
    site = Site(pages)
    warnings = [file.warning for file in _read(site).attachments]
    assert warnings == [
        "not fetched: robots.txt forbids it",
        "not fetched: the site answers 404",
        "not fetched: leads to another site",
        "not fetched: leads to another site",
        "a page stands where the file should be",
    ]
    assert not site.asked("/kin")


def test_requests_are_apart_and_end_when_the_site_asks_to_wait() -> None:
    busy = Answer(status=429, headers={"Retry-After": "60"})
    pages = {"/tin/1.html": _page("/a.rtf", "/b.rtf", "/c.rtf"), "/a.rtf": Answer(LETTER), "/b.rtf": busy}
    site = Site(pages)
    notice = _read(site, Visit(delay=0.3))
    assert [file.warning for file in notice.attachments] == [
        None,
        "not fetched: the site answers 429",
        "not fetched: the site asks to wait",
    ]
    asked = [at for target, at in zip(site.requests, site.times, strict=True) if target.endswith(".rtf")]
    assert len(asked) == 2
    assert asked[1] - asked[0] >= 0.3


def test_a_slow_robots_delay_is_kept_within_the_time_there_is() -> None:
    pages = {
        "/robots.txt": "User-agent: *\nCrawl-delay: 9000\n",
        "/tin/1.html": _page("/a.rtf"),
        "/a.rtf": Answer(LETTER),
    }
    started = time.monotonic()
    assert [file.warning for file in _read(Site(pages)).attachments] == ["not fetched: it takes too long"]
    assert time.monotonic() - started < 900


def test_without_a_visit_files_are_named_only() -> None:
    site = Site({"/tin/1.html": _page("/a.rtf")})
    with serve(site) as url:
        notice = read_document(Visit(delay=0).fetch_page(f"{url}/tin/1.html"))
    assert notice is not None
    assert [(file.filename, file.text, file.warning) for file in notice.attachments] == [("a.rtf", None, None)]
    assert site.requests == ["/tin/1.html"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/a.html", "http://[::1", "http://127.0.0.1:99999/"])
def test_a_page_that_cannot_be_fetched_is_one_error(url: str) -> None:
    with pytest.raises(DocumentError) as caught:
        Visit(delay=0).fetch_page(url)
    assert "<" not in str(caught.value)


def test_a_page_that_leads_to_another_protocol_leads_nowhere() -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.setblocking(False)
        for scheme in ("ftp", "gopher", "file"):
            target = f"{scheme}://127.0.0.1:{inside.getsockname()[1]}/a"
            site = Site({"/tin/1.html": Answer("", 302, {"Location": target})})
            with serve(site) as url, pytest.raises(DocumentError):
                Visit(delay=0).fetch_page(f"{url}/tin/1.html")
        with pytest.raises(BlockingIOError):
            inside.accept()


def test_bytes_that_look_like_a_tag_make_no_page_of_a_file() -> None:
    content = notice_pdf().replace(b"\n", b"\n%<p >\n", 1)
    assert not is_page(content, filename="thu.pdf")
    assert is_page(b"<!-- x --> <div><p>Th\xc6\xb0</p></div>", filename="bai-viet")


def test_a_sheet_that_excel_saved_as_xml_is_a_file_and_no_page() -> None:
    cells = [
        ("Yêu cầu báo giá mua găng tay",),
        ("STT", "Tên hàng hóa", "ĐVT", "Số lượng"),
        ("1", "Găng tay", "Hộp", "3"),
    ]
    rows = ("".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in row) for row in cells)
    content = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="A"><Table>'
        f"{''.join(f'<Row>{row}</Row>' for row in rows)}</Table></Worksheet></Workbook>"
    )
    document = Document(url="https://example.vn/a.xls", filename="a.xls", content=content.encode())
    notice = read_document(document)
    assert notice is not None
    assert [(item.name, item.quantity) for item in notice.items] == [("Găng tay", 3)]


def test_a_file_that_is_a_notice_says_what_was_not_read() -> None:
    book = archive({"thu.docx": word(), "phim.mp4": b"\0\0\0\x18ftypmp42" + bytes(range(256))})
    notice = read_document(Document(url="https://a.vn/ho-so.zip", filename="ho-so.zip", content=book))
    assert notice is not None
    assert [(file.filename, file.size) for file in notice.attachments] == [("ho-so.zip", len(book))]
    assert str(notice.attachments[0].warning).startswith("phim.mp4: ")


def _packed(pack: Callable[[bytes], bytes], name: str) -> Answer:
    return Answer(pack(_page().encode()), 200, {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": name})


def test_packed_half_and_oddly_addressed_pages_are_read_as_the_crawl_does() -> None:
    half = Answer(_page(), 200, {"Content-Length": "99999", "Connection": "close"})
    pages = {
        "/gzip": _packed(gzip.compress, "gzip"),
        "/br": _packed(brotli.compress, "br"),
        "/nửa": half,
        "/thư mời?loại=báo giá": _page(),
    }
    with serve(Site(pages)) as url:
        for path in pages:
            notice = read_document(Visit(delay=0).fetch_page(f"{url}{path}"))
            assert notice is not None, path
            assert "bông băng" in notice.title


def test_it_is_known_whether_an_answer_is_whole() -> None:
    def cut(packed: bytes) -> bytes:
        return packed[:-20]

    whole = {"/a": _page(), "/b": _packed(gzip.compress, "gzip"), "/c": _packed(brotli.compress, "br")}
    broken = {
        "/d": Answer(_page(), 200, {"Content-Length": "99999", "Connection": "close"}),
        "/e": _packed(lambda page: cut(gzip.compress(page)), "gzip"),
        "/f": _packed(lambda page: cut(brotli.compress(page)), "br"),
        "/g": Answer(b"5\r\n<html\r\n", 200, {"Transfer-Encoding": "chunked"}),
    }
    with serve(Site(whole | broken)) as url:
        said = {path: Visit(delay=0).fetch_page(f"{url}{path}").is_cut for path in (*whole, *broken)}
    assert said == dict.fromkeys(whole, False) | dict.fromkeys(broken, True)


@pytest.mark.parametrize(
    ("robots", "warning"),
    [
        (Answer("", 503), "not fetched: robots.txt forbids it"),
        (Answer("\ufeffUser-agent: *\nDisallow: /", 200), "not fetched: robots.txt forbids it"),
        (Answer("", 404), None),
    ],
)
def test_a_robots_txt_that_cannot_be_had_for_now_forbids_and_a_byte_order_mark_hides_nothing(
    robots: Answer, warning: str | None
) -> None:
    site = Site({"/tin/1.html": _page("/a.rtf"), "/a.rtf": Answer(LETTER), "/robots.txt": robots})
    assert [file.warning for file in _read(site).attachments] == [warning]


@pytest.mark.parametrize(
    ("lines", "title", "kind"),
    [
        (
            ("Số: 468/TB-YDTB", "THÔNG BÁO ĐÍNH CHÍNH", "Trường Đại học Y Dược đã có Thông báo số 455/TB-YDTB "
             "về việc mời báo giá hóa chất. Nay đính chính cột đơn vị tính."),
            "THÔNG BÁO ĐÍNH CHÍNH", NoticeKind.AMENDMENT,
        ),
        (
            ("Số: 1102/YCBG-NĐ | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Yêu cầu báo giá (sửa đổi) gói hóa chất",
             "Thời hạn tiếp nhận báo giá: trước 16h ngày 30/4/2026."),
            "Yêu cầu báo giá (sửa đổi) gói hóa chất", NoticeKind.AMENDMENT,
        ),
    ],
)  # fmt: skip
def test_the_heading_of_a_file_is_neither_its_number_nor_the_call_that_it_changes(
    lines: tuple[str, ...], title: str, kind: NoticeKind
) -> None:
    paper = Paper(
        build_article(
            FileText(media_type="text/plain", text="\n".join(lines)), url="https://example.vn/1", filename="cv.docx"
        )
    )
    assert (paper.article.title, paper.kind) == (title, kind)


def test_a_plan_in_capitals_over_what_is_bought_is_a_plan() -> None:
    rows = "STT | Tên thiết bị | ĐVT | Số lượng\n1 | Máy in | Cái | 4"
    head = "ỦY BAN NHÂN DÂN XÃ TÂN X\nSố: 44/KH-UBND\nKẾ HOẠCH\nMua sắm trang thiết bị làm việc năm 2026"
    text = f"{head}\nỦy ban nhân dân xã Tân X xây dựng kế hoạch như sau:\n{rows}"
    article = build_article(FileText(media_type="text/plain", text=text), url="https://x.vn/44.pdf", filename="44.pdf")
    assert article.title == "KẾ HOẠCH Mua sắm trang thiết bị làm việc năm 2026"
    assert Paper(article).kind is NoticeKind.PLAN


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST.", "0.0.0.0", "0", "127.1", "127.0.0.2", "2130706433", "0x7f000001", "0177.0.0.1"),
        *(
            "[::1]",
            "[::]",
            "[::ffff:7f00:1]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[::1%25lo]",
            "169.254.169.254",
        ),
        *("bv.example@127.0.0.2", "127。0。0。2", "①②⑦.0.0.2", "127.0.0.2%00.bv.example"),
    ],
)
def test_a_page_leads_to_no_machine_inside_however_its_address_is_written(host: str) -> None:
    with socket.create_server(("", 0)) as inside:
        inside.setblocking(False)
        target = quote(f"http://{host}:{inside.getsockname()[1]}/a", safe=":/@[]%.")
        with serve(Site({"/tin/1.html": Answer("", 302, {"Location": target})})) as url, pytest.raises(DocumentError):
            Visit(delay=0).fetch_page(f"{url}/tin/1.html")
        with pytest.raises(BlockingIOError):
            inside.accept()


@pytest.mark.parametrize(
    "begun", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", b""]
)
def test_who_answers_drop_by_drop_is_hung_up_on(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    monkeypatch.setattr(visit, "_MOST_SECONDS", 0.3)
    gone = threading.Event()

    def drip(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            line.sendall(begun)
            while not gone.wait(0.01):
                line.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=drip, args=(listening,))
        dripping.start()
        with pytest.raises(DocumentError):
            Visit(delay=0).fetch_page(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        gone.set()
        dripping.join()


@pytest.mark.parametrize("method", ["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_an_answer_that_unpacks_beyond_all_bounds_is_refused(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setattr(visit, "MAX_BYTES", 1_000_000)
    pack = {"deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}.get(method, gzip.compress)
    packed = pack(b"<p>" + bytes(30_000_000))
    if method == "gzip, gzip":
        packed = gzip.compress(packed)
    site = Site({"/tin/1.html": Answer(packed, 200, {"Content-Encoding": method, "Content-Type": "text/html"})})
    with serve(site) as url, pytest.raises(DocumentError, match=r"larger than 1 MB|which is not known"):
        Visit(delay=0).fetch_page(f"{url}/tin/1.html")
