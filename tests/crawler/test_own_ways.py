"""Sources that are asked in their own way: headers, cookies, contact, a proxy, a browser."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from crawler.process.run import crawl
from crawler.source import Source, parse_source
from tests.site.loopback import Answer, Site, article, listing, serve
from timthau.config import Settings

TITLE = "Yêu cầu báo giá mua máy thở"
MENU = (("/bao-gia/", "Yêu cầu báo giá"),)


def pages() -> dict[str, Any]:
    return {"/": listing(menu=MENU), "/bao-gia/": listing(("/a.html", TITLE), menu=MENU), "/a.html": article(TITLE)}


def source(url: str, **said: Any) -> Source:
    return parse_source("own", {"title": "Riêng", "home": f"{url}/"} | said)


def test_headers_cookies_and_contact_of_a_definition_go_with_its_requests(settings: Settings) -> None:
    site = Site(pages())
    with serve(site) as url:
        own = source(url, headers={"X-Khoa": "abc"}, cookies={"da_xem": "1"}, contact="lien-he@benhvien.example")
        (report,) = crawl([own], settings=settings, delay=0)
    assert report.status == "ok"
    asked = dict(zip(site.requests, site.headers, strict=True))
    assert {headers.get("x-khoa") for headers in site.headers} == {"abc"}
    assert "da_xem=1" in asked["/a.html"]["cookie"]
    assert asked["/a.html"]["user-agent"].endswith("(+lien-he@benhvien.example)")


def test_a_proxy_is_asked_in_place_of_the_site(settings: Settings) -> None:
    home = "http://benhvien.example"
    site = Site({f"{home}{path}": answer for path, answer in pages().items()})
    with serve(site) as url:
        (report,) = crawl([source(home, proxy=url)], settings=settings, delay=0)
    assert (report.status, report.found) == ("ok", 1)
    assert all(target.startswith(home) for target in site.requests)


SCRIPTED = """<html><head><title>Báo giá</title></head><body><nav>{menu}</nav><main><ul id="ds"></ul></main>
<img src="http://127.0.0.1:9/ra-ngoai.png"><script src="http://127.0.0.1:9/ra-ngoai.js"></script>
<script>fetch("/api/ds").then(r => r.json()).then(rows => {
  document.getElementById("ds").innerHTML = rows.map(r => `<li><a href="${r.url}">${r.title}</a></li>`).join("");
});
fetch("/vao-trong").catch(() => 0); fetch("{inside}/lay", {mode: "no-cors"}).catch(() => 0);
navigator.sendBeacon("{inside}/bao"); new WebSocket("{inside}/o-cam".replace("http", "ws"));
navigator.serviceWorker.register("/tho.js");
</script><iframe src="/vao-trong"></iframe><link rel="preconnect" href="{inside}"><form action="{inside}/don"></form>
</body></html>"""


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium")
def test_a_list_that_only_scripts_make_is_read_in_a_browser(settings: Settings, tmp_path: Path) -> None:
    pytest.importorskip("scrapy_playwright")
    nav = '<a href="/bao-gia/">Yêu cầu báo giá</a>'
    rows = ", ".join(f'{{"url": "/bao-gia/{n}.html", "title": "{TITLE} đợt {n}"}}' for n in range(3))
    inside = Site(otherwise=lambda _: article(f"{TITLE} bí mật"))
    site = Site(
        {
            "/": listing(menu=MENU),
            "/api/ds": Answer(f"[{rows}]", 200, {"Content-Type": "application/json"}),
        }
        | {f"/bao-gia/{n}.html": article(f"{TITLE} đợt {n}") for n in range(3)}
    )
    with serve(site) as url, serve(inside) as address:
        site.pages |= {
            "/bao-gia/": SCRIPTED.replace("{menu}", nav).replace("{inside}", address),
            "/vao-trong": Answer("", 302, {"Location": f"{address}/chuyen"}),
            "/bao-gia/2.html": Answer("", 302, {"Location": f"{address}/tin"}),
            "/tho.js": Answer(f"fetch('{address}/tho', {{mode: 'no-cors'}})", 200, {"Content-Type": "text/javascript"}),
        }
        (report,) = crawl([source(url, javascript=True)], settings=settings, delay=0.1, full=True)
    assert "/bao-gia/0.html" not in site.pages["/bao-gia/"]
    assert report.found == 2
    assert "/api/ds" in site.requests
    assert inside.requests == []
