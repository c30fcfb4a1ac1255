"""The packages of a plan: the rows below "Tên gói thầu" beside their prices, forms of selection and months."""

import re
from collections.abc import Sequence

from crawler.extract.document import Table
from crawler.extract.field.item_table import MAX_ITEMS
from crawler.extract.text.folding import fold_in_place
from timthau.model.notice import Item
from timthau.text.fold import collapse_spaces

_NAME = re.compile(r"(?:ten )?(?:cac )?goi thau\b(?! (?:so|thuoc)\b)[^:]{0,30}")
# What the law has a plan say of each package.
_SAID = re.compile(
    r"(?:gia|gia tri|du toan)\b|nguon von|(?:hinh thuc|phuong thuc)\b|loai hop dong|tom tat|tuy chon|giam sat"
    r"|thoi gian (?:bat dau|to chuc|thuc hien)"
)
_LEAST_SAID = 2
_DEEPEST_HEAD = 40
_NO_NAME = re.compile(r"\W*(?:(?:tong|cong)\b.*|\W*\d*\W*|\(?[a-z]\)?|[ivx]{1,4})\W*")


def parse_packages(tables: Sequence[Table]) -> tuple[Item, ...]:
    """The packages that the tables of a plan list, in order, by name alone; nothing for other tables.

    A table without a head that is as wide as the one before goes on with it, as over the end of a page.
    """
    names: list[str] = []
    head: tuple[int, int] | None = None  # the column of the names, and how wide its table is
    for table in tables:
        found = next(
            ((n, at) for n, row in enumerate(table[:_DEEPEST_HEAD]) if (at := _find_name(row)) is not None), None
        )
        rows = table[found[0] + 1 :] if found else table
        if found:
            head = found[1], len(table[found[0]])
        elif head is None or not table or len(table[0]) != head[1] or not table[0][0].strip(" .").isdigit():
            continue
        if head is not None:
            names += [name for row in rows if (name := _read_name(row, head[0]))]
    return tuple(Item(position=number, name=name) for number, name in enumerate(names[:MAX_ITEMS], 1))


def _find_name(row: Sequence[str]) -> int | None:
    """The column of the names, if the cells are the head of a list of packages."""
    heads = [collapse_spaces(fold_in_place(cell)).strip(" .:*") for cell in row]
    said = {head for head in heads if _SAID.match(head)}
    name = next((at for at, head in enumerate(heads) if _NAME.fullmatch(head)), None)
    return name if len(said) >= _LEAST_SAID else None


def _read_name(row: Sequence[str], column: int) -> str | None:
    """The name of a row's package; None for sums, numbers of columns, and headings that span the row."""
    name = collapse_spaces(row[column]) if column < len(row) else ""
    plain = fold_in_place(name)
    said = [collapse_spaces(cell) for cell in row if cell.strip()]
    spans = len(said) < 2 or said.count(name) > 1
    return None if spans or _NO_NAME.fullmatch(plain) or _NAME.fullmatch(plain) else name
