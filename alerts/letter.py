"""A mail with its envelope: headers that nothing can be injected into, text and HTML, ways to stop."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from alerts.link import Links, Purpose
from alerts.protocol.header import one_line, write_address, write_text
from alerts.subscription import Subscription
from alerts.wording import words_of
from timthau.config import Settings
from timthau.model.alert import Mail, MailKind, Window

_SUBJECT = 140  # letters; mail programs show about half of that
_PREHEADER = 200  # letters, of which lists of mails show about half after the subject
#: Octets of a mail. Gmail cuts off what comes after 102 KB, which would be the ways to stop.
MOST_OCTETS = 100_000
#: The header that names the subscription of a mail, for filters of who has several.
SUBSCRIPTION_HEADER = "X-TimThau-Alert"


class _Policy(EmailPolicy):
    """Lines as SMTP has them; texts and names are encoded by us, addresses in List- headers are never broken."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        kind = name.lower()
        if kind == "subject":
            folded = write_text(name, str(value))
        elif kind in ("from", "reply-to"):
            folded = write_address(name, value.addresses[0])
        elif kind.startswith(("list-", "x-")):
            folded = str(value)
        else:
            return super().fold_binary(name, value)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


_POLICY = _Policy(linesep="\r\n")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says: its subject, and the pair of templates that its values are put into.

    `subscription` is the one it is sent for; a letter without one goes to somebody who has none. `preheader` is what
    lists of mails show after the subject. Of `entries` among the values as many are kept as the mail has room for.
    """

    kind: MailKind
    email: str
    language: str
    subject: str
    template: str
    preheader: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    subscription: Subscription | None = None
    window: Window | None = None


class Stationery:
    """Puts letters into envelopes that carry the installation's name and links."""

    def __init__(self, settings: Settings) -> None:
        self.links = Links.of(settings)
        self._sender = _parse_address(settings.mail_from)
        self._reply_to = _parse_address(settings.reply_to) if settings.reply_to else None
        self._postal = settings.postal_address
        self._domain = self._sender.domain

    def write(self, letter: Letter, now: datetime, mail_id: str | None = None) -> Mail:
        """The mail to put in the queue; its Message-ID stays however often it is tried."""
        mail_id = mail_id or new_mail_id()
        entries = list(letter.values.get("entries", ()))
        source = self._build(letter, now, mail_id, entries)
        while len(source) > MOST_OCTETS and len(entries) > 1:
            del entries[min(len(entries) - 1, len(entries) * MOST_OCTETS // len(source)) :]
            source = self._build(letter, now, mail_id, entries)
        return Mail(
            id=mail_id,
            kind=letter.kind,
            subscription_id=letter.subscription.id if letter.subscription else None,
            email=letter.email,
            window_starts_at=letter.window.starts_at if letter.window else None,
            window_ends_at=letter.window.ends_at if letter.window else None,
            message=source.decode("ascii"),
            created_at=now,
        )

    def _build(self, letter: Letter, now: datetime, mail_id: str, entries: list[Any]) -> bytes:
        message = EmailMessage(policy=_POLICY)
        message["From"] = self._sender
        message["To"] = Address(addr_spec=letter.email)
        if self._reply_to:
            message["Reply-To"] = self._reply_to
        subject = one_line(letter.subject, _SUBJECT)
        # The package decodes what looks like an encoded word when it is set, line ends and all.
        message["Subject"] = subject.replace("=?", "= ?")
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{mail_id}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        values = letter.values | {
            "subject": subject,
            "preheader": one_line(letter.preheader, _PREHEADER),
            "home_url": self.links.base_url,
            "alerts_url": f"{self.links.base_url}/alerts/",
            "postal": self._postal,
            "reply_to": self._reply_to.addr_spec if self._reply_to else "",
        }
        if "entries" in values:
            values["entries"] = entries
        if letter.subscription:
            values |= self._add_ways_to_stop(message, letter.subscription)
        words = words_of(letter.language)
        text = words.build(f"{letter.template}.txt", values)
        message.set_content(f"{text.strip()}\n", cte="quoted-printable")
        message.add_alternative(words.build(f"{letter.template}.html", values), subtype="html", cte="quoted-printable")
        return message.as_bytes()

    def _add_ways_to_stop(self, message: EmailMessage, subscription: Subscription) -> dict[str, str]:
        """RFC 2919 and RFC 8058: mail programs sort by the list and show a button that ends it with one POST."""
        unsubscribe = self.links.url(Purpose.UNSUBSCRIBE, subscription.id)
        message["List-Id"] = f"TimThau <alerts.{self._domain}>"
        message[SUBSCRIPTION_HEADER] = subscription.id
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        return {"unsubscribe_url": unsubscribe}


def new_mail_id() -> str:
    """An id that nobody can guess, so that only who got a mail can report about it."""
    return secrets.token_hex(16)


def _parse_address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)
