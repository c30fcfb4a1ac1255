"""How the schedule holds each source: paused by its operator, due at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select

from timthau.model.moment import format_moment
from timthau.model.record import Standing
from timthau.store.database import Tables
from timthau.store.row import read_time
from timthau.store.schema import standing as standings


class StandingStore(Tables):
    """Standings of all sources; one that nobody spoke of has none."""

    def standings(self) -> dict[str, Standing]:
        """The standings by the names of their sources."""
        with self._engine.connect() as connection:
            return {
                row.source: Standing(
                    source=row.source,
                    paused_at=row.paused_at and read_time(row.paused_at),
                    due_at=row.due_at and read_time(row.due_at),
                )
                for row in connection.execute(select(standings))
            }

    def pause_source(self, source: str, at: datetime | None) -> None:
        """Pause a source since a time, or with None let it go on."""
        self._replace([Standing(source=source, paused_at=at)])

    def note_due(self, due: Mapping[str, datetime], paused: Mapping[str, Standing]) -> None:
        """Keep when each source is due, in place of what was kept of all; paused ones are not due."""
        kept = [standing for standing in paused.values() if standing.paused_at]
        self._replace([*kept, *(Standing(source=name, due_at=at) for name, at in due.items())], whole=True)

    def forget_source(self, source: str) -> None:
        """Let go of a source that is no more."""
        with self._writer.begin() as connection:
            connection.execute(delete(standings).where(standings.c.source == source))

    def _replace(self, batch: Iterable[Standing], *, whole: bool = False) -> None:
        rows = [
            {"source": one.source, "paused_at": format_moment(one.paused_at), "due_at": format_moment(one.due_at)}
            for one in batch
        ]
        with self._writer.begin() as connection:
            names = [row["source"] for row in rows]
            connection.execute(delete(standings) if whole else delete(standings).where(standings.c.source.in_(names)))
            if rows:
                connection.execute(insert(standings), rows)
