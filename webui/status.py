"""Whether TimThau is well: the health check, and every source with its runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, jsonify, render_template

from timthau.errors import TimThauError
from timthau.store import Run, RunStatus
from webui.access import access, now

_RUNS = 1000  # enough to find each source's last good one
_SHOWN = 50
_SILENT_AFTER = timedelta(days=2)

blueprint = Blueprint("status", __name__)


@dataclass(frozen=True)
class Health:
    """How a source is: `state` is that of its latest run, or silent (too long without), or imported (never visited)."""

    source: str
    state: str
    notices: int
    latest: Run | None
    latest_good: Run | None


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """200 when store and index answer; the index may lag behind the store by what is just being written."""
    rooms = access()
    try:
        state = {"status": "ok", "notices": rooms.store.count(), "indexed": rooms.engine.count()}
    except TimThauError as error:
        return jsonify(status="failing", error=str(error)), 503
    return jsonify(state), 200


@blueprint.get("/sources")
def sources() -> str:
    """The health of every source, and the latest runs of all, newest first."""
    runs = access().store.runs(limit=_RUNS)
    counts = access().overview.get().by_source
    return render_template("status/sources.html", health=list_health(runs, counts, now()), runs=runs[:_SHOWN])


def list_health(runs: Sequence[Run], counts: Mapping[str, int], present: datetime) -> list[Health]:
    """The health of every source that was ever visited or has notices, those in trouble first.

    `runs` stand newest first. A source that has not been visited for two days is silent, however well it did then.
    """
    found = []
    for source in {run.source for run in runs} | set(counts):
        own = [run for run in runs if run.source == source]
        latest = own[0] if own else None
        good = next((run for run in own if run.status is RunStatus.OK), None)
        silent = latest is not None and present - latest.started_at > _SILENT_AFTER
        state = "silent" if silent else str(latest.status) if latest else "imported"
        found.append(Health(source, state, counts.get(source, 0), latest, good))
    order = {str(RunStatus.FAILED): 0, "silent": 1, str(RunStatus.INTERRUPTED): 2, str(RunStatus.INCOMPLETE): 3}
    return sorted(found, key=lambda health: (order.get(health.state, 4), health.source))
