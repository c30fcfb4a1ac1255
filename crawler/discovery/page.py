"""A page that was fetched, as discovery sees it: its links with their words and surroundings, signs of its maker."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice

from lxml import etree
from scrapy.http import TextResponse

from crawler.discovery.address import absolute, canonical, host_of, is_file
from crawler.discovery.embedded import read_entries
from crawler.discovery.heading import is_headed
from crawler.discovery.interest import Interest, judge_title, says_more, strip_invitation
from crawler.extract.page.press import pressed_address
from timthau.text.fold import collapse_spaces, fold
from timthau.text.repair import repair

_MENU = re.compile(
    r"(?:^|[\s_-])(?:menu\w*|nav\w*|topbar|footer\w*|breadcrumbs?|megamenu|header\w*|toolbar)(?:$|[\s_-])", re.I
)
#: What stands above an article or an entry of a list, not above the site.
_OWN_HEADER = re.compile(
    r"\b(?:page|entry|post|article|item|card|panel|box|block|section|module|news)[_-]?header\b", re.I
)
PAGER_NAME = re.compile(
    r"(?:^|[\s_-])(?:pag\w*|phan-?trang|wp-pagenavi|nav-links|nextprev|numbers|page-numbers)(?:$|[\s_-])|datapager",
    re.I,
)
#: In small letters: a search that heeds no case tries every place of a page.
_PUBLISHED = re.compile(r"(?:đăng(?: lúc| ngày)?|cập nhật(?: lúc)?)\W{0,4}\d{1,2}[/:.-]\d")
_ISO_DAY = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")
_TAG = re.compile(r"<[^<>]*>")
_LOADED_FROM = "//turbo-frame/@src | //@hx-get | " + " | ".join(
    f"//@data-{name}" for name in ("url", "href", "next", "next-url", "next-page", "ajax-url", "hx-get")
)
#: What has at least so many words is a title; outside of menus a section's name is shorter.
TITLE_WORDS = 5
WORD = re.compile(r"\w+")
_CONTEXT_LENGTH = 600
#: What a tab tells the script that fills it, and how an address begins there.
_LOADS = re.compile(r"^data-(?:\w+-)?(?:url|link|remote|ajax|load)$")
_ADDRESS = re.compile(r"/[^/]|https?://", re.IGNORECASE)
_LEVELS = 5
#: A block with so many links is not that of one of them.
_MOST_IN_BLOCK = 100
#: No name of a class is longer; what is stands there to hurt.
_LONGEST_NAME = 500
_LEADS_ON = (
    "//a[@href or @onclick] | //area[@href] | //*[@data-href] | //*[@onclick]"
    " | //select[contains(@onchange, 'location') or contains(@onchange, 'open')]//option[contains(@value, '/')]"
)
_LONGEST_SCRIPT = 2000
_NOWHERE = ("#", "javascript:", "mailto:", "tel:", "data:")
_ROUTE = re.compile(r"#!?/\w")
#: Twins of articles whose links are called "In bài viết < … >".
_PRINT_VIEW = re.compile(r"[?&](?:print=1|tmpl=component)\b", re.IGNORECASE)
#: Feeds that a page links to as it does to articles.
_MACHINE = re.compile(r"(?:application|text)/(?:\w+\+)?(?:xml|json)", re.IGNORECASE)
#: A page with more links than this is made for machines, or to hurt: the first ones are read.
MOST_LINKS = 5_000
#: How far an attachment may lie below the block of its article, in a list that shows whole articles.
_BLOCK_LEVELS = 12
_WORDS_OF_TITLE = 4
#: So many links of an entry beside its title may be as long: the categories that it is in.
_MOST_BESIDE = 3
_ROWS = ("li", "tr", "dd", "article")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
#: An element, the address that it leads to, its words.
_Anchor = tuple[etree._Element, str, str]


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link of a page: `text` is the longest that any anchor to the same address has.

    `menu` is True when all those anchors stand in menus; `context` is the text of the block that the link shares
    with no other title, one piece a line. `is_data` where no anchor shows it, but data that the page keeps.
    """

    url: str
    text: str
    menu: bool
    pager: bool
    context: str = ""
    is_data: bool = False


