"""The desk's pages of notices: find one, correct it, hide it, read it again."""

import json
import re

from flask import Response, abort, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from desk.notice import NoticeDesk
from index.price import sync as price_sync
from index.sync import catch_up
from timthau.model.desk.correction import CORRECTABLE, read_value
from webui.desk.door import back, blueprint, office, operator
from webui.http.services import now, services
from webui.view.relation import list_related

_ID = re.compile(r"\b[a-z2-7]{16}\b")
_SHOWN = 100


@blueprint.get("/notices")
def notices() -> str | AnyResponse:
    """What was corrected and hidden; with `id` (or the address of its page) one notice."""
    if found := _ID.search(request.args.get("id", "")):
        return back("desk.notice", notice_id=found[0])
    corrections = services().store.corrections
    return render_template(
        "desk/notices.html",
        corrections=corrections.all(limit=_SHOWN),
        hidings=corrections.hidings()[:_SHOWN],
        asked=request.args.get("id", ""),
    )


@blueprint.get("/corrections.jsonl")
def export_corrections() -> Response:
    """All corrections, one JSON object a line."""
    lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in _desk().export_corrections())
    answer = Response("".join(lines), content_type="application/jsonl; charset=utf-8")
    answer.headers["Content-Disposition"] = "attachment; filename=corrections.jsonl"
    return answer


@blueprint.get("/notices/<notice_id>")
def notice(notice_id: str) -> str:
    """One notice with all that can be corrected."""
    view = _desk().view(notice_id)
    held = {one.field: one for one in view.corrections if one.reverted_at is None}
    rows = [(field, read_value(view.notice, field), held.get(field)) for field in CORRECTABLE]
    related = list_related(services().store, notice_id)
    errands = office().errands.errands(target=notice_id, limit=5)
    return render_template("desk/notice.html", view=view, rows=rows, related=related, errands=errands)


@blueprint.post("/notices/<notice_id>")
def act_on_notice(notice_id: str) -> AnyResponse:
    """Correct, revert, hide, unhide or read again."""
    desk, form = _desk(), request.form
    match form.get("action", ""):
        case "correct":
            desk.correct(notice_id, form.get("field", ""), form.get("value", ""), form.get("reason", ""), now())
        case "revert":
            desk.revert(notice_id, form.get("field", ""), now())
        case "hide":
            desk.hide(notice_id, form.get("reason", ""), now())
        case "unhide":
            desk.unhide(notice_id, now())
        case "reread":
            desk.ask_reread(notice_id, now())
        case _:
            abort(400)
    catch_up_aside()
    return back("desk.notice", notice_id=notice_id)


def catch_up_aside() -> None:
    """Bring the indexes up to date with what was done, while the answer is on its way."""
    rooms = services()

    def follow() -> None:
        catch_up(rooms.store, rooms.engine)
        price_sync.catch_up(rooms.store, rooms.prices)

    rooms.aside.do(follow)


def _desk() -> NoticeDesk:
    return NoticeDesk(office(), operator())
