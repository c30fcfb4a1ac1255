"""Names of hospitals and places as scans spell them, put right by those that are known."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rapidfuzz.distance import OSA

from crawler.extract.text.folding import fold_in_place
from timthau.model.province import load_provinces
from timthau.text.fold import nfc
from timthau.text.table import load_rows

# What the names of agencies begin with, as the lexicon writes them.
_AGENCY = re.compile(r"(?:bệnh viện|trung tâm|trạm|sở|viện|ban|trường) ")
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3  # letters of a word that may be corrected
_LONG = 4  # a word so long may differ by two letters


def correct_name(name: str) -> str:
    """A name read from a scan with its misread words as known names have them: "Bệnh viện Phối" is "… Phổi".

    Only where one known name fits that differs in a single word: in words of the lexicon by a letter or two, in places
    and single hospitals by its accents alone, as "Vĩnh Linh" is not Vĩnh Long. Words of known names stay.
    """
    words = [(match.start(), match.end(), nfc(match[0]).lower()) for match in _WORD.finditer(name)]
    said = [word for _, _, word in words]
    corrections: dict[int, set[str]] = {}
    for known, loosely in _known_names().items():
        for start in range(len(said) - len(known) + 1):
            differing = _differing(said[start : start + len(known)], known, loosely=loosely)
            if differing is not None and said[start + differing] not in _known_words():
                corrections.setdefault(start + differing, set()).add(known[differing])
    for place, candidates in sorted(corrections.items(), reverse=True):
        if len(candidates) == 1:
            start, end, _ = words[place]
            name = name[:start] + _with_case(candidates.pop(), name[start:end]) + name[end:]
    return name


def _differing(said: Sequence[str], known: Sequence[str], *, loosely: bool) -> int | None:
    """Which single word of a name is misread; None where none is, or more than one, or one too far away."""
    places = [place for place, (one, other) in enumerate(zip(said, known, strict=True)) if one != other]
    if len(places) != 1:
        return None
    one, other = said[places[0]], known[places[0]]
    if not loosely and fold_in_place(one) != fold_in_place(other):
        return None
    most = 2 if min(len(one), len(other)) >= _LONG else 1
    near = min(len(one), len(other)) >= _SHORTEST and OSA.distance(one, other, score_cutoff=most) <= most
    return places[0] if near else None


def _with_case(word: str, like: str) -> str:
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


@cache
def _known_names() -> dict[tuple[str, ...], bool]:
    """Known names, each as its words, with whether letters may be misread too; single words say too little."""
    exact = ((name, False) for name in (*_hospitals(), *(province.name for province in load_provinces())))
    words = {tuple(_WORD.findall(nfc(name).lower())): loosely for name, loosely in (*exact, *_agencies())}
    return {name: loosely for name, loosely in words.items() if len(name) > 1}


@cache
def _known_words() -> frozenset[str]:
    return frozenset(word for name in _known_names() for word in name)


def _agencies() -> Iterator[tuple[str, bool]]:
    for table in ("lexicon/abbreviations.tsv", "lexicon/synonyms/buyers.tsv"):
        for row in load_rows(table):
            yield from ((phrase, True) for phrase in row[1:] if _AGENCY.match(phrase))


def _hospitals() -> Iterator[str]:
    for _, *names in load_rows("buyers.tsv"):
        yield from (name for name in names if not name.isupper())
