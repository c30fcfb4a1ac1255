"""An answer whose head does not end is given up; the other pages of its site are read."""

from contextlib import closing

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
