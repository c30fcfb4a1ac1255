"""What people do with alerts: subscribe, confirm, manage, unsubscribe. The pages are a thin layer over this."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.letter import Letter, Stationery
from alerts.link import LIFETIMES, Purpose
from alerts.subscription import (
    Subscription,
    check_terms,
    keep_query,
    parse_address,
    read_rows,
    write_query,
)
from alerts.wording import Words, words_of
from index.query import Query
from timthau.config import Settings
from timthau.errors import BusyError, LinkError
from timthau.model.alert import CONFIRMED, Frequency, Mail, MailKind, Match, SubscriptionState
from timthau.store.alert import AlertStore
from timthau.store.mail import MailStore
from timthau.store.notice import Store
from timthau.store.subscription import SubscriptionStore

#: Mails that people can ask for: to one address in an hour and a day, and to all in an hour.
PER_ADDRESS_HOUR = 4
PER_ADDRESS_DAY = 12
ALL_HOUR = 300


class Registry:
    """The subscriptions as their owners see them. Safe for threads and for several processes.

    Whoever enters an address learns nothing about it: the answer is the same whether or not it is known, and the rest
    comes by mail. Everything else needs a link from such a mail.
    """

    def __init__(
        self, settings: Settings, store: Store, subscriptions: SubscriptionStore, mails: MailStore, alerts: AlertStore
    ) -> None:
        self._stationery = Stationery(settings)
        self._store, self._subscriptions, self._mails, self._alerts = store, subscriptions, mails, alerts

    def subscribe(
        self,
        email: str,
        query: Query,
        now: datetime,
        *,
        notice_id: str | None = None,
        frequency: Frequency = Frequency.DAILY,
        reminder_days: int | None = None,
        language: str = "vi",
    ) -> None:
        """Ask an address to confirm a subscription; one that has it gets its link to manage instead.

        With `notice_id` that notice is watched, and the query is not used. Raises SubscriptionError when the wish
        cannot be kept (`reason`: address, everything, reminder, language), BusyError when too many ask at once.
        """
        address = parse_address(email)
        check_terms(reminder_days, language)
        kept = Query() if notice_id else keep_query(query)
        if not self._may_mail(address, now):
            return
        same = self._find_same(address, kept, notice_id)
        terms = {"frequency": frequency, "reminder_days": reminder_days, "language": language}
        if any(known.state in CONFIRMED for known in same):
            self._mail_link(address, language, now)
        elif same:
            self._subscriptions.change(same[0].id, **terms)  # type: ignore[arg-type]  # a table of terms, checked above
            self._mails.add(self._stationery.write(self._ask(replace(same[0], language=language)), now))
        else:
            new = Subscription(
                id=secrets.token_hex(8),
                email=address,
                query=kept,
                notice_id=notice_id,
                frequency=frequency,
                reminder_days=reminder_days,
                language=language,
                created_at=now,
            )
            self._subscriptions.add(new.to_row(), self._stationery.write(self._ask(new), now))

    def confirm(self, token: str, now: datetime) -> Subscription:
        """Start the subscription that a link confirms; to be called for POST only.

        Raises LinkError (`reason`: expired, invalid, or used when it was confirmed or ended before).
        """
        subscription_id = self._stationery.links.read(Purpose.CONFIRM, token)
        if not self._subscriptions.activate(subscription_id, now):
            raise LinkError("used", "the link was used before")
        return self._get(subscription_id)

    def pending(self, token: str) -> Subscription:
        """The subscription that a link would confirm, for the page with the button. Raises LinkError as `confirm`."""
        found = self._get(self._stationery.links.read(Purpose.CONFIRM, token))
        if found.state is not SubscriptionState.PENDING:
            raise LinkError("used", "the link was used before")
        return found

    def send_link(self, email: str, language: str, now: datetime) -> None:
        """Mail an address its link to manage, if it has subscriptions; nobody learns whether it has.

        Raises SubscriptionError (address, language), BusyError.
        """
        address = parse_address(email)
        check_terms(None, language)
        if self._may_mail(address, now):
            self._mail_link(address, language, now)

    def managed(self, token: str) -> list[Subscription]:
        """All confirmed subscriptions of the address that a link was mailed to, oldest first. Raises LinkError."""
        owner = self._get(self._stationery.links.read(Purpose.MANAGE, token))
        return [s for s in read_rows(self._subscriptions.of_address(owner.email)) if s.state in CONFIRMED]

    def change(
        self, token: str, subscription_id: str, *, frequency: Frequency, reminder_days: int | None, language: str
    ) -> None:
        """Set how often and in which language mail comes. Raises LinkError, SubscriptionError (reminder, language)."""
        check_terms(reminder_days, language)
        self._subscriptions.change(
            self._own(token, subscription_id), frequency=frequency, reminder_days=reminder_days, language=language
        )

    def pause(self, token: str, subscription_id: str) -> None:
        """Send nothing until it is resumed; what was found before waits, what comes meanwhile is left out."""
        self._subscriptions.pause(self._own(token, subscription_id))

    def resume(self, token: str, subscription_id: str) -> None:
        """Send again what comes from now on; also to an address that was disabled because mail had bounced."""
        self._subscriptions.resume(self._own(token, subscription_id))

    def end(self, token: str, subscription_id: str, now: datetime) -> None:
        """End one subscription from the page to manage. Raises LinkError."""
        self._subscriptions.end(self._own(token, subscription_id), now)

    def forget(self, token: str) -> None:
        """Delete all that is known of the address that a link was mailed to. Raises LinkError."""
        self._subscriptions.forget(self._get(self._stationery.links.read(Purpose.MANAGE, token)).email)

    def unsubscribe(self, token: str, now: datetime) -> None:
        """End the subscription that a mail was sent for; as often as asked (RFC 8058). Raises LinkError.

        A subscription that is not known any more has ended, too.
        """
        self._subscriptions.end(self._stationery.links.read(Purpose.UNSUBSCRIBE, token), now)

    def ending(self, token: str) -> Subscription | None:
        """The subscription that a link would end, for the page with the button; None when it has. Raises LinkError."""
        row = self._subscriptions.get(self._stationery.links.read(Purpose.UNSUBSCRIBE, token))
        return Subscription.from_row(row) if row and row.state is not SubscriptionState.DELETED else None

    def mailed(self, token: str) -> tuple[Mail, list[Match]]:
        """A mail and all that it told of, for the page behind "see all". Raises LinkError, also when it is gone."""
        mail = self._mails.mail(self._stationery.links.read(Purpose.SEE, token))
        if mail is None:
            raise LinkError("expired", "the mail is not kept any more")
        return mail, self._alerts.matches_of(mail.id)

    def describe(self, subscription: Subscription, words: Words) -> str:
        """What a subscription is about, for people."""
        if subscription.notice_id is None:
            return words.query(subscription.query)
        notice = self._store.summaries([subscription.notice_id]).get(subscription.notice_id)
        title = notice.title if notice else subscription.notice_id
        return words.gettext("the notice “%(title)s”", title=title)

    def _find_same(self, address: str, query: Query, notice_id: str | None) -> list[Subscription]:
        known = read_rows(self._subscriptions.of_address(address))
        return [own for own in known if own.notice_id == notice_id and write_query(own.query) == write_query(query)]

    def _get(self, subscription_id: str) -> Subscription:
        row = self._subscriptions.get(subscription_id)
        if row is None:
            raise LinkError("invalid", "the link is not valid: its subscription was deleted")
        return Subscription.from_row(row)

    def _own(self, token: str, subscription_id: str) -> str:
        """The id, if it is one of the address that the link was mailed to."""
        if subscription_id not in {own.id for own in self.managed(token)}:
            raise LinkError("invalid", "the link is not for this subscription")
        return subscription_id

    def _may_mail(self, address: str, now: datetime) -> bool:
        """Whether an address may be sent a mail that anybody can ask for. Raises BusyError."""
        hour, day = now - timedelta(hours=1), now - timedelta(days=1)
        if self._mails.count_asked_for(hour) >= ALL_HOUR:
            raise BusyError("too many mails were asked for in the last hour")
        return (
            self._mails.count_asked_for(hour, email=address) < PER_ADDRESS_HOUR
            and self._mails.count_asked_for(day, email=address) < PER_ADDRESS_DAY
        )

    def _ask(self, subscription: Subscription) -> Letter:
        words = words_of(subscription.language)
        about = self.describe(subscription, words)
        return Letter(
            kind=MailKind.CONFIRMATION,
            email=subscription.email,
            language=subscription.language,
            subject=words.gettext("Please confirm your alerts: %(about)s", about=about),
            template="confirmation",
            values={
                "about": about,
                "confirm_url": self._stationery.links.url(Purpose.CONFIRM, subscription.id),
                "days": LIFETIMES[Purpose.CONFIRM].days,
            },
            subscription=subscription,
        )

    def _mail_link(self, address: str, language: str, now: datetime) -> None:
        known = [s for s in read_rows(self._subscriptions.of_address(address)) if s.state in CONFIRMED]
        if known:
            self._mails.add(self._stationery.write(self._tell(known, language), now))

    def _tell(self, known: Sequence[Subscription], language: str) -> Letter:
        words = words_of(language)
        return Letter(
            kind=MailKind.LINK,
            email=known[0].email,
            language=language,
            subject=words.gettext("Your alerts from TimThau"),
            template="link",
            values={
                "about": [self.describe(one, words) for one in known],
                "manage_url": self._stationery.links.url(Purpose.MANAGE, known[0].id),
            },
        )
