"""Subscribing, confirming, managing and unsubscribing, as people do it."""

from collections.abc import Callable
from datetime import UTC, date, timedelta

import pytest
import time_machine

from alerts.letter import SUBSCRIPTION_HEADER
from alerts.subscription import read_query
from index.query import Query, Sort, Status
from tests.site.alert_stores import NOON, READER, StaffedStores, html_of, read, text_of, token_in
from timthau.errors import LinkError, SubscriptionError
from timthau.model.alert import Frequency, MailKind, MailState, SubscriptionState
from timthau.model.notice import Notice, NoticeKind

MakeNotice = Callable[..., Notice]


@pytest.fixture(autouse=True)
def _at_noon() -> object:
    with time_machine.travel(NOON.astimezone(UTC), tick=False):
        yield


def test_a_wish_is_pending_until_the_link_of_its_mail_is_used_and_then_active(stores: StaffedStores) -> None:
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON, frequency=Frequency.WEEKLY)
    (row,) = stores.subscriptions.of_address(READER)
    (mail,) = stores.mails.mails()
    assert (row.state, mail.kind, mail.email) == (SubscriptionState.PENDING, MailKind.CONFIRMATION, READER)
    assert "tìm theo từ khóa: băng phim" in text_of(mail)
    assert stores.registry.pending(token_in(mail, "confirm")).id == row.id
    confirmed = stores.registry.confirm(token_in(mail, "confirm"), NOON)
    assert (confirmed.state, confirmed.frequency) == (SubscriptionState.ACTIVE, Frequency.WEEKLY)
    assert confirmed.confirmed_at == NOON


def test_a_wish_in_plain_words_is_kept_as_the_filters_it_was_understood_as(stores: StaffedStores) -> None:
    wish = Query(text="stent dưới 500 triệu trừ Gia Lai, đăng tuần này", sort=Sort.NEWEST)
    stores.registry.subscribe(READER, wish, NOON)
    (row,) = stores.subscriptions.of_address(READER)
    kept = Query(text="stent", max_amount=500_000_000, excluded_provinces=("Gia Lai",), literal=True)
    assert read_query(row.query) == kept
    with pytest.raises(SubscriptionError):
        stores.registry.subscribe(READER, Query(text="sắp đóng"), NOON)


def test_the_mail_to_confirm_is_the_same_in_text_and_html_and_needs_nothing_from_outside(
    stores: StaffedStores,
) -> None:
    stores.registry.subscribe(READER, Query(text="băng <b>phim</b> & phim “giấy”"), NOON, language="en")
    (mail,) = stores.mails.mails()
    assert read(mail)["Subject"] == "Please confirm your alerts: a search for words"
    assert token_in(mail, "confirm") in html_of(mail)
    assert "phim giấy" in html_of(mail)
    assert "phim giấy" in text_of(mail)
    assert "src=" not in html_of(mail)
    assert "can be used once" in text_of(mail)
    assert mail.message.isascii()


def test_a_link_to_confirm_works_once_and_not_after_unsubscribing(stores: StaffedStores) -> None:
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON)
    (mail,) = stores.mails.mails()
    token = token_in(mail, "confirm")
    subscription = stores.registry.confirm(token, NOON)
    with pytest.raises(LinkError) as used:
        stores.registry.confirm(token, NOON)
    assert used.value.reason == "used"
    stores.registry.unsubscribe(read(mail)["List-Unsubscribe"].rpartition("/")[2].rstrip(">"), NOON)
    with pytest.raises(LinkError):
        stores.registry.confirm(token, NOON)
    row = stores.subscriptions.get(subscription.id)
    assert row
    assert row.state is SubscriptionState.DELETED


