"""Files of JSON lines into the store: notices, and award lines, each by what it is."""

import gc
import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from io import BufferedIOBase
from pathlib import Path
from typing import Any

from timthau.errors import DocumentError
from timthau.exchange.award import is_award_line, read_award_line
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from timthau.model.record import Outcome, Saved
from timthau.store.notice import Store

_BATCH = 1000  # notices of one transaction, until they have so many bytes together
_BATCH_BYTES = 4_000_000
_BATCH_LINES = 2000  # of award lines, which have no text of pages
_OBJECTS = 1_000_000  # new ones after which circles are looked for: more than a batch of lines and its index have
#: Of a line: some kilobytes of a packed file may say one without an end, and it is parsed as a whole.
_MOST_BYTES = 64_000_000
_PLAIN, _EXACT = json.JSONDecoder(), json.JSONDecoder(parse_float=Decimal)
#: The sign 0 as JSON spells it.
_ZERO = b"\\u0000"


@dataclass
class IntakeCount:
    """How many entries were new, changed, and known as they are."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def add(self, saved: list[Saved]) -> None:
        """Note what saving some more did."""
        for one in saved:
            match one.outcome:
                case Outcome.NEW:
                    self.new += 1
                case Outcome.CHANGED:
                    self.changed += 1
                case Outcome.UNCHANGED:
                    self.unchanged += 1

    @property
    def total(self) -> int:
        """How many were taken."""
        return self.new + self.changed + self.unchanged


@dataclass
class ImportReport:
    """What an import did; `rejected` holds line numbers (from 1) with the reason."""

    notices: IntakeCount = field(default_factory=IntakeCount)
    lines: IntakeCount = field(default_factory=IntakeCount)
    rejected: list[tuple[int, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many notices and award lines were taken."""
        return self.notices.total + self.lines.total


def import_file(
    store: Store, path: Path, *, progress: Callable[[int], None], letters: int | None = None
) -> ImportReport:
    """Store every notice and award line of a file of JSON lines, gzipped or not; a broken line is reported, the rest
    taken.

    Each batch is one transaction, so that a kill leaves whole batches and the same import run again completes them.
    `progress` is told how many lines each batch took; a notice keeps so many `letters` at most. Raises DocumentError
    when the file cannot be read.
    """
    report = ImportReport()
    notices: list[Notice] = []
    lines: list[AwardLine] = []
    size = 0

    def flush() -> None:
        nonlocal size
        report.notices.add(store.save_all(notices, datetime.now(HANOI)))
        report.lines.add(store.awards.save_all(lines, datetime.now(HANOI)))
        progress(len(notices) + len(lines))
        notices.clear()
        lines.clear()
        size = 0

    with _few_collections():
        for number, line in _load_lines(path):
            try:
                entry = _parse_line(line)
            except ValueError as error:
                report.rejected.append((number, str(error)))
                continue
            if isinstance(entry, Notice):
                notices.append(entry if letters is None else entry.within(letters))
                size += len(line)
            else:
                lines.append(entry)
            if len(notices) == _BATCH or size >= _BATCH_BYTES or len(lines) == _BATCH_LINES:
                flush()
        flush()
    return report


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for circles of objects rarely: entries have none, and looking would take a seventh of an import's time."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _load_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that say something, by number; of one that is too long the beginning."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            lines = _each_line(gzip.GzipFile(fileobj=raw) if packed else raw)
            yield from ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    except (OSError, EOFError, zlib.error) as error:  # a cut or damaged gzip file is one of these
        raise DocumentError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


def _each_line(file: BufferedIOBase) -> Iterator[bytes]:
    while line := file.readline(_MOST_BYTES):
        yield line
        while len(line) == _MOST_BYTES and not line.endswith(b"\n"):
            line = file.readline(_MOST_BYTES)


def _parse_line(line: bytes) -> Notice | AwardLine:
    """Raises ValueError."""
    if len(line) == _MOST_BYTES:
        raise ValueError(f"is longer than {_MOST_BYTES // 1_000_000} MB")
    if b'"suppliers"' in line and is_award_line(data := _load_object(line, _EXACT)):
        return read_award_line(data)  # whose prices keep their digits
    return Notice.from_json(_load_object(line, _PLAIN))


def _load_object(line: bytes, decoder: json.JSONDecoder) -> dict[str, Any]:
    try:
        data = decoder.decode(line.decode(json.detect_encoding(line), "surrogatepass"))
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError("is not a JSON object")
    if _ZERO in line and _has_zero(data):
        raise ValueError("has the sign 0 in a text, which not every database can hold")
    return data


def _has_zero(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_zero, value.values()))
    return any(map(_has_zero, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value
