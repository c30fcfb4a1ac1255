"""The web page of TimThau: search, notices, alerts and guides."""

import logging

from flask import Flask
from flask_babel import Babel

from alerts.preview import PreviewKeeper
from alerts.stores import AlertStores
from index.price import sync as price_sync
from index.sync import open_current
from timthau.config import Settings
from timthau.locale import CATALOGUES
from timthau.original import open_originals
from timthau.remembered import Remembered
from timthau.store.overview.copy import OverviewCopy
from timthau.store.overview.keeper import OverviewKeeper
from webui.api import api, feeds
from webui.api import prices as price_api
from webui.api import suppliers as supplier_api
from webui.desk import pages as desk
from webui.http import asset, client, compression, failure, language, limit, security
from webui.http.aside import Aside
from webui.http.services import Services, follow_decisions
from webui.pages import alerts, buyers, collection, guides, notices, prices, search, statistics, status, suppliers
from webui.view import script, source, table, wording

__all__ = ["create_app"]

_log = logging.getLogger(__name__)

_MOST_COUNTS = 64  # searches whose statistics are remembered
_MOST_SITEMAPS = 4  # one for each name that the page is asked by


def create_app(settings: Settings) -> Flask:
    """The WSGI application over the store and the index that the settings name; safe for threads.

    A missing or damaged index is built from the store first. Raises StoreError when the database cannot be opened,
    ConfigError when a setting names no engine.
    """
    app = Flask(__name__)
    app.secret_key = settings.secret_key
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    stores = AlertStores.open(settings)
    store = stores.store
    engine = open_current(store, settings.index_url, warn=_log.warning)
    app.before_request(follow_decisions)
    app.extensions["timthau"] = Services(
        store=store,
        engine=engine,
        prices=price_sync.open_current(store, settings.price_index_url, warn=_log.warning),
        settings=settings,
        overview=OverviewKeeper(store, OverviewCopy(settings.home / "overview.json")),
        previews=PreviewKeeper(),
        counts=Remembered(_MOST_COUNTS),
        addresses=Remembered(1),
        sitemaps=Remembered(_MOST_SITEMAPS),
        stores=stores,
        originals=open_originals(settings.originals_url, settings.originals_gb, store),
        aside=Aside(),
    )
    Babel(
        app,
        default_translation_directories=str(CATALOGUES),
        default_locale=language.DEFAULT,
        locale_selector=language.select_language,
    )
    for module in (client, limit, security, language, asset, compression, wording, source, script, table, failure):
        module.init_app(app)
    for module in (
        search,
        collection,
        notices,
        guides,
        buyers,
        prices,
        suppliers,
        statistics,
        status,
        feeds,
        api,
        price_api,
        supplier_api,
        alerts,
        desk,
    ):
        app.register_blueprint(module.blueprint)
    return app
