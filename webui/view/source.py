"""Sources by the names that people know, in place of the keys that programs use; and how the first reading goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, g

from desk.report import judge_cause
from timthau.config import data_dir
from timthau.model.record import RunStatus
from timthau.model.source import KnownSource, find_host, load_known, name_source
from webui.http.services import services
from webui.view import label


@dataclass(frozen=True)
class SourceProgress:
    """How many of the sources that are read have been read once, and whether one is being read now."""

    done: int
    total: int
    is_running: bool


def name(source: str, url: str = "") -> str:
    """What a source is called; `url` is the address of a notice of it, where one is at hand."""
    known = _known()
    return name_source(known, source, url or ("" if source in known else _find_address(source)))


def _find_address(source: str) -> str:
    """The address of a notice of a source, looked for once until something changes: menus name sources by the dozen."""
    store = services().store
    if "source_addresses" not in g:
        g.source_addresses = services().addresses.get(store.last_change(), dict)
    addresses: dict[str, str] = g.source_addresses
    if source not in addresses:
        addresses[source] = next(filter(find_host, store.addresses_of(source)), "")
    return addresses[source]


def find_progress() -> SourceProgress:
    """How far the sources have been read, for a site that has no notices yet."""
    runs = services().store.recent_runs()
    total = {source for source, known in _known().items() if known.enabled} | {run.source for run in runs}
    done = {run.source for run in runs if run.finished_at}
    return SourceProgress(len(done), len(total), any(run.status is RunStatus.RUNNING for run in runs))


def _known() -> Mapping[str, KnownSource]:
    if "known_sources" not in g:
        home = services().settings.home
        # In the home itself lies what the demo was made of.
        folders = tuple(folder for folder in (home / "sources", home, data_dir() / "sources") if folder.is_dir())
        g.known_sources = _load(tuple((folder, folder.stat().st_mtime_ns) for folder in folders))
    known: Mapping[str, KnownSource] = g.known_sources
    return known


@lru_cache(maxsize=4)
def _load(folders: tuple[tuple[Path, int], ...]) -> Mapping[str, KnownSource]:
    """The definitions in folders, read again when files come or go."""
    return load_known(folder for folder, _ in folders)


def in_words(message: str) -> Any:
    """What a run or a failure tells of, for everybody: the kind of trouble; its own words are for the operator."""
    return label.CAUSES[judge_cause(message)] if message else ""


def init_app(app: Flask) -> None:
    """Give templates the names, and what befell sources in words."""
    app.jinja_env.filters["source_name"] = name
    app.jinja_env.filters["in_words"] = in_words
