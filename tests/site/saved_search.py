"""Searches as people save them, made from the words of notices: any length, way of typing, operator and filter."""

import random
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from index.language.lexicon import load_lexicon
from index.query import Query, Status
from timthau.model.moment import HANOI, start_of
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.purchase import Field
from timthau.text.fold import fold

_WAYS: tuple[Callable[[str], str], ...] = (
    str,
    str,
    str.lower,
    str.lower,
    fold,
    fold,
    str.upper,
    lambda text: unicodedata.normalize("NFD", text),
)


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
# Slips, Telex, codes, abbreviations and their long forms, words that stand beside each other in some titles only.
WORDS = (
    *("máy", "may", "thở", "thowr", "thơ", "máythở", "bơm", "bom", "tiêm", "vật", "tư", "y", "tế", "VTYT", "vtyt"),
    *("XN-L550", "XNL 550", "xnl550", "kỹ", "kĩ thuật", "gói thầu", "mua", "BV", "bệnh viện"),
)

_texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
_operators = st.sampled_from(["{} {}", "{} -{}", '{} "{}"', '"{} {}"', "{} OR {}", '{} -"{}"', "{} {}*", "-{} {}"])
#: Literal searches for these words.
any_searches = st.builds(
    Query,
    text=st.just("") | _texts | st.tuples(_operators, _texts, _texts).map(lambda row: row[0].format(row[1], row[2])),
    status=st.sampled_from([None, None, *Status]),
    provinces=st.sampled_from([(), (), ("thanh hoa",), ("Gia Lai",), ("binh dinh",)]),
    fields=st.sampled_from([(), (), (Field.EQUIPMENT,), (Field.CONSUMABLE, Field.MEDICINE)]),
    expand=st.booleans(),
    literal=st.just(True),
)
#: Notices that have them.
any_notices = st.builds(
    Notice,
    id=st.integers(0, 20).map(lambda number: make_id("bv", str(number))),
    source=st.just("bv"),
    source_key=st.just("k"),
    url=st.just("https://bv.example"),
    kind=st.just(NoticeKind.PLAN),
    title=_texts,
    text=st.lists(_texts, max_size=2).map("\n".join),
    province=st.sampled_from([None, "Thanh Hóa", "Gia Lai", "Bình Định"]),
    deadline_at=st.sampled_from([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
)


def make_searches(notices: Sequence[Notice], chance: random.Random) -> Iterator[Query]:
    """Saved searches without end; the same notices and chance give the same ones."""
    forms = sorted({expansion.shown for found in load_lexicon().expansions.values() for expansion in found})
    while True:
        typed = _Typist(notices, forms, chance)
        text = typed.text() if chance.random() < 0.95 else ""
        filters = typed.filters() if not text or chance.random() < 0.35 else {}
        yield Query(text=text, **filters, expand=chance.random() < 0.95)


class _Typist:
    """Somebody who saves one search."""

    def __init__(self, notices: Sequence[Notice], forms: Sequence[str], chance: random.Random) -> None:
        self._notices, self._forms, self._chance = notices, forms, chance
        self._like = chance.choice(notices)  # what the search is about

    def text(self) -> str:
        """Words with and without operators."""
        operators: dict[Callable[[], str], int] = {
            lambda: self._words(5): 50,
            lambda: f'"{self._words(4)}"': 10,
            lambda: f'{self._words(2)} "{self._words(3)}"': 5,
            lambda: f"{self._words(3)} -{self._words(1, other=True)}": 8,
            lambda: f'{self._words(3)} -"{self._words(3, other=True)}"': 3,
            lambda: f"{self._words(1)} OR {self._words(1, other=True)}": 4,
            lambda: f'"{self._words(3)}" OR "{self._words(3, other=True)}" {self._words(1)}': 4,
            lambda: f"{self._prefix()}*": 3,
            lambda: f"{self._words(2)} {self._prefix()}*": 2,
            lambda: f"{self._words(2)} -{self._prefix()}*": 1,
            lambda: self._retype(self._chance.choice(self._forms)): 5,
            lambda: f"{self._retype(self._chance.choice(self._forms))} {self._words(2)}": 3,
            lambda: f"{self._words(2)} {self._field()}": 4,
            lambda: f"{self._words(2)} {self._words(2, other=True)}": 4,
        }
        (operator,) = self._chance.choices(list(operators), list(operators.values()))
        return operator()

    def filters(self) -> dict[str, Any]:
        """One to three filters, mostly ones that the notice passes."""
        chance, like = self._chance, self._like
        day = start_of(like.published_at).date() if like.published_at else None
        near = timedelta(days=chance.randint(-3, 30))
        choices: list[dict[str, Any]] = [
            {"provinces": (self._retype(like.province or "Thanh Hóa"),)},
            {"provinces": (like.province or "Nghệ An", chance.choice(self._notices).province or "Huế")},
            {"kinds": tuple({like.kind, chance.choice(list(NoticeKind))})},
            {"buyers": (self._retype(like.buyer or "Bệnh viện Mắt"),)},
            {"status": chance.choice(list(Status))},
            {"published_from": day - near if day else None},
            {"published_to": day + near if day else None},
            {"deadline_from": day, "deadline_to": day + near if day else None},
            {"min_amount": chance.choice((10**8, 10**9, like.amount_vnd or 0))},
            {"max_amount": chance.choice((10**9, 10**10, like.amount_vnd or 0))},
        ]
        chosen = chance.sample(choices, chance.randint(1, 3))
        return {name: value for filters in chosen for name, value in filters.items()}

    def _words(self, most: int, *, other: bool = False) -> str:
        chance = self._chance
        notice = chance.choice(self._notices) if other else self._like
        lines = [notice.title, notice.title, notice.buyer or notice.title, *(item.name for item in notice.items)]
        words = chance.choice(lines[: chance.choice((2, 3, len(lines)))]).replace('"', " ").split() or ["máy"]
        count = min(len(words), chance.randint(1, most))
        start = chance.randint(0, len(words) - count)
        chosen = chance.sample(words, count) if chance.random() < 0.15 else words[start : start + count]
        return self._retype(" ".join(chosen))

    def _prefix(self) -> str:
        letters = "".join(letter for letter in self._words(1) if letter.isalnum()) or "kim"
        return letters[: self._chance.randint(2, 6)]

    def _field(self) -> str:
        like, chance = self._like, self._chance
        fields = ["han:>=1/1/2024", "gia:500tr..5ty", "gia:<=1ty", "loai:moi-thau", "loai:bao-gia", "so:5"]
        fields += [f'tinh:"{like.province}"'] * 4 + [f'ben-moi-thau:"{self._retype(like.buyer or "")}"']
        return chance.choice(fields)

    def _retype(self, text: str) -> str:
        return self._chance.choice(_WAYS)(text)
