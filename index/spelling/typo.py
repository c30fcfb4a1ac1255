"""Slips of hand and ear: what one makes of a word in lower case without accents, and how far apart two words are."""

from string import ascii_lowercase, digits

from rapidfuzz.distance import OSA

# Sounds that are one in some part of the country, at the beginning of a syllable: the North says "s" as "x", "tr" as
# "ch", "r" and "gi" as "d", "l" as "n"; the South "v" and "gi" as "d". "w" and "f" are short for "qu" and "ph".
_ONSETS = ("s x", "tr ch", "gi d", "gi r", "r d", "r g", "v d", "v gi", "l n", "qu w", "ph f", "c k", "ng ngh", "g gh")
# And at its end, where the South says "n" as "ng" and "t" as "c".
_ENDINGS = ("n ng", "t c", "n nh", "t ch", "ng nh", "i y")
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")


def find_typos(word: str) -> set[str]:
    """All that is one slip away: a letter missing, too many, wrong, or swapped with the next; a sound for another.

    Of digits only other digits come.
    """
    letters = digits if word.isdigit() else ascii_lowercase
    slips = _edit(word, letters) | find_sound_alikes(word)
    if word[-1] == "i" and word[-2:-1] in _CONSONANTS:
        slips |= _edit(f"{word[:-1]}y", letters)  # "my" is kept as "mi", and may be a slip of "may"
    return slips - {word, ""}


def _edit(word: str, letters: str) -> set[str]:
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    slips = {a + b[1:] for a, b in parts if b}
    slips |= {a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1}
    slips |= {a + letter + b[1:] for a, b in parts if b for letter in letters}
    return slips | {a + letter + b for a, b in parts for letter in letters}


def find_sound_alikes(word: str) -> set[str]:
    """How the word may be written by ear."""
    found = set()
    for pair in _ONSETS:
        for old, new in (pair.split(), pair.split()[::-1]):
            rest = word.removeprefix(old)
            if rest != word and rest and rest[0] not in _CONSONANTS:
                found.add(new + rest)
    for pair in _ENDINGS:
        for old, new in (pair.split(), pair.split()[::-1]):
            rest = word.removesuffix(old)
            if rest != word and rest and rest[-1] not in _CONSONANTS:
                found.add(rest + new)
    return found


def measure_distance(one: str, other: str, most: int) -> int:
    """How many letters are missing, too many, wrong or swapped with the next; `most` + 1 where it is more."""
    return OSA.distance(one, other, score_cutoff=most)
