"""One log a run, in TIMTHAU_HOME/logs/<source>; old ones are removed."""

import logging
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import TextIO

from timthau.logline import build_formatter

_MOST_CHARACTERS = 5_000_000  # of one log


class RunLog:
    """The log of one run, which `run` names; it ends when it has become too long. So many of a source are `kept`."""

    def __init__(self, folder: Path, source: str, started_at: datetime, kept: int) -> None:
        begun = f"{started_at:%Y%m%d-%H%M%S}"
        self.run = f"{source}/{begun}"
        self.path = folder / source / f"{begun}.log"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        logs = (log for log in self.path.parent.glob("*.log") if not log.parent.is_symlink())
        # Those of a clock that was ahead go first.
        for old in sorted(logs, key=lambda log: (log.stem <= begun, log.stem), reverse=True)[kept - 1 :]:
            old.unlink(missing_ok=True)
        self._file: TextIO | None = self.path.open("a", encoding="utf-8")
        self._room = _MOST_CHARACTERS

    def write(self, line: str) -> None:
        """Add a line."""
        if self._file is None:
            return
        self._room -= len(line)
        self._file.write(line + "\n" if self._room > 0 else "the log ends here: the run says too much\n")
        self._file.flush()
        if self._room <= 0:
            self.close()

    def close(self) -> None:
        """Nothing is added any more."""
        if self._file:
            self._file.close()
            self._file = None


#: The log of the run that the current task works for; what it starts inherits it.
current_log: ContextVar[RunLog | None] = ContextVar("current_log", default=None)


class RunLogHandler(logging.Handler):
    """Writes what is logged into the log of the run that it was logged for; what belongs to no run into `otherwise`."""

    def __init__(self, otherwise: Path, form: str) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(build_formatter(form))
        otherwise.mkdir(parents=True, exist_ok=True)
        self._rest = logging.FileHandler(otherwise / "crawler.log", encoding="utf-8", delay=True)
        self._rest.setFormatter(self.formatter)

    def emit(self, record: logging.LogRecord) -> None:
        if log := current_log.get():
            record.run = log.run
            log.write(self.format(record))
        elif record.levelno >= logging.WARNING:
            self._rest.emit(record)

    def close(self) -> None:
        self._rest.close()
        super().close()


def find_log(folder: Path, source: str) -> Path | None:
    """The newest log of a source."""
    return max((folder / source).glob("*.log"), default=None)
