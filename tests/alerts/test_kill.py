"""Workers that are killed, or run side by side: every mail is sent, and twice only where the documentation says so."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from alerts.mailer import open_mailer
from alerts.send import LEASE
from alerts.worker import Worker
from tests.site import postgresql
from tests.site.alert_stores import READER, StaffedStores, read
from tests.site.smtp_relay import Relay, run_relay
from timthau.config import Settings
from timthau.model.alert import Frequency, MailKind, MailState
from timthau.model.moment import HANOI
from timthau.model.notice import Notice

pytestmark = pytest.mark.slow

MakeNotice = Callable[..., Notice]
_READERS = 12


@pytest.fixture
def relay() -> Iterator[Relay]:
    with run_relay() as running:
        yield running


@pytest.fixture
def filled(stores: StaffedStores, relay: Relay, make_notice: MakeNotice) -> StaffedStores:
    _fill(stores, relay, make_notice)
    return stores


def _fill(stores: StaffedStores, relay: Relay, make_notice: MakeNotice) -> None:
    """Subscribers whose confirmations are sent, and notices for them that were stored the day before yesterday."""
    settings = replace(stores.settings, smtp_url=relay.url, mail_allow=("*",))
    with time_machine.travel(datetime.now(HANOI) - timedelta(days=2), tick=False):
        now = datetime.now(HANOI)
        with open_mailer(settings) as mailer:
            for number in range(_READERS):
                frequency = Frequency.DAILY if number % 2 else Frequency.IMMEDIATE
                stores.subscribe(now=now, email=f"{number}.{READER}", frequency=frequency)
            Worker(stores, mailer).run()
        for key in "abc":
            stores.store.save(make_notice(key, title=f"Báo giá băng phim {key}"), now)
    relay.accepted.clear()


def _environment(stores: StaffedStores, relay: Relay) -> dict[str, str]:
    return os.environ | {
        "TIMTHAU_HOME": str(stores.settings.home),
        "TIMTHAU_DATABASE_URL": stores.settings.database_url,
        "TIMTHAU_SMTP_URL": relay.url,
        "TIMTHAU_MAIL_ALLOW": "*",
        "TIMTHAU_GATHER_MINUTES": "0",
    }


def _start(stores: StaffedStores, relay: Relay) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "alerts", "run"]
    return subprocess.Popen(command, env=_environment(stores, relay), stdout=subprocess.DEVNULL)


def _finish(stores: StaffedStores, relay: Relay) -> None:
    """A round by another worker, after what the killed one had claimed is free again."""
    settings = replace(stores.settings, smtp_url=relay.url, mail_allow=("*",))
    with open_mailer(settings) as mailer:
        clock = lambda: datetime.now(HANOI) + LEASE + timedelta(seconds=1)  # noqa: E731  # a clock is a function
        Worker(stores, mailer, clock=clock).run()


def _told(stores: StaffedStores) -> Counter[tuple[str, str, int]]:
    mails = [mail for mail in stores.mails.mails(limit=1000) if mail.kind is MailKind.DIGEST]
    assert {mail.state for mail in mails} == {MailState.SENT}
    return Counter(
        (match.subscription_id, match.notice_id, match.version)
        for mail in mails
        for match in stores.alerts.matches_of(mail.id)
    )


def test_several_processes_at_once_send_every_mail_once(filled: StaffedStores, relay: Relay) -> None:
    processes = [_start(filled, relay) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0] * 2
    assert sorted(address for address, _ in relay.accepted) == sorted(f"{n}.{READER}" for n in range(_READERS))
    assert len(set(relay.message_ids)) == _READERS
    told = _told(filled)
    assert (len(told), set(told.values())) == (_READERS * 3, {1})


def test_several_processes_at_once_send_every_mail_once_on_postgresql_too(
    settings: Settings, relay: Relay, make_notice: MakeNotice
) -> None:
    if not postgresql.is_installed():
        pytest.skip("needs Debian's postgresql")
    with (
        postgresql.run_server() as url,
        StaffedStores.open(replace(settings, database_url=url)) as stores,
    ):
        _fill(stores, relay, make_notice)
        processes = [_start(stores, relay) for _ in range(3)]
        assert [process.wait(60) for process in processes] == [0] * 3
        assert sorted(address for address, _ in relay.accepted) == sorted(f"{n}.{READER}" for n in range(_READERS))
        assert set(_told(stores).values()) == {1}


def test_running_again_at_once_sends_nothing(filled: StaffedStores, relay: Relay) -> None:
    for _ in range(2):
        assert _start(filled, relay).wait(60) == 0
    assert len(relay.accepted) == _READERS


def test_killed_before_the_relay_had_a_mail_it_is_sent_once_by_the_next(filled: StaffedStores, relay: Relay) -> None:
    _kill_at(filled, relay, number=4, accept=False)
    assert len(relay.accepted) == 4
    _finish(filled, relay)
    assert sorted(address for address, _ in relay.accepted) == sorted(f"{n}.{READER}" for n in range(_READERS))
    assert set(_told(filled).values()) == {1}


def test_killed_after_the_relay_took_a_mail_that_one_alone_comes_twice_with_the_same_message_id(
    filled: StaffedStores, relay: Relay
) -> None:
    _kill_at(filled, relay, number=4, accept=True)
    until = time.monotonic() + 20
    while len(relay.accepted) < 5 and time.monotonic() < until:  # the relay takes it after the worker is gone
        time.sleep(0.01)  # polling the relay's thread
    assert len(relay.accepted) == 5
    _finish(filled, relay)
    twice = [message_id for message_id, times in Counter(relay.message_ids).items() if times > 1]
    assert len(relay.accepted) == _READERS + 1
    assert twice == [relay.message_ids[4]]


def _kill_at(stores: StaffedStores, relay: Relay, *, number: int, accept: bool) -> None:
    """Kill the worker while the relay holds this mail: it is kept (`accept`) or lost, and no answer is given."""
    killed = threading.Event()

    def strike(_: str) -> str | None:
        if len(relay.accepted) == number and not killed.is_set():
            process.send_signal(signal.SIGKILL)
            process.wait(20)
            killed.set()
            return None if accept else "451 nobody listens any more"
        return None

    relay.refuse_data = strike
    process = _start(stores, relay)
    process.wait(60)
    assert killed.wait(20)


@pytest.mark.parametrize("step", ["record", "settle", "finish_window", "claim"])
def test_killed_around_any_transaction_nothing_is_lost_or_doubled(
    filled: StaffedStores, relay: Relay, step: str
) -> None:
    """The process dies in the middle of a step, before its transaction is committed, and just after it."""
    for when in ("before", "after"):
        code = (
            "import os, sys, signal\n"
            "from sqlalchemy import Connection\n"
            "from timthau.store.alert import AlertStore\n"
            "from timthau.store.mail import MailStore\n"
            f"room = MailStore if {step!r} == 'claim' else AlertStore\n"
            f"real = getattr(room, {step!r})\n"
            "def die(self, *args, **kwargs):\n"
            f"    if {when!r} == 'after':\n"
            "        real(self, *args, **kwargs)\n"
            "    else:\n"
            "        from sqlalchemy import event\n"
            "        event.listen(self._engine, 'commit', lambda connection: os.kill(os.getpid(), signal.SIGKILL))\n"
            "        real(self, *args, **kwargs)\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
            f"setattr(room, {step!r}, die)\n"
            "from cli.main import main\n"
            "main(['alerts', 'run'])\n"
        )
        killed = subprocess.run([sys.executable, "-c", code], env=_environment(filled, relay), check=False, timeout=60)
        assert killed.returncode == -signal.SIGKILL
    _finish(filled, relay)
    assert len(relay.accepted) == _READERS
    assert set(_told(filled).values()) == {1}


def test_a_notice_that_arrives_while_a_digest_is_sent_comes_with_the_next(
    filled: StaffedStores, relay: Relay, make_notice: MakeNotice
) -> None:
    def arrive(_: str) -> None:
        filled.store.save(make_notice("late", title="Báo giá băng phim muộn"), datetime.now(HANOI))

    relay.refuse_data = arrive
    assert _start(filled, relay).wait(60) == 0
    relay.refuse_data = lambda address: None
    first = len(relay.accepted)
    assert not any("muộn" in str(message.get_body(("plain",)).get_content()) for _, message in relay.accepted)
    with time_machine.travel(datetime.now(HANOI) + timedelta(days=1, minutes=1)):
        settings = replace(filled.settings, smtp_url=relay.url, mail_allow=("*",))
        with open_mailer(settings) as mailer:
            Worker(filled, mailer).run()
    assert first == _READERS
    subjects = [str(message["Subject"]) for _, message in relay.accepted[first:]]
    assert [(said[:3], said.rpartition(": ")[2]) for said in subjects] == [("Mới", "Báo giá băng phim muộn")] * first


def test_what_is_stored_of_a_mail_is_what_was_sent(filled: StaffedStores, relay: Relay) -> None:
    assert _start(filled, relay).wait(60) == 0
    mails = {read(mail)["Message-ID"]: mail for mail in filled.mails.mails(limit=100)}
    for address, message in relay.accepted:
        assert mails[message["Message-ID"]].email == address == message["To"]