@dataclass(frozen=True)
class Page:
    """An HTML page with its links in order, each address once; `called` is what the link that led here says."""

    response: TextResponse = field(repr=False)
    called: str = ""

    @property
    def url(self) -> str:
        return self.response.url

    @cached_property
    def root(self) -> etree._Element:
        """The tree of the page."""
        root: etree._Element = self.response.selector.root
        return root

    @cached_property
    def title(self) -> str:
        """What the page's head calls it."""
        return collapse_spaces(self.response.css("title::text").get(""))

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
        return absolute(href, self.url) if href else self.url

    @cached_property
    def has_links(self) -> bool:
        """Whether anything on the page leads anywhere."""
        return next(self.root.iter("a"), None) is not None or bool(self.links)

    @cached_property
    def is_cut(self) -> bool:
        """Whether the page has more links than are read."""
        return next(islice(self.root.iter("a"), MOST_LINKS, None), None) is not None

    @cached_property
    def _anchors(self) -> dict[str, list[_Anchor]]:
        anchors: dict[str, list[_Anchor]] = {}
        found: list[etree._Element] = self.root.xpath(_LEADS_ON)  # type: ignore[assignment]  # elements by the path
        for anchor in found[:MOST_LINKS]:
            href = _href(anchor)
            is_page = not _PRINT_VIEW.search(href) and not _MACHINE.match(anchor.get("type", ""))
            if href and is_page and not href.startswith(_NOWHERE) and not _ROUTE.search(href):
                url = self.absolute(href)
                if url.startswith(("http://", "https://")):
                    anchors.setdefault(canonical(url), []).append((anchor, url, _words(anchor)))
        return anchors

    @cached_property
    def links(self) -> list[Link]:
        """The links of the page, menus and side bars included, and what it keeps as data for its scripts to show."""
        links = [_join(found) for found in self._anchors.values()]
        for address, title, day in islice(read_entries(self.root, self.url), MOST_LINKS):
            url = self.absolute(address)
            if canonical(url) not in self._anchors:
                at = _ISO_DAY.match(day)
                context = f"{title}\n{at[3]}/{at[2]}/{at[1]}" if at else title
                links.append(Link(url=url, text=title, menu=False, pager=False, context=context, is_data=True))
        return links

    @cached_property
    def merged_titles(self) -> list[str]:
        """Titles of notices beside another at an address that differs in what keys leave out alone: a session.

        There it chooses an article; all but one of them are lost.
        """
        merged: list[str] = []
        for found in self._anchors.values():
            titles = {words: url for _, url, words in found if _promises(words)}
            if len(titles) > 1 and len(set(titles.values())) == len(titles):
                merged += sorted(titles)[1:]
        return merged

    @cached_property
    def routed_titles(self) -> list[str]:
        """Titles of notices whose addresses only a script of the page understands: "/#/tin/12", "#!/tin/12"."""
        anchors = (a for a in islice(self.root.iter("a"), MOST_LINKS) if _ROUTE.search(a.get("href", "")))
        return [words for a in anchors if _promises(words := _words(a))]

    @cached_property
    def continuations(self) -> list[str]:
        """Addresses that no link leads to: what the head calls the next page, and what scripts load more from."""
        values = self.response.xpath(f"//link[@rel='next']/@href | {_LOADED_FROM}").getall()
        return [url for value in values if (url := self.absolute(value))]

    def absolute(self, href: str) -> str:
        """The address that an attribute of this page means, as a browser would ask for it."""
        return absolute(href, self.base, encoding=self.response.encoding)

    def owner_of(self, url: str) -> str:
        """The one article in the same block of a list as a file's link, by its canonical address; empty for none."""
        own = self._anchors.get(canonical(url), [])
        for depth, parent in enumerate(ancestors(own[0][0]) if own else ()):
            if depth >= _BLOCK_LEVELS or parent.tag in ("body", "main"):
                break
            anchors = list(islice(parent.iter("a"), _MOST_IN_BLOCK))
            if len(anchors) == _MOST_IN_BLOCK:
                break
            titles = [a for a in anchors if len(_text(a).split()) >= _WORDS_OF_TITLE]
            linked = {canonical(title.get("href", ""), self.base): _lies_in_heading(title) for title in titles}
            others = [other for other in linked if other != canonical(url) and not is_file(other)]
            headed = [other for other in others if linked[other]]
            is_row = _is_row(parent)
            if headed or len(others) > _MOST_BESIDE or (others and is_row):
                is_one = len(headed) == 1 or (not headed and len(others) == 1 and is_row)
                return (headed or others)[0] if is_one else ""
            if parent.tag in _ROWS:
                break
        return ""

    @cached_property
    def is_headed(self) -> bool:
        """Whether the page is the article that the link to it named."""
        return is_headed(self.root, self.called, TITLE_WORDS)

    def is_entry(self, title: str) -> bool:
        """Whether every heading that says a title leads to another page: then it is that of an entry in a list."""
        wanted, own = fold(title), canonical(self.url)
        found = [one for one in self.root.iter(*_HEADINGS) if wanted and fold(visible_text(one)) == wanted]
        anchors = [[*one.iter("a"), *one.iterancestors("a")] for one in found]
        urls = [next((self.absolute(_href(a)) for a in each if _href(a)), "") for each in anchors]
        return bool(urls) and all(
            host_of(url) == host_of(own) and canonical(url) != own and not is_file(url) for url in urls
        )

    @cached_property
    def says_article(self) -> bool:
        """Whether the page calls itself an article: by its markup, or by one date of publication and no second."""
        response = self.response
        if response.css('meta[property="og:type"][content=article], [itemprop=articleBody]'):
            return True
        return len(_PUBLISHED.findall(_TAG.sub(" ", response.text.lower()))) == 1


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))


