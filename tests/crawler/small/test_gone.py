"""Notices that leave their site: noted as gone, told as a change, readable still, and there again when they return."""

from contextlib import closing
from pathlib import Path

import pytest

from crawler.process.run import crawl
from tests.site.loopback import Answer, Route, Site, listing, serve, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, one_list
from timthau.config import Settings
from timthau.model.effective import State
from timthau.store.notice import Store

_LOST = (
    "<html><head><title>Bệnh viện</title></head><body><main><h1>Không tìm thấy trang</h1><p>{}</p></main></body></html>"
)
_COUNT = 6
_HOME = listing(menu=MENU)
_OTHERS = listing(*entries("/bg/{}.html", range(2, _COUNT)), menu=MENU)


def _losing(answer: Route, *, listed: bool = False, count: int = 1, home: Route = _HOME) -> SmallSite:
    """A site of six open notices, the first of which are answered otherwise the second time."""

    def lose(site: Site) -> None:
        left = range(0 if listed else count, _COUNT)
        site.pages["/bao-gia/"] = listing(*entries("/bg/{}.html", left), menu=MENU)
        site.pages |= {f"/bg/{n}.html": answer for n in range(count)}

    return SmallSite(pages={**one_list("/bg/{}.html", _COUNT), "/": home}, holds=_COUNT, before_second=lose)


SITES = {
    "not found": _losing(Answer("<h1>404</h1>", 404)),
    "gone for good": _losing(Answer("<h1>410</h1>", 410)),
    "not found and listed still": _losing(Answer("<h1>404</h1>", 404), listed=True),
    "a page that says so with status 200": _losing(_LOST.format("Nội dung bạn yêu cầu không tồn tại hoặc đã bị xóa.")),
    "a page of other titles that says so": _losing(_OTHERS.replace("<ul>", "<h1>Bài viết đã bị gỡ</h1><ul>")),
    "the front page in its place": _losing(_OTHERS, home=_OTHERS),
    "sent to another notice": _losing(Answer("", 301, {"Location": "{base}/bg/4.html"})),
    "sent back to the list": _losing(Answer("", 302, {"Location": "{base}/bao-gia/"})),
    "sent back to the home page": _losing(Answer("", 302, {"Location": "{base}/"}), count=2),
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("gone"))


@pytest.fixture(scope="module")
def crawled(folder: Path) -> dict[str, Crawled]:
    return crawl_sites(SITES, folder)


@pytest.mark.parametrize("name", SITES)
def test_what_is_gone_is_noted_and_stays_readable(name: str, crawled: dict[str, Crawled], folder: Path) -> None:
    check(SITES[name], crawled[name])
    lost = 2 if "home page" in name else 1
    ids = {notice.title: notice.id for notice in crawled[name].notices[-1]}
    with closing(Store.open(f"sqlite:///{folder}/home/timthau.db")) as store:
        states = store.effective.of(ids.values())
        told = {change.id for change in store.changes_after(0, 10_000) if change.entity == "state"}
    gone = {key for key, effective in states.items() if effective.state is State.GONE}
    assert gone == {ids[title(n)] for n in range(lost)}
    assert all(states[key].ended_at for key in gone)
    assert gone <= told
    assert f"{lost} no longer there" in crawled[name].reports[1].message


def test_what_returns_is_there_again(settings: Settings) -> None:
    site = Site(_losing("").pages)
    there = site.pages["/bg/0.html"]
    with serve(site) as url, closing(Store.open(settings.database_url)) as store:
        states = []
        for answer in (there, Answer("", 404), there):
            site.pages["/bg/0.html"] = answer
            crawl([url], settings=settings, delay=0)
            states.append([effective.state for effective in store.effective.all().values()])
    assert states == [[], [State.GONE], [State.STATED]]


def test_a_site_that_loses_everything_at_once_has_changed_itself(settings: Settings) -> None:
    site = Site(_losing("").pages)
    with serve(site) as url, closing(Store.open(settings.database_url)) as store:
        crawl([url], settings=settings, delay=0)
        site.pages |= {f"/bg/{n}.html": Answer("", 404) for n in range(_COUNT)}
        (report,) = crawl([url], settings=settings, delay=0)
        assert store.effective.all() == {}
    assert report.status == "failed"
