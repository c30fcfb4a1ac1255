"""Which room may import which, as docs/architecture.md says."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("timthau", "crawler", "index", "alerts", "webui")

#: What each room may import of ours, and which libraries are shut up in it.
ALLOWED = {
    "timthau": set(),
    "crawler": {"timthau"},
    "index": {"timthau"},
    "alerts": {"timthau", "index"},
    "webui": {"timthau", "index", "alerts"},
}
HOME_OF = {"scrapy": "crawler", "whoosh": "index", "flask": "webui", "sqlalchemy": "timthau", "alembic": "timthau"}
#: These reach into every room, when a command needs it.
COMMANDS = ("alerts_cli", "cli", "demo", "doctor", "exchange_cli", "rooms", "schedule", "server", "sources_cli")
EVERYWHERE = {f"timthau/{name}.py" for name in COMMANDS}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_one_way_and_keep_their_libraries(room: str) -> None:
    wrong = []
    for path in (ROOT / room).rglob("*.py"):
        name = str(path.relative_to(ROOT))
        imported = _imports(path)
        if name not in EVERYWHERE:
            wrong += [(name, other) for other in imported & set(ROOMS) - {room} - ALLOWED[room]]
        wrong += [(name, library) for library, home in HOME_OF.items() if library in imported and home != room]
    assert wrong == []


def test_extraction_is_free_of_scrapy() -> None:
    assert not any("scrapy" in _imports(path) for path in (ROOT / "crawler" / "extract").rglob("*.py"))


def test_help_loads_no_heavy_room() -> None:
    code = (
        "import sys; from timthau.cli import main; main(['--help'], standalone_mode=False); "
        "print(sorted({'scrapy', 'whoosh', 'flask', 'sqlalchemy', 'numpy'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_the_map_of_the_documentation_names_what_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:`(\w+)` )?\|.+\| (`[^|]+) \|$", page.partition("## What lives where")[2], re.MULTILINE)
    room, gone = "", []
    for named, modules in rows:
        room = named or room
        paths = [ROOT / room / module for module in re.findall(r"`([\w/]+)`", modules)]
        gone += [path for path in paths if not (path.is_dir() or path.with_suffix(".py").is_file())]
    assert room == ROOMS[-1]
    assert gone == []


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
