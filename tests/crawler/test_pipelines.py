"""From page to store: files, their names and bounds, guides, and which notice an amendment speaks of."""

import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.document import FileLink, FileText
from crawler.memory.download import Download, Downloads
from crawler.process.run import crawl
from crawler.reading.filename import name_file
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings
from timthau.model.notice import Attachment, Notice
from timthau.store.notice import Store

TITLE = "Thư mời báo giá mua máy thở"
MENU = (("/bao-gia/", "Yêu cầu báo giá"),)


def crawl_with(settings: Settings, extra: str, files: dict[str, Any], **options: Any) -> tuple[Site, Attachment]:
    """One notice with one file; the site and the attachment that was stored."""
    site = Site(
        {
            "/": listing(menu=MENU),
            "/bao-gia/": listing(("/a.html", TITLE), menu=MENU),
            "/a.html": article(TITLE, extra=extra),
            **files,
        }
    )
    with serve(site) as url:
        crawl([url], settings=settings, delay=0, **options)
    store = Store.open(settings.database_url)
    (notice,) = store.each_notice()
    store.close()
    (attachment,) = notice.attachments
    return site, attachment


def test_a_file_is_kept_with_size_hash_and_text(settings: Settings) -> None:
    text = "Danh mục hàng hóa kèm theo"
    files = {"/f/danh-muc.docx": Answer(text, 200, {"Content-Type": "text/plain"})}
    _, file = crawl_with(settings, '<a href="/f/danh-muc.docx">Danh mục.docx</a>', files)
    assert (file.filename, file.size, file.text) == ("Danh mục.docx", len(text.encode()), text)
    assert file.sha256 is not None


@pytest.mark.parametrize(
    "header",
    [
        'attachment; filename="yêu cầu 12.pdf"',
        "attachment; filename*=UTF-8''y%C3%AAu%20c%E1%BA%A7u%2012.pdf",
        "attachment; filename=\"yeu-cau\"; filename*=UTF-8''y%C3%AAu%20c%E1%BA%A7u%2012.pdf",
        'attachment; filename="C:\\\\luu\\\\yêu cầu 12.pdf"',
    ],
)
def test_a_file_behind_a_script_has_the_name_that_the_server_gives(settings: Settings, header: str) -> None:
    files = {"/tai-ve?id=4": Answer("x", 200, {"Content-Type": "application/pdf", "Content-Disposition": header})}
    # http.server writes headers in latin-1; bytes of UTF-8 pass through it so.
    answer = files["/tai-ve?id=4"]
    raw = {name: value.encode().decode("latin-1") for name, value in answer.headers.items()}
    _, file = crawl_with(
        settings, '<a href="/tai-ve?id=4" download>Tải về</a>', {"/tai-ve?id=4": Answer("x", 200, raw)}
    )
    assert file.filename == "yêu cầu 12.pdf"


@pytest.mark.parametrize(
    ("answer", "warning"),
    [
        (Answer("", 404), "not fetched: the site answers 404"),
        (Answer("<html><body>Đăng nhập</body></html>"), "a page stands where the file should be"),
        (Answer("", 302, {"Location": "http://other.example/a.pdf"}), "not fetched: leads to another site"),
        (Answer("", 302, {"Location": "http://127.0.0.1:1/a.pdf"}), "not fetched: leads to another site"),
    ],
)
def test_a_file_that_is_not_there_is_a_warning_not_a_document(settings: Settings, answer: Answer, warning: str) -> None:
    _, file = crawl_with(settings, '<a href="/f/a.pdf">a.pdf</a>', {"/f/a.pdf": answer})
    assert (file.warning or "").startswith(warning)
    assert (file.text, file.sha256) == (None, None) or "page" in warning


def test_a_file_on_another_host_is_named_and_not_fetched(settings: Settings) -> None:
    _, file = crawl_with(settings, '<a href="http://kho.example/a.pdf">a.pdf</a>', {})
    assert file.url == "http://kho.example/a.pdf"
    assert (file.warning or "").startswith("not fetched: leads to another site")


@pytest.mark.parametrize(
    ("shown", "url", "name"),
    [
        ("giá\u202excod.pdf", "https://a.vn/x", "giáxcod.pdf"),
        ("\u202e", "https://a.vn/%00%0d%0aX.doc", "X.doc"),
        ("x" * 5000 + ".pdf", "https://a.vn/x", "x" * 246 + ".pdf"),
    ],
)
def test_a_name_turns_no_writing_ends_no_line_and_is_no_longer_than_a_file_system_takes(
    shown: str, url: str, name: str
) -> None:
    assert name_file(FileLink(url=url, filename=shown)) == name


