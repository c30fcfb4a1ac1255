"""Emptying the queue: each mail is claimed, handed over, and settled."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.bounce import Report, take_report
from alerts.mailer import DeliveryOutcome, Mailer, RelayAnswer
from alerts.stores import AlertStores
from timthau.errors import MailError
from timthau.model.alert import Mail, MailState, ReportKind

_log = logging.getLogger(__name__)

#: For how long a worker has a mail to itself; longer than any relay takes. Killed, it leaves the mail to the next.
LEASE = timedelta(minutes=10)
#: Waits after the first, second … try that failed for now.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480)]
_GIVE_UP = timedelta(days=3)


@dataclass
class SendCount:
    """How many mails went which way in one round; `trouble` is why it ended early."""

    sent: int = 0
    filed: int = 0
    put_back: int = 0
    failed: int = 0
    trouble: str = ""


def send_waiting(
    stores: AlertStores, mailer: Mailer, clock: Callable[[], datetime], stopping: Callable[[], bool]
) -> SendCount:
    """Hand over all mails whose turn it is. A relay that is out of reach ends the round; the mails stay.

    A mail is settled after the relay took it. A worker that dies between the two leaves it to be sent again, with the
    same Message-ID: at least once, never silently not at all.
    """
    tally = SendCount()
    while not stopping() and (mail := stores.mails.claim(clock(), LEASE)):
        if stores.alerts.withdraw(mail, clock()):  # a deadline was moved while the mail waited
            continue
        try:
            delivery = mailer.send(mail)
        except MailError as error:
            tally.trouble = str(error)
            _put_back(stores, mail, str(error), clock(), tally)
            break
        _settle(stores, mail, delivery, clock(), tally)
    mailer.close()  # a relay does not keep a silent connection until the next round
    return tally


def is_given_up(attempts: int, created_at: datetime, now: datetime) -> bool:
    """Whether what failed so often is tried no more: it is three days old, and was tried after every wait.

    A pause of its alert, or days in which no worker ran, are no tries.
    """
    return attempts > len(BACK_OFF) and now - created_at > _GIVE_UP


def _settle(stores: AlertStores, mail: Mail, delivery: RelayAnswer, now: datetime, tally: SendCount) -> None:
    if delivery.outcome is DeliveryOutcome.TRY_LATER:
        _put_back(stores, mail, delivery.answer, now, tally)
    elif delivery.outcome is DeliveryOutcome.ACCEPTED:
        stores.mails.settle(mail.id, MailState.SENT, now, delivery.answer)
        tally.sent += 1
    elif delivery.outcome is DeliveryOutcome.FILED:
        stores.mails.settle(mail.id, MailState.FILED, now, delivery.answer)
        tally.filed += 1
    else:
        _fail(stores, mail, delivery.answer, now, tally)
        if delivery.outcome is DeliveryOutcome.UNKNOWN_ADDRESS:
            take_report(stores, Report(mail.id, ReportKind.HARD_BOUNCE, delivery.answer), now, from_relay=True)


def _put_back(stores: AlertStores, mail: Mail, answer: str, now: datetime, tally: SendCount) -> None:
    if is_given_up(mail.attempts, mail.created_at, now):
        _fail(stores, mail, answer, now, tally)
    else:
        wait = BACK_OFF[min(mail.attempts, len(BACK_OFF)) - 1]
        stores.mails.put_back(mail.id, now + wait, answer)
        tally.put_back += 1


def _fail(stores: AlertStores, mail: Mail, answer: str, now: datetime, tally: SendCount) -> None:
    _log.warning("mail %s to %s was not taken: %s", mail.id, mail.email, answer)
    stores.mails.settle(mail.id, MailState.FAILED, now, answer)
    tally.failed += 1
