"""Which search engine to use: TIMTHAU_INDEX_URL names a kind of index and its place."""

from collections.abc import Callable
from pathlib import Path

from index.contract import Engine, Home
from index.embedded.home import WhooshHome
from timthau.errors import ConfigError

_HOMES: dict[str, Callable[[str], Home]] = {"whoosh": lambda path: WhooshHome(Path(path))}


def find_home(url: str) -> Home:
    """The place that an index URL names, such as "whoosh:/path/to/folder". Raises ConfigError for other schemes."""
    scheme, _, place = url.partition(":")
    if scheme not in _HOMES or not place:
        raise ConfigError(f"TIMTHAU_INDEX_URL={url!r}: expected whoosh:FOLDER")
    return _HOMES[scheme](place)


def open_engine(url: str) -> Engine:
    """The engine at an index URL, empty when there is none yet. Raises ConfigError and IndexDamagedError."""
    return find_home(url).open()
