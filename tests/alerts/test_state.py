"""Alerts follow what is true of a notice now, and tell of old notices in one line."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from index.query import Query, Status
from tests.alerts.test_worker import EIGHT, NOON, Clockwork, read, text_of
from tests.alerts.test_worker import works as _works
from timthau.model.alert import Frequency, Mail, MailKind, MailState
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind

works = _works
TITLE = "mua sắm băng phim chụp cho khoa mắt"
DEADLINE = datetime(2026, 12, 1, 17, 0, tzinfo=HANOI)
LATER = datetime(2026, 12, 8, 17, 0, tzinfo=HANOI)


def _call(works: Clockwork, key: str = "a", **said: Any) -> Notice:
    return works.save(key, **({"title": f"Yêu cầu báo giá {TITLE}", "deadline_at": DEADLINE} | said))


def _extend(works: Clockwork, **said: Any) -> Notice:
    return works.save(
        "x", **({"title": f"Thông báo gia hạn {TITLE}", "kind": NoticeKind.AMENDMENT, "deadline_at": LATER} | said)
    )


def _cancel(works: Clockwork) -> Notice:
    return works.save("y", title=f"Hủy yêu cầu báo giá {TITLE}", kind=NoticeKind.CANCELLATION, deadline_at=None)


def test_an_extension_that_is_posted_separately_is_told_as_one(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    _call(works)
    works.run()
    _extend(works)
    (mail,) = works.run()
    text = text_of(mail)
    assert read(mail)["Subject"].startswith("Gia hạn")
    assert "[Mới]" not in text
    assert f"Sửa đổi thông báo “Yêu cầu báo giá {TITLE}”" in text
    assert "01/12/2026 17:00 (giờ Hà Nội, UTC+7) → 08/12/2026 17:00" in text


def test_a_deadline_that_a_separate_notice_brings_forward_is_told_and_reminded_of(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    _call(works, deadline_at=LATER, reference_number="7/YCBG-BV")
    works.run()
    _extend(works, title=f"Thông báo sửa đổi {TITLE}", text="Theo yêu cầu số 7/YCBG-BV", deadline_at=DEADLINE)
    (mail,) = works.run()
    assert read(mail)["Subject"].startswith("Rút ngắn thời hạn, hạn 01/12")
    assert "08/12/2026 17:00 (giờ Hà Nội, UTC+7) → 01/12/2026 17:00" in text_of(mail)
    (told,) = _live(works, until=date(2026, 12, 9))
    assert "01/12/2026 17:00" in read(told)["Subject"]


def test_nobody_is_reminded_of_a_deadline_that_holds_no_more(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    _call(works)
    works.run()
    _extend(works)
    works.run()
    reminders = _live(works, until=date(2026, 12, 9))
    (told,) = reminders
    assert "08/12/2026 17:00" in read(told)["Subject"]
    assert TITLE in read(told)["Subject"]
    assert "01/12/2026" not in text_of(told)
    assert "08/12/2026 17:00 (giờ Hà Nội, UTC+7) · Gia hạn" in text_of(told)


def test_a_reminder_says_that_a_notice_has_gone_from_its_site(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    notice = _call(works)
    works.run()
    works.stores.store.note_gone([notice.id], NOON)
    (told,) = _live(works, until=date(2026, 11, 30))
    assert "01/12/2026 17:00 (giờ Hà Nội, UTC+7) · Không còn trên trang gốc" in text_of(told)


def test_nobody_is_reminded_of_a_deadline_that_passed_while_the_mail_waited(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    _call(works)
    works.run()
    works.relay.refuse_data = lambda address: "451 later"
    assert works.at(datetime(2026, 11, 27, 8, 1, tzinfo=HANOI)).run() == []
    works.relay.refuse_data = lambda address: None
    assert works.at(DEADLINE + timedelta(minutes=1)).run() == []
    (mail,) = [mail for mail in works.stores.mails.mails() if mail.kind is MailKind.REMINDER]
    assert mail.state is MailState.DROPPED


def test_nobody_is_reminded_of_what_another_notice_has_cancelled(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    _call(works)
    works.run()
    _extend(works)
    _cancel(works)
    works.run()
    assert _live(works, until=date(2026, 12, 9)) == []


def test_who_was_told_of_the_extension_alone_is_reminded_of_the_notice(works: Clockwork) -> None:
    _call(works)
    works.run()
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    _extend(works)
    works.run()
    (told,) = _live(works, until=date(2026, 12, 9))
    assert f"Yêu cầu báo giá {TITLE}" in read(told)["Subject"]


def test_a_search_for_what_is_open_finds_what_another_notice_has_extended(works: Clockwork) -> None:
    closed = datetime(2026, 11, 1, tzinfo=HANOI)
    _call(works, deadline_at=closed, published_at=date(2026, 10, 20))
    works.stores.subscribe(query=Query(text="báo giá băng phim", status=Status.OPEN), frequency=Frequency.IMMEDIATE)
    _extend(works)
    _call(works, title=f"Yêu cầu báo giá {TITLE}, bổ sung", deadline_at=closed, published_at=date(2026, 10, 20))
    (mail,) = works.run()
    assert "bổ sung" in text_of(mail)


def test_what_is_old_when_it_is_found_is_counted_in_one_line_of_the_next_mail(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    for number in range(131):
        works.save(f"old{number}", published_at=date(2025, 3, 1), deadline_at=datetime(2025, 3, 9, tzinfo=HANOI))
    assert works.run() == []  # a first crawl is no news
    works.save("recent", published_at=date(2026, 11, 15), deadline_at=date(2026, 11, 20))
    _call(works)
    (mail,) = works.run()
    text = text_of(mail)
    assert text.count("[Mới]") == 2
    assert text.count("131 thông báo cũ") == 1
    works.save("next")
    (mail,) = works.run()
    assert "thông báo cũ" not in text_of(mail)


@pytest.mark.parametrize("frequency", [Frequency.IMMEDIATE, Frequency.DAILY])
def test_who_has_only_old_finds_reads_of_them_once_in_one_line_in_the_morning(
    works: Clockwork, frequency: Frequency
) -> None:
    works.stores.subscribe(frequency=frequency)
    works.stores.subscribe("báo giá băng phim", now=NOON + timedelta(minutes=1), frequency=frequency)
    for number in range(3):
        works.save(f"old{number}", published_at=date(2025, 3, 1), deadline_at=datetime(2025, 3, 9, tzinfo=HANOI))
    assert works.at(NOON + timedelta(hours=1)).run() == []
    (mail,) = works.at(EIGHT).run()
    assert read(mail)["Subject"] == "Tìm thấy 3 thông báo cũ: “băng phim”"
    text = text_of(mail)
    assert text.count("3 thông báo cũ") == 1
    assert "0 thông báo" not in text
    assert "Báo giá băng phim" not in text
    assert len(works.stores.alerts.matches_of(mail.id)) == 6  # the page behind the link has them
    assert works.at(EIGHT + timedelta(days=1)).run() == []


def test_how_long_what_has_closed_is_news_can_be_set(works: Clockwork) -> None:
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    published = (works.stores.settings.news, timedelta(days=1))
    today = date(2026, 11, 25)
    works.save("in", published_at=today - published[0], deadline_at=date(2026, 11, 10))
    works.save("out", published_at=today - sum(published, timedelta()), deadline_at=date(2026, 11, 10))
    (mail,) = works.run()
    assert text_of(mail).count("[Mới]") == 1


def test_a_change_of_an_old_notice_is_told_to_those_who_know_it(works: Clockwork) -> None:
    said: dict[str, Any] = {"published_at": date(2026, 11, 15), "deadline_at": date(2026, 11, 20)}
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.save("a", **said)
    assert len(works.run()) == 1
    works.at(datetime(2027, 1, 20, 12, 0, tzinfo=HANOI))
    works.save("a", **(said | {"title": "Báo giá băng phim, kết quả"}))
    (mail,) = works.run()
    assert "kết quả" in text_of(mail)


def test_what_was_only_counted_is_told_when_it_is_open_again_and_not_before(works: Clockwork) -> None:
    said: dict[str, Any] = {"published_at": date(2025, 3, 1), "deadline_at": date(2025, 3, 9)}
    works.stores.subscribe(frequency=Frequency.IMMEDIATE, reminder_days=2)
    works.save("a", **said)
    works.save("b")
    assert len(works.run()) == 1
    works.save("a", **(said | {"title": "Báo giá băng phim, sửa lỗi chính tả"}))
    assert works.run() == []
    works.save("a", **(said | {"deadline_at": LATER}))
    (mail,) = works.run()
    assert "[Mới] Báo giá băng phim a" in text_of(mail)


def test_a_notice_of_the_second_in_which_a_search_was_saved_was_there_before_it(works: Clockwork) -> None:
    works.save("a", deadline_at=date(2026, 12, 1))
    works.stores.subscribe(frequency=Frequency.IMMEDIATE)
    works.save("a", deadline_at=LATER)
    (mail,) = works.run()
    assert "[Gia hạn] Báo giá băng phim a" in text_of(mail)


def _live(works: Clockwork, *, until: date) -> list[Mail]:
    """The reminders of the days up to one."""
    found: list[Mail] = []
    day = date(2026, 11, 26)
    while day <= until:
        works.at(datetime(day.year, day.month, day.day, 8, 1, tzinfo=HANOI))
        found += [mail for mail in works.run() if mail.kind is MailKind.REMINDER]
        day += timedelta(days=1)
    return found
