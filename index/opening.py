"""Which search engine to use: TIMTHAU_INDEX_URL names a kind of index and its place."""

import gc
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from index.contract import Engine, Home
from index.embedded.engine import WhooshEngine
from index.embedded.home import EmbeddedHome
from index.embedded.price.engine import EmbeddedPriceEngine
from index.price.contract import PriceEngine
from index.query import Query
from timthau.errors import ConfigError, IndexUnavailableError


def _find_cluster(url: str) -> Home[Engine]:
    try:
        from index.opensearch.cluster import ClusterAddress  # noqa: PLC0415  # only where its client is installed
        from index.opensearch.home import ClusterHome  # noqa: PLC0415  # as above
    except ModuleNotFoundError as error:
        raise ConfigError("TIMTHAU_INDEX_URL: for OpenSearch: pip install 'timthau[opensearch]'") from error
    return ClusterHome(ClusterAddress.parse(url))


_HOMES: dict[str, Callable[[str], Home[Engine]]] = {
    "whoosh": lambda path: EmbeddedHome(Path(path), WhooshEngine),
    "opensearch+http": lambda place: _find_cluster(f"http:{place}"),
    "opensearch+https": lambda place: _find_cluster(f"https:{place}"),
}
_PRICE_HOMES: dict[str, Callable[[str], Home[PriceEngine]]] = {
    "whoosh": lambda path: EmbeddedHome(Path(path, "prices"), EmbeddedPriceEngine)
}
_Place = TypeVar("_Place")
_USUAL = "may xet nghiem"


def find_home(url: str) -> Home[Engine]:
    """The place that an index URL names, such as "whoosh:/path/to/folder". Raises ConfigError for other schemes."""
    return _pick(_HOMES, url)


def find_price_home(url: str) -> Home[PriceEngine]:
    """The place of the index over award lines, beside that of notices. Raises ConfigError for other schemes."""
    return _pick(_PRICE_HOMES, url)


def open_engine(url: str) -> Engine:
    """The engine at an index URL, empty when there is none yet. Raises ConfigError and IndexDamagedError."""
    return find_home(url).open()


def open_price_engine(url: str) -> PriceEngine:
    """The engine over award lines at an index URL, empty when there is none yet. Raises as `open_engine`."""
    return find_price_home(url).open()


def warm_up(engine: Engine) -> None:
    """Read what every search needs before the first one is asked, for a process that answers many.

    What is there then is not looked through again when garbage is collected, which would hold up a search now and then.
    """
    with suppress(IndexUnavailableError):  # who asks is told
        engine.search(Query(text=_USUAL), limit=1)
    gc.collect()
    gc.freeze()


def _pick(homes: Mapping[str, Callable[[str], _Place]], url: str) -> _Place:
    scheme, _, place = url.partition(":")
    if scheme not in homes or not place:
        raise ConfigError(f"TIMTHAU_INDEX_URL={url!r}: expected whoosh:FOLDER or opensearch+https://HOST/NAME")
    return homes[scheme](place)
