"""Tables from where words stand: cells by ruled lines, else columns by a header; pages and scans alike."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from crawler.extract.document import Content, Table
from crawler.extract.layout.paragraph import Paragraph, WordBox, join_words, join_wrapped, split_lines
from crawler.extract.layout.ruling import Ruling
from timthau.text.fold import fold


@dataclass(frozen=True, slots=True)
class _Grid:
    """The lines of one ruled table."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    uprights: tuple[Ruling, ...]
    levels: tuple[Ruling, ...]


def read_layout(words: Sequence[WordBox], rulings: Iterable[Ruling]) -> Content:
    """Lines and tables of a page in reading order."""
    placed: list[tuple[float, str | Table]] = []
    rest = list(words)
    tolerance = _tolerance(words)
    for grid in _find_grids(rulings, tolerance):
        inside = [w for w in rest if _is_inside(w, grid)]
        if len(inside) < 2:
            continue
        placed.append((grid.rows[0], _fill(grid, inside, tolerance)))
        taken = set(map(id, inside))
        rest = [w for w in rest if id(w) not in taken]
    placed += _read_free(rest)
    placed.sort(key=lambda part: part[0])
    return [part for _, part in placed]


def join_pages(pages: Iterable[Content]) -> tuple[Content, list[int]]:
    """The pages as one document: page numbers left out, tables that go on over a page made whole.

    With the number of the line, a row being one, that each page but the first begins with.
    """
    joined: Content = []
    starts: list[int] = []
    for page in pages:
        starts.append(sum(part.count("\n") + 1 if isinstance(part, str) else len(part) for part in joined))
        kept = [part for part in page if not (isinstance(part, str) and _PAGE_NUMBER.fullmatch(part.strip()))]
        if joined and kept and not isinstance(joined[-1], str) and not isinstance(kept[0], str):
            before, after = joined[-1], kept[0]
            if len(before[-1]) == len(after[0]):
                joined[-1] = _continued(before, after)
                kept = kept[1:]
        joined += kept
    return joined, starts[1:]


def list_lines(parts: Content) -> list[str]:
    """The lines of a document, one for each row of a table; what a merged cell says stands once."""
    return [line for part in parts for line in (part.split("\n") if isinstance(part, str) else map(_join_row, part))]


def _join_row(row: tuple[str, ...]) -> str:
    cells = [cell for at, cell in enumerate(row) if at == 0 or cell != row[at - 1] or len(cell) < 15]
    return " | ".join(cells).rstrip(" |")


def _continued(before: Table, after: Table) -> Table:
    """A table and its part on the next page, where the head may be printed again and a row may go on."""
    heads = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after))
    rest = after[heads:]
    if rest and heads < len(before) and _is_one_row(before[-1], rest[0]):
        whole = tuple(f"{cell} {more}".strip() for cell, more in zip(before[-1], rest[0], strict=True))
        return (*before[:-1], whole, *rest[1:])
    return before + rest


def _is_one_row(last: tuple[str, ...], first: tuple[str, ...]) -> bool:
    """Whether the last row of a page goes on in the first one of the next: one of them has no number.

    A number may stand in the middle of a tall cell, so that its row begins without; short headings do that too.
    """
    if last[0] and not first[0]:
        return sum(map(bool, first)) < len(last) - 1
    if last[0] or sum(map(bool, last)) > 2:
        return False
    longest = max(range(len(last)), key=lambda column: len(last[column]))
    more = first[longest]
    return bool(more) and (len(last[longest]) > _LONG_CELL or more[0] in "-–+•*" or more[0].islower())


_LONG_CELL = 150
_PAGE_NUMBER = re.compile(r"(?:trang|page)?\s*+(?:[-–]\s*+)?\d{1,3}\s*+(?:/\s*+\d{1,3}\s*+)?[-–]?", re.I)


def _tolerance(words: Sequence[WordBox]) -> float:
    return 0.3 * median([w.height for w in words]) if words else 3.0


def _find_grids(rulings: Iterable[Ruling], tolerance: float) -> list[_Grid]:
    merged = _merge([r for r in rulings if r.end - r.start > 2 * tolerance], tolerance)
    uprights, levels = [r for r in merged if r.upright], [r for r in merged if not r.upright]
    grids = []
    for group in _connected(uprights, levels, tolerance):
        ups, lvs = tuple(r for r in group if r.upright), tuple(r for r in group if not r.upright)
        columns = _widened(_positions(ups, tolerance), lvs, tolerance)
        rows = _widened(_positions(lvs, tolerance), ups, tolerance)
        if len(columns) >= 3 and len(rows) >= 2:
            grids.append(_Grid(columns, rows, ups, lvs))
    return sorted(grids, key=lambda grid: grid.rows[0])


