"""What `/metrics` tells Prometheus: figures of store, index, runs, alerts and the desk, read when they are asked."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from alerts.trouble import find_troubles
from alerts.window import PERIODS
from desk.health import examine
from desk.office import Office
from timthau.model.health import list_health
from timthau.model.record import RunStatus
from webui.http.services import Services


def build_metrics(rooms: Services, now: datetime) -> bytes:
    """All of it in Prometheus' text format; times in seconds since 1970."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Rooms(rooms, now))
    return generate_latest(registry)


class _Rooms(Collector):
    """The figures of one moment."""

    def __init__(self, rooms: Services, now: datetime) -> None:
        self._rooms, self._now = rooms, now

    def collect(self) -> Iterator[Metric]:
        yield from self._collect_store()
        yield from self._collect_runs()
        yield from self._collect_alerts()
        rooms = self._rooms
        checks = examine(rooms.stores, rooms.engine.cursor, rooms.settings.home, self._now)
        fit = {check.subject: int(check.is_fit) for check in checks}
        yield _labelled("timthau_fit", "1 when a part is fit, as /readyz says.", "part", fit)
        waiting = Office.over(rooms.stores).errands.count_waiting()
        yield _plain("timthau_errands_waiting", "What was asked for at the desk and nobody has begun.", waiting)

    def _collect_store(self) -> Iterator[Metric]:
        store, engine = self._rooms.store, self._rooms.engine
        yield _plain("timthau_notices", "Notices in the store.", store.count())
        yield _plain("timthau_indexed", "Documents in the index.", engine.count())
        lag = store.last_change() - engine.cursor()
        yield _plain("timthau_index_lag", "Changes of the store that the index does not have yet.", lag)

    def _collect_runs(self) -> Iterator[Metric]:
        counts = self._rooms.overview.get().by_source
        health = list_health(self._rooms.store.recent_runs(), counts, self._now)
        latest = {one.source: one.latest for one in health if one.latest}
        good = {one.source: int(one.latest_good.started_at.timestamp()) for one in health if one.latest_good}
        ok = {name: int(run.status is RunStatus.OK) for name, run in latest.items()}
        yield _labelled("timthau_run_ok", "1 when the latest run went well.", "source", ok)
        found = {name: run.found for name, run in latest.items()}
        yield _labelled("timthau_run_found", "Notices that the latest run found.", "source", found)
        yield _labelled("timthau_run_good_time_seconds", "Start of the latest good run.", "source", good)

    def _collect_alerts(self) -> Iterator[Metric]:
        stores = self._rooms.stores
        troubles = len(find_troubles(stores, self._now))
        yield _plain("timthau_alert_troubles", "Steps of the alerts that have stopped.", troubles)
        lag = stores.store.last_change() - stores.alerts.cursor()
        yield _plain("timthau_alert_lag", "Changes of the store that are not matched yet.", lag)
        windows = {name: found[0] for name in PERIODS if (found := stores.alerts.windows(name))}
        ends = {str(name): int(window.ends_at.timestamp()) for name, window in windows.items()}
        yield _labelled("timthau_alert_window_time_seconds", "End of the latest window opened.", "frequency", ends)
        states = {str(state): number for state, number in stores.subscriptions.count_by_state().items()}
        yield _labelled("timthau_subscriptions", "Subscriptions by state.", "state", states)
        mails = {str(state): number for state, number in stores.mails.count_by_state().items()}
        yield _labelled("timthau_mails", "Mails that are kept, by state.", "state", mails)


def _plain(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _labelled(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
