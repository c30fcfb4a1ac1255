"""Search quality on real tenders, held to the floors of tests/floors/search.json.

Once with the labelled queries of ../shared, once with queries made here in other ways of typing, so that rules are
measured and not answers. TIMTHAU_LOWER_FLOORS=1 writes what is reached now as the new floors.
"""

import gzip
import json
import os
import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from index.query import Query
from index.whoosh_engine import WhooshEngine
from timthau.model import HANOI, Notice
from timthau.text import collapse_spaces, place_tones

FLOORS = Path(__file__).parent / "floors" / "search.json"
NOW = datetime(2026, 11, 23, tzinfo=HANOI)
TELEX = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
VNI = dict(zip(TELEX, "12345", strict=True))
MARKS = {"telex": {"\u0306": "w", "\u031b": "w"}, "vni": {"\u0302": "6", "\u031b": "7", "\u0306": "8"}}


@pytest.fixture(scope="module")
def corpus() -> list[Notice]:
    path = Path(__file__).parents[2] / "shared" / "corpus" / "egp_medical.jsonl.gz"
    if not path.exists():
        pytest.skip("needs ../shared, which is not beside this checkout")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [Notice.from_json(json.loads(line)) for line in lines]


@pytest.fixture(scope="module")
def engine(corpus: list[Notice], tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    opened = WhooshEngine(tmp_path_factory.mktemp("index"))
    opened.apply(corpus, (), cursor=1)
    return opened


def test_labelled_queries_reach_their_floors(engine: WhooshEngine) -> None:
    path = Path(__file__).parents[2] / "shared" / "search" / "queries.json"
    queries = json.loads(path.read_text("utf-8"))
    check(engine, "shared", ((query["class"], query["q"], set(query["relevant"])) for query in queries))


def test_other_ways_of_typing_reach_their_floors(engine: WhooshEngine, corpus: list[Notice]) -> None:
    check(engine, "made", make_queries(corpus, random.Random(2026), each=20))


def check(engine: WhooshEngine, name: str, queries: Iterable[tuple[str, str, set[str]]]) -> None:
    """Compare the mean reciprocal rank of each class with its floor."""
    ranks: dict[str, list[float]] = defaultdict(list)
    for kind, text, relevant in queries:
        hits = engine.search(Query(text=text), limit=10, now=NOW, passages=False).hits
        place = next((i for i, hit in enumerate(hits, 1) if hit.source_key in relevant), None)
        for group in (kind, "ALL"):
            ranks[group].append(1 / place if place else 0.0)
    reached = {group: sum(values) / len(values) for group, values in sorted(ranks.items())}
    floors: dict[str, dict[str, float]] = json.loads(FLOORS.read_text("utf-8"))
    if os.environ.get("TIMTHAU_LOWER_FLOORS"):
        floors[name] = {group: int(value * 1000) / 1000 for group, value in reached.items()}
        FLOORS.write_text(json.dumps(floors, indent=2) + "\n", "utf-8")
    below = {group: value for group, value in reached.items() if value < floors[name][group]}
    assert below == {}


def make_queries(corpus: list[Notice], chance: random.Random, *, each: int) -> Iterable[tuple[str, str, set[str]]]:
    """Pieces of real titles, typed in different ways, with all notices that have the piece in their title."""
    titles = {notice.source_key: f" {_plain(notice.title)} " for notice in corpus}
    for kind, retype in WAYS.items():
        made = 0
        while made < each:
            words = chance.choice(corpus).title.split()
            start = chance.randrange(max(1, len(words) - 6))
            piece = words[start : start + chance.randint(5, 8)]
            wanted = f" {_plain(' '.join(piece))} "
            relevant = {key for key, title in titles.items() if wanted in title}
            if len(piece) > 4 and 1 <= len(relevant) <= 5:
                made += 1
                yield kind, retype(piece, chance), relevant


def _plain(text: str) -> str:
    return collapse_spaces(place_tones(unicodedata.normalize("NFC", text)).lower())


def _keys(word: str, tones: dict[str, str], marks: dict[str, str], stroke: str) -> str:
    made, tone = "", ""
    for letter in unicodedata.normalize("NFC", word.lower()):
        base, *accents = unicodedata.normalize("NFD", letter)
        made += stroke if base == "đ" else base
        for accent in accents:
            tone = tones.get(accent, tone)
            made += marks.get(accent, base if accent == "\u0302" and "\u0302" not in marks else "")
    return made + tone


def _retone(word: str, new: Callable[[], str]) -> str:
    opened = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word))
    made = "".join(new() if letter in TELEX else letter for letter in opened)
    return unicodedata.normalize("NFC", made)


def _wrong_tone(words: list[str], chance: random.Random) -> str:
    accented = [i for i, word in enumerate(words) if any(c in TELEX for c in unicodedata.normalize("NFD", word))]
    chosen = set(chance.sample(accented, min(1, len(accented))))
    return " ".join(_retone(w, lambda: chance.choice(list(TELEX))) if i in chosen else w for i, w in enumerate(words))


def _joined(words: list[str], chance: random.Random) -> str:
    place = chance.randrange(len(words) - 1)
    return " ".join([*words[:place], words[place] + words[place + 1], *words[place + 2 :]])


def _reordered(words: list[str], chance: random.Random) -> str:
    place = chance.randrange(2, len(words) - 1)
    return " ".join(words[place:] + words[:place])


def _chatty(words: list[str], chance: random.Random) -> str:
    frame = chance.choice(["cần mua {} giá rẻ", "có bệnh viện nào mua {} không", "cho hỏi {} ở đâu", "tìm {}"])
    return frame.format(" ".join(words))


WAYS: dict[str, Callable[[list[str], random.Random], str]] = {
    "exact": lambda words, _: " ".join(words),
    "telex": lambda words, _: " ".join(_keys(word, TELEX, MARKS["telex"], "dd") for word in words),
    "vni": lambda words, _: " ".join(_keys(word, VNI, MARKS["vni"], "d9") for word in words),
    "vowels": lambda words, _: " ".join(_retone(word, str) for word in words),
    "wrong_tone": _wrong_tone,
    "joined": _joined,
    "reordered": _reordered,
    "chatty": _chatty,
}


def test_suggestions_are_words_of_real_tenders(engine: WhooshEngine) -> None:
    completions: Any = engine.suggest("kim luon")
    assert completions
    assert all("kim luồn" in completion.lower() for completion in completions)
