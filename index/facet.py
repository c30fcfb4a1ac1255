"""What facets count, whichever engine counts."""

#: Values of a facet that are given; the pages show fewer.
MOST_VALUES = 100
#: Days up to and with today in which a notice was published.
DAYS_BACK = (1, 7, 30)
#: Days after today until which a deadline is.
DAYS_AHEAD = (3, 7, 30)
#: Where spans of amounts end, in VND.
AMOUNTS = (100_000_000, 500_000_000, 1_000_000_000, 5_000_000_000)

Counts = tuple[tuple[str, int], ...]
