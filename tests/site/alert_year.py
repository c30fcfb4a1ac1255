"""A year of alerts in a few minutes: subscribers come, change and go, notices change, workers crash, the relay fails.

What every subscriber must be told of is worked out beside the program, from who watches which topic; the ledger
compares it with what the relay accepted.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import time_machine
from sqlalchemy import event, select

from alerts.mailer import DeliveryOutcome, RelayAnswer
from alerts.registry import ALLOWANCE
from alerts.worker import Worker
from index.query import Query
from tests.site.alert_stores import StaffedStores
from timthau.config import Settings
from timthau.errors import MailError
from timthau.model.alert import Frequency, Mail, MailKind, SubscriptionState
from timthau.model.moment import HANOI, format_moment
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.store.schema import alert_reminder

#: A Monday.
BEGIN = datetime(2026, 1, 5, 5, 0, tzinfo=HANOI)
_TOPICS = 200
_OVERLAPPING = 0.25  # of the subscriptions are like another one of the same address
_SOMETIME = BEGIN + timedelta(days=9999)
_MOST_ALERTS = ALLOWANCE.mailbox_hour  # of one address, as all of a day come in one hour
_GOODS = "băng kim găng dao kéo bông gạc ống bơm dây phim máy ghế tủ nẹp".split()
#: Hours of a day at which a worker does a round; digests are due at 8.
_ROUNDS = (6.5, 8.01, 13.0, 21.0)
_FREQUENCIES = (Frequency.IMMEDIATE, Frequency.DAILY, Frequency.DAILY, Frequency.WEEKLY)

#: A version of a notice that a subscriber is told of.
Told = tuple[str, str, int]


class Crash(BaseException):
    """The worker dies here; nothing may catch it."""


@dataclass
class Ledger:
    """What was owed and what came; a mail that came twice is allowed only where a worker died after it was taken."""

    owed: dict[Told, datetime] = field(default_factory=dict)
    told: Counter[Told] = field(default_factory=Counter)
    to_address: Counter[Told] = field(default_factory=Counter)  # mails to an address that tell of a version
    late: list[Told] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)
    after_the_end: int = 0
    forgiven: int = 0  # owed to somebody who ended or paused before it was due
    superseded: int = 0
    crashes: Counter[str] = field(default_factory=Counter)
    reminders: int = 0  # deadlines that mails reminded of
    past: list[tuple[str, str]] = field(default_factory=list)  # of these, those that held no more or were over
    backfilled: int = 0  # old notices that were found, which no mail may list
    separate: Counter[str] = field(default_factory=Counter)  # changes that were posted as notices of their own
    refused_for_now: int = 0
    relay_down: int = 0

    @property
    def missing(self) -> set[Told]:
        return self.owed.keys() - self.told.keys()

    @property
    def unexpected(self) -> set[Told]:
        return self.told.keys() - self.owed.keys()

    @property
    def told_twice(self) -> int:
        """Versions that stand in two different mails."""
        return sum(times > 1 for times in self.told.values())

    @property
    def address_told_twice(self) -> int:
        """Versions that stand in two mails to one address, whatever number of its alerts they belong to."""
        return sum(times > 1 for times in self.to_address.values())

    @property
    def sent_twice(self) -> int:
        """Mails that the relay accepted again, with the same Message-ID."""
        return sum(times - 1 for times in self.accepted.values())

    def lines(self) -> list[str]:
        """The ledger for people."""
        return [
            f"owed                       {len(self.owed):>7}  versions of notices to subscribers",
            f"told                       {len(self.told):>7}  in {len(self.accepted)} mails",
            f"missing                    {len(self.missing):>7}",
            f"not owed                   {len(self.unexpected):>7}",
            f"in two mails               {self.told_twice:>7}",
            f"twice to one address       {self.address_told_twice:>7}  of {len(self.to_address)} to addresses",
            f"late                       {len(self.late):>7}",
            f"after the end or a pause   {self.after_the_end:>7}",
            f"not owed any more          {self.forgiven:>7}  subscriber had ended or paused before it was due",
            f"superseded                 {self.superseded:>7}  by a later version before any round",
            f"reminders                  {self.reminders:>7}  of a past state: {len(self.past)}",
            f"posted separately          {sum(self.separate.values()):>7}  {dict(sorted(self.separate.items()))}",
            f"old notices found          {self.backfilled:>7}  none of them owed",
            f"same mail accepted again   {self.sent_twice:>7}  died after acceptance: {self.crashes['accepted']}",
            f"crashes                    {sum(self.crashes.values()):>7}  {dict(sorted(self.crashes.items()))}",
            f"put back by 4xx            {self.refused_for_now:>7}  relay out of reach: {self.relay_down} times",
        ]


@dataclass
class _Reader:
    """A subscriber as the simulation sees it."""

    id: str
    email: str
    topic: int
    frequency: Frequency
    state: SubscriptionState = SubscriptionState.ACTIVE


class Year:
    """The world around an office: `subscribers` come in the first quarter, then some change every day.

    Several `workers` do each round at once, as processes of their own would.
    """

    def __init__(
        self, settings: Settings, *, days: int, subscribers: int, seed: int, crash_rate: float, workers: int = 1
    ) -> None:
        self.ledger = Ledger()
        self._random = random.Random(seed)  # the same year each time
        self._days, self._subscribers, self._crash_rate = days, subscribers, crash_rate
        self._offices = [StaffedStores.open(settings) for _ in range(workers)]
        self._office = self._offices[0]
        self._workers = list(map(self._start_worker, self._offices))
        self._accepting = threading.Lock()
        self._readers: dict[str, _Reader] = {}
        self._notices: dict[str, tuple[Notice, int, int]] = {}  # with topic and version
        self._open: set[Told] = set()  # owed and not told yet
        self._fresh: set[Told] = set()  # owed since the last round
        self._true: dict[str, datetime | None] = {}  # the deadline that holds, None where it is called off
        self._now = BEGIN
        self._down = False
        self._own = threading.local()  # `taken`: the relay has a mail, and its worker has not written that down yet
        for office in self._offices:
            event.listen(office.store._engine, "commit", lambda _: self._commit())

    def simulate(self, progress: Callable[[int], None] = lambda day: None) -> Ledger:
        """All days."""
        ids = random.Random(self._random.random())  # what is ordered by an id is so each time
        with (
            time_machine.travel(BEGIN, tick=False) as travel,
            patch("secrets.token_hex", lambda octets: ids.randbytes(octets).hex()),
        ):
            for day in range(self._days):
                self._live(day, travel)
                progress(day)
            for reader in self._readers.values():  # nobody stays away for good
                self._resume(reader)
            for day in range(self._days, self._days + 8):  # what waits for a Monday, or for the relay, still comes
                self._run_rounds(day, travel, lambda hour: None)
        for office in self._offices:
            office.close()
        return self.ledger

    # --- what happens

    def _live(self, day: int, travel: Any) -> None:
        self._down = self._random.random() < 0.03
        coming = self._subscribers * 4 // self._days + 1
        for _ in range(min(coming, self._subscribers - len(self._readers))):
            self._come()
        self._run_rounds(day, travel, self._happen)

    def _run_rounds(self, day: int, travel: Any, happen: Callable[[float], None]) -> None:
        for hour in _ROUNDS:
            self._now = BEGIN.replace(hour=0) + timedelta(days=day, hours=hour)
            travel.move_to(self._now - timedelta(minutes=20))
            happen(hour)
            travel.move_to(self._now)
            self._round()
        travel.move_to(self._now + timedelta(hours=2))

    def _happen(self, hour: float) -> None:
        for _ in range(self._random.randint(1, 5)):
            self._publish()
        if self._notices and self._random.random() < 0.6:
            self._amend()
        if self._true and self._random.random() < 0.5:
            self._change_separately()
        if self._random.random() < 0.02:
            self._backfill()
        if hour > 12:
            for reader in self._random.sample(list(self._readers.values()), min(2, len(self._readers))):
                self._change(reader)

    def _come(self) -> None:
        topic, email = self._random.randrange(_TOPICS), _address(len(self._readers))
        text, frequency = _words(topic), self._random.choice(_FREQUENCIES)
        if self._readers and self._random.random() < _OVERLAPPING:  # somebody who has an alert makes another like it
            alerts = Counter(reader.email for reader in self._readers.values())
            known = self._random.choice([one for one in self._readers.values() if alerts[one.email] < _MOST_ALERTS])
            topic, email = known.topic, known.email
            text = f"báo giá {_words(topic)} -x{len(self._readers)}"  # another search that finds the same
        with self._quiet():
            key = self._office.subscribe(
                query=Query(text=text),
                now=datetime.now(HANOI),
                email=email,
                frequency=frequency,
                reminder_days=self._random.choice((None, 2)),
            )
        self._readers[key] = _Reader(key, email, topic, frequency)

    def _publish(self) -> None:
        key, topic = f"n{len(self._notices)}", self._random.randrange(_TOPICS)
        notice = Notice(
            id=make_id("bv.example", key),
            source="bv.example",
            source_key=key,
            url=f"https://bv.example/{key}",
            kind=NoticeKind.REQUEST_FOR_QUOTATION,
            title=f"Báo giá {_words(topic)}",
            reference_number=f"{len(self._notices)}/YCBG-BV",
            published_at=datetime.now(HANOI),
            deadline_at=datetime.now(HANOI) + timedelta(days=9),
        )
        self._true[notice.id] = notice.deadline_at
        self._save(notice, topic, 1)

    def _change_separately(self) -> None:
        """A notice of its own extends or cancels one that is open, by its number."""
        key = self._random.choice(list(self._true)[-60:])
        notice, topic, _ = self._notices[key]
        deadline = self._true[key]
        if deadline is None or deadline < datetime.now(HANOI):
            return
        kind = self._random.choice((NoticeKind.AMENDMENT, NoticeKind.AMENDMENT, NoticeKind.CANCELLATION))
        moved = deadline + timedelta(days=4) if kind is NoticeKind.AMENDMENT else None
        own = f"n{len(self._notices)}"
        change = Notice(
            id=make_id("bv.example", own),
            source="bv.example",
            source_key=own,
            url=f"https://bv.example/{own}",
            kind=kind,
            title=f"Thông báo về báo giá {_words(topic)}",
            text=f"Theo yêu cầu báo giá số {notice.reference_number}",
            published_at=datetime.now(HANOI),
            deadline_at=moved,
        )
        self.ledger.separate[str(kind)] += 1
        self._true[key] = moved
        self._save(change, topic, 1)

    def _backfill(self) -> None:
        """The archive of a site is found at once."""
        with self._quiet():
            for number in range(self._random.randint(20, 60)):
                key = f"old{self.ledger.backfilled}"
                self.ledger.backfilled += 1
                notice = Notice(
                    id=make_id("bv.example", key),
                    source="bv.example",
                    source_key=key,
                    url=f"https://bv.example/{key}",
                    kind=NoticeKind.REQUEST_FOR_QUOTATION,
                    title=f"Báo giá {_words(self._random.randrange(_TOPICS))}",
                    published_at=BEGIN - timedelta(days=400 + number),
                    deadline_at=BEGIN - timedelta(days=390 + number),
                )
                self._office.store.save(notice, datetime.now(HANOI))

    def _amend(self) -> None:
        notice, topic, version = self._random.choice(list(self._notices.values())[-100:])
        if notice.deadline_at and not notice.kind.is_change:
            moved = replace(notice, deadline_at=notice.deadline_at + timedelta(days=1))
            holds = self._true[notice.id]
            self._true[notice.id] = holds and max(holds, notice.deadline_at + timedelta(days=1))
            self._save(moved, topic, version + 1)

    def _save(self, notice: Notice, topic: int, version: int) -> None:
        with self._quiet():
            self._office.store.save(notice, datetime.now(HANOI))
        self._notices[notice.id] = (notice, topic, version)
        for owed in {owed for owed in self._fresh & self._open if owed[1] == notice.id}:
            self.ledger.superseded += 1  # of two versions between two rounds the later one is told
            self._open.discard(owed)
            del self.ledger.owed[owed]
        for reader in self._readers.values():
            if reader.topic == topic and reader.state is SubscriptionState.ACTIVE:
                owed = (reader.id, notice.id, version)
                self.ledger.owed[owed] = _due(reader.frequency, self._now)
                self._open.add(owed)
                self._fresh.add(owed)

    def _change(self, reader: _Reader) -> None:
        what = self._random.choice(("frequency", "frequency", "pause", "resume", "end"))
        with self._quiet():
            if what == "frequency" and reader.state is SubscriptionState.ACTIVE:
                reader.frequency = self._random.choice(_FREQUENCIES)
                self._office.subscriptions.change(reader.id, frequency=reader.frequency, reminder_days=2, language="vi")
                self._set_due(reader)
            elif what == "pause" and reader.state is SubscriptionState.ACTIVE:
                self._office.subscriptions.pause(reader.id)
                reader.state = SubscriptionState.PAUSED
                self._forgive(reader, self._fresh)  # no round has seen it: it came during the pause
                self._set_due(reader)
            elif what == "resume":
                self._resume(reader)
            elif what == "end" and reader.state is not SubscriptionState.DELETED and self._random.random() < 0.3:
                self._office.subscriptions.end(reader.id, datetime.now(HANOI))
                reader.state = SubscriptionState.DELETED
                self._forgive(reader, self._open)
                self._set_due(reader)

    def _resume(self, reader: _Reader) -> None:
        if reader.state is SubscriptionState.PAUSED:
            with self._quiet():
                self._office.subscriptions.resume(reader.id)
            reader.state = SubscriptionState.ACTIVE
            self._set_due(reader)

    def _forgive(self, reader: _Reader, which: set[Told]) -> None:
        for owed in which.intersection(self._owed_to(reader)):
            self.ledger.forgiven += 1
            self._open.discard(owed)
            del self.ledger.owed[owed]

    def _owed_to(self, reader: _Reader) -> list[Told]:
        return [owed for owed in self._open if owed[0] == reader.id]

    def _set_due(self, changed: _Reader) -> None:
        """What is owed to an address, of whose alerts one has changed: another may have to tell for it, or it alone."""
        for reader in self._readers.values():
            if reader.email == changed.email:
                is_active = reader.state is SubscriptionState.ACTIVE  # what a pause holds is due when it ends
                for owed in self._owed_to(reader):
                    self.ledger.owed[owed] = _due(reader.frequency, self._now) if is_active else _SOMETIME

    # --- the worker, and what goes wrong

    def _round(self) -> None:
        with ThreadPoolExecutor(len(self._workers)) as pool:
            for ended in [pool.submit(self._run_worker, number) for number in range(len(self._workers))]:
                ended.result()
        self._fresh.clear()

    def _run_worker(self, number: int) -> None:
        for _ in range(40):  # a supervisor starts a worker that died again
            try:
                self._workers[number].run()
                return
            except Crash:
                self._offices[number].store._engine.dispose()
                self._workers[number] = self._start_worker(self._offices[number])
        raise AssertionError("the worker does not get through")

    def _start_worker(self, office: StaffedStores) -> Worker:
        return Worker(office, self, clock=lambda: datetime.now(HANOI))

    def send(self, mail: Mail) -> RelayAnswer:
        """The relay."""
        if self._down:
            self.ledger.relay_down += 1
            raise MailError("the relay is down")
        self._maybe_crash("before acceptance")
        if self._random.random() < 0.02:
            self.ledger.refused_for_now += 1
            return RelayAnswer(DeliveryOutcome.TRY_LATER, "451 later")
        with self._accepting:
            self._accept(mail)
        self._maybe_crash("accepted")
        self._own.taken = True
        return RelayAnswer(DeliveryOutcome.ACCEPTED, "")

    def close(self) -> None:
        """Nothing is open."""

    def _accept(self, mail: Mail) -> None:
        if mail.kind is MailKind.REMINDER:
            self._check_reminder(mail)
        if mail.kind is not MailKind.DIGEST:
            return
        self.ledger.accepted[mail.id] += 1
        reader = self._readers[mail.subscription_id or ""]
        self.ledger.after_the_end += reader.state is not SubscriptionState.ACTIVE
        if self.ledger.accepted[mail.id] > 1:
            return
        matches = [match for match in self._office.alerts.matches_of(mail.id) if not match.is_old]
        self.ledger.to_address.update({(reader.email, match.notice_id, match.version) for match in matches})
        for match in matches:
            told = (match.subscription_id, match.notice_id, match.version)
            self.ledger.told[told] += 1
            self._open.discard(told)
            if told in self.ledger.owed and mail.created_at > self.ledger.owed[told] + timedelta(minutes=5):
                self.ledger.late.append(told)

    def _check_reminder(self, mail: Mail) -> None:
        query = select(alert_reminder).where(alert_reminder.c.mail_id == mail.id)
        with self._office.store._engine.connect() as connection:
            for row in connection.execute(query).all():
                self.ledger.reminders += 1
                holds = self._true.get(row.notice_id)
                if holds is None or holds < datetime.now(HANOI) or row.deadline_at != format_moment(holds):
                    self.ledger.past.append((row.notice_id, row.deadline_at))

    def _commit(self) -> None:
        taken, self._own.taken = getattr(self._own, "taken", False), False
        self._maybe_crash("accepted" if taken else "before a commit")

    def _maybe_crash(self, where: str) -> None:
        if self._random.random() < self._crash_rate:
            self.ledger.crashes[where] += 1
            raise Crash(where)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """The crawler and the page do not crash here; they have tests of their own."""
        rate, self._crash_rate = self._crash_rate, 0.0
        try:
            yield
        finally:
            self._crash_rate = rate


def _words(topic: int) -> str:
    return f"{_GOODS[topic % len(_GOODS)]} loại {topic + 1000}"


def _address(number: int) -> str:
    return f"nguoi.nhan.{number}@cong-ty.vn"


def _due(frequency: Frequency, round_at: datetime) -> datetime:
    """The round that has to tell of what was stored, or became due, just before a round."""
    if frequency is Frequency.IMMEDIATE:
        return round_at
    stored = round_at - timedelta(minutes=20)
    day = stored.replace(hour=8, minute=0, second=0, microsecond=0)
    while day <= stored or (frequency is Frequency.WEEKLY and day.weekday() != 0):
        day += timedelta(days=1)
    return day + timedelta(hours=0.01)
