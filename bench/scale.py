"""How many crawlers an installation needs and what its parts grow to: simulated and reckoned.

    python bench/scale.py [--sources 2000] [--notices 10000000] [--subscriptions 1000000] [--days 7]

Crawls are simulated event by event with the rules of the schedule: an interval of six hours, 20 runs at once in a
process, a pause between two requests to one host, what a dead process held free at once, what a frozen one held after
five minutes. The rest is proportion to what was measured on one machine (docs/scale.md).
"""

import argparse
import heapq
import math
import random
from dataclasses import dataclass, field
from itertools import count

HOUR = 3600.0
DAY = 24 * HOUR
INTERVAL = 6 * HOUR
AT_ONCE = 20
PACE = 2.0  # seconds between two requests
LATE = 3 * HOUR
#: Requests of a visit that looks for what is new: half of the sites need fewer, one in twenty ten times as many.
MEDIAN, SPREAD = 40, 1.4
#: What befalls a crawler: how often a day, how long it is away, and after how long others take its sources up.
MISHAPS = {"dies": (2.0, 60.0, 120.0), "freezes": (1.0, HOUR, 300.0)}

#: Measured: bytes a notice, seconds and bytes a subscription.
BYTES = {"store with second versions": 20_000, "index in a folder": 2_900, "index on a cluster": 6_700}
SHARD_BYTES = 20e9
MATCH_SECONDS, FEW_SECONDS, BUILD_SECONDS, SEARCH_BYTES = 4.9e-7, 2.5e-5, 4.2e-4, 3_500


@dataclass
class Simulation:
    """Some crawlers that read sources again and again; the first round, which reads archives, is over by then."""

    sources: int
    crawlers: int
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    now: float = 0.0
    runs: int = 0
    lost: int = 0
    latest: float = 0.0
    worked: float = 0.0
    late: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._number = count()
        self._due = [(self.chance.random() * INTERVAL, source) for source in range(self.sources)]
        heapq.heapify(self._due)
        self._events: list[tuple[float, int, str, int, int]] = []
        self._reads: list[dict[int, int]] = [{} for _ in range(self.crawlers)]  # the run by source
        self._away_until = [0.0] * self.crawlers
        for crawler in range(self.crawlers):
            for what in MISHAPS:
                self._befall(crawler, what)

    def live(self, days: float) -> None:
        """Let time pass."""
        while self.now < days * DAY:
            while self._due and self._due[0][0] <= self.now and (able := self._list_able()):
                self._begin(min(able, key=lambda crawler: len(self._reads[crawler])))
            waits = [self._due[0][0]] if self._due and self._list_able() else []
            waits += [until for until in self._away_until if until > self.now]
            self.now = max(self.now, min([self._events[0][0], *waits]))
            while self._events[0][0] <= self.now:
                _, run, what, crawler, source = heapq.heappop(self._events)
                if what != "ends":
                    self._lose(crawler, what)
                elif self._reads[crawler].get(source) == run:  # else it was cut off
                    del self._reads[crawler][source]
                    self.runs += 1
                    heapq.heappush(self._due, (self.now + INTERVAL, source))

    def _list_able(self) -> list[int]:
        return [
            crawler
            for crawler in range(self.crawlers)
            if len(self._reads[crawler]) < AT_ONCE and self._away_until[crawler] <= self.now
        ]

    def _begin(self, crawler: int) -> None:
        wanted, source = heapq.heappop(self._due)
        self.latest = max(self.latest, self.now - wanted)
        if self.now - wanted > LATE:
            self.late.add(source)
        run = self._reads[crawler][source] = next(self._number)
        took = PACE * max(3.0, self.chance.lognormvariate(math.log(MEDIAN), SPREAD))
        self.worked += took
        heapq.heappush(self._events, (self.now + took, run, "ends", crawler, source))

    def _lose(self, crawler: int, what: str) -> None:
        _, away, again = MISHAPS[what]
        self.lost += len(self._reads[crawler])
        for source in self._reads[crawler]:
            heapq.heappush(self._due, (self.now + again, source))
        self._reads[crawler].clear()
        self._away_until[crawler] = self.now + away
        self._befall(crawler, what)

    def _befall(self, crawler: int, what: str) -> None:
        wait = self.chance.expovariate(MISHAPS[what][0] / DAY)
        heapq.heappush(self._events, (self.now + wait, next(self._number), what, crawler, 0))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=2_000)
    parser.add_argument("--notices", type=int, default=10_000_000)
    parser.add_argument("--subscriptions", type=int, default=1_000_000)
    parser.add_argument("--days", type=float, default=7.0)
    options = parser.parse_args()
    print(f"{options.sources:,} sources for {options.days:g} days, each every {INTERVAL / HOUR:g} h:")
    for crawlers in (1, 2, 4, 8):
        told = Simulation(options.sources, crawlers)
        told.live(options.days)
        full = 100 * told.worked / (told.now * crawlers * AT_ONCE)
        print(
            f"  {crawlers} crawlers: {told.runs:,} runs, {told.lost} cut off and made again; at most "
            f"{told.latest / HOUR:.1f} h after their time, {len(told.late)} sources late; places {full:.0f} % full"
        )
    print(f"{options.notices:,} notices:")
    for name, each in BYTES.items():
        shards = f", {math.ceil(options.notices * each / SHARD_BYTES)} shards of 20 GB" if "cluster" in name else ""
        print(f"  {name}: {options.notices * each / 1e9:.0f} GB{shards}")
    searches = options.subscriptions
    print(f"{searches:,} subscriptions, each another search, in 1 and in 8 parts:")
    for what, whole in {
        "building the matcher": searches * BUILD_SECONDS,
        "matching 5 notices": searches * FEW_SECONDS,
        "matching 500 notices": searches * 500 * MATCH_SECONDS,
    }.items():
        print(f"  {what}: {whole:,.0f} s and {whole / 8:,.0f} s")
    print(f"  memory: {searches * SEARCH_BYTES / 1e9:.1f} GB and {searches * SEARCH_BYTES / 8e9:.1f} GB each")


if __name__ == "__main__":
    main()
