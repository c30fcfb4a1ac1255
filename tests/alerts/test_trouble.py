"""Alerts that have stopped are noticed: by the doctor, the health check and the metrics."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from alerts.bounce import parse_report, take_report
from alerts.mailer import open_mailer
from alerts.trouble import find_troubles
from alerts.worker import Worker
from cli.doctor import CheckState, examine
from tests.site.alert_stores import NOON, StaffedStores, read
from tests.site.smtp_relay import run_relay
from timthau.model.alert import Frequency
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.model.record import Run, RunStatus
from timthau.store.notice import Store
from webui import create_app

MakeNotice = Callable[..., Notice]


@pytest.fixture
def travel() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def _run(stores: StaffedStores) -> None:
    with open_mailer(stores.settings) as mailer:
        Worker(stores, mailer).run()


def _subjects(stores: StaffedStores, moment: datetime) -> list[str]:
    return [trouble.subject for trouble in find_troubles(stores, moment)]


def test_nothing_is_wrong_where_nobody_is_subscribed(stores: StaffedStores, travel: Any) -> None:
    assert _subjects(stores, NOON) == []


def test_a_worker_that_stands_still_is_noticed_after_a_quarter_of_an_hour(stores: StaffedStores, travel: Any) -> None:
    stores.subscribe()
    assert _subjects(stores, NOON) == ["worker"]
    _run(stores)
    assert _subjects(stores, NOON + timedelta(minutes=15)) == []
    assert _subjects(stores, NOON + timedelta(minutes=16)) == ["worker"]


def test_a_window_that_did_not_run_is_noticed_an_hour_later(stores: StaffedStores, travel: Any) -> None:
    stores.subscribe()
    _run(stores)
    eight = datetime(2026, 11, 26, 8, 0, tzinfo=HANOI)
    assert _subjects(stores, eight + timedelta(minutes=59)) == ["worker"]
    assert _subjects(stores, eight + timedelta(hours=1)) == ["worker", "daily window", "reminder window"]


def test_matches_and_changes_that_nobody_mails_are_noticed(
    stores: StaffedStores, travel: Any, make_notice: MakeNotice
) -> None:
    stores.subscribe(frequency=Frequency.IMMEDIATE)
    _run(stores)
    stores.store.save(make_notice("a", title="băng phim"), NOON)
    assert "matching" in _subjects(stores, NOON + timedelta(minutes=61))


def test_mails_that_the_relay_does_not_take_are_noticed_with_its_answer(
    stores: StaffedStores, travel: Any, make_notice: MakeNotice
) -> None:
    broken = StaffedStores.open(replace(stores.settings, smtp_url="smtp://127.0.0.1:1", mail_allow=("*",)))
    broken.subscribe(frequency=Frequency.IMMEDIATE)
    broken.store.save(make_notice("a", title="băng phim"), NOON)
    for minutes in (0, 62):
        travel.move_to(NOON + timedelta(minutes=minutes))
        _run(broken)
    (trouble,) = find_troubles(broken, NOON + timedelta(minutes=62))
    assert trouble.subject == "sending"
    assert "cannot be used" in trouble.message
    broken.close()


def test_one_mailbox_that_is_full_is_no_trouble_but_a_relay_that_takes_nothing_is(
    stores: StaffedStores, travel: Any, make_notice: MakeNotice
) -> None:
    with run_relay() as relay:
        full = StaffedStores.open(replace(stores.settings, smtp_url=relay.url, mail_allow=("*",)))
        full.subscribe(frequency=Frequency.IMMEDIATE)
        full.subscribe(frequency=Frequency.IMMEDIATE, email="day@cong-ty.vn")
        _run(full)
        relay.refuse_data = lambda address: "452 4.2.2 full" if address == "day@cong-ty.vn" else None
        for hours in (0, 13, 26):
            travel.move_to(NOON + timedelta(hours=hours, minutes=1))
            full.store.save(make_notice(str(hours), title="băng phim"), NOON)
            _run(full)
        assert find_troubles(full, NOON + timedelta(hours=26, minutes=1)) == []
        relay.refuse_data = lambda address: "451 4.3.0 not now"
        travel.move_to(NOON + timedelta(hours=53))
        _run(full)
        (trouble,) = find_troubles(full, NOON + timedelta(hours=53))
        assert "451 4.3.0 not now" in trouble.message or "452 4.2.2 full" in trouble.message
        full.close()


def test_a_canary_that_was_not_sent_or_did_not_arrive_is_noticed(stores: StaffedStores, travel: Any) -> None:
    caged = StaffedStores.open(replace(stores.settings, canary="chim@cong-ty.vn"))
    _run(caged)
    assert _subjects(caged, NOON) == []
    (canary,) = caged.mails.canaries(limit=5)
    arrival = parse_report(read(canary))
    assert arrival
    assert take_report(caged, arrival, NOON)
    travel.move_to(NOON + timedelta(days=1))
    assert "canary" in _subjects(caged, NOON + timedelta(days=1))
    _run(caged)
    assert _subjects(caged, NOON + timedelta(days=1)) == []
    assert _subjects(caged, NOON + timedelta(days=1, hours=7)) == ["worker", "canary"]
    caged.close()


def test_doctor_health_check_and_metrics_turn_red(stores: StaffedStores, travel: Any) -> None:
    client = create_app(stores.settings).test_client()
    assert client.get("/healthz").status_code == 200
    stores.subscribe()
    _run(stores)
    travel.move_to(NOON + timedelta(hours=22))
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, "unfit")
    assert "daily window" in answer.json["parts"]["mail"]["message"]
    metrics = client.get("/metrics").text
    assert "timthau_alert_troubles 3.0" in metrics
    assert 'timthau_fit{part="mail"} 0.0' in metrics
    assert 'timthau_subscriptions{state="active"} 1.0' in metrics
    bad = {finding.subject for finding in examine(stores.settings) if finding.state is CheckState.BAD}
    assert "alerts, daily window" in bad


def test_a_source_that_was_visited_regularly_and_is_not_any_more_turns_the_health_check_red(
    stores: StaffedStores, travel: Any
) -> None:
    for days in (6, 5, 4, 3):
        _visit(stores.store, "regular.example", NOON - timedelta(days=days))
    _visit(stores.store, "once.example", NOON - timedelta(days=3))
    answer = create_app(stores.settings).test_client().get("/readyz")
    assert (answer.status_code, answer.json["parts"]["schedule"]["message"]) == (503, "1 of 2 sources are late")
    bad = {finding.subject for finding in examine(stores.settings) if finding.state is CheckState.BAD}
    assert bad & {"source regular.example", "source once.example"} == {"source regular.example"}


def _visit(store: Store, source: str, at: datetime) -> None:
    number = store.start_run(source, at)
    store.finish_run(Run(id=number, source=source, started_at=at, finished_at=at, status=RunStatus.OK))
