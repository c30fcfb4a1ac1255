"""Questions for measuring search: pieces of real notices, typed in the ways of `typist`, with what is right."""

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from index.embedded.engine import WhooshEngine
from index.language.analysis import parse_words
from index.query import Query
from tests import SHARED
from tests.quality.typist import WAYS
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.text.fold import fold
from timthau.text.syllable import is_syllable

NOW = datetime(2026, 11, 23, tzinfo=HANOI)
_MOST_RIGHT = 6  # notices that have a piece: what many have says nothing about which one was meant
_TRIES = 4000


@dataclass(frozen=True)
class Question:
    """What is typed for a piece of a notice, and the source keys of all notices that have the piece."""

    way: str
    part: str
    text: str
    piece: str
    right: frozenset[str]


def load_corpus() -> list[Notice]:
    """Real notices of the medical field. Raises FileNotFoundError where ../shared is missing."""
    with gzip.open(SHARED / "corpus" / "egp_medical.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [Notice.from_json(json.loads(line)) for line in lines]


def build_engine(corpus: Sequence[Notice], folder: Path) -> WhooshEngine:
    """An index of the notices in an empty folder."""
    engine = WhooshEngine(folder)
    engine.apply(corpus, (), cursor=1)
    return engine


def rank_of(engine: WhooshEngine, question: Question) -> float:
    """One divided by the place of the first right hit among ten; 0 when there is none."""
    hits = engine.search(Query(text=question.text), limit=10, now=NOW, passages=False).hits
    return next((1 / place for place, hit in enumerate(hits, 1) if hit.source_key in question.right), 0.0)


def make_questions(corpus: Sequence[Notice], seed: int, *, each: int, only: Iterable[str] = ()) -> Iterator[Question]:
    """`each` questions of every way and part, or of the ways named; fewer where pieces for it are hard to find."""
    texts = _Texts(corpus)
    for part, (draw, ways) in PARTS.items():
        for way in ways:
            if not only or way in only:
                chance = random.Random(f"{seed} {part} {way}")  # so that another way changes no questions of this
                drawn = (
                    _ask(way, part, draw(chance.choice(corpus), chance, texts), chance, texts) for _ in range(_TRIES)
                )
                yield from islice(filter(None, drawn), each)


def _ask(way: str, part: str, pieces: "_Pieces", chance: random.Random, texts: "_Texts") -> Question | None:
    """A question for the pieces; None where it would say nothing."""
    words = [word for piece in pieces for word in piece]
    if not all(pieces) or len(words) + (way == "exact") < 2:
        return None
    text = WAYS[way](words, chance)
    if way != "exact" and text == " ".join(words):
        return None
    right = frozenset.intersection(*(texts.find(" ".join(piece), folded=text.isascii()) for piece in pieces))
    return Question(way, part, text, " ".join(words), right) if 1 <= len(right) <= _MOST_RIGHT else None


class _Texts:
    """The words of all notices, with and without accents, for finding which have a piece."""

    def __init__(self, corpus: Sequence[Notice]) -> None:
        self._exact, self._folded = {}, {}
        self.counts: Counter[str] = Counter()
        for notice in corpus:
            lines = [notice.title, notice.buyer or "", *(item.name for item in notice.items)]
            words = [parse_words(line) for line in lines]
            self._exact[notice.source_key] = "|".join(f" {' '.join(word.exact for word in line)} " for line in words)
            self._folded[notice.source_key] = "|".join(f" {' '.join(word.folded for word in line)} " for line in words)
            self.counts.update({word.folded for line in words for word in line})

    def find(self, piece: str, *, folded: bool) -> frozenset[str]:
        words = parse_words(piece)
        wanted = f" {' '.join(word.folded if folded else word.exact for word in words)} "
        texts = self._folded if folded else self._exact
        return frozenset(key for key, text in texts.items() if wanted in text)


_Pieces = list[list[str]]
_Draw = Callable[[Notice, random.Random, _Texts], _Pieces]


def _piece(words: list[str], chance: random.Random, least: int, most: int) -> list[str]:
    start = chance.randrange(max(1, len(words) - least + 1))
    piece = words[start : start + chance.randint(least, most)]
    return piece if len(piece) >= least else []


def _item(notice: Notice, chance: random.Random) -> list[str]:
    return chance.choice(notice.items).name.split() if notice.items else []


def _draw_title(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    return [_piece(notice.title.split(), chance, 5, 8)]


def _draw_item(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    return [_piece(_item(notice, chance), chance, 3, 5)]


def _draw_short_item(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    return [_item(notice, chance)[: chance.randint(2, 3)]]


def _draw_buyer(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    return [(notice.buyer or "").split()]


def _draw_subject_and_buyer(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    """Some words of the title and the last of the buyer's name, which say where it is."""
    return [_piece(notice.title.split(), chance, 3, 4), (notice.buyer or "").split()[-3:]]


def _draw_whole_title(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    return [notice.title.split()]


def _draw_whole_item(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    return [_item(notice, chance)]


def _around(words: list[str], fits: Callable[[str], bool], chance: random.Random, before: int, after: int) -> _Pieces:
    """A word that fits, with some of its neighbours."""
    places = [i for i, word in enumerate(words) if fits(word)]
    if not places:
        return [[]]
    place = chance.choice(places)
    return [words[max(0, place - before) : place + 1 + after]]


def _draw_code(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    """A word with letters and digits, with what stands before it."""
    return _around(_item(notice, chance), _is_code, chance, chance.randint(0, 2), 0)


def _is_code(word: str) -> bool:
    return bool(re.search(r"[A-Za-z]+-?\d|\d+(?:ml|mm|cm|mg|kg|g)\b", word))


def _draw_brand(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    """A foreign word, alone or with one before it."""
    words = _item(notice, chance) or notice.title.split()
    return _around(words, _is_foreign, chance, chance.randint(0, 1), 0)


def _is_foreign(word: str) -> bool:
    return len(word) > 4 and word.isascii() and word.isalpha() and not is_syllable(word)


def _draw_rare(notice: Notice, chance: random.Random, texts: _Texts) -> _Pieces:
    """A long word that few notices have, between its neighbours."""
    words = _item(notice, chance) or notice.title.split()
    return _around(words, lambda word: len(word) > 5 and word.isalpha() and texts.counts[fold(word)] <= 8, chance, 1, 1)


_BOTH = ("exact", "no_accents", "abbreviated", "slip_folded", "reordered", "telex", "in_part", "wrong_tone")
_WHOLE = ("exact", "no_accents", "capitals", "nfd", "slip_folded", "two_words")
_SLIPS = ("drop", "swap", "double", "neighbour", "slip_folded")
_SHORT = ("exact", "no_accents", "capitals", "in_part", "telex", "vni", "chatty", "joined", "cut", "wrong_tone")

#: By name: how pieces are drawn from a notice, and in which ways they are typed.
PARTS: dict[str, tuple[_Draw, Sequence[str]]] = {
    "title": (_draw_title, tuple(WAYS)),
    "item": (_draw_item, tuple(WAYS)),
    "short": (_draw_short_item, (*_SHORT, "wrong_vowel", "sound", *_SLIPS)),
    "buyer": (_draw_buyer, _BOTH),
    "both": (_draw_subject_and_buyer, _BOTH),
    "whole_title": (_draw_whole_title, _WHOLE),
    "whole_item": (_draw_whole_item, _WHOLE),
    "code": (_draw_code, ("exact", "spaced_code", "no_accents", "digit", "capitals")),
    "brand": (_draw_brand, ("exact", "capitals", *_SLIPS)),
    "rare": (_draw_rare, ("slip_longest", "slip_longest_folded")),
}
