"""What a person may have meant: a slip in a word, words written as one, a word written as two, a word not yet finished.

The index's own words and rows of words decide; there is no list of right spellings.
"""

from collections.abc import Container, Sequence
from functools import lru_cache

import numpy as np

from index.language.analysis import Keys, exact_keys, keys_of, pair_keys, parse_word, triple_keys, word_key
from index.spelling.edge import Edge
from index.spelling.noisy_channel import Choices, find_meant
from index.spelling.noisy_channel import measure_beginnings as measure_choices
from index.spelling.segmentation import split_word
from index.spelling.typo import find_typos, measure_distance
from index.spelling.vocabulary import Vocabulary
from timthau.text.fold import keeps_accents
from timthau.text.syllable import is_syllable, may_be_syllable

_SHORTEST = 2  # letters of a word that is corrected
_LONGEST = 40
_MOST = 3  # other spellings of one word that are searched
_UNKNOWN = 0.9  # how much the other spelling of a word counts that no document has
_KNOWN = 0.5  # and of one that documents have, but hardly beside its neighbours
_JOINED = 0.9
_ZEROS = 0.8  # "02" for "2"
_UNFINISHED = 0.6  # a longer word for the one that is being typed
_ENDINGS = 2000  # longer words that are looked at
_SLIPS = 2  # documents that have a word, or two beside each other, by mistake
_MORE = 5  # times as many have the right one
_HARDLY = 0.05  # of the documents that have a word, those that have it beside a neighbour
_LEAST_FOREIGN = 4  # letters of a word that is no slip as it is no syllable
_TWICE = 4  # letters of a word in which two slips are looked for
_POSSIBLE = 40  # words that one may stand for
# How unlikely slips are beside how unlikely it is that words follow each other, as negative logarithms.
_NO_WORD, _RARE_WORD, _ONE_SLIP, _TWO_SLIPS = 12.0, 5.0, 3.0, 7.0


def find_spellings(
    words: Sequence[str],
    vocabulary: Vocabulary,
    *,
    typed: Sequence[str] = (),
    kept: Container[str] = (),
    unfinished: bool = False,
    latin: bool = False,
    eager: bool = False,
) -> list[Edge]:
    """Other spellings for the folded words that look wrong where they stand; `unfinished` if more letters may follow.

    Those `kept` are right. What a syllable was meant as that was `typed` with accents keeps them, see `keeps_accents`:
    "sữa" is no slip of "rửa". Words of another language (`latin`) are no slips of Vietnamese ones; with `eager` those
    are doubted too that documents have beside their neighbours, but seldom.
    """
    if not words:
        return []
    return _Speller(words, vocabulary, kept, typed=typed, latin=latin, eager=eager).find(unfinished=unfinished)


def measure_beginnings(
    words: Sequence[str], vocabulary: Vocabulary, kept: Container[str], *, latin: bool
) -> list[tuple[float, int]]:
    """What the likeliest reading costs that begins at each of some words, and how many slips are undone in it.

    Costs are negative logarithms; nothing where no word looks wrong.
    """
    return _Speller(words, vocabulary, kept, typed=(), latin=latin, eager=False).measure_beginnings()


