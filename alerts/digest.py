"""What a digest says: pure functions from a subscription and its notices to a letter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from alerts.letter import Letter
from alerts.subscription import Subscription
from alerts.wording import Words, words_of
from index.contract import Passage
from timthau.locale.label import _
from timthau.model.alert import Frequency, MailKind, Window
from timthau.model.change import ChangeKind, FieldChange, LineChange, compare
from timthau.model.effective import Effective, State, as_it_stands, by_itself
from timthau.model.moment import HANOI, Moment, end_of
from timthau.model.notice import Notice, NoticeKind
from timthau.text.fold import collapse_spaces

#: Notices that one mail lists; the page behind it lists all.
MOST_LISTED = 40
_MOST_LINES = 3  # of a long part that changed
_VALUE = 160  # letters of a value
_BEFORE = 60  # letters of a line before its first match
_TITLE = 300  # letters of a title in the list
_NEXT_TITLES = 3  # that lists of mails show behind the subject

#: What closes within so long stands on top of weekly digests.
WEEK = timedelta(days=7)

_MOVES = (ChangeKind.EXTENDED, ChangeKind.SHORTENED)
_LABELS = {
    ChangeKind.NEW: _("New"),
    ChangeKind.CANCELLED: _("Cancelled"),
    ChangeKind.AWARDED: _("Awarded"),
    ChangeKind.EXTENDED: _("Deadline extended"),
    ChangeKind.SHORTENED: _("Deadline brought forward"),
    ChangeKind.CHANGED: _("Changed"),
}
_CORRECTED = _("Corrected")


@dataclass(frozen=True)
class DigestEntry:
    """A notice to tell of; `known` is what the reader knew of it, None when it is new; `amends` what it amends.

    `passage` is the line that answers the search. `alerts` name the reader's alerts that it belongs to, where there are
    several: it is told of once. `effective` is what others have made of the notice, None where nobody has; `changed`
    the same of what it amends. `is_told`: an earlier mail told of it, and it stands here because it closes soon.
    `corrected` are the fields in which a person knew better than the page.
    """

    notice: Notice
    known: Notice | None = None
    amends: Notice | None = None
    passage: Passage | None = None
    alerts: tuple[str, ...] = ()
    effective: Effective | None = None
    changed: Effective | None = None
    is_told: bool = False
    corrected: frozenset[str] = frozenset()

    @property
    def stands(self) -> Effective:
        """What is true of the notice now."""
        return self.effective or by_itself(self.notice)

    @property
    def move(self) -> ChangeKind:
        """What a change makes of the deadline of the notice that it amends."""
        if self.amends is None or self.notice.kind is not NoticeKind.AMENDMENT or not self.notice.deadline_at:
            return ChangeKind.CHANGED
        if self.amends.deadline_at is None or end_of(self.notice.deadline_at) > end_of(self.amends.deadline_at):
            return ChangeKind.EXTENDED
        # Nearly always the old one, quoted.
        is_sooner = self.changed and self.changed.state is State.SHORTENED and self.changed.because == self.notice.id
        return ChangeKind.SHORTENED if is_sooner else ChangeKind.CHANGED


@dataclass(frozen=True)
class Occasion:
    """Why and when mail is written: `about` is the subscription for people, `down` are sources that were out of reach.

    `page_url` is where pages of notices are, `see_url` the page with all that this mail tells of. `older` is how many
    notices were found that were of no use any more: they get one line with a link.
    """

    about: str
    now: datetime
    page_url: str
    see_url: str
    window: Window | None = None
    down: Sequence[str] = ()
    older: int = 0


def build_digest(subscription: Subscription, entries: Sequence[DigestEntry], occasion: Occasion) -> Letter:
    """The letter that tells of new and changed notices, and again of what closes soon; the soonest first."""
    words = words_of(subscription.language)
    by_id = {entry.notice.id: entry for entry in entries}
    ordered = sort_notices((as_it_stands(entry.notice, entry.effective) for entry in entries), occasion.now)
    shown = [_describe(by_id[notice.id], words, occasion) for notice in ordered[:MOST_LISTED]]
    if subscription.frequency is Frequency.WEEKLY:
        _head(shown, ordered, words, occasion.now)
    news = [notice for notice in ordered if not by_id[notice.id].is_told]
    first = [_describe(by_id[notice.id], words, occasion) for notice in news[: 1 + _NEXT_TITLES]]
    return Letter(
        kind=MailKind.DIGEST,
        email=subscription.email,
        language=subscription.language,
        subject=_build_subject(first[0], news, words, occasion) if first else _name_older(words, occasion),
        preheader=_build_preheader(first, occasion.about),
        template="digest",
        values=_values(subscription, occasion, words) | {"entries": shown, "total": len(entries), "news": len(news)},
        subscription=subscription,
        window=occasion.window,
    )


def build_reminder(
    subscription: Subscription, notices: Iterable[Notice], effects: Mapping[str, Effective], occasion: Occasion
) -> Letter:
    """The letter that reminds of the deadlines that hold, the soonest first; `effects` is what others made."""
    words = words_of(subscription.language)
    ordered = sort_notices((as_it_stands(notice, effects.get(notice.id)) for notice in notices), occasion.now)
    stands = {notice.id: effects.get(notice.id) or by_itself(notice) for notice in ordered}
    shown = [_describe_notice(notice, stands[notice.id], words, occasion) for notice in ordered]
    first = {"title": shown[0]["title"], "deadline": shown[0]["deadline"]}
    subject = (
        words.gettext("Closes %(deadline)s: %(title)s", **first)
        if len(shown) == 1
        else words.ngettext(
            "%(num)d notice closes soon, the first %(deadline)s: %(title)s",
            "%(num)d notices close soon, the first %(deadline)s: %(title)s",
            len(shown),
            **first | {"deadline": ordered[0].deadline_at and words.short_day(ordered[0].deadline_at)},
        )
    )
    return Letter(
        kind=MailKind.REMINDER,
        email=subscription.email,
        language=subscription.language,
        subject=subject,
        preheader=_build_preheader(shown, occasion.about),
        template="reminder",
        values=_values(subscription, occasion, words) | {"entries": shown, "total": len(shown)},
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
        "older": occasion.older,
        "since": words.day(subscription.confirmed_at or subscription.created_at),
        "address": subscription.email,
        "frequency": words.frequency(subscription.frequency),
    }


def sort_notices(notices: Iterable[Notice], now: datetime) -> list[Notice]:
    """The order of a mail: what can still be answered by its deadline, then what has none, then what is over.

    Of those with one deadline the latest published comes first; it depends on nothing but the notices and the time.
    """

    def place(notice: Notice) -> tuple[tuple[int, datetime], timedelta, str]:
        age = now - end_of(notice.published_at) if notice.published_at else timedelta.max
        return _urgency(notice.deadline_at, now), age, notice.id

    return sorted(notices, key=place)


def _name_older(words: Words, occasion: Occasion) -> str:
    """The subject of a mail that only counts what was of no use any more."""
    return words.ngettext(
        "%(num)d older notice was found: %(what)s",
        "%(num)d older notices were found: %(what)s",
        occasion.older,
        what=occasion.about,
    )


def _build_subject(first: dict[str, Any], notices: Sequence[Notice], words: Words, occasion: Occasion) -> str:
    """What a reader decides by: how many, the nearest deadline, and the buyer of all or else the first title."""
    buyers = {notice.buyer for notice in notices}
    (what,) = buyers if len(notices) > 1 and len(buyers) == 1 else (None,)
    said: dict[str, Any] = {"what": collapse_spaces(what) if what else first["title"], "label": first["label"]}
    deadlines = (notice.deadline_at for notice in notices)
    ahead = [deadline for deadline in deadlines if deadline and end_of(deadline) >= occasion.now]
    if not ahead:
        if len(notices) == 1:
            return words.gettext("%(label)s: %(what)s", **said)
        return words.ngettext("%(num)d notice: %(what)s", "%(num)d notices: %(what)s", len(notices), **said)
    said["day"] = words.short_day(min(ahead, key=end_of))
    if len(notices) == 1:
        return words.gettext("%(label)s, closes %(day)s: %(what)s", **said)
    return words.ngettext(
        "%(num)d notice, the first closes %(day)s: %(what)s",
        "%(num)d notices, the first closes %(day)s: %(what)s",
        len(notices),
        **said,
    )


def _build_preheader(shown: Sequence[dict[str, Any]], about: str) -> str:
    """What lists of mails show behind the subject: which alert it is, and the next titles."""
    return " · ".join([about, *(entry["title"] for entry in shown[1 : 1 + _NEXT_TITLES])])


def _head(shown: Sequence[dict[str, Any]], notices: Sequence[Notice], words: Words, now: datetime) -> None:
    """Put headings over what closes within a week and over the rest, if there is any of the first."""
    soon = [_closes_within(WEEK, notice.deadline_at, now) for notice in notices[: len(shown)]]
    if any(soon):
        shown[0]["heading"] = words.gettext("Closes within a week")
        if not all(soon):
            shown[soon.index(False)]["heading"] = words.gettext("Later, or without a deadline")


def _closes_within(span: timedelta, deadline: Moment | None, now: datetime) -> bool:
    return deadline is not None and now <= end_of(deadline) <= now + span


def _describe(entry: DigestEntry, words: Words, occasion: Occasion) -> dict[str, Any]:
    described = _describe_notice(entry.notice, entry.stands, words, occasion)
    return described | (_tell_again(words) if entry.is_told else _tell(entry, words))


def _tell_again(words: Words) -> dict[str, Any]:
    nothing: dict[str, Any] = {"changes": (), "amends": None, "passage": None, "alerts": ()}
    return nothing | {"label": words.gettext("Sent before"), "is_new": False}


def _tell(entry: DigestEntry, words: Words) -> dict[str, Any]:
    revision = compare(entry.known, entry.notice)
    kind = _judge_new(entry) if revision.kind is ChangeKind.NEW else revision.kind
    by_hand = {change.field for change in revision.fields} & entry.corrected
    changes = [_write_change(change, words, change.field in by_hand) for change in revision.fields]
    if kind in _MOVES and entry.amends and revision.kind is ChangeKind.NEW:
        moved = FieldChange("deadline_at", entry.amends.deadline_at, entry.notice.deadline_at)
        changes.append(_write_change(moved, words))
    changes += [_write_lines(change, words) for change in revision.lines]
    return {
        "label": words.gettext(_CORRECTED if by_hand and len(by_hand) == len(changes) else _LABELS[kind]),
        "is_new": kind is ChangeKind.NEW,
        "changes": changes,
        "amends": collapse_spaces(entry.amends.title) if entry.amends else None,
        "passage": entry.passage and _cut_passage(entry.passage),
        "alerts": entry.alerts,
    }


def _judge_new(entry: DigestEntry) -> ChangeKind:
    """What a notice that is told of for the first time means: it may be the news of another one."""
    if entry.notice.kind is NoticeKind.CANCELLATION:
        return ChangeKind.CANCELLED
    if entry.notice.kind is NoticeKind.AWARD:
        return ChangeKind.AWARDED
    if entry.amends and entry.notice.kind.is_change:
        return entry.move
    return ChangeKind.NEW


def _describe_notice(notice: Notice, stands: Effective, words: Words, occasion: Occasion) -> dict[str, Any]:
    return {
        "heading": None,
        "title": _cut(collapse_spaces(notice.title), _TITLE),
        "url": f"{occasion.page_url}/notices/{notice.id}",
        "kind": words.kind(notice.kind),
        "buyer": collapse_spaces(notice.buyer or ""),
        "province": collapse_spaces(notice.province or ""),
        "amount": None if notice.amount_vnd is None else words.amount(notice.amount_vnd),
        "deadline": stands.deadline_at and words.deadline(stands.deadline_at),
        "state": words.state(stands, occasion.now),
        "source": urlsplit(notice.url).hostname or notice.source,
    }


def _write_change(change: FieldChange, words: Words, by_hand: bool = False) -> tuple[str, str, str]:
    """A field's name, its old and its new value."""
    name = words.field(change.field)
    if by_hand:
        name = words.gettext("%(field)s (corrected manually)", field=name)
    return name, _write(change, change.old, words), _write(change, change.new, words)


