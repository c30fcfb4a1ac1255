"""What a mail about award lines says."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from alerts.digest import MOST_LISTED, Occasion
from alerts.letter import Letter
from alerts.subscription import Subscription
from alerts.wording import Words, words_of
from timthau.locale.wording import format_number
from timthau.model.alert import MailKind
from timthau.model.award_line import AwardLine
from timthau.text.fold import collapse_spaces


def build_awards(subscription: Subscription, lines: Sequence[AwardLine], occasion: Occasion) -> Letter:
    """The letter that tells of new and corrected award lines, those published last first."""
    words = words_of(subscription.language)
    ordered = sorted(lines, key=lambda line: (str(line.dated_at or ""), line.id), reverse=True)
    window = occasion.window
    subject = words.ngettext("%(num)d award: %(what)s", "%(num)d awards: %(what)s", len(lines), what=occasion.about)
    if not lines:
        subject = words.ngettext(
            "%(num)d older award was found: %(what)s",
            "%(num)d older awards were found: %(what)s",
            occasion.older,
            what=occasion.about,
        )
    address = urlencode(subscription.prices.to_params()) if subscription.prices else ""
    return Letter(
        kind=MailKind.DIGEST,
        email=subscription.email,
        language=subscription.language,
        subject=subject,
        preheader=occasion.about,
        template="awards",
        values={
            "about": occasion.about,
            "see_url": occasion.see_url,
            "prices_url": f"{occasion.page_url}/prices?{address}",
            "window": window and (words.time(window.starts_at), words.time(window.ends_at)),
            "older": occasion.older,
            "since": words.day(subscription.confirmed_at or subscription.created_at),
            "address": subscription.email,
            "frequency": words.frequency(subscription.frequency),
            "lines": [_describe(line, words) for line in ordered[:MOST_LISTED]],
            "total": len(lines),
        },
        subscription=subscription,
        window=window,
    )


def _describe(line: AwardLine, words: Words) -> dict[str, Any]:
    price = line.unit_price_vnd
    unit = line.unit or words.gettext("unit")
    said = [
        words.gettext("%(price)s VND per %(unit)s", price=format_number(price, words.language), unit=unit)
        if price is not None
        else None,
        words.gettext("quantity %(number)s", number=format_number(line.quantity, words.language))
        if line.quantity is not None
        else None,
        line.maker,
        line.origin,
    ]
    return {
        "name": collapse_spaces(line.name),
        "facts": " · ".join(collapse_spaces(part) for part in said if part),
        "winner": "; ".join(collapse_spaces(winner.name) for winner in line.suppliers),
        "buyer": collapse_spaces(line.buyer or ""),
        "day": line.dated_at and words.day(line.dated_at),
        "url": line.url,
        "number": line.tender_number or urlsplit(line.url).hostname or line.source,
        "is_changed": line.version > 1,
    }
