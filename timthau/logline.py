"""What a log says of an event: a line to read, or a JSON object, with the run that it belongs to."""

import json
import logging
import sys
from datetime import datetime

from timthau.model.moment import HANOI

LINES, JSON = "lines", "json"
#: What no run said.
NO_RUN = "-"


class _JsonFormatter(logging.Formatter):
    """One object a line, in Hanoi time."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, HANOI).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "run": getattr(record, "run", NO_RUN),
            "message": record.getMessage(),
        }
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def build_formatter(form: str) -> logging.Formatter:
    """How a log is written: lines or json; a run stands in it where the event has one."""
    if form == JSON:
        return _JsonFormatter()
    form_of_line = "%(asctime)s %(run)s [%(name)s] %(levelname)s: %(message)s"
    return logging.Formatter(form_of_line, defaults={"run": NO_RUN})


def log_to_terminal(form: str) -> None:
    """Write what somebody has to act on to stderr, where systemd and containers take it from."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(build_formatter(form))
    logging.getLogger().addHandler(handler)
