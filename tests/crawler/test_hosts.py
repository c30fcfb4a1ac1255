"""Hosts of every kind: names with Vietnamese letters, addresses of the new Internet."""

import socket
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from crawler.process.run import crawl
from tests.site.loopback import Answer, Site, article, handler_of, listing, serve, title
from timthau.config import Settings
from timthau.store.notice import Store

_MENU = (("/bao-gia/", "Yêu cầu báo giá"),)
_PAGES = {
    "/": listing(menu=_MENU),
    "/bao-gia/": listing(*((f"/bg/{n}.html", title(n)) for n in range(3)), menu=_MENU),
    **{f"/bg/{n}.html": article(title(n)) for n in range(3)},
}


def _urls(settings: Settings) -> list[str]:
    store = Store.open(settings.database_url)
    found = sorted(notice.url for notice in store.each_notice())
    store.close()
    return found


@pytest.mark.parametrize("written", ["bệnhviện-thửnghiệm.vn", "BỆNHVIỆN-THỬNGHIỆM.VN", "xn--bnhvin-thnghim-gwa.vn"])
def test_a_name_with_vietnamese_letters_is_asked_for_as_the_name_system_has_it(
    written: str, settings: Settings, tmp_path: Path
) -> None:
    """All requests go through a proxy, so that no name is looked up."""
    host = "bệnhviện-thửnghiệm.vn".encode("idna").decode()
    home = f"http://{host if written.startswith('xn--') else written}/"
    links = {path: page.replace('"/bg/', '"http://www.bệnhviện-thửnghiệm.vn/bg/') for path, page in _PAGES.items()}

    def answer(target: str) -> Answer | str | None:
        parts = urlsplit(target)
        return links.get(parts.path) if parts.hostname in (host, f"www.{host}") else Answer("", 500)

    site = Site(otherwise=answer)
    with serve(site) as proxy:
        path = tmp_path / "idn.toml"
        path.write_text(f'title = "Thử"\nhome = "{home}"\nproxy = "{proxy}"\n', encoding="utf-8")
        (report,) = crawl([str(path)], settings=settings, delay=0)
    assert (report.status, report.found) == ("ok", 3), report.message
    assert {urlsplit(url).hostname for url in _urls(settings)} == {f"www.{host}"}


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_an_address_in_brackets_is_a_host(settings: Settings) -> None:
    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6
        daemon_threads = True

    site = Site(_PAGES)
    server = Server(("::1", 0), handler_of(lambda _: site))
    site.url = f"http://[::1]:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        (report,) = crawl([f"{site.url}/"], settings=settings, delay=0)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (report.status, report.found) == ("ok", 3), report.message
    assert _urls(settings) == [f"{site.url}/bg/{n}.html" for n in range(3)]
