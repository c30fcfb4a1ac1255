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


@blueprint.get("/metrics")
def metrics() -> Response:
    """The same and the runs in Prometheus' text format; times in seconds since 1970."""
    rooms = access()
    lines = [
        *_metric("timthau_notices", "Notices in the store.", [("", rooms.store.count())]),
        *_metric("timthau_indexed", "Documents in the index.", [("", rooms.engine.count())]),
        *_metric(
            "timthau_index_lag",
            "Changes of the store that the index does not have yet.",
            [("", rooms.store.last_change() - rooms.engine.cursor())],
        ),
    ]
    health = list_health(rooms.store.runs(limit=_RUNS), rooms.overview.get().by_source, now())
    latest = [(_label(h.source), h.latest) for h in health if h.latest]
    good = [(_label(h.source), h.latest_good) for h in health if h.latest_good]
    lines += _metric(
        "timthau_run_ok", "1 when the latest run went well.", [(s, int(r.status is RunStatus.OK)) for s, r in latest]
    )
    lines += _metric("timthau_run_found", "Notices that the latest run found.", [(s, r.found) for s, r in latest])
    lines += _metric(
        "timthau_run_good_time_seconds",
        "Start of the latest good run.",
        [(s, int(r.started_at.timestamp())) for s, r in good],
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


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


def _metric(name: str, meaning: str, values: Sequence[tuple[str, int]]) -> list[str]:
    return [
        f"# HELP {name} {meaning}",
        f"# TYPE {name} gauge",
        *(f"{name}{labels} {value}" for labels, value in values),
    ]


def _label(source: str) -> str:
    escaped = source.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{source="{escaped}"}}'