def name_of(element: etree._Element) -> str:
    """What a design calls an element: its classes and its id."""
    return f"{element.get('class', '')[:_LONGEST_NAME]} {element.get('id', '')[:_LONGEST_NAME]}"


def visible_text(element: etree._Element) -> str:
    """What people see on a link or button: its text, else what its picture or it itself is called."""
    if shown := " ".join(_text(element).split()) or element.get("value", "").strip():
        return shown
    pictures = (picture.get("alt", "").strip() for picture in element.iter("img"))
    called = (element.get(name, "").strip() for name in ("aria-label", "title"))
    return next(filter(None, (*pictures, *called)), "")


def ancestors(element: etree._Element) -> Iterator[etree._Element]:
    """What an element stands in, the nearest first."""
    parent = element.getparent()
    while parent is not None:
        yield parent
        parent = parent.getparent()


def _promises(words: str) -> bool:
    return len(WORD.findall(words)) >= TITLE_WORDS and judge_title(words) is Interest.NOTICE


def _href(element: etree._Element) -> str:
    """Where an element leads when it is pressed; what holds links of its own leads nowhere by itself."""
    href: str = element.get("href", "")
    if element.tag == "option":  # of a menu to choose from; numbers are those of pages and years
        return element.get("value", "") if any(map(str.isalpha, _text(element))) else ""
    if element.tag in ("a", "area") and href and not href.startswith(_NOWHERE):
        return href
    pressed = pressed_address(f"{element.get('onclick', '')} {href}"[:_LONGEST_SCRIPT]) or _loaded_address(element)
    inner = islice(element.iter("a"), _MOST_IN_BLOCK) if pressed and element.tag not in ("a", "area") else ()
    return "" if any(other.get("href") for other in inner) else pressed


def _loaded_address(element: etree._Element) -> str:
    """The address from which a script loads what an element unfolds: that of a tab, of a box."""
    told = (str(value) for name, value in element.attrib.items() if element.tag == "a" and _LOADS.match(str(name)))
    return element.get("data-href", "") or next((value for value in told if _ADDRESS.match(value)), "")


def _words(anchor: etree._Element) -> str:
    if anchor.tag == "tr":  # of a row that can be pressed the cell that says most
        return max((" ".join(_text(cell).split()) for cell in anchor.iterchildren("td", "th")), key=len, default="")
    headings = list(islice(anchor.iter(*_HEADINGS), 2))  # of an entry that is one link its heading, not its summary
    shown = strip_invitation(" ".join(_text(headings[0] if len(headings) == 1 else anchor).split()))
    title = strip_invitation(" ".join(anchor.get("title", "").split()))
    if len(title) > len(shown) or not says_more(shown):
        shown = title or shown
    if shown:
        return _mended(shown)
    return next(
        (" ".join(image.get("alt", "").split()) for image in anchor.iter("img", "area") if image.get("alt")), ""
    )


@lru_cache(maxsize=4096)
def _mended(words: str) -> str:
    """Words as their author saw them: old fonts have letters of other alphabets in the place of Vietnamese ones."""
    return words if words.isascii() else repair(words)


