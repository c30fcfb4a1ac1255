"""Handing mails over: to a relay by SMTP, or to files in the outbox folder."""

import smtplib
import ssl
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Protocol
from urllib.parse import unquote, urlsplit

from alerts.protocol.refusal import tells_dead_mailbox
from timthau.config import Settings
from timthau.errors import MailError
from timthau.model.alert import Mail
from timthau.scratch import PART, clear_parts

_OK = 250
_TIMEOUT = 30  # seconds without an answer of the relay
_PORTS = {"smtp": 25, "smtps": 465}


class DeliveryOutcome(StrEnum):
    """What came of handing a mail over; UNKNOWN_ADDRESS and REFUSED are for good."""

    ACCEPTED = "accepted"
    FILED = "filed"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    UNKNOWN_ADDRESS = "unknown_address"


@dataclass(frozen=True)
class RelayAnswer:
    """An outcome, and what the relay said."""

    outcome: DeliveryOutcome
    answer: str


class Mailer(Protocol):
    """Something that takes mails."""

    def send(self, mail: Mail) -> RelayAnswer:
        """Hand a mail over. Raises MailError when nothing can be handed over now, whatever the mail."""

    def close(self) -> None:
        """End the connection, if there is one."""


class OutboxMailer:
    """Writes each mail to a file TIMTHAU_HOME/outbox/<id>.eml, which any mail program opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        clear_parts(folder.glob(f"*{PART}"))

    def send(self, mail: Mail) -> RelayAnswer:
        """Write a mail; the same one again replaces its file."""
        path = self._folder / f"{mail.id}.eml"
        partial = path.with_suffix(PART)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(mail.message.encode("ascii"))
            partial.replace(path)
        except OSError as error:
            raise MailError(f"{path}: {error.strerror}") from error
        return RelayAnswer(DeliveryOutcome.FILED, path.name)

    def close(self) -> None:
        """Nothing is open."""


class SmtpMailer:
    """One connection to a relay, opened with the first mail and again when it breaks.

    `smtps` is TLS from the start. With `smtp` STARTTLS is used where it is offered; with a password it is demanded and
    the certificate is checked. Without one the certificate is not checked: a relay in the house often has its own, and
    the alternative would be no encryption at all.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender = sender
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: Mail) -> RelayAnswer:
        """Hand a mail to the relay; ACCEPTED only after it took responsibility for it."""
        try:
            connection = self._living_connection() or self._connect()
            connection.sendmail(self._sender, [mail.email], mail.message.encode("ascii"))
        except smtplib.SMTPRecipientsRefused as error:
            return _judge(*error.recipients[mail.email], about_recipient=True)
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            return _judge(error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise MailError(f"the relay {self._host}:{self._port} cannot be used: {error}") from error
        return RelayAnswer(DeliveryOutcome.ACCEPTED, "")

    def close(self) -> None:
        """Say goodbye, if the relay still listens."""
        if self._connection:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection.close()
            self._connection = None

    def _living_connection(self) -> smtplib.SMTP | None:
        """The open connection, unless the relay has ended it; asked before each mail, as afterwards nobody could tell
        whether the mail was taken."""
        try:
            if self._connection and self._connection.noop()[0] == _OK:
                return self._connection
        except (smtplib.SMTPException, OSError):
            pass  # it has ended, which is what was asked
        self.close()
        return None

    def _connect(self) -> smtplib.SMTP:
        checked = ssl.create_default_context()
        connection: smtplib.SMTP
        if self._secure:
            connection = smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=checked)
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
        self._connection = connection  # from here on `close` ends it, whatever fails
        if not self._secure:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=checked if self._password else _unchecked())
            elif self._password:
                raise smtplib.SMTPNotSupportedError("no STARTTLS is offered, which a password needs")
        if self._user:
            connection.login(self._user, self._password)
        return connection


class AllowedMailer(AbstractContextManager["AllowedMailer"]):
    """Hands mail for addresses on the list to one mailer and the rest to another."""

    def __init__(self, allow: tuple[str, ...], real: Mailer, other: Mailer) -> None:
        self._allow, self._real, self._other = allow, real, other

    def send(self, mail: Mail) -> RelayAnswer:
        """Hand a mail to who takes it."""
        return (self._real if is_allowed(mail.email, self._allow) else self._other).send(mail)

    def close(self) -> None:
        """Close both."""
        self._real.close()
        self._other.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def is_allowed(address: str, allow: tuple[str, ...]) -> bool:
    """Whether an address gets real mail: it stands on the list itself, by its domain (@…), or everybody does (*)."""
    return "*" in allow or address in allow or f"@{address.rpartition('@')[2]}" in allow


def open_mailer(settings: Settings) -> AllowedMailer:
    """The mailer of an installation."""
    outbox = OutboxMailer(settings.home / "outbox")
    real: Mailer = SmtpMailer(settings.smtp_url, parseaddr(settings.mail_from)[1]) if settings.smtp_url else outbox
    return AllowedMailer(settings.mail_allow, real, outbox)


def _judge(code: int, said: bytes | str, *, about_recipient: bool = False) -> RelayAnswer:
    answer = f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    if code // 100 == 4:
        return RelayAnswer(DeliveryOutcome.TRY_LATER, answer)
    unknown = about_recipient and tells_dead_mailbox(answer)
    return RelayAnswer(DeliveryOutcome.UNKNOWN_ADDRESS if unknown else DeliveryOutcome.REFUSED, answer)


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
