"""From a search to a mail and out again, in a browser; the pages behind the links are for everybody, too."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from alert_office import read, token_in
from test_accessibility import check_views

from alerts.office import Office
from timthau.config import Settings


@pytest.fixture
def office(home: Path) -> Iterator[Office]:
    with Office.open(Settings.load({"TIMTHAU_HOME": str(home)})) as opened:
        yield opened


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_from_a_search_to_an_alert_and_out_again(open_page, office: Office, script: bool) -> None:
    reader = f"kinh.doanh.{int(script)}@cong-ty.example"
    page = open_page("/search?q=thuy+tinh+the", java_script_enabled=script)
    page.get_by_role("link", name="Nhận qua e-mail").click()
    page.get_by_label("Địa chỉ e-mail của bạn").fill(reader)
    page.get_by_label("Mỗi tuần một lần, sáng thứ Hai").check()
    page.get_by_label("Nhắc trước hạn nộp").select_option("2")
    page.get_by_role("button", name="Đăng ký").click()
    page.get_by_role("heading", name="Vui lòng kiểm tra hộp thư").wait_for()
    mail = next(mail for mail in office.mails.mails() if mail.email == reader)
    page.goto(f"/alerts/confirm/{token_in(mail, 'confirm')}")
    if script:
        check_views(page, "alert-confirm")
    page.get_by_role("button", name="Đồng ý, gửi tin cho tôi").click()
    page.get_by_text("Đã xác nhận").wait_for()
    if script:
        check_views(page, "alert-manage")
    [row] = office.subscriptions.of_address(reader)
    assert (row.state, row.frequency, row.reminder_days) == ("active", "weekly", 2)
    page.goto(urlsplit(read(mail)["List-Unsubscribe"].strip("<>")).path)
    if script:
        check_views(page, "alert-unsubscribe")
    page.get_by_role("button", name="Hủy đăng ký").click()
    page.get_by_role("heading", name="Bạn sẽ không nhận thư").wait_for()
    assert office.subscriptions.of_address(reader) == []
