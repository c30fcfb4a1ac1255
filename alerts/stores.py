"""The stores that alerts work with, opened together."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Self

from alerts.letter import Stationery
from alerts.registry import Registry
from timthau.config import Settings
from timthau.store.alert import AlertStore
from timthau.store.clock import ClockStore
from timthau.store.database import open_database
from timthau.store.hook import HookStore
from timthau.store.mail import MailStore
from timthau.store.notice import Store
from timthau.store.subscription import SubscriptionStore


@dataclass(frozen=True)
class AlertStores(AbstractContextManager["AlertStores"]):
    """Notices, subscriptions, alerts and mails of one installation, over one set of connections; safe for threads."""

    settings: Settings
    store: Store
    subscriptions: SubscriptionStore
    alerts: AlertStore
    mails: MailStore
    hooks: HookStore
    clock: ClockStore

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """The stores of an installation. Raises StoreError."""
        engine = open_database(settings.database_url)
        return cls(
            settings,
            Store(engine),
            SubscriptionStore(engine),
            AlertStore(engine),
            MailStore(engine),
            HookStore(engine),
            ClockStore(engine),
        )

    @property
    def registry(self) -> Registry:
        """What people do with their subscriptions."""
        return Registry(self.settings, self.store, self.subscriptions, self.mails, self.alerts)

    @property
    def stationery(self) -> Stationery:
        """What mails are written on."""
        return Stationery(self.settings)

    def close(self) -> None:
        """Give back the connections, which all stores share."""
        self.store.close()

    def __exit__(self, *error: object) -> None:
        self.close()
