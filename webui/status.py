"""Whether TimThau is well: the health check, and every source with its runs."""

from flask import Blueprint, Response, jsonify, render_template

from timthau.errors import TimThauError
from webui.access import access

blueprint = Blueprint("status", __name__)


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
    """The latest runs of all sources, newest first."""
    return render_template("status/sources.html", runs=access().store.runs(limit=100))
