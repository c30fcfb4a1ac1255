"""An installation with alerts, for tests: its stores, its registry, and what a reader finds in the mails."""

import email
import email.policy
import re
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from alerts.stores import AlertStores
from index.query import Query
from timthau.model.alert import Mail, SubscriptionState
from timthau.model.moment import HANOI

#: A Wednesday.
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=HANOI)
READER = "phong.kinh.doanh@cong-ty.vn"


class StaffedStores(AlertStores):
    """Stores of an installation whose subscribers confirm at once."""

    def subscribe(self, text: str = "băng phim", now: datetime = NOON, email: str = READER, **terms: Any) -> str:
        """A confirmed subscription to a search for some words; gives its id."""
        query = terms.pop("query", Query(text=text))
        self.registry.subscribe(email, query, now, **terms)
        rows = self.subscriptions.of_address(email)
        asked = next(row for row in rows if row.state is SubscriptionState.PENDING)
        token = token_in(self.mails.mails(subscription_id=asked.id)[0], "confirm")
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
