"""The desk's page of what belongs together: buyers and notices are joined and parted, and that is undone."""

import json

from flask import Response, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from desk.decision import DecisionDesk
from webui.desk.door import back, blueprint, office, operator
from webui.desk.notices import catch_up_aside
from webui.http.services import now, services

_SHOWN = 200


@blueprint.get("/decisions")
def decisions() -> str:
    """What was decided, and forms to decide more."""
    return render_template("desk/decisions.html", decisions=services().store.decisions.all(limit=_SHOWN))


@blueprint.get("/decisions.jsonl")
def export_decisions() -> Response:
    """All decisions, one JSON object a line."""
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in _desk().export())
    answer = Response("".join(lines), content_type="application/jsonl; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=decisions.jsonl"
    return answer


@blueprint.post("/decisions")
def act_on_decision() -> AnyResponse:
    """Join, part or undo."""
    desk, form = _desk(), request.form
    one, other, reason = (form.get(name, "").strip() for name in ("one", "other", "reason"))
    match form.get("action", ""):
        case "join-buyers":
            desk.join_buyers(one, other, reason, now())
        case "part-buyer":
            desk.part_buyer(one, reason, now())
        case "join-notices":
            desk.join_notices(one, form.get("kind", ""), other, reason, now())
        case "part-notices":
            desk.part_notices(one, other, reason, now())
        case "undo":
            desk.undo(form.get("target", 0, type=int), now())
        case _:
            abort(400)
    catch_up_aside()
    return back("desk.decisions")


def _desk() -> DecisionDesk:
    return DecisionDesk(office(), operator())
