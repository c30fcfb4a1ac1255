"""What sources are called: the titles of their definitions, and of sources without one the host of their notices."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class KnownSource:
    """What pages need of a source's definition: its title, the host of its site, and whether it is read."""

    title: str
    host: str
    enabled: bool


def load_known(folders: Iterable[Path]) -> dict[str, KnownSource]:
    """The sources that are defined, by name; of one name the first folder's holds.

    Files that cannot be read are passed over: the crawler says what is wrong with them.
    """
    found: dict[str, KnownSource] = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
            continue
        if isinstance(title := said.get("title"), str) and title.strip():
            home = find_host(str(said.get("home", "")))
            found.setdefault(path.stem, KnownSource(title.strip(), home, said.get("enabled") is not False))
    return found


def name_source(known: Mapping[str, KnownSource], source: str, url: str = "") -> str:
    """What people call a source, of which a notice stands at an address: its title, else its site's, else its host."""
    host = find_host(url)
    own = known.get(source) or known.get(host)
    return own.title if own else host or source


def find_host(url: str) -> str:
    """The host of an address without "www."; empty where there is none, or one that names no site to people."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return host if "." in host and not host.replace(".", "").isdecimal() else ""
