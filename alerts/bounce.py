"""What comes back about mails: bounces (RFC 3464), complaints (RFC 5965), canaries that arrived; mailbox or webhook.

Only reports that name the Message-ID of a mail of ours count, and each is about the alert of that mail alone: who was
passed on a mail, and so knows its id, can forge no more than its link to unsubscribe does.
"""

import email
import json
import mailbox
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from pathlib import Path

from alerts.protocol.refusal import speaks_of_policy, tells_dead_mailbox
from alerts.stores import AlertStores
from timthau.errors import DocumentError
from timthau.model.alert import Mail, MailKind, ReportKind

_MAIL_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_DIAGNOSTIC = 500  # letters that are kept
#: Octets of a message that are read: a report says what it is about before the mail that it carries.
MOST_OF_A_MESSAGE = 262_144
#: Mails that must come back from a dead mailbox before nothing more is sent to it.
DEAD_AFTER = 2


@dataclass(frozen=True)
class Report:
    """What is reported about the mail with an id; `diagnostic` is the other side's word."""

    mail_id: str
    kind: ReportKind
    diagnostic: str = ""


def parse_report(message: Message) -> Report | None:
    """What a mail to our sender's address reports; None when it is about no mail of ours, or only a delay."""
    try:
        return _read_report(message)
    except RecursionError:  # parts in parts, without end
        return None


def _read_report(message: Message) -> Report | None:
    mail_id = _find_mail_id(message)
    if mail_id is None:
        return None
    if message.get_content_type() != "multipart/report":
        # A mail of ours itself, in a mailbox that we read.
        return Report(mail_id, ReportKind.ARRIVED) if _MAIL_ID.search(str(message["Message-ID"] or "")) else None
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            return Report(mail_id, ReportKind.COMPLAINT, _flatten(part)[:_DIAGNOSTIC])
        if part.get_content_type() == "message/delivery-status":
            return _read_status(mail_id, part)
    return None


def parse_webhook(body: bytes) -> list[Report]:
    """The reports of a webhook: {"reports": [{"message_id", "kind", "diagnostic"}, …]}; unknown mails are left out.

    `kind` is hard_bounce, soft_bounce or complaint; a hard bounce whose diagnostic speaks of policy is a soft one.
    Raises DocumentError when the body is something else.
    """
    try:
        entries = json.loads(body)["reports"]
        return [
            _weigh(Report(found[1], ReportKind(entry["kind"]), str(entry.get("diagnostic") or "")[:_DIAGNOSTIC]))
            for entry in entries
            if (found := _MAIL_ID.search(f"<{str(entry['message_id']).strip('<>')}>"))
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DocumentError(f"these are no reports of mails: {error}") from error


def load_messages(path: Path) -> Iterator[Message]:
    """The messages of a maildir (new ones, which are then marked as seen), of an mbox, or of a single file.

    Raises DocumentError when it is none of these.
    """
    try:
        if path.is_dir():
            yield from _load_maildir(path)
            return
        with path.open("rb") as file:
            start = file.read(MOST_OF_A_MESSAGE)
        if start[:5] == b"From ":
            with closing(mailbox.mbox(path, create=False)) as box:
                yield from (parse_message(box.get_bytes(key)) for key in box.keys())  # noqa: SIM118  # no dictionary
        else:
            yield parse_message(start)
    except (OSError, mailbox.Error) as error:
        raise DocumentError(f"{path}: {error}") from error


def parse_message(source: bytes) -> Message:
    """The beginning of a message from its bytes, however broken; an empty one where it is too deep to be read."""
    try:
        return email.message_from_bytes(source[:MOST_OF_A_MESSAGE])
    except RecursionError:
        return Message()


def take_report(stores: AlertStores, report: Report, now: datetime, *, from_relay: bool = False) -> bool:
    """Act on a report: hard bounces of several mails of an alert disable it, a complaint ends it.

    What our relay says of an address when it is handed a mail nobody can forge: it counts for all of the address's
    alerts. One hard bounce may be a mistake of the other side; it ends only wishes that nobody has confirmed.

    False when it is known already or about no mail that we have, or when it says that an ordinary mail arrived.
    """
    mail = stores.mails.mail(report.mail_id)
    if mail is None or (report.kind is ReportKind.ARRIVED and mail.kind is not MailKind.CANARY):
        return False
    if not stores.mails.report(report.mail_id, report.kind, now, report.diagnostic):
        return False
    if report.kind is ReportKind.HARD_BOUNCE:
        _take_hard_bounce(stores, mail, now, from_relay=from_relay)
    elif report.kind is ReportKind.COMPLAINT and mail.subscription_id:
        stores.subscriptions.end(mail.subscription_id, now)
    return True


def _take_hard_bounce(stores: AlertStores, mail: Mail, now: datetime, *, from_relay: bool) -> None:
    for row in stores.subscriptions.of_address(mail.email):
        if from_relay or mail.subscription_id in (None, row.id):  # a link to manage is of all alerts
            whose = None if from_relay else row.id
            count = stores.mails.count_reports(mail.email, ReportKind.HARD_BOUNCE, subscription_id=whose)
            stores.subscriptions.disable(row.id, now, pending_only=count < DEAD_AFTER)


def _weigh(report: Report) -> Report:
    soft = report.kind is ReportKind.HARD_BOUNCE and speaks_of_policy(report.diagnostic)
    return replace(report, kind=ReportKind.SOFT_BOUNCE) if soft else report


def _load_maildir(path: Path) -> Iterator[Message]:
    for file in sorted((path / "new").iterdir()):
        with file.open("rb") as source:
            yield parse_message(source.read(MOST_OF_A_MESSAGE))
        file.rename(path / "cur" / f"{file.name}:2,S")


def _find_mail_id(message: Message) -> str | None:
    """The id of our mail: its own headers, or those of the original that a report carries along."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            found = re.search(rf"^message-id:\s*{_MAIL_ID.pattern}", _text(part), re.IGNORECASE | re.MULTILINE)
        else:
            found = _MAIL_ID.search(str(part["Message-ID"] or ""))
        if found:
            return found[1]
    return None


def _read_status(mail_id: str, part: Message) -> Report | None:
    for block in part.get_payload() if part.is_multipart() else ():  # one for the message, one for each recipient
        if not isinstance(block, Message):
            continue
        action, status = str(block["Action"] or "").strip().lower(), str(block["Status"] or "").strip()
        if action == "failed":
            said = str(block["Diagnostic-Code"] or "")
            answer = " ".join(f"{status} {said}".split())[:_DIAGNOSTIC]
            kind = ReportKind.HARD_BOUNCE if tells_dead_mailbox(answer) else ReportKind.SOFT_BOUNCE
            return Report(mail_id, kind, answer)
    return None


def _flatten(part: Message) -> str:
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [payload]
    return " ".join(" ".join(str(block).split()) for block in blocks)


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(part.get_payload())
