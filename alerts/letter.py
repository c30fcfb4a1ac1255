"""A mail with its envelope: headers that nothing can be injected into, text and HTML, ways to stop."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from alerts.link import Links, Purpose
from alerts.subscription import Subscription
from alerts.wording import words_of
from timthau.config import Settings
from timthau.model.alert import Mail, MailKind, Window

_SUBJECT = 140  # letters; mail programs show about half of that
# Control characters, and those that change the direction of what follows.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


class _Policy(EmailPolicy):
    """Lines as SMTP has them; addresses in List- headers are never broken, which the library would do by encoding."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower().startswith("list-"):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says: its subject, and the pair of templates that its values are put into.

    `subscription` is the one it is sent for; a letter without one goes to somebody who has none.
    """

    kind: MailKind
    email: str
    language: str
    subject: str
    template: str
    values: dict[str, Any] = field(default_factory=dict)
    subscription: Subscription | None = None
    window: Window | None = None


class Stationery:
    """Puts letters into envelopes that carry the installation's name and links."""

    def __init__(self, settings: Settings) -> None:
        self.links = Links.of(settings)
        name, self._address = parseaddr(settings.mail_from)
        self._sender = Address(display_name=name, addr_spec=self._address)
        self._domain = self._address.rpartition("@")[2]

    def write(self, letter: Letter, now: datetime, mail_id: str | None = None) -> Mail:
        """The mail to put in the queue; its Message-ID stays however often it is tried."""
        mail_id = mail_id or new_mail_id()
        message = EmailMessage(policy=_POLICY)
        message["From"] = self._sender
        message["To"] = Address(addr_spec=letter.email)
        message["Subject"] = one_line(letter.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{mail_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        values = letter.values | {"subject": one_line(letter.subject), "home_url": self.links.base_url}
        if letter.subscription:
            values |= self._add_ways_to_stop(message, letter.subscription)
        words = words_of(letter.language)
        text = words.build(f"{letter.template}.txt", values)
        message.set_content(f"{text.strip()}\n", cte="quoted-printable")
        message.add_alternative(words.build(f"{letter.template}.html", values), subtype="html", cte="quoted-printable")
        return Mail(
            id=mail_id,
            kind=letter.kind,
            subscription_id=letter.subscription.id if letter.subscription else None,
            email=letter.email,
            window_starts_at=letter.window.starts_at if letter.window else None,
            window_ends_at=letter.window.ends_at if letter.window else None,
            message=message.as_bytes().decode("ascii"),
            created_at=now,
        )

    def _add_ways_to_stop(self, message: EmailMessage, subscription: Subscription) -> dict[str, str]:
        """RFC 2919 and RFC 8058: mail programs sort by the list and show a button that ends it with one POST."""
        unsubscribe = self.links.url(Purpose.UNSUBSCRIBE, subscription.id)
        message["List-Id"] = f"<{subscription.id}.alerts.{self._domain}>"
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return {"unsubscribe_url": unsubscribe, "manage_url": self.links.url(Purpose.MANAGE, subscription.id)}


def new_mail_id() -> str:
    """An id that nobody can guess, so that only who got a mail can report about it."""
    return secrets.token_hex(16)


def one_line(text: str) -> str:
    """A text that fits into a header: one line without unseen characters, cut where it is too long.

    What looks like an encoded word (RFC 2047) is taken apart: the email package would decode it, line ends and all.
    """
    plain = " ".join(_UNSEEN.sub(" ", text).replace("=?", "= ?").split())
    return plain if len(plain) <= _SUBJECT else f"{plain[: _SUBJECT - 1].rstrip()}…"
