"""What an operator does to mails: see what waits and what came back, send again, use an address again, forget one."""

from dataclasses import dataclass
from datetime import datetime

from desk.office import Office
from timthau.errors import DeskError
from timthau.model.alert import Mail, MailState, SubscriptionRow, SubscriptionState
from timthau.model.desk.record import Operator

_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class MailView:
    """The mails of an installation: how many in each state, the latest, and addresses that get none any more."""

    counts: dict[MailState, int]
    waiting: list[Mail]
    failed: list[Mail]
    latest: list[Mail]
    reports: list[tuple[Mail, str, datetime, str]]
    suppressed: list[SubscriptionRow]


class MailDesk:
    """Mails, for one operator; everything done is kept with who and when. Raises DeskError with one line."""

    def __init__(self, office: Office, operator: Operator) -> None:
        self._office, self._operator = office, operator
        self._mails, self._subscriptions = office.stores.mails, office.stores.subscriptions

    def view(self) -> MailView:
        """What waits, what failed, what came back, and whom nothing is sent to."""
        rows = self._subscriptions.all()
        return MailView(
            counts=self._mails.count_by_state(),
            waiting=self._mails.mails(state=MailState.WAITING, limit=_SHOWN),
            failed=self._mails.mails(state=MailState.FAILED, limit=_SHOWN),
            latest=self._mails.mails(limit=_SHOWN),
            reports=self._mails.reports(limit=_SHOWN),
            suppressed=[row for row in rows if row.state is SubscriptionState.DISABLED],
        )

    def resend(self, mail_id: str, now: datetime) -> None:
        """Put a settled mail in the queue again, as it was written."""
        mail = self._mails.mail(mail_id)
        if mail is None:
            raise DeskError(f"there is no mail {mail_id}")
        if mail.state is MailState.WAITING:
            raise DeskError(f"the mail {mail_id} waits already")
        if not mail.message:
            raise DeskError(f"the text of the mail {mail_id} is not kept any more")
        self._mails.requeue(mail_id, now)
        self._note("mail resend", mail_id, now, mail.email)

    def release(self, subscription_id: str, now: datetime) -> None:
        """Send to a subscription again whose address had bounced."""
        row = self._subscriptions.get(subscription_id)
        if row is None or row.state is not SubscriptionState.DISABLED:
            raise DeskError(f"there is no subscription {subscription_id} that nothing is sent to")
        self._subscriptions.resume(subscription_id)
        self._note("mail release", subscription_id, now, row.email)

    def forget(self, email: str, now: datetime) -> int:
        """Delete all that is known of an address, as its owner may ask; gives how many subscriptions it had."""
        address = email.strip().lower()
        count = len(self._subscriptions.of_address(address))
        self._subscriptions.forget(address)
        self._note("person forget", "an address", now)  # the record keeps no name of who wants to be forgotten
        return count

    def _note(self, what: str, target: str, now: datetime, detail: str = "") -> None:
        self._office.deeds.note(self._operator, what, target, now, detail=detail)
