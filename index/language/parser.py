"""The query language: quoted phrases, -word, OR, prefix*, and filters such as "tinh:" and "han:".

Nothing a person types is an error: what does not parse is searched as plain words.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from index.language.analysis import fold_phrase
from index.language.field import find_named_field
from index.language.lexicon import load_kinds
from index.query import Query
from timthau.model.notice import NoticeKind
from timthau.text.amount import parse_amount, parse_day
from timthau.text.fold import fold, nfc


@dataclass(frozen=True)
class Operand:
    """Words to find: a run of plain ones, a quoted phrase, or the beginning of a word."""

    text: str
    quoted: bool = False
    prefix: bool = False


@dataclass(frozen=True)
class Clause:
    """Something a document must have (any one of the operands), or must not have."""

    operands: tuple[Operand, ...]
    negated: bool = False

    @property
    def plain(self) -> bool:
        """Whether this is a run of plain words."""
        return not self.negated and self.operands == (Operand(self.operands[0].text),)


@dataclass(frozen=True)
class Wish:
    """A parsed query: what the words ask for, and all filters together."""

    clauses: tuple[Clause, ...]
    filters: Query


_TOKEN = re.compile(
    r"""(?P<field>[^\W\d_][\w-]{1,14}):(?=\S)(?P<value>"[^"]*"|\S+)"""
    r"""|(?P<minus>(?<!\S)-(?=["\w]))?(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))"""
)
_QUOTES = str.maketrans("“”„«»", '"""""')
#: Whether documents have these words in a row.
IsRow = Callable[[str], bool]


def parse_query(query: Query, is_row: IsRow | None = None) -> Wish:
    """What a query asks for; filters in its words are joined with its own.

    A minus inside a row of words that documents have is punctuation ("vật tư y tế -hóa chất"), else it excludes.
    Without `is_row` only one before a digit is punctuation.
    """
    filters, groups, or_next = query, list[Clause](), False
    tokens = list(_TOKEN.finditer(nfc(query.text).translate(_QUOTES)))
    for number, token in enumerate(tokens):
        narrowed = token["field"] and _narrow(filters, token["field"], token["value"].strip('"'))
        if narrowed:
            filters, or_next = narrowed, False
            continue
        if token["word"] in ("OR", "|") and groups and not groups[-1].negated:
            or_next = True
            continue
        operand = _parse_operand(token)
        if operand is None:
            continue
        clause = Clause((operand,), negated=bool(token["minus"]) and not _is_dash(tokens, number, is_row))
        if or_next and not clause.negated:
            groups[-1:] = _either(groups[-1], operand)
        elif clause.plain and groups and groups[-1].plain:
            groups[-1] = Clause((Operand(f"{groups[-1].operands[0].text} {operand.text}"),))
        else:
            groups.append(clause)
        or_next = False
    return Wish(tuple(groups), filters)


def _is_dash(tokens: Sequence[re.Match[str]], number: int, is_row: IsRow | None) -> bool:
    word = tokens[number]["word"]
    if word is None:
        return False
    beside = [token["word"] for token in tokens[max(number - 1, 0) : number + 2] if token["word"]]
    return word[0].isdigit() or (is_row is not None and len(beside) == 3 and is_row(" ".join(beside)))


def unquote(wish: Wish) -> Wish:
    """The same wish with quoted phrases as plain words; what must not be there keeps its quotes."""
    clauses = [
        clause if clause.negated else replace(clause, operands=tuple(replace(o, quoted=False) for o in clause.operands))
        for clause in wish.clauses
    ]
    return replace(wish, clauses=tuple(clauses))


def _parse_operand(token: re.Match[str]) -> Operand | None:
    text = token["quoted"] if token["quoted"] is not None else token["word"] or token[0]
    if not any(letter.isalnum() for letter in text):
        return None
    if token["quoted"] is not None:
        return Operand(text, quoted=True)
    prefix = text.endswith("*") and text[:-1].isalnum()
    return Operand(text.rstrip("*") if prefix else text, prefix=prefix)


def _either(before: Clause, operand: Operand) -> list[Clause]:
    """OR binds the words right beside it: of a run of plain words before it, only the last is one of the choices."""
    words = before.operands[0].text.split()
    if before.plain and len(words) > 1:
        return [Clause((Operand(" ".join(words[:-1])),)), Clause((Operand(words[-1]), operand))]
    return [Clause((*before.operands, operand))]


def _narrow(filters: Query, field: str, value: str) -> Query | None:
    """The filters with one more; None when the field or its value says nothing."""
    parse = _FIELDS.get(fold(field))
    try:
        found = parse(value) if parse else None
    except (ValueError, OverflowError):
        return None
    if not found:
        return None
    for name, more in found.items():
        if isinstance(more, tuple):
            found[name] = getattr(filters, name) + more
    return replace(filters, **found)


def _parse_kind(text: str) -> dict[str, Any]:
    name = fold_phrase(text.replace("-", " "))
    kind = load_kinds().get(name) or NoticeKind(fold(text).replace("-", "_").replace(" ", "_"))
    return {"kinds": (kind,)}


def _parse_trade(text: str) -> dict[str, Any]:
    return {"fields": (find_named_field(text.replace("-", " ")),)}


def _parse_name(attribute: str) -> Callable[[str], dict[str, Any]]:
    return lambda text: {attribute: (re.sub("[-_]", " ", text).strip(),)}


def _parse_deadline(text: str) -> dict[str, Any]:
    low, high = _parse_range(text, parse_day, timedelta(days=1))
    return {name: day for name, day in (("deadline_from", low), ("deadline_to", high)) if day}


def _parse_worth(text: str) -> dict[str, Any]:
    low, high = _parse_range(text, parse_amount, 1)
    return {name: sum_ for name, sum_ in (("min_amount", low), ("max_amount", high)) if sum_ is not None}


def _parse_range(text: str, parse: Callable[[str], Any], step: Any) -> tuple[Any, Any]:
    """Both ends of "..", "<", "<=", ">" and ">="; one value alone is both. Raises ValueError."""
    if ".." in text:
        low, _, high = text.partition("..")
        return (parse(low) if low else None), (parse(high) if high else None)
    sign = re.match("[<>]?=?", text)
    mark = sign[0] if sign else ""
    value = parse(text[len(mark) :])
    if mark.startswith("<"):
        return None, value if mark == "<=" else value - step
    if mark.startswith(">"):
        return (value if mark == ">=" else value + step), None
    return value, value


_FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    **dict.fromkeys(("loai", "kind"), _parse_kind),
    **dict.fromkeys(("linh-vuc", "linhvuc", "field"), _parse_trade),
    **dict.fromkeys(("tinh", "province"), _parse_name("provinces")),
    **dict.fromkeys(("ben-moi-thau", "benmoithau", "chu-dau-tu", "buyer"), _parse_name("buyers")),
    **dict.fromkeys(("han", "deadline"), _parse_deadline),
    **dict.fromkeys(("gia", "so-tien", "amount"), _parse_worth),
}
