"""Alerts from the page: subscribe, confirm, manage, unsubscribe; what only follows links changes nothing."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import time_machine
from werkzeug.test import TestResponse

from alerts.digest import DigestEntry, Occasion, build_digest
from alerts.link import Purpose
from alerts.stores import AlertStores
from alerts.subscription import Subscription
from tests.site.alert_stores import token_in
from tests.site.award_lines import MINH_AN, build_line
from tests.site.webui import NOW, Site, build_notice, in_days, open_site
from timthau.model.alert import Batch, Mail, MailKind, Match, Settlement, SubscriptionState
from webui import create_app

READER = "kinh.doanh@cong-ty.example"
SEARCH = "/alerts/new?q=bang+phim&province=Thanh+H%C3%B3a"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with time_machine.travel(NOW, tick=False):
        notice = build_notice("phim", title="Mua băng phim", province="Thanh Hóa", deadline_at=in_days(3))
        others = [notice, build_notice("giuong", title="Mua giường", deadline_at=in_days(3))]
        yield open_site(tmp_path, others, reports_token="told to the service")


@pytest.fixture
def stores(site: Site) -> Iterator[AlertStores]:
    with AlertStores.open(site.settings) as opened:
        yield opened


def send(site: Site, path: str, **fields: str) -> TestResponse:
    """Send the form of a page as a browser does, with the token that stands in it."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', site.client.get(path).get_data(as_text=True))
    assert token
    target = "/alerts/link" if path == "/alerts/" else path
    answer = site.client.post(target, data={"csrf_token": token[1]} | fields)
    site.settle()
    return answer


def subscribe(site: Site, stores: AlertStores, path: str = SEARCH, **fields: str) -> str:
    """Subscribe and confirm on the pages; gives the path of the page to manage, whose link is asked for and mailed."""
    assert send(site, path, email=READER, **fields).status_code == 303
    mail = next(mail for mail in stores.mails.mails() if mail.kind is MailKind.CONFIRMATION)
    answer = send(site, f"/alerts/confirm/{token_in(mail, 'confirm')}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts/?done=confirm")
    assert send(site, "/alerts/", email=READER).status_code == 303
    link = next(mail for mail in stores.mails.mails() if mail.kind is MailKind.LINK)
    return f"/alerts/manage/{token_in(link, 'manage')}"


def test_a_search_leads_to_its_alert_with_what_the_last_days_would_have_sent(site: Site) -> None:
    results = site.get("/search?q=bang+phim&province=Thanh+H%C3%B3a")
    assert 'href="/alerts/new?q=bang+phim&amp;province=Thanh+H%C3%B3a"' in results
    page = site.get(SEARCH)
    assert "“bang phim” · Thanh Hóa" in page
    assert "1 thông báo" in page
    assert "Mua băng phim" in page
    assert '<option value="3" selected>' in page  # reminders are a help that few would look for
    assert "đã qua" in site.get(f"{SEARCH}&deadline_to=2020-01-01")


def test_who_subscribes_and_confirms_can_change_pause_and_end_it(site: Site, stores: AlertStores) -> None:
    manage = subscribe(site, stores, frequency="weekly", reminder_days="2")
    (one,) = stores.subscriptions.of_address(READER)
    assert (one.state, one.frequency, one.reminder_days) == ("active", "weekly", 2)
    assert "“bang phim” · Thanh Hóa" in site.get(manage)
    send(site, manage, action="change", id=one.id, frequency="daily", reminder_days="", language="en")
    send(site, manage, action="pause", id=one.id)
    (changed,) = stores.subscriptions.of_address(READER)
    assert (changed.state, changed.frequency, changed.reminder_days) == ("paused", "daily", None)
    send(site, manage, action="resume", id=one.id)
    answer = send(site, manage, action="end", id=one.id)
    assert answer.headers["Location"].endswith("?done=end")
    assert stores.subscriptions.of_address(READER) == []


def test_the_owner_of_an_address_can_have_everything_deleted(site: Site, stores: AlertStores) -> None:
    manage = subscribe(site, stores)
    assert send(site, manage, action="forget").status_code == 303
    assert stores.subscriptions.all() == []
    assert stores.mails.mails() == []
    site.get(manage, status=404)


