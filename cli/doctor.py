"""Checks of an installation, for people who operate it."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from timthau.config import Settings
from timthau.errors import StoreError, TimThauError
from timthau.model.alert import SubscriptionState
from timthau.model.health import SILENT_AFTER, find_late, find_silenced, is_silent
from timthau.model.moment import HANOI, is_ahead
from timthau.model.record import RunStatus
from timthau.store.clock import ClockStore
from timthau.store.notice import Store
from timthau.store.process.attendance import Attendance

if TYPE_CHECKING:
    from crawler.source import Source

_FREE_BYTES = 1_000_000_000  # below this, crawls and index merges may fail for want of room


class CheckState(StrEnum):
    """How a check came out: WARN works but is less than it could be, BAD needs somebody now."""

    OK = "ok"
    WARN = "warn"
    BAD = "BAD"


@dataclass(frozen=True)
class Finding:
    """The outcome of one check."""

    state: CheckState
    subject: str
    message: str


def examine(settings: Settings) -> list[Finding]:
    """All checks of this installation, in the order in which a fault should be mended."""
    return [
        *_examine_disk(settings),
        *_examine_store(settings),
        *_examine_alerts(settings),
        *_examine_sources(settings),
        *_examine_originals(settings),
        *_examine_ocr(),
        *_examine_archives(),
    ]


def _examine_disk(settings: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.home).free
    state = CheckState.OK if free > _FREE_BYTES else CheckState.BAD
    yield Finding(state, "disk", f"{free / 1e9:.1f} GB free in {settings.home}")


def _examine_store(settings: Settings) -> Iterator[Finding]:
    try:
        store = Store.open(settings.database_url)
    except TimThauError as error:
        yield Finding(CheckState.BAD, "store", str(error))
        return
    with closing(store):
        if damage := store.find_damage():
            yield Finding(CheckState.BAD, "store", f"the database is damaged, restore it: {damage}")
            return
        yield Finding(CheckState.OK, "store", f"{store.count()} notices, change {store.last_change()}")
        yield from _examine_clock(settings)
        yield from _examine_index(settings, store)
        yield from _examine_runs(store)
        yield from _examine_workers(Attendance(store.engine))


def _examine_clock(settings: Settings) -> Iterator[Finding]:
    with closing(ClockStore.open(settings.database_url)) as clock:
        newest, now = clock.newest(), datetime.now(HANOI)
    if newest and is_ahead(newest, now):
        yield Finding(
            CheckState.BAD, "clock", f"it is behind, or was ahead: the newest entry is of {newest:%Y-%m-%d %H:%M}"
        )


def _examine_index(settings: Settings, store: Store) -> Iterator[Finding]:
    from index.opening import find_home, open_engine, open_price_engine
    from index.price.sync import check_origin

    try:
        with closing(open_engine(settings.index_url)) as engine:
            find_home(settings.index_url).origin.check(store, engine.cursor())
            behind = store.last_change() - engine.cursor()
            state = CheckState.OK if behind <= 0 else CheckState.WARN
            yield Finding(state, "index", f"{engine.count()} documents, {max(behind, 0)} changes behind the store")
    except TimThauError as error:
        state = CheckState.BAD if isinstance(error, StoreError) else CheckState.WARN
        mending = "" if isinstance(error, StoreError) else "; it is built again from the store at the next search"
        yield Finding(state, "index", f"{error}{mending}")
    except OSError as error:
        yield Finding(CheckState.BAD, "index", f"{error.filename} cannot be read: {error.strerror}")
    try:
        with closing(open_price_engine(settings.price_index_url)) as prices:
            check_origin(store, settings.price_index_url, prices)
            behind = store.awards.last_change() - prices.cursor()
            state = CheckState.OK if behind <= 0 else CheckState.WARN
            yield Finding(state, "prices", f"{prices.count()} award lines, {max(behind, 0)} changes behind the store")
    except StoreError as error:
        yield Finding(CheckState.BAD, "prices", str(error))
    except TimThauError as error:
        yield Finding(CheckState.WARN, "prices", f"{error}; it is built again from the store when the page starts")
    except OSError as error:
        yield Finding(CheckState.BAD, "prices", f"{error.filename} cannot be read: {error.strerror}")


def _examine_runs(store: Store) -> Iterator[Finding]:
    runs, standings = store.recent_runs(), store.standings()
    late = find_late(runs, standings, datetime.now(HANOI))
    yield from (Finding(CheckState.BAD, f"source {source}", message) for source, message in late.items())
    latest = {run.source: run for run in reversed(runs) if run.source not in late}
    silenced = find_silenced(runs, datetime.now(HANOI), standings)
    for run in latest.values():
        since = f"{run.started_at:%Y-%m-%d %H:%M}"
        if run.source in standings and standings[run.source].paused_at:
            yield Finding(CheckState.OK, f"source {run.source}", "paused")
        elif run.status in (RunStatus.FAILED, RunStatus.INCOMPLETE, RunStatus.INTERRUPTED):
            yield Finding(CheckState.BAD, f"source {run.source}", f"last run {run.status} ({since}): {run.message}")
        elif datetime.now(HANOI) - run.started_at > SILENT_AFTER:
            state = CheckState.BAD if run.source in silenced else CheckState.WARN
            yield Finding(state, f"source {run.source}", f"not crawled since {since}")
        else:
            yield Finding(CheckState.OK, f"source {run.source}", f"{run.found} found ({since})")


def _examine_workers(attendance: Attendance) -> Iterator[Finding]:
    now = datetime.now(HANOI)
    for worker in attendance.workers(now):
        state = CheckState.BAD if is_silent(worker, now) else CheckState.OK
        holds = f", reads {', '.join(worker.holds)}" if worker.holds else ""
        seen = f"process {worker.process} on {worker.machine}, last sign of life {worker.seen_at:%Y-%m-%d %H:%M:%S}"
        yield Finding(state, f"worker {worker.part}", seen + holds)


def _examine_alerts(settings: Settings) -> Iterator[Finding]:
    from alerts.stores import AlertStores
    from alerts.trouble import find_troubles

    try:
        with AlertStores.open(settings) as stores:
            troubles = find_troubles(stores, datetime.now(HANOI))
            active = stores.subscriptions.count_by_state()[SubscriptionState.ACTIVE]
    except TimThauError:
        return  # the store's fault, which is told above
    yield from (Finding(CheckState.BAD, f"alerts, {trouble.subject}", trouble.message) for trouble in troubles)
    if not troubles:
        yield Finding(CheckState.OK, "alerts", f"{active} subscriptions, nothing has stopped")
    if active and not settings.smtp_url:
        yield Finding(
            CheckState.WARN, "mail", f"TIMTHAU_SMTP_URL is empty: mails are written to {settings.home / 'outbox'}"
        )
    elif active and "*" not in settings.mail_allow:
        yield Finding(CheckState.WARN, "mail", "TIMTHAU_MAIL_ALLOW is not *: mails to others are written to files")
    if active and not settings.base_url:
        yield Finding(CheckState.WARN, "mail", "TIMTHAU_BASE_URL is empty: links in mails lead to this machine")


def _examine_sources(settings: Settings) -> Iterator[Finding]:
    from crawler.source import load_sources, source_folders

    try:
        sources = load_sources(source_folders(settings.home))
    except TimThauError as error:
        yield Finding(CheckState.BAD, "definitions", str(error))
    else:
        enabled = [source for source in sources if source.enabled]
        yield Finding(CheckState.OK, "definitions", f"{len(sources)} sources defined, {len(enabled)} enabled")
        yield from _examine_browser([source for source in enabled if source.javascript])


def _examine_browser(sources: "list[Source]") -> Iterator[Finding]:
    """Whether there is a browser, where a source needs one."""
    if not sources:
        return
    from crawler.browser import build_browser_settings

    try:
        build_browser_settings(sources[0])
    except TimThauError as error:
        yield Finding(CheckState.BAD, "browser", f"{sources[0].name} cannot be read: {error}")
    else:
        yield Finding(CheckState.OK, "browser", f"Chromium opens the pages of {len(sources)} sources")


def _examine_originals(settings: Settings) -> Iterator[Finding]:
    """Whether the files of notices can be kept."""
    from timthau.original import open_originals

    try:
        with closing(Store.open(settings.database_url)) as store:
            originals = open_originals(settings.originals_url, settings.originals_gb, store, hasty=True)
            kept = store.originals_size()
        fault = originals.find_fault() if originals else ""
    except TimThauError as error:
        yield Finding(CheckState.BAD, "originals", str(error))
        return
    if originals is None:
        yield Finding(CheckState.OK, "originals", "TIMTHAU_ORIGINALS_URL is none: files are read and not kept")
    elif fault:
        yield Finding(CheckState.BAD, "originals", f"{settings.originals_url} takes no files: {fault}")
    else:
        room = settings.originals_gb * 1_000_000_000 - kept
        state = CheckState.OK if room > _FREE_BYTES else CheckState.WARN
        yield Finding(state, "originals", f"{kept / 1e9:.1f} of {settings.originals_gb} GB in {settings.originals_url}")


def _examine_ocr() -> Iterator[Finding]:
    from crawler.extract.layout.ocr import ocr_available

    if ocr_available():
        yield Finding(CheckState.OK, "OCR", "Tesseract reads Vietnamese scans")
    else:
        how = "apt-get install tesseract-ocr tesseract-ocr-vie"
        yield Finding(CheckState.WARN, "OCR", f"scans stay unread; to read them: {how}")


def _examine_archives() -> Iterator[Finding]:
    from crawler.extract.file.rar import bsdtar_command

    if bsdtar_command():
        yield Finding(CheckState.OK, "archives", "bsdtar reads RAR and 7z")
    else:
        how = "apt-get install libarchive-tools"
        yield Finding(CheckState.WARN, "archives", f"RAR and 7z archives stay unread; to read them: {how}")
