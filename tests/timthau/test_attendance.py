"""Which processes work on a store."""

import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from timthau.model.moment import HANOI
from timthau.model.record import Attendant
from timthau.store.notice import Store
from timthau.store.process import attendance as attendance_module
from timthau.store.process.attendance import Attendance, attend


def _workers(store: Store) -> list[Attendant]:
    return Attendance(store.engine).workers(datetime.now(HANOI))


def test_a_worker_is_known_while_it_works_with_what_it_holds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance_module, "_EVERY", 0.001)
    asked, url = threading.Event(), str(store.engine.url)

    def holds() -> set[str]:
        if _workers(store)[0].holds:
            asked.set()
        return {"bv-b", "bv-a"}

    with attend(url, "crawl", holds):
        assert asked.wait(60)
        (worker,) = _workers(store)
        assert (worker.part, worker.process, worker.holds) == ("crawl", os.getpid(), ("bv-a", "bv-b"))
        with attend(url, "index"):
            assert [worker.part for worker in _workers(store)] == ["crawl", "index"]
    assert _workers(store) == []


def test_one_that_died_is_known_until_another_takes_its_place_or_a_day_is_over(store: Store) -> None:
    attendance = Attendance(store.engine)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    now = datetime.now(HANOI)
    with attend(str(store.engine.url), "crawl"):
        (own,) = _workers(store)
    gone = replace(own, process=dead.pid, seen_at=now)
    elsewhere = replace(gone, machine="elsewhere")
    attendance.sign(gone)
    attendance.sign(elsewhere)
    with attend(str(store.engine.url), "crawl"):
        assert [(worker.machine, worker.process) for worker in attendance.workers(now)] == sorted(
            [("elsewhere", dead.pid), (own.machine, own.process)]
        )
    assert [worker.machine for worker in attendance.workers(now)] == ["elsewhere"]
    assert attendance.workers(now + timedelta(days=2)) == []