def _merge(rulings: list[Ruling], tolerance: float) -> list[Ruling]:
    """Pieces of one line (a border is often drawn cell by cell) as one."""
    merged: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda r: (r.upright, r.at, r.start)):
        # Lines of one position may be drawn a hair apart, so several candidates are looked at.
        for index in range(len(merged) - 1, max(-1, len(merged) - 60), -1):
            last = merged[index]
            if last.upright != ruling.upright or ruling.at - last.at > tolerance:
                break
            if ruling.start <= last.end + tolerance and ruling.end >= last.start - tolerance:
                merged[index] = Ruling(last.upright, last.at, min(last.start, ruling.start), max(last.end, ruling.end))
                break
        else:
            merged.append(ruling)
            continue
        if merged[index] is last:
            merged.append(ruling)
    return merged


def _connected(uprights: list[Ruling], levels: list[Ruling], tolerance: float) -> list[list[Ruling]]:
    """Groups of lines that meet."""
    group = list(range(len(uprights) + len(levels)))

    def root(index: int) -> int:
        while group[index] != index:
            group[index] = group[group[index]]
            index = group[index]
        return index

    for i, up in enumerate(uprights):
        for j, level in enumerate(levels, len(uprights)):
            meets = level.start - tolerance <= up.at <= level.end + tolerance
            if meets and up.start - tolerance <= level.at <= up.end + tolerance:
                group[root(i)] = root(j)
    found: dict[int, list[Ruling]] = {}
    for index, ruling in enumerate([*uprights, *levels]):
        found.setdefault(root(index), []).append(ruling)
    return list(found.values())


def _positions(rulings: Iterable[Ruling], tolerance: float) -> tuple[float, ...]:
    positions: list[float] = []
    for at in sorted(r.at for r in rulings):
        if not positions or at - positions[-1] > tolerance:
            positions.append(at)
    return tuple(positions)


def _widened(positions: tuple[float, ...], across: Iterable[Ruling], tolerance: float) -> tuple[float, ...]:
    """The positions, and where lines across go on beyond them: many tables have no border at their sides."""
    ends = [end for r in across for end in (r.start, r.end)]
    if not positions or not ends:
        return positions
    least, most = min(ends), max(ends)
    far = 4 * tolerance
    before = (least,) if positions[0] - least > far else ()
    return (*before, *positions, *((most,) if most - positions[-1] > far else ()))


def _is_inside(word: WordBox, grid: _Grid) -> bool:
    x = (word.left + word.right) / 2
    return grid.columns[0] <= x <= grid.columns[-1] and grid.rows[0] <= word.middle <= grid.rows[-1]


def _fill(grid: _Grid, words: list[WordBox], tolerance: float) -> Table:
    """The cells with their words; where no line divides two places they are one cell, which stands in both."""
    height, width = len(grid.rows) - 1, len(grid.columns) - 1
    owner = {(r, c): (r, c) for r in range(height) for c in range(width)}

    def root(place: tuple[int, int]) -> tuple[int, int]:
        while owner[place] != place:
            place = owner[place]
        return place

    for r in range(height):
        for c in range(width):
            y = (grid.rows[r] + grid.rows[r + 1]) / 2
            x = (grid.columns[c] + grid.columns[c + 1]) / 2
            if c + 1 < width and not _divides(grid.uprights, grid.columns[c + 1], y, tolerance):
                owner[root((r, c + 1))] = root((r, c))
            if r + 1 < height and not _divides(grid.levels, grid.rows[r + 1], x, tolerance):
                owner[root((r + 1, c))] = root((r, c))
    held: dict[tuple[int, int], list[WordBox]] = {}
    for word in words:
        row = max(0, bisect_right(grid.rows, word.middle) - 1)
        column = max(0, bisect_right(grid.columns, (word.left + word.right) / 2) - 1)
        held.setdefault(root((min(row, height - 1), min(column, width - 1))), []).append(word)
    rows = [[held.get(root((r, c)), []) for c in range(width)] for r in range(height)]
    return tuple(tuple(map(join_words, row)) for whole in rows for row in _split_row(whole) if any(row))


def _divides(rulings: Iterable[Ruling], at: float, across: float, tolerance: float) -> bool:
    return any(abs(r.at - at) <= tolerance and r.start - tolerance <= across <= r.end + tolerance for r in rulings)


def _split_row(row: list[list[WordBox]]) -> list[list[list[WordBox]]]:
    """A row that is several, as where only columns are ruled: told by the running numbers in its first column."""
    numbers = [w for line in split_lines(row[0]) for w in line]
    if len(numbers) < 2 or not all(w.text.rstrip(".").isdigit() for w in numbers):
        return [row]
    values = [int(w.text.rstrip(".")) for w in numbers]
    if values != list(range(values[0], values[0] + len(values))):
        return [row]
    tops = [-1e9, *(w.top - 0.5 * w.height for w in numbers[1:]), 1e9]
    return [[[w for w in cell if tops[i] <= w.middle < tops[i + 1]] for cell in row] for i in range(len(numbers))]


