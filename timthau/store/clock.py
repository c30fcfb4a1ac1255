"""What a clock that was ahead has left in the database, where it would hold up mails until that time comes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from timthau.model.alert import Frequency
from timthau.model.moment import CLOCKS_APART, format_moment, is_ahead
from timthau.store.database import Tables
from timthau.store.effective import judge_anew
from timthau.store.process.writer import Lock
from timthau.store.row import read_time
from timthau.store.schema import alert_cursor as cursors
from timthau.store.schema import alert_match as matches
from timthau.store.schema import alert_window as windows
from timthau.store.schema import hook_delivery as deliveries
from timthau.store.schema import mail as mails
from timthau.store.schema import mail_request as requests
from timthau.store.schema import notice as notices
from timthau.store.schema import outbox
from timthau.store.schema import portal_day as days
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

    def days_back(self, days: int) -> datetime | None:
        """A moment at least so many days ago, by the days that had their daily mails; None before there were so many.

        Time in which nothing ran does not count, and a clock that jumps ahead passes one day at most.
        """
        daily = select(windows.c.ends_at).where(windows.c.frequency == Frequency.DAILY)
        with self._engine.connect() as connection:
            text = connection.execute(daily.order_by(windows.c.ends_at.desc()).offset(days).limit(1)).scalar()
        return read_time(text) if text else None

    def pull_back(self, now: datetime) -> bool:
        """Let go what waits for a time that a clock which was ahead has set; gives whether there was such a clock.

        Windows that ended then never were; what was found then, or is to be tried then, is taken for the present.
        """
        queries = (select(windows.c.ends_at), select(cursors.c.looked_at), select(func.max(requests.c.asked_at)))
        with self._engine.connect() as connection:
            dated = [row for query in queries for row in connection.execute(query)]
        ahead = [text for (text,) in dated if text and is_ahead(read_time(text), now)]
        if not ahead:
            return False
        at, soon = format_moment(now), format_moment(now + _LONGEST_WAIT)
        with self._writer.begin() as connection:
            connection.execute(delete(windows).where(windows.c.ends_at.in_(ahead)))
            connection.execute(update(matches).where(matches.c.found_at > at).values(found_at=at))
            connection.execute(update(requests).where(requests.c.asked_at > at).values(asked_at=at))
            for table in (mails, deliveries):
                connection.execute(update(table).where(table.c.next_try_at > soon).values(next_try_at=at))
        return True

    def pull_back_source(self, source: str, now: datetime) -> None:
        """Take for the present what a crawl by a clock that was ahead has dated; days of a portal are read again."""
        at, late = format_moment(now), format_moment(now + CLOCKS_APART)
        own = notices.c.source == source
        with self._writer.begin(source, Lock.COMMON) as connection:
            gone = list(connection.execute(select(notices.c.id).where(own, notices.c.gone_at > late)).scalars())
            for column in (notices.c.first_seen_at, notices.c.last_seen_at, notices.c.gone_at):
                connection.execute(update(notices).where(own, column > late).values({column: at}))
            connection.execute(delete(days).where(days.c.source == source, days.c.read_at > late))
            judge_anew(connection, gone)
