"""A file stays readable when the site has taken it away, and one replaced at its address is noticed."""

from datetime import datetime, timedelta
from typing import Any

from crawler.process.run import crawl
from tests.site.document_files import rtf
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.original import open_originals
from timthau.store.notice import Store

MENU = (("/bao-gia/", "Yêu cầu báo giá"),)
FIRST, SECOND = (rtf(f"Thời hạn tiếp nhận báo giá: trước 15h00 ngày {day}/12/2026.") for day in ("09", "19"))


def _site() -> Site:
    deadline = datetime.now(HANOI) + timedelta(days=20)
    title = "Yêu cầu báo giá mua máy thở"
    body = f"<p>Kính mời các đơn vị gửi báo giá trước 17h ngày {deadline:%d/%m/%Y}.</p>"
    page = article(title, body=body, extra='<p><a href="/f/thu.rtf">thu.rtf</a></p>')
    pages: dict[str, Any] = {
        "/": listing(menu=MENU),
        "/bao-gia/": listing(("/bao-gia/1.html", title), menu=MENU),
        "/bao-gia/1.html": page,
        "/f/thu.rtf": Answer(FIRST, 200, {"Content-Type": "application/rtf", "ETag": '"1"'}),
    }
    return Site(pages)


def _notice(settings: Settings) -> Notice:
    store = Store.open(settings.database_url)
    (notice,) = store.each_notice()
    store.close()
    return notice


def test_a_replaced_file_is_a_new_version_and_both_originals_are_kept(settings: Settings) -> None:
    site = _site()
    with serve(site) as url:
        crawl([url], settings=settings, delay=0)
        before = _notice(settings)
        site.pages["/f/thu.rtf"] = Answer(SECOND, 200, {"Content-Type": "application/rtf", "ETag": '"2"'})
        site.pages["/bao-gia/2.html"] = article("Yêu cầu báo giá mua đèn mổ")
        rows = (("/bao-gia/2.html", "Yêu cầu báo giá mua đèn mổ"), ("/bao-gia/1.html", "Yêu cầu báo giá mua máy thở"))
        site.pages["/bao-gia/"] = listing(*rows, menu=MENU)
        crawl([url], settings=settings, delay=0)
    store = Store.open(settings.database_url)
    notice = store.notice(before.id)
    originals = open_originals(settings.originals_url, settings.originals_gb, store)
    assert notice
    assert originals
    assert notice.version == 2
    (old,), (new,) = before.attachments, notice.attachments
    assert originals.read(old.sha256 or "") == FIRST
    assert originals.read(new.sha256 or "") == SECOND
    store.close()
