"""A page that was fetched, as discovery sees it: its links with their words and surroundings, signs of its maker."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lxml import etree
from scrapy.http import TextResponse

from crawler.address import canonical, is_file
from crawler.interest import says_more, strip_invitation

_MENU = re.compile(
    r"(?:^|[\s_-])(?:menu\w*|nav\w*|topbar|footer\w*|breadcrumbs?|megamenu|header\w*|toolbar)(?:$|[\s_-])", re.I
)
_PAGER = re.compile(r"(?:^|[\s_-])(?:pag\w*|phan-?trang|wp-pagenavi|nav-links|numbers|page-numbers)(?:$|[\s_-])", re.I)
_DAY = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-]| tháng )(\d{1,2})(?:\2| năm | |, )(20\d\d)(?![\d/.-])", re.I)
_NOT_PUBLICATION = re.compile(r"(?:hạn|trước|đến|hết|mở thầu|đóng thầu|tại)\W*(?:\S+\W+){0,4}$", re.I)
_PUBLISHED = re.compile(
    r"(?:đăng lúc|(?:ngày )?đăng(?: ngày)?|(?:ngày )?cập nhật(?: lúc)?)\W{0,4}\d{1,2}[/:.-]\d", re.I
)
_ISO_DAY = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")
_TAG = re.compile(r"<[^>]*>")
_CONTEXT_LENGTH = 600
_LEVELS = 5


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link of a page: `text` is the longest that any anchor to the same address has.

    `menu` is True when all those anchors stand in menus; `context` is the text of the block that the link shares
    with no other title, one piece a line.
    """

    url: str
    text: str
    menu: bool
    pager: bool
    context: str = ""


@dataclass(frozen=True)
class Page:
    """An HTML page with its links in order, each address once."""

    response: TextResponse = field(repr=False)

    @property
    def url(self) -> str:
        return self.response.url

    @cached_property
    def root(self) -> etree._Element:
        """The tree of the page."""
        root: etree._Element = self.response.selector.root
        return root

    @cached_property
    def generator(self) -> str:
        """What software the page says it was made with."""
        return " ".join(self.response.css("meta[name=generator i]::attr(content)").getall())

    @cached_property
    def body_classes(self) -> frozenset[str]:
        """The classes of the body, where many systems say what a page is."""
        return frozenset((self.response.css("body::attr(class)").get() or "").split())

    @cached_property
    def canonical_url(self) -> str | None:
        """The address that the page says is its own, if it says one."""
        href = self.response.css("link[rel=canonical]::attr(href)").get()
        return canonical(href, self.url) if href else None

    @cached_property
    def base(self) -> str:
        """What relative addresses are relative to."""
        href = self.response.css("base::attr(href)").get()
        return canonical(href, self.url) if href else self.url

    @cached_property
    def links(self) -> list[Link]:
        """The links of the page, menus and side bars included."""
        anchors: dict[str, list[tuple[etree._Element, str]]] = {}
        for anchor in self.root.iter("a"):
            href = anchor.get("href", "")
            if href and not href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
                url = canonical(href, self.base)
                if url.startswith(("http://", "https://")):
                    anchors.setdefault(url, []).append((anchor, _words(anchor)))
        return [_join(url, found) for url, found in anchors.items()]

    @cached_property
    def says_article(self) -> bool:
        """Whether the page calls itself an article: by its markup, or by one date of publication and no second."""
        response = self.response
        if response.css('meta[property="og:type"][content=article], [itemprop=articleBody]'):
            return True
        return len(_PUBLISHED.findall(_TAG.sub(" ", response.text))) == 1


def list_day(context: str, title: str) -> date | None:
    """The day that a list writes beside a title; None when there is none, or only a deadline."""
    text = context.replace(title, " ") if title else context
    for match in _DAY.finditer(text):
        if not _NOT_PUBLICATION.search(text[: match.start()]):
            try:
                return date(int(match[4]), int(match[3]), int(match[1]))
            except ValueError:
                continue
    return None


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def _words(anchor: etree._Element) -> str:
    shown = strip_invitation(" ".join(_text(anchor).split()))
    title = strip_invitation(" ".join(anchor.get("title", "").split()))
    if len(title) > len(shown) or not says_more(shown):
        shown = title or shown
    if shown:
        return shown
    return next((" ".join(image.get("alt", "").split()) for image in anchor.iter("img") if image.get("alt")), "")


def _join(url: str, found: list[tuple[etree._Element, str]]) -> Link:
    telling = [(anchor, text) for anchor, text in found if says_more(text)] or found
    anchor, text = max(telling, key=lambda pair: len(pair[1]))
    menu = all(_lies_in(each, _MENU, ("nav", "header", "footer")) for each, _ in found)
    pager = any(_lies_in(each, _PAGER, (), levels=4) for each, _ in found)
    return Link(url=url, text=text, menu=menu, pager=pager, context="" if menu or pager else _context(anchor, url))


def _lies_in(anchor: etree._Element, names: re.Pattern[str], tags: tuple[str, ...], *, levels: int = 12) -> bool:
    for depth, parent in enumerate(_ancestors(anchor)):
        if depth >= levels or parent.tag in ("body", "main", "article"):
            return False
        if parent.tag in tags or names.search(f"{parent.get('class', '')} {parent.get('id', '')}"):
            return True
    return False


def _ancestors(element: etree._Element) -> Iterator[etree._Element]:
    parent = element.getparent()
    while parent is not None:
        yield parent
        parent = parent.getparent()


def _context(anchor: etree._Element, url: str) -> str:
    """The text of the largest block around a link that holds no other title."""
    block = anchor
    for depth, parent in enumerate(_ancestors(anchor)):
        if depth >= _LEVELS or parent.tag in ("body", "table", "tbody", "ul", "ol", "main"):
            break
        if any(_is_other_title(other, anchor, url) for other in parent.iter("a")):
            break
        block = parent
    lines = [" ".join(str(text).split()) for text in block.itertext()]
    for time in block.iter("time"):
        if stated := _ISO_DAY.match(time.get("datetime", "")):
            lines.append(f"{stated[3]}/{stated[2]}/{stated[1]}")
    return "\n".join(line for line in lines if line)[:_CONTEXT_LENGTH]


def _is_other_title(other: etree._Element, anchor: etree._Element, url: str) -> bool:
    if other is anchor or len(_text(other).split()) < 4:
        return False
    href = other.get("href", "")
    return bool(href) and href != anchor.get("href") and not is_file(url)
