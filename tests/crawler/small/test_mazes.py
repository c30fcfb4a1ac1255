"""Sites without end: what they hold is read as far as it goes, the run says what it left, and other sites are whole."""

from itertools import count
from pathlib import Path

from tests.site.loopback import Answer, article, listing, title
from tests.site.small_site import MENU, SmallSite, crawl_sites, entries, notices_at, one_list, typed

_INDEX = "<?xml version='1.0'?><sitemapindex>{}</sitemapindex>"


def _many_links() -> SmallSite:
    """A list that names a hundred thousand titles."""
    links = entries("/bg/{}.html", range(100_000))
    return SmallSite(
        pages={"/": listing(menu=MENU), "/bao-gia/": listing(*links, menu=MENU)},
        otherwise=lambda target: article(title(0)) if target.startswith("/bg/") else None,
        definition="request_limit = 30",
    )


def _sitemap_tree() -> SmallSite:
    """Each sitemap names three more, and itself."""

    def otherwise(target: str) -> Answer | None:
        if "sitemap" not in target:
            return None
        named = [target, *(f"/sitemap-{next(numbers)}.xml" for _ in range(3))]
        return typed(
            _INDEX.format("".join(f"<sitemap><loc>{{base}}{url}</loc></sitemap>" for url in named)), "text/xml"
        )

    numbers = count()
    return SmallSite(pages=one_list("/bg/{}.html", 3), otherwise=otherwise)


def _list_maze() -> SmallSite:
    """Each list leads to two more."""

    def otherwise(target: str) -> str | None:
        if not target.startswith("/bao-gia/"):
            return None
        more = ((f"{target}{n}/", f"Yêu cầu báo giá {target.count('/')}{n}") for n in (1, 2))
        return listing(*entries("/bg/{}.html", range(3)), menu=(*MENU, *more))

    return SmallSite(pages={"/": listing(menu=MENU), **notices_at("/bg/{}.html", 3)}, otherwise=otherwise)


def test_mazes_end_as_incomplete_and_cost_other_sites_nothing(tmp_path: Path) -> None:
    sites = {
        "many links": _many_links(),
        "sitemap tree": _sitemap_tree(),
        "list maze": _list_maze(),
        "good": SmallSite(pages=one_list("/bg/{}.html", 3)),
    }
    crawled = crawl_sites(sites, tmp_path, runs=1)
    reports = {name: outcome.reports[0] for name, outcome in crawled.items()}
    assert {name: report.status for name, report in reports.items()} == {
        "many links": "incomplete",
        "sitemap tree": "incomplete",
        "list maze": "incomplete",
        "good": "ok",
    }
    assert [reports[name].new for name in ("sitemap tree", "list maze", "good")] == [3, 3, 3]
    assert "names more than 200 sitemaps and feeds" in reports["sitemap tree"].message
    assert "names more than 300 lists" in reports["list maze"].message
    asked = crawled["sitemap tree"].asked[0]
    assert len(asked) == len(set(asked))
    assert max(map(len, (outcome.asked[0] for outcome in crawled.values()))) < 320
