"""What a run did, and whether that is what it should have done."""

from collections import Counter
from dataclasses import dataclass, field

from timthau.store import Outcome, Run, RunStatus

#: Fewer notices than this part of the usual number are a sudden drop.
_DROP = 0.5


@dataclass
class Tally:
    """Counts of one run. `fatal` ends it as failed; `gaps` are what was not read, so that it is incomplete."""

    found: set[str] = field(default_factory=set)
    saved: Counter[Outcome] = field(default_factory=Counter)
    failed: int = 0
    fatal: str = ""
    gaps: list[str] = field(default_factory=list)

    def judge(self, *, expected_minimum: int, full: bool, earlier: list[Run]) -> tuple[RunStatus, str]:
        """How the run stands, and one line that says why.

        `earlier` are the source's runs, newest first; only those that read as much as this one are compared with it.
        """
        found = len(self.found)
        alike = [run.found for run in earlier if run.status is RunStatus.OK and run.full == full][:3]
        if self.fatal:
            return RunStatus.FAILED, self.fatal
        if not found and expected_minimum:
            return RunStatus.FAILED, "no notice found; the site may have changed" + self._first_gap()
        if full and found < expected_minimum:
            return RunStatus.FAILED, f"{found} notices found, at least {expected_minimum} expected" + self._first_gap()
        if alike and found < _DROP * min(alike):
            return RunStatus.FAILED, f"{found} notices found, {min(alike)} usually" + self._first_gap()
        if self.failed > found:
            return RunStatus.FAILED, f"{self.failed} pages could not be read" + self._first_gap()
        if self.failed or self.gaps:
            count = self.failed or len(self.gaps)
            return RunStatus.INCOMPLETE, f"{count} pages could not be read" + self._first_gap()
        return (
            RunStatus.OK,
            f"{found} notices found, {self.saved[Outcome.NEW]} new, {self.saved[Outcome.CHANGED]} changed",
        )

    def _first_gap(self) -> str:
        return f" ({self.gaps[0]})" if self.gaps else ""
