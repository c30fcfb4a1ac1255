"""Which times of publication a run reads: the last days, notices that are still open, and what a back-fill lacks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crawler.egp.search import PAGE_SIZE, PublicationWindow
from timthau.model.moment import HANOI
from timthau.model.record import Run, RunStatus
from timthau.store.portal import PortalDay, Sighting

_DAY = timedelta(days=1)
#: A run that did not end well is taken up by the next one within this time; later, all is read anew.
_TAKEN_UP = timedelta(hours=6)
#: How often a notice whose deadline has passed is looked at again.
_FOLLOW_EVERY = timedelta(days=7)
#: Notices that were published longer ago than this are open no more, whatever they say.
_LONGEST_OPEN = timedelta(days=120)


@dataclass(frozen=True, kw_only=True)
class ReadingPlan:
    """When a run started, and since when what was read counts as read by it; how many days it reads again.

    `since` is the first day of a back-fill.
    """

    now: datetime
    begun: datetime
    reread_days: int
    follow_days: int
    since: date | None = None
    last_complete: date | None = None

    @property
    def today(self) -> date:
        """The day of Hanoi."""
        return self.now.astimezone(HANOI).date()

    @property
    def first_again(self) -> date:
        """The first of the days that every run reads again."""
        return self.today - _DAY * (self.reread_days - 1)

    @property
    def oldest_sighting(self) -> date:
        """The day of publication from which on notices may have to be looked at again."""
        return (self.now - _LONGEST_OPEN - timedelta(days=self.follow_days)).date()

    def list_days(self, read: Mapping[date, PortalDay]) -> list[date]:
        """The days to read, newest first: the last ones again, others only until they are complete.

        Those since the last run that ended well are among them, and those that were begun and never completed.
        """
        first = min(filter(None, (self.first_again, self.last_complete, self.since)))
        days = {self.today - _DAY * number for number in range((self.today - first).days + 1)}
        days |= {day for day, known in read.items() if not known.complete and day <= self.today}
        return [day for day in sorted(days, reverse=True) if not self._is_read(day, read.get(day))]

    def _is_read(self, day: date, known: PortalDay | None) -> bool:
        if known is None or not known.complete or known.read_at.astimezone(HANOI).date() <= day:
            return False  # what came later on that day is missing
        return day < self.first_again or known.read_at >= self.begun

    def resumes(self, known: PortalDay | None) -> bool:
        """Whether a day that was begun can be read on from the page after its last one."""
        if known is None or known.complete or known.read_at.astimezone(HANOI).date() <= known.day:
            return False
        return known.day < self.first_again or known.read_at >= self.begun

    def window(self, day: date) -> PublicationWindow:
        """A day from midnight to midnight; today until now, so that what is published meanwhile moves no pages."""
        start, now = datetime.combine(day, time.min, HANOI), self.now.astimezone(HANOI).replace(microsecond=0)
        return PublicationWindow(start, min(start + _DAY - timedelta(seconds=1), now))

    def list_windows(self, sightings: Sequence[Sighting], seen: Collection[str] = ()) -> Iterator[PublicationWindow]:
        """Windows that hold all notices to look at again, each of a page's length as far as the store knows.

        `sightings` are the source's notices in the order of publication, `seen` the ids of those that this run saw. So
        one request covers ten notices that were published one after the other, or fewer where those between are closed.
        """
        due = [sighting.id not in seen and self._is_due(sighting) for sighting in sightings]
        place = 0
        while place < len(sightings):
            if not due[place]:
                place += 1
                continue
            last = max(number for number in range(place, place + PAGE_SIZE) if number < len(due) and due[number])
            yield PublicationWindow(sightings[place].published_at, sightings[last].published_at)
            place = last + 1

    def _is_due(self, sighting: Sighting) -> bool:
        if sighting.last_seen_at >= self.begun:
            return False
        if sighting.deadline_at is None or sighting.deadline_at >= self.now:
            return True
        followed = self.now - sighting.deadline_at <= timedelta(days=self.follow_days)
        return followed and self.now - sighting.last_seen_at >= _FOLLOW_EVERY


def begin_of(now: datetime, earlier: Iterable[Run]) -> datetime:
    """Since when what was read counts as read: the start of the first of the runs before this one that broke off.

    `earlier` are the source's runs, newest first.
    """
    begun = now
    for run in earlier:
        if run.status is RunStatus.OK or now - run.started_at > _TAKEN_UP:
            break
        begun = run.started_at
    return begun


def last_complete_day(earlier: Iterable[Run]) -> date | None:
    """The day up to which the newest run that ended well has read."""
    ended = (run.started_at.astimezone(HANOI).date() for run in earlier if run.status is RunStatus.OK)
    return next(ended, None)
