"""What may have been meant beside what was typed, as far as the words of the index tell."""

import re
from collections.abc import Collection, Container, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from index.language.analysis import (
    Word,
    accents_of,
    exact_keys,
    keys_of,
    pair_keys,
    parse_word,
    parse_words,
    triple_keys,
    word_key,
)
from index.language.keyboard import decode, move_stray_tones
from index.language.latin import load_latin_words
from index.spelling.edge import Edge
from index.spelling.order import find_beginning
from index.spelling.segmentation import split_word
from index.spelling.speller import find_spellings
from index.spelling.vocabulary import Vocabulary
from timthau.text.fold import nfc
from timthau.text.syllable import is_syllable

_RAW = re.compile(r"(?<![^\W_])[A-Za-z][A-Za-z0-9]*(?![^\W_])")


_HARDLY = 0.1  # of the documents that have either side of a word, those that have it between them
_JOINT = 5  # words: one that joins, and two on either side
_OTHERWISE = 8  # times as many documents have two words with other accents, where they are mistyped
_LEAST_JOINED, _MOST_JOINED = 5, 40  # keys of words typed without spaces


class Guess:
    """Readings of a query in one state of the index; a literal query does without.

    An `eager` one doubts more words: for queries that find nothing as they are. One that does not `mend` takes what was
    typed for what was meant; `whole` is the name of one thing, in which words do not divide.
    """

    def __init__(self, vocabulary: Vocabulary, *, eager: bool = False, mends: bool = True, whole: bool = False) -> None:
        self._vocabulary, self.eager, self.mends, self.whole = vocabulary, eager, mends, whole

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index that are guessed from."""
        return self._vocabulary

    def is_row(self, text: str) -> bool:
        """Whether each two neighbouring words of a text stand beside each other in some document."""
        words = parse_words(text)
        return len(words) > 1 and self._is_read(words)

    def _is_read(self, words: Sequence[Word]) -> bool:
        keys = keys_of(word.folded for word in words)
        return bool(self._vocabulary.frequencies(pair_keys(keys[:-1], keys[1:])).all())

    def is_joint(self, words: Sequence[Word], place: int) -> bool:
        """Whether documents hardly have a word between its neighbours, for how often they have what each belongs to.

        Where others of the words stand beside each other in none, they are out of order, and nothing is known.
        """
        keys = keys_of(word.folded for word in words[max(place - 2, 0) : place + 3])
        if self.whole or len(keys) < _JOINT or not (self._is_read(words[:place]) and self._is_read(words[place + 1 :])):
            return False
        terms = [pair_keys(side[:1], side[1:]) for side in (keys[:2], keys[3:])]
        row = triple_keys(keys[1:2], keys[2:3], keys[3:4])
        joined, *each = self._vocabulary.frequencies(np.concatenate([row, *terms])).tolist()
        return bool(joined <= _HARDLY * min(each))

    def knows(self, words: Sequence[str]) -> bool:
        """Whether documents have each of some folded words."""
        return bool(self._vocabulary.frequencies(keys_of(words)).all())

    def find_beginning(self, words: Sequence[str], joined: Collection[int], *, latin: bool) -> int:
        """Which folded word was meant to come first; before those at places `joined` words are not parted."""
        return find_beginning(words, joined, self._vocabulary, load_latin_words(), latin=latin)

    def find_spellings(
        self, words: Sequence[Word], known: frozenset[str], *, unfinished: bool, latin: bool
    ) -> list[Edge]:
        """Other spellings for the words that look wrong where they stand; those `known` are right."""
        if not self.mends:
            return []
        return find_spellings(
            [word.folded for word in words],
            self._vocabulary,
            typed=[word.exact for word in words],
            kept=_Either(known, load_latin_words()),
            unfinished=unfinished,
            latin=latin,
            eager=self.eager,
        )

    def find_wrong_accents(self, words: Sequence[Word]) -> list[int]:
        """The places of words whose accents look wrong: beside a neighbour hardly any document has them so.

        Of the two it is the one that documents write otherwise more often.
        """
        wrong: set[int] = set()
        for i, (one, two) in enumerate(pairwise(words)):
            if (one.accented or two.accented) and self._is_odd(one, two):
                shares = [self._share(word) if word.accented else 1.0 for word in (one, two)]
                wrong.add(i if shares[0] <= shares[1] else i + 1)
        return sorted(wrong)

    def _is_odd(self, one: Word, two: Word) -> bool:
        """Whether documents have two words beside each other mostly with other accents."""
        folded, exact = (
            pair_keys(keys_of([a]), keys_of([b])) for a, b in ((one.folded, two.folded), (one.exact, two.exact))
        )
        count = int(self._vocabulary.frequencies(folded)[0])
        return count > _OTHERWISE * (1 + self._vocabulary.count_accented(int(folded[0]), int(accents_of(exact)[0])))

    def _share(self, word: Word) -> float:
        """Of the documents that have a word with any accents, those that have it with its own."""
        exact = int(self._vocabulary.frequencies(exact_keys(keys_of([word.exact])))[0])
        return exact / max(1, int(self._vocabulary.frequencies(keys_of([word.folded]))[0]))

    def respell(self, words: Sequence[Word]) -> list[str]:
        """The words with the accents that documents mostly have in their place, where they were typed with others."""
        spelled: list[Word] = []
        for i, word in enumerate(words):
            before, after = spelled[-1] if spelled else None, words[i + 1] if i + 1 < len(words) else None
            text = self.spell((word.folded,), before, after) if word.accented else word.exact
            spelled.append(Word(text, word.folded))
        return [word.exact for word in spelled]

    def spell(self, words: Sequence[str], before: Word | None, after: Word | None) -> str:
        """How documents mostly write some folded words between two neighbours, with some accents or none."""
        spelled: list[Word] = []
        for i, folded in enumerate(words):
            beside = [(spelled[-1] if spelled else before, True), (after if i == len(words) - 1 else None, False)]
            ways = self._count_spellings(folded)
            spelled.append(min(ways, key=lambda word: (-self._count_beside(word, beside), -ways[word], word.exact)))
        return " ".join(word.exact for word in spelled)

    def _count_spellings(self, folded: str) -> dict[Word, int]:
        texts = sorted(set(self._vocabulary.spellings(word_key(folded))) - {folded})
        counts = self._vocabulary.frequencies(exact_keys(keys_of(texts))).tolist()
        plain = int(self._vocabulary.frequencies(keys_of([folded]))[0]) - sum(counts)  # hardly any has it in both ways
        return dict(zip([Word(text, folded) for text in texts], counts, strict=True)) | {Word(folded, folded): plain}

    def _count_beside(self, word: Word, beside: Sequence[tuple[Word | None, bool]]) -> int:
        """How many documents have the word so accented beside its neighbours."""
        count = 0
        for other, first in beside:
            if other is not None:
                one, two = (other, word) if first else (word, other)
                key, exact = (
                    pair_keys(keys_of([a]), keys_of([b])) for a, b in ((one.folded, two.folded), (one.exact, two.exact))
                )
                accents = int(accents_of(exact)[0])
                count += self._vocabulary.count_accented(int(key[0]), accents)
        return count

    def decode(self, text: str, *, kept: Container[str] = ()) -> str:
        """The text with Telex and VNI keys turned into words, where what was typed is no word of the index.

        Those `kept`, in small letters, are meant as they are unless other words were typed so.
        """
        typed = _raw_words(text)
        known = dict(zip(typed, self._count([parse_word(raw.lower()).folded for raw in typed]), strict=True))
        unknown = [
            raw for raw in typed if not known[raw] and raw.lower() not in kept and raw.lower() not in load_latin_words()
        ]
        wanted = {raw: found for raw in unknown if (found := self._decode(raw) or self._decode_joined(raw))}
        figures = {raw for raw in wanted if not raw.isalpha()}
        if all(len(raw) == 2 for raw in figures):  # "i5" and "A4" are VNI keys only beside longer ones
            wanted = {raw: found for raw, found in wanted.items() if raw not in figures}
        if len(wanted) > 1:  # then the other words were typed the same way
            text = move_stray_tones(text)
            decoded = {raw: found for raw in _raw_words(text) if (found := decode(raw))}
            likely = self._frequencies(decoded, exact=False)
            meant = self._frequencies(decoded, exact=True)
            wanted |= {raw: found for raw, found in decoded.items() if meant[raw] >= likely[raw]}
        return _RAW.sub(lambda m: wanted.get(m[0], m[0]), text) if wanted else text

    def _decode(self, raw: str) -> str | None:
        """The syllable that the keys make, or a word of the index that is none, as "Đăk" is."""
        found = decode(raw, strict=False)
        if found is None or is_syllable(found):
            return found
        return found if self._vocabulary.frequencies(exact_keys(keys_of([parse_word(found).exact])))[0] else None

    def _decode_joined(self, raw: str) -> str | None:
        """The words that the keys make where spaces are missing."""
        if not _LEAST_JOINED <= len(raw) <= _MOST_JOINED:
            return None
        words = split_word(raw.lower(), _read_keys, self._vocabulary)
        if len(words) < 2 or "".join(words) == raw.lower() or not self.is_row(" ".join(words)):
            return None
        return " ".join(words)

    def _count(self, folded: Sequence[str]) -> list[int]:
        found: list[int] = self._vocabulary.frequencies(keys_of(folded)).tolist()
        return found

    def _frequencies(self, decoded: dict[str, str], *, exact: bool) -> dict[str, int]:
        """How many documents have what was typed, or exactly what the keys would make."""
        texts = [parse_word(decoded[raw]).exact if exact else parse_word(raw.lower()).folded for raw in decoded]
        keys = exact_keys(keys_of(texts)) if exact else keys_of(texts)
        return dict(zip(decoded, self._vocabulary.frequencies(keys).tolist(), strict=True))


class _Either(Container[str]):
    """What is in one of some containers."""

    def __init__(self, *of: Container[str]) -> None:
        self._of = of

    def __contains__(self, word: object) -> bool:
        return any(word in own for own in self._of)


def _raw_words(text: str) -> Sequence[str]:
    """The words of a text that are typed without any accent."""
    return list(dict.fromkeys(_RAW.findall(nfc(text))))


@lru_cache(maxsize=1 << 14)
def _read_keys(piece: str) -> tuple[str, ...]:
    """The folded words that a piece of what was typed may stand for."""
    found = decode(piece)
    typed = parse_word(piece).folded  # "ky" is kept as "ki"
    return (typed,) if found is None else (typed, parse_word(found).folded)
