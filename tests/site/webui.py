"""A small site for the page's tests: the real application over a real store and a real index."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from index.contract import Answer, Engine
from index.price import sync as price_sync
from index.query import Query
from index.sync import catch_up, open_current
from timthau.config import Settings, data_dir
from timthau.model.award_line import AwardLine
from timthau.model.guide import load_guides
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.store.notice import Store
from webui import create_app

#: The moment at which the tests of the page take place: a Monday morning in Hanoi.
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)


def build_notice(key: str, **values: Any) -> Notice:
    """A notice with what every notice has; `values` replace or add fields."""
    filled = {
        "source": "benh-vien-mau",
        "source_key": key,
        "url": f"https://benhvien.example.vn/{key}.html",
        "kind": NoticeKind.REQUEST_FOR_QUOTATION,
        "title": f"Yêu cầu báo giá {key}",
    } | values
    return Notice(id=make_id(filled["source"], key), **filled)


@dataclass(frozen=True)
class Site:
    """A client that asks the application, and the store it reads."""

    client: FlaskClient
    store: Store
    settings: Settings

    def get(self, path: str, *, status: int = 200, **options: Any) -> str:
        """The page at a path, which has to answer with that status."""
        answer = self.client.get(path, **options)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def settle(self) -> None:
        """Wait for what the application does after its answers."""
        self.client.application.extensions["timthau"].aside.settle()

    def award(self, *lines: AwardLine, seen_at: datetime = NOW) -> None:
        """Keep award lines and bring their index up to date."""
        self.store.awards.save_all(lines, seen_at)
        with closing(price_sync.open_current(self.store, self.settings.index_url, print)):
            pass

    def save(self, *notices: Notice, seen_at: datetime = NOW) -> None:
        """Keep notices and bring the index up to date."""
        self.store.save_all(notices, seen_at)
        with closing(open_current(self.store, self.settings.index_url, print)) as engine:
            catch_up(self.store, engine)


class _Uncounted:
    """An engine that leaves out facets where it may, as one on a cluster does."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def search(self, query: Query, *, counts: bool = True, **options: Any) -> Answer:
        """See `index.contract.Engine.search`."""
        answer = self._engine.search(query, **options)
        return answer if counts else replace(answer, facets={}, counted=False)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def leave_out_facets(app: Flask) -> None:
    """Have an application answer sooner without facets."""
    services = app.extensions["timthau"]
    app.extensions["timthau"] = replace(services, engine=_Uncounted(services.engine))


def open_site(home: Path, notices: Iterable[Notice] = (), **settings: str) -> Site:
    """A site with these notices and the shipped guides; `settings` are those of `timthau.config`."""
    loaded = replace(Settings.load({"TIMTHAU_HOME": str(home)}), **settings)
    store = Store.open(loaded.database_url)
    for guide in load_guides(data_dir() / "guides"):
        store.save_guide(guide)
    store.save_all(notices, NOW)
    with closing(open_current(store, loaded.index_url, print)) as engine:
        catch_up(store, engine)
    return Site(create_app(loaded).test_client(), store, loaded)


def in_days(days: float) -> datetime:
    """A moment so many days from NOW."""
    return NOW + timedelta(days=days)
