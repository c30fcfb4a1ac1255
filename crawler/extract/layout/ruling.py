"""Lines that are drawn on a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ruling:
    """A drawn line: at x (upright) or y (level), from start to end along the other axis."""

    upright: bool
    at: float
    start: float
    end: float
