"""Plots as SVG made here: colours come from the style sheet by class, so that they follow light and dark."""

from collections.abc import Sequence

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 720, 240
_LEFT, _BOTTOM, _TOP = 44, 26, 14


def build_columns(title: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Markup:
    """Stacked columns, one a label; every series is a name with a value for each label. Labels that fit are shown."""
    sums = [sum(values) for values in zip(*(values for _, values in series), strict=True)] or [0] * len(labels)
    top = _round_up(max(sums, default=0))
    room = _HEIGHT - _BOTTOM - _TOP
    step = (_WIDTH - _LEFT) / max(1, len(labels))
    parts = [_grid(top, room)]
    for column, label in enumerate(labels):
        x, base = _LEFT + column * step + step * 0.12, float(_HEIGHT - _BOTTOM)
        for number, (name, values) in enumerate(series):
            height = values[column] / top * room
            if height:
                base -= height
                hint = Markup("<title>{}: {} {}</title>").format(label, values[column], name)
                parts.append(
                    Markup(
                        '<rect class="series-{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}">{}</rect>'
                    ).format(number, x, base, step * 0.76, height, hint)
                )
        if column % max(1, round(len(labels) / 8)) == 0:
            parts.append(
                Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                    x + step * 0.38, _HEIGHT - 8, label
                )
            )
    return frame(title, _HEIGHT, parts, "plot over-time")


def build_bars(title: str, rows: Sequence[tuple[str, int]]) -> Markup:
    """Horizontal bars, one a row, with name and number."""
    top = max((value for _, value in rows), default=1) or 1
    parts = []
    for number, (name, value) in enumerate(rows):
        y = number * 26 + 4
        parts.append(
            Markup('<text class="axis" x="190" y="{}" text-anchor="end">{}</text>').format(y + 14, _shorten(name))
        )
        width = max(1.0, value / top * 450)
        parts.append(Markup('<rect class="series-0" x="200" y="{}" width="{:.1f}" height="18"/>').format(y, width))
        parts.append(Markup('<text class="axis" x="{:.1f}" y="{}">{}</text>').format(206 + width, y + 14, value))
    return frame(title, max(1, len(rows)) * 26 + 8, parts)


def frame(title: str, height: int, parts: Sequence[Markup], look: str = "plot") -> Markup:
    """Parts as one picture with a title."""
    svg = Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    # On a phone the plot is wider than the page and can be moved, with keys as well.
    frame = Markup('<section class="scroll" aria-label="{}" tabindex="0">{}</section>')
    return frame.format(title, svg.format(look, _WIDTH, height, title, Markup("").join(parts)))


def _grid(top: int, room: int) -> Markup:
    lines = []
    for quarter in range(5):
        y = _HEIGHT - _BOTTOM - quarter / 4 * room
        value = top * quarter / 4
        lines.append(Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(_LEFT, _WIDTH, y, y))
        lines.append(
            Markup('<text class="axis" x="{}" y="{:.1f}" text-anchor="end">{:g}</text>').format(_LEFT - 6, y + 4, value)
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


def _shorten(name: str) -> Markup:
    return escape(name if len(name) <= 26 else f"{name[:25]}…")
