"""What a digest says: pure functions from a subscription and its notices to a letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from alerts.letter import Letter
from alerts.subscription import Subscription
from alerts.wording import Words, words_of
from timthau.locale.label import _
from timthau.model.alert import MailKind, Window
from timthau.model.change import ChangeKind, FieldChange, LineChange, compare
from timthau.model.moment import HANOI, Moment, end_of
from timthau.model.notice import Notice, NoticeKind
from timthau.text.fold import collapse_spaces

#: Notices that one mail lists; the page behind it lists all.
MOST_LISTED = 40
_MOST_LINES = 3  # of a long part that changed
_VALUE = 160  # letters of a value


_LABELS = {
    ChangeKind.NEW: _("New"),
    ChangeKind.CANCELLED: _("Cancelled"),
    ChangeKind.AWARDED: _("Awarded"),
    ChangeKind.EXTENDED: _("Deadline extended"),
    ChangeKind.SHORTENED: _("Deadline brought forward"),
    ChangeKind.CHANGED: _("Changed"),
}


@dataclass(frozen=True)
class DigestEntry:
    """A notice to tell of; `known` is what the reader knew of it, None when it is new; `amends` what it amends."""

    notice: Notice
    known: Notice | None = None
    amends: Notice | None = None


@dataclass(frozen=True)
class Occasion:
    """Why and when mail is written: `about` is the subscription for people, `down` are sources that were out of reach.

    `page_url` is where pages of notices are, `see_url` the page with all that this mail tells of.
    """

    about: str
    now: datetime
    page_url: str
    see_url: str
    window: Window | None = None
    down: Sequence[str] = ()


def build_digest(subscription: Subscription, entries: Sequence[DigestEntry], occasion: Occasion) -> Letter:
    """The letter that tells of new and changed notices, those that close soonest first."""
    words = words_of(subscription.language)
    ordered = sorted(entries, key=lambda entry: _urgency(entry.notice.deadline_at, occasion.now))
    shown = [_describe(entry, words, occasion) for entry in ordered[:MOST_LISTED]]
    return Letter(
        kind=MailKind.DIGEST,
        email=subscription.email,
        language=subscription.language,
        subject=_build_subject(shown, len(entries), words, occasion.about),
        template="digest",
        values=_values(subscription, occasion, words) | {"entries": shown, "total": len(entries)},
        subscription=subscription,
        window=occasion.window,
    )


def build_reminder(subscription: Subscription, notices: Sequence[Notice], occasion: Occasion) -> Letter:
    """The letter that reminds of deadlines, the soonest first."""
    words = words_of(subscription.language)
    ordered = sorted(notices, key=lambda notice: _urgency(notice.deadline_at, occasion.now))
    shown = [_describe_notice(notice, words, occasion) for notice in ordered]
    first = shown[0]
    subject = (
        words.gettext("Closes %(deadline)s: %(title)s", deadline=first["deadline"], title=first["title"])
        if len(shown) == 1
        else words.ngettext("%(num)d notice closes soon", "%(num)d notices close soon", len(shown))
    )
    return Letter(
        kind=MailKind.REMINDER,
        email=subscription.email,
        language=subscription.language,
        subject=subject,
        template="reminder",
        values=_values(subscription, occasion, words) | {"entries": shown},
        subscription=subscription,
        window=occasion.window,
    )


def _values(subscription: Subscription, occasion: Occasion, words: Words) -> dict[str, Any]:
    window = occasion.window
    return {
        "about": occasion.about,
        "see_url": occasion.see_url,
        "window": window and (words.time(window.starts_at), words.time(window.ends_at)),
        "down": list(occasion.down),
        "since": words.day(subscription.confirmed_at or subscription.created_at),
        "address": subscription.email,
        "frequency": words.frequency(subscription.frequency),
    }


def _build_subject(shown: Sequence[dict[str, Any]], total: int, words: Words, about: str) -> str:
    if total == 1:
        return f"{shown[0]['label']}: {shown[0]['title']}"
    return words.ngettext("%(num)d notice: %(about)s", "%(num)d notices: %(about)s", total, about=about)


def _describe(entry: DigestEntry, words: Words, occasion: Occasion) -> dict[str, Any]:
    revision = compare(entry.known, entry.notice)
    label = _LABELS[revision.kind]
    if revision.kind is ChangeKind.NEW and entry.notice.kind in (NoticeKind.CANCELLATION, NoticeKind.AWARD):
        label = _LABELS[ChangeKind.CANCELLED if entry.notice.kind is NoticeKind.CANCELLATION else ChangeKind.AWARDED]
    changes = [_write_change(change, words) for change in revision.fields]
    changes += [_write_lines(change, words) for change in revision.lines]
    return _describe_notice(entry.notice, words, occasion) | {
        "label": words.gettext(label),
        "is_new": revision.kind is ChangeKind.NEW,
        "changes": changes,
        "amends": collapse_spaces(entry.amends.title) if entry.amends else None,
    }


def _describe_notice(notice: Notice, words: Words, occasion: Occasion) -> dict[str, Any]:
    return {
        "title": collapse_spaces(notice.title),
        "url": f"{occasion.page_url}/notices/{notice.id}",
        "kind": words.kind(notice.kind),
        "buyer": collapse_spaces(notice.buyer or ""),
        "province": collapse_spaces(notice.province or ""),
        "amount": None if notice.amount_vnd is None else words.amount(notice.amount_vnd),
        "deadline": notice.deadline_at and words.deadline(notice.deadline_at),
        "is_over": notice.deadline_at is not None and end_of(notice.deadline_at) < occasion.now,
        "source": urlsplit(notice.url).hostname or notice.source,
    }


def _write_change(change: FieldChange, words: Words) -> tuple[str, str, str]:
    """A field's name, its old and its new value."""
    return words.field(change.field), _write(change, change.old, words), _write(change, change.new, words)


def _write(change: FieldChange, value: Any, words: Words) -> str:
    if value is None:
        return "—"
    if isinstance(value, NoticeKind):
        return words.kind(value)
    if change.field == "amount_vnd":
        return words.amount(value)
    if change.field.endswith("_at"):
        return words.deadline(value)
    text = collapse_spaces(str(value))
    return text if len(text) <= _VALUE else f"{text[: _VALUE - 1]}…"


def _write_lines(change: LineChange, words: Words) -> tuple[str, str, str]:
    """A part's name, what went and what came."""
    return words.field(change.field), _join(change.removed), _join(change.added)


def _join(lines: Sequence[str]) -> str:
    shown = [line if len(line) <= _VALUE else f"{line[: _VALUE - 1]}…" for line in lines[:_MOST_LINES]]
    return "; ".join(shown) + (" …" if len(lines) > _MOST_LINES else "") or "—"


def _urgency(deadline: Moment | None, now: datetime) -> tuple[int, datetime]:
    """What can still be answered comes first, then what has no deadline, then what is over."""
    if deadline is None:
        return 1, now.astimezone(HANOI)
    return (0 if end_of(deadline) >= now else 2), end_of(deadline)
