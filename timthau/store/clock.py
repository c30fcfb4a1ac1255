"""What a clock that was ahead has left in the database, where it would hold up mails until that time comes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from timthau.model.moment import format_moment, is_ahead
from timthau.store.database import Tables
from timthau.store.row import read_time
from timthau.store.schema import alert_cursor as cursors
from timthau.store.schema import alert_match as matches
from timthau.store.schema import alert_window as windows
from timthau.store.schema import hook_delivery as deliveries
from timthau.store.schema import mail as mails
from timthau.store.schema import outbox
from timthau.store.schema import run as runs

#: A mail or a delivery waits for its next try no longer than this.
_LONGEST_WAIT = timedelta(days=1)


class ClockStore(Tables):
    """The moments at which something is said to have happened."""

    def newest(self) -> datetime | None:
        """When the last change, the last run and the last round of alerts were, the latest of them."""
        ordered = (
            select(outbox.c.changed_at).order_by(outbox.c.seq.desc()).limit(1),
            select(runs.c.started_at).order_by(runs.c.id.desc()).limit(1),
            select(cursors.c.looked_at),
        )
        with self._engine.connect() as connection:
            found = [connection.execute(query).scalar() for query in ordered]
        return max((read_time(text) for text in found if text), default=None)

    def pull_back(self, now: datetime) -> bool:
        """Let go what waits for a time that a clock which was ahead has set; gives whether there was such a clock.

        Windows that ended then never were; what was found then, or is to be tried then, is taken for the present.
        """
        with self._engine.connect() as connection:
            dated = (*connection.execute(select(windows.c.ends_at)), *connection.execute(select(cursors.c.looked_at)))
        ahead = [text for (text,) in dated if text and is_ahead(read_time(text), now)]
        if not ahead:
            return False
        at, soon = format_moment(now), format_moment(now + _LONGEST_WAIT)
        with self._writer.begin() as connection:
            connection.execute(delete(windows).where(windows.c.ends_at.in_(ahead)))
            connection.execute(update(matches).where(matches.c.found_at > at).values(found_at=at))
            for table in (mails, deliveries):
                connection.execute(update(table).where(table.c.next_try_at > soon).values(next_try_at=at))
        return True
