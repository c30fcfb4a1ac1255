"""Words of Vietnamese text: what counts as one word, its exact and its folded form, and the 64-bit keys of terms."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from timthau.text.fold import fold, place_tones, write_final_i
from timthau.text.key import key_of

Keys = npt.NDArray[np.uint64]

#: Words glued by signs that codes use ("XN-L550", "2.5/0"); everything else parts them.
CHUNK = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_PIECE = re.compile(r"[^\W\d_]+|\d+")
_LOOSE_MARK = re.compile("[\u0302\u0306\u031b]")
_TONE_FIRST = re.compile("([\u0300\u0301\u0303\u0309\u0323])([\u0302\u0306\u031b])")
_LONGEST = 40  # letters of a word that are looked at; what is longer is no word
_LONGEST_LETTERS = 6  # of a code without digits, "XN-L"
_MOST_PIECES = 8  # of one chunk; an address or a row of dots is longer


@dataclass(frozen=True, slots=True)
class Word:
    """A word in the form that typing variants share, with and without accents."""

    exact: str
    folded: str

    @property
    def accented(self) -> bool:
        """Whether it has accents, which a phrase asks for."""
        return self.exact != self.folded


@dataclass(frozen=True, slots=True)
class Chunk:
    """What stands between spaces: its words, and the spellings without its signs ("xn", "l", "550" and "xnl550")."""

    words: tuple[Word, ...]
    glued: tuple[Word, ...]


def compose(text: str) -> str:
    """The text in composed form; also where the tone was typed before the mark of its vowel ("ề" as "è" and "^")."""
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    if _LOOSE_MARK.search(text):
        opened = _TONE_FIRST.sub(r"\2\1", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", opened)
    return text


def prepare(text: str) -> str:
    """The text as it is searched in: composed and in lower case; offsets are those of the composed text."""
    if text.isascii():
        return text.lower()
    text = compose(text).replace("\u00b5", "\u03bc")  # the micro sign is a letter of its own beside the Greek one
    lowered = text.lower()
    # A few letters change their length in lower case ("İ"); they are kept as they are, so that offsets stay true.
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@lru_cache(maxsize=1 << 16)
def parse_word(text: str) -> Word:
    """The word for a run of letters or digits in lower case."""
    exact = write_final_i(place_tones(text))
    folded = fold(exact)
    return Word(exact, folded or exact)


@lru_cache(maxsize=1 << 15)
def parse_chunk(text: str) -> Chunk:
    """The words of a chunk in lower case, letters and digits apart: "5ml" is "5" and "ml"."""
    pieces = [piece[:_LONGEST] for piece in _PIECE.findall(text)][:_MOST_PIECES]
    words = tuple(parse_word(piece) for piece in pieces)
    if len(words) == 1:
        return Chunk(words, ())
    # Only codes are also written in one: "vi-rút/vi-khuẩn" and "2.5/0" are not.
    digits = sum(piece.isdigit() for piece in pieces)
    if digits == len(pieces) or (not digits and sum(map(len, pieces)) > _LONGEST_LETTERS):
        return Chunk(words, ())
    glued = ["".join(pieces)]
    if pieces[-1].isdigit() and len(pieces) > 2:
        glued.append("".join(pieces[:-1]))  # "xnl" of "XN-L550"; "XNL 550" is a common way to write it
    return Chunk(words, tuple(parse_word(text[:_LONGEST]) for text in glued))


def parse_words(text: str) -> list[Word]:
    """All words of a text in their order."""
    return [word for chunk in CHUNK.findall(prepare(text)) for word in parse_chunk(chunk).words]


@lru_cache(maxsize=1 << 15)
def parse_form(text: str) -> tuple[Word, ...]:
    """All words of a form that the lexicon knows: it is met again and again."""
    return tuple(parse_words(text))


def fold_phrase(text: str) -> str:
    """The folded words of a text with single spaces: what two spellings of one name have in common."""
    return " ".join(word.folded for word in parse_words(text))


@lru_cache(maxsize=1 << 16)
def word_key(text: str) -> int:
    """The 64-bit key of a folded or exact word."""
    return key_of(text)


_ODD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9))
_SHIFT = np.uint64(29)
_EXACT = np.uint64(0x5851F42D4C957F2D)


def _mix(keys: Keys) -> Keys:
    mixed = (keys ^ (keys >> _SHIFT)) * _ODD[0]
    return mixed ^ (mixed >> _SHIFT)


def exact_keys(words: Keys) -> Keys:
    """The keys under which words are found with exactly their accents."""
    return _mix(words ^ _EXACT)


@lru_cache(maxsize=1 << 16)
def exact_key(word: str) -> int:
    """The key under which one word is found with exactly its accents."""
    return int(exact_keys(np.array([word_key(word)], np.uint64))[0])


def term_of(word: Word) -> int:
    """The key under which documents have a word, with its accents if it has any."""
    return exact_key(word.exact) if word.accented else word_key(word.folded)


def keys_of(words: Iterable[str]) -> Keys:
    """The keys of folded words."""
    return np.array([word_key(word) for word in words], np.uint64)


def pair_keys(first: Keys, second: Keys) -> Keys:
    """The keys of two folded words next to each other."""
    return _mix(first * _ODD[1] + _mix(second))


def triple_keys(first: Keys, second: Keys, third: Keys) -> Keys:
    """The keys of three folded words in a row."""
    return _mix(pair_keys(first, second) * _ODD[2] + _mix(third))


def accents_of(rows: Keys) -> npt.NDArray[np.uint8]:
    """A number up to 7 for the keys of rows of exact words: other accents mostly have another one."""
    return (rows >> np.uint64(61)).astype(np.uint8)
