"""Whether alerts are being sent: what has stopped is said, before subscribers notice that nothing comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.stores import AlertStores
from alerts.window import PERIODS, latest_end
from timthau.model.alert import Frequency, Mail, MailState, SubscriptionState
from timthau.model.moment import is_ahead

#: How long each step may take before somebody should look. Rounds come every minute.
LOOK_WITHIN = timedelta(minutes=15)
STEP_WITHIN = timedelta(hours=1)
ARRIVE_WITHIN = timedelta(hours=6)
PUT_OFF_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Trouble:
    """Something that has stopped, and since when or why."""

    subject: str
    message: str


def find_troubles(stores: AlertStores, now: datetime) -> list[Trouble]:
    """What keeps mails from coming; nothing where nobody is subscribed and no canary is kept."""
    active = stores.subscriptions.count_by_state()[SubscriptionState.ACTIVE]
    if not active and not stores.settings.canary:
        return []
    return [*_watch_rounds(stores, now), *_watch_windows(stores, now), *_watch_mails(stores, now)] + (
        list(_watch_canary(stores, now)) if stores.settings.canary else []
    )


def _watch_rounds(stores: AlertStores, now: datetime) -> Iterator[Trouble]:
    pulse = stores.alerts.pulse()
    if pulse.looked_at is None or now - pulse.looked_at > LOOK_WITHIN or is_ahead(pulse.looked_at, now):
        since = f"since {pulse.looked_at:%Y-%m-%d %H:%M}" if pulse.looked_at else "yet"
        yield Trouble("worker", f"no round of alerts {since}; `timthau run` does one every minute")
    if pulse.unmatched_since and now - pulse.unmatched_since > STEP_WITHIN:
        yield Trouble("matching", f"changes wait since {pulse.unmatched_since:%Y-%m-%d %H:%M}")
    if pulse.unwritten_since and now - pulse.unwritten_since > STEP_WITHIN + stores.settings.gather:
        yield Trouble("writing", f"matches for mails at once wait since {pulse.unwritten_since:%Y-%m-%d %H:%M}")


def _watch_windows(stores: AlertStores, now: datetime) -> Iterator[Trouble]:
    for frequency in PERIODS:
        due = latest_end(frequency, now - STEP_WITHIN, stores.settings.digest_time)
        windows = stores.alerts.windows(frequency, limit=2)
        # Before the first window nothing was due; the worker's silence is told above.
        if windows and not any(window.finished_at and window.ends_at >= due for window in windows):
            yield Trouble(f"{frequency} window", f"the one of {due:%Y-%m-%d %H:%M} did not run")


def _watch_mails(stores: AlertStores, now: datetime) -> Iterator[Trouble]:
    untaken = stores.mails.oldest_waiting(put_off=False)
    if untaken and now - untaken.created_at > STEP_WITHIN:
        why = f": {untaken.answer}" if untaken.answer else ""
        yield Trouble("sending", f"mails wait since {untaken.created_at:%Y-%m-%d %H:%M}{why}")
    # A mailbox that is full for days is its owner's affair; a relay that puts everything off is ours.
    put_off = stores.mails.oldest_waiting(put_off=True)
    if put_off and now - put_off.created_at > PUT_OFF_WITHIN:
        sent = stores.mails.last_sent()
        if sent is None or now - sent > PUT_OFF_WITHIN:
            yield Trouble("sending", f"the relay has taken nothing for a day: {put_off.answer}")


def _watch_canary(stores: AlertStores, now: datetime) -> Iterator[Trouble]:
    due = latest_end(Frequency.DAILY, now - STEP_WITHIN, stores.settings.digest_time)
    canaries = stores.mails.canaries(limit=2)
    if not any(canary.window_ends_at and canary.window_ends_at >= due and _is_out(canary) for canary in canaries):
        yield Trouble("canary", f"the one of {due:%Y-%m-%d} was not sent to {stores.settings.canary}")
    arrived = stores.mails.last_arrival()
    # Only where arrivals are read (`timthau alerts bounce`) their absence says something.
    if arrived:
        late = [one for one in canaries if one.settled_at and arrived < one.settled_at < now - ARRIVE_WITHIN]
        if late:
            yield Trouble("canary", f"nothing arrived at {stores.settings.canary} since {arrived:%Y-%m-%d %H:%M}")


def _is_out(mail: Mail) -> bool:
    return mail.state in (MailState.SENT, MailState.FILED)