def test_links_expire_and_cannot_be_changed_or_used_for_another_purpose(stores: StaffedStores) -> None:
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON)
    token = token_in(stores.mails.mails()[0], "confirm")
    for wrong in (("A" if token[0] != "A" else "B") + token[1:], "", "x.y.z", token.replace(".", "..", 1)):
        with pytest.raises(LinkError) as invalid:
            stores.registry.confirm(wrong, NOON)
        assert invalid.value.reason == "invalid"
    with pytest.raises(LinkError):
        stores.registry.managed(token)
    with pytest.raises(LinkError):
        stores.registry.unsubscribe(token, NOON)
    with time_machine.travel(NOON + timedelta(days=3, seconds=2)), pytest.raises(LinkError) as expired:
        stores.registry.confirm(token, NOON)
    assert expired.value.reason == "expired"


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(text="  "),
        Query(text="-thuốc"),
        Query(text="…"),
        Query(status=Status.OPEN),
        Query(published_from=date(2026, 1, 1)),
    ],
)
def test_a_subscription_to_everything_is_refused(stores: StaffedStores, query: Query) -> None:
    with pytest.raises(SubscriptionError) as refused:
        stores.registry.subscribe(READER, query, NOON)
    assert refused.value.reason == "everything"
    assert stores.mails.mails() == []


@pytest.mark.parametrize(
    "query",
    [
        Query(text="thuốc"),
        Query(buyers=("Bệnh viện Mắt",)),
        Query(provinces=("Huế",)),
        Query(kinds=(NoticeKind.AUCTION,)),
        Query(min_amount=5),
        Query(text="tinh:hue"),
    ],
)
def test_one_word_or_filter_is_enough(stores: StaffedStores, query: Query) -> None:
    stores.registry.subscribe(READER, query, NOON)
    assert len(stores.subscriptions.of_address(READER)) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "a b@c.vn",
        "a@c.vn\nBcc: x@y.vn",
        "a@c.vn\r\n",
        "a@c..vn",
        "<a@c.vn>",
        "=?utf-8?q?=0d=0abcc=3a_x=40y=2evn?=@c.vn",
        "a@c.vn,b@c.vn",
        f"{'a' * 65}@c.vn",
        "à@c.vn",
    ],
)
def test_what_is_no_address_is_refused(stores: StaffedStores, address: str) -> None:
    if address.strip() == "a@c.vn":
        stores.registry.subscribe(address, Query(text="thuốc"), NOON)  # spaces around are a slip
        assert stores.mails.mails()[0].email == "a@c.vn"
        return
    with pytest.raises(SubscriptionError) as refused:
        stores.registry.subscribe(address, Query(text="thuốc"), NOON)
    assert refused.value.reason == "address"


def test_who_has_the_subscription_already_gets_the_link_to_manage_it(stores: StaffedStores) -> None:
    subscription_id = stores.subscribe("băng phim")
    stores.registry.subscribe(READER.upper(), Query(text=" băng  phim"), NOON)
    assert [row.id for row in stores.subscriptions.of_address(READER)] == [subscription_id]
    newest = next(mail for mail in stores.mails.mails() if mail.kind is MailKind.LINK)
    assert [one.id for one in stores.registry.managed(token_in(newest, "manage"))] == [subscription_id]


def test_asking_again_before_confirming_keeps_one_subscription_with_the_newer_terms(stores: StaffedStores) -> None:
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON)
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON, frequency=Frequency.IMMEDIATE, reminder_days=2)
    (row,) = stores.subscriptions.of_address(READER)
    assert (row.frequency, row.reminder_days) == (Frequency.IMMEDIATE, 2)
    assert len(stores.mails.mails()) == 2


def test_nobody_learns_whether_an_address_is_known_and_a_stranger_gets_no_mail(stores: StaffedStores) -> None:
    stores.subscribe("băng phim")
    before = len(stores.mails.mails())
    stores.registry.send_link("la@cong-ty.vn", "vi", NOON)
    assert len(stores.mails.mails()) == before
    stores.registry.send_link(READER, "vi", NOON)
    assert len(stores.mails.mails()) == before + 1


