"""What a search made of the words of a query, said in one line each: read as filters, added, given up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from index.contract import Answer, Relaxation
from index.query import Reading
from timthau.text.amount import parse_amount, parse_day
from timthau.text.fold import collapse_spaces, fold, nfc
from webui.http.language import LazyText as _
from webui.http.language import gettext
from webui.view import label, wording
from webui.view.form import SearchForm

_SHOWN = 5  # of the words that were searched as well; more fold away

_RELAXATIONS: Mapping[Relaxation, Any] = {
    Relaxation.QUOTES: _("words in quotes as plain words"),
    Relaxation.ACCENTS: _("words with other accents"),
    Relaxation.LINE: _("words further from each other on one line"),
    Relaxation.FEWER: _("not all words of a wish"),
    Relaxation.APART: _("words that stand apart from each other"),
    Relaxation.MOST: _("most of the words"),
}
_NAMES: Mapping[str, Any] = {"without": _("Without"), "q": _("Searched for")}
# What two limits together are called
_SPANS: Mapping[tuple[str, str], Any] = {
    ("min_amount", "max_amount"): _("Amount"),
    ("from", "to"): _("Published"),
    ("deadline_from", "deadline_to"): _("Deadline"),
}


class Broader(StrEnum):
    """How broader results may have the words: apart from each other, with other accents than were typed, or either."""

    APART = "apart"
    ACCENTS = "accents"
    BOTH = "both"


@dataclass(frozen=True)
class ReadingChip:
    """Words that were read as a filter, and the address without them; `verbatim` where they are out of documents."""

    name: Any
    text: Any
    address: str
    verbatim: bool


@dataclass(frozen=True)
class Understanding:
    """The lines over a result list; what is empty is not said."""

    chips: tuple[ReadingChip, ...]
    parts: tuple[str, ...]
    added: tuple[str, ...]
    more_added: tuple[str, ...]
    relaxed: tuple[Any, ...]
    unsearched: str
    broader_total: int
    broader_words: Broader


def explain(form: SearchForm, answer: Answer) -> Understanding:
    """What an answer says about how the words of its query were taken; where only a guide answers, less matters."""
    notices = answer.notice_total > 0 or not answer.total
    return Understanding(
        chips=tuple(_build_chip(form, reading) for reading in answer.understood),
        parts=answer.parts if notices and len(answer.parts) > 1 else (),
        added=answer.also_searched[:_SHOWN] if notices else (),
        more_added=answer.also_searched[_SHOWN:] if notices else (),
        relaxed=tuple(_RELAXATIONS[what] for what in answer.relaxed),
        unsearched=" ".join(answer.unsearched.split()[:_SHOWN]),
        broader_total=answer.broader_total,
        broader_words=_tell_broader(form.query.text, answer.parts),
    )


def _tell_broader(text: str, parts: Sequence[str]) -> Broader:
    if fold(text) == nfc(text).lower():
        return Broader.APART
    return Broader.BOTH if any(" " in part for part in parts) else Broader.ACCENTS


def _build_chip(form: SearchForm, reading: Reading) -> ReadingChip:
    name, text = _describe(reading.filters)
    rest = collapse_spaces(form.query.text.replace(reading.words, " ", 1)).strip(" ,;")
    instead = reading.filters[0][0] == "q"
    address = form.build_address(literal="1") if instead else form.build_address(q=rest or None)
    verbatim = reading.filters[0][0] in ("province", "not_province", "without", "q")
    return ReadingChip(name, text, address, verbatim)


def _describe(filters: Sequence[tuple[str, str]]) -> tuple[Any, Any]:
    """What filters are called, and what they ask for."""
    names = tuple(dict.fromkeys(name for name, _ in filters))
    texts = list(dict.fromkeys(_name_value(name, value) for name, value in filters))
    if names == ("open", "deadline_to"):
        texts[1] = gettext("until %(day)s", day=texts[1])
    if len(names) == 2 and names in _SPANS:
        return _SPANS[names], " – ".join(texts)
    return _NAMES.get(names[0]) or label.FILTERS[names[0]], ", ".join(texts)


def _name_value(name: str, value: str) -> str:
    if name in ("min_amount", "max_amount"):
        return wording.format_amount(parse_amount(value))
    if name == "open":
        return gettext("still open") if value == "1" else gettext("closed")
    if name in ("from", "to", "deadline_from", "deadline_to"):
        return wording.format_day(parse_day(value))
    return value
