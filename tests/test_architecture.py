"""Folders hold the architecture: imports run one way, between rooms, between the folders of a room, between modules."""

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests import ROOT

#: What each room may import of ours; `cli` stands on top.
BELOW = {
    "timthau": set(),
    "crawler": {"timthau"},
    "index": {"timthau"},
    "alerts": {"timthau", "index"},
    "desk": {"timthau", "crawler", "index", "alerts"},
    "webui": {"timthau", "index", "alerts", "desk"},
    "cli": {"timthau", "crawler", "index", "alerts", "desk", "webui"},
}
#: Libraries that one room keeps to itself.
HOME_OF = {
    "scrapy": "crawler",
    "whoosh": "index",
    "opensearchpy": "index",
    "flask": "webui",
    "sqlalchemy": "timthau",
    "alembic": "timthau",
}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for room in BELOW
    for path in sorted((ROOT / room).rglob("*.py"))
}


def _imports(path: Path) -> Iterator[str]:
    """Whatever a module imports, at its top or lazily: a module of ours where there is one of that name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module


@cache
def _graph() -> Mapping[str, set[str]]:
    """What each module imports."""
    return {name: set(_imports(path)) for name, path in MODULES.items()}


def _cycle(graph: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@pytest.mark.parametrize("room", BELOW)
def test_rooms_import_one_way_and_keep_their_libraries(room: str) -> None:
    imported = {
        (name, other.partition(".")[0])
        for name, others in _graph().items()
        if name.partition(".")[0] == room
        for other in others
    }
    upwards = {(name, other) for name, other in imported if other in BELOW.keys() - BELOW[room] - {room}}
    stray = {(name, other) for name, other in imported if HOME_OF.get(other, room) != room}
    assert upwards | stray == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert _cycle({name: others & MODULES.keys() for name, others in _graph().items()}) == []


def test_folders_of_one_folder_import_one_way() -> None:
    graph: dict[str, set[str]] = {}
    for name, others in _graph().items():
        for other in others & MODULES.keys():
            here, there = MODULES[name].parent.parts, MODULES[other].parent.parts
            apart = next((i for i, (one, two) in enumerate(zip(here, there, strict=False)) if one != two), None)
            if apart is not None:
                graph.setdefault("/".join(here[: apart + 1]), set()).add("/".join(there[: apart + 1]))
    assert _cycle(graph) == []


def test_what_engines_share_knows_none_of_them() -> None:
    knowing = {
        name
        for name, others in _graph().items()
        if name.startswith("index.") and not name.startswith(("index.embedded", "index.opensearch"))
        if name != "index.opening" and any(other.startswith(("index.embedded", "index.opensearch")) for other in others)
    }
    assert knowing == set()


@pytest.mark.parametrize(
    ("engine", "other"), [("index.embedded", "index.opensearch"), ("index.opensearch", "index.embedded")]
)
def test_engines_know_nothing_of_each_other(engine: str, other: str) -> None:
    knowing = {(name, own) for name, others in _graph().items() if name.startswith(f"index.{engine}") for own in others}
    assert {(name, own) for name, own in knowing if own.startswith(f"index.{other}")} == set()


def test_extraction_is_free_of_scrapy() -> None:
    assert not [
        name for name, others in _graph().items() if name.startswith("crawler.extract") and "scrapy" in str(others)
    ]


def test_help_loads_no_heavy_room() -> None:
    code = (
        "import sys; from cli.main import main; main(['--help'], standalone_mode=False); "
        "print(sorted({'scrapy', 'whoosh', 'flask', 'sqlalchemy', 'numpy'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_folders_and_modules_stay_small() -> None:
    # Migrations have one folder, in which they stay.
    kept = [path for path in MODULES.values() if path.name != "__init__.py" and path.parent.name != "versions"]
    flat = Counter(path.parent for path in kept)
    assert {folder: count for folder, count in flat.items() if count > 20} == {}
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_no_two_public_classes_have_one_name() -> None:
    homes = Counter(
        node.name
        for path in MODULES.values()
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name: count for name, count in homes.items() if count > 1} == {}
