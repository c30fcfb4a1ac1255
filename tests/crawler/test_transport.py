"""An answer whose head does not end is given up; the other pages of its site are read. Connections end quietly."""

import asyncio
import logging
import multiprocessing
import time
from contextlib import closing
from pathlib import Path

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.utils.reactor import install_reactor
from twisted.python.log import PythonLoggingObserver

from crawler.process.run import crawl
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings
from timthau.store.notice import Store

MENU = (("/bao-gia/", "Yêu cầu báo giá"),)


def test_a_head_without_end_costs_its_own_page_alone(settings: Settings) -> None:
    titles = {f"/{name}.html": f"Yêu cầu báo giá mua {name}" for name in ("gac", "kim")}
    endless = Answer(article(titles["/kim.html"]), 200, {f"X-Part-{number}": "x" * 4000 for number in range(90)})
    pages = {"/": listing(menu=MENU), "/bao-gia/": listing(*titles.items(), menu=MENU)}
    with serve(Site(pages | {"/gac.html": article(titles["/gac.html"]), "/kim.html": endless})) as url:
        (report,) = crawl([url], settings=settings, delay=0)
    with closing(Store.open(settings.database_url)) as store:
        assert [notice.title for notice in store.each_notice()] == [titles["/gac.html"]]
    assert report.status == "incomplete"


def _end_connections_while_busy(url: str, log: Path) -> None:
    """In a process of its own: a reactor is begun once."""
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor  # the one that was installed

    from crawler.transport import BoundedHandler  # installs another reactor where there is none

    logging.basicConfig(filename=log, level=logging.ERROR)
    PythonLoggingObserver().start()

    async def end() -> None:
        crawler = Crawler(Spider, {"TELNETCONSOLE_ENABLED": False})
        crawler._apply_settings()
        crawler.spider = Spider("a")
        handler = BoundedHandler(crawler)
        await handler.download_request(Request(url))
        ended = asyncio.create_task(handler.close())
        await asyncio.sleep(0)  # it begins
        time.sleep(1.1)  # the process has something else to do, for longer than connections may take
        await ended
        await asyncio.sleep(0.1)  # what is due meanwhile
        logging.error("ended")
        reactor.stop()  # type: ignore[attr-defined]  # Twisted types its reactor as a module

    reactor.callWhenRunning(lambda: asyncio.ensure_future(end()))  # type: ignore[attr-defined]  # as above
    reactor.run()  # type: ignore[attr-defined]  # as above


def test_connections_end_without_a_word_in_a_process_that_is_busy(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with serve(Site({"/": "<p>Trang chủ</p>"})) as url:
        process = multiprocessing.get_context("spawn").Process(target=_end_connections_while_busy, args=(url, log))
        process.start()
        process.join(30)
    assert (process.exitcode, log.read_text()) == (0, "ERROR:root:ended\n")
