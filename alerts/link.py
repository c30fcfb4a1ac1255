"""Addresses in mails: signed, expiring, each good for one purpose."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from itsdangerous import BadSignature, URLSafeTimedSerializer

from timthau.config import Settings
from timthau.errors import LinkError
from timthau.model.moment import CLOCKS_APART


class Purpose(StrEnum):
    """What a link lets its reader do; each is a path under /alerts/."""

    CONFIRM = "confirm"
    MANAGE = "manage"
    UNSUBSCRIBE = "unsubscribe"
    SEE = "mails"
    FEED = "feed"


#: How long a link is good for. Unsubscribing must work from mails that lie about for long; managing everything only for
#: who has just asked for the link.
LIFETIMES = {
    Purpose.CONFIRM: timedelta(days=3),
    Purpose.MANAGE: timedelta(hours=2),
    Purpose.UNSUBSCRIBE: timedelta(days=800),
    Purpose.SEE: timedelta(days=400),
    Purpose.FEED: timedelta(days=3650),  # as long as its alert lives
}


#: What would be good until a clock that was ahead is right.
_SHORT_LIVED = (Purpose.CONFIRM, Purpose.MANAGE)


@dataclass(frozen=True)
class Links:
    """Makes and reads links with a secret key."""

    secret_key: str
    base_url: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The links of an installation; without TIMTHAU_BASE_URL they lead to this machine."""
        return cls(settings.secret_key, settings.base_url or "http://127.0.0.1:8080")

    def url(self, purpose: Purpose, identity: str) -> str:
        """The address for a subscription (of a mail for SEE)."""
        return f"{self.base_url}/alerts/{purpose}/{self.token(purpose, identity)}"

    def token(self, purpose: Purpose, identity: str) -> str:
        """The signed part of the address."""
        return str(self._serializer(purpose).dumps(identity))

    def read(self, purpose: Purpose, token: str) -> str:
        """The id that a token is for. Raises LinkError when it has expired, or is not ours or not for this purpose.

        In mails of a clock that was ahead those links are good that lie about for long.
        """
        serializer = self._serializer(purpose)
        try:
            identity, made_at = serializer.loads(token, return_timestamp=True)
        except BadSignature as error:
            raise LinkError("invalid", "the link is not valid") from error
        age = datetime.now(UTC) - made_at
        if age > LIFETIMES[purpose] or (age < -CLOCKS_APART and purpose in _SHORT_LIVED):
            raise LinkError("expired", "the link has expired")
        return str(identity)

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret_key, salt=f"timthau.alerts.{purpose}")
