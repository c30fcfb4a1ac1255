"""Which search engine to use: `open_engine` reads the setting and gives the engine behind it."""

from pathlib import Path

from index.contract import Engine
from index.embedded.engine import WhooshEngine
from timthau.errors import ConfigError


def index_dir(url: str) -> Path:
    """The folder an index URL names. Raises ConfigError for a scheme that no engine answers to."""
    scheme, _, path = url.partition(":")
    if scheme != "whoosh" or not path:
        raise ConfigError(f"TIMTHAU_INDEX_URL={url!r}: expected whoosh:FOLDER")
    return Path(path)


def open_engine(url: str) -> Engine:
    """The engine at an index URL such as "whoosh:/path/to/folder", empty when there is none yet.

    Raises ConfigError for an unknown scheme, IndexDamagedError when what is there cannot be used.
    """
    return WhooshEngine(index_dir(url))