def test_a_notice_can_be_watched(site: Site, stores: AlertStores) -> None:
    notice = build_notice("phim")
    page = site.get(f"/notices/{notice.id}")
    assert f'href="/alerts/new?notice={notice.id}"' in page
    subscribe(site, stores, f"/alerts/new?notice={notice.id}", frequency="immediate")
    assert stores.subscriptions.of_address(READER)[0].notice_id == notice.id
    site.get("/alerts/new?notice=aaaaaaaaaaaaaaaa", status=404)


@pytest.mark.parametrize("wish", ["", "?q=", "?open=1", "?q=-x", "?from=2026-01-01"])
def test_an_alert_for_everything_is_refused(site: Site, stores: AlertStores, wish: str) -> None:
    assert "khớp mọi thông báo" in site.get(f"/alerts/new{wish}", status=400)
    token = re.search(r'value="([^"]+)"', site.get(SEARCH).split("csrf_token")[1])
    assert token
    answer = site.client.post(f"/alerts/new{wish}", data={"csrf_token": token[1], "email": READER})
    assert answer.status_code == 400
    assert stores.subscriptions.all() == []


@pytest.mark.parametrize("address", ["", "a", "a@b", "a@b.vn\r\nBcc: x@y.vn", "a b@c.vn", "<script>@x.vn"])
def test_what_is_no_address_is_told_beside_the_form_and_nothing_is_sent(
    site: Site, stores: AlertStores, address: str
) -> None:
    answer = send(site, SEARCH, email=address)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.get_data(as_text=True)
    assert stores.mails.mails() == []


def test_nobody_learns_from_the_answer_whether_an_address_is_known(site: Site, stores: AlertStores) -> None:
    first = send(site, SEARCH, email=READER)
    subscribe(site, stores, "/alerts/new?q=giuong")
    again = send(site, "/alerts/new?q=giuong", email=READER)
    assert (first.status_code, first.headers["Location"]) == (again.status_code, again.headers["Location"])
    known, unknown = send(site, "/alerts/", email=READER), send(site, "/alerts/", email="nobody@cong-ty.example")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [mail.kind for mail in stores.mails.mails() if mail.email != READER] == []


def test_an_answer_about_a_link_waits_for_nothing_that_only_known_addresses_need(
    site: Site, stores: AlertStores
) -> None:
    subscribe(site, stores)
    before = len(stores.mails.mails())
    page = site.get("/alerts/")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "email": READER}
    with closing(sqlite3.connect(site.settings.home / "timthau.db", isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")  # nothing can be written
        assert site.client.post("/alerts/link", data=form).status_code == 303
        assert len(stores.mails.mails()) == before
        busy.execute("ROLLBACK")
    site.settle()
    assert len(stores.mails.mails()) == before + 1


def test_a_form_without_its_token_does_nothing(site: Site, stores: AlertStores) -> None:
    assert site.client.post(SEARCH, data={"email": READER}).status_code == 400
    assert site.client.post("/alerts/link", data={"email": READER}).status_code == 400
    assert stores.mails.mails() == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_following_a_link_changes_nothing(site: Site, stores: AlertStores, method: str) -> None:
    manage = subscribe(site, stores)
    send(site, "/alerts/new?q=giuong", email=READER)
    by_state = {row.state: row for row in stores.subscriptions.of_address(READER)}
    active, pending = by_state[SubscriptionState.ACTIVE], by_state[SubscriptionState.PENDING]
    links = stores.stationery.links
    before = stores.subscriptions.all(), stores.mails.mails()
    for path in (
        manage,
        f"{manage}?action=end&id={active.id}",
        f"/alerts/confirm/{links.token(Purpose.CONFIRM, pending.id)}",
        f"/alerts/unsubscribe/{links.token(Purpose.UNSUBSCRIBE, active.id)}",
        f"{SEARCH}&email={READER}",
        "/alerts/",
    ):
        assert getattr(site.client, method)(path).status_code == 200
    assert (stores.subscriptions.all(), stores.mails.mails()) == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"},
        {"data": {"List-Unsubscribe": "One-Click"}, "content_type": "multipart/form-data"},
        {"data": b"\xff\x00{", "content_type": "application/json"},
    ],
)
def test_one_click_ends_it_without_cookies_with_any_body_as_often_as_asked(
    site: Site, stores: AlertStores, body: dict[str, Any]
) -> None:
    subscribe(site, stores)
    (one,) = stores.subscriptions.of_address(READER)
    path = f"/alerts/unsubscribe/{stores.stationery.links.token(Purpose.UNSUBSCRIBE, one.id)}"
    stranger = site.client.application.test_client(use_cookies=False)
    for _ in range(2):
        answer = stranger.post(path, **body)
        assert answer.status_code == 200
        assert "Location" not in answer.headers
    ended = stores.subscriptions.get(one.id)
    assert ended
    assert ended.state is SubscriptionState.DELETED


