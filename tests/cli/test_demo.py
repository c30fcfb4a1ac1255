"""The demo, as a newcomer runs it."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-u", "-m", "cli", "demo"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"TIMTHAU_HOME": str(tmp_path)}


def test_the_demo_prints_an_address_that_shows_the_notices(environment: dict[str, str]) -> None:
    demo = subprocess.Popen([*COMMAND, "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert demo.stdout is not None
        url = next(found[1] for line in demo.stdout if (found := re.search(r"TimThau: (http://\S+)", line)))
        with urllib.request.urlopen(f"{url}search?q=intrepid", timeout=30) as page:
            shown = " ".join(BeautifulSoup(page.read(), "lxml").get_text().split())
        assert "đầu rửa hút Intrepid cho máy mổ Phaco Centurion" in shown
    finally:
        demo.terminate()
        demo.communicate(timeout=30)
