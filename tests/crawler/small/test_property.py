"""Whatever fails in whatever site: what is stored and what is announced are together all that is there."""

import gzip
import random
from contextlib import closing
from pathlib import Path

import pytest

from tests.site.loopback import Answer, Route, article, listing, title
from tests.site.small_site import MENU, SmallSite, crawl_sites, entries, once, slug
from timthau.config import Settings
from timthau.store.notice import Store

pytestmark = pytest.mark.slow

_FAULTS = (
    (Answer("<h1>Forbidden</h1>", 403), 1),
    (Answer("<h1>Unavailable</h1>", 503), 3),
    (Answer("<h1>Error</h1>", 500), 3),
    (Answer("<h1>Not found</h1>", 404), 1),
    (Answer("", 200), 1),
    (Answer("<h1>Unauthorized</h1>", 401), 1),
    (Answer("", 302, {"Location": "{base}/"}), 1),
    (Answer(listing(menu=MENU, more="<p>Hệ thống đang bảo trì, vui lòng quay lại sau.</p>")), 1),
    (Answer("<html><body><h1>Error establishing a database connection</h1></body></html>"), 1),
    (Answer(b"5\r\n<html\r\n", 200, {"Transfer-Encoding": "chunked"}), 3),
    (Answer(gzip.compress(listing(menu=MENU).encode())[:40], 200, {"Content-Encoding": "gzip"}), 3),
    (Answer("", 302, {"Location": "/vong"}), 1),
    (Answer("", 302, {"Location": "{base}/bg/0.html"}), 1),
    (Answer(article(title(0))), 1),
    (Answer("<html><body>The requested URL was rejected. Your support ID is: 123</body></html>"), 1),
    (Answer("", 302, {"Location": "/dang-nhap"}), 1),
    (Answer("<html><body>Server Error in '/' Application. Runtime Error</body></html>"), 1),
    (Answer(listing(menu=MENU, more="<ul><li>").removesuffix("</main></body></html>")), 1),
)
#: In the last one a page of a list leads to an article that fails.
_SEEDS = (*range(12), 770003)
_PER_PAGE = 4
_LOG_IN = '<html><body><form><h1>Đăng nhập</h1><input name="u"><input type="password" name="p"></form></body></html>'


def _random_site(seed: int) -> SmallSite:
    """A site with one list of one to four pages, some of whose answers fail when they are first asked for."""
    rng = random.Random(seed)
    count = rng.randint(3, 15)
    last = -(-count // _PER_PAGE)

    def maybe(page: str) -> Route:
        if rng.random() > 0.2:
            return page
        fault, times = rng.choice(_FAULTS)
        return once(page, fault, times=times)

    def page(number: int) -> str:
        pager = "".join(f'<a href="/bao-gia/?page={n}">{n}</a>' for n in range(1, last + 1) if n != number)
        numbers = range((number - 1) * _PER_PAGE, min(number * _PER_PAGE, count))
        return listing(*entries("/bg/{}.html", numbers), menu=MENU, more=f'<div class="pager">{pager}</div>')

    pages: dict[str, Route] = {"/": listing(menu=MENU), "/bao-gia/": maybe(page(1))}
    pages |= {f"/bao-gia/?page={n}": maybe(page(n)) for n in range(2, last + 1)}
    pages |= {f"/bg/{n}.html": maybe(article(title(n))) for n in range(count)}
    pages |= {"/vong": Answer("", 302, {"Location": "/vong"}), "/dang-nhap": _LOG_IN}
    return SmallSite(pages=pages, holds=count)


def _covered(targets: list[str], count: int) -> set[str]:
    """The titles that the gaps at some addresses speak for: one for an article, all from its page on for a list."""
    found: set[str] = set()
    for target in targets:
        if target.startswith("/bg/"):
            found.add(title(int(target[4:-5])))
        else:
            first = (int(target.rpartition("=")[2]) - 1) * _PER_PAGE if "=" in target else 0
            found |= {title(n) for n in range(first, count)}
    return found


def test_what_is_stored_and_what_is_announced_is_all_there_is(tmp_path: Path) -> None:
    sites = {f"site {seed}": _random_site(seed) for seed in _SEEDS}
    crawled = crawl_sites(sites, tmp_path, runs=5)
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path / "home")})
    with closing(Store.open(settings.database_url)) as store:
        for name, site in sites.items():
            runs = sorted(store.runs(slug(name), limit=10), key=lambda run: run.id)
            for run, report, notices in zip(runs, crawled[name].reports, crawled[name].notices, strict=True):
                stored = {notice.title for notice in notices}
                gaps = ["/" + failure.url.split("/", 3)[3] for failure in store.failures(run.id)]
                assert stored | _covered(gaps, len(site.titles)) == set(site.titles), (name, report.message)
                assert report.status != "ok" or stored == set(site.titles), (name, report.message)
            assert crawled[name].titles == site.titles, name
