"""A real server over the crawled sample site and hostile notices, and a real browser in front of it."""

import fcntl
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from cli.demo.site import SampleSite, serve
from tests.site.hostile_notice import list_hostile_notices
from timthau.config import data_dir
from timthau.exchange.table import write_jsonl
from timthau.model.moment import HANOI

CHROMIUM = "/usr/bin/chromium"
#: A notice of the sample site that has all there is to show.
NOTICE = "Yêu cầu báo giá mua kính hiển vi phẫu thuật mắt"
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that the server does not answer to.
    "--host-resolver-rules=MAP foreign.example 127.0.0.1",
]
_PATIENCE = 30_000  # milliseconds; only a machine with much else to do needs them
expect.set_options(timeout=_PATIENCE)
OpenPage = Callable[..., Page]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli", *arguments]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A store with the sample site's notices and the hostile ones, one of them in two versions; made once a run."""
    base = tmp_path_factory.getbasetemp()
    home = (base if worker_id == "master" else base.parent) / "e2e-home"
    home.mkdir(exist_ok=True)
    with (home / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            _fill(home)
            (home / "made").touch()
    return home


def _fill(home: Path) -> None:
    env = os.environ | {"TIMTHAU_HOME": str(home)}
    site = SampleSite(data_dir() / "sample_site", today=datetime.now(HANOI).date())
    with serve(site) as url:
        definition = home / "sample-site.toml"
        definition.write_text(f'title = "Bệnh viện Mắt Sông Trăng"\nhome = "{url}/"\n', encoding="utf-8")
        crawl = _command("crawl", str(definition), "--delay", "0")
        subprocess.run(crawl, env=env, check=True, capture_output=True, timeout=120)
    paid = data_dir() / "sample_site" / "prices.jsonl"
    subprocess.run(_command("import", str(paid)), env=env, check=True, capture_output=True, timeout=60)
    present = datetime.now(HANOI)
    for version in (list_hostile_notices(present - timedelta(days=5)), list_hostile_notices(present)):
        with (home / "hostile.jsonl").open("wb") as out:
            write_jsonl(version, out)
        subprocess.run(_command("import", str(home / "hostile.jsonl")), env=env, check=True, timeout=60)


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """Where `timthau serve` answers, without a closing slash."""
    env = os.environ | {"TIMTHAU_HOME": str(home), "TIMTHAU_CONTACT": "tin@timthau.example", "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(_command("serve", "--port", "0"), env=env, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    with server.stdout:
        line = server.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line
        yield found[0].rstrip("/")
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens a path in a browser of its own; an error in the console fails the test, and so does a foreign request."""
    contexts = []
    problems: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # The browser itself says so of a page that answers 404 or 400, which some tests ask for.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            problems.append(message.text)

    def open_(path: str, *, width: int = 1280, own: str = "", **options: Any) -> Page:
        """Open a path of the server, or a URL whose own part is `own`."""
        height = 760 if width < 800 else 900
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=address, locale="vi-VN", **options
        )
        contexts.append(context)
        context.set_default_timeout(_PATIENCE)
        context.on("request", lambda request: _check_own(request.url, own or address, problems))
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert problems == []


def _check_own(url: str, address: str, problems: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        problems.append(f"asks {url}")


@pytest.fixture(scope="session")
def notices(address: str) -> dict[str, str]:
    """The paths of all notices' pages by title."""
    with urllib.request.urlopen(f"{address}/api/v1/notices?limit=100", timeout=30) as answer:
        found = json.load(answer)["notices"]
    return {notice["title"]: urlsplit(notice["page"]).path for notice in found}


@pytest.fixture(scope="session")
def pages(address: str, notices: dict[str, str]) -> dict[str, str]:
    """A path of every kind of page by a name for it."""
    [markup] = [path for title, path in notices.items() if "window.broken" in title]
    [endless] = [path for title, path in notices.items() if title.startswith("Mua Thuỷtinh")]
    buyer, hostile_buyer = (_find_buyer(address + path) for path in (notices[NOTICE], markup))
    return {
        "home": "/",
        "search": "/search?q=vat+tu+y+te&open=1&sort=deadline",
        "search-nothing": "/search?q=qqqxxx&kind=plan",
        "search-guide": "/search?q=dang+nhap+vssid",
        "notice": notices[NOTICE],
        "notice-markup": markup,
        "notice-endless": endless,
        "prices": "/prices?q=chat+nhay",
        "supplier": _find_supplier(address),
        "alert-prices": "/alerts/new?prices=1&q=chat+nhay",
        "guides": "/guides",
        "guide": "/guides/vssid-vneid",
        "guide-trouble": "/guides/vssid-vneid/khong-nhan-duoc-otp",
        "saved": f"/saved?id={notices[NOTICE].rpartition('/')[2]}",
        "compare": f"/compare?id={notices[NOTICE].rpartition('/')[2]}&id={endless.rpartition('/')[2]}",
        "buyer": buyer,
        "buyer-markup": hostile_buyer,
        "statistics": "/stats",
        "sources": "/sources",
        "help": "/search/help",
        "api": "/api/v1/",
        "alerts": "/alerts/",
        "alert-new": "/alerts/new?q=vat+tu&province=Thanh+H%C3%B3a",
        "alert-watch": f"/alerts/new?notice={notices[NOTICE].rpartition('/')[2]}",
        "alert-everything": "/alerts/new",
        "not-found": "/there/is/no/such/page",
    }


def _find_buyer(notice: str) -> str:
    with urllib.request.urlopen(notice, timeout=30) as answer:
        [path] = re.findall(r'href="(/buyers/[a-z0-9]+)"', answer.read().decode())
    return path


def _find_supplier(address: str) -> str:
    with urllib.request.urlopen(f"{address}/prices?q=chat+nhay", timeout=30) as answer:
        return re.findall(r'href="(/suppliers/[a-z0-9]+)"', answer.read().decode())[0]
