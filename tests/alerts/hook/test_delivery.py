"""An alert's finds at its owner's system: challenged, signed, each in one post, tried again."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine

from alerts.hook.delivery import begin_hook
from alerts.mailer import open_mailer
from alerts.worker import Worker
from tests.site.alert_stores import NOON, StaffedStores
from timthau.errors import HookError
from timthau.model.hook import HookState
from timthau.model.moment import HANOI
from timthau.model.notice import Notice

MakeNotice = Callable[..., Notice]


@dataclass
class Receiver:
    """A system that takes posts; `status` is what it answers, `repeats` whether it knows what a challenge is."""

    url: str = ""
    status: int = 200
    repeats: bool = True
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def notices(self) -> list[str]:
        """The titles that were posted and taken."""
        told = [json.loads(body) for _, body in self.posts]
        return [notice["title"] for post in told if post["type"] == "notices" for notice in post["notices"]]


@contextmanager
def _run_receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.posts.append((dict(self.headers), body))
            self.send_response(receiver.status)
            self.end_headers()
            if receiver.repeats:
                self.wfile.write(json.dumps({"challenge": json.loads(body).get("challenge")}).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
    thread.join()


class House:
    """An installation whose webhooks may lead inside, with one alert, moved through time by hand."""

    def __init__(self, stores: StaffedStores, make_notice: MakeNotice, travel: Any) -> None:
        self.stores = StaffedStores.open(replace(stores.settings, hooks_inside=True))
        self._make, self._travel = make_notice, travel
        self.alert = self.stores.subscribe("băng phim")

    def run(self, minutes: float = 0) -> None:
        self._travel.move_to(NOON + timedelta(minutes=minutes))
        with open_mailer(self.stores.settings) as mailer:
            Worker(self.stores, mailer).run()

    def save(self, key: str, minutes: float = 0) -> None:
        self._travel.move_to(NOON + timedelta(minutes=minutes))
        self.stores.store.save(self._make(key, title=f"Báo giá băng phim {key}"), datetime.now(HANOI))

    @property
    def state(self) -> HookState | None:
        hook = self.stores.hooks.hook(self.alert)
        return hook.state if hook else None


@pytest.fixture
def house(stores: StaffedStores, make_notice: MakeNotice) -> Iterator[House]:
    with time_machine.travel(NOON, tick=False) as travel:
        built = House(stores, make_notice, travel)
        yield built
        built.stores.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with _run_receiver() as running:
        yield running


def test_finds_are_posted_signed_once_after_the_challenge_was_answered(house: House, receiver: Receiver) -> None:
    house.save("before", -10)
    begin_hook(house.stores, house.alert, receiver.url, NOON)
    assert house.state is HookState.PENDING
    house.run()
    assert (house.state, receiver.notices) == (HookState.ACTIVE, [])
    house.save("a", 5)
    house.save("b", 6)
    for minutes in (7, 8):
        house.run(minutes)
    assert sorted(receiver.notices) == ["Báo giá băng phim a", "Báo giá băng phim b"]
    headers, body = receiver.posts[-1]
    hook = house.stores.hooks.hook(house.alert)
    assert hook
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"


def test_who_does_not_repeat_the_challenge_is_sent_nothing_more(house: House, receiver: Receiver) -> None:
    receiver.repeats = False
    begin_hook(house.stores, house.alert, receiver.url, NOON)
    house.save("a")
    for minutes in (0, 2, 10, 60, 600):
        house.run(minutes)
    assert (house.state, len(receiver.posts), receiver.notices) == (HookState.FAILED, 3, [])


def test_what_is_not_taken_comes_again_with_longer_waits_and_the_same_id(house: House, receiver: Receiver) -> None:
    begin_hook(house.stores, house.alert, receiver.url, NOON)
    house.run()
    receiver.status = 503
    house.save("a", 1)
    for minutes in (1, 1.5, 2.1, 3, 7.2):
        house.run(minutes)
    assert len(receiver.posts) == 1 + 3  # at once, after one minute, after five more
    receiver.status = 204
    house.run(30)
    house.run(60)
    assert len(receiver.posts) == 1 + 4
    assert len({headers["webhook-id"] for headers, _ in receiver.posts[1:]}) == 1
    hook = house.stores.hooks.hook(house.alert)
    assert hook is not None
    assert hook.answer == ""


def test_a_system_that_takes_nothing_for_days_or_is_gone_is_given_up(house: House, receiver: Receiver) -> None:
    begin_hook(house.stores, house.alert, receiver.url, NOON)
    house.run()
    receiver.status = 500
    house.save("a", 1)
    for hours in range(0, 90, 9):
        house.run(60 * hours + 2)
    assert house.state is HookState.FAILED
    receiver.status = 200
    begin_hook(house.stores, house.alert, receiver.url, datetime.now(HANOI))
    house.run(60 * 100)
    assert house.state is HookState.ACTIVE
    receiver.status = 410
    house.save("b", 60 * 101)
    house.run(60 * 102)
    assert house.state is HookState.FAILED


def test_days_in_which_no_worker_ran_do_not_give_a_webhook_up(house: House, receiver: Receiver) -> None:
    begin_hook(house.stores, house.alert, receiver.url, NOON)
    house.run()
    receiver.status = 503
    house.save("a", 1)
    house.run(2)
    house.run(60 * 100)
    assert house.state is HookState.ACTIVE
    receiver.status = 200
    house.run(60 * 101)
    assert len(receiver.posts) == 1 + 3


def test_a_webhook_ends_with_its_alert_or_when_its_owner_says_so(house: House, receiver: Receiver) -> None:
    begin_hook(house.stores, house.alert, receiver.url, NOON)
    house.run()
    house.save("a", 1)
    house.stores.subscriptions.pause(house.alert)
    house.run(2)
    assert receiver.notices == []
    house.stores.subscriptions.resume(house.alert)
    begin_hook(house.stores, house.alert, " ", NOON)
    assert house.state is None
    begin_hook(house.stores, house.alert, receiver.url, NOON)
    house.stores.subscriptions.forget("phong.kinh.doanh@cong-ty.vn")
    assert house.state is None
    house.run(3)


def test_where_strangers_subscribe_a_webhook_cannot_lead_inside(stores: StaffedStores, receiver: Receiver) -> None:
    alert = stores.subscribe("băng phim")
    with pytest.raises(HookError):
        begin_hook(stores, alert, receiver.url, NOON)
    begin_hook(stores, alert, receiver.url.replace("http:", "https:"), NOON)
    with time_machine.travel(NOON, tick=False), open_mailer(stores.settings) as mailer:
        Worker(stores, mailer).run()
    hook = stores.hooks.hook(alert)
    assert hook
    assert hook.answer == "the address leads to no public machine"
    assert receiver.posts == []
