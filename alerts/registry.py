"""What people do with alerts: subscribe, confirm, manage, unsubscribe. The pages are a thin layer over this."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.confirmation import build_confirmation
from alerts.letter import Letter, Stationery
from alerts.link import LIFETIMES, Purpose
from alerts.protocol.address import name_mailbox, parse_address
from alerts.subscription import (
    Subscription,
    check_terms,
    keep_prices,
    keep_query,
    read_rows,
)
from alerts.wording import Words, words_of
from index.price.query import PriceQuery
from index.query import Query
from timthau.config import Settings
from timthau.errors import BusyError, LinkError
from timthau.model.alert import (
    CONFIRMED,
    Frequency,
    Mail,
    MailAllowance,
    MailKind,
    MailRequest,
    Match,
    Shortage,
    SubscriptionState,
)
from timthau.model.moment import HANOI
from timthau.store.alert import AlertStore
from timthau.store.mail import MailStore
from timthau.store.notice import Store
from timthau.store.subscription import SubscriptionStore

#: Mails that people can ask for. A network is what one customer of a provider has: an office, or a household.
ALLOWANCE = MailAllowance(mailbox_hour=4, mailbox_day=12, network_hour=20, network_day=60, all_hour=300, reserve=100)
_HOUR = timedelta(hours=1)


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
        prices: PriceQuery | None = None,
        frequency: Frequency = Frequency.DAILY,
        reminder_days: int | None = None,
        language: str = "vi",
        network: str = "",
    ) -> None:
        """Ask an address to confirm a subscription; one that has it gets its link to manage instead.

        With `notice_id` that notice is watched, with `prices` award lines, and the query is not used; `network` is
        where the wish comes from.
        Raises SubscriptionError when the wish cannot be kept (`reason`: address, everything, reminder, language),
        BusyError when too many ask at once; who has confirmed something before is served nevertheless.
        """
        address = parse_address(email)
        check_terms(reminder_days, language)
        kept = Query() if notice_id or prices else keep_query(query, now.astimezone(HANOI).date())
        wish = Subscription(
            id=secrets.token_hex(8),
            email=address,
            query=kept,
            prices=keep_prices(prices) if prices else None,
            notice_id=notice_id,
            frequency=frequency,
            reminder_days=reminder_days,
            language=language,
            created_at=now,
        )
        # Said to everybody alike, so that nobody learns who is known.
        crowded = self._mails.count_requests(now - _HOUR) >= ALLOWANCE.all_hour - ALLOWANCE.reserve
        if self._grant(address, network, now):
            self._ask(wish, now)
        if crowded:
            raise BusyError("too many mails were asked for in the last hour")

    def _ask(self, wish: Subscription, now: datetime) -> None:
        known = read_rows(self._subscriptions.of_address(wish.email))
        same = [own for own in known if (own.notice_id, own.wish) == (wish.notice_id, wish.wish)]
        if any(own.state in CONFIRMED for own in same):
            self._mail_link(wish.email, wish.language, now)
        elif same:
            terms = {"frequency": wish.frequency, "reminder_days": wish.reminder_days, "language": wish.language}
            self._subscriptions.change(same[0].id, **terms)  # type: ignore[arg-type]  # a table of terms, as stored
            self._mails.add(self._confirm(replace(same[0], language=wish.language), now))
        else:
            self._subscriptions.add(wish.to_row(), self._confirm(wish, now))

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

    def check_link_wish(self, email: str, language: str, now: datetime, *, network: str = "") -> None:
        """Whether a link may be asked for, said to everybody alike.

        Raises SubscriptionError (address, language), BusyError when too many mails were asked for from a network.
        """
        parse_address(email)
        check_terms(None, language)
        if network and self._mails.count_requests(now - _HOUR, network=network) >= ALLOWANCE.network_hour:
            raise BusyError("too many mails were asked for from this network in the last hour")

    def send_link(self, email: str, language: str, now: datetime, *, network: str = "") -> None:
        """Mail an address its link to manage, if it has subscriptions and was not sent too much.

        How long that takes tells which it was: nobody who asks may wait for it. Raises SubscriptionError (address).
        """
        address = parse_address(email)
        with suppress(BusyError):
            if self._is_known(address) and self._grant(address, network, now):
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
            self.own(token, subscription_id), frequency=frequency, reminder_days=reminder_days, language=language
        )

    def pause(self, token: str, subscription_id: str) -> None:
        """Send nothing until it is resumed; what was found before waits, what comes meanwhile is left out."""
        self._subscriptions.pause(self.own(token, subscription_id))

    def resume(self, token: str, subscription_id: str) -> None:
        """Send again what comes from now on; also to an address that was disabled because mail had bounced."""
        self._subscriptions.resume(self.own(token, subscription_id))

    def end(self, token: str, subscription_id: str, now: datetime) -> None:
        """End one subscription from the page to manage. Raises LinkError."""
        self._subscriptions.end(self.own(token, subscription_id), now)

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

    def own(self, token: str, subscription_id: str) -> str:
        """The id, if it is one of the address that the link was mailed to. Raises LinkError."""
        if subscription_id not in {own.id for own in self.managed(token)}:
            raise LinkError("invalid", "the link is not for this subscription")
        return subscription_id

    def followed(self, token: str, limit: int) -> tuple[Subscription, list[Match]]:
        """The subscription of a private feed and its latest finds. Raises LinkError, also when it has ended."""
        subscription = self._get(self._stationery.links.read(Purpose.FEED, token))
        if subscription.state not in CONFIRMED:
            raise LinkError("expired", "the alert has ended")
        return subscription, self._alerts.latest_of(subscription.id, limit)

    def describe(self, subscription: Subscription, words: Words) -> str:
        """What a subscription is about, for people."""
        if subscription.prices:
            return self.describe_prices(subscription.prices, words)
        if subscription.notice_id is None:
            return words.query(subscription.query)
        notice = self._store.summaries([subscription.notice_id]).get(subscription.notice_id)
        title = notice.title if notice else subscription.notice_id
        return words.gettext("the notice “%(title)s”", title=title)

    def describe_prices(self, query: PriceQuery, words: Words) -> str:
        """What a watch of award lines is about, for people; a supplier by its name of today."""
        known = self._store.awards.suppliers_by_id(query.suppliers)
        names = dict.fromkeys(known[key].name for key in query.suppliers if key in known)
        said = [f"“{query.text}”"] if query.text else []
        said += [*query.makers, *names, *query.buyers, *query.provinces, *query.origins]
        return words.gettext("prices paid: %(what)s", what=" · ".join(said))

    def _get(self, subscription_id: str) -> Subscription:
        row = self._subscriptions.get(subscription_id)
        if row is None:
            raise LinkError("invalid", "the link is not valid: its subscription was deleted")
        return Subscription.from_row(row)

    def _grant(self, address: str, network: str, now: datetime) -> bool:
        """Whether an address may be sent a mail that anybody can ask for; counts it. Raises BusyError."""
        known = self._is_known(address)
        request = MailRequest(asked_at=now, mailbox=name_mailbox(address), network=network, known=known)
        shortage = self._mails.take_request(request, ALLOWANCE)
        if shortage is Shortage.NETWORK or (shortage is Shortage.ALL and not known):
            raise BusyError(f"too many mails were asked for: {shortage}")
        return shortage is None

    def _is_known(self, address: str) -> bool:
        return any(row.state in CONFIRMED for row in self._subscriptions.of_address(address))

    def _confirm(self, subscription: Subscription, now: datetime) -> Mail:
        said = self.describe(subscription, words_of(subscription.language))
        return self._stationery.write(build_confirmation(subscription, said, self._stationery.links), now)

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
                "hours": LIFETIMES[Purpose.MANAGE] // _HOUR,
            },
        )
