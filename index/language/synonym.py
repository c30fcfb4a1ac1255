"""Words that mean the same, from data/lexicon/synonyms: everyday, regional and English names, brands, spellings, units.

A row is "=" and forms that stand for each other, or ">" and a form that others stand for, but not the other way round.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from index.language.analysis import Word, parse_form, parse_word, prepare
from timthau.errors import ConfigError
from timthau.text.fold import fold
from timthau.text.table import list_tables, load_rows

Folded = tuple[str, ...]
_Place = tuple[int, int]  # of a form: number of its row, and its column

FOLDER = "lexicon/synonyms"
_LONGEST = 10  # words of a form
_PAIR = 2  # words of a wish that stand side by side; more may have others between them
_MOST = 24  # forms that one form is expanded to; a query must stay quick
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_PLURAL = re.compile("[a-z]{3,}[a-rt-z]s")  # no Vietnamese word ends so
_FIRST = re.compile(r"^[\W_]*([^\W\d_]+|\d+)", re.MULTILINE)
_FINAL_Y = re.compile(r"(?:(?<=[bcdghklmnpqrstvx])|(?<=qu))y(?![^\W\d_])")


@dataclass(frozen=True)
class Synonym:
    """Words that can stand for those of a query from `start` to `end`; `shown` is how a person writes them."""

    start: int
    end: int
    words: Folded
    shown: str


class Synonyms:
    """All rows, each form found by its folded words; a form is read when its first word is asked for."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        """Raises ConfigError for a row that is none."""
        self._rows = rows
        places = [(number, place) for number, row in enumerate(rows) for place in _typed(row)]
        text = prepare("\n".join(rows[number][place] for number, place in places))
        spelled: dict[str, list[_Place]] = {}
        for piece, place in zip(_FIRST.findall(text), places, strict=True):
            spelled.setdefault(piece, []).append(place)
        self._begins: dict[str, list[_Place]] = {}
        for piece, places in spelled.items():
            self._begins.setdefault(parse_word(piece).folded, []).extend(places)
        self._forms: dict[str, dict[Folded, list[_Place]]] = {}

    @cached_property
    def latin_words(self) -> frozenset[str]:
        """The folded words of all rows that are written without accents."""
        pieces = set(_PIECE.findall(prepare("\n".join(form for row in self._rows for form in row[1:]))))
        return frozenset(_FINAL_Y.sub("i", piece) for piece in pieces if piece.isascii() and piece.isalpha())

    def find(self, words: Sequence[Word]) -> Iterator[Synonym]:
        """What can stand for words of a query; of forms within each other only the longest is looked at.

        A form that has what was typed, or another form in it, is left out: what has it has that too.
        """
        for start, end, found in self._find_longest(words):
            texts = dict.fromkeys(text for number, place in found for text in self._list_others(number, place))
            forms = sorted(((parse_form(text), text) for text in texts), key=lambda form: len(form[0]))
            known: list[Sequence[Word]] = []
            for form, text in forms:
                if not _has_words(form, words[start:end]) and not any(_has_row(form, other) for other in known):
                    known.append(form)
                    yield Synonym(start, end, tuple(word.folded for word in form), text)

    def find_spans(self, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
        """Where forms begin and end among words, the longest at each place."""
        return ((start, end) for start, end, _ in self._find_longest(words))

    def _find_longest(self, words: Sequence[Word]) -> Iterator[tuple[int, int, list[_Place]]]:
        folded = [word.folded for word in words]
        reached = 0
        for start in range(len(words)):
            if not (folded[start] in self._begins or folded[start][:-1] in self._begins):
                continue
            for end in range(min(start + _LONGEST, len(words)), max(start, reached), -1):
                places = self._get(tuple(folded[start:end]))
                if found := [place for place in places if self._is_typed(words[start:end], place)]:
                    reached = end
                    yield start, end, found
                    break

    def _get(self, folded: Folded) -> Sequence[_Place]:
        """The places of a form, of an English plural those of its singular where it has none of its own."""
        last = folded[-1]
        singular = (*folded[:-1], last[:-1]) if _PLURAL.fullmatch(last) else folded
        return self._find_form(folded) or self._find_form(singular)

    def _find_form(self, folded: Folded) -> Sequence[_Place]:
        places = self._begins.get(folded[0])
        if places is None:
            return ()
        forms = self._forms.get(folded[0])
        if forms is None:
            forms = {}
            for words, place in zip(fold_forms([self._rows[n][i] for n, i in places]), places, strict=True):
                forms.setdefault(words, []).append(place)
            self._forms[folded[0]] = forms
        return forms.get(folded, ())

    def _is_typed(self, words: Sequence[Word], place: _Place) -> bool:
        """Whether words are a form: with its accents, or without any."""
        number, column = place
        form = parse_form(self._rows[number][column])
        return all(not word.accented or word.exact == own.exact for word, own in zip(words, form, strict=True))

    def _list_others(self, number: int, place: int) -> list[str]:
        """The forms that stand for one of a row: the others of it, and those that stand for these both ways."""
        sign, *forms = self._rows[number]
        if sign == "=":
            return [form for form in forms if form != forms[place - 1]]
        found = dict.fromkeys(forms[1:])
        for form in forms[1:]:
            for other, _ in self._find_form(fold_forms([form])[0]):
                if self._rows[other][0] == "=" and form in self._rows[other]:
                    found |= dict.fromkeys(self._rows[other][1:])
        return list(found)[:_MOST]


@cache
def load_synonyms() -> Synonyms:
    """The synonyms that come with the program, read once."""
    return Synonyms([row for name in list_tables(FOLDER) for row in load_rows(name)])


def fold_forms(forms: Sequence[str]) -> list[Folded]:
    """The folded words of each form as `parse_words` has them, but all at once: there are many."""
    text = _FINAL_Y.sub("i", fold(prepare("\n".join(forms))))
    return [tuple(_PIECE.findall(line)) for line in text.split("\n")]


def _has_words(words: Sequence[Word], others: Sequence[Word]) -> bool:
    """Whether words have all others, with their accents if they have any: two side by side, more wherever."""
    if len(others) <= _PAIR:
        return _has_row(words, others)
    return all(any(_is_word(word, other) for word in words) for other in others)


def _has_row(words: Sequence[Word], others: Sequence[Word]) -> bool:
    """Whether words have the others in a row."""
    starts = range(len(words) - len(others) + 1)
    return any(all(map(_is_word, words[start:], others)) for start in starts)


def _is_word(word: Word, other: Word) -> bool:
    return word.exact == other.exact if other.accented else word.folded == other.folded


def _typed(row: Sequence[str]) -> range:
    """The columns of a row whose forms are looked for in queries."""
    if row[0] not in ("=", ">") or len(row) < 3:
        raise ConfigError(f"data/{FOLDER}: {row} is no row")
    return range(1, len(row) if row[0] == "=" else 2)
