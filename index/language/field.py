"""What a notice is about to buy, guessed from words: for filters and facets of the index, never a fact of the notice.

The words stand in data/lexicon/fields.tsv, which says how they are weighed. Where they say nothing the field is
unknown: that is better than wrong.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from index.language.analysis import fold_phrase, parse_words
from timthau.model.purchase import FIELDS, Field
from timthau.text.table import load_rows

_TABLE = "lexicon/fields.tsv"
_PURPOSE = "purpose"
_END = "end"
_NOTHING = "nothing"
_MOST_ITEMS = 200  # that are looked at

Phrase = tuple[str, ...]


@dataclass(frozen=True)
class _Sense:
    """What a phrase says: a field with its rank; None for one that says nothing, or what follows is no purchase."""

    field: Field | None
    rank: int
    meaning: str


def find_fields(title: str, items: Iterable[str] = (), buyer: str | None = None) -> frozenset[Field]:
    """The fields of a notice by its title without the buyer's name; of a title that says nothing, by its items.

    Items decide by majority: a field that most of them have.
    """
    found = _read(title, buyer)
    return found or _vote(items)


def find_named_field(name: str) -> Field:
    """The field that a person names, by its own name or any of its phrases. Raises ValueError for others."""
    return _names().get(fold_phrase(name)) or Field(name)


def field_bits(fields: Iterable[Field]) -> int:
    """Fields as bits of a number."""
    return sum(1 << FIELDS.index(field) for field in frozenset(fields))


def _vote(items: Iterable[str]) -> frozenset[Field]:
    votes: Counter[Field] = Counter()
    count = 0
    for count, item in enumerate(items, start=1):
        votes.update(_read(item, None))
        if count == _MOST_ITEMS:
            break
    return frozenset(field for field, number in votes.items() if 2 * number > count)


def _read(text: str, buyer: str | None) -> frozenset[Field]:
    words = _exact(text)
    if buyer:
        words = _without(words, _exact(buyer))
    senses: list[_Sense] = []
    for sense in _find_senses(words):
        if sense.field is not None:
            senses.append(sense)
        elif sense.meaning == _END or (sense.meaning == _PURPOSE and senses):
            break
    rank = min((sense.rank for sense in senses), default=0)
    return frozenset(sense.field for sense in senses if sense.rank == rank and sense.field)


def _find_senses(words: Phrase) -> Iterator[_Sense]:
    """The phrases of a text from its beginning, of those that begin at one word the longest; none overlaps another."""
    lexicon, lengths = _lexicon()
    at = 0
    while at < len(words):
        for length in lengths.get(words[at], ()):
            sense = lexicon.get(words[at : at + length])
            if sense:
                yield sense
                at += length
                break
        else:
            at += 1


def _without(words: Phrase, name: Phrase) -> Phrase:
    """The words without the first place where a name stands."""
    for at in range(len(words) - len(name) + 1):
        if words[at : at + len(name)] == name:
            return words[:at] + words[at + len(name) :]
    return words


@cache
def _lexicon() -> tuple[dict[Phrase, _Sense], dict[str, list[int]]]:
    """What phrases say, and by their first word the numbers of words that they have, the longest first."""
    lexicon: dict[Phrase, _Sense] = {}
    for phrase, meaning, rank in load_rows(_TABLE):
        lexicon[_exact(phrase)] = _Sense(_parse_field(meaning), int(rank), meaning)
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for words in lexicon:
        lengths[words[0]].add(len(words))
    return lexicon, {first: sorted(found, reverse=True) for first, found in lengths.items()}


@cache
def _names() -> dict[str, Field]:
    names: dict[str, Field] = {}
    for phrase, meaning, _ in load_rows(_TABLE):
        if field := _parse_field(meaning):
            names.setdefault(fold_phrase(phrase), field)
    return names


def _parse_field(meaning: str) -> Field | None:
    return None if meaning in {_PURPOSE, _END, _NOTHING} else Field(meaning)


def _exact(text: str) -> Phrase:
    return tuple(word.exact for word in parse_words(text))
