"""From a notice in the store to a mail at the relay: when, to whom, how often."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import example, given
from hypothesis import strategies as st

from alerts import compose
from alerts.letter import Letter, Stationery
from alerts.mailer import open_mailer
from alerts.subscription import Subscription
from alerts.trouble import find_troubles
from alerts.window import latest_end
from alerts.worker import Worker
from index.query import Query, Status
from tests.site.alert_stores import NOON, READER, StaffedStores, html_of, read, text_of, token_in
from tests.site.smtp_relay import Relay, run_relay
from timthau.config import Settings
from timthau.errors import MailError
from timthau.model.alert import Frequency, Mail, MailKind, MailState, SubscriptionState, Window
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind
from timthau.model.record import RunStatus

MakeNotice = Callable[..., Notice]
EIGHT = datetime(2026, 11, 26, 8, 0, tzinfo=HANOI)


class Clockwork:
    """An office with a worker, moved through time by hand."""

    def __init__(self, stores: StaffedStores, relay: Relay, make_notice: MakeNotice, travel: Any) -> None:
        settings = replace(stores.settings, smtp_url=relay.url, mail_allow=("*",))
        self.stores = StaffedStores.open(settings)
        self.relay, self._make, self._travel = relay, make_notice, travel
        self.mailer = open_mailer(settings)
        self.worker = Worker(self.stores, self.mailer)

    def at(self, moment: datetime) -> "Clockwork":
        self._travel.move_to(moment)
        return self

    def save(self, key: str, **said: Any) -> Notice:
        notice = self._make(key, **({"title": f"Báo giá băng phim {key}"} | said))
        self.stores.store.save(notice, datetime.now(HANOI))
        return notice

    def run(self) -> list[Mail]:
        """The mails for subscriptions that one round had accepted."""
        before = len(self.relay.accepted)
        self.worker.run()
        ids = {message["Message-ID"].strip("<>").partition("@")[0] for _, message in self.relay.accepted[before:]}
        found = [self.stores.mails.mail(mail_id) for mail_id in sorted(ids)]
        return [mail for mail in found if mail and mail.kind in (MailKind.DIGEST, MailKind.REMINDER)]


@pytest.fixture
def works(stores: StaffedStores, make_notice: MakeNotice) -> Iterator[Clockwork]:
    with run_relay() as relay, time_machine.travel(NOON, tick=False) as travel:
        clockwork = Clockwork(stores, relay, make_notice, travel)
        clockwork.worker.run()  # the windows of before are behind us
        yield clockwork
        clockwork.mailer.close()
        clockwork.stores.close()


def test_an_immediate_alert_comes_with_the_next_round_and_once(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    notice = works.save("a", buyer="Bệnh viện Mắt", amount_vnd=40_000_000)
    works.save("b", title="Báo giá găng tay")
    (mail,) = works.run()
    assert works.run() == []
    assert read(mail)["Subject"] == "Mới, hạn 01/12: Báo giá băng phim a"
    for text in (text_of(mail), html_of(mail)):
        for said in ("Bệnh viện Mắt", "40.000.000", "01/12/2026 17:00 (giờ Hà Nội, UTC+7)", f"/notices/{notice.id}"):
            assert said in text
    assert "vì đã xác nhận đăng ký nhận tin về “băng phim” vào ngày 25/11/2026" in text_of(mail)


def test_searches_go_on_as_subscribers_come_and_go(works: Clockwork) -> None:
    def readers(key: str) -> list[str]:
        works.save(key)
        return sorted(mail.email for mail in works.run())

    def subscribe(text: str, email: str) -> str:
        return works.stores.subscribe(text, email=email, frequency=Frequency.IMMEDIATE)

    ids = [subscribe("băng phim", "a@one.vn")]
    assert readers("1") == ["a@one.vn"]
    ids += [subscribe("băng phim", "b@two.vn"), subscribe("báo giá phim", "c@three.vn")]
    assert readers("2") == ["a@one.vn", "b@two.vn", "c@three.vn"]
    for subscription_id in (ids[0], ids[2]):
        works.stores.subscriptions.end(subscription_id, NOON)
    assert readers("3") == ["b@two.vn"]
    works.stores.subscriptions.end(ids[1], NOON)
    subscribe("băng", "d@four.vn")
    assert readers("4") == ["d@four.vn"]


def test_one_notice_reaches_an_address_once_and_the_mail_names_the_alerts_that_found_it(works: Clockwork) -> None:
    works.stores.subscribe("băng phim")
    works.stores.subscribe("báo giá", now=NOON + timedelta(seconds=1))
    works.stores.subscribe("báo giá", email="khac@cong-ty.vn")
    works.save("a")
    works.save("b", title="Báo giá găng tay")
    first, second, other = sorted(works.at(EIGHT).run(), key=lambda mail: (mail.email == READER, mail.id))[::-1]
    texts = sorted((text_of(mail) for mail in (first, second)), key=lambda text: "găng tay" in text)
    assert "Khớp với: “băng phim”; “báo giá”" in texts[0]
    assert ("băng phim a" in texts[1], "găng tay" in texts[1]) == (False, True)
    assert "Khớp với" not in text_of(other)
    works.save("a", title="Báo giá băng phim a, lần 2")
    again = [mail for mail in works.at(EIGHT + timedelta(days=1)).run() if mail.email == READER]
    assert len(again) == 1
    assert "Báo giá băng phim a → Báo giá băng phim a, lần 2" in text_of(again[0])


def test_an_alert_at_once_tells_for_the_daily_one_of_the_same_address(works: Clockwork) -> None:
    works.stores.subscribe("báo giá")
    at_once = works.stores.subscribe("băng phim", frequency=Frequency.IMMEDIATE)
    works.save("a")
    (mail,) = works.run()
    assert mail.subscription_id == at_once
    assert works.at(EIGHT).run() == []


def test_what_an_alert_would_have_told_for_another_is_told_by_that_one_when_it_ends_or_pauses(works: Clockwork) -> None:
    for stop in (works.stores.subscriptions.pause, lambda key: works.stores.subscriptions.end(key, EIGHT)):
        first = works.stores.subscribe("băng phim", frequency=Frequency.IMMEDIATE)
        second = works.stores.subscribe("báo giá", now=NOON + timedelta(seconds=1), frequency=Frequency.IMMEDIATE)
        works.save(first)
        works.worker._tracker.track(NOON)
        assert works.worker._composer.compose(NOON) == 1
        stop(first)
        (mail,) = works.run()
        assert mail.subscription_id == second
        assert f"băng phim {first}" in text_of(mail)
        works.stores.subscriptions.end(second, NOON)
        works.stores.subscriptions.end(first, NOON)


def test_a_deadline_is_reminded_of_once_whatever_number_of_alerts_told_of_it(works: Clockwork) -> None:
    for text, days in (("băng phim", 2), ("báo giá", 3)):
        works.stores.subscribe(text, frequency=Frequency.IMMEDIATE, reminder_days=days)
    works.save("a", deadline_at=datetime(2026, 12, 1, 17, 0, tzinfo=HANOI))
    works.run()
    kinds = [mail.kind for hours in range(0, 120, 6) for mail in works.at(NOON + timedelta(hours=hours)).run()]
    assert kinds == [MailKind.REMINDER]


def test_mail_at_once_gathers_what_comes_within_a_quarter_of_an_hour(works: Clockwork) -> None:
    stores = StaffedStores.open(replace(works.stores.settings, gather=timedelta(minutes=15)))
    works.worker = Worker(stores, works.mailer)
    stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.save("a")
    assert works.at(NOON + timedelta(minutes=10)).run() == []
    works.save("b")
    assert works.at(NOON + timedelta(minutes=14, seconds=59)).run() == []
    (mail,) = works.at(NOON + timedelta(minutes=15)).run()
    assert ("băng phim a" in text_of(mail), "băng phim b" in text_of(mail)) == (True, True)
    assert works.at(NOON + timedelta(hours=1)).run() == []
    stores.close()


def test_a_daily_digest_holds_what_came_before_eight_and_the_rest_comes_the_next_day(works: Clockwork) -> None:
    works.stores.subscribe()
    works.save("a")
    assert works.run() == []
    works.at(EIGHT - timedelta(seconds=1)).save("b")
    assert works.run() == []
    works.at(EIGHT).save("c")
    (mail,) = works.run()
    # Two of one day: the ids decide which comes first.
    assert read(mail)["Subject"].startswith("2 thông báo, hạn gần nhất 01/12: Báo giá băng phim ")
    assert "băng phim c" not in text_of(mail)
    assert "Từ 25/11/2026 08:00 đến 26/11/2026 08:00" in text_of(mail)
    assert works.at(EIGHT + timedelta(hours=15, minutes=59)).run() == []  # UTC's midnight lies within
    (mail,) = works.at(EIGHT + timedelta(days=1)).run()
    assert "băng phim c" in text_of(mail)
    assert "băng phim a" not in text_of(mail)


def test_hanoi_midnight_ends_no_window(works: Clockwork) -> None:
    works.stores.subscribe()
    works.at(datetime(2026, 11, 25, 23, 59, 59, tzinfo=HANOI)).save("a")
    assert works.run() == []
    assert works.at(datetime(2026, 11, 26, 0, 0, tzinfo=HANOI)).run() == []
    assert len(works.at(EIGHT).run()) == 1


def test_a_weekly_digest_comes_on_monday(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.WEEKLY)
    works.save("a")
    for days in range(4):
        assert works.at(EIGHT + timedelta(days=days)).run() == []
    (mail,) = works.at(EIGHT + timedelta(days=4)).run()
    assert "băng phim a" in text_of(mail)


def test_a_weekly_digest_tells_again_what_closes_within_a_week_and_only_once_to_an_address(works: Clockwork) -> None:
    monday = EIGHT + timedelta(days=4)
    for hours, text in enumerate(("băng phim", "báo giá")):
        works.stores.subscribe(text, frequency=Frequency.WEEKLY, now=EIGHT - timedelta(hours=9 - hours))
    works.save("soon", deadline_at=monday + timedelta(days=10))
    works.save("far", deadline_at=monday + timedelta(days=30))
    off = works.save("off", deadline_at=monday + timedelta(days=10))
    (first,) = works.at(monday).run()
    assert "Đã báo" not in text_of(first)
    works.at(monday + timedelta(days=1)).save("news", title="Báo giá băng phim và găng tay")
    works.save("off", kind=NoticeKind.CANCELLATION, deadline_at=off.deadline_at)
    works.save("glove", title="Báo giá găng tay", deadline_at=monday + timedelta(days=20))
    mails = [text_of(mail) for mail in works.at(monday + timedelta(days=7)).run()]
    told, other = sorted(mails, key=lambda text: "Đã báo" not in text)
    assert told.count("[Đã báo trước đây] Báo giá băng phim soon") == 1
    assert ("băng phim far" in told, "[Đã báo trước đây] Báo giá băng phim off" in told) == (False, False)
    assert ("băng phim soon" in other, "găng tay" in other) == (False, True)
    assert works.at(monday + timedelta(days=14)).run() == []


def test_windows_that_were_missed_are_made_up_for_by_one_mail(works: Clockwork) -> None:
    works.stores.subscribe()
    works.save("a")
    works.at(EIGHT + timedelta(days=2, hours=3)).save("later")
    works.at(EIGHT + timedelta(days=2, hours=-3))
    works.save("b")
    (mail,) = works.at(EIGHT + timedelta(days=3, hours=-4)).run()
    assert "Từ 25/11/2026 08:00 đến 28/11/2026 08:00" in text_of(mail)
    assert ("băng phim a" in text_of(mail), "băng phim later" in text_of(mail)) == (True, False)


def test_a_changed_notice_is_sent_again_once_with_old_and_new(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.save("a")
    assert len(works.run()) == 1
    works.save("a")  # read again, says the same
    assert works.run() == []
    works.save("a", deadline_at=datetime(2026, 12, 5, 9, 30, tzinfo=HANOI))
    (mail,) = works.run()
    assert read(mail)["Subject"] == "Gia hạn, hạn 05/12: Báo giá băng phim a"
    assert "Hạn nộp: 01/12/2026 17:00 (giờ Hà Nội, UTC+7) → 05/12/2026 09:30 (giờ Hà Nội, UTC+7)" in text_of(mail)
    assert works.run() == []


def test_a_notice_that_is_cancelled_is_told_although_the_search_does_not_find_it_any_more(works: Clockwork) -> None:
    query = Query(text="băng phim", kinds=(NoticeKind.REQUEST_FOR_QUOTATION,))
    works.stores.subscribe(query=query, frequency=Frequency.IMMEDIATE)
    works.save("a")
    works.run()
    works.save("a", kind=NoticeKind.CANCELLATION)
    (mail,) = works.run()
    assert read(mail)["Subject"] == "Đã hủy: Báo giá băng phim a"


def test_a_notice_that_amends_one_that_was_told_of_is_told_too(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    notice = works.save("a")
    works.run()
    works.save("x", title="Thông báo gia hạn", kind=NoticeKind.AMENDMENT, amends=notice.id)
    (mail,) = works.run()
    assert "Sửa đổi thông báo “Báo giá băng phim a”" in text_of(mail)


def test_two_versions_in_one_window_are_one_entry_and_new_to_the_reader(works: Clockwork) -> None:
    works.stores.subscribe()
    works.save("a")
    works.run()
    works.save("a", title="Báo giá băng phim a, sửa")
    works.run()
    (mail,) = works.at(EIGHT).run()
    assert read(mail)["Subject"] == "Mới, hạn 01/12: Báo giá băng phim a, sửa"
    assert len(works.stores.alerts.matches_of(mail.id)) == 2


def test_a_watched_notice_is_told_of_when_it_changes_or_is_amended_and_not_before(works: Clockwork) -> None:
    notice = works.save("a")
    works.stores.subscribe(query=Query(), notice_id=notice.id, frequency=Frequency.IMMEDIATE)
    works.save("b")
    assert works.run() == []
    works.save("a", title="Báo giá băng phim, lần 2")
    (changed,) = works.run()
    assert "Báo giá băng phim a → Báo giá băng phim, lần 2" in text_of(changed)
    works.save("x", title="Hủy mời thầu", kind=NoticeKind.CANCELLATION, amends=notice.id)
    (amended,) = works.run()
    assert read(amended)["Subject"] == "Đã hủy: Hủy mời thầu"


def test_what_was_stored_before_the_confirmation_is_not_sent(works: Clockwork) -> None:
    works.save("old")
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    assert works.run() == []
    works.save("new")
    (mail,) = works.run()
    assert "băng phim old" not in text_of(mail)


def test_the_frequency_may_change_in_the_middle_of_a_window(works: Clockwork) -> None:
    subscription_id = works.stores.subscribe(frequency=Frequency.WEEKLY)
    works.save("a")
    assert works.at(EIGHT).run() == []
    _set(works, subscription_id, Frequency.DAILY)
    works.save("b")
    (mail,) = works.at(EIGHT + timedelta(days=1)).run()
    assert "2 thông báo" in read(mail)["Subject"]
    works.save("c")
    _set(works, subscription_id, Frequency.IMMEDIATE)
    (mail,) = works.run()
    assert "băng phim c" in text_of(mail)
    assert works.at(EIGHT + timedelta(days=4)).run() == []


def _set(works: Clockwork, subscription_id: str, frequency: Frequency) -> None:
    works.stores.subscriptions.change(subscription_id, frequency=frequency, reminder_days=None, language="vi")


def test_nothing_is_sent_after_unsubscribing_also_not_what_was_written_before(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.save("a")
    works.relay.refuse_data = lambda address: "451 later"
    assert works.run() == []
    (mail,) = [mail for mail in works.stores.mails.mails() if mail.kind is MailKind.DIGEST]
    works.stores.registry.unsubscribe(token_in(mail, "unsubscribe"), NOON)
    works.relay.refuse_data = lambda address: None
    works.save("b")
    assert works.at(NOON + timedelta(days=1)).run() == []
    dropped = works.stores.mails.mail(mail.id)
    assert dropped
    assert dropped.state is MailState.DROPPED


def test_a_pause_holds_mail_back_and_leaves_out_what_comes_meanwhile(works: Clockwork) -> None:
    subscription_id = works.stores.subscribe()
    works.save("before")
    works.run()
    works.stores.subscriptions.pause(subscription_id)
    works.save("during")
    assert works.at(EIGHT).run() == []
    works.stores.subscriptions.resume(subscription_id)
    works.save("after")
    (mail,) = works.at(EIGHT + timedelta(days=1)).run()
    said = [name in text_of(mail) for name in ("băng phim before", "băng phim during", "băng phim after")]
    assert said == [True, False, True]


def test_a_mail_refused_for_now_is_tried_again_with_longer_waits_and_the_same_message_id(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.run()
    works.save("a")
    answers = iter(["451 4.3.0 later", "452 4.2.2 full", None])
    works.relay.refuse_data = lambda address: next(answers)
    assert works.run() == []
    (mail,) = [mail for mail in works.stores.mails.mails() if mail.kind is MailKind.DIGEST]
    assert (mail.state, mail.attempts, mail.answer) == (MailState.WAITING, 1, "451 4.3.0 later")
    assert works.at(NOON + timedelta(seconds=59)).run() == []
    assert works.at(NOON + timedelta(seconds=60)).run() == []
    assert works.at(NOON + timedelta(minutes=5, seconds=59)).run() == []
    (sent,) = works.at(NOON + timedelta(minutes=6)).run()
    assert sent.id == mail.id
    assert works.relay.message_ids[-1] == read(mail)["Message-ID"]


@pytest.mark.parametrize("is_paused", [True, False], ids=["paused", "no worker ran"])
def test_days_in_which_a_mail_could_not_be_tried_do_not_give_it_up(works: Clockwork, is_paused: bool) -> None:
    subscription_id = works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.run()
    works.save("a")
    works.relay.refuse_data = lambda address: "451 later"
    assert works.run() == []
    if is_paused:
        works.stores.subscriptions.pause(subscription_id)
        assert works.at(NOON + timedelta(days=3)).run() == []
        works.stores.subscriptions.resume(subscription_id)
    assert works.at(NOON + timedelta(days=5)).run() == []
    works.relay.refuse_data = lambda address: None
    assert len(works.at(NOON + timedelta(days=5, minutes=5)).run()) == 1


def test_a_mail_that_is_refused_for_now_for_three_days_is_given_up(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.run()
    works.save("a")
    works.relay.refuse_data = lambda address: "451 later"
    for hours in range(0, 72 + 16, 8):
        assert works.at(NOON + timedelta(hours=hours, minutes=1)).run() == []
    states = [mail.state for mail in works.stores.mails.mails() if mail.kind is MailKind.DIGEST]
    assert states == [MailState.FAILED]


def test_a_mail_refused_for_good_is_not_tried_again(works: Clockwork) -> None:
    subscription_id = works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.save("a")
    works.relay.refuse_data = lambda address: "554 5.7.1 not wanted"
    assert works.run() == []
    works.relay.refuse_data = lambda address: None
    assert works.at(NOON + timedelta(days=1)).run() == []
    states = {mail.state for mail in works.stores.mails.mails() if mail.kind is MailKind.DIGEST}
    assert states == {MailState.FAILED}
    row = works.stores.subscriptions.get(subscription_id)
    assert row
    assert row.state is SubscriptionState.ACTIVE  # the mailbox is there; another mail may be taken


def test_an_address_that_does_not_exist_is_disabled_after_more_than_one_mail(works: Clockwork) -> None:
    subscription_id = works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.run()
    works.relay.refuse_recipient = lambda address: "550 5.1.1 no such user"
    for key, state in (("a", SubscriptionState.ACTIVE), ("b", SubscriptionState.DISABLED)):
        works.save(key)
        works.run()
        row = works.stores.subscriptions.get(subscription_id)
        assert row
        assert row.state is state


def test_a_refusal_of_policy_disables_nobody_however_often_it_comes(works: Clockwork) -> None:
    subscription_id = works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.run()
    works.relay.refuse_recipient = lambda address: "550 blocked by zen.example, see list"
    for key in "abcd":
        works.save(key)
        works.run()
    row = works.stores.subscriptions.get(subscription_id)
    assert row
    assert row.state is SubscriptionState.ACTIVE


def test_a_relay_that_is_down_loses_nothing(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.run()
    good, works.mailer._real._port = works.mailer._real._port, 1  # type: ignore[attr-defined]  # nobody listens there
    works.mailer._real.close()
    works.save("a")
    round_ = works.worker.run()
    assert "cannot be used" in round_.tally.trouble
    works.mailer._real._port = good  # type: ignore[attr-defined]  # the real one is an SmtpMailer here
    assert len(works.at(NOON + timedelta(minutes=1)).run()) == 1


def test_a_reminder_comes_once_some_working_days_before_the_deadline_and_anew_for_a_moved_one(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    works.save("a", deadline_at=datetime(2026, 12, 1, 17, 0, tzinfo=HANOI))  # a Tuesday
    assert [mail.kind for mail in works.run()] == [MailKind.DIGEST]
    assert works.at(datetime(2026, 11, 27, 7, 59, tzinfo=HANOI)).run() == []
    (reminder,) = works.at(datetime(2026, 11, 27, 8, 0, tzinfo=HANOI)).run()
    assert reminder.kind is MailKind.REMINDER
    assert "Hết hạn 01/12/2026 17:00" in read(reminder)["Subject"]
    assert works.at(datetime(2026, 11, 28, 8, 0, tzinfo=HANOI)).run() == []
    works.save("a", deadline_at=datetime(2026, 12, 10, 17, 0, tzinfo=HANOI))
    assert [mail.kind for mail in works.run()] == [MailKind.DIGEST]
    kinds = [mail.kind for day in range(1, 12) for mail in works.at(datetime(2026, 12, day, 9, 0, tzinfo=HANOI)).run()]
    assert kinds == [MailKind.REMINDER]


def test_a_deadline_that_was_told_when_the_reminder_was_due_already_is_not_told_twice(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=5)
    works.save("a", deadline_at=datetime(2026, 11, 27, 17, 0, tzinfo=HANOI))
    assert len(works.run()) == 1
    assert works.at(EIGHT).run() == []


def test_a_digest_names_the_sources_that_could_not_be_read(works: Clockwork) -> None:
    works.stores.subscribe()
    store = works.stores.store
    store.start_run("bv-hong.example", NOON)
    (begun,) = store.runs("bv-hong.example")
    store.finish_run(replace(begun, status=RunStatus.FAILED, finished_at=NOON, message="404"))
    works.save("a")
    (mail,) = works.at(EIGHT).run()
    assert "không đọc được các nguồn sau nên có thể thiếu tin: bv-hong.example" in text_of(mail)


def test_only_what_is_open_is_sent_for_a_search_of_what_is_open(works: Clockwork) -> None:
    works.stores.subscribe(query=Query(text="băng phim", status=Status.OPEN), frequency=Frequency.IMMEDIATE)
    works.save("closed", deadline_at=NOON - timedelta(hours=1))
    works.save("open", deadline_at=NOON + timedelta(hours=1))
    (mail,) = works.run()
    assert read(mail)["Subject"] == "Mới, hạn 25/11: Báo giá băng phim open"


def test_a_mail_of_very_many_notices_lists_some_and_counts_the_rest(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    for number in range(45):
        works.save(str(number))
    (mail,) = works.run()
    assert "Còn 5 thông báo nữa trên trang" in text_of(mail)
    assert len(works.stores.alerts.matches_of(mail.id)) == 45


def test_titles_cannot_add_headers_or_markup(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.save("a", title="băng phim\r\nBcc: la@x.vn\u2028X: y <script>alert(1)</script>\u202e")
    (mail,) = works.run()
    message = read(mail)
    assert message["Bcc"] is None
    assert message["Subject"] == "Mới, hạn 01/12: băng phim Bcc: la@x.vn X: y <script>alert(1)</script>"
    assert "<script>" not in html_of(mail)


def test_without_a_relay_and_for_addresses_not_on_the_list_mails_are_files(
    stores: StaffedStores, make_notice: MakeNotice
) -> None:
    with run_relay() as relay, time_machine.travel(NOON, tick=False):
        settings = replace(stores.settings, smtp_url=relay.url, mail_allow=("@cong-ty.vn",))
        stores.registry.subscribe(READER, Query(text="thuốc"), NOON)
        stores.registry.subscribe("x@cho-khac.vn", Query(text="thuốc"), NOON)
        with open_mailer(settings) as mailer:
            Worker(stores, mailer).run()
        with open_mailer(stores.settings) as mailer:
            stores.registry.subscribe(READER, Query(text="găng tay"), NOON)
            Worker(stores, mailer).run()
    assert [address for address, _ in relay.accepted] == [READER]
    assert len(list((stores.settings.home / "outbox").glob("*.eml"))) == 2
    assert stores.mails.count_by_state()[MailState.FILED] == 2


def test_the_canary_comes_with_every_daily_digest_even_if_there_is_nothing_else(works: Clockwork) -> None:
    settings = replace(works.stores.settings, canary="chim@cong-ty.vn")
    with StaffedStores.open(settings) as stores:
        worker = Worker(stores, works.mailer)
        for days in range(3):
            works.at(EIGHT + timedelta(days=days))
            worker.run()
            worker.run()
    assert [address for address, _ in works.relay.accepted] == ["chim@cong-ty.vn"] * 3


def test_texts_of_sent_mails_ended_subscriptions_and_unconfirmed_wishes_are_not_kept(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    ended = works.stores.subscribe("găng tay", email="het@cong-ty.vn")
    works.stores.registry.subscribe("cho@cong-ty.vn", Query(text="thuốc"), NOON)
    works.stores.subscriptions.end(ended, NOON)
    works.save("a")
    (mail,) = works.run()

    alerts = works.stores.alerts

    def run_on(first: int, last: int) -> None:
        """Days that pass, each with its window, as only those count that were seen to; a round on the last two."""
        for day in range(first, last - 1):
            end = latest_end(Frequency.DAILY, NOON + timedelta(days=day), works.stores.settings.digest_time)
            window = Window(Frequency.DAILY, end - timedelta(days=1), end)
            alerts.open_window(window)
            alerts.finish_window(window, end)
        for day in (last - 1, last):
            works.at(NOON + timedelta(days=day)).run()

    run_on(1, 8)
    kept = works.stores.mails.mail(mail.id)
    assert kept
    assert (kept.message, kept.state) == ("", MailState.SENT)
    run_on(9, 31)
    assert {row.email for row in works.stores.subscriptions.all()} == {READER}
    run_on(32, 91)
    assert works.stores.mails.mail(mail.id) is None
    works.save("a", title="Báo giá băng phim a, lần 2")
    (mail,) = works.run()
    assert "Báo giá băng phim a → Báo giá băng phim a, lần 2" in text_of(mail)  # what was told is remembered


def test_a_mail_that_cannot_be_written_holds_back_no_other_and_is_not_passed_over(
    works: Clockwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = works.stores.subscribe(email="hong@cong-ty.vn")
    works.stores.subscribe()
    works.save("a")
    real = compose.build_digest

    def build(subscription: Subscription, *arguments: Any) -> Letter:
        if subscription.id == poisoned:
            raise RuntimeError("something that nobody thought of")
        return real(subscription, *arguments)

    monkeypatch.setattr(compose, "build_digest", build)
    works.at(EIGHT)
    with pytest.raises(MailError, match="1 mails could not be written"):
        works.worker.run()
    assert READER in {address for address, message in works.relay.accepted if "Mới" in message["Subject"]}
    later = EIGHT + timedelta(hours=1, minutes=1)
    assert {trouble.subject for trouble in find_troubles(works.stores, later)} == {"worker", "daily window"}
    monkeypatch.setattr(compose, "build_digest", real)
    assert [mail.email for mail in works.at(later).run()] == ["hong@cong-ty.vn"]
    assert find_troubles(works.stores, later) == []


_ENCODED = st.binary(max_size=20).map(lambda octets: f"=?utf-8?q?{''.join(f'={octet:02X}' for octet in octets)}?=")


_HEADERS = "From To Subject Date Message-ID Auto-Submitted X-Auto-Response-Suppress MIME-Version Content-Type".split()


@given(st.lists(st.text(max_size=60) | _ENCODED, max_size=5).map(" ".join))
@example("Mới " + "x" * 400)
@example("=?utf-8?q?=0D=0ABcc=3A_x=40y=2Evn?= báo giá")
def test_whatever_a_title_says_the_headers_stay_ours(title: str) -> None:
    settings = Settings.load({"TIMTHAU_HOME": tempfile.gettempdir(), "TIMTHAU_SECRET_KEY": "k" * 40})
    letter = Letter(
        kind=MailKind.LINK,
        email=READER,
        language="vi",
        subject=title,
        template="link",
        values={"about": [title], "manage_url": "https://tim.example/alerts/manage/x", "hours": 2},
    )
    mail = Stationery(settings).write(letter, NOON)
    message = read(mail)
    assert message.keys() == _HEADERS
    assert mail.message.isascii()
    assert max(len(line) for line in mail.message.splitlines()) <= 998
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_correction_by_hand_is_told_of_as_one_and_stays_told_when_the_page_is_read_again(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    notice = works.save("a", deadline_at=datetime(2026, 12, 1, 17, 0, tzinfo=HANOI))
    works.run()
    store = works.stores.store
    later = datetime(2026, 12, 8, 16, 30, tzinfo=HANOI).isoformat()
    store.corrections.correct(notice.id, "deadline_at", later, reason="", by="lan", at=NOON)
    (mail,) = works.run()
    assert "[Đã sửa]" in text_of(mail)
    assert "Hạn nộp (sửa thủ công): 01/12/2026 17:00" in " ".join(text_of(mail).split())
    works.save("a", deadline_at=datetime(2026, 12, 1, 17, 0, tzinfo=HANOI))
    assert works.run() == []
