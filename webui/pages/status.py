"""Whether TimThau is well: the health check, and every source with its runs."""

import logging

from flask import Blueprint, Response, abort, jsonify, render_template
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from desk.health import examine
from timthau.errors import TimThauError
from timthau.model.health import list_health
from webui.http.services import now, services
from webui.view.metrics import build_metrics

_SHOWN = 50
_TOLD_RUNS = 3  # that say what they could not read

_log = logging.getLogger(__name__)

blueprint = Blueprint("status", __name__)


@blueprint.get("/healthz")
def health() -> tuple[Response, int]:
    """Whether the process is alive: 200 with counts while store and index answer. What is fit, says `/readyz`."""
    rooms = services()
    try:
        return jsonify(status="ok", notices=rooms.store.count(), indexed=rooms.engine.count()), 200
    except TimThauError as error:
        _log.error("%s: %s", type(error).__name__, error)
        return jsonify(status="failing", error="store or index do not answer: see timthau doctor"), 503


@blueprint.get("/readyz")
def readiness() -> tuple[Response, int]:
    """Whether everything is fit: 200 when it is, 503 when a part is not; no addresses and no paths, as anybody asks."""
    rooms = services()
    checks = examine(rooms.stores, rooms.engine.cursor, rooms.settings.home, now())
    is_fit = all(check.is_fit for check in checks)
    parts = {check.subject: {"fit": check.is_fit, "message": check.message} for check in checks}
    return jsonify(status="fit" if is_fit else "unfit", parts=parts), 200 if is_fit else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """The same and the runs in Prometheus' text format; times in seconds since 1970."""
    return Response(build_metrics(services(), now()), content_type=CONTENT_TYPE_PLAIN_0_0_4)


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
