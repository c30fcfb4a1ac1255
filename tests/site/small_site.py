"""Small sites, many at a time: each a dict of answers, all served by one server and crawled by one process.

Each site has an address of this machine of its own (127.0.1.1, 127.0.1.2 …), so that none shares a host with another.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from crawler.process.job import RunReport
from crawler.process.run import crawl
from tests.site.loopback import Answer, Route, Site, article, handler_of, listing, title
from timthau.config import Settings
from timthau.model.notice import Notice
from timthau.store.notice import Store

MENU = (("/bao-gia/", "Yêu cầu báo giá"),)


@dataclass(kw_only=True)
class SmallSite:
    """A site of a few pages: its `pages` by target, what it holds, and how its crawls end.

    `holds` are the titles of its notices (or how many of `title(n)` there are); `ends` the status of each run, in
    which some may be missing still (`first`, the number stored after the first run). `definition` is what its TOML
    file says besides; `before_second` changes the site between its two crawls; `home` is where reading begins.
    """

    pages: Mapping[str, Route]
    otherwise: Callable[[str], Any] | None = None
    holds: int | list[str] = 1
    ends: tuple[str, str] = ("ok", "ok")
    first: int | None = None
    definition: str = ""
    before_second: Callable[[Site], None] | None = None
    home: str = "/"

    @property
    def titles(self) -> list[str]:
        """The titles of all that the site holds."""
        return sorted(title(n) for n in range(self.holds)) if isinstance(self.holds, int) else sorted(self.holds)


@dataclass(kw_only=True)
class Crawled:
    """What came of a site: the report of each run, its notices after each, and the targets asked for in each."""

    reports: list[RunReport] = field(default_factory=list)
    notices: list[list[Notice]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """The titles of what is stored at the end."""
        return sorted(notice.title for notice in self.notices[-1])


def check(site: SmallSite, crawled: Crawled) -> None:
    """Everything that is there is stored once, and the runs say what they are to say."""
    first, second = crawled.reports
    assert crawled.titles == site.titles, (first.message, second.message)
    assert (first.status, second.status) == site.ends, (first.message, second.message)
    assert first.found == (site.first if site.first is not None else len(site.titles)), first.message
    if site.before_second is None and site.first is None:
        assert (second.new, second.changed) == (0, 0)


def crawl_sites(sites: Mapping[str, SmallSite], folder: Path, *, runs: int = 2) -> dict[str, Crawled]:
    """Crawl all sites, twice over, in one process for each time."""
    settings = Settings.load({"TIMTHAU_HOME": str(folder / "home")})
    served = [Site(site.pages, site.otherwise) for site in sites.values()]
    crawled = {name: Crawled() for name in sites}
    with serve_all(served):
        targets = [
            str(_define(folder, name, each, own.url)) for (name, each), own in zip(sites.items(), served, strict=True)
        ]
        for number in range(runs):
            if number:
                for site, own in zip(sites.values(), served, strict=True):
                    if site.before_second:
                        site.before_second(own)
            for own in served:
                own.requests.clear()
            reports = crawl(targets, settings=settings, delay=0)
            stored = _notices_in(settings)
            for (name, outcome), own, report in zip(crawled.items(), served, reports, strict=True):
                outcome.reports.append(report)
                outcome.notices.append([notice for notice in stored if notice.source == slug(name)])
                outcome.asked.append([target for target in own.requests if target != "/robots.txt"])
    return crawled


@contextmanager
def serve_all(sites: list[Site]) -> Iterator[None]:
    """Serve each site at an address of its own, by one server."""
    by_host: dict[str, Site] = {}
    server = ThreadingHTTPServer(("0.0.0.0", 0), handler_of(lambda host: by_host[host]))
    server.daemon_threads = True
    for number, site in enumerate(sites, 1):
        host = f"127.0.1.{number}:{server.server_port}"
        by_host[host] = site
        site.url = f"http://{host}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def slug(name: str) -> str:
    """The name of a site as that of a source."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def notices_at(path: str, count: int, *, day: str = "19/11/2026") -> dict[str, Route]:
    """The pages of so many notices; `path` holds {} for the number."""
    return {path.format(n): article(title(n), day=day) for n in range(count)}


def entries(path: str, numbers: range | list[int]) -> list[tuple[str, str]]:
    """Links to notices, for `listing`."""
    return [(path.format(n), title(n)) for n in numbers]


def one_list(path: str, count: int, **more: Route) -> dict[str, Route]:
    """A home page, one list and the notices that it lists."""
    links = entries(path, range(count))
    return {"/": listing(menu=MENU), "/bao-gia/": listing(*links, menu=MENU), **notices_at(path, count), **more}


def once(then: Route, first: Answer, *, times: int = 1) -> Route:
    """An answer that is given at first, `times` times, and the right one afterwards."""
    left = [times]

    def answer(site: Site, target: str) -> Answer | str | None:
        if left[0] > 0:
            left[0] -= 1
            return first
        return then(site, target) if callable(then) else then

    return answer


def typed(body: str | bytes, media_type: str, status: int = 200) -> Answer:
    """An answer of a type."""
    return Answer(body, status, {"Content-Type": media_type})


def _define(folder: Path, name: str, site: SmallSite, url: str) -> Path:
    path = folder / f"{slug(name)}.toml"
    lines = [f"title = {json.dumps(name)}", f"home = {json.dumps(url + site.home)}", site.definition]
    path.write_text("\n".join(lines).replace("{base}", url), encoding="utf-8")
    return path


def _notices_in(settings: Settings) -> list[Notice]:
    store = Store.open(settings.database_url)
    notices = list(store.each_notice())
    store.close()
    return notices
