"""The numbers that Word writes by itself before paragraphs and in cells, which are not in a document's text."""

from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is written: "decimal" and "%1.%2." for "2.1."; bullets have no number."""

    style: str
    pattern: str
    start: int


@dataclass
class Numbering:
    """Counts a document's lists as it is read from front to back."""

    #: By number of the list: who it counts with (lists of one kind go on from each other), and its levels.
    lists: dict[str, tuple[str, dict[int, _Level]]] = field(default_factory=dict)
    #: By style: the numbering that its paragraphs have unless they say otherwise.
    styles: dict[str, etree._Element] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def parse(cls, root: etree._Element, styles: etree._Element) -> "Numbering":
        """The lists of a DOCX file's numbering and styles parts."""
        abstract = {
            str(node.get(f"{_W}abstractNumId")): dict(map(_parse_level, node.findall(f"{_W}lvl")))
            for node in root.findall(f"{_W}abstractNum")
        }
        lists = {}
        for node in root.findall(f"{_W}num"):
            reference = node.find(f"{_W}abstractNumId")
            kind = str(reference.get(f"{_W}val")) if reference is not None else ""
            name = str(node.get(f"{_W}numId"))
            restarts = node.find(f"{_W}lvlOverride/{_W}startOverride") is not None
            lists[name] = (f"own {name}" if restarts else kind, abstract.get(kind, {}))
        found = {str(node.get(f"{_W}styleId")): node.find(f"{_W}pPr/{_W}numPr") for node in styles}
        return cls(lists, {name: properties for name, properties in found.items() if properties is not None})

    def label(self, paragraph: etree._Element) -> str:
        """What stands before the paragraph, such as "2." or "b)"; empty where nothing or only a bullet does."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            properties = self.styles.get(str(style.get(f"{_W}val"))) if style is not None else None
        if properties is None:
            return ""
        name, depth = _value(properties, "numId"), int(_value(properties, "ilvl") or 0)
        together, levels = self.lists.get(name, ("", {}))
        level = levels.get(depth)
        if level is None or level.style in ("bullet", "none"):
            return ""
        counts = self._counts[together]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        text = level.pattern
        for above in range(depth + 1):
            shown = levels.get(above, level)
            text = text.replace(f"%{above + 1}", _write(counts.get(above, shown.start), shown.style))
        return text


def _parse_level(node: etree._Element) -> tuple[int, _Level]:
    start = _value(node, "start")
    level = _Level(_value(node, "numFmt"), _value(node, "lvlText"), int(start) if start.isdigit() else 1)
    return int(node.get(f"{_W}ilvl") or 0), level


def _value(node: etree._Element, name: str) -> str:
    child = node.find(_W + name)
    return str(child.get(f"{_W}val") or "") if child is not None else ""


def _write(number: int, style: str) -> str:
    if style.endswith("Letter"):
        text = _LETTERS[(number - 1) % 26]
    elif style.endswith("Roman"):
        text = _write_roman(number)
    else:
        return f"{number:02}" if style == "decimalZero" else str(number)
    return text.upper() if style.startswith("upper") else text


def _write_roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        while number >= value and len(text) < 40:
            text, number = text + sign, number - value
    return text
