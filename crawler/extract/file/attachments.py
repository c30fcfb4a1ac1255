"""Reading attachments: any bytes in, text and tables out, within bounds of size, time and memory."""

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import crawler
from crawler.extract.document import FileText
from crawler.extract.file.filetype import find_media_type
from crawler.extract.limit import Limits, Ocr
from timthau.errors import DocumentError

_DEFAULT_LIMITS: Final = Limits()
_DEFAULT_OCR: Final = Ocr()
#: A worker is replaced after so many files, as libraries in C leak.
_FILES_PER_WORKER = 200
#: Seconds beyond the limit before a worker that should have kept to it counts as hanging.
_GRACE = 5.0


class _WorkerLostError(Exception):
    """Raised when a worker ended or did not answer in time; its text is the warning for the file."""


class _Worker:
    """A child process that reads files, one at a time."""

    def __init__(self, memory_mb: int) -> None:
        self.memory_mb = memory_mb
        self.files = 0
        root = str(Path(crawler.__file__).parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawler.extract.file.worker", str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that OCR that it started ends with it
            env={**os.environ, "PYTHONPATH": root, "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"},
        )

    @property
    def pid(self) -> int:
        """The process's number, which is also that of its group."""
        return self._process.pid

    def read(self, request: dict[str, Any], content: bytes, seconds: float) -> FileText:
        """The file's text. Raises _WorkerLostError."""
        self.files += 1
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(request).encode() + b"\n" + content)
            stdin.flush()
        except OSError as error:
            raise _WorkerLostError("the file could not be read") from error
        return _parse_answer(self._wait_line(stdout.fileno(), time.monotonic() + seconds))

    def _wait_line(self, stream: int, until: float) -> bytes:
        parts: list[bytes] = []
        while True:
            left = until - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                raise _WorkerLostError("reading it took too long")
            part = os.read(stream, 1 << 20)
            if not part:
                raise _WorkerLostError("reading it failed: the reader ran out of memory or crashed")
            parts.append(part)
            if part.endswith(b"\n"):
                return b"".join(parts)

    def stop(self) -> None:
        """End the process and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()


def _parse_answer(answer: bytes) -> FileText:
    return FileText.from_json(json.loads(answer))


_idle: list[_Worker] = []
_lock = threading.Lock()
# Workers belong to the process that started them.
os.register_at_fork(after_in_child=_idle.clear)


def read_file(
    content: bytes | Path,
    *,
    filename: str,
    declared_type: str | None = None,
    limits: Limits = _DEFAULT_LIMITS,
    ocr: Ocr | None = _DEFAULT_OCR,
) -> FileText:
    """The text and tables of a file, typed by its content; whatever is wrong with it is said in `warning`.

    `filename` and `declared_type` help only where the content does not tell. With `ocr` None pictures are not
    read. May be called from several threads. Raises DocumentError only when a path cannot be opened.
    """
    if isinstance(content, Path):
        content = _load(content, limits.size + 1)
    media_type = find_media_type(content, filename=filename, declared=declared_type)
    if not content:
        return FileText(media_type=media_type, warning="the file is empty")
    if len(content) > limits.size:
        return FileText(media_type=media_type, warning=f"the file is larger than {limits.size // 1_000_000} MB")
    request = {
        "size": len(content),
        "filename": filename,
        "declared_type": declared_type,
        "media_type": media_type,
        "limits": asdict(limits),
        "ocr": asdict(ocr) if ocr else None,
    }
    worker = _take(limits.memory_mb)
    try:
        # The child keeps to the limit by itself and gives what it has; only one that hangs is stopped from here.
        read = worker.read(request, content, limits.seconds + _GRACE)
    except _WorkerLostError as error:
        worker.stop()
        return FileText(media_type=media_type, warning=str(error))
    except BaseException:  # such as Ctrl-C: a worker in the middle of a file is of no further use
        worker.stop()
        raise
    _give_back(worker)
    return read


def _load(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror}") from error


def _take(memory_mb: int) -> _Worker:
    with _lock:
        for worker in _idle:
            if worker.memory_mb == memory_mb:
                _idle.remove(worker)
                return worker
    return _Worker(memory_mb)


def _give_back(worker: _Worker) -> None:
    if worker.files >= _FILES_PER_WORKER:
        worker.stop()
        return
    with _lock:
        _idle.append(worker)


@atexit.register
def stop_workers() -> None:
    """End the idle workers; done at exit by itself."""
    with _lock:
        while _idle:
            _idle.pop().stop()
