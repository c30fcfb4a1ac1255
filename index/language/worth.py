"""What a package is worth, in plain words: "dưới 500 triệu", "từ 1 đến 2 tỷ", "khoảng 500 triệu", "1 tỷ trở lên"."""

from collections.abc import Sequence

from index.language.phrasing import Phrases, Token
from timthau.text.amount import parse_amount

_ABOUT = 20  # percent more or less
_LEAST_BARE = 1_000_000  # VND; a smaller number without a unit counts goods
# In running text "m", "b" and "k" count other things.
_UNITS = frozenset({"tỉ", "ti", "triệu", "trieu", "tr", "nghìn", "nghin", "ngàn", "ngan", "tỏi", "củ"})
#: Said for units among traders.
_SLANG = {"tỏi": "tỷ", "củ": "triệu"}
_CURRENCY = frozenset({"đồng", "dong", "đ", "vnd", "vnđ"})
_MOST_WORDS = 8  # of a number in words

Pairs = tuple[tuple[str, str], ...]


class Amounts:
    """Reads the amounts of money in the tokens of a text, only those with a unit of money or in whole millions."""

    def __init__(self, text: str, tokens: Sequence[Token], phrases: Phrases) -> None:
        self._text, self._tokens, self._phrases = text, tokens, phrases

    def read(self, at: int) -> tuple[int, Pairs] | None:
        """Where an amount ends that begins at a token, with words around it, and its address parameters."""
        start = self._phrases.skip(self._tokens, at, "worth")
        if found := self._read_range(start):
            return found
        sign = self._phrases.match(self._tokens, start, "at_most", "at_least", "about") or self._read_sign(start)
        if sign and (amount := self._read_amount(sign[0], bare=True)):
            return amount[0], _limit(sign[1], amount[1])
        led = self._phrases.skip(self._tokens, start, "from")
        amount = self._read_amount(led)
        if amount is None:
            return None
        end, vnd = amount
        if bound := self._phrases.match(self._tokens, end, "or_less", "or_more"):
            return bound[0], _limit("at_most" if bound[1] == "or_less" else "at_least", vnd)
        if led > start:
            return end, _limit("at_least", vnd)
        return (end, _limit("about", vnd)) if start > at else None

    def _read_sign(self, at: int) -> tuple[int, str] | None:
        sign = self._tokens[at].text if at < len(self._tokens) else ""
        if sign not in ("<", ">", "~", "≤", "≥"):
            return None
        equal = at + 1 < len(self._tokens) and self._tokens[at + 1].text == "="
        role = "about" if sign == "~" else "at_most" if sign in "<≤" else "at_least"
        return at + 1 + equal, role

    def _read_range(self, at: int) -> tuple[int, Pairs] | None:
        """ "từ 1 tỷ đến 2 tỷ", "500tr - 1 tỷ", "1 đến 2 tỷ", "500-700 triệu"."""
        start = self._phrases.skip(self._tokens, at, "from")
        low = self._read_amount(start)
        bare = low is None and start < len(self._tokens) and self._tokens[start].kind == "number"
        if low is None and not bare:
            return None
        middle = low[0] if low else start + 1
        if middle >= len(self._tokens):
            return None
        led = middle + 1 if self._tokens[middle].text in "-–~" else self._phrases.skip(self._tokens, middle, "to")
        high = self._read_amount(led) if led > middle else None
        if high is None:
            return None
        end, most = high
        if low is None:  # the unit is said once
            unit = self._text[self._tokens[led].end : self._tokens[end - 1].end]
            least = _parse(self._tokens[start].text + unit)
        else:
            least = low[1]
        if least is None or least > most:
            return None
        return end, (("min_amount", str(least)), ("max_amount", str(most)))

    def _read_amount(self, at: int, *, bare: bool = False) -> tuple[int, int] | None:
        """Where an amount of money ends that begins at a token, and the amount; `bare` may be millions in figures."""
        if at >= len(self._tokens):
            return None
        end = self._find_unit(at)
        if end is None:
            vnd = _parse(self._tokens[at].text) if self._tokens[at].kind == "number" else None
            currency = at + 1 < len(self._tokens) and self._tokens[at + 1].exact in _CURRENCY
            return (at + 1 + currency, vnd) if vnd and vnd >= _LEAST_BARE and (bare or currency) else None
        end = self._find_tail(end)
        vnd = _parse(self._text[self._tokens[at].start : self._tokens[end - 1].end])
        if vnd is not None and end < len(self._tokens) and self._tokens[end].exact in _CURRENCY:
            end += 1
        return (end, vnd) if vnd else None

    def _find_unit(self, at: int) -> int | None:
        """Where the unit of money ends that stands behind a number in figures or words."""
        if self._tokens[at].kind == "number":
            return at + 2 if self._is_unit(at + 1) else None
        for place in range(at + 1, min(at + _MOST_WORDS, len(self._tokens))):
            if self._is_unit(place):
                said = self._text[self._tokens[at].start : self._tokens[place].end]
                return place + 1 if _parse(said) is not None else None
        return None

    def _is_unit(self, at: int) -> bool:
        return at < len(self._tokens) and self._tokens[at].exact in _UNITS

    def _find_tail(self, end: int) -> int:
        """Where the rest of an amount ends: "1 tỷ 200 triệu", "1 tỷ rưỡi", "1ty2"."""
        tail = self._tokens[end] if end < len(self._tokens) else None
        if tail is None:
            return end
        if tail.kind == "number" and self._is_unit(end + 1):
            return end + 2
        if tail.folded == "ruoi" or (tail.kind == "number" and tail.start == self._tokens[end - 1].end):
            return end + 1
        return end


def _parse(text: str) -> int | None:
    text = text.lower()
    for said, meant in _SLANG.items():
        text = text.replace(said, meant)
    try:
        return parse_amount(text)
    except ValueError:
        return None


def _limit(role: str, vnd: int) -> Pairs:
    if role == "about":
        return ("min_amount", str(vnd * (100 - _ABOUT) // 100)), ("max_amount", str(vnd * (100 + _ABOUT) // 100))
    return (("max_amount" if role == "at_most" else "min_amount", str(vnd)),)
