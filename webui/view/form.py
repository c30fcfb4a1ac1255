"""The address of a search: its parameters read into a Query, and a Query's address with something changed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from index.query import SOON_DAYS, Query, Sort, Status
from timthau.text.amount import parse_amount, parse_day
from timthau.text.fold import collapse_spaces, nfc

PAGE_SIZE = 20
BROWSE_SIZE = 50  # without words people scan a list by date, and no passages make it long
TABLE_LENGTH = 1000  # notices of a search in one file
MAX_PAGE = 500  # nobody reads on, and an engine has to sort all that comes before
_MAX_TEXT = 300
#: Words that are excluded, beginnings of words, and words in quotes: each may stand for thousands of notices.
_MOST_EXCLUDED = 8
_MOST_BEGUN = 4
_MOST_QUOTED = 4
_WORD = re.compile(r'-?"[^"]*"|\S+')
_MAX_VALUES = 80  # more than there are provinces and kinds


@dataclass(frozen=True, kw_only=True)
class Address:
    """The parameters of an address: `given` are usable ones in order, `ignored` the ones nobody understands."""

    page: int = 1
    given: tuple[tuple[str, str], ...] = ()
    ignored: tuple[tuple[str, str], ...] = field(default=())

    def value(self, name: str) -> str:
        """The parameter's first value, or an empty text."""
        return next((v for n, v in self.given if n == name), "")

    def values(self, name: str) -> list[str]:
        """All values of a parameter."""
        return [v for n, v in self.given if n == name]

    def build_address(self, **changes: str | None) -> str:
        """The parameters, with some replaced or (None) removed; a change of anything but the page leads to page 1."""
        kept = [(n, v) for n, v in self.given if n not in changes and (n != "page" or not changes)]
        return "?" + _encode([*kept, *((n, v) for n, v in changes.items() if v is not None)])

    def build_page_address(self, number: int) -> str:
        """The parameters, of another page."""
        return self.build_address(page=str(number) if number > 1 else None)

    def build_address_without(self, name: str, value: str) -> str:
        """The parameters without one value of one of them."""
        return "?" + _encode([(n, v) for n, v in self.given if (n, v) != (name, value) and n != "page"])

    def build_address_with(self, name: str, value: str) -> str:
        """The parameters with one value more of one of them."""
        return f"{self._address}{_encode_one(name, value)}"

    @cached_property
    def _address(self) -> str:
        """The parameters but the page, ready for one more."""
        kept = _encode([(n, v) for n, v in self.given if n != "page"])
        return f"?{kept}&" if kept else "?"


@dataclass(frozen=True, kw_only=True)
class SearchForm(Address):
    """What an address asks for as a search for notices."""

    query: Query

    @property
    def size(self) -> int:
        """How many notices a page of results has."""
        return PAGE_SIZE if self.query.text else BROWSE_SIZE


def _encode(parameters: Iterable[tuple[str, str]]) -> str:
    return "&".join(_encode_one(name, value) for name, value in parameters)


@lru_cache(maxsize=4096)
def _encode_one(name: str, value: str) -> str:
    """A parameter as an address has it; remembered, as every page has the same names of facets."""
    return urlencode([(name, value)])


def parse_form(args: MultiDict[str, str], today: date) -> SearchForm:
    """The search that URL parameters ask for; what cannot be understood is left out and named. Never raises."""
    page = 1
    soon = False
    plain: list[tuple[str, str]] = []
    given: list[tuple[str, str]] = []
    ignored: list[tuple[str, str]] = []
    for name, raw in args.items(multi=True):
        text = clean(raw) if name in _FREE else raw.strip()
        if name == "q":
            text, cut = cut_costly(text)
            ignored += [("q", cut[:60])] if cut else []
        if name not in _PARAMETERS or not text or (name, text) in given:
            continue
        try:
            if name == "page":
                page = parse_page(text)
            elif (name, text) == ("open", "soon"):
                soon = True
            else:
                plain.append(_parse_plainly(name, text, plain))
            given.append((name, text))
        except (ValueError, ArithmeticError):
            ignored.append((name, clean(raw)[:60]))
    query = Query.from_params(plain)
    if not query.text and not any(name == "sort" for name, _ in plain):
        query = replace(query, sort=Sort.NEWEST)
    if soon:
        query = narrow_to_soon(query, today)
    return SearchForm(query=query, page=page, given=tuple(given), ignored=tuple(ignored))


def narrow_to_soon(query: Query, today: date) -> Query:
    """The search for what of it is open and closes within SOON_DAYS."""
    last = today + timedelta(days=SOON_DAYS)
    return replace(query, status=Status.OPEN, deadline_to=min(last, query.deadline_to or last))


def cut_costly(text: str) -> tuple[str, str]:
    """Words without what costs much and says little, such as exclusions beyond a few; and what was cut."""
    kept: list[str] = []
    cut: list[str] = []
    excluded = begun = quoted = 0
    for word in _WORD.findall(text):
        excluded += word.startswith("-")
        begun += word.endswith("*")
        quoted += word.startswith('"')
        is_costly = (
            (word[0] == "-" and excluded > _MOST_EXCLUDED)
            or (word[-1] == "*" and begun > _MOST_BEGUN)
            or (word[0] == '"' and quoted > _MOST_QUOTED)
        )
        (cut if is_costly else kept).append(word)
    return (" ".join(kept), " ".join(cut)) if cut else (text, "")


def parse_page(text: str) -> int:
    """The number of a page. Raises ValueError."""
    page = int(text) if text.isascii() and text.isdecimal() else 0
    if not 1 <= page <= MAX_PAGE:
        raise ValueError("no page")
    return page


def _parse_plainly(name: str, text: str, known: list[tuple[str, str]]) -> tuple[str, str]:
    """A parameter in the form that Query takes. Raises ValueError when it has none, or there are too many."""
    if len(known) >= _MAX_VALUES:
        raise ValueError("too many values")
    pair = (name, str(_LENIENT[name](text)) if name in _LENIENT else text)
    Query.from_params([pair])
    return pair


_LENIENT: dict[str, Callable[[str], object]] = {
    "from": parse_day,
    "to": parse_day,
    "deadline_from": parse_day,
    "deadline_to": parse_day,
    "min_amount": parse_amount,
    "max_amount": parse_amount,
}
_FREE = {"q", "province", "buyer", "not_province", "source"}  # any words
_PARAMETERS = {*_FREE, "kind", "field", "open", "sort", "expand", "literal", "broader", "page", *_LENIENT}


def clean(raw: str) -> str:
    """What was typed, as a search takes it."""
    # Control characters and halves of surrogate pairs mean nothing in a search and upset what comes after.
    printable = "".join(c if c.isprintable() or c.isspace() else " " for c in raw[: 4 * _MAX_TEXT])
    return collapse_spaces(nfc(printable.replace("\t", "; ")))[:_MAX_TEXT]  # a row of a table keeps its cells
