"""WordPress as caches and plugins leave it: what its interface does not name is found in its menus."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.site.loopback import Answer, Route, Site, article, listing, title
from tests.site.small_site import MENU, Crawled, SmallSite, check, crawl_sites, entries, typed

_FIELDS = "_fields=id,link,title,date_gmt,modified_gmt,categories"
_HEAD = '<head><link rel="https://api.w.org/" href="{base}/wp-json/">'


def wordpress(
    count: int,
    pages: dict[str, Route],
    *,
    menu: tuple[tuple[str, str], ...] = MENU,
    kinds: tuple[str, ...] = ("posts",),
    header: bool = True,
) -> dict[str, Route]:
    """The answers of a WordPress with so many posts; `header` says how many pages there are."""
    last = -(-count // 100)

    def item(number: int, link: str, name: str) -> dict[str, Any]:
        day = "2025-11-19T03:00:00"
        said = {"date_gmt": day, "modified_gmt": day, "categories": [1] if number < 5000 else []}
        return {"id": number + 1, "link": "{base}" + link, "title": {"rendered": name}, **said}

    answers: dict[str, Route] = {
        "/": listing(menu=menu).replace("<head>", _HEAD),
        "/wp-json/wp/v2/categories?per_page=100&_fields=id,name,slug": typed(
            '[{"id": 1, "name": "Báo giá", "slug": "bg"}]', "application/json"
        ),
        "/wp-json/wp/v2/types": typed(json.dumps({kind: {"rest_base": kind} for kind in kinds}), "application/json"),
    }
    for page in range(1, last + 1):
        items = [item(n, f"/bg/{n}/", title(n)) for n in range((page - 1) * 100, min(page * 100, count))]
        told = {"X-WP-TotalPages": str(last)} if header else {}
        number = f"&page={page}" if page > 1 else ""
        answers[f"/wp-json/wp/v2/posts?per_page=100&{_FIELDS}{number}"] = Answer(
            json.dumps(items), 200, {"Content-Type": "application/json", **told}
        )
    if "pages" in kinds:
        items = [item(5000, "/moi-thau/", "Mời thầu"), item(5001, "/gioi-thieu/", "Giới thiệu")]
        answers[f"/wp-json/wp/v2/pages?per_page=100&{_FIELDS}"] = typed(json.dumps(items), "application/json")
    articles = {f"/bg/{n}/": article(title(n), day="19/11/2025") for n in range(count)}
    return {**articles, **answers, **pages}


def _otherwise(target: str) -> Answer | None:
    if "/v2/media" in target:
        return typed("[]", "application/json")
    if "/wp-json/" in target:
        return typed('{"code": "rest_post_invalid_page_number"}', "application/json", 400)
    return None


def _custom_types() -> SmallSite:
    """Ten posts, and five notices of a plugin's own type that its interface does not name."""
    menu = (*MENU, ("/dau-thau/", "Đấu thầu"))
    kept = {f"/goi-thau/{n}/": article(title(n)) for n in range(10, 15)}
    lists = {
        "/dau-thau/": listing(*entries("/goi-thau/{}/", range(10, 15)), menu=menu),
        "/bao-gia/": listing(menu=menu),
    }
    return SmallSite(pages=wordpress(10, {**kept, **lists}, menu=menu), otherwise=_otherwise, holds=15)


def _table_of_files() -> SmallSite:
    """A page whose table a plugin fills with files; a row is added between the two crawls."""

    def row(number: int) -> str:
        return (
            f"<tr><td>{number}</td><td>{title(number)}</td><td>1{number}/11/2026</td>"
            f'<td><a href="/wp-content/uploads/{number}.txt.pdf">Tải về</a></td></tr>'
        )

    def page(count: int) -> str:
        head = _HEAD.replace("<head>", "<head>")
        table = "<table>" + "".join(map(row, range(2, count))) + "</table>"
        nav = '<nav><a href="/moi-thau/">Mời thầu</a></nav>'
        body = f'<body class="page page-id-5001">{nav}<h1>Mời thầu</h1>{table}</body>'
        return f"<html>{head}<title>Mời thầu</title></head>{body}</html>"

    def add(site: Site) -> None:
        site.pages["/moi-thau/"] = page(5)

    menu = (("/moi-thau/", "Mời thầu"), ("/gioi-thieu/", "Giới thiệu"))
    files = {f"/wp-content/uploads/{n}.txt.pdf": typed(f"Mời báo giá {n}", "text/plain") for n in range(5)}
    pages: dict[str, Route] = {
        "/moi-thau/": page(4),
        "/gioi-thieu/": article("Giới thiệu", body="<p>Bệnh viện.</p>"),
        **files,
    }
    return SmallSite(
        pages=wordpress(2, pages, menu=menu, kinds=("posts", "pages")),
        otherwise=_otherwise,
        holds=5,
        first=4,
        before_second=add,
    )


SITES = {
    "one hundred and thirty posts and no total": SmallSite(
        pages=wordpress(130, {"/bao-gia/": listing(*entries("/bg/{}/", range(10)), menu=MENU)}, header=False),
        otherwise=_otherwise,
        holds=130,
    ),
    "one hundred posts and no total": SmallSite(
        pages=wordpress(100, {"/bao-gia/": listing(*entries("/bg/{}/", range(10)), menu=MENU)}, header=False),
        otherwise=_otherwise,
        holds=100,
    ),
    "a type of a plugin that the interface does not name": _custom_types(),
    "kinds that are not told": SmallSite(
        pages=wordpress(
            12,
            {
                "/bao-gia/": listing(*entries("/bg/{}/", range(3)), menu=MENU),
                "/wp-json/wp/v2/types": typed('{"code": "rest_forbidden"}', "application/json", 401),
            },
        ),
        otherwise=_otherwise,
        holds=12,
    ),
    "a page with a table of files": _table_of_files(),
}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Crawled]:
    return crawl_sites(SITES, Path(tmp_path_factory.mktemp("wordpress")))


@pytest.mark.parametrize("name", SITES)
def test_what_the_interface_does_not_name_is_read_too(name: str, crawled: dict[str, Crawled]) -> None:
    check(SITES[name], crawled[name])


def test_a_second_crawl_of_many_posts_is_short(crawled: dict[str, Crawled]) -> None:
    first, second = crawled["one hundred and thirty posts and no total"].asked
    assert len(second) <= 0.15 * len(first)
