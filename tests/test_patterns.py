"""No pattern of the project works longer than in proportion to the text: whatever a page holds, it is read in time."""

import ast
import importlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.pumping import grows_faster, pumps

_ROOMS = ("timthau", "crawler", "index", "alerts", "desk", "webui", "cli")
_PATHS = [path for room in _ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
#: Stands for what is not known before a function runs.
_WORD = "xy"
_METHODS = ("search", "match", "fullmatch", "findall", "finditer", "split", "sub", "subn")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _uses() -> dict[tuple[str, str], set[str]]:
    """How names of patterns are used in each module: the methods that are called of each name."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in _PATHS:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in _METHODS:
                name = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
                found.setdefault((_module_of(path), name), set()).add(node.attr)
    return found


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list, set, frozenset, dict)) and depth < 3:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _patterns_in(part, depth + 1)


def _compiled() -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Every pattern that a module or a class of one holds, with how it is used where that is known."""
    uses = _uses()
    for path in _PATHS:
        module = _module_of(path)
        if module.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.removesuffix(".__init__"))
        owners = [loaded, *(each for each in vars(loaded).values() if isinstance(each, type))]
        for owner in owners:
            for name, value in list(vars(owner).items()):
                for pattern in _patterns_in(value):
                    is_private = value is pattern and name.startswith("_")
                    yield f"{module}.{name}", pattern, uses.get((module, name), set()) if is_private else set()


def _written() -> Iterator[tuple[str, re.Pattern[Any], set[str]]]:
    """Every pattern that is written where it is used, re.sub("…", …), or put together there: re.compile(f"…{word}")."""
    for path in _PATHS:
        inside = {id(node) for part in ast.walk(_tree(path)) if _is_function(part) for node in ast.walk(part)}
        for node in ast.walk(_tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            function = node.func
            if function.attr == "compile" and id(node) not in inside:
                continue  # a module's own: _compiled has it, with how it is used
            if not (isinstance(function.value, ast.Name) and function.value.id == "re"):
                continue
            if function.attr in (*_METHODS, "compile") and (pattern := _put_together(path, node)):
                used = {function.attr} if function.attr in _METHODS else set()
                yield f"{path.relative_to(ROOT)}:{node.lineno}", pattern, used


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


def _put_together(path: Path, call: ast.Call) -> re.Pattern[Any] | None:
    """The pattern of a call, with a word where only a run of the function could say what stands there."""
    known = vars(importlib.import_module(_module_of(path).removesuffix(".__init__")))

    def find(node: ast.expr) -> Any:
        try:
            return eval(compile(ast.Expression(node), "pattern", "eval"), dict(known))
        except (NameError, AttributeError, TypeError):
            if isinstance(node, ast.JoinedStr):
                return "".join(str(find(part)) for part in node.values)
            if isinstance(node, ast.BinOp):
                return find(node.left) + find(node.right)
            return _WORD

    source = find(call.args[0])
    given = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "flags")]
    flags = next((found for node in given if isinstance(found := find(node), re.RegexFlag)), re.IGNORECASE)
    return None if source == _WORD else re.compile(source, flags)


@cache
def _cases() -> dict[str, list[tuple[str, Callable[[str], object], tuple[str, str]]]]:
    """By room: what to call with which text."""
    cases: dict[tuple[str | bytes, int, bool], tuple[str, re.Pattern[Any], bool]] = {}
    for name, pattern, used in (*_compiled(), *_written()):
        anchored = bool(used) and used <= {"match", "fullmatch"}
        cases.setdefault((pattern.pattern, pattern.flags, anchored), (name, pattern, anchored))
    by_room: dict[str, list[tuple[str, Callable[[str], object], tuple[str, str]]]] = {}
    for name, pattern, anchored in cases.values():
        calls = (pattern.match, pattern.fullmatch) if anchored else (pattern.search,)
        source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        for call in calls:
            for pump in pumps(
                source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
            ):
                of = call if isinstance(pattern.pattern, str) else _of_bytes(call)
                by_room.setdefault(re.split(r"[./]", name)[0], []).append((name, of, pump))
    return by_room


def _of_bytes(call: Callable[[bytes], object]) -> Callable[[str], object]:
    return lambda text: call(text.encode("utf-8", "replace"))


@pytest.mark.parametrize("room", _ROOMS)
def test_no_pattern_grows_faster_than_the_text(room: str) -> None:
    slow = {name for name, call, (before, pump) in _cases().get(room, []) if grows_faster(call, before, pump)}
    assert sorted(slow) == []
