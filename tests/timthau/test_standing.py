"""What runs could not read, and how the schedule holds sources, as the store keeps them."""

from datetime import datetime, timedelta

from timthau.model.moment import HANOI
from timthau.model.record import Failure, Run, RunStatus, Standing
from timthau.store.notice import Store

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


def _finish(store: Store, hour: int, *failures: Failure) -> int:
    at = NOW + timedelta(hours=hour)
    number = store.start_run("bv", at)
    store.finish_run(Run(id=number, source="bv", started_at=at, status=RunStatus.INCOMPLETE), failures)
    return number


def test_what_a_run_could_not_read_is_kept_with_address_status_reason_and_time(store: Store) -> None:
    failures = [
        Failure(url="https://bv.example/a", status=503, reason="answers 503", at=NOW),
        Failure(url="https://bv.example/b", status=None, reason="timed out", at=NOW + timedelta(seconds=5)),
    ]
    assert store.failures(_finish(store, 0, *failures)) == failures


def test_failures_of_old_runs_are_forgotten(store: Store) -> None:
    failure = Failure(url="https://bv.example/a", status=500, reason="answers 500", at=NOW)
    numbers = [_finish(store, hour, failure) for hour in range(25)]
    assert [bool(store.failures(number)) for number in numbers] == [False] * 5 + [True] * 20


def test_a_paused_source_stays_paused_when_the_schedule_notes_who_is_due(store: Store) -> None:
    store.pause_source("bv", NOW)
    store.note_due({"a": NOW, "b": NOW}, store.standings())
    store.note_due({"a": NOW}, store.standings())
    assert store.standings() == {
        "a": Standing(source="a", due_at=NOW),
        "bv": Standing(source="bv", paused_at=NOW),
    }
    store.pause_source("bv", None)
    assert store.standings()["bv"].paused_at is None
