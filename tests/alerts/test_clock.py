"""A clock that jumps ahead and is set right again: alerts go on at once, and whoever looks is told of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine

from alerts.link import Links, Purpose
from alerts.mailer import open_mailer
from alerts.trouble import find_troubles
from alerts.worker import Worker
from cli.doctor import CheckState, examine
from tests.site.alert_stores import NOON, READER, StaffedStores
from timthau.errors import LinkError
from timthau.model.alert import Frequency, MailAllowance, MailKind, MailRequest, Shortage
from timthau.model.notice import Notice

YEARS = timedelta(days=3650)


@pytest.mark.parametrize("frequency", [Frequency.DAILY, Frequency.IMMEDIATE])
def test_a_clock_that_was_years_ahead_silences_no_alert(
    stores: StaffedStores, make_notice: Callable[..., Notice], frequency: Frequency
) -> None:
    stores.subscribe(frequency=frequency)
    clock = [NOON]

    def run(moment: datetime, key: str = "") -> int:
        """One round at a time, after a notice was saved; how many digests were ever written."""
        clock[0] = moment
        with time_machine.travel(moment, tick=False), open_mailer(stores.settings) as mailer:
            if key:
                stores.store.save(make_notice(key, title=f"Báo giá băng phim {key}"), moment)
            Worker(stores, mailer, clock=lambda: clock[0]).run()
        digests = (mail for mail in stores.mails.mails() if mail.kind is MailKind.DIGEST)
        return len(list(digests))

    run(NOON)
    before = run(NOON + YEARS, "a")
    run(NOON + timedelta(hours=1), "b")
    after = run(NOON + timedelta(days=1, hours=1))
    assert after > before
    assert run(NOON + timedelta(days=2, hours=1)) == after
    assert find_troubles(stores, NOON + timedelta(days=2, hours=1)) == []


def test_a_clock_that_jumps_ahead_makes_nothing_that_is_kept_look_old(stores: StaffedStores) -> None:
    def run(moment: datetime) -> list[str]:
        """Two rounds of workers that have just been started; the texts of the mails that are kept."""
        for _ in range(2):
            with time_machine.travel(moment, tick=False), open_mailer(stores.settings) as mailer:
                Worker(stores, mailer, clock=lambda: moment).run()
        return [mail.message for mail in stores.mails.mails() if mail.kind is MailKind.LINK]

    stores.subscribe(frequency=Frequency.DAILY)
    stores.registry.send_link(READER, "vi", NOON)
    (text,) = run(NOON)
    assert text
    assert run(NOON + YEARS) == [text]
    assert run(NOON + timedelta(hours=1)) == [text]
    for days in range(1, 8):
        assert run(NOON + timedelta(days=days)) == [text]
    assert run(NOON + timedelta(days=8)) == [""]


def test_the_doctor_tells_of_a_clock_that_was_ahead_until_all_is_dated_rightly(
    stores: StaffedStores, make_notice: Callable[..., Notice]
) -> None:
    def save(key: str, moment: datetime) -> list[CheckState]:
        """Save a notice at a time; what the doctor says of the clock at noon."""
        with time_machine.travel(moment, tick=False):
            stores.store.save(make_notice(key), moment)
        with time_machine.travel(NOON, tick=False):
            return [finding.state for finding in examine(stores.settings) if finding.subject == "clock"]

    assert save("a", NOON) == []
    assert save("b", NOON + YEARS) == [CheckState.BAD]
    assert save("c", NOON) == []


def test_a_clock_that_stays_ahead_for_days_ages_what_is_kept_by_one_day(stores: StaffedStores) -> None:
    def run(moment: datetime) -> list[str]:
        """A round; the texts of the mails that are kept."""
        with time_machine.travel(moment, tick=False), open_mailer(stores.settings) as mailer:
            Worker(stores, mailer, clock=lambda: moment).run()
        return [mail.message for mail in stores.mails.mails() if mail.kind is MailKind.LINK]

    stores.subscribe(frequency=Frequency.DAILY)
    run(NOON - timedelta(days=1))
    stores.registry.send_link(READER, "vi", NOON)
    (text,) = run(NOON)
    for days in range(7):
        assert run(NOON + YEARS + timedelta(days=days)) == [text]
    assert run(NOON + YEARS + timedelta(days=7)) == [""]


def test_links_that_were_written_by_a_clock_that_was_ahead_work_unless_they_are_good_for_hours(
    stores: StaffedStores,
) -> None:
    links = Links.of(stores.settings)
    with time_machine.travel(NOON + YEARS, tick=False):
        tokens = {purpose: links.token(purpose, "a") for purpose in Purpose}
    with time_machine.travel(NOON, tick=False):
        for purpose in (Purpose.UNSUBSCRIBE, Purpose.SEE, Purpose.FEED):
            assert links.read(purpose, tokens.pop(purpose)) == "a"
        for purpose, token in tokens.items():
            with pytest.raises(LinkError, match="expired"):
                links.read(purpose, token)


def test_mails_that_were_asked_for_by_a_clock_that_was_ahead_keep_nobody_from_asking(stores: StaffedStores) -> None:
    allowance = MailAllowance(network_hour=9, network_day=9, mailbox_hour=1, mailbox_day=1, all_hour=9, reserve=0)

    def ask(moment: datetime) -> Shortage | None:
        return stores.mails.take_request(MailRequest(asked_at=moment, mailbox="m", network="n", known=True), allowance)

    assert ask(NOON + YEARS) is None
    assert ask(NOON) is Shortage.MAILBOX
    assert stores.clock.pull_back(NOON)
    assert ask(NOON + timedelta(days=1, hours=1)) is None
