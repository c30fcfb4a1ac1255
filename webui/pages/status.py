"""Whether TimThau is well: the health check, and every source with its runs."""

import logging
from collections.abc import Sequence

from flask import Blueprint, Response, abort, jsonify, render_template

from alerts.stores import AlertStores
from alerts.trouble import find_troubles
from alerts.window import PERIODS
from timthau.errors import TimThauError
from timthau.model.health import find_late, find_silenced, list_health
from timthau.model.record import RunStatus
from webui.http.services import now, services

_SHOWN = 50
_TOLD_RUNS = 3  # that say what they could not read

_log = logging.getLogger(__name__)

blueprint = Blueprint("status", __name__)


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """200 when store and index answer and nothing has stopped; the index may lag behind by what is being written."""
    rooms = services()
    try:
        state = {"status": "ok", "notices": rooms.store.count(), "indexed": rooms.engine.count()}
        # Anybody may ask: what was said to whom stands in `timthau doctor`.
        troubles = [f"alerts, {trouble.subject}: see timthau doctor" for trouble in find_troubles(rooms.stores, now())]
        runs = rooms.store.recent_runs()
        standings = rooms.store.standings()
        troubles += [f"source {source}: silent" for source in find_silenced(runs, now(), standings)]
        late = find_late(runs, standings, now())
        troubles += [f"source {source}: {message}" for source, message in late.items()]
    except TimThauError as error:
        _log.error("%s: %s", type(error).__name__, error)
        return jsonify(status="failing", error="store or index do not answer: see timthau doctor"), 503
    if troubles:
        return jsonify(state | {"status": "stopped", "troubles": troubles}), 503
    return jsonify(state), 200


@blueprint.get("/metrics")
def metrics() -> Response:
    """The same and the runs in Prometheus' text format; times in seconds since 1970."""
    rooms = services()
    lines = [
        *_metric("timthau_notices", "Notices in the store.", [("", rooms.store.count())]),
        *_metric("timthau_indexed", "Documents in the index.", [("", rooms.engine.count())]),
        *_metric(
            "timthau_index_lag",
            "Changes of the store that the index does not have yet.",
            [("", rooms.store.last_change() - rooms.engine.cursor())],
        ),
    ]
    health = list_health(rooms.store.recent_runs(), rooms.overview.get().by_source, now())
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
    lines += _alert_metrics(rooms.stores)
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _alert_metrics(stores: AlertStores) -> list[str]:
    windows = [(frequency, stores.alerts.windows(frequency)) for frequency in PERIODS]
    troubles = len(find_troubles(stores, now()))
    return [
        *_metric(
            "timthau_alert_troubles",
            "Steps of the alerts that have stopped.",
            [("", troubles)],
        ),
        *_metric(
            "timthau_alert_lag",
            "Changes of the store that are not matched yet.",
            [("", stores.store.last_change() - stores.alerts.cursor())],
        ),
        *_metric(
            "timthau_alert_window_time_seconds",
            "End of the latest window that was opened.",
            [(f'{{frequency="{name}"}}', int(found[0].ends_at.timestamp())) for name, found in windows if found],
        ),
        *_metric(
            "timthau_subscriptions",
            "Subscriptions by state.",
            [(f'{{state="{state}"}}', number) for state, number in stores.subscriptions.count_by_state().items()],
        ),
        *_metric(
            "timthau_mails",
            "Mails of the last 90 days by state.",
            [(f'{{state="{state}"}}', number) for state, number in stores.mails.count_by_state().items()],
        ),
    ]


@blueprint.get("/sources")
def sources() -> str:
    """The health of every source, and the latest runs of all, newest first."""
    store = services().store
    runs = store.recent_runs()
    health = list_health(runs, services().overview.get().by_source, now(), store.standings())
    return render_template("status/sources.html", health=health, runs=runs[:_SHOWN])


@blueprint.get("/sources/<name>")
def source(name: str) -> str:
    """The runs of one source, and what the latest of them could not read."""
    store = services().store
    runs = store.runs(name)
    if not runs:
        abort(404)
    told = [(run, failures) for run in runs[:_TOLD_RUNS] if (failures := store.failures(run.id))]
    standing = store.standings().get(name)
    return render_template("status/source.html", name=name, runs=runs, told=told, standing=standing)


def _metric(name: str, meaning: str, values: Sequence[tuple[str, int]]) -> list[str]:
    return [
        f"# HELP {name} {meaning}",
        f"# TYPE {name} gauge",
        *(f"{name}{labels} {value}" for labels, value in values),
    ]


def _label(source: str) -> str:
    escaped = source.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{{source="{escaped}"}}'
