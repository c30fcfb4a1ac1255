"""An operator's day at the desk, in a browser: a source in trouble, a wrong deadline, a machine that is lost."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page

from cli.demo.site import SampleSite, serve
from cli.main import main
from desk.account import Accounts
from desk.office import open_office, present
from desk.worker import ErrandWorker
from tests.e2e.axe import RULES, find_violations
from tests.e2e.conftest import OpenPage
from tests.site.alert_stores import StaffedStores, text_of
from timthau.config import Settings, data_dir
from timthau.model.alert import Frequency, MailKind
from timthau.model.desk.record import Operator
from timthau.model.moment import HANOI
from timthau.model.notice import Notice

pytestmark = pytest.mark.slow
PASSWORD = "một mật khẩu khá dài"  # of a test
#: Nothing listens there.
NOWHERE = 'title = "Bệnh viện Mẫu"\nhome = "http://127.0.0.1:9/"\n'
_BOUND = "request_limit = 16\n"
_LEAVE = "form[action='/admin/logout'] button"


@dataclass(frozen=True)
class Installation:
    """One that has a desk, with the commands that its operator has beside the browser."""

    settings: Settings

    def run(self, *arguments: str) -> None:
        """A command, as on a terminal."""
        with ThreadPoolExecutor(1) as other:  # a browser has a loop in this one
            result = other.submit(CliRunner(env=self._surroundings()).invoke, main, arguments).result()
        assert result.exit_code == 0, result.output

    @contextmanager
    def serve(self) -> Iterator[str]:
        """`timthau serve`: where it answers."""
        command = [sys.executable, "-m", "cli", "serve", "--port", "0"]
        with subprocess.Popen(command, env=self._surroundings(), stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                found = re.search(r"http://\S+", server.stdout.readline())
                assert found
                yield found[0].rstrip("/")
            finally:
                server.terminate()
        assert server.returncode == 0  # it ended by itself, although a browser keeps its connections

    def work_off(self) -> None:
        """What `timthau run` does when something was asked for, without its pause between two requests to a site."""
        with ThreadPoolExecutor(1) as other, open_office(self.settings) as office:  # a browser has a loop in this one
            other.submit(ErrandWorker(office, now=present, delay=0).work_off).result()

    def _surroundings(self) -> dict[str, str]:
        own = {"TIMTHAU_HOME": str(self.settings.home), "TIMTHAU_GATHER_MINUTES": "0", "PYTHONUNBUFFERED": "1"}
        return os.environ | own


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    settings = Settings.load({"TIMTHAU_HOME": str(tmp_path / "home")})
    (settings.home / "sources").mkdir(parents=True)
    (settings.home / "sources" / "mau.toml").write_text(NOWHERE, encoding="utf-8")
    with open_office(settings) as office:
        Accounts(office).create("lan", PASSWORD, Operator(name="root"), present())
    return Installation(settings)


def _enter(page: Page) -> None:
    page.get_by_label("Tên").fill("lan")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_label("Mật khẩu").press("Enter")
    page.locator(_LEAVE).wait_for()


def _press(page: Page, action: str, within: str = "main") -> None:
    page.locator(f"{within} button[value={action}]").click()


def _ask(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=60) as answer:
        return json.load(answer)


def _answers(desk: str, notice_id: str) -> str:
    """What programs are told, wherever it answers."""
    paths = ("notices?limit=100", f"notices/{notice_id}", f"notices/{notice_id}/versions", "changes?limit=1000")
    return json.dumps([_ask(f"{desk}/api/v1/{path}") for path in paths], indent=1).replace(desk, "")


@pytest.mark.timeout(900)  # a day is long where much else goes on
def test_an_operators_day(installation: Installation, open_page: OpenPage, tmp_path: Path) -> None:
    with serve(SampleSite(data_dir() / "sample_site", today=datetime.now(HANOI).date())) as hospital:
        with installation.serve() as desk:
            page = open_page(f"{desk}/admin/", own=desk)
            _enter(page)
            _mend_a_source(installation, page, desk, NOWHERE.replace("http://127.0.0.1:9", hospital) + _BOUND)
            notice = _correct_a_deadline(installation, page, desk)
            _walk_everything(page, desk)
            installation.run("backup", "--secrets", str(tmp_path / "backup.tar.gz"))
            before = _answers(desk, notice.id)
        shutil.rmtree(installation.settings.home)
        installation.run("restore", str(tmp_path / "backup.tar.gz"))
        with installation.serve() as desk:
            assert _answers(desk, notice.id) == before
            page = open_page(f"{desk}/admin/", own=desk)
            _enter(page)
            page.goto(f"{desk}/admin/notices/{notice.id}")
            _press(page, "revert")
            page.locator("button[value=revert]").wait_for(state="detached")
            page.locator(_LEAVE).click()
            page.get_by_label("Mật khẩu").wait_for()


def _mend_a_source(installation: Installation, page: Page, desk: str, right: str) -> None:
    """Found, understood, paused, repaired, run."""
    source, overview = f"{desk}/admin/sources/mau", f"{desk}/admin/sources"
    page.goto(source)
    _press(page, "run")
    installation.work_off()
    page.goto(overview)
    row = page.locator("tr", has=page.get_by_role("link", name="Bệnh viện Mẫu"))
    row.get_by_text("Connection was refused").wait_for()
    page.get_by_role("link", name="Bệnh viện Mẫu").click()
    page.get_by_text("http://127.0.0.1:9/: Connection was refused").first.wait_for()
    _press(page, "pause")
    page.locator("button[value=resume]").wait_for()
    page.locator("#definition").fill(right)
    _press(page, "check")
    page.get_by_role("status").wait_for()
    installation.work_off()
    page.goto(source)
    page.get_by_text("can be read").wait_for()
    assert page.locator("#definition").input_value() == NOWHERE
    page.locator("#definition").fill(right)
    for action in ("define", "resume", "run"):
        _press(page, action)
    installation.work_off()
    page.goto(overview)
    assert "refused" not in row.inner_text()


def _correct_a_deadline(installation: Installation, page: Page, desk: str) -> Notice:
    """Corrected, read again, still right, mailed as corrected."""
    with closing(StaffedStores.open(installation.settings)) as stores:
        notice = next(one for one in stores.store.each_notice() if one.deadline_at and one.kind.is_call)
        stores.subscribe(notice.title, datetime.now(HANOI), frequency=Frequency.IMMEDIATE)
    right = datetime.now(HANOI).replace(hour=16, minute=30, second=0, microsecond=0) + timedelta(days=40)
    page.goto(f"{desk}/admin/notices?id={desk}/notices/{notice.id}")
    page.locator("#value-deadline_at").fill(f"{right:%d/%m/%Y %H:%M}")
    page.locator("#reason-deadline_at").fill("điện thoại của bên mời")
    _press(page, "correct", "[aria-labelledby=field-deadline_at]")
    page.get_by_text("điện thoại của bên mời").wait_for()
    _press(page, "reread")
    installation.work_off()
    page.goto(f"{desk}/notices/{notice.id}")
    page.get_by_text("Sửa thủ công").wait_for()
    page.get_by_text(f"{right:%d/%m/%Y %H:%M}").first.wait_for()
    installation.run("alerts", "run")
    with closing(StaffedStores.open(installation.settings)) as stores:
        (digest,) = [mail for mail in stores.mails.mails() if mail.kind is MailKind.DIGEST]
    assert "Hạn nộp (sửa thủ công)" in text_of(digest)
    assert f"{right:%d/%m/%Y %H:%M}" in text_of(digest)
    return notice


#: What a page leads to, and what can be sent from it.
_READ_PAGE = """() => ({
  links: [...document.querySelectorAll("a[href]")].map(link => link.href.split("#")[0]),
  forms: [...document.querySelectorAll("form[method=post]")].map(form => ({
    action: new URL(form.getAttribute("action"), location).href,
    fields: [...new FormData(form)].map(([name, value]) => [name, String(value)]),
    buttons: [...form.querySelectorAll("button[name]")].map(button => [button.name, button.value]),
  })),
})"""
_OF_A_SORT = 6  # pages: others of it differ in their words alone
_ODD = ("", "\\x00'\"<script>", "９" * 3000)


def _look(page: Page) -> list[str]:
    """What axe has against a page, and a page that is wider than a phone."""
    found = find_violations(page, RULES)
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 760})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(size or {"width": 1280, "height": 900})
    return [f"{page.url}: {one}" for one in found + ([f"{wide} pixels wide"] if wide > 360 else [])]


def _walk_everything(page: Page, desk: str) -> None:
    """Some pages of each sort are opened and each of their forms sent with odd values: nothing fails on the server.

    One page of each sort is looked at with axe.
    """
    waiting, seen, sent = [f"{desk}/admin/"], set[str](), set[tuple[str, str]]()
    sorts, against = Counter[tuple[str, int]](), list[str]()
    while waiting:
        address = waiting.pop()
        parts = urlsplit(address).path.strip("/").split("/")
        sort = ("/".join(parts[:2]), len(parts))
        if address in seen or address.endswith(".jsonl") or sorts[sort] == _OF_A_SORT:
            continue
        seen.add(address)
        sorts[sort] += 1
        answer = page.goto(address)
        assert answer is not None
        assert answer.status < 500, address
        if sorts[sort] == 1:
            against += _look(page)
        read = page.evaluate(_READ_PAGE)
        waiting += [link for link in read["links"] if link.startswith(f"{desk}/admin/")]
        for form in read["forms"]:
            for name, value in form["buttons"] or [("", "")]:
                if (form["action"], value) in sent or form["action"].endswith(("/logout", "/login")):
                    continue
                sent.add((form["action"], value))
                for odd in _ODD:
                    fields = {key: old if key == "csrf_token" else odd for key, old in form["fields"]}
                    refused = page.request.post(form["action"], form=fields | {name: value}, max_redirects=0)
                    assert refused.status < 500, (form["action"], value, odd)
    assert against == []
    assert len(seen) > 6
    assert len(sent) > 10
