"""The door of the desk: who is let in, with a cookie that only the desk's pages get; everybody else is kept out."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, session, url_for
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from desk.account import Accounts
from desk.office import Office
from timthau.errors import DeskError, RefusedError, SourceError
from timthau.model.desk.record import Operator
from webui.http.client import client_network
from webui.http.language import gettext
from webui.http.services import now, services

blueprint = Blueprint("desk", __name__, url_prefix="/admin")

#: What a browser keeps of a session; it is sent to the desk's pages alone, and never from another site.
COOKIE = "desk"
_PATH = "/admin"
_LOGIN, _ENTER = "desk.login", "desk.enter"


def office() -> Office:
    """The office behind the desk's pages."""
    if "office" not in g:
        g.office = Office.over(services().stores)
    found: Office = g.office
    return found


def operator() -> Operator:
    """Who sits at the desk."""
    found: Operator = g.operator
    return found


@blueprint.before_request
def guard() -> AnyResponse | None:
    """Without any account there is no desk; without a session there is nothing but the way in."""
    accounts = Accounts(office())
    if not accounts.exist:
        abort(404)
    found = accounts.find(request.cookies.get(COOKIE, ""), now())
    if found:
        g.operator = Operator(name=found.account, network=client_network())
    elif request.endpoint not in (_LOGIN, _ENTER):
        if request.method in ("GET", "HEAD"):
            return redirect(url_for(_LOGIN), 303)
        abort(403)
    return None


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """What the desk shows is kept by nobody and found by no search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/login")
def login() -> str:
    """The way in."""
    return render_template("desk/login.html", refused="")


@blueprint.post("/login")
def enter() -> AnyResponse | tuple[str, int]:
    """Let somebody in whose name, password and code are right; always with a new session, and always to the desk."""
    accounts, form = Accounts(office()), request.form
    try:
        token = accounts.enter(
            form.get("name", ""), form.get("password", ""), form.get("code", ""), client_network(), now()
        )
    except RefusedError as error:
        if error.wait:
            refusal = TooManyRequests()
            refusal.retry_after = int(error.wait.total_seconds())
            raise refusal from error
        return render_template("desk/login.html", refused=gettext("Name, password or code is wrong.")), 403
    if "operator" in g:
        accounts.leave(request.cookies.get(COOKIE, ""), operator(), now())
    session.clear()  # with it goes the token of the forms that a stranger may have planted
    answer = redirect(url_for("desk.overview"), 303)
    answer.set_cookie(COOKIE, token, path=_PATH, httponly=True, samesite="Strict", secure=_is_encrypted())
    return answer


@blueprint.post("/logout")
def leave() -> AnyResponse:
    """End the session."""
    Accounts(office()).leave(request.cookies.get(COOKIE, ""), operator(), now())
    session.clear()
    answer = redirect(url_for(_LOGIN), 303)
    answer.delete_cookie(COOKIE, path=_PATH, httponly=True, samesite="Strict", secure=_is_encrypted())
    return answer


@blueprint.errorhandler(DeskError)
@blueprint.errorhandler(SourceError)
def show_refusal(error: Exception) -> tuple[str, int]:
    """What cannot be done, in the one line that a command would print."""
    return render_template("desk/refusal.html", message=str(error)), 400


def back(endpoint: str, **values: Any) -> AnyResponse:
    """To a page of the desk, after something was done."""
    return redirect(url_for(endpoint, **values), 303)


def _is_encrypted() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
