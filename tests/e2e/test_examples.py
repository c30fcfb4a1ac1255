"""The examples on the page of the API do what they say, just as they stand there."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

_RUNNERS = {"curl": ["sh", "-ec"], "python": [sys.executable, "-c"]}


@pytest.fixture(scope="module")
def examples(address: str) -> dict[str, tuple[str, str]]:
    """Language and code of each example by its task, as a browser gets them."""
    with urllib.request.urlopen(f"{address}/api/v1/", timeout=30) as answer:
        soup = BeautifulSoup(answer.read(), "lxml")
    blocks = soup.select("section[aria-label] > pre > code")
    return {
        str(block.find_parent("section")["aria-label"]): (block["data-language"], block.get_text()) for block in blocks
    }


def run(example: tuple[str, str], folder: Path) -> str:
    language, code = example
    env = os.environ | {"PYTHONUTF8": "1", "no_proxy": "*"}
    done = subprocess.run(
        [*_RUNNERS[language], code], cwd=folder, env=env, check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout


def test_every_example_is_run(examples: dict[str, tuple[str, str]], tmp_path: Path) -> None:
    said = {task: run(example, tmp_path) for task, example in examples.items() if example[0] in _RUNNERS}
    search, table, walk, follow = said.values()
    assert all("kính hiển vi" in json.dumps(found, ensure_ascii=False) for found in json.loads(search)["notices"])
    assert table == ""
    assert "kính hiển vi" in (tmp_path / "ket-qua.csv").read_text(encoding="utf-8-sig")
    assert "/notices/" in walk
    assert "new" in follow
    assert run(list(examples.values())[3], tmp_path) == ""  # nothing has changed since