def test_links_are_good_for_their_purpose_their_time_and_confirming_once(site: Site, stores: AlertStores) -> None:
    send(site, SEARCH, email=READER)
    token = token_in(stores.mails.mails()[0], "confirm")
    site.get(f"/alerts/manage/{token}", status=404)
    site.get(f"/alerts/confirm/{token}x", status=404)
    with time_machine.travel(NOW + timedelta(days=4), tick=False):
        assert "hết hạn" in site.get(f"/alerts/confirm/{token}", status=410)
    assert send(site, f"/alerts/confirm/{token}").status_code == 303
    assert "đã được dùng" in site.get(f"/alerts/confirm/{token}", status=410)


def test_a_link_manages_only_what_belongs_to_its_address(site: Site, stores: AlertStores) -> None:
    manage = subscribe(site, stores)
    send(site, "/alerts/new?q=giuong", email="other@cong-ty.example")
    (other,) = stores.subscriptions.of_address("other@cong-ty.example")
    assert send(site, manage, action="end", id=other.id).status_code == 404
    assert send(site, manage, action="sell", id=other.id).status_code == 400
    kept = stores.subscriptions.get(other.id)
    assert kept
    assert kept.state is SubscriptionState.PENDING


def test_all_that_a_mail_told_of_can_be_seen(site: Site, stores: AlertStores) -> None:
    subscribe(site, stores)
    (one,) = stores.subscriptions.of_address(READER)
    match = Match(one.id, build_notice("phim").id, 1, NOW)
    assert stores.alerts.record(Batch(0, 99), [match])
    mail = Mail(id="0" * 32, kind=MailKind.DIGEST, subscription_id=one.id, email=READER, message="", created_at=NOW)
    assert stores.alerts.settle([Settlement(mail, [match])]) == 1
    page = site.get(f"/alerts/mails/{stores.stationery.links.token(Purpose.SEE, mail.id)}")
    assert "Mua băng phim" in page
    assert "Mua giường" not in page
    assert "/search?q=bang+phim&amp;province=" in page


def test_all_of_a_mail_stands_in_the_mails_order(site: Site, stores: AlertStores) -> None:
    subscribe(site, stores)
    (one,) = stores.subscriptions.of_address(READER)
    days = {"mai": 1, "tuan sau": 9, "khong han": None, "het han": -2, "tuan nay": 4, "khong han cu": None}
    notices = [
        build_notice(
            key,
            title=f"Mua {key}",
            deadline_at=None if day is None else in_days(day),
            published_at=in_days(-9 if "cu" in key else -3),
        )
        for key, day in days.items()
    ]
    for notice in notices:
        stores.store.save(notice, NOW)
    matches = [Match(one.id, notice.id, 1, NOW) for notice in notices]
    assert stores.alerts.record(Batch(0, 99), matches)
    mail = Mail(id="0" * 32, kind=MailKind.DIGEST, subscription_id=one.id, email=READER, message="", created_at=NOW)
    assert stores.alerts.settle([Settlement(mail, matches)]) == 1
    subscription = Subscription.from_row(one)
    letter = build_digest(subscription, [DigestEntry(notice) for notice in notices], Occasion("", NOW, "", ""))
    mailed = [entry["title"] for entry in letter.values["entries"]]
    page = site.get(f"/alerts/mails/{stores.stationery.links.token(Purpose.SEE, mail.id)}")
    assert sorted(mailed, key=lambda title: page.index(f"{title}<")) == mailed
    assert mailed == [f"Mua {key}" for key in ("mai", "tuan nay", "tuan sau", "khong han", "khong han cu", "het han")]


