"""The rules of a page's own style sheets that hide, strike or whiten text, put where they apply."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4 import Tag

from crawler.extract.page.sight import ALL_TOLD
from crawler.extract.page.tree import each_tag

#: Of longer sheets only the beginning is read: themes are huge, and hide what authors wrote nowhere.
MAX_CHARACTERS = 200_000
_MAX_RULES = 2_000
_COMMENT = re.compile(r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)")
# What holds for some media only, fonts and the like, with the rules inside.
_AT_RULE = re.compile(r"@[^{};@]++(?:;|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\})")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*+)?((?:[.#][\w-]++)*+)", re.IGNORECASE)
_PART = re.compile(r"[.#][\w-]++")
_DECLARATION = re.compile(r"(?<![^;\s])([a-z-]++)\s*+:\s*+([^;]++)", re.IGNORECASE)
_TOLD = frozenset(
    "display visibility text-decoration text-decoration-line color background background-color font-size opacity"
    " text-indent left".split()
)
# What opens at a click is meant to be read.
_FOLDED = re.compile(r"tab|collaps|accord|panel|fold|toggle|expand|more|show|slide|carousel", re.IGNORECASE)
# Cheap to look for, and in every sheet that hides anything.
_HIDES = re.compile(
    r"none|hidden|line-through|(?:font-size|opacity|text-indent|left)\s*+:\s*+[-0.12]|(?<![-\w])color\s*+:\s*+(?:#f|wh|rgb)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Rule:
    """What holds for elements of a name, with these classes and this id; the later and narrower of two counts."""

    name: str
    classes: frozenset[str]
    key: str
    told: dict[str, str]

    @property
    def weight(self) -> tuple[bool, int, bool]:
        return bool(self.key), len(self.classes), bool(self.name)

    @property
    def token(self) -> str:
        """One class or the id that an element must have."""
        return f"#{self.key}" if self.key else f".{min(self.classes)}"


def apply_rules(root: Tag, sheets: Iterable[str]) -> None:
    """Write what rules say of an element before its own style, where any of them may hide text.

    Rules for elements inside others, for states and for some media are left out: what they apply to is not known here.
    """
    css = "\n".join(sheets)[:MAX_CHARACTERS]
    if not _HIDES.search(css):
        return
    rules: dict[str, list[_Rule]] = {}
    for rule in _parse_rules(css):
        rules.setdefault(rule.token, []).append(rule)
    for tag in each_tag(root) if rules else ():
        if "class" not in tag.attrs and "id" not in tag.attrs:
            continue
        classes, key = frozenset(str(tag.get("class", "")).split()), str(tag.get("id", ""))
        near = [rule for token in (*(f".{one}" for one in classes), f"#{key}") for rule in rules.get(token, ())]
        told: dict[str, str] = {}
        for rule in sorted(near, key=lambda rule: rule.weight):
            if rule.classes <= classes and rule.key in ("", key) and rule.name in ("", tag.name):
                told.update(rule.told)
        if _FOLDED.search(" ".join(classes)):
            told = {name: value for name, value in told.items() if name not in ("display", "visibility")}
        if told:
            told |= {ALL_TOLD: "1"} if all(f".{one}" in rules for one in classes) else {}
            told.update(_parse_declarations(str(tag.get("style", ""))))
            tag["style"] = ";".join(f"{name}:{value}" for name, value in told.items())


def _parse_rules(css: str) -> Iterator[_Rule]:
    """The rules for classes and ids; those for all elements of a name alone are the theme's."""
    plain = _AT_RULE.sub("", _COMMENT.sub("", css))
    for rule in plain.split("}", _MAX_RULES)[:_MAX_RULES]:
        selectors, _, said = rule.partition("{")
        told = dict(_parse_declarations(said))
        for selector in selectors.split(",") if told else ():
            simple = _SELECTOR.fullmatch(selector.strip())
            if simple and simple[2]:
                parts = _PART.findall(simple[2])
                classes = frozenset(part[1:] for part in parts if part[0] == ".")
                keys = [part[1:] for part in parts if part[0] == "#"]
                yield _Rule((simple[1] or "").lower(), classes, keys[0] if keys else "", told)


def _parse_declarations(said: str) -> Iterator[tuple[str, str]]:
    for match in _DECLARATION.finditer(said):
        if (name := match[1].lower()) in _TOLD:
            yield name, match[2].replace("!important", "").strip().lower()
