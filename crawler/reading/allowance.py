"""How much of a site one run follows, whatever the site goes on to name: a maze ends as a gap, in seconds."""

from collections import Counter

from crawler.reading.tally import Tally

#: Far more than any agency's site has. What is beyond is left, and the run is incomplete.
_MOST = {"lists": 300, "pages of lists": 3_000, "sitemaps and feeds": 200, "addresses": 100_000}


class Allowance:
    """Counts what a run follows, and says once of each kind that there is too much."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._taken: Counter[str] = Counter()

    def grants(self, what: str, url: str) -> bool:
        """Whether one more of a kind may be followed; the first one too many is noted as a gap."""
        self._taken[what] += 1
        most = _MOST[what]
        if self._taken[what] == most + 1:
            self._tally.miss(url, f"the site names more than {most:,} {what}")
        return self._taken[what] <= most
