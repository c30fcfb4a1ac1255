"""What a place is: reckoned through whole cycles by the events of a clock that nobody waits for."""

import heapq
from collections import deque
from collections.abc import Iterator

from crawler.process.place import Places

_PACE = 2.0
_LOOK = 0.5
_SILENT = 5.0
#: A hung site: each of three tries for robots.txt and the home page ends after a minute.
_HANGS = 6 * 60.0


def _answers(kind: str, pages: int) -> Iterator[float | None]:
    """The seconds to each next answer of a source, then to the end of its run; None before an end without answer."""
    if kind == "hung":
        yield from (None, _HANGS)
    elif kind == "slow":
        yield from [120.0] * 90  # for three hours
    else:
        yield from [_PACE] * (5_400 if kind == "endless" else pages)


def _cycle(kinds: list[str], *, at_once: int, pages: int, known: dict[str, float] | None = None) -> tuple[float, int]:
    """When the last good source was read, in seconds, and how many runs there were at once at most.

    `known` is how long the last run took of each kind, if there was one.
    """
    now, most, last_good = 0.0, 0, 0.0
    places = Places(at_once, lambda: now)
    waiting = deque(f"{kind}-{number}" for number, kind in enumerate(kinds))
    good = {name for name in waiting if name.startswith("good")}
    if known:
        places.learn((name, known[name.partition("-")[0]], name in good) for name in waiting)
    running: dict[str, Iterator[float | None]] = {}
    events: list[tuple[float, str]] = []

    def go_on(name: str) -> None:
        step = next(running[name], -1.0)
        if step == -1.0:
            del running[name]
            places.leave(name, is_well=name in good)
            good.discard(name)
        else:
            seconds = step if step is not None else next(running[name])
            heapq.heappush(events, (now + (seconds or 0.0), name))

    while good:
        while waiting and places.has_room(len(waiting)):
            name = waiting.popleft()
            places.take(name)
            running[name] = _answers(name.partition("-")[0], pages)
            go_on(name)
        most = max(most, len(running))
        until = now + _LOOK
        while events and events[0][0] <= until:
            now, name = heapq.heappop(events)
            if not name.startswith("hung"):
                places.hear(name)
            if name in good:
                last_good = now
            go_on(name)
        now = until
    return last_good, most


def test_where_there_are_as_many_places_as_sources_the_bad_ones_cost_the_others_nothing() -> None:
    good = ["good"] * 20
    alone, _ = _cycle(good, at_once=20, pages=60)
    beside, most = _cycle(["hung", "endless", "slow", *good], at_once=20, pages=60)
    assert (beside, most) == (alone, 23)


def test_in_a_first_cycle_an_endless_source_costs_no_more_than_three_others_would() -> None:
    good = ["good"] * 197
    alone, _ = _cycle(good, at_once=20, pages=30)
    beside, _ = _cycle(["hung", "endless", "slow", *good], at_once=20, pages=30)
    more, _ = _cycle(["good"] * 200, at_once=20, pages=30)
    assert beside <= max(more, 1.03 * alone) + _SILENT


def test_what_took_long_in_vain_the_last_time_costs_the_others_nothing() -> None:
    good = ["good"] * 197
    known = {"good": 60.0, "hung": _HANGS, "endless": 10_800.0, "slow": 10_800.0}
    alone, _ = _cycle(good, at_once=20, pages=30, known=known)
    beside, _ = _cycle(["hung", "endless", "slow", *good], at_once=20, pages=30, known=known)
    assert beside == alone


def test_silent_runs_go_on_beside_the_places_up_to_a_bound() -> None:
    now = 0.0
    places = Places(4, lambda: now)
    for name in "abcd":
        places.take(name)
    assert not places.has_room(99)
    now = 6.0
    assert places.held() == []
    places.take("e")
    places.take("f")
    assert not places.has_room(99)  # half as many again, and no more
    places.leave("e", is_well=True)
    assert places.has_room(99)


def test_one_place_is_one_run() -> None:
    now = 0.0
    places = Places(1, lambda: now)
    places.take("a")
    now = 60.0
    assert not places.has_room(99)


def test_the_last_ones_begin_together_where_all_of_them_fit_beside_the_places() -> None:
    places = Places(4, lambda: 0.0)
    for name in "abcd":
        places.take(name)
    assert not places.has_room(3)
    assert places.has_room(2)
