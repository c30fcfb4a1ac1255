"""The page answers only to its hosts, tells browsers what to refuse, and travels light."""

import gzip
from pathlib import Path

import pytest

from tests.site.webui import Site, open_site
from webui.http.security import is_served_host

PAGES = ["/", "/search?q=bao+gia", "/guides", "/guides/vssid-vneid", "/sources", "/nothing"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return open_site(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8080", "127.0.0.1:5000", "[::1]:80", "192.168.1.20", "web", "tim.lan"]
)
def test_local_hosts_are_answered_without_a_base_url(host: str) -> None:
    assert is_served_host(host, "")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "", "a b", "x/y", "user@localhost", "localhost:1:2", "[::1"]
)
def test_public_and_malformed_hosts_are_refused_without_a_base_url(host: str) -> None:
    assert not is_served_host(host, "")


def test_a_base_url_admits_its_host_and_loopback_only() -> None:
    base = "https://timthau.example.vn"
    assert is_served_host("timthau.example.vn", base)
    assert is_served_host("TimThau.example.vn:443", base)
    assert is_served_host("127.0.0.1:8080", base)
    assert not is_served_host("192.168.1.20", base)
    assert not is_served_host("evil.example", base)


def test_a_foreign_host_gets_400_and_health_is_answered_anywhere(site: Site) -> None:
    site.get("/", status=400, base_url="http://evil.example")
    assert "TIMTHAU_BASE_URL" in site.get("/api/v1/notices", status=400, base_url="http://evil.example")
    site.get("/healthz", base_url="http://evil.example")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_strict_policy_and_nothing_inline(site: Site, path: str) -> None:
    answer = site.client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    html = answer.get_data(as_text=True)
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick" not in html
    assert html.count("<script") == html.count('<script type="application/ld+json"') + html.count("<script src=")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_asks_anyone_else_for_anything(site: Site, path: str) -> None:
    html = site.get(path, status=404 if path == "/nothing" else 200)
    for attribute in ('src="', 'rel="stylesheet" href="', 'rel="icon" href="'):
        for rest in html.split(attribute)[1:]:
            assert rest.startswith("/"), rest[:80]


def test_language_is_chosen_by_address_and_remembered_by_a_safe_cookie(tmp_path: Path) -> None:
    site = open_site(tmp_path, base_url="https://localhost")
    assert '<html lang="vi">' in site.get("/")
    answer = site.client.get("/guides?lang=en")
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("lang=en", "HttpOnly", "SameSite=Lax", "Secure"))
    assert "Strict-Transport-Security" in answer.headers
    assert "Cookie" in answer.headers["Vary"]
    assert '<html lang="en">' in site.get("/guides", base_url="https://localhost")
    assert '<html lang="vi">' in site.get("/guides?lang=vi", base_url="https://localhost")


def test_an_unknown_language_is_vietnamese_and_leaves_no_cookie(site: Site) -> None:
    answer = site.client.get("/guides?lang=%3Cscript%3E")
    assert '<html lang="vi">' in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


def test_pages_and_styles_travel_compressed_when_asked(site: Site) -> None:
    plain = site.client.get("/guides/vssid-vneid")
    packed = site.client.get("/guides/vssid-vneid", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    style = site.client.get("/static/timthau.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert style.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in style.headers["Vary"]


def test_static_files_may_be_kept_under_the_address_of_their_content(site: Site) -> None:
    address = site.get("/").split('rel="stylesheet" href="')[1].split('"')[0]
    kept = site.client.get(address, buffered=True)
    assert "immutable" in kept.headers["Cache-Control"]
    again = site.client.get(address, headers={"If-None-Match": kept.headers["ETag"]}, buffered=True)
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/nothing", "/notices/nothing", "/guides/nothing", "/static/../webui.py"])
def test_what_is_not_there_is_a_page_of_its_own(site: Site, path: str) -> None:
    html = site.get(path, status=404)
    assert "Không có trang này" in html
    assert 'role="search"' in html


def test_a_wrong_method_is_a_page_of_its_own(site: Site) -> None:
    answer = site.client.post("/search")
    assert answer.status_code == 405
    assert "</html>" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "/%5Cevil.example", "/%2F%2Fevil.example", "/search//evil.example"]
)
def test_no_address_leads_to_another_host(site: Site, path: str) -> None:
    answer = site.client.get(path)
    assert "//evil.example" not in answer.headers.get("Location", "").removeprefix("http://localhost")
    for rest in answer.get_data(as_text=True).split('href="')[1:]:
        assert not rest.startswith(("//", "/\\", "http")), rest[:60]