def test_all_of_a_weekly_mail_has_what_it_told_again(site: Site, stores: AlertStores) -> None:
    subscribe(site, stores, frequency="weekly")
    (one,) = stores.subscriptions.of_address(READER)
    days = {"mai": 1, "moi": 3, "sau": 12}
    notices = {key: build_notice(key, title=f"Mua {key}", deadline_at=in_days(day)) for key, day in days.items()}
    for notice in notices.values():
        stores.store.save(notice, NOW)
    earlier = [Match(one.id, notices[key].id, 1, NOW) for key in ("mai", "sau")]
    news = [Match(one.id, notices["moi"].id, 1, NOW)]
    assert stores.alerts.record(Batch(0, 99), [*earlier, *news])
    said = {"kind": MailKind.DIGEST, "subscription_id": one.id, "email": READER, "message": ""}
    before = Mail(id="0" * 32, created_at=in_days(-7), **said)
    mail = Mail(id="1" * 32, created_at=NOW, window_starts_at=in_days(-7), window_ends_at=NOW, **said)
    assert stores.alerts.settle([Settlement(before, earlier), Settlement(mail, news)]) == 2
    page = site.get(f"/alerts/mails/{stores.stationery.links.token(Purpose.SEE, mail.id)}")
    assert page.index("Mua mai<") < page.index("Mua moi<")
    assert "Mua sau<" not in page


def test_a_mail_service_reports_bounces_and_the_address_gets_no_more_mail(site: Site, stores: AlertStores) -> None:
    subscribe(site, stores)
    reports = [
        {"message_id": f"<{sent.id}@localhost>", "kind": "hard_bounce", "diagnostic": "550 no such user"}
        for sent in stores.mails.mails()
    ]
    stranger = site.client.application.test_client(use_cookies=False)

    def post(**body: Any) -> TestResponse:
        return stranger.post("/alerts/reports", headers={"Authorization": "Bearer told to the service"}, **body)

    forged = {**reports[0], "message_id": "<x@y>"}
    for query, auth in (("", {}), ("?token=guessed", {}), ("", {"Authorization": "Bearer guessed"})):
        refused = stranger.post(f"/alerts/reports{query}", json={"reports": reports}, headers=auth)
        assert refused.status_code == 401
    assert post(json={"reports": [reports[0], forged]}).json == {"taken": 1}
    assert stranger.post("/alerts/reports?token=told+to+the+service", json={"reports": [reports[0]]}).json == {
        "taken": 0
    }
    assert [row.state for row in stores.subscriptions.of_address(READER)] == ["active"]
    assert post(json={"reports": reports}).json == {"taken": 1}
    assert [row.state for row in stores.subscriptions.of_address(READER)] == ["disabled"]
    broken = post(data=b"\xff{")
    assert (broken.status_code, broken.mimetype) == (400, "application/problem+json")


def test_forms_are_limited_for_one_client_but_not_ways_to_stop(site: Site, stores: AlertStores) -> None:
    subscribe(site, stores)
    (one,) = stores.subscriptions.of_address(READER)
    sent = (send(site, "/alerts/", email="a") for _ in range(100))  # the limit refills as time passes
    refused = next(answer for answer in sent if answer.status_code == 429)
    assert "Retry-After" in refused.headers
    path = f"/alerts/unsubscribe/{stores.stationery.links.token(Purpose.UNSUBSCRIBE, one.id)}"
    assert {site.client.post(path).status_code for _ in range(30)} == {200}


def test_a_forwarded_link_to_confirm_opens_nothing_else_of_its_address(site: Site, stores: AlertStores) -> None:
    subscribe(site, stores)
    send(site, "/alerts/new?q=giuong", email=READER)
    pending = next(row for row in stores.subscriptions.of_address(READER) if row.state is SubscriptionState.PENDING)
    token = token_in(stores.mails.mails(subscription_id=pending.id)[0], "confirm")
    answer = send(site, f"/alerts/confirm/{token}")
    assert answer.headers["Location"] == "/alerts/?done=confirm"
    for path in (f"/alerts/manage/{token}", f"/alerts/unsubscribe/{token}", f"/alerts/mails/{token}"):
        site.get(path, status=404)
    assert len(stores.subscriptions.of_address(READER)) == 2


