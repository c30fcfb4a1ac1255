"""Source definitions: what a TOML file of data/sources says of a site, checked; or made up from a bare address."""

import re
import ssl
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.discovery.address import canonical, host_of
from crawler.egp.definition import PORTAL, PORTAL_KEYS, PRICES, PRICES_KEYS, Portal, Prices, check_definition
from timthau.config import data_dir
from timthau.errors import SourceError

#: A first reading of some thousand pages, two seconds apart.
_USUAL_MINUTES = 180
_INTERVAL = re.compile(r"(\d+) (minutes|hours|days)")
_QUIET = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]*")


@dataclass(frozen=True, kw_only=True)
class Source:
    """A site to crawl, or what the national portal lists: tenders (`portal`) or winning prices (`prices`).

    `home` is where reading begins; `lists` are pages that list notices: each is read to its end, and everything that
    it lists is looked at. Of a host that several agencies share, pages below `path` are this one's. `platform` is
    recognised from the pages when it is not said. `hosts` are further hosts of the same site, `file_hosts` others that
    its attachments may be fetched from. `expected_minimum` is how many notices a full reading must find. `delay` is in
    seconds between two requests. `interval` lies between two runs by `timthau run`; of those that are due the greatest
    `priority` comes first, and none is read in the `quiet` time of day in Hanoi. A run ends after `time_limit` minutes
    and after `request_limit` requests. `checked_on` is None until somebody has compared a crawl with the site.
    `tls_ciphers` is an OpenSSL cipher list for hosts that the usual one cannot reach. `proxy` is asked in place of the
    site; `headers` go with each request to its hosts, `cookies` with the first and what follows; `contact` stands in
    the User-Agent in place of the operator's. With `javascript` its pages are opened in a browser.
    """

    name: str
    title: str
    home: str
    platform: str | None = None
    path: str = "/"
    lists: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    file_hosts: tuple[str, ...] = ()
    expected_minimum: int = 1
    delay: float | None = None
    enabled: bool = True
    checked_on: date | None = None
    verify_tls: bool = True
    interval: timedelta = timedelta(hours=6)
    priority: int = 0
    quiet: tuple[time, time] | None = None
    time_limit: int | None = None
    request_limit: int = 20_000
    tls_ciphers: str | None = None
    proxy: str | None = None
    contact: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[tuple[str, str], ...] = ()
    javascript: bool = False
    portal: Portal | None = None
    prices: Prices | None = None

    @cached_property
    def site_hosts(self) -> frozenset[str]:
        """The hosts whose pages are this site's, without "www."."""
        return frozenset(
            {host_of(self.home), *map(host_of, self.lists), *(host.removeprefix("www.") for host in self.hosts)}
        )

    def covers(self, url: str) -> bool:
        """Whether a page is this source's by its path; files may lie elsewhere."""
        return urlsplit(url).path.startswith(self.path)

    @property
    def run_seconds(self) -> float | None:
        """How long a run may take; a portal, which is read day by day, may take as long as it needs."""
        by_days = self.portal or self.prices
        minutes = self.time_limit if self.time_limit is not None or by_days else _USUAL_MINUTES
        return None if minutes is None else minutes * 60.0

    def seconds_to_quiet(self, now: datetime) -> float | None:
        """Until the quiet time begins: 0 when it is on, None when there is none."""
        if self.quiet is None:
            return None
        begins, ends = (now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0) for at in self.quiet)
        is_on = begins <= now < ends if begins <= ends else now >= begins or now < ends
        return 0.0 if is_on else (begins - now) % timedelta(days=1) / timedelta(seconds=1)