def _write(change: FieldChange, value: Any, words: Words) -> str:
    if value is None:
        return "—"
    if isinstance(value, NoticeKind):
        return words.kind(value)
    if change.field == "amount_vnd":
        return words.amount(value)
    if change.field.endswith("_at"):
        return words.deadline(value)
    return _cut(collapse_spaces(str(value)), _VALUE)


def _write_lines(change: LineChange, words: Words) -> tuple[str, str, str]:
    """A part's name, what went and what came."""
    return words.field(change.field), _join(change.removed), _join(change.added)


def _join(lines: Sequence[str]) -> str:
    shown = [_cut(line, _VALUE) for line in lines[:_MOST_LINES]]
    return "; ".join(shown) + (" …" if len(lines) > _MOST_LINES else "") or "—"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _cut_passage(passage: Passage) -> dict[str, Any]:
    """The file of a line, if it stands in one, and the parts around its first match, plain and matched by turns."""
    before, *rest = passage.parts
    kept = [f"…{before[-_BEFORE:].lstrip()}" if len(before) > _BEFORE else before]
    room = _VALUE - len(kept[0])
    for part in rest:
        if room <= 0:
            break
        kept.append(_cut(part, max(room, 2)))
        room -= len(part)
    return {"file": passage.filename, "parts": kept}


def _urgency(deadline: Moment | None, now: datetime) -> tuple[int, datetime]:
    """What can still be answered comes first, then what has no deadline, then what is over."""
    if deadline is None:
        return 1, now.astimezone(HANOI)
    return (0 if end_of(deadline) >= now else 2), end_of(deadline)