def test_limits_see_the_client_behind_trusted_proxies_and_nobody_can_pretend_to_be_another(site: Site) -> None:
    def open_page(trusted: int) -> Callable[[str], int]:
        client = create_app(replace(site.settings, trusted_proxies=trusted)).test_client()
        return lambda seen: client.post("/alerts/link", headers={"X-Forwarded-For": seen}).status_code

    # Forms without a token: 400 as long as they are looked at. The limit refills as time passes, so more are sent.
    post = open_page(1)
    assert 429 in {post(f"10.9.9.{n}, 198.51.100.7") for n in range(90)}
    assert post("198.51.100.7, 203.0.113.5") == 400
    assert 429 in {post(f"x, 2001:db8::{n}") for n in range(90)}
    assert post("x, 2001:db8:0:1::1") == 400
    direct = open_page(0)
    assert 429 in {direct(f"203.0.113.{n}") for n in range(90)}


def test_pages_of_alerts_are_not_kept_or_indexed_and_their_cookie_is_safe(site: Site) -> None:
    answer = site.client.get(SEARCH)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert all(word in answer.headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=Lax"))
    assert "Set-Cookie" not in site.client.get("/search?q=a").headers


def test_an_alert_has_a_private_feed_that_ends_with_it(site: Site, stores: AlertStores) -> None:
    manage = subscribe(site, stores)
    (one,) = stores.subscriptions.of_address(READER)
    found = re.search(r'href="(http[^"]+/alerts/feed/[^"]+)"', site.get(manage))
    assert found
    path = found[1].partition("//")[2].partition("/")[2]
    assert "Mua băng phim" not in site.get(f"/{path}")
    assert stores.alerts.record(Batch(0, 99), [Match(one.id, build_notice("phim").id, 1, NOW)])
    feed = site.client.get(f"/{path}")
    assert "Mua băng phim" in feed.get_data(as_text=True)
    assert feed.headers["Cache-Control"].startswith("private")
    assert READER not in feed.get_data(as_text=True)
    stores.subscriptions.end(one.id, NOW)
    site.get(f"/{path}", status=404)
    site.get("/alerts/feed/x", status=404)


def test_an_alert_on_prices_has_a_private_feed_of_what_was_awarded(site: Site, stores: AlertStores) -> None:
    manage = subscribe(site, stores, "/alerts/new?prices=1&q=bang+phim")
    (one,) = stores.subscriptions.of_address(READER)
    found = re.search(r'href="(http[^"]+/alerts/feed/[^"]+)"', site.get(manage))
    assert found
    path = f"/{found[1].partition('//')[2].partition('/')[2]}"
    won, other = build_line("won", "Băng phim <3M>", 1250.5), build_line("other", "Giường", 5)
    site.award(won, other)
    feed = ElementTree.fromstring(site.get(path))
    assert feed.findall("{*}entry") == []
    assert stores.alerts.record_lines(0, 9, [Match(one.id, won.id, 1, NOW)])
    (entry,) = ElementTree.fromstring(site.get(path)).findall("{*}entry")
    assert entry.findtext("{*}id") == f"urn:timthau:award:{won.id}"
    assert entry.findtext("{*}title") == "Băng phim <3M>: 1.250,5 đồng/Cái"
    assert MINH_AN.name in (entry.findtext("{*}summary") or "")
    assert [link.get("href") for link in entry.findall("{*}link[@rel='via']")] == [won.url]
    (page,) = [link.get("href", "") for link in entry.findall("{*}link[@rel='alternate']")]
    assert won.url in site.get(f"/{page.partition('//')[2].partition('/')[2]}")
    stores.subscriptions.end(one.id, NOW)
    site.get(path, status=404)


def test_a_webhook_is_set_on_the_page_to_manage_and_only_by_its_owner(site: Site, stores: AlertStores) -> None:
    manage = subscribe(site, stores)
    (one,) = stores.subscriptions.of_address(READER)
    answer = send(site, manage, action="hook", id=one.id, url="https://he-thong.example/in")
    assert answer.headers["Location"].endswith("?done=hook")
    hook = stores.hooks.hook(one.id)
    assert hook
    assert hook.secret in site.get(manage)
    assert send(site, manage, action="hook", id=one.id, url="http://10.0.0.1/").headers["Location"].endswith("no_hook")
    send(site, "/alerts/new?q=giuong", email="other@cong-ty.example")
    (other,) = stores.subscriptions.of_address("other@cong-ty.example")
    assert send(site, manage, action="hook", id=other.id, url="https://he-thong.example/in").status_code == 404
    send(site, manage, action="hook", id=one.id, url="")
    assert stores.hooks.hook(one.id) is None