def _join(found: list[_Anchor]) -> Link:
    # What a switch of the design says is no name of the page.
    found = [one for one in found if one[2] and says_more(one[2]) and one[1] == canonical(one[1])] or found
    telling = [one for one in found if says_more(one[2])] or found
    anchor, _, text = max(telling, key=lambda one: len(one[2]))
    # Of several ways to write an address the plain one, without where the reader came from.
    url = next((url for _, url, _ in found if url == canonical(url)), found[0][1])
    menu = all(_lies_in(each, _MENU, ("nav", "header", "footer")) for each, _, _ in found)
    pager = any(_lies_in(each, PAGER_NAME, (), levels=4) for each, _, _ in found)
    return Link(url=url, text=text, menu=menu, pager=pager, context="" if menu or pager else _context(anchor, url))


def _lies_in(anchor: etree._Element, names: re.Pattern[str], tags: tuple[str, ...], *, levels: int = 12) -> bool:
    for depth, parent in enumerate(ancestors(anchor)):
        if depth >= levels or parent.tag in ("body", "main", "article"):
            return False
        is_named, is_own = _judge_name(name_of(parent), names)
        is_own = is_own or (parent.tag == "header" and next(parent.iterancestors("article"), None) is not None)
        if is_named or (parent.tag in tags and not is_own):
            return True
    return False


@lru_cache(maxsize=4096)
def _judge_name(name: str, names: re.Pattern[str]) -> tuple[bool, bool]:
    """Whether what a design calls an element is one of the names, and whether it is the header of an entry."""
    return bool(names.search(_OWN_HEADER.sub("", name))), bool(_OWN_HEADER.search(name))


def _context(anchor: etree._Element, url: str) -> str:
    """The text of the largest block around a link that holds no other title."""
    block = anchor
    row = _row_of(anchor) if is_file(url) else None
    for depth, parent in enumerate(ancestors(anchor)):
        if depth >= _LEVELS or parent.tag in ("body", "table", "tbody", "ul", "ol", "main"):
            break
        others = list(islice(parent.iter("a"), _MOST_IN_BLOCK))
        if len(others) == _MOST_IN_BLOCK or any(_is_other_title(other, anchor, url) for other in others):
            break
        block = parent
        if block is row:
            break
    stated = (_ISO_DAY.match(time.get("datetime", "")) for time in _entry_of(anchor, block).iter("time"))
    lines = [f"{day[3]}/{day[2]}/{day[1]}" for day in stated if day]  # first, as some lists show whole articles
    lines += [" ".join(str(text)[:_CONTEXT_LENGTH].split()) for text in islice(block.itertext(), _CONTEXT_LENGTH)]
    return "\n".join(line for line in lines if line)[:_CONTEXT_LENGTH]


def _entry_of(anchor: etree._Element, block: etree._Element) -> etree._Element:
    """The article that a title heads in a list that shows whole articles, whatever it links to; else the block."""
    entry = next(anchor.iterancestors("article"), None)
    if entry is None or not _lies_in_heading(anchor):
        return block
    headings = (heading for heading in entry.iter(*_HEADINGS) if next(heading.iter("a"), None) is not None)
    return entry if sum(1 for _ in headings) == 1 else block


def _row_of(anchor: etree._Element) -> etree._Element | None:
    for depth, parent in enumerate(ancestors(anchor)):
        if depth >= _LEVELS or parent.tag in ("body", "table", "tbody", "ul", "ol", "main"):
            return None
        if _is_row(parent):
            return parent
    return None


def _is_row(block: etree._Element) -> bool:
    """Whether a block is one of several of its kind: an item of a list, a row of a table."""
    if block.tag in _ROWS:
        return True
    parent = block.getparent()
    if parent is None or block.tag not in ("div", "section", "p"):
        return False
    near = islice(parent.iterchildren(block.tag), _MOST_IN_BLOCK)
    alike = (other for other in near if other.get("class") == block.get("class"))
    return sum(next(other.iter("a"), None) is not None for other in alike) > 1


def _lies_in_heading(anchor: etree._Element) -> bool:
    if next(anchor.iter(*_HEADINGS), None) is not None:
        return True
    return any(parent.tag in _HEADINGS for _, parent in zip(range(3), ancestors(anchor), strict=False))


def _is_other_title(other: etree._Element, anchor: etree._Element, url: str) -> bool:
    if other is anchor or len(_text(other).split()) < 4:
        return False
    href = other.get("href", "")
    return bool(href) and href != anchor.get("href") and not is_file(url)
