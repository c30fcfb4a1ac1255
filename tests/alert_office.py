"""An installation with alerts, for tests: its stores, its registry, and what a reader finds in the mails."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import urlsplit

from alerts.registry import Registry
from index.query import Query
from timthau.alert_store import AlertStore
from timthau.config import Settings
from timthau.mail_store import Mail, MailStore
from timthau.model import HANOI
from timthau.store import Store
from timthau.subscription_store import SubscriptionStore

#: A Wednesday.
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=HANOI)
READER = "phong.kinh.doanh@cong-ty.vn"


@dataclass(frozen=True)
class Office:
    """The rooms of an installation."""

    settings: Settings
    store: Store
    subscriptions: SubscriptionStore
    mails: MailStore
    alerts: AlertStore

    @classmethod
    def open(cls, settings: Settings) -> "Office":
        url = settings.database_url
        return cls(settings, Store.open(url), SubscriptionStore.open(url), MailStore.open(url), AlertStore.open(url))

    def close(self) -> None:
        for room in (self.store, self.subscriptions, self.mails, self.alerts):
            room.close()

    @property
    def registry(self) -> Registry:
        return Registry(self.settings, self.store, self.subscriptions, self.mails)

    def subscribe(self, text: str = "băng phim", now: datetime = NOON, email: str = READER, **terms: object) -> str:
        """A confirmed subscription to a search for some words; gives its id."""
        query = terms.pop("query", None) or Query(text=text)
        self.registry.subscribe(email, query, now, **terms)  # type: ignore[arg-type]
        newest = self.subscriptions.of_address(email)[-1]
        token = token_in(self.mails.mails(subscription_id=newest.id)[0], "confirm")
        return self.registry.confirm(token, now).id


def read(mail: Mail) -> EmailMessage:
    """A mail as a mail program takes it in."""
    return email.message_from_string(mail.message, policy=email.policy.default)


def text_of(mail: Mail) -> str:
    """The plain text of a mail."""
    return str(read(mail).get_body(("plain",)).get_content())


def html_of(mail: Mail) -> str:
    """The HTML of a mail."""
    return str(read(mail).get_body(("html",)).get_content())


def token_in(mail: Mail, purpose: str) -> str:
    """The token of the link for a purpose, in the text of a mail."""
    found = re.search(rf"https?://\S+/alerts/{purpose}/\S+", text_of(mail))
    assert found, text_of(mail)
    return urlsplit(found[0]).path.rpartition("/")[2]
