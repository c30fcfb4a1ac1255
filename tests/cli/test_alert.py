"""`timthau alerts`: what an operator types."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.site.alert_stores import NOON, READER, StaffedStores
from timthau.model.alert import Frequency
from timthau.model.moment import HANOI
from timthau.model.notice import Notice

MakeNotice = Callable[..., Notice]
Call = Callable[..., Result]


@pytest.fixture
def call(stores: StaffedStores, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.setenv("TIMTHAU_HOME", str(stores.settings.home))
    monkeypatch.setenv("TIMTHAU_GATHER_MINUTES", "0")
    return lambda *arguments: CliRunner().invoke(main, ["alerts", *arguments])


def test_a_round_says_what_it_did_and_the_next_has_nothing_to_do(
    stores: StaffedStores, call: Call, make_notice: MakeNotice
) -> None:
    stores.subscribe(frequency=Frequency.IMMEDIATE)
    stores.store.save(
        make_notice("a", title="Báo giá băng phim", deadline_at=datetime.now(HANOI) + timedelta(days=9)), NOON
    )
    assert call("run").output.startswith("1 matches, 1 mails written, 0 sent, 2 filed in ")
    assert call("run").output.startswith("0 matches, 0 mails written, 0 sent, 0 filed in ")


def test_a_relay_that_cannot_be_used_is_one_line_and_an_exit_code(
    stores: StaffedStores, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMTHAU_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("TIMTHAU_MAIL_ALLOW", "*")
    stores.subscribe()
    done = call("run")
    assert done.exit_code == 1
    assert "cannot be used" in done.output


def test_a_preview_counts_and_shows_and_refuses_everything(
    stores: StaffedStores, call: Call, make_notice: MakeNotice
) -> None:
    stores.store.save(make_notice("a", title="Báo giá băng phim"), NOON)
    for arguments in (("băng phim",), ("--params", "q=băng+phim&open=")):
        seen = call("preview", *arguments).output
        assert "1 notices on 1 of the last 30 days" in seen
        assert "Báo giá băng phim" in seen
    assert "in notices it is spelt: băng phim" in call("preview", "băng phimm").output
    assert call("preview", "--params", "open=1").exit_code == 1
    assert call("preview").exit_code == 2
    assert call("preview", "--params", "from=x").exit_code == 2


def test_the_list_shows_subscriptions_and_mails(stores: StaffedStores, call: Call) -> None:
    subscription_id = stores.subscribe(reminder_days=2)
    call("run")
    lines = call("list").output.splitlines()
    assert lines[0].split()[:4] == [subscription_id, "active", "daily", READER]
    assert lines[0].endswith("“băng phim”, reminder 2 working days before")
    assert re.match(r"[0-9a-f]{32}  filed    confirmation  ", lines[1])