def test_a_file_that_failed_for_now_is_fetched_by_the_next_run(settings: Settings) -> None:
    def failing(site: Site, target: str) -> Answer:
        ok = site.requests.count(target) > 3  # each run tries three times
        return Answer("Danh mục", 200, {"Content-Type": "text/plain"}) if ok else Answer("", 500)

    site = Site(
        {
            "/": listing(menu=MENU),
            "/bao-gia/": listing(("/a.html", TITLE), menu=MENU),
            "/a.html": article(TITLE, extra='<a href="/f/a.docx">a.docx</a>'),
            "/f/a.docx": failing,
        }
    )
    with serve(site) as url:
        first, second = (crawl([url], settings=settings, delay=0)[0] for _ in range(2))
    store = Store.open(settings.database_url)
    (notice,) = store.each_notice()
    store.close()
    assert (first.status, second.status) == ("incomplete", "ok")
    assert (notice.version, notice.attachments[0].text) == (2, "Danh mục")


def _download(url: str) -> Download:
    content = FileText(media_type="text/plain", text="Đ", tables=((("1", "Bông"), ("2", "Băng")),), ocr=True)
    return Download(
        url=url,
        filename="a.txt",
        media_type="text/plain",
        size=3,
        sha256="0" * 64,
        etag='"1"',
        last_modified=None,
        content=content,
    )


def test_what_is_kept_of_a_file_is_what_was_saved(tmp_path: Any) -> None:
    download = _download("http://bv.example/a")
    downloads = Downloads(tmp_path)
    assert downloads.load(download.url) is None
    downloads.save(download)
    assert downloads.load(download.url) == download


@given(st.binary(max_size=200))
def test_a_damaged_download_is_as_good_as_none(tmp_path_factory: pytest.TempPathFactory, damage: bytes) -> None:
    folder = tmp_path_factory.mktemp("downloads")
    downloads = Downloads(folder)
    path = downloads._path("http://bv.example/a")
    path.parent.mkdir(parents=True)
    path.write_bytes(damage)
    assert downloads.load("http://bv.example/a") is None


def _crawl_twice(settings: Settings, second: Answer) -> list[Notice]:
    """What a notice has said after its file was answered anew."""
    pages = {
        "/": listing(menu=MENU),
        "/bao-gia/": listing(("/a.html", TITLE), menu=MENU),
        "/a.html": article(TITLE, extra='<a href="/f/a.docx">Danh mục.docx</a>'),
        "/f/a.docx": Answer("Danh mục hàng hóa kèm theo", 200, {"Content-Type": "text/plain"}),
    }
    with serve(site := Site(pages)) as url:
        crawl([url], settings=settings, delay=0)
        site.pages["/f/a.docx"] = second
        crawl([url], settings=settings, delay=0, full=True)
    with closing(Store.open(settings.database_url)) as store:
        (notice,) = store.each_notice()
        return store.versions(notice.id)


def test_the_same_text_from_other_bytes_makes_no_version(settings: Settings) -> None:
    other = Answer("Danh mục hàng hóa kèm theo\r\n", 200, {"Content-Type": "text/plain"})
    (notice,) = _crawl_twice(settings, other)
    assert notice.attachments[0].text == "Danh mục hàng hóa kèm theo"


def test_a_file_that_is_out_of_reach_for_once_takes_nothing_from_its_notice(settings: Settings) -> None:
    (notice,) = _crawl_twice(settings, Answer("", 503))
    assert notice.attachments[0].text == "Danh mục hàng hóa kèm theo"


def test_the_oldest_texts_of_files_go_when_they_become_too_many(tmp_path: Path) -> None:
    kept = Downloads(tmp_path)
    for number in range(4):
        kept.save(_download(f"https://bv.example/{number}.pdf"))
    for number, path in enumerate(sorted(tmp_path.glob("*/*.json"))):
        os.utime(path, (number, number))
    sizes = [path.stat().st_size for path in tmp_path.glob("*/*.json")]
    last = sorted(tmp_path.glob("*/*.json"))[2:]
    kept.clear(sum(sizes) - sizes[0] - 1)
    assert sorted(tmp_path.glob("*/*.json")) == last
