"""Crawl sources, from any program and as often as wanted: the work is done in a child process of its own.

Scrapy's reactor can run once in a process; and a crawl that is killed, or a library that crashes, takes nobody along.
The child is given its job as one JSON object on stdin and answers with one JSON object a line on stdout.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from crawler.sources import Source, find_sources
from timthau.config import Settings, data_dir
from timthau.errors import CrawlError
from timthau.model import HANOI
from timthau.store import RunStatus, Store

_ROOT = Path(__file__).parent.parent
#: How long the child may take to end after an interrupt; it finishes the pages that are on their way.
_GRACE_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One more answer from a source."""

    source: str
    url: str


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """How the run of one source ended: `status` is ok, incomplete or failed, `message` one line."""

    source: str
    status: str
    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    requests: int = 0
    seconds: float = 0.0
    message: str = ""


def crawl(
    targets: Sequence[str],
    *,
    settings: Settings,
    since: date | None = None,
    full: bool = False,
    max_pages: int | None = None,
    delay: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> list[RunReport]:
    """Crawl sources into the store; each notice is committed as it is read.

    `targets` are names of sources, addresses, or definition files; none means every enabled source. `since` leaves out
    what was published before, `full` reads everything again, `max_pages` bounds the answers of each source, `delay` is
    in seconds between two requests to one host. Raises SourceError before anything is fetched, CrawlError when the
    child cannot be started.
    """
    sources = find_sources(targets, data_dir() / "sources")
    if not sources:
        return []
    with closing(Store.open(settings.database_url)):
        pass  # made or migrated here, so that a store that cannot be used is this process's error
    job = {
        "sources": [_write_source(source) for source in sources],
        "home": str(settings.home),
        "database_url": settings.database_url,
        "contact": settings.contact,
        "since": since and since.isoformat(),
        "full": full,
        "max_pages": max_pages,
        "delay": delay,
    }
    reports: dict[str, RunReport] = {}
    ending = "ended early"
    with _start_child() as child:
        try:
            for message in _talk(child, job):
                if "report" in message:
                    report = RunReport(**message["report"])
                    reports[report.source] = report
                elif progress:
                    progress(Progress(**message["progress"]))
        finally:
            ending = _end_child(child)
    return [reports.get(source.name) or _report_lost(source, ending, settings) for source in sources]


def main() -> None:
    """The child's side; see `crawler.child`."""
    from crawler.child import run_job  # noqa: PLC0415 - the parent must not pay for Scrapy

    run_job(json.loads(sys.stdin.readline()), _tell)


def _tell(message: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more; what was read is in the store


def _start_child() -> subprocess.Popen[str]:
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "crawler.run"]
    try:
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, encoding="utf-8", bufsize=1
        )
    except OSError as error:
        raise CrawlError(f"the crawl could not be started: {error.strerror}") from error


def _talk(child: subprocess.Popen[str], job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    assert child.stdin is not None
    assert child.stdout is not None
    with suppress(BrokenPipeError):  # a child that died at once is reported by its exit code
        child.stdin.write(json.dumps(job) + "\n")
        child.stdin.flush()
    for line in child.stdout:
        if line.startswith("{"):
            yield json.loads(line)


def _end_child(child: subprocess.Popen[str]) -> str:
    """Wait for the child; in words how it ended."""
    try:
        code = child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        code = child.wait()
    return f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"


def _report_lost(source: Source, ending: str, settings: Settings) -> RunReport:
    """The report of a run that did not give one itself; the store is told too."""
    message = f"the crawl {ending} before the run was over"
    with closing(Store.open(settings.database_url)) as store:
        run = next(iter(store.runs(source.name, limit=1)), None)
        if run and run.status is RunStatus.RUNNING:
            store.finish_run(replace(run, finished_at=datetime.now(HANOI), status=RunStatus.FAILED, message=message))
    return RunReport(source=source.name, status="failed", message=message)


def _write_source(source: Source) -> dict[str, Any]:
    return asdict(source) | {"checked_on": None}  # the run does not depend on it, and JSON has no days


if __name__ == "__main__":
    main()
