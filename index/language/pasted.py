"""What people paste into the search box: a number or address of the national portal, a row of a table."""

import re
from collections.abc import Sequence

from index.language.phrasing import Token, load_phrases, read_tokens

#: "IB2600296267-00", "IB 2600 296 267", "notifyNo=IB2600296267": two letters and ten digits, then a version.
_NUMBER = re.compile(r"(?<![^\W_])([A-Za-z]{2}) ?((?:\d[ .]?){9}\d)(?:\s?-\s?\d{2})?(?!\d)")
_MOST_BESIDE = 4  # words beside a number that only say what it is ("Số TBMT:")
_ADDRESS = re.compile(r"(?<!\S)(?:(?!://|\?|www\.)\S)*+(?:://|\?|www\.)\S*")
_BOUND = re.compile(r"\t+|[;|]|\n+")
_GAP = re.compile(r"(?<=\S)\s{2,}(?=\S)")
_NUMBERING = re.compile(r"\A\s*\d{1,4}\s?[.)]?\s+(?=\S)")
_PLAIN_NUMBER = re.compile(r"[\d.,\s]+%?")
_CODE = re.compile(r"(?=\S*\d)[\w./-]+|[A-Z]{1,3}")
_LEAST_LETTERS = 3


def read_pasted(text: str) -> str | None:
    """What to search for instead of a text that was pasted; None when it was none that is known."""
    return _read_number(text) or _read_row(text)


def _read_number(text: str) -> str | None:
    """The number of one notice on the portal, where it is all that a text says."""
    number = _NUMBER.search(text)
    if number is None:
        return None
    rest = text if _ADDRESS.fullmatch(text.strip()) else _ADDRESS.sub(" ", _NUMBER.sub(" ", text))
    if rest is not text and len(rest.split()) > _MOST_BESIDE:
        return None
    return number[1].upper() + re.sub("[ .]", "", number[2])


def _read_row(text: str) -> str | None:
    """The name in a row of a table: cells with a number or a unit among them, or a numbering and a unit around it."""
    cells = [cell.strip() for cell in _BOUND.split(text) if cell.strip()]
    if len(cells) > 1:
        plain = [cell for cell in cells if _is_figure(cell)]
        names = [cell for cell in cells if cell not in plain]
        return _choose_name(names) if plain and names else None
    cells = _GAP.split(text.strip())
    figures = [cell for cell in cells if _is_figure(cell)]
    if {_PLAIN_NUMBER.fullmatch(cell) is None for cell in figures} == {True, False} and len(figures) < len(cells):
        return _choose_name([cell for cell in cells if cell not in figures])  # a unit and a number, wide apart
    numbering = _NUMBERING.match(text)
    if numbering is None:
        return None
    tokens = read_tokens(text)
    unit = next((i for i in range(len(tokens) - 1, 1, -1) if tokens[i].kind != "number"), 0)
    if not unit or unit == len(tokens) - 1 or not _is_unit(tokens, unit):
        return None
    words = text[numbering.end() : tokens[unit].start].split()
    return _choose_name([" ".join(words[1:] if words and _CODE.fullmatch(words[0]) else words)])


def _choose_name(cells: list[str]) -> str | None:
    """The cell with the most letters, without its numbering."""
    name = max((_NUMBERING.sub("", cell, count=1) for cell in cells), key=lambda cell: sum(map(str.isalpha, cell)))
    return name if sum(map(str.isalpha, name)) >= _LEAST_LETTERS else None


def _is_figure(cell: str) -> bool:
    """Whether a cell holds a number or a unit."""
    return _PLAIN_NUMBER.fullmatch(cell) is not None or _is_unit(read_tokens(cell), 0)


def _is_unit(tokens: Sequence[Token], at: int) -> bool:
    found = load_phrases().match(tokens, at, "unit")
    return found is not None and (found[0] == len(tokens) or at > 0)
