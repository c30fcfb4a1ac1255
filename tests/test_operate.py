"""docs/operate.md, walked as a new operator would: every block is copied from the page and run in its order."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.site import machine
from tests.site.debian import NAME, TOOLS

PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```(\S*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
BLOCKS = [block for _, block in FENCED]
LOSS = "find /var/lib/timthau -mindepth 1 -delete\n"
LOOK = """
: look
curl --fail --silent --retry 5 https://YOUR.NAME/admin/login
curl --silent --output /dev/null --write-out '%{http_code} %{redirect_url}' http://YOUR.NAME/search
stat --format '%a %U %n' /var/lib/timthau /var/backups/timthau/[1-7].tar.gz
"""
PASSWORD = "một mật khẩu khá dài\n"  # of a test


def test_every_block_of_the_page_is_one_to_copy() -> None:
    assert {language for language, _ in FENCED} == {"sh"}
    assert not re.search(r"^(?: {4}|\t|~~~)", PAGE, re.MULTILINE)  # other ways to write one
    assert "timthau restore" in "".join(BLOCKS)


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="what is cloned is a repository")
@pytest.mark.skipif(not shutil.which("nginx"), reason="needs nginx")
def test_the_page_leads_from_a_bare_machine_to_a_public_site_and_back_after_a_loss(tmp_path: Path) -> None:
    if not machine.is_possible():
        pytest.skip("needs root, namespaces and overlays")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        program = tools / name
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT}/tests/site/debian.py {name} "$@"\n')
        program.chmod(0o755)
    script = tmp_path / "page.sh"
    lost = [LOSS + block if "timthau restore" in block else block for block in BLOCKS]
    script.write_text("\n".join([f"echo 127.0.0.1 {NAME} >>/etc/hosts", *lost, LOOK]).replace("YOUR.NAME", NAME))
    walked = machine.run(
        tmp_path,
        ["bash", "-O", "expand_aliases", "-eux", str(script)],
        typed=PASSWORD * 2,
        PATH=f"{tools}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        CURL_CA_BUNDLE=f"/etc/letsencrypt/live/{NAME}/fullchain.pem",
    )
    assert walked.returncode == 0, walked.stdout
    assert "lan may sit at the desk now" in walked.stdout
    seen = walked.stdout.split("+ : look\n")[1]
    assert 'name="password"' in seen  # until there is an account there is no desk: what was lost is back
    assert f"301 https://{NAME}/search" in seen
    assert "700 timthau /var/lib/timthau" in seen
    assert "600 timthau /var/backups/timthau/" in seen  # the timer's
