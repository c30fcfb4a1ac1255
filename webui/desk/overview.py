"""The desk's first page: how everything is, what was done and asked for, sizes, versions."""

from flask import render_template

from desk.health import examine
from desk.state import free_bytes, list_versions, measure_home
from webui.desk.door import blueprint, office
from webui.http.services import now, services

_SHOWN = 20


@blueprint.get("/")
def overview() -> str:
    """How everything is."""
    rooms = services()
    home, store = rooms.settings.home, rooms.store
    lags = [
        ("index", store.last_change() - rooms.engine.cursor()),
        ("prices", store.awards.last_change() - rooms.prices.cursor()),
        ("alerts", store.last_change() - rooms.stores.alerts.cursor()),
    ]
    return render_template(
        "desk/overview.html",
        checks=examine(rooms.stores, rooms.engine.cursor, home, now()),
        lags=lags,
        folders=measure_home(home),
        free=free_bytes(home),
        versions=list_versions(),
        errands=office().errands.errands(limit=_SHOWN),
        deeds=office().deeds.deeds(limit=_SHOWN),
    )


@blueprint.get("/log")
def log() -> str:
    """Who did what, newest first."""
    return render_template("desk/log.html", deeds=office().deeds.deeds(limit=500))
