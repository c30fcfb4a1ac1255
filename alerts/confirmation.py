"""The mail that asks to confirm. A stranger may have had it sent: it carries nothing that a stranger writes at will."""

import re

from alerts.letter import Letter
from alerts.link import LIFETIMES, Links, Purpose
from alerts.subscription import Subscription
from alerts.wording import Words, words_of
from timthau.locale.label import _
from timthau.model.alert import MailKind

_MOST = 60  # letters of what is looked for
# What is called or opened: numbers as long as a telephone's, and words with an @, a dot, a colon or a slash inside.
_NUMBER = re.compile(r"\+?\d(?:[\s().-]*\d){6,}")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*|\d+[.,]\d+[^\W\d_]{0,3}")

_NOTICE = _("changes of one notice")
_PRICES = _("prices paid")
_WORDS = _("a search for words")
_BUYER = _("the notices of a buyer")
_FILTER = _("notices of a place, a kind or an amount")


def build_confirmation(subscription: Subscription, said: str, links: Links) -> Letter:
    """The letter with the link to confirm; `said` is what the subscription is about, as it was typed."""
    words = words_of(subscription.language)
    about = _name_kind(subscription, words)
    return Letter(
        kind=MailKind.CONFIRMATION,
        email=subscription.email,
        language=subscription.language,
        subject=words.gettext("Please confirm your alerts: %(about)s", about=about),
        preheader=words.gettext("One click, and without it nothing is sent."),
        template="confirmation",
        values={
            "about": about,
            "said": clean(said),
            "confirm_url": links.url(Purpose.CONFIRM, subscription.id),
            "days": LIFETIMES[Purpose.CONFIRM].days,
        },
        subscription=subscription,
    )


def clean(text: str) -> str:
    """The plain words of a text, cut: no addresses, links or telephone numbers, nor what becomes one in a mail."""
    plain = (word.strip("\"'“”‘’«»()[].,;:!?…·") for word in _NUMBER.sub(" ", text).split())
    kept = " ".join(word for word in plain if _WORD.fullmatch(word))
    return kept if len(kept) <= _MOST else f"{kept[: _MOST - 1].rpartition(' ')[0] or kept[: _MOST - 1]}…"


def _name_kind(subscription: Subscription, words: Words) -> str:
    query = subscription.query
    if subscription.notice_id:
        return words.gettext(_NOTICE)
    if subscription.prices:
        return words.gettext(_PRICES)
    if query.text:
        return words.gettext(_WORDS)
    return words.gettext(_BUYER if query.buyers else _FILTER)
