"""The desk of one operator: the stores behind it, and the record of what is done."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from alerts.stores import AlertStores
from timthau.config import Settings
from timthau.model.desk.record import Operator
from timthau.model.moment import HANOI
from timthau.store.desk.account import AccountStore
from timthau.store.desk.deed import DeedStore
from timthau.store.desk.errand import ErrandStore


@dataclass(frozen=True)
class Office:
    """What the desk works with, over the connections of the other stores; safe for threads."""

    settings: Settings
    stores: AlertStores
    accounts: AccountStore
    deeds: DeedStore
    errands: ErrandStore

    @classmethod
    def over(cls, stores: AlertStores) -> "Office":
        """The office of an installation whose stores are open."""
        engine = stores.store.engine
        return cls(stores.settings, stores, AccountStore(engine), DeedStore(engine), ErrandStore(engine))


@contextmanager
def open_office(settings: Settings) -> Iterator[Office]:
    """The office of an installation. Raises StoreError."""
    with AlertStores.open(settings) as stores:
        yield Office.over(stores)


def terminal_operator() -> Operator:
    """Whoever uses this machine's terminal, by the name that the system knows."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        name = "?"
    return Operator(name=f"{name} (terminal)")


def present() -> datetime:
    """The moment, in Hanoi."""
    return datetime.now(HANOI)
