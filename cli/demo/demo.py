"""The demo: the bundled sample site, crawled by the real spider, indexed, and served."""

import shutil
import threading
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import click
from bs4 import BeautifulSoup

from cli.demo.site import ExpectedNotice, SampleSite, serve
from cli.server import open_server
from cli.session import follow_store, open_store
from cli.terminal import show_progress
from crawler.process.run import crawl
from timthau.config import Settings, data_dir
from timthau.errors import CrawlError
from timthau.exchange.intake import import_file
from timthau.model.moment import HANOI, format_moment, start_of
from timthau.model.notice import Notice
from timthau.text.fold import collapse_spaces

#: What somebody might type, with a word that the first title found must have.
_SEARCHES = {
    "thuy tinh the nhan tao": "thuỷ tinh thể",
    "ĐẦU RỬA HÚT INTREPID": "Intrepid",
    "tram bien ap": "trạm biến áp",
    "sua chua may vi tinh, may in": "máy vi tính",
    "benh an dien tu": "bệnh án điện tử",
}
#: Things of the site's open notices, of which it is known what was paid.
_PRICED = (
    "Chất nhầy phẫu thuật 1,4%",
    "Dao mổ 2,2 mm",
    "Test nhanh HBsAg",
    "Thủy tinh thể nhân tạo mềm đơn tiêu, một mảnh",
)
_GUIDE_SEARCHES = ("đăng nhập vssid", "dang nhap vneid", "định danh mức 2")


@dataclass(frozen=True)
class Check:
    """One thing the demo looked at, with how many of them should be right and how many are."""

    subject: str
    wanted: int
    right: int
    wrong: str = ""


def run_demo(settings: Settings, *, once: bool, port: int) -> bool:
    """Crawl the sample site into a store of its own and serve it, until interrupted or, with `once`, checked.

    Everything is written below TIMTHAU_HOME/demo, which is emptied first. True when all checks came out right.
    """
    settings = _build_settings(settings)
    site = SampleSite(data_dir() / "sample_site", today=datetime.now(HANOI).date())
    with serve(site) as site_url:
        click.echo(f"Sample site: {site_url}")
        _crawl(settings, site_url)
        server = open_server(settings, host="127.0.0.1", port=port)
        if not once:
            click.echo(f"\nTimThau: {server.url}   (Ctrl-C ends it)")
            server.run()
            return True
        threading.Thread(target=server.run, daemon=True).start()
        with closing(server):
            checks = [*_check_store(settings, site), *_check_pages(server.url, site)]
    for check in checks:
        click.echo(f"{check.subject:<44} {check.right:>3} / {check.wanted:<3} {check.wrong}")
    return all(check.right == check.wanted for check in checks)


def _build_settings(settings: Settings) -> Settings:
    home = settings.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    return replace(
        settings,
        home=home,
        database_url=f"sqlite:///{home}/timthau.db",
        index_url=f"whoosh:{home}/index",
        base_url="",
    )


def _crawl(settings: Settings, site_url: str) -> None:
    """Read the site, then what was paid elsewhere, made up as well."""
    definition = settings.home / "sample-site.toml"
    definition.write_text(f'title = "Bệnh viện Mắt Sông Trăng"\nhome = "{site_url}/"\n', encoding="utf-8")
    with (
        follow_store(settings),
        show_progress("crawl", unit="pages") as progress,
    ):
        # The site is ours and on this machine: there is nobody to be polite to.
        reports = crawl(
            [str(definition)], settings=settings, delay=0, progress=lambda page: progress.advance(note=page.source)
        )
    for report in reports:
        if report.status != "ok":
            raise CrawlError(f"{report.source}: {report.message}")
    with open_store(settings) as store:
        import_file(store, data_dir() / "sample_site" / "prices.jsonl", progress=lambda _: None)


#: What is compared with the site's own answers: the name of it, and how a notice says it.
_FIELDS: dict[str, tuple[Callable[[ExpectedNotice], Any], Callable[[Notice], Any]]] = {
    "title": (lambda e: e.title, lambda n: n.title),
    "kind": (lambda e: e.kind, lambda n: n.kind),
    "day of publication": (lambda e: e.published_on, lambda n: n.published_at and start_of(n.published_at).date()),
    "deadline": (lambda e: format_moment(e.deadline_at), lambda n: format_moment(n.deadline_at)),
    "buyer": (lambda e: e.buyer, lambda n: n.buyer),
    "number": (lambda e: e.reference_number, lambda n: n.reference_number),
    "amount": (lambda e: e.amount_vnd, lambda n: n.amount_vnd),
    "number of items": (lambda e: e.item_count, lambda n: len(n.items)),
    "attachments": (lambda e: sorted(e.attachments), lambda n: sorted(a.filename for a in n.attachments)),
}


def _check_store(settings: Settings, site: SampleSite) -> Iterator[Check]:
    expected = {notice.path: notice for notice in site.expected()}
    with open_store(settings) as store:
        found = {urllib.parse.urlsplit(notice.url).path: notice for notice in store.each_notice()}
    yield _check("notices found", expected, lambda path: path in found)
    for name, (wanted, said) in _FIELDS.items():
        agrees = {path for path, notice in found.items() if path in expected and wanted(expected[path]) == said(notice)}
        yield _check(f"{name} read", expected, agrees.__contains__)
    yield _check("other pages kept out", [*site.other_paths(), *site.guide_paths()], lambda path: path not in found)


def _check_pages(url: str, site: SampleSite) -> Iterator[Check]:
    titles = [notice.title for notice in site.expected()]
    yield _check("titles found by searching for them", titles, lambda title: title in _fetch_titles(url, title))
    yield _check("searches whose first answer fits", list(_SEARCHES), lambda text: _answers(url, text))
    yield _check("things whose prices are shown", _PRICED, lambda text: _shows_prices(url, text))
    yield _check("searches that find the login guide", _GUIDE_SEARCHES, lambda text: _finds_guide(url, text))


def _check(subject: str, wanted: Sequence[str] | dict[str, Any], is_right: Callable[[str], bool]) -> Check:
    wrong = [key for key in wanted if not is_right(key)]
    return Check(subject, len(wanted), len(wanted) - len(wrong), "  ".join(key.rpartition("/")[2] for key in wrong[:3]))


def _answers(url: str, text: str) -> bool:
    return _SEARCHES[text].casefold() in next(iter(_fetch_titles(url, text)), "").casefold()


def _finds_guide(url: str, text: str) -> bool:
    return bool(_fetch_page(url, text).select('main a[href*="/guides/vssid-vneid"]'))


def _fetch_titles(url: str, text: str) -> list[str]:
    return [collapse_spaces(link.get_text()) for link in _fetch_page(url, text).select('main a[href^="/notices/"]')]


def _shows_prices(url: str, text: str) -> bool:
    return bool(_fetch_page(url, text, path="prices").select('main a[href^="/suppliers/"]'))


def _fetch_page(url: str, text: str, *, path: str = "search") -> BeautifulSoup:
    with urllib.request.urlopen(f"{url}{path}?{urllib.parse.urlencode({'q': text})}", timeout=30) as response:
        return BeautifulSoup(response.read(), "lxml")
