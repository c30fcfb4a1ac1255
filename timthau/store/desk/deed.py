"""The record of who did what at the desk."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, true

from timthau.model.desk.record import Deed, Operator
from timthau.model.moment import CLOCKS_APART, format_moment
from timthau.store.database import Tables
from timthau.store.desk.table import deed as deeds
from timthau.store.row import read_time


class DeedStore(Tables):
    """Deeds; none is ever changed."""

    def note(self, operator: Operator, what: str, target: str, at: datetime, *, detail: str = "") -> None:
        """Keep that somebody did something."""
        values = {"who": operator.name, "what": what, "target": target, "detail": detail, "network": operator.network}
        with self._writer.begin() as connection:
            connection.execute(insert(deeds).values(values | {"done_at": format_moment(at)}))

    def deeds(self, *, target: str | None = None, limit: int = 100) -> list[Deed]:
        """The latest deeds, newest first; of one target, or all."""
        which = true() if target is None else deeds.c.target == target
        rows = select(deeds).where(which).order_by(deeds.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            found = connection.execute(rows).mappings()
            return [Deed(**(dict(row) | {"done_at": read_time(row["done_at"])})) for row in found]

    def count(
        self, what: str, since: datetime, now: datetime, *, target: str | None = None, network: str | None = None
    ) -> int:
        """How often something was done since a moment: to a target, from a network, or at all.

        What a clock that was ahead has dated does not count, or it would until then.
        """
        which = (deeds.c.what == what) & (deeds.c.done_at > format_moment(since))
        which &= deeds.c.done_at <= format_moment(now + CLOCKS_APART)
        if target is not None:
            which &= deeds.c.target == target
        if network is not None:
            which &= deeds.c.network == network
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(deeds).where(which)).scalar_one()

    def forget_deeds(self, before: datetime) -> int:
        """Delete what was done before a moment; gives how many."""
        with self._writer.begin() as connection:
            return connection.execute(delete(deeds).where(deeds.c.done_at < format_moment(before))).rowcount
