"""A real WordPress, in both of its themes, crawled by the command line and scored against its answers."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import SHARED

pytestmark = pytest.mark.slow

THEMES = {"twentytwentyone": "songthao", "twentytwentythree": "hoanglam"}


@pytest.fixture(
    scope="module", params=["twentytwentyone", pytest.param("twentytwentythree", marks=pytest.mark.nightly)]
)
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the running site: content/gold.json (answers), urls.json, and crawl.jsonl (what we found)."""
    cms = SHARED / "cms"
    if not cms.is_dir():
        pytest.skip("needs ../shared/cms, which is not beside this checkout")
    # Not below pytest's own folder: the web server and the database run as other users and must get in.
    folder = Path(tempfile.mkdtemp(prefix="timthau-wp-"))
    folder.chmod(0o755)
    script = str(cms / "wordpress.sh")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    hospital = THEMES[request.param]
    make = [sys.executable, str(cms / "make_posts.py"), str(folder / "content"), "--site", hospital]
    subprocess.run(make, check=True, capture_output=True)
    environment = os.environ | {"WP_THEME": request.param}
    subprocess.run(
        ["bash", script, "start", port, str(folder / "wp")], check=True, capture_output=True, env=environment
    )
    try:
        subprocess.run(
            ["bash", script, "load", str(folder / "wp"), str(folder / "content")], check=True, capture_output=True
        )
        _timthau(folder, "crawl", f"http://127.0.0.1:{port}/", "--delay", "0")
        (folder / "crawl.jsonl").write_text(_timthau(folder, "export"), encoding="utf-8")
        (folder / "port").write_text(port)
        yield folder
    finally:
        subprocess.run(["bash", script, "stop", str(folder / "wp")], check=True, capture_output=True)
        shutil.rmtree(folder)


def _timthau(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "cli", *arguments]
    own = {"TIMTHAU_HOME": str(folder / "home"), "TIMTHAU_DATABASE_URL": f"sqlite:///{folder}/home/timthau.db"}
    environment = os.environ | own  # the site and its store are there for all tests, a server's databases for one
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def scores(site: Path) -> dict[str, tuple[int, int]]:
    cms = SHARED / "cms"
    paths = [site / "content" / "gold.json", site / "wp" / "urls.json", site / "crawl.jsonl"]
    table = subprocess.run(
        [sys.executable, str(cms / "evaluate.py"), *map(str, paths)], capture_output=True, text=True, check=True
    ).stdout
    print(table)
    found = re.findall(r"^(\S.*?)\s{2,}(\d+)(?: /\s+(\d+))?", table, re.MULTILINE)
    return {name: (int(right), int(of or 0)) for name, right, of in found}


def test_every_notice_is_found_once_with_title_and_day(scores: dict[str, tuple[int, int]]) -> None:
    assert [scores[name] for name in ("found", "title", "published day")] == [(60, 60)] * 3
    assert scores["notices stored twice"] == (0, 0)


#: Of how many there are, how many may be missed: a scan's accents and a table in a picture are not always readable.
_MAY_MISS = {"buyer": 2, "deadline in attachment": 1, "item count in body": 1, "item count in attachment": 3}
_READ_WHOLLY = ("deadline in body", "no deadline invented", "attachment text", "kind (call)", "kind (extension)")


def test_fields_are_read_from_bodies_and_files(scores: dict[str, tuple[int, int]]) -> None:
    for name, (right, of) in scores.items():
        if name.startswith("attachment (") or name in _READ_WHOLLY:
            assert right == of, name
        elif name in _MAY_MISS:
            assert right >= of - _MAY_MISS[name], name
    assert set(_MAY_MISS) <= scores.keys()
    assert set(_READ_WHOLLY) <= scores.keys()


def test_no_news_page_is_stored(scores: dict[str, tuple[int, int]]) -> None:
    assert scores["other pages stored as notices"] == (0, 23)
    assert scores["pages outside the answers"] == (0, 0)


def test_a_second_crawl_stores_nothing_and_asks_little(site: Path) -> None:
    port = (site / "port").read_text()
    out = _timthau(site, "crawl", f"http://127.0.0.1:{port}/", "--delay", "0")
    assert re.search(r" 0 new, 0 changed", out), out
    again = [json.loads(line) for line in _timthau(site, "export").splitlines()]
    assert {notice["version"] for notice in again} == {1}
