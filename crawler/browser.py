"""Pages whose lists are made by scripts: Scrapy's requests for them go through a browser, within bounds."""

import importlib.util
import os
import shutil
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy.exceptions import DownloadFailedError

from crawler.discovery.address import is_file, is_same_site
from crawler.discovery.bounds import Bounds
from crawler.source import Source
from timthau.errors import SourceError

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_PAGE_SECONDS = 30
#: What of a page is fetched: its scripts and their data; pictures, fonts and styles say nothing.
_WANTED = frozenset({"document", "script", "xhr", "fetch"})
#: Letters of a page as its scripts leave it.
_MOST_LETTERS = 20_000_000
#: A page that asks for more than this is left with what it has got by then.
_MOST_REQUESTS = 60


def build_browser_settings(source: Source) -> dict[str, Any]:
    """Scrapy's settings for a source that needs a browser. Raises SourceError when there is none."""
    browser = next(filter(None, map(shutil.which, _NAMES)), None)
    if browser is None or importlib.util.find_spec("scrapy_playwright") is None:
        raise SourceError("javascript = true needs `pip install timthau[javascript]` and Debian's chromium")
    handler = "crawler.browser_transport.BrowserHandler"
    root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox does not work for root
    return {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": browser, "args": root} | _proxy_of(source),
        "PLAYWRIGHT_CONTEXTS": {
            "default": {
                "accept_downloads": False,
                "ignore_https_errors": not source.verify_tls,
                "service_workers": "block",  # what they ask for is not shown to the bounds
            }
        },
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 2,
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": _PAGE_SECONDS * 1000,
        "PLAYWRIGHT_ABORT_REQUEST": BrowserBounds(source.site_hosts),
        "BROWSER_BOUNDS": None if source.proxy else Bounds(source.site_hosts),  # a proxy resolves names by itself
    }


def _proxy_of(source: Source) -> dict[str, dict[str, str]]:
    """What the browser is told of a source's proxy, in the words that it knows."""
    if not source.proxy:
        return {}
    parts = urlsplit(source.proxy)
    said = {"server": f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", "bypass": "<-loopback>"}
    known = {"username": parts.username, "password": parts.password}
    return {"proxy": said | {name: unquote(word) for name, word in known.items() if word}}


class BrowserBounds:
    """Says which requests of a page are not made: to other sites, private ones among them, and for what is no text."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._made: dict[str, int] = {}

    def __call__(self, request: Any) -> bool:
        """Whether a request of the browser's is not made."""
        if urlsplit(request.url).scheme not in ("http", "https") or not is_same_site(request.url, self._hosts):
            return True
        if request.is_navigation_request():
            self._made[request.frame.url] = 0
            return False
        self._made[request.frame.url] = made = self._made.get(request.frame.url, 0) + 1
        return request.resource_type not in _WANTED or made > _MOST_REQUESTS


def in_browser(url: str) -> dict[str, Any]:
    """The meta of a request that a browser makes: it waits until the scripts of the page are quiet."""
    if is_file(url):
        return {}
    from scrapy_playwright.page import PageMethod  # noqa: PLC0415 - an extra

    quiet = PageMethod("wait_for_load_state", "networkidle", timeout=_PAGE_SECONDS * 1000)
    return {"playwright": True, "playwright_page_methods": [quiet, PageMethod(_refuse_giant)]}


async def _refuse_giant(page: Any) -> None:
    """Raises DownloadFailedError for a page that would not be taken from a server either."""
    if await page.evaluate("document.documentElement.outerHTML.length") > _MOST_LETTERS:
        await page.close()
        raise DownloadFailedError(f"larger than {_MOST_LETTERS} letters")
