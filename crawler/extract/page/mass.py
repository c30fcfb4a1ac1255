"""What the elements of a page hold: how much text, how much of it links, how many files."""

import re
from dataclasses import dataclass
from functools import lru_cache

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from crawler.extract.page.tree import each_tag

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FILE_HREF = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|rtf)\b|download|fileticket|drive\.google", re.I)
_SMALL = re.compile(r"icon|logo|emoji|avatar|spacer|banner|(?:width|height)=[\"']?\d{1,2}(?:px)?[\"' ]", re.I)
_MEDIA_MASS = 150
_WEIGHTLESS = frozenset(("script", "head", "select", "button"))
_FRAMES = frozenset(("iframe", "embed", "object"))
#: The pages of a site are made with the same names.
SEEN_AGAIN = 8192


@dataclass(slots=True)
class Mass:
    """How much an element holds: text, text in links, pictures, and links to files."""

    text: int = 0
    linked: int = 0
    media: int = 0
    links: int = 0

    @property
    def content(self) -> int:
        return max(0, self.text - self.linked) + _MEDIA_MASS * self.media

    @property
    def is_article(self) -> bool:
        """More said than linked to."""
        plain = self.text - self.linked
        return (plain >= 40 and self.linked <= plain) or (self.media > 0 and self.linked <= 200 + plain)

    @property
    def is_list(self) -> bool:
        """Links to other pages and little else."""
        return self.links > 1 and self.linked > self.text - self.linked and self.media * 2 < self.links


class PageMap:
    """The elements of a page in order with the names that its template gives them, taken once."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.tags = list(each_tag(soup))
        self.order = {id(tag): index for index, tag in enumerate(self.tags)}
        self.names = {id(tag): _names(tag) if tag.attrs else "" for tag in self.tags}
        self.mass: dict[int, Mass] = {}

    def weigh(self, noise: set[int]) -> None:
        """Fill `mass`; noise weighs nothing."""
        masses = self.mass = {id(tag): Mass() for tag in self.tags}
        for tag in reversed(self.tags):
            if id(tag) in noise or tag.name in _WEIGHTLESS:
                masses[id(tag)] = Mass()
                continue
            mass = masses[id(tag)]
            for child in tag.contents:
                if type(child) is NavigableString:
                    mass.text += len(child.strip())
            if tag.name == "a":
                mass.linked, mass.links = mass.text, 1
                mass.media += _FILE_HREF.search(str(tag.get("href", ""))) is not None or tag.has_attr("download")
            elif tag.name in _FRAMES or (tag.name == "img" and not _SMALL.search(str(tag))):
                mass.media += 1
            above = masses.get(id(tag.parent))
            if above is not None and (mass.text or mass.media or mass.links):
                above.text += mass.text
                above.linked += mass.linked
                above.media += mass.media
                above.links += mass.links

    def inside(self, roots: set[int]) -> set[int]:
        """The elements and all they hold, as `id()`s."""
        inside = set(roots)
        for tag in self.tags:  # parents come before their children
            if id(tag.parent) in inside:
                inside.add(id(tag))
        return inside


def lineage(tag: Tag) -> set[int]:
    """The element and all around it, as `id()`s."""
    return {id(tag), *(id(parent) for parent in tag.parents)}


def _names(tag: Tag) -> str:
    return _spell(f"{tag.attrs.get('class', '')} {tag.attrs.get('id', '')}")


@lru_cache(maxsize=SEEN_AGAIN)
def _spell(names: str) -> str:
    return _CAMEL.sub("-", names.strip()).replace("_", "-").lower()
