"""Units of measure as results print them: which are one, and which say too little to compare prices by."""

import re
from dataclasses import dataclass
from functools import lru_cache

from timthau.text.fold import nfc

#: Letters of another alphabet that look like ours ("Сái").
_LOOKALIKES = str.maketrans("асеорхАСЕОРХВКМНТ", "aceopxaceopxbkmht")
_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+[²³23]?(?![^\W_])|[^\W\d_]+|[/,;(]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
#: Other words for one unit.
_SAME = {
    **dict.fromkeys(("chiếc", "caí", "cai", "pc", "pcs", "piece", "pieces", "each", "ea"), "cái"),
    **dict.fromkeys(("lít", "lit", "litre", "liter"), "l"),
    **dict.fromkeys(("gam", "gram", "gr"), "g"),
    **dict.fromkeys(("kilogam", "kilogram", "kgs", "ký"), "kg"),
    **dict.fromkeys(("mét", "met"), "m"),
    **dict.fromkeys(("μl", "ul"), "µl"),
    **dict.fromkeys(("kít", "kits"), "kit"),
    **dict.fromkeys(("tests", "tets"), "test"),
    "m²": "m2",
    "m³": "m3",
    "set": "bộ",
    "box": "hộp",
    "card": "thẻ",
    "hoặc": "/",
    ",": "/",
    ";": "/",
    "(": "/",
}
#: How a metric unit is written, and how many of the other one are in it.
_METRIC = {"l": ("ml", 1000.0), "kg": ("g", 1000.0)}
_CONTAINERS = frozenset(
    "hộp thùng kit bịch gói túi lốc khay xấp tập can chai lọ bình vỉ pkg pack bottle bao kiện tệp hũ".split()
)


@dataclass(frozen=True)
class Unit:
    """A unit in the form that its spellings share; empty where none is printed.

    One that `is_open` holds more than one thing or an amount and does not say how much: prices for it may differ
    because of that alone.
    """

    key: str
    is_open: bool


@lru_cache(maxsize=1 << 14)
def parse_unit(text: str | None) -> Unit:
    """The unit of a printed text: "Chiếc" is "cái", "hộp/100 cái" is "hộp 100 cái" and another one than "hộp"."""
    plain = nfc(text or "").translate(_LOOKALIKES).lower()
    pieces = [_SAME.get(piece, piece) for piece in _PIECE.findall(plain)]
    words = [piece for piece in pieces if piece != "/" and not _NUMBER.fullmatch(piece)]
    if len(pieces) == 2 and pieces[0] in {"1", "01"}:
        pieces = pieces[1:]  # "1 cái"
    if any(map(_NUMBER.fullmatch, pieces)):
        return Unit(" ".join(_order_pack(pieces)), is_open=False)
    names = sorted({name.strip() for name in " ".join(pieces).split("/")} - {""})
    return Unit("/".join(names), is_open=not _CONTAINERS.isdisjoint(words))


def _order_pack(pieces: list[str]) -> list[str]:
    """The words of a pack with the container first: "100 cái/hộp" as "hộp 100 cái"."""
    if _NUMBER.fullmatch(pieces[0]) and "/" in pieces:
        cut = len(pieces) - 1 - pieces[::-1].index("/")
        if pieces[cut + 1 :]:
            pieces = pieces[cut + 1 :] + pieces[:cut]
    if len(pieces) > 2 and pieces[-1] == pieces[0]:
        pieces = pieces[:-1]  # "chai 5 g/chai"
    ordered: list[str] = []
    for piece in (piece for place, piece in enumerate(pieces) if piece != "/" and not _only_joins(pieces, place)):
        number = ordered[-1] if ordered and _NUMBER.fullmatch(ordered[-1]) else None
        if number and piece in _METRIC:
            small, factor = _METRIC[piece]
            ordered[-1:] = [f"{_parse_number(number) * factor:g}", small]
        else:
            ordered.append(f"{_parse_number(piece):g}" if _NUMBER.fullmatch(piece) else piece)
    return ordered


def _only_joins(pieces: list[str], place: int) -> bool:
    """Whether a piece is the sign between a container and what it holds: "hộp x 100 cái"."""
    return pieces[place] == "x" and place == 1 and pieces[0] in _CONTAINERS


def _parse_number(text: str) -> float:
    """A number of a pack: "1.000" is a thousand, "2,5" two and a half."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", text):
        return float(re.sub("[.,]", "", text))
    return float(re.sub("[.,](?=.*[.,])", "", text).replace(",", "."))
