"""What the commands write on the terminal: progress of long work, one-line warnings."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from tqdm import tqdm

#: Seconds between two lines of progress where there is no terminal.
_LINE_EVERY = 10.0


class Progress(Protocol):
    """Told how much more is done, or what is being done."""

    def __call__(self, step: int = 1, *, note: str = "", total: int | None = None) -> None: ...


@contextmanager
def show_progress(label: str, *, total: int | None = None, unit: str = "it") -> Iterator[Progress]:
    """A progress bar on a terminal; elsewhere a plain line on stderr now and then, and one at the end."""
    if sys.stderr.isatty():
        with tqdm(desc=label, total=total, unit=unit, file=sys.stderr, leave=True) as bar:

            def advance_bar(step: int = 1, *, note: str = "", total: int | None = None) -> None:
                if total is not None:
                    bar.total = total
                if note:
                    bar.set_postfix_str(note[:40], refresh=False)
                bar.update(step)

            yield advance_bar
        return

    done, told = 0, time.monotonic()

    def advance_lines(step: int = 1, *, note: str = "", total: int | None = None) -> None:
        nonlocal done, told
        done += step
        if time.monotonic() - told >= _LINE_EVERY:
            told = time.monotonic()
            of = f" of {total}" if total is not None else ""
            click.echo(f"{label}: {done}{of} {unit} {note}".rstrip(), err=True)

    yield advance_lines
    click.echo(f"{label}: {done} {unit}", err=True)


def warn(message: str) -> None:
    """One line on stderr that somebody should act on."""
    click.echo(f"warning: {message}", err=True)