class _Speller:
    """A row of words with what the index says of each and of its neighbours."""

    def __init__(
        self,
        words: Sequence[str],
        vocabulary: Vocabulary,
        kept: Container[str],
        *,
        typed: Sequence[str],
        latin: bool,
        eager: bool,
    ) -> None:
        self._words, self._vocabulary, self._kept, self._latin, self._eager = words, vocabulary, kept, latin, eager
        self._accented = {i: word for i, word in enumerate(typed) if not word.isascii() and is_syllable(word)}
        self._keys = keys_of(words)
        self._counts = vocabulary.frequencies(self._keys)
        self._pairs = vocabulary.frequencies(pair_keys(self._keys[:-1], self._keys[1:]))
        triples = triple_keys(self._keys[:-2], self._keys[1:-1], self._keys[2:])
        self._triples = vocabulary.frequencies(triples) if len(triples) else np.zeros(0, np.int64)
        self._doubtful = [self._is_doubtful(i) for i in range(len(words))]

    def find(self, *, unfinished: bool) -> list[Edge]:
        edges: list[Edge] = []
        for i, word in enumerate(self._words):
            if word.isdigit():
                edges += self._renumber(i)
            if self._doubtful[i] and self._counts[i] <= _SLIPS and not word.isdigit():
                edges += self._split(i)
            if i + 1 < len(self._words):
                edges += self._join(i)
        return edges + self._correct() + (self._finish() if unfinished else [])

    def measure_beginnings(self) -> list[tuple[float, int]]:
        if not any(self._doubtful):
            return []
        return measure_choices([self._choices(i) for i in range(len(self._words))], self._vocabulary)

    def _is_doubtful(self, i: int) -> bool:
        """Whether a word is unknown, or known but hardly in this place."""
        word = self._words[i]
        if not word.isascii() or not word.isalnum() or not _SHORTEST <= len(word) <= _LONGEST:
            return False
        if not (word.isalpha() or word.isdigit()) or word in self._kept or self._is_foreign(i):
            return False
        sides = self._sides(i)
        if self._eager and max(sides, default=0) <= _HARDLY * self._counts[i]:
            return True
        return bool(self._counts[i] <= _SLIPS or (sides and min(sides) <= _SLIPS and not self._stands_in_rows(i)))

    def _is_foreign(self, i: int) -> bool:
        """Whether a word is one of another language that documents have."""
        word = self._words[i]
        return len(word) >= _LEAST_FOREIGN and self._counts[i] > _SLIPS and word.isalpha() and not may_be_syllable(word)

    def _sides(self, i: int) -> list[int]:
        """How many documents have the word beside each of its neighbours that any document has."""
        sides = [int(self._pairs[i - 1])] if i and self._counts[i - 1] else []
        return sides + ([int(self._pairs[i])] if i < len(self._pairs) and self._counts[i + 1] else [])

    def _stands_in_rows(self, i: int) -> bool:
        rows = self._triples[max(i - 2, 0) : i + 1]
        return bool(len(rows) and rows.all())

    def _enough(self, i: int, count: int) -> bool:
        """Whether so many documents speak for another spelling: documents have slips too, but few have the same."""
        own = int(self._counts[i])
        return count > 0 and (own == 0 or own > _SLIPS or count >= _MORE * own)

    # --- a slip

    def _correct(self) -> list[Edge]:
        """Other words for those that look wrong where they stand."""
        if not any(self._doubtful):
            return []
        meant = find_meant([self._choices(i) for i in range(len(self._words))], self._vocabulary)
        if len(meant) > 1 and all(meant) and len(self._accented) == len(meant) and min(self._counts) > _SLIPS:
            return []  # all of what was typed with care would be something else
        edges = []
        for i, words in enumerate(meant):
            known = bool(self._counts[i])
            weight, corrects = (_KNOWN, self._eager) if known else (_UNKNOWN, True)
            enough = [word for word in words if self._enough(i, int(self._vocabulary.frequencies(keys_of([word]))[0]))]
            spelled = [(word, text) for word in enough if (text := self._spell(i, word))]
            edges += [Edge(i, i + 1, (word,), weight, text, corrects=corrects) for word, text in spelled[:_MOST]]
        return edges

    def _spell(self, i: int, word: str) -> str | None:
        """A word as documents have it with accents that what was typed at a place allows; None where none has."""
        typed = self._accented.get(i)
        if typed is None:
            return word
        texts = sorted(text for text in self._vocabulary.spellings(word_key(word)) if keeps_accents(typed, text))
        counts = self._vocabulary.frequencies(exact_keys(keys_of(texts)))
        return texts[int(counts.argmax())] if texts else None

    def _choices(self, i: int) -> Choices:
        """What may have been meant at a place: the word, and if it is doubtful those a slip or two away."""
        word, counts = self._words[i], self._counts[i : i + 1]
        costs = np.select([counts == 0, counts <= _SLIPS], [_NO_WORD, _RARE_WORD], 0.0)
        own = Choices([word], self._keys[i : i + 1], counts, costs)
        if not self._doubtful[i]:
            return own
        all_ = [own, self._known_of(*_slips_of(word), _ONE_SLIP)]
        if not counts[0]:
            twice = self._two_slips(i)
            all_.append(self._known_of(twice, keys_of(twice), _TWO_SLIPS))
        return Choices(
            [text for some in all_ for text in some.words],
            np.concatenate([some.keys for some in all_]),
            np.concatenate([some.counts for some in all_]),
            np.concatenate([some.costs for some in all_]),
        )

    def _known_of(self, texts: Sequence[str], keys: Keys, cost: float) -> Choices:
        """Those that the index has, the most frequent ones."""
        counts = self._vocabulary.frequencies(keys)
        best = np.argsort(-counts, kind="stable")[:_POSSIBLE]
        best = best[counts[best] > 0]
        if self._latin:
            best = np.array([j for j in best.tolist() if not may_be_syllable(texts[j])], np.int64)
        return Choices([texts[j] for j in best.tolist()], keys[best], counts[best], np.full(len(best), cost))

    def _two_slips(self, i: int) -> list[str]:
        """The index's words that are two slips away and stand beside a neighbour."""
        word = self._words[i]
        if len(word) < _TWICE:
            return []
        near = sorted(self._vocabulary.words_like(word))
        keys = keys_of(near)
        beside = np.zeros(len(keys), bool)
        if i:
            beside |= self._vocabulary.frequencies(pair_keys(np.full_like(keys, self._keys[i - 1]), keys)) > 0
        if i + 1 < len(self._words):
            beside |= self._vocabulary.frequencies(pair_keys(keys, np.full_like(keys, self._keys[i + 1]))) > 0
        chosen = [near[j] for j in np.flatnonzero(beside).tolist()] if len(self._words) > 1 else near
        return [other for other in chosen if measure_distance(word, other, 2) == 2]

    def _renumber(self, i: int) -> list[Edge]:
        """A number without the zeros before it, or with one."""
        word = self._words[i]
        bare = word.lstrip("0")
        others = [other for other in (bare, f"0{bare}") if other not in (word, "", "0") and len(bare) <= 2]
        known = self._vocabulary.frequencies(keys_of(others)).tolist()
        return [Edge(i, i + 1, (other,), _ZEROS) for other, count in zip(others, known, strict=True) if count]

    # --- spaces

    def _split(self, i: int) -> list[Edge]:
        words = split_word(self._words[i], lambda piece: (parse_word(piece).folded,), self._vocabulary)
        if len(words) < 2 or not self._enough(i, self._together(words)):
            return []
        return [Edge(i, i + 1, words, _JOINED, " ".join(words), corrects=not self._counts[i])]

    def _together(self, words: Sequence[str]) -> int:
        keys = keys_of(words)
        return int(self._vocabulary.frequencies(pair_keys(keys[:-1], keys[1:])).min())

    def _join(self, i: int) -> list[Edge]:
        """Two words as one, where they hardly stand beside each other, and the one does beside theirs."""
        word = self._words[i] + self._words[i + 1]
        if self._pairs[i] > _SLIPS or (self._counts[i] and self._counts[i + 1] and self._stands_in_a_row_of_two(i)):
            return []
        key = keys_of([word])
        if not self._vocabulary.frequencies(key)[0]:
            return []
        if self._counts[i] and self._counts[i + 1]:
            before, after = self._keys[max(i - 1, 0) : i], self._keys[i + 2 : i + 3]
            beside = np.concatenate([pair_keys(before, key[: len(before)]), pair_keys(key[: len(after)], after)])
            if not self._vocabulary.frequencies(beside).any():
                return []
        return [Edge(i, i + 2, (word,), _JOINED, word)]

    def _stands_in_a_row_of_two(self, i: int) -> bool:
        return bool(self._pairs[i] and self._triples[max(i - 1, 0) : i + 1].any())

    # --- a word that is being typed

    def _finish(self) -> list[Edge]:
        """Longer words for the last one, where they follow on what was typed and it does not."""
        last, word = len(self._words) - 1, self._words[-1]
        if not last or not word.isalnum() or not self._counts[last - 1]:
            return []
        finished = self._counts[last] > 0 and self._at_end(last) > 0
        if finished:
            return []
        words = sorted(self._vocabulary.words_from(word))[:_ENDINGS]
        words = [other for other in words if other != word]
        if not words:
            return []
        keys = keys_of(words)
        before = np.broadcast_to(self._keys[last - 1], keys.shape)
        counts = self._vocabulary.frequencies(pair_keys(before, keys))
        if last > 1 and self._pairs[last - 2]:
            first = np.broadcast_to(self._keys[last - 2], keys.shape)
            rows = self._vocabulary.frequencies(triple_keys(first, before, keys))
            counts = rows if rows.any() or self._pairs[last - 1] else counts
        best = [words[j] for j in np.argsort(-counts, kind="stable")[:_MOST].tolist() if counts[j] > 0]
        spelled = [(other, text) for other in best if (text := self._spell(last, other))]
        return [Edge(last, last + 1, (other,), _UNFINISHED, text) for other, text in spelled]

    def _at_end(self, last: int) -> int:
        """How many documents have the last word behind those before it."""
        return int(self._triples[-1]) if len(self._triples) and self._pairs[last - 2] else int(self._pairs[-1])


@lru_cache(maxsize=256)
def _slips_of(word: str) -> tuple[Sequence[str], Keys]:
    """What a slip makes of a word, with their keys; people search for the same words again and again."""
    slips = sorted(find_typos(word))
    return slips, keys_of(slips)