_HEAD_NUMBER = re.compile(r"(?:s\.?t\.?t|tt|so thu tu|no)\b\.?")
_HEAD_NAME = re.compile(r"\b(?:ten|danh muc|noi dung|mat hang|hang hoa|chung loai|vat tu|thiet bi)\b")
_HEAD_MEASURE = re.compile(r"\b(?:so luong|sl|dvt|don vi|khoi luong)\b")


def _read_free(words: list[WordBox]) -> list[tuple[float, str | Table]]:
    """Paragraphs of text, and tables that only white space divides, known by a header of an item table."""
    lines = [_chunks(line) for line in split_lines(words)]
    placed: list[tuple[float, str | Table]] = []
    waiting: list[Paragraph] = []
    index = 0
    while index < len(lines):
        table, after = _read_columns(lines, index)
        # What is no table is divided only where the gap is wide, as between the two halves of a letterhead.
        chunks = _chunks([word for chunk in lines[index] for word in chunk], gap=2.5)
        if table is not None or len(chunks) > 1:
            placed += [(paragraph.top, paragraph.text) for paragraph in join_wrapped(waiting)]
            placed.append((chunks[0][0].top, table or " | ".join(map(join_words, chunks))))
            waiting = []
        else:
            waiting.append(Paragraph(chunks[0][0].top, join_words(chunks[0]), chunks[0]))
        index = after
    return placed + [(paragraph.top, paragraph.text) for paragraph in join_wrapped(waiting)]


def _chunks(line: list[WordBox], gap: float = 1.2) -> list[list[WordBox]]:
    """A line's words in groups with gaps between that are wider than `gap` heights."""
    chunks = [[line[0]]]
    for word in line[1:]:
        if word.left - chunks[-1][-1].right > gap * max(word.height, 0.1):
            chunks.append([word])
        else:
            chunks[-1].append(word)
    return chunks


def _read_columns(lines: list[list[list[WordBox]]], index: int) -> tuple[Table | None, int]:
    """A table without rulings whose header is the line at `index`, and the line after it."""
    head = lines[index]
    texts = [fold(join_words(chunk)) for chunk in head]
    is_head = len(head) >= 3 and _HEAD_NUMBER.match(texts[0]) and any(map(_HEAD_NAME.search, texts[1:]))
    if not is_head or not any(map(_HEAD_MEASURE.search, texts[1:])):
        return None, index + 1
    rows: list[list[list[WordBox]]] = []
    at, last = index + 1, 0
    bounds = _bounds(head, lines[at : at + 12])
    step = median([b[0][0].top - a[0][0].top for a, b in zip(lines[index:], lines[index + 1 :], strict=False)] or [0.0])
    while at < len(lines):
        line = lines[at]
        number = re.fullmatch(r"(\d{1,4})\.?", line[0][0].text) if line[0][0].right < bounds[0] else None
        numbered = number is not None and (not rows or int(number[1]) == last + 1)
        too_far = line[0][0].top - lines[at - 1][0][0].top > 2.5 * max(step, line[0][0].height)
        if not numbered and (not rows or too_far or line[0][0].left < bounds[0]):
            break
        cells: list[list[WordBox]] = [[] for _ in head]
        for word in (w for chunk in line for w in chunk):
            cells[sum((word.left + word.right) / 2 > bound for bound in bounds)].append(word)
        if numbered:
            rows.append(cells)
            last = int(number[1]) if number else 0
        else:
            for cell, more in zip(rows[-1], cells, strict=True):
                cell.extend(more)
        at += 1
    if not rows:
        return None, index + 1
    return tuple(tuple(map(join_words, row)) for row in [head, *rows]), at


def _bounds(head: list[list[WordBox]], body: list[list[list[WordBox]]]) -> list[float]:
    """Where one column ends and the next begins: in the widest gap that header and rows leave free."""
    bounds = []
    chunks = [chunk for line in body for chunk in line]
    for left, right in pairwise(head):
        low, high = left[0].left, right[-1].right
        edges = sorted(
            {left[-1].right, right[0].left, *(x for c in chunks for x in (c[0].left, c[-1].right) if low < x < high)}
        )
        taken = [(c[0].left, c[-1].right) for c in [left, right, *chunks]]
        free = [(b - a, (a + b) / 2) for a, b in pairwise(edges)]
        clear = [gap for gap in free if not any(start < gap[1] < end for start, end in taken)]
        bounds.append(max(clear or free or [(0.0, (left[-1].right + right[0].left) / 2)])[1])
    return bounds
