"""Whose letter it is: the names at its head and at its end that are no part of a sentence."""

import re
from collections.abc import Iterator
from itertools import pairwise

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.line import Line
from crawler.extract.text.organization import Name, find_names
from timthau.text.fold import collapse_spaces

_HEAD_LINES, _TAIL_LINES = 12, 6
# Columns printed in one line: the State's name and motto beside the agency, the letter's number behind it.
_MOTTO = r"cong hoa xa hoi|doc lap\s?[-–]"
_BESIDE = re.compile(rf"\b(?:{_MOTTO}|(?P<number>(?<!ho )so\s?(?:[:.…]|\d{{1,5}}\s?/)))")
# "SỞ Y TẾ … BỆNH VIỆN …": where the agency's own name begins behind that of the body above it.
_UNDER = re.compile(
    r"\s(?=(?:benh vien|bvdk|trung tam|ttyt|tram y te|(?<!benh )vien|hoc vien"
    r"|truong (?:dai hoc|dh|cao|trung|tieu|thcs|thpt|mam|mau|pho)"
    r"|ban quan ly|chi cuc|(?<!tong )cong ty|so y te|so giao duc|phong giao duc)\b)"
)
# What stands below a name and does not go on with it.
_OF_ITS_OWN = re.compile(r"\W*(?:(?:so|phong|khoa|van phong|to|hoi dong|dang|doan|chi bo)\b|\W*$|.*\d)")
_SUPERIOR = re.compile(r"(?:so|bo|ubnd|uy ban|cuc|tong cuc|quan khu|dai hoc quoc gia|tap doan|tong cong ty)\b")


def is_superior(name: Name) -> bool:
    """Whether it is a department, a ministry or a council: at the head of a letter it stands above who writes."""
    return _SUPERIOR.match(fold_in_place(name.text)) is not None


def find_signature(lines: tuple[Line, ...]) -> Name | None:
    """The last line at the end of a letter that is a name and no more; those who get a copy are listed with dashes."""
    for line in reversed(lines[-_TAIL_LINES:]):
        name = next(iter(line.names), None)
        if name and not line.numbered and len(name.text) == len(line.text.strip(" .,/")):
            return name
    return None


def find_letterhead(lines: tuple[Line, ...]) -> Name | None:
    """The last line at the head of a letter that is a name and no more: the one above it is the superior body's."""
    found: list[Name] = []
    for cell in _letterhead_cells(lines):
        if not cell and found:
            break
        name = next(find_names(cell), None)
        if name and name.start == 0 and len(name.text) > len(cell) * (0.8 if cell.isupper() else 0.95):
            found.append(name)
        elif name and name.start == 0 and (whole := _with_its_house(name, cell)):
            found.append(whole)
    own = [name for name in found if not is_superior(name)]
    return own[-1] if own else found[-1] if found else None


def _with_its_house(name: Name, cell: str) -> Name | None:
    """ "VIỆN VI SINH VẬT, ĐẠI HỌC QUỐC GIA HÀ NỘI": a cell that is a name and, behind a comma, that of its house."""
    rest = cell[len(name.text) :]
    house = next(find_names(rest), None) if rest.startswith(", ") else None
    whole = house is not None and house.start == 2 and len(house.text) == len(rest[2:].rstrip(" .,"))
    return Name(cell.rstrip(" .,"), 0, len(cell)) if whole else None


def _letterhead_cells(lines: tuple[Line, ...]) -> Iterator[str]:
    """What may be a name, each body by itself that is named in one line with another; empty at the letter's number."""
    for columns in _unwrapped(lines[:_HEAD_LINES]):
        for column in columns:
            beside = _BESIDE.search(fold_in_place(column))
            cell = column[: beside.start()] if beside else column
            yield from filter(None, _part(cell) if cell.isupper() else [collapse_spaces(cell)])
            if beside and beside["number"]:
                yield ""


def _unwrapped(lines: tuple[Line, ...]) -> Iterator[list[str]]:
    """The columns of each line; a name in capitals beside the motto goes on below where the paper was too narrow."""
    held: list[str] = []
    for line in lines:
        if line.text.count(" | ") > 1:
            break  # a table begins
        columns = re.split(r"\s\|\s|\s{3,}", line.text)
        first, plain = columns[0], fold_in_place(columns[0])
        wrapped = len(columns) > 1 and len(held) > 1 and held[0].isupper() and first.isupper()
        if wrapped and not (_OF_ITS_OWN.match(plain) or _BESIDE.search(plain) or next(find_names(first), None)):
            held[0] += " " + first
            continue
        if held:
            yield held
        held = columns
    if held:
        yield held


def _part(cell: str) -> list[str]:
    """ "SỞ Y TẾ X BỆNH VIỆN Y" in its two names."""
    plain = fold_in_place(cell)
    under = _UNDER.finditer(plain) if _SUPERIOR.match(plain) else ()
    starts = [0, *(match.end() for match in under), len(cell)]
    return [collapse_spaces(cell[start:end]) for start, end in pairwise(starts)]
