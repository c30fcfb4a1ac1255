"""From finds to posts: signed as Standard Webhooks has it, tried again with longer waits, given up after three days."""

import base64
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from alerts.hook.target import Reply, check_url, post
from alerts.send import BACK_OFF, LEASE, is_given_up
from alerts.stores import AlertStores
from timthau.errors import HookError
from timthau.exchange.description import describe_notices
from timthau.model.alert import Match
from timthau.model.hook import Delivery, Dispatch, Hook
from timthau.model.moment import format_moment
from timthau.model.notice import Notice

_log = logging.getLogger(__name__)

_AT_ONCE = 100  # notices in one post
_MOST = 50  # posts in one round: mails do not wait for slow systems
_CHALLENGE_TRIES = 3
_GONE = 410
_PREFIX = "whsec_"


def begin_hook(stores: AlertStores, subscription_id: str, url: str, now: datetime) -> None:
    """Let the finds of a subscription be posted to an address, once it has answered a challenge; empty: not any more.

    Raises HookError when it is no address to post to.
    """
    if not url.strip():
        stores.hooks.forget(subscription_id)
        return
    kept = check_url(url, inside=stores.settings.hooks_inside)
    secret = _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode("ascii")
    challenge = secrets.token_urlsafe(24)
    stores.hooks.begin(
        Hook(subscription_id=subscription_id, url=kept, secret=secret, created_at=now),
        Delivery(
            id=_new_id(),
            subscription_id=subscription_id,
            body=json.dumps({"type": "challenge", "challenge": challenge}),
            challenge=challenge,
            created_at=now,
        ),
    )


def post_waiting(stores: AlertStores, clock: Callable[[], datetime], stopping: Callable[[], bool]) -> int:
    """Make deliveries of what was found and post those whose turn it is; gives how many were taken."""
    for subscription_id, matches in stores.hooks.waiting().items():
        for start in range(0, len(matches), _AT_ONCE):
            stores.hooks.dispatch(_build(stores, subscription_id, matches[start : start + _AT_ONCE], clock()))
    taken = 0
    for _ in range(_MOST):
        claimed = None if stopping() else stores.hooks.claim(clock(), LEASE)
        if claimed is None:
            break
        taken += _deliver(stores, *claimed, clock)
    return taken


def sign(secret: str, delivery_id: str, timestamp: int, body: bytes) -> str:
    """The signature of a post: HMAC-SHA256 over its id, its time in seconds since 1970, and its body."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b".".join((delivery_id.encode(), str(timestamp).encode(), body))
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode('ascii')}"


def _deliver(stores: AlertStores, delivery: Delivery, hook: Hook, clock: Callable[[], datetime]) -> bool:
    body, timestamp = delivery.body.encode("utf-8"), int(clock().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "TimThau",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(hook.secret, delivery.id, timestamp, body),
    }
    try:
        reply = post(hook.url, body, headers, inside=stores.settings.hooks_inside)
    except HookError as error:
        return _put_back(stores, delivery, str(error), clock())
    if reply.status == _GONE:
        stores.hooks.fail(hook.subscription_id, "410", clock())
        return False
    if reply.status // 100 != 2 or (delivery.challenge and not _repeats(reply, delivery.challenge)):
        return _put_back(stores, delivery, str(reply.status), clock())
    stores.hooks.settle(delivery, clock())
    if delivery.challenge:
        stores.hooks.activate(hook.subscription_id, clock())
    return True


def _put_back(stores: AlertStores, delivery: Delivery, answer: str, now: datetime) -> bool:
    tried_out = bool(delivery.challenge) and delivery.attempts >= _CHALLENGE_TRIES
    if tried_out or is_given_up(delivery.attempts, delivery.created_at, now):
        _log.info("the webhook of subscription %s is given up: %s", delivery.subscription_id, answer)
        stores.hooks.fail(delivery.subscription_id, answer, now)
    else:
        wait: timedelta = BACK_OFF[min(delivery.attempts, len(BACK_OFF)) - 1]
        stores.hooks.put_back(delivery, now + wait, answer)
    return False


def _repeats(reply: Reply, challenge: str) -> bool:
    """Whether somebody who reads our posts answered: {"challenge": …}, the same again."""
    try:
        answer = json.loads(reply.body)
    except ValueError:
        return False
    said = answer.get("challenge") if isinstance(answer, dict) else None
    return isinstance(said, str) and hmac.compare_digest(said.encode(), challenge.encode())


def _build(stores: AlertStores, subscription_id: str, matches: Sequence[Match], now: datetime) -> Dispatch:
    versions = stores.store.versions_at([(match.notice_id, match.version) for match in matches])
    base = stores.stationery.links.base_url
    described = describe_notices(stores.store, versions.values(), now)
    known = {told["id"]: {name: told[name] for name in ("amends", "effective")} for told in described}
    told = {
        "type": "notices",
        "alert": subscription_id,
        "notices": [_describe(notice, version, base) | known[notice.id] for (_, version), notice in versions.items()],
    }
    if lines := stores.store.awards.lines_by_id(match.notice_id for match in matches):
        told |= {"type": "award_lines", "award_lines": [line.to_json() for line in lines.values()]}
    body = json.dumps(told, ensure_ascii=False)
    return Dispatch(Delivery(id=_new_id(), subscription_id=subscription_id, body=body, created_at=now), matches)


def _describe(notice: Notice, version: int, base: str) -> dict[str, Any]:
    """What a receiver sorts by; all the rest stands at `api`."""
    return {
        "id": notice.id,
        "version": version,
        "kind": notice.kind,
        "title": notice.title,
        "buyer": notice.buyer,
        "province": notice.province,
        "published_at": format_moment(notice.published_at),
        "deadline_at": format_moment(notice.deadline_at),
        "amount_vnd": notice.amount_vnd,
        "url": notice.url,
        "page": f"{base}/notices/{notice.id}",
        "api": f"{base}/api/v1/notices/{notice.id}",
    }


def _new_id() -> str:
    return secrets.token_hex(16)