#: What a definition may say, with the type it must have in TOML.
_KEYS: dict[str, type | tuple[type, ...]] = {
    "title": str,
    "home": str,
    "platform": str,
    "path": str,
    "lists": list,
    "hosts": list,
    "file_hosts": list,
    "expected_minimum": int,
    "delay": (int, float),
    "enabled": bool,
    "checked_on": date,
    "verify_tls": bool,
    "interval": (int, str),
    "priority": int,
    "quiet": str,
    "time_limit": int,
    "request_limit": int,
    "tls_ciphers": str,
    "proxy": str,
    "contact": str,
    "headers": dict,
    "cookies": dict,
    "javascript": bool,
}
_ALL_KEYS = _KEYS | PORTAL_KEYS | PRICES_KEYS
#: What only a definition of each kind may say; None stands for sites.
_OWN_KEYS: dict[str | None, frozenset[str]] = {
    None: frozenset({"path", "lists", "hosts", "file_hosts", "cookies", "javascript"}),
    PORTAL: frozenset(PORTAL_KEYS),
    PRICES: frozenset(PRICES_KEYS),
}
#: The names in crawler.platforms, which is not loaded for reading definitions: it needs Scrapy.
_PLATFORMS = (
    "wordpress",
    "nukeviet",
    "joomla",
    "thanhhoa",
    "liferay",
    "dotnetnuke",
    "sharepoint",
    "generic",
    PORTAL,
    PRICES,
)
_REQUIRED = {f.name for f in fields(Source) if f.default is MISSING} - {"name"}


def load_source(path: Path) -> Source:
    """The definition in a TOML file; the file's name is the source's name. Raises SourceError naming file and key."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: {error}") from error
    try:
        return parse_source(path.stem, said)
    except SourceError as error:
        raise SourceError(f"{path}: {error}") from error


def parse_source(name: str, said: dict[str, Any]) -> Source:
    """The source that a definition describes. Raises SourceError naming the key that cannot be used."""
    if not _NAME.fullmatch(name):
        raise SourceError(f"the name {name!r} may hold small letters, digits, dots and hyphens")
    for key in sorted(_REQUIRED - said.keys()):
        raise SourceError(f"{key} is missing")
    for key, value in said.items():
        _check_type(key, value)
    if said.get("platform", "generic") not in _PLATFORMS:
        raise SourceError(f"platform = {said['platform']!r} is not known; known are {', '.join(_PLATFORMS)}")
    kind = said.get("platform") if said.get("platform") in _OWN_KEYS else None
    _check_kind(said, kind)
    for address in (said["home"], *said.get("lists", ())):
        _check_address(address)
    if not said.get("path", "/").startswith("/"):
        raise SourceError(f"path = {said['path']!r} does not begin with /")
    for key in ("expected_minimum", "delay", "follow_days"):
        if said.get(key, 0) < 0:
            raise SourceError(f"{key} = {said[key]!r} is below zero")
    for key in ("time_limit", "request_limit"):
        if said.get(key, 1) < 1:
            raise SourceError(f"{key} must be 1 or more")
    _check_ciphers(said.get("tls_ciphers"))
    if urlsplit(said.get("proxy", "http://x")).scheme not in ("http", "https"):
        raise SourceError(f"proxy = {said['proxy']!r} is no http or https address")
    check_definition(said)
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in said.items()}
    values |= {key: read(said[key]) for key, read in _READERS.items() if key in said}
    own = {key: values.pop(key) for key in _OWN_KEYS[kind] if kind and key in values}
    portal, prices = Portal(**own) if kind == PORTAL else None, Prices(**own) if kind == PRICES else None
    return Source(name=name, portal=portal, prices=prices, **values)


def source_of(url: str) -> Source:
    """A definition made up from a bare address, named after its host. Raises SourceError."""
    _check_address(url)
    address = canonical(url)
    name = re.sub(r"[^a-z0-9.-]", "-", host_of(address))
    return Source(name=name, title=host_of(address), home=address)


def source_folders(home: Path) -> tuple[Path, Path]:
    """Where definitions lie: the operator's own in TIMTHAU_HOME/sources, and those that ship."""
    return home / "sources", data_dir() / "sources"


def list_definitions(folders: Iterable[Path]) -> dict[str, Path]:
    """The files of all definitions by the names of their sources; of one name the first folder's holds."""
    found: dict[str, Path] = {}
    for folder in folders:
        found = {path.stem: path for path in folder.glob("*.toml")} | found
    return dict(sorted(found.items()))


