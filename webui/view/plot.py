"""Plots as SVG made here: colours come from the style sheet by class, so that they follow light and dark."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from timthau.model.province import load_map
from webui.view.wording import format_number

_HEIGHT = 240
_FEW = 12  # columns of the plot on a phone
_LEFT, _BOTTOM, _TOP = 44, 26, 14
_FIGURE = 7  # units that a figure beside the axis takes
_FIELD, _TALL, _BETWEEN = 74, 52, 4  # of a province on the map: width, height, and the room around it
_SOME, _MANY = 0.1, 0.5  # shares of the largest count from which on a province is darker
_LABEL = 80  # units that the label of a column takes with the room around it


@dataclass(frozen=True)
class PlotSize:
    """A width of a plot, in its own units, and what the style sheet calls the screens that it is for."""

    name: str
    width: int


WIDE, NARROW = PlotSize("wide", 720), PlotSize("narrow", 340)


def build_columns(
    title: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], addresses: Sequence[str]
) -> Markup:
    """Stacked columns, one a label; every series is a name with a value for each label. Labels that fit are shown.

    Each column leads to the address of its label. On a narrow screen a plot of its own shows the last ones, as large
    as they are read.
    """
    wide = _draw_columns(title, labels, series, addresses, WIDE)
    few = [(name, values[-_FEW:]) for name, values in series]
    return wide + _draw_columns(title, labels[-_FEW:], few, addresses[-_FEW:], NARROW)


def _draw_columns(
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
    addresses: Sequence[str],
    size: PlotSize,
) -> Markup:
    width = size.width
    sums = [sum(values) for values in zip(*(values for _, values in series), strict=True)] or [0] * len(labels)
    top = _round_up(max(sums, default=0))
    room = _HEIGHT - _BOTTOM - _TOP
    left = max(_LEFT, 12 + _FIGURE * len(f"{top:,}"))
    step = (width - left) / max(1, len(labels))
    parts = [_grid(top, room, left, width)]
    for column, label in enumerate(labels):
        x, base = left + column * step + step * 0.12, float(_HEIGHT - _BOTTOM)
        boxes = []
        for number, (name, values) in enumerate(series):
            height = values[column] / top * room
            if height:
                base -= height
                hint = Markup("<title>{}: {} {}</title>").format(label, values[column], name)
                boxes.append(
                    Markup(
                        '<rect class="series-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">{}</rect>'
                    ).format(number, x, base, step * 0.76, height, hint)
                )
        if boxes:
            link = Markup('<a href="{}" rel="nofollow" aria-label="{}: {}">{}</a>')
            parts.append(link.format(addresses[column], label, format_number(sums[column]), Markup("").join(boxes)))
        if column % max(1, round(len(labels) * _LABEL / width)) == 0:
            parts.append(
                Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                    x + step * 0.38, _HEIGHT - 8, label
                )
            )
    return draw(title, _HEIGHT, parts, size)


def build_bars(title: str, rows: Sequence[tuple[str, int, str]], write: Callable[[int], str] = str) -> Markup:
    """Horizontal bars, one a row, with name, number, and the address that the name leads to."""
    top = max((value for _, value, _ in rows), default=1) or 1
    row = Markup(
        '<li><a rel="nofollow" href="{}">{}</a> <span class="count">{}</span>'
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="series-0" width="{:.1f}" height="8"/></svg></li>'
    )
    drawn = [row.format(address, name, write(value), max(0.5, value / top * 100)) for name, value, address in rows]
    return Markup('<ul class="bars" aria-label="{}">{}</ul>').format(title, Markup("").join(drawn))


def build_map(title: str, counts: Mapping[str, int], build_address: Callable[[str], str]) -> Markup:
    """The 34 provinces as a map of equal fields, each with its count; one that has any leads to what it has."""
    fields = load_map()
    top = max((counts.get(name, 0) for name, _, _ in fields), default=0)
    parts = []
    for name, column, row in fields:
        count = counts.get(name, 0)
        field = _draw_field(name, count, top, column * (_FIELD + _BETWEEN), row * (_TALL + _BETWEEN))
        link = Markup('<a href="{}" rel="nofollow" aria-label="{}: {}">{}</a>')
        parts.append(link.format(build_address(name), name, format_number(count), field) if count else field)
    width = (max(column for _, column, _ in fields) + 1) * (_FIELD + _BETWEEN)
    height = (max(row for _, _, row in fields) + 1) * (_TALL + _BETWEEN)
    svg = Markup('<svg class="map" viewBox="-1 -1 {} {}" role="group" aria-label="{}" lang="vi">{}</svg>')
    return svg.format(width, height, title, Markup("").join(parts))


def _draw_field(name: str, count: int, top: int, x: int, y: int) -> Markup:
    """A province: its name in two lines, large enough for a phone, and its count."""
    first, _, last = name.rpartition(" ")
    lines = [first, last] if first else [last, ""]
    shown = Markup("").join(
        Markup('<text x="{}" y="{}"{}>{}</text>').format(
            x + _FIELD // 2, y + 15 * number, Markup(' class="number"') if number == 3 else "", text
        )
        for number, text in enumerate([*lines, format_number(count) if count else ""], start=1)
        if text
    )
    look = "none" if not count else "many" if count >= _MANY * top else "some" if count >= _SOME * top else "few"
    box = Markup('<g class="{}"><rect x="{}" y="{}" width="{}" height="{}" rx="4"/>{}</g>')
    return box.format(look, x, y, _FIELD, _TALL, shown)


def draw(title: str, height: int, parts: Sequence[Markup], size: PlotSize, role: str = "group") -> Markup:
    """Parts as one picture, shown on screens of its size; its role is "img" where nothing in it leads on."""
    svg = Markup('<svg class="plot {}" viewBox="0 0 {} {}" role="{}" aria-label="{}">{}</svg>')
    return svg.format(size.name, size.width, height, role, title, Markup("").join(parts))


def _grid(top: int, room: int, left: int, width: int) -> Markup:
    lines = []
    for quarter in range(5):
        y = _HEIGHT - _BOTTOM - quarter / 4 * room
        value = top * quarter / 4
        lines.append(Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(left, width, y, y))
        lines.append(
            Markup('<text class="axis" x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
                left - 6, y + 4, format_number(value)
            )
        )
    return Markup("").join(lines)


def _round_up(value: int) -> int:
    """The next number of the form 4, 8, 12, 20, 40 … whose quarters read well."""
    size = 1
    while True:
        for factor in (4, 8, 12, 20):
            if value <= factor * size:
                return factor * size
        size *= 10