def test_the_owner_changes_pauses_resumes_and_ends_with_one_link_and_strangers_cannot(stores: StaffedStores) -> None:
    mine, other = stores.subscribe("băng phim"), stores.subscribe("thuốc", email="khac@cong-ty.vn")
    stores.registry.send_link(READER, "vi", NOON)
    token = token_in(next(m for m in stores.mails.mails() if m.kind is MailKind.LINK), "manage")
    stores.registry.change(token, mine, frequency=Frequency.IMMEDIATE, reminder_days=3, language="en")
    stores.registry.pause(token, mine)
    (managed,) = stores.registry.managed(token)
    assert (managed.frequency, managed.reminder_days, managed.language) == (Frequency.IMMEDIATE, 3, "en")
    assert managed.state is SubscriptionState.PAUSED
    stores.registry.resume(token, mine)
    assert stores.registry.managed(token)[0].state is SubscriptionState.ACTIVE
    for act in (stores.registry.pause, stores.registry.resume):
        with pytest.raises(LinkError):
            act(token, other)
    with pytest.raises(SubscriptionError):
        stores.registry.change(token, mine, frequency=Frequency.DAILY, reminder_days=0, language="vi")
    stores.registry.end(token, mine, NOON)
    assert stores.registry.managed(token) == []


def test_the_link_to_manage_everything_is_good_for_two_hours(stores: StaffedStores) -> None:
    stores.subscribe("băng phim")
    stores.registry.send_link(READER, "vi", NOON)
    mail = next(m for m in stores.mails.mails() if m.kind is MailKind.LINK)
    assert "2 giờ" in text_of(mail)
    token = token_in(mail, "manage")
    with time_machine.travel(NOON + timedelta(hours=1, minutes=59), tick=False):
        assert len(stores.registry.managed(token)) == 1
    with time_machine.travel(NOON + timedelta(hours=2, seconds=2), tick=False), pytest.raises(LinkError) as expired:
        stores.registry.forget(token)
    assert expired.value.reason == "expired"


def test_unsubscribing_is_idempotent_and_drops_what_waits(stores: StaffedStores) -> None:
    subscription_id = stores.subscribe("băng phim")
    token = stores.registry._stationery.links.token("unsubscribe", subscription_id)  # type: ignore[arg-type]  # its value
    ending = stores.registry.ending(token)
    assert ending
    assert ending.id == subscription_id
    for _ in range(3):
        stores.registry.unsubscribe(token, NOON)
    assert stores.registry.ending(token) is None
    assert stores.subscriptions.of_address(READER) == []


def test_forgetting_deletes_every_trace_of_an_address(stores: StaffedStores) -> None:
    stores.subscribe("băng phim")
    stores.subscribe("thuốc", email="khac@cong-ty.vn")
    stores.registry.send_link(READER, "vi", NOON)
    token = token_in(next(m for m in stores.mails.mails() if m.kind is MailKind.LINK), "manage")
    stores.registry.forget(token)
    assert READER not in {row.email for row in stores.subscriptions.all()}
    assert {mail.email for mail in stores.mails.mails()} == {"khac@cong-ty.vn"}
    with pytest.raises(LinkError):
        stores.registry.managed(token)


def test_a_notice_is_watched_without_a_query(stores: StaffedStores, make_notice: MakeNotice) -> None:
    notice = make_notice("a", title="Mời báo giá băng phim 3M")
    stores.store.save(notice, NOON)
    stores.registry.subscribe(READER, Query(), NOON, notice_id=notice.id)
    (mail,) = stores.mails.mails()
    assert "thay đổi của một thông báo: thông báo Mời báo giá băng phim 3M" in text_of(mail)


def test_every_mail_for_a_subscription_carries_the_headers_of_one_click(stores: StaffedStores) -> None:
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON)
    (mail,) = stores.mails.mails()
    message = read(mail)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<http://127.0.0.1:8080/alerts/unsubscribe/")
    assert message["List-Id"] == "TimThau <alerts.localhost>"
    assert message[SUBSCRIPTION_HEADER] == mail.subscription_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Message-ID"] == f"<{mail.id}@localhost>"
    assert mail.state is MailState.WAITING
    assert max(len(line) for line in mail.message.splitlines() if not line.startswith("List-")) <= 78
