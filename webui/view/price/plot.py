"""Prices over time as SVG: a point a price, on a scale of powers, with the median of each year."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import ceil, floor, log10

from markupsafe import Markup

from index.price.contract import Point
from index.price.figure import Spread
from webui.view.plot import NARROW, WIDE, PlotSize, draw
from webui.view.wording import format_day, format_number

_HEIGHT = 280
_RIGHT, _TOP, _BOTTOM = 12, 14, 28
_FIGURE, _BESIDE = 8, 12  # units that a figure beside the axis takes, and the room around all of them
#: Round prices within a power of ten, coarse ones first: prices near each other need finer ones.
_STEPS = ((1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0), tuple(tenth / 10 for tenth in range(10, 100)))
_LEAST_LINES, _MOST_LINES = 3, 7


class _Scale:
    """Where days and prices are drawn; prices by their logarithm, so that twice as much is the same step anywhere."""

    def __init__(self, points: Sequence[Point], width: int) -> None:
        self.width = width
        days, prices = [point.day for point in points], [point.price for point in points]
        self.first, self.last = min(days) - timedelta(days=20), max(days) + timedelta(days=20)
        self.low, self.high = log10(min(prices)) - 0.08, log10(max(prices)) + 0.08
        self.left = _BESIDE + _FIGURE * max(len(format_number(price)) for price in self.list_prices())

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return self.left + min(max(share, 0.0), 1.0) * (self.width - self.left - _RIGHT)

    def y(self, price: float) -> float:
        share = (log10(price) - self.low) / (self.high - self.low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    def list_prices(self) -> list[float]:
        """Round prices to draw lines at."""
        powers = range(floor(self.low), ceil(self.high) + 1)
        for steps in _STEPS:
            lines = [round(step * 10.0**power, 8) for power in powers for step in steps]
            lines = [price for price in lines if self.low <= log10(price) <= self.high]
            if len(lines) >= _LEAST_LINES:
                break
        return lines[:: ceil(len(lines) / _MOST_LINES)]


def build_prices(title: str, points: Sequence[Point], years: Sequence[tuple[int, Spread]]) -> Markup:
    """A plot of prices in VND, one for each size of screen; nothing without points."""
    if not points:
        return Markup("")
    hints = [f"{format_day(point.day)}: {format_number(point.price)}" for point in points]
    return Markup("").join(_draw_prices(title, points, hints, years, size) for size in (WIDE, NARROW))


def _draw_prices(
    title: str, points: Sequence[Point], hints: Sequence[str], years: Sequence[tuple[int, Spread]], size: PlotSize
) -> Markup:
    scale = _Scale(points, size.width)
    circles = (
        f'<circle class="{"price outside" if point.is_outside else "price"}" cx="{scale.x(point.day):.1f}"'
        f' cy="{scale.y(point.price):.1f}" r="4"><title>{hint}</title></circle>'
        for point, hint in zip(points, hints, strict=True)
    )
    # Hundreds of points, and of days and numbers alone: there is nothing to be escaped.
    drawn = Markup("".join(circles))  # as is said above
    return draw(title, _HEIGHT, [*_draw_grid(scale), *_draw_years(scale, years), drawn], size, "img")


def _draw_grid(scale: _Scale) -> Iterator[Markup]:
    for price in scale.list_prices():
        y = scale.y(price)
        yield Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
            scale.left, scale.width, y, y
        )
        yield Markup('<text class="axis" x="{}" y="{:.1f}" text-anchor="end">{}</text>').format(
            scale.left - 8, y + 4, format_number(price)
        )


def _draw_years(scale: _Scale, years: Sequence[tuple[int, Spread]]) -> Iterator[Markup]:
    for year, spread in years:
        left, right = scale.x(date(year, 1, 1)), scale.x(date(year, 12, 31))
        yield Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            (left + right) / 2, _HEIGHT - 8, year
        )
        y = scale.y(spread.median)
        yield Markup('<line class="median" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>').format(left, right, y, y)
