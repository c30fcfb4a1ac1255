"""Figures over prices: what the middle ones are, and which lie far outside."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Prices = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_FEWEST = 8  # prices of which one can be said to lie outside
_FENCE = 1.5  # widths of the middle half, of logarithms, as Tukey draws them
_LEAST_WIDTH = np.log(1.25)  # where most prices are equal, a quarter more is nothing unusual


@dataclass(frozen=True)
class Spread:
    """How prices are spread, in VND: how many, the lowest, the quartiles and the highest."""

    count: int
    lowest: float
    lower: float
    median: float
    upper: float
    highest: float


def measure(prices: Prices) -> Spread:
    """The spread of some prices; there is at least one, and each is above 0."""
    lowest, lower, median, upper, highest = np.quantile(prices, (0, 0.25, 0.5, 0.75, 1)).tolist()
    return Spread(len(prices), lowest, lower, median, upper, highest)


def measure_width(prices: Prices) -> float:
    """How many times the lower quartile of prices the upper one is, both of them prices; of four, all count."""
    lower, upper = np.quantile(prices, 0.25, method="lower"), np.quantile(prices, 0.75, method="higher")
    return float(upper / lower)


def find_outliers(prices: Prices) -> Mask:
    """Which prices lie far outside of the middle half of all; of few prices, none."""
    if len(prices) < _FEWEST:
        return np.zeros(len(prices), bool)
    logs: npt.NDArray[Any] = np.log(prices)
    lower, upper = np.quantile(logs, (0.25, 0.75))
    reach = _FENCE * max(upper - lower, _LEAST_WIDTH)
    outside: Mask = (logs < lower - reach) | (logs > upper + reach)
    return outside
