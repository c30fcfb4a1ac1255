"""From a search to a mail and out again, in a browser; the pages behind the links are for everybody, too."""

import email
import email.policy
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from alerts.stores import AlertStores
from tests.e2e.conftest import NOTICE
from tests.e2e.test_accessibility import check_views
from tests.site.alert_stores import read, token_in
from timthau.config import Settings
from timthau.exchange.table import write_jsonl
from timthau.model.alert import Mail, MailKind
from timthau.model.notice import Notice, NoticeKind, make_id


@pytest.fixture
def stores(home: Path) -> Iterator[AlertStores]:
    with AlertStores.open(Settings.load({"TIMTHAU_HOME": str(home)})) as opened:
        yield opened


def _await_mail(stores: AlertStores, reader: str, kind: MailKind, subscription: str = "") -> Mail:
    """The mail to a reader, of any subscription or one, which the server may write after it has answered."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for mail in stores.mails.mails():
            if (mail.email, mail.kind) == (reader, kind) and subscription in ("", mail.subscription_id):
                return mail
        time.sleep(0.05)  # polling another process
    pytest.fail(f"no mail of the kind {kind} to {reader}")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_from_a_search_to_an_alert_and_out_again(open_page, stores: AlertStores, script: bool) -> None:
    reader = f"kinh.doanh.{int(script)}@cong-ty.example"
    page = open_page("/search?q=thuy+tinh+the", java_script_enabled=script)
    page.get_by_role("link", name="Nhận qua e-mail").click()
    page.get_by_label("Địa chỉ e-mail của bạn").fill(reader)
    page.get_by_label("Mỗi tuần một lần, sáng thứ Hai").check()
    page.get_by_label("Nhắc trước hạn nộp").select_option("2")
    page.get_by_role("button", name="Đăng ký").click()
    page.get_by_role("heading", name="Vui lòng kiểm tra hộp thư").wait_for()
    mail = _await_mail(stores, reader, MailKind.CONFIRMATION)
    page.goto(f"/alerts/confirm/{token_in(mail, 'confirm')}")
    if script:
        check_views(page, "alert-confirm")
    page.get_by_role("button", name="Đồng ý, gửi tin cho tôi").click()
    page.get_by_text("Đã xác nhận").wait_for()
    page.get_by_label("Địa chỉ e-mail của bạn").fill(reader)
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    page.get_by_text("một e-mail kèm liên kết").wait_for()
    link = _await_mail(stores, reader, MailKind.LINK)
    page.goto(f"/alerts/manage/{token_in(link, 'manage')}")
    if script:
        check_views(page, "alert-manage")
    [row] = stores.subscriptions.of_address(reader)
    assert (row.state, row.frequency, row.reminder_days) == ("active", "weekly", 2)
    page.goto(urlsplit(read(mail)["List-Unsubscribe"].strip("<>")).path)
    if script:
        check_views(page, "alert-unsubscribe")
    page.get_by_role("button", name="Hủy đăng ký").click()
    page.get_by_role("heading", name="Bạn sẽ không nhận e-mail").wait_for()
    assert stores.subscriptions.of_address(reader) == []


@pytest.mark.parametrize(
    ("language", "script"), [("vi", True), ("en", False)], ids=["dark-with-script", "english-without-script"]
)
def test_a_notice_and_prices_are_watched_on_a_phone_and_ended_together(
    open_page, stores: AlertStores, notices: dict[str, str], language: str, script: bool
) -> None:
    reader = f"theo.doi.{language}@cong-ty.example"
    page = open_page(
        f"{notices[NOTICE]}?lang={language}",
        width=360,
        color_scheme="dark" if script else "light",
        java_script_enabled=script,
    )
    for start in ("", "/prices?q=chat+nhay"):
        if start:
            page.goto(start)
        page.locator("main a.button[href^='/alerts/new']").click()
        page.locator("#email").fill(reader)
        page.locator("main form .button.main, main form button").last.click()
        page.wait_for_url("**/alerts/sent*")
    for row in stores.subscriptions.of_address(reader):
        mail = _await_mail(stores, reader, MailKind.CONFIRMATION, row.id)
        page.goto(f"/alerts/confirm/{token_in(mail, 'confirm')}")
        page.locator("main form button").click()
        page.get_by_role("status").wait_for()
    page.goto("/alerts/")
    page.locator("#email").fill(reader)
    page.locator("main form button").last.click()
    page.get_by_role("status").wait_for()
    page.goto(f"/alerts/manage/{token_in(_await_mail(stores, reader, MailKind.LINK), 'manage')}")
    assert page.locator("section.panel").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("button[value=forget]").click()
    page.get_by_role("status").wait_for()
    assert stores.subscriptions.of_address(reader) == []


def _run(home: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "cli", *arguments]
    env = os.environ | {"TIMTHAU_HOME": str(home), "TIMTHAU_GATHER_MINUTES": "0"}
    subprocess.run(command, env=env, check=True, capture_output=True, timeout=60)


def _find_mail(home: Path, reader: str, subject: str) -> EmailMessage:
    """The one mail to a reader with this in its subject, among those written to the outbox folder."""
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in (home / "outbox").glob("*.eml")
    ]
    [found] = [mail for mail in mails if mail["To"] == reader and subject in mail["Subject"]]
    return found


def _follow(page: Page, link: str) -> None:
    """Go where a link of a mail leads, on the server of the test."""
    page.goto(urlsplit(link).path)


def test_a_new_notice_comes_by_mail_and_one_click_ends_it(open_page, home: Path, stores: AlertStores) -> None:
    reader = "thiet.bi@cong-ty.example"
    page = open_page("/alerts/new?q=noi+hap+tiet+trung")
    page.get_by_label("Địa chỉ e-mail của bạn").fill(reader)
    page.get_by_label("Ngay khi tìm thấy").check()
    page.get_by_role("button", name="Đăng ký").click()
    page.get_by_text("outbox").wait_for()
    _run(home, "alerts", "run")
    asked = _find_mail(home, reader, "tìm theo từ khóa")
    confirm = re.search(r"http\S+/alerts/confirm/\S+", str(asked.get_body(("plain",)).get_content()))
    assert confirm
    _follow(page, confirm[0])
    page.get_by_role("button", name="Đồng ý, gửi tin cho tôi").click()
    page.get_by_text("Đã xác nhận").wait_for()

    title = "Yêu cầu báo giá nồi hấp tiệt trùng 80 lít"
    notice = Notice(
        id=make_id("bv-journey", "1"), source="bv-journey", source_key="1", url="https://bv.example/1.html",
        kind=NoticeKind.REQUEST_FOR_QUOTATION, title=title, buyer="Bệnh viện Mẫu",
    )  # fmt: skip
    with (home / "journey.jsonl").open("wb") as out:
        write_jsonl([notice], out)
    _run(home, "import", str(home / "journey.jsonl"))
    for _ in range(2):  # what was sent is not sent again
        _run(home, "alerts", "run")
    told = _find_mail(home, reader, title)
    html = str(told.get_body(("html",)).get_content())
    mail_program = page.context.new_page()
    mail_program.set_content(html)
    assert mail_program.get_by_role("link", name=title).is_visible()
    see = re.search(r'href="(http[^"]+/alerts/mails/[^"]+)"', html)
    assert see
    _follow(page, see[1])
    page.get_by_role("link", name=title).wait_for()

    link = urlsplit(told["List-Unsubscribe"].strip("<>")).path
    answer = page.context.request.post(link, data="List-Unsubscribe=One-Click", headers={"Cookie": ""})
    assert answer.ok
    assert stores.subscriptions.of_address(reader) == []
