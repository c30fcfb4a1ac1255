"""The desk's pages of sources: in trouble first; one with its runs, its failures and its definition."""

from itertools import groupby

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from desk.source import SourceDesk
from webui.desk.door import back, blueprint, office, operator
from webui.http.services import now


@blueprint.get("/sources")
def sources() -> str:
    """All sources, by kind of trouble."""
    groups = [(name, list(group)) for name, group in groupby(_desk().reports(), key=lambda one: one.cause_name)]
    return render_template("desk/sources.html", groups=groups, errands=office().errands.errands())


@blueprint.post("/sources")
def add_source() -> Response:
    """Ask for a look at a site by its address."""
    _desk().ask_add(request.form.get("url", ""), now())
    return back("desk.sources")


@blueprint.get("/sources/<name>")
def source(name: str) -> str:
    """One source, with its definition to change."""
    return render_template("desk/source.html", view=_desk().view(name), name=name, tried=None)


@blueprint.post("/sources/<name>")
def act_on_source(name: str) -> Response | str:
    """Pause, resume, run, look, define or remove."""
    desk, text = _desk(), request.form.get("definition", "")
    action = request.form.get("action", "")
    if action == "check":
        desk.ask_check(name, text, now())
        return render_template("desk/source.html", view=desk.view(name), name=name, tried=text)
    if action == "define":
        desk.define(name, text, now())
    elif action == "remove":
        desk.remove(name, now())
        return back("desk.sources")
    elif action in ("pause", "resume", "run"):
        {"pause": desk.pause, "resume": desk.resume, "run": desk.ask_run}[action](name, now())
    else:
        abort(400)
    return back("desk.source", name=name)


def _desk() -> SourceDesk:
    return SourceDesk(office(), operator())
