"""The steps of pagers: what can be clicked on a page, what a click sends, and what its words mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import FormElement

from crawler.discovery.page import MOST_LINKS, TITLE_WORDS, WORD, Link, Page, ancestors, visible_text
from timthau.text.fold import fold

_NUMBER = re.compile(r"^(?:trang |page )?(\d{1,4})$")
_NEXT = re.compile(
    r"^(?:(?:den |chuyen |xem )?(?:trang |bai )?(?:sau|tiep|tiep theo|ke tiep|ke|toi)|\d+ \w+ tiep theo"
    r"|next(?: (?:page|\d+))?(?: (?:posts|entries|articles|news|items|results))?"
    r")\W*$|^[›>→⟩〉❯❱➔➜➝➞▶►▸⇒⟶‣]$"
)
_OLDER = re.compile(
    r"^(?:older(?: (?:posts|entries|articles|news|items))?"
    r"|(?:(?:cac|nhung) )?(?:(?:tin|bai|bai viet|bai dang|thong bao|muc) )?cu hon"
    r"|(?:cac|nhung) (?:tin|bai|tin bai|bai viet|thong bao) (?:cu|da dua|da dang)(?: khac)?)\W*$"
)
#: Words for the next page that are never those of a picture show.
_NEXT_PAGE = re.compile(r"\btrang\b|\bpage\b|\bcu hon\b|^older ")
#: What draws an arrow where no word stands: a class, or the name of a picture.
_DRAWN = re.compile(r"(?:^|[\s_/-])(?:next|tiep|sau|older)(?:$|[\s_.-])", re.IGNORECASE)
#: What goes on with a list at its foot, and to an article in one of its entries.
MORE = re.compile(
    r"^(?:(?:xem|tai|hien thi|doc) them(?: (?:tin|tin tuc|bai|bai viet|thong bao|du lieu|ket qua))?|"
    r"(?:load|show|view) more|more)\W*$"
)
#: Alone they lead on; beside a single arrow they lead to the end.
DOUBLE_ARROW = re.compile(r"^(?:»|››|>>|»»|⟫|》|❯❯|⏩|≫)$")
DOTS = re.compile(r"^(?:…|\.{2,3})$")
#: What else stands in a pager.
_OTHER_STEP = re.compile(r"^(?:\W+|(?:trang )?(?:truoc|dau|cuoi|dau tien|cuoi cung)|prev(?:ious)?|first|last)\W*$")
#: What pagers say of their links when the mouse is above them: "Đi đến trang kế tiếp", "Go to page 2 of 7".
_HINT = re.compile(r"^(?:\w+ ){0,4}(?:trang|page)\b(?: \w+){0,4}$")
_AROUND = re.compile(r"^\W+|\W+$")
_POSTBACK = re.compile(r"__doPostBack\(\s*['\"]([^'\"]*)['\"]\s*,\s*['\"]([^'\"]*)['\"]\s*\)")
#: A field that holds the number of a page, in a form that a button sends.
_PAGE_FIELD = re.compile(r"^(?:so-?)?(?:trang|page|paged|pg)(?:[-_]?(?:so|no|num|number|index))?$", re.IGNORECASE)
#: What distinguishes an address from a number or a word.
_ADDRESS = re.compile(r"[/?=]|\.(?:php|html?|aspx?)\b")


@dataclass(frozen=True)
class PagerStep:
    """Something to click on: an address, or what a form sends (`sent`, beside its own values), with the words on it."""

    element: etree._Element
    words: str
    url: str = ""
    sent: tuple[tuple[str, str], ...] | None = None

    @property
    def number(self) -> int | None:
        match = _NUMBER.match(self.words)
        return int(match[1]) if match else None

    @property
    def is_step(self) -> bool:
        """Whether the words are those of a pager."""
        return self.is_onward or any(
            form.match(self.words) for form in (_NUMBER, MORE, DOUBLE_ARROW, DOTS, _OTHER_STEP)
        )

    @property
    def says_page(self) -> bool:
        """Whether the words surely are those of a list's next page."""
        return bool(self.url) and self.is_onward and _NEXT_PAGE.search(self.words) is not None

    @property
    def is_onward(self) -> bool:
        """Whether the words lead to what comes after."""
        return bool(_NEXT.match(self.words) or _OLDER.match(self.words))


def _shown_on(element: etree._Element) -> str:
    """What an element shows, else what it is called where an arrow is drawn alone."""
    if words := visible_text(element) or element.get("alt", ""):
        return words
    named = [element.get("class", ""), *(picture.get("src", "") for picture in element.iter("img"))]
    return "next" if any(map(_DRAWN.search, named)) else ""


def find_steps(page: Page) -> Iterator[PagerStep]:
    for element in islice(page.root.iter("a", "input", "button", "option"), MOST_LINKS):
        words = plain(_shown_on(element))
        if element.tag == "option":
            if _ADDRESS.search(value := element.get("value", "")):  # of a list that a script leads on from
                yield PagerStep(element, words, url=page.absolute(value))
            elif name := _sending_name(element):
                yield PagerStep(element, words, sent=((name, value or words),))
        elif element.tag == "a":
            href = element.get("href", "")
            if match := _POSTBACK.search(href + element.get("onclick", "")):
                sent = (("__EVENTTARGET", match[1]), ("__EVENTARGUMENT", match[2]))
                yield PagerStep(element, words, sent=sent)
            elif href and not href.startswith(("#", "javascript:")):
                yield PagerStep(element, words, url=page.absolute(href))
        elif element.get("type", "submit" if element.tag == "button" else "").lower() in ("submit", "button", "image"):
            if name := element.get("name", ""):
                yield PagerStep(element, words, sent=((name, element.get("value", "")),))
            elif element.get("type") != "button" and form_of(element) is not None:
                yield PagerStep(element, words, sent=())


def _sending_name(option: etree._Element) -> str:
    """The name under which a form sends an option; empty for one that is no page and is sent by a button alone."""
    chosen = next(option.iterancestors("select"), None)
    if chosen is None or form_of(option) is None:
        return ""
    name: str = chosen.get("name", "")
    return name if "submit" in chosen.get("onchange", "") or _PAGE_FIELD.match(name) else ""


def is_step(words: str) -> bool:
    """Whether the words of a link are those of a pager: a number, an arrow, "Sau"."""
    return PagerStep(etree.Element("a"), plain(words)).is_step


def is_more(words: str) -> bool:
    """Whether plain words ask for more of a list, or for what is older."""
    return bool(MORE.match(words) or _OLDER.match(words))


def is_of_pager(link: Link) -> bool:
    """Whether a link of a pager leads to another page of the list; what is called by a title leads to an article."""
    if not link.pager:
        return False
    words = fold(link.text)
    return len(WORD.findall(words)) < TITLE_WORDS or is_step(words) or bool(_HINT.search(words))


def is_short(link: Link) -> bool:
    """Whether a link has fewer words than a title."""
    return link.pager or len(WORD.findall(link.text)) < TITLE_WORDS


def plain(words: str) -> str:
    """Words as they are compared: without the arrows around them, if there is more than arrows."""
    folded = fold(words).strip()
    return _AROUND.sub("", folded) or folded


def form_of(element: etree._Element) -> FormElement | None:
    return next((form for form in ancestors(element) if isinstance(form, FormElement)), None)
