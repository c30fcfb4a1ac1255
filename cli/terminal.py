"""What the commands write on the terminal: progress of long work, one-line warnings."""

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import click
from tqdm import tqdm

#: A day as an option takes it.
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])

#: What steers terminals, C1 and the marks that turn the direction of writing among it.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STEERING = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: Seconds between two lines of progress where there is no terminal.
_LINE_EVERY = 10.0


class Progress(Protocol):
    """How far long work has come."""

    def advance(self, step: int = 1, note: str = "") -> None:
        """So much more is done; `note` says what."""

    def reach(self, done: int, total: int) -> None:
        """So much is done of so much."""


@contextmanager
def show_progress(label: str, *, total: int | None = None, unit: str) -> Iterator[Progress]:
    """A progress bar on a terminal; elsewhere a plain line on stderr now and then, and one at the end."""
    if sys.stderr.isatty():
        bar: tqdm[Any] = tqdm(desc=label, total=total, unit=f" {unit}", file=sys.stderr)
        with bar:
            yield _Bar(bar)
    else:
        lines = _Lines(label, total, unit)
        yield lines
        lines.tell()


def say(message: str, *, err: bool = False) -> None:
    """Write lines; signs that would steer the terminal are shown, not sent: what is told of pages may hold any."""
    click.echo(escape(message), err=err)


def escape(text: str) -> str:
    """Text whose control characters, other than ends of lines and tabs, are written out."""
    return _CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)


def say_json(value: Any, *, indent: int | None = None) -> None:
    """Write a value as JSON; what would steer the terminal is escaped, which means the same."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)  # escapes itself what stands below the space
    click.echo(_STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text))


def warn(message: str) -> None:
    """One line on stderr that somebody should act on."""
    say(f"warning: {message}", err=True)


class _Bar:
    def __init__(self, bar: "tqdm[Any]") -> None:
        self._bar = bar

    def advance(self, step: int = 1, note: str = "") -> None:
        if note:
            self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(step)

    def reach(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)


class _Lines:
    def __init__(self, label: str, total: int | None, unit: str) -> None:
        self._label, self._total, self._unit = label, total, unit
        self._done, self._told = 0, time.monotonic()

    def advance(self, step: int = 1, note: str = "") -> None:
        self._done += step
        if time.monotonic() - self._told >= _LINE_EVERY:
            self.tell(note)

    def reach(self, done: int, total: int) -> None:
        self._total = total
        self.advance(done - self._done)

    def tell(self, note: str = "") -> None:
        self._told = time.monotonic()
        of = f" of {self._total}" if self._total is not None else ""
        click.echo(f"{self._label}: {self._done}{of} {self._unit} {note}".rstrip(), err=True)
