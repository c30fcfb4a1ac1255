"""Words written without spaces, taken apart where the index has the parts beside each other."""

from collections.abc import Callable, Iterable
from math import log

import numpy as np

from index.language.analysis import pair_keys, word_key
from index.spelling.vocabulary import Vocabulary

_LONGEST_PIECE = 10  # letters; foreign words are longer than syllables, and so are syllables typed key by key
_MOST_WAYS = 4  # that are followed at each place
_NEVER = 0.01  # documents that have two words beside each other which none has: rarer than one
_VOWELS = "aeiouy"  # the only words of one letter that are parts

_Way = tuple[float, tuple[str, ...]]


def split_word(word: str, read: Callable[[str], Iterable[str]], vocabulary: Vocabulary) -> tuple[str, ...]:
    """The likeliest folded words that make up a word without spaces, by how often they follow each other; or none.

    `read` gives the folded words that a piece of it may stand for.
    """
    pieces = {
        (start, end): tuple(read(word[start:end]))
        for start in range(len(word))
        for end in range(start + 1, min(start + _LONGEST_PIECE, len(word)) + 1)
    }
    counts = _count_words({text for texts in pieces.values() for text in texts}, vocabulary)
    known = {place: [text for text in texts if counts[text]] for place, texts in pieces.items()}
    follow = _count_pairs(known, vocabulary)
    ways: dict[int, list[_Way]] = {0: [(0.0, ())]}
    for end in range(1, len(word) + 1):
        found: list[_Way] = []
        for start in range(max(0, end - _LONGEST_PIECE), end):
            for text in known[start, end]:
                found += [_extend(way, text, counts, follow, vocabulary.count) for way in ways[start]]
        ways[end] = sorted(found, key=lambda way: (-way[0], way[1]))[:_MOST_WAYS]
    return ways[len(word)][0][1] if ways[len(word)] else ()


def _extend(way: _Way, text: str, counts: dict[str, int], follow: dict[tuple[str, str], int], documents: int) -> _Way:
    score, words = way
    share = follow.get((words[-1], text), 0) / counts[words[-1]] if words else counts[text] / documents
    return score + log(max(share, _NEVER / documents)), (*words, text)


def _count_words(texts: Iterable[str], vocabulary: Vocabulary) -> dict[str, int]:
    parts = sorted(texts)
    found = vocabulary.frequencies(np.array([word_key(text) for text in parts], np.uint64)).tolist()
    return {text: count if len(text) > 1 or text in _VOWELS else 0 for text, count in zip(parts, found, strict=True)}


def _count_pairs(known: dict[tuple[int, int], list[str]], vocabulary: Vocabulary) -> dict[tuple[str, str], int]:
    """How many documents have the words of neighbouring pieces beside each other."""
    starts: dict[int, list[str]] = {}
    for (start, _), texts in known.items():
        starts.setdefault(start, []).extend(texts)
    pairs = sorted({(one, two) for (_, end), texts in known.items() for one in texts for two in starts.get(end, ())})
    first = np.array([word_key(one) for one, _ in pairs], np.uint64)
    second = np.array([word_key(two) for _, two in pairs], np.uint64)
    return dict(zip(pairs, vocabulary.frequencies(pair_keys(first, second)).tolist(), strict=True))
