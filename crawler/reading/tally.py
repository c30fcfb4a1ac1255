"""What a run did, and whether that is what it should have done."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from timthau.model.moment import HANOI
from timthau.model.record import Failure, Outcome, Run, RunStatus

#: Fewer notices than this part of the usual number are a sudden drop.
_DROP = 0.5
#: So much of what could not be read is kept; the rest is counted.
MOST_FAILURES = 500
#: So many known notices whose pages hold no notice any more, and more than are still read, are no accident.
_MANY = 3


@dataclass(frozen=True, kw_only=True)
class Section:
    """A list of the site that promises or holds notices: what the site calls it, where it is, how many stood in it."""

    name: str
    url: str
    notices: int


@dataclass
class Tally:
    """What one run met. `fatal` ends it as failed, `capped` as incomplete before its time; `gaps` are what was not
    read, so that it is incomplete, and `failures` the same with all that is known, up to a bound.

    `pace` are the seconds between two requests that the definition and robots.txt ask for.
    `found` are the notices met, by their ids, `unlisted` those among them that nothing named in this run.
    `passed` is what robots.txt asks not to read or what lies on other sites, `copies` what says word for word what
    another address says: no gaps, but said in every run. `note` is what else the run's line says.
    `faded` are pages of known notices that hold no notice any more, `gone` those
    that are not there any more, by the notice's id. `sections` are where notices are listed.
    """

    platform: str = ""
    site_title: str = ""
    #: What the source names.
    noun: str = "notices"
    pace: float = 0.0

    found: set[str] = field(default_factory=set)
    unlisted: set[str] = field(default_factory=set)
    saved: Counter[Outcome] = field(default_factory=Counter)
    failed: int = 0
    fatal: str = ""
    stopped: bool = False
    capped: str = ""
    gaps: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    passed: list[Failure] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    note: str = ""
    faded: list[str] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()

    def miss(self, url: str, reason: str, status: int | None = None) -> None:
        """Note what was not read, and why; `status` is the site's HTTP answer, if it gave one."""
        self.gaps.append(f"{url}: {reason}")
        if len(self.failures) < MOST_FAILURES:
            self.failures.append(Failure(url=url, status=status, reason=reason, at=datetime.now(HANOI)))

    def pass_by(self, url: str, reason: str) -> None:
        """Note what is there and not for us to read, and why."""
        self.passed.append(Failure(url=url, status=None, reason=reason, at=datetime.now(HANOI)))

    def judge(self, *, expected_minimum: int, full: bool, earlier: list[Run]) -> tuple[RunStatus, str]:
        """How the run stands, and one line that says why, with the note if there is one.

        `earlier` are the source's runs, newest first; only those that read as much as this one are compared with it.
        """
        found = self.count
        usual = min([run.found for run in earlier if run.status is RunStatus.OK and run.full == full][:3], default=0)
        least = expected_minimum if full else min(expected_minimum, 1)
        if ended := self._ended_early():
            return ended
        if self.is_swept:
            lost = [*self.faded, *self.gone.values()]
            return RunStatus.FAILED, f"{len(lost)} known notices cannot be read any more ({lost[0]})"
        if found < least:
            return (
                RunStatus.FAILED,
                f"{found} {self.noun} found, at least {least} expected{self._first_gap()}{self._robots()}",
            )
        if found < _DROP * usual:
            return RunStatus.FAILED, f"{found} {self.noun} found, {usual} usually{self._first_gap()}"
        if self.gaps:
            status = RunStatus.FAILED if self.failed > found else RunStatus.INCOMPLETE
            return status, f"{found} {self.noun} found, not read: {len(self.gaps)}{self._first_gap()}{self._beside()}"
        new, changed = self.saved[Outcome.NEW], self.saved[Outcome.CHANGED]
        return (
            RunStatus.OK,
            f"{found} {self.noun} found, {new} new, {changed} changed{self._gone()}{self._beside()}",
        )

    @property
    def count(self) -> int:
        """How many notices the site names: what was read again of our own accord does not say that lists work."""
        return len(self.found - self.unlisted)

    @property
    def is_swept(self) -> bool:
        """Whether so many known notices cannot be read any more that the site must have changed, not the notices."""
        lost = len(self.faded) + len(self.gone)
        return lost >= _MANY and lost > self.saved[Outcome.UNCHANGED] + self.saved[Outcome.CHANGED]

    def _ended_early(self) -> tuple[RunStatus, str] | None:
        found = self.count
        if self.fatal:
            return RunStatus.FAILED, self.fatal
        if self.stopped:
            return RunStatus.INTERRUPTED, f"{found} {self.noun} found before it was told to stop"
        return (RunStatus.INCOMPLETE, f"{found} {self.noun} found; {self.capped}") if self.capped else None

    def _robots(self) -> str:
        return f"; robots.txt forbids {len(self.passed)} pages" if self.passed else ""

    def _beside(self) -> str:
        """What else is to be known of a run that read what it could."""
        said = []
        if self.passed:
            said.append(f"{len(self.passed)} pages not asked for (robots.txt, other sites: {self.passed[0].url})")
        if self.copies:
            said.append(f"{len(self.copies)} addresses say word for word what others say ({self.copies[0]})")
        return "".join(f"; {words}" for words in filter(None, (*said, self.note)))

    def _first_gap(self) -> str:
        return f" ({self.gaps[0]})" if self.gaps else ""

    def _gone(self) -> str:
        return f", {len(self.gone)} no longer there" if self.gone else ""