def load_sources(folders: Iterable[Path]) -> list[Source]:
    """All definitions of some folders, by name; of one name the first folder's holds. Raises SourceError."""
    return [load_source(path) for path in list_definitions(folders).values()]


def find_sources(targets: Sequence[str | Source], folders: Iterable[Path]) -> list[Source]:
    """The sources that a user names: names of definitions, addresses, or files; none means all enabled definitions.

    A target that is a source already stands for itself.

    An address that is the home of a definition means that definition. Raises SourceError.
    """
    defined = {source.name: source for source in load_sources(folders)}
    if not targets:
        return [source for source in defined.values() if source.enabled]
    found = [target if isinstance(target, Source) else _find(target, defined.values()) for target in targets]
    return list({source.name: source for source in found}.values())


def _find(target: str, defined: Iterable[Source]) -> Source:
    if "://" in target:
        made_up = source_of(target)
        same = (source for source in defined if canonical(source.home) == made_up.home and source.prices is None)
        return next((replace(source, home=made_up.home) for source in same), made_up)
    if target.endswith(".toml"):
        return load_source(Path(target))
    for source in defined:
        if source.name == target:
            return source
    raise SourceError(f"{target} is neither a source (see `timthau sources list`), nor an address, nor a .toml file")


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not canonical(address):
        raise SourceError(f"{address!r} is no http or https address")


def _check_kind(said: dict[str, Any], kind: str | None) -> None:
    """Whether a definition says what only one of another kind may say."""
    others = frozenset().union(*_OWN_KEYS.values()) - _OWN_KEYS[kind]
    for key in sorted(said.keys() & others):
        owner = next(name for name, keys in _OWN_KEYS.items() if key in keys)
        raise SourceError(
            f"{key} is {f'for no other than platform = {owner!r}' if owner else f'not for platform = {kind!r}'}"
        )


def _check_type(key: str, value: Any) -> None:
    wanted = _ALL_KEYS.get(key)
    if wanted is None:
        raise SourceError(f"{key} is not known; known are {', '.join(_ALL_KEYS)}")
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise SourceError(f"{key} = {value!r} has the wrong type")
    if isinstance(value, dict) and not all(isinstance(entry, str) for entry in value.values()):
        raise SourceError(f"{key} must be a table of texts")
    if isinstance(value, list) and not all(isinstance(entry, str) for entry in value):
        raise SourceError(f"{key} must be a list of texts")


def _parse_interval(said: int | str) -> timedelta:
    """A number of hours, or a text such as "20 minutes"."""
    match = _INTERVAL.fullmatch(f"{said} hours" if isinstance(said, int) else said)
    if not match:
        raise SourceError(f'interval = {said!r} is neither hours nor like "20 minutes", "6 hours" or "2 days"')
    interval = timedelta(**{match[2]: int(match[1])})
    if interval < timedelta(minutes=1):
        raise SourceError(f"interval = {said!r} is less than a minute")
    return interval


def _parse_quiet(said: str) -> tuple[time, time]:
    try:
        if match := _QUIET.fullmatch(said):
            return time.fromisoformat(match[1]), time.fromisoformat(match[2])
    except ValueError:  # an hour that no day has
        pass
    raise SourceError(f'quiet = {said!r} is not like "07:30-17:00"')


#: Keys whose values have a form of their own.
_READERS: dict[str, Callable[[Any], Any]] = {
    "interval": _parse_interval,
    "quiet": _parse_quiet,
    "headers": lambda said: tuple(said.items()),
    "cookies": lambda said: tuple(said.items()),
}


def _check_ciphers(ciphers: str | None) -> None:
    try:
        if ciphers is not None:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).set_ciphers(ciphers)
    except ssl.SSLError as error:
        raise SourceError(f"tls_ciphers = {ciphers!r} is no list of ciphers") from error
