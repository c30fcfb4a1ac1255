"""The desk's page of mails: what waits, what failed, what came back, to whom nothing is sent."""

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from desk.mail import MailDesk
from webui.desk.door import back, blueprint, office, operator
from webui.http.services import now


@blueprint.get("/mails")
def mails() -> str:
    """All of that."""
    return render_template("desk/mails.html", view=_desk().view())


@blueprint.post("/mails")
def act_on_mail() -> Response:
    """Send a mail again, send to an address again, or forget an address."""
    desk, target = _desk(), request.form.get("target", "")
    match request.form.get("action", ""):
        case "resend":
            desk.resend(target, now())
        case "release":
            desk.release(target, now())
        case "forget":
            desk.forget(target, now())
        case _:
            abort(400)
    return back("desk.mails")


def _desk() -> MailDesk:
    return MailDesk(office(), operator())
