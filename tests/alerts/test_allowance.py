"""Attempts to make the forms a weapon: bursts, bombing one mailbox, mail in a stranger's words. Each is refused."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, timedelta

import pytest
import time_machine

from alerts.confirmation import clean
from alerts.registry import ALLOWANCE
from index.query import Query
from tests.site.alert_stores import NOON, READER, StaffedStores, html_of, read, text_of
from timthau.errors import BusyError
from timthau.model.alert import MailKind
from timthau.model.notice import NoticeKind


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON.astimezone(UTC), tick=False):
        yield


def _ask(stores: StaffedStores, address: str, number: int, network: str = "", minutes: int = 0) -> None:
    at = NOON + timedelta(minutes=minutes)
    stores.registry.subscribe(address, Query(text=f"thuốc {number}"), at, network=network)


def _exhaust(stores: StaffedStores) -> None:
    with suppress(BusyError):
        for number in range(ALLOWANCE.all_hour):
            _ask(stores, f"la{number}@noi-{number}.vn", number, network=f"203.0.113.{number % 250}")


def test_a_mailbox_is_sent_a_few_mails_an_hour_and_a_day(stores: StaffedStores) -> None:
    for number in range(ALLOWANCE.mailbox_hour + 3):
        _ask(stores, READER, number)
    assert len(stores.mails.mails()) == ALLOWANCE.mailbox_hour
    for hours in range(1, 9):
        for number in range(9):
            _ask(stores, READER, 10 * hours + number, minutes=61 * hours)
    assert len(stores.mails.mails()) == ALLOWANCE.mailbox_day


@pytest.mark.parametrize("spelling", ["victim+{}@cong-ty.vn", "v.ictim+{}@gmail.com"])
def test_a_mailbox_cannot_be_bombed_under_many_spellings(stores: StaffedStores, spelling: str) -> None:
    for number in range(1, 21):
        _ask(stores, spelling.format(number), 0, network=f"198.51.100.{number}")
    assert len(stores.mails.mails()) == ALLOWANCE.mailbox_hour


def test_a_burst_at_once_passes_no_more_than_one_after_the_other(stores: StaffedStores) -> None:
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(lambda number: _ask(stores, READER, number), range(20)))
    assert len(stores.mails.mails()) == ALLOWANCE.mailbox_hour


def test_one_network_gets_no_more_than_its_share_whoever_it_asks_for(stores: StaffedStores) -> None:
    for number in range(ALLOWANCE.network_hour + 20):
        with suppress(BusyError):
            _ask(stores, f"nguoi-{number}@cong-ty.vn", number, network="2001:db8::/64")
    assert len(stores.mails.mails()) == ALLOWANCE.network_hour
    with pytest.raises(BusyError):
        stores.registry.check_link_wish(READER, "vi", NOON, network="2001:db8::/64")
    _ask(stores, READER, 1, network="2001:db8:0:1::/64")
    assert stores.mails.mails()[0].email == READER or len(stores.mails.mails()) == ALLOWANCE.network_hour + 1


def test_when_strangers_have_used_up_their_share_who_is_known_is_served_and_nobody_learns_who_that_is(
    stores: StaffedStores,
) -> None:
    stores.subscribe("băng phim", now=NOON - timedelta(hours=2))
    _exhaust(stores)
    stores.registry.send_link(READER, "vi", NOON)
    assert [mail.email for mail in stores.mails.mails(limit=1000) if mail.kind is MailKind.LINK] == [READER]
    before = len(stores.mails.mails(limit=1000))
    for address in (READER, "la@cong-ty.vn"):
        with pytest.raises(BusyError):
            _ask(stores, address, 7)
        stores.registry.send_link(address, "vi", NOON)
    after = [mail for mail in stores.mails.mails(limit=1000) if mail.email == "la@cong-ty.vn"]
    assert after == []
    assert len(stores.mails.mails(limit=1000)) == before + 2  # the wish and the link of who is known


def test_an_hour_later_everybody_may_ask_again(stores: StaffedStores) -> None:
    _exhaust(stores)
    _ask(stores, "la@cong-ty.vn", 1, minutes=61)
    assert stores.mails.mails()[0].email == "la@cong-ty.vn"


_SPAM = "QUÀ TẶNG http://evil.example/x evil.com evil。com mailto:a@evil.vn gọi 0912 345 678 [bấm](//evil.vn)"


@pytest.mark.parametrize(
    "query",
    [
        Query(text=_SPAM),
        Query(text="thuốc", provinces=(_SPAM,)),
        Query(buyers=(_SPAM,)),
        Query(buyers=(_SPAM,), kinds=(NoticeKind.AUCTION,)),
    ],
)
def test_a_strangers_words_and_links_do_not_travel_in_the_mail_to_confirm(stores: StaffedStores, query: Query) -> None:
    stores.registry.subscribe(READER, query, NOON)
    (mail,) = stores.mails.mails()
    for part in (read(mail)["Subject"], text_of(mail), html_of(mail)):
        assert not any(word in part for word in ("evil", "0912", "345 678"))
    assert "QUÀ" not in read(mail)["Subject"]
    hosts = {link.split("/")[2] for link in text_of(mail).split() if "://" in link}
    assert hosts == {"127.0.0.1:8080"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("“băng phim 3M 2.5mm”", "băng phim 3M 2.5mm"),
        ("máy X-quang 1,5 tỷ", "máy X-quang 1,5 tỷ"),
        ("evil․com www.evil.vn/… hxxp:evil a@b.vn +84 (912) 345-678", ""),
        ("từ " * 40, ("từ " * 20).strip()[:58] + "…"),
    ],
)
def test_words_are_kept_and_what_can_be_opened_or_called_is_not(said: str, kept: str) -> None:
    assert clean(said) == kept or (kept.endswith("…") and len(clean(said)) <= 60)
