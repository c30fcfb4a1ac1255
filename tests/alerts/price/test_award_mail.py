"""From an award line in the store to a mail: who watches a supplier, a maker or a thing is told of what was awarded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from alerts.mailer import open_mailer
from alerts.subscription import Subscription
from alerts.worker import Worker
from index.price.query import PriceQuery
from index.query import Query
from tests.site.alert_stores import NOON, READER, StaffedStores, html_of, read, text_of
from tests.site.award_lines import HOA_BINH, MINH_AN, build_line
from tests.site.smtp_relay import Relay, run_relay
from timthau.errors import SubscriptionError
from timthau.model.alert import Frequency, Mail, MailKind
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI


class Office:
    """A worker before a relay, and award lines that come in."""

    def __init__(self, stores: StaffedStores, relay: Relay, travel: Any) -> None:
        settings = replace(stores.settings, smtp_url=relay.url, mail_allow=("*",))
        self.stores, self.relay, self.travel = StaffedStores.open(settings), relay, travel
        self.mailer = open_mailer(settings)
        self.worker = Worker(self.stores, self.mailer)

    def watch(self, query: PriceQuery) -> str:
        self.travel.shift(timedelta(minutes=5))
        now = datetime.now(HANOI)
        return self.stores.subscribe(now=now, query=Query(), prices=query, frequency=Frequency.IMMEDIATE)

    def save(self, *lines: AwardLine) -> None:
        self.travel.shift(timedelta(minutes=5))
        self.stores.store.awards.save_all(lines, datetime.now(HANOI))

    def run(self) -> list[Mail]:
        """The digests that one round had accepted."""
        before = len(self.relay.accepted)
        self.worker.run()
        ids = {message["Message-ID"].strip("<>").partition("@")[0] for _, message in self.relay.accepted[before:]}
        found = [self.stores.mails.mail(mail_id) for mail_id in sorted(ids)]
        return [mail for mail in found if mail and mail.kind is MailKind.DIGEST]


@pytest.fixture
def office(stores: StaffedStores) -> Iterator[Office]:
    with run_relay() as relay, time_machine.travel(NOON, tick=False) as travel:
        opened = Office(stores, relay, travel)
        opened.worker.run()  # the windows of before are behind us
        yield opened
        opened.mailer.close()
        opened.stores.close()


def test_a_watched_supplier_maker_and_thing_are_told_of_once(office: Office) -> None:
    office.save(build_line("before", "Bơm tiêm 5ml", 600, published_at=NOON))
    ids = [office.watch(query) for query in (PriceQuery(suppliers=(MINH_AN.id,)), PriceQuery(text="gang tay"))]
    office.save(
        build_line("won", "Bơm tiêm 10ml", 750.5, published_at=NOON),
        build_line(
            "thing",
            "Găng tay khám bệnh",
            1200,
            suppliers=(HOA_BINH,),
            unit="Đôi",
            published_at=NOON,
            tender_number=None,
        ),
        build_line("other", "Máy thở", 5, suppliers=(HOA_BINH,), published_at=NOON),
    )
    mails = {mail.subscription_id: mail for mail in office.run()}
    assert sorted(mails) == sorted(ids)
    won, thing = mails[ids[0]], mails[ids[1]]
    assert read(won)["Subject"] == f"1 lượt trúng thầu: giá trúng thầu: {MINH_AN.name}"
    for text in (text_of(won), html_of(won)):
        for said in ("Bơm tiêm 10ml", "750,5 đồng/Cái", "số lượng 100", MINH_AN.name, "muasamcong.example.vn/won"):
            assert said in text
        assert "Bơm tiêm 5ml" not in text
    assert "Găng tay khám bệnh" in text_of(thing)
    assert "muasamcong.example.vn: https://muasamcong.example.vn/thing" in text_of(thing)
    assert "egp-prices" not in html_of(thing)  # a source is named by its host, not by our key
    assert "Máy thở" not in text_of(thing)
    assert office.run() == []


def test_a_corrected_price_is_told_and_an_unchanged_line_is_not(office: Office) -> None:
    office.watch(PriceQuery(makers=("vinahankook",)))
    line = build_line("k", "Kim luồn tĩnh mạch", 3000, published_at=NOON)
    office.save(line)
    assert len(office.run()) == 1
    office.save(line)
    assert office.run() == []
    office.save(build_line("k", "Kim luồn tĩnh mạch", 3500, published_at=NOON))
    (mail,) = office.run()
    assert "3.500 đồng/Cái" in text_of(mail)


def test_a_back_fill_of_old_results_makes_no_mail_at_once(office: Office) -> None:
    office.watch(PriceQuery(text="kim luồn"))
    office.save(*(build_line(f"old{n}", "Kim luồn tĩnh mạch", 3000 + n) for n in range(30)))
    assert office.run() == []


def test_a_watch_of_prices_finds_no_notices_and_is_kept_as_it_was_said(office: Office, make_notice: Any) -> None:
    key = office.watch(PriceQuery(text="kim luồn", suppliers=(MINH_AN.id,), unit="cái"))
    row = office.stores.subscriptions.get(key)
    assert row is not None
    kept = Subscription.from_row(row)
    assert kept.prices == PriceQuery(text="kim luồn", suppliers=(MINH_AN.id,))
    assert kept.to_row() == row
    office.stores.store.save(make_notice("n", title="Mua kim luồn"), datetime.now(HANOI))
    assert office.run() == []
    with pytest.raises(SubscriptionError):
        office.stores.registry.subscribe(READER, Query(), NOON, prices=PriceQuery(unit="cái"))
