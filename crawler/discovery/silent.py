"""What a page of a list shows and gives no address for: notices, and the way to the page after it."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree

from crawler.discovery.interest import Interest, judge_title
from crawler.discovery.page import MOST_LINKS, PAGER_NAME, TITLE_WORDS, WORD, Page, ancestors, name_of, visible_text
from crawler.discovery.step import is_more
from crawler.extract.page.press import pressed_address
from timthau.text.fold import fold

_NUMBER = re.compile(r"^(?:trang |page )?(\d{1,4})$")
_SCRIPTED = re.compile(r"^(?:#.*|javascript:.*|)$", re.IGNORECASE | re.DOTALL)
#: "Trang 1/6", "Page 1 of 6".
_OF_PAGES = re.compile(
    r"\b(?:trang|page)(?: so)? ?:? ?(\d{1,4}) ?(?:/|of|tren|trong|cua)(?: tong(?: so| cong)?)? ?(\d{1,4})\b"
)
#: "Hiển thị 1 - 10 trong tổng số 57 kết quả", "Showing 1 to 10 of 57".
_OF_ENTRIES = re.compile(
    r"\b(?:hien thi|showing|displaying|ket qua|ban ghi|tu)(?: tu| results?| entries)? ?:? ?\d{1,5} ?"
    r"(?:-|–|den|to) ?(\d{1,5}) ?"
    r"(?:/|of|tren|trong|cua)(?: tong(?: so| cong)?| so)? ?:? ?(\d{1,5})(?! ?[/.-]? ?\d)\b"
)
#: "Tổng số: 57 văn bản", "10/57 tin".
_TOTAL = re.compile(
    r"\b(?:tong(?: so| cong)? ?(?:co)? ?:?|\d{1,5} ?/) ?(\d{1,5}) "
    r"(?:tin|bai|ban tin|ban ghi|bai viet|van ban|ket qua|thong bao|muc)\b"
)
#: An entry that a script opens by its number.
_NUMBERED = ("data-id", "data-key", "data-slug", "data-news-id")
_OFF = re.compile(r"\b(?:disabled|active|current|hidden)\b", re.IGNORECASE)
#: What an empty pager tells the script that fills it: pages, entries, entries on a page, an address with a blank.
_PAGES_OF = re.compile(r"^data-(?:(?:total|num|max|last|count|of)-?pages?|pages?(?:-?(?:total|count))?|pages?num)$")
_ENTRIES_OF = re.compile(r"^data-(?:total|count|total-?(?:items?|records?|rows?|count)|records?|items?)$")
_SIZE_OF = re.compile(r"^data-(?:(?:page-?)?size|limit|per-?page|(?:items?|rows?)-?per-?page)$")
_BLANK = re.compile(r"\{ ?\w{0,20} ?\}|%7B\w{0,20}%7D|:page\b|__[a-z]{1,20}__|\[page\]|=$", re.IGNORECASE)
_LEVELS = 4
#: Headings that may be those of single entries; one alone may be that of the page.
_HEADINGS = ("h2", "h3", "h4", "h5", "h6", "summary")
_FEWEST = 2
#: Of these one alone may be something else, too: a row without a link says what somebody forgot to link.
_DOUBTFUL = (*_HEADINGS, "td", "th", "tr", "li")
#: Below this much text of its own, links and menus left out, a page says nothing.
_LITTLE = 300
_APART = ("nav", "header", "footer", "aside")
_NO_TEXT = frozenset((*_APART, "a", "script", "style", "noscript", "title", "select"))
_EMPTY = re.compile(
    r"(?:chua|khong|hien khong) (?:co|tim thay)\b|dang (?:duoc )?(?:cap nhat|xay dung)"
    r"|no (?:posts|results|data|records)|\b0 (?:ket qua|ban ghi|bai viet)|not found"
)


def find_unaddressed(page: Page) -> list[str]:
    """The titles of notices that a page shows in entries of their own, and that have no address of their own.

    A script opens them, or their text unfolds on the page itself, or they share an address with another one, or nobody
    has linked them.
    """
    shown: dict[str, bool] = {}
    blocks = (block for block in page.root.iter("li", "tr", "div") if any(map(block.get, _NUMBERED)))
    numbered = (block for block in blocks if not any(map(_leads, block.iter("a", "button"))))
    rows = (_name_of_row(row) for row in page.root.iter("tr", "li") if _is_bare(row))
    for element in islice((*page.root.iter("a", "button", *_HEADINGS), *numbered, *rows), MOST_LINKS):
        if _leads(element) or (element.tag in _HEADINGS and _stands_above_links(element)):
            continue
        words = visible_text(element)
        if len(WORD.findall(words)) >= TITLE_WORDS and judge_title(words) is Interest.NOTICE:
            shown[words] = shown.get(words, False) or element.tag not in _DOUBTFUL
    told = fold("\n".join(f"{link.text}\n{link.context}" for link in page.links)) if shown else ""
    found = {words: is_sure for words, is_sure in shown.items() if fold(words) not in told}
    is_sure = any(found.values()) or len(found) >= _FEWEST
    return list(dict.fromkeys((*(found if is_sure else ()), *page.merged_titles, *page.routed_titles)))


def _is_bare(row: etree._Element) -> bool:
    """Whether a row of a list has nothing to click on, and no rows of its own."""
    inside = islice(row.iter("a", "button", "tr", "li"), 1, None)  # behind the row itself
    return next(inside, None) is None and next(row.iterancestors(*_APART), None) is None


def _name_of_row(row: etree._Element) -> etree._Element:
    """The cell with the most words, else the row."""
    return max(row.iterchildren("td", "th"), key=lambda cell: len(visible_text(cell)), default=row)


def find_total(page: Page) -> int:
    """How many entries a list says that it has in all; 0 where it says nothing."""
    found = _TOTAL.search(fold(" ".join(" ".join(map(str, page.root.itertext())).split())))
    return int(found[1]) if found else 0


def find_rest(page: Page, number: int) -> str:
    """Why more stands behind the `number`th page of a list, from which nothing leads on; empty where nothing does."""
    if _goes_on_by_script(page, number):
        return "goes on by a script alone"
    if any(_tells_more(element, number) for element in page.root.iter("div", "nav", "ul", "ol", "span", "p")):
        return "has a pager that only a script fills"
    text = fold(" ".join(" ".join(map(str, page.root.itertext())).split()))
    for match in _OF_PAGES.finditer(text):
        if int(match[1]) == number < int(match[2]):
            return f"says '{match[0]}', and leads no further"
    shown = next((match for match in _OF_ENTRIES.finditer(text) if int(match[1]) < int(match[2])), None)
    return f"says '{shown[0]}', and leads no further" if shown else ""


def _goes_on_by_script(page: Page, number: int) -> bool:
    """Whether a page of a list shows the number after its own, or one "Xem thêm", where only a script knows the way."""
    more = 0
    for element in islice(page.root.iter("a", "button"), MOST_LINKS):
        if _leads(element) or _OFF.search(name_of(element)) or element.get("disabled") is not None:
            continue
        words = fold(visible_text(element)).strip()
        more += is_more(words) and next(element.iterancestors(*_APART), None) is None
        match = _NUMBER.match(words)
        if match and int(match[1]) == number + 1 and _is_in_named_pager(element):
            return True
    return more == 1  # more of them unfold the entries


def _tells_more(element: etree._Element, number: int) -> bool:
    """Whether a pager without links tells a script of more pages than so many."""
    if not PAGER_NAME.search(name_of(element)) or any(map(_leads, element.iter("a", "button"))):
        return False
    counts = {str(name).lower(): int(value) for name, value in element.attrib.items() if str(value).isdecimal()}
    pages, entries, size = (
        max((count for name, count in counts.items() if kind.match(name)), default=0)
        for kind in (_PAGES_OF, _ENTRIES_OF, _SIZE_OF)
    )
    if size:
        return entries > number * size or pages > number
    has_blank = any(_BLANK.search(str(value)) for name, value in element.attrib.items() if "/" in str(value))
    return pages > number or (has_blank and entries > number)


def says_nothing_of_its_own(page: Page) -> bool:
    """Whether a page has hardly a word beside menus and links, and none that nothing is there."""
    words: list[str] = []
    for text in _own_texts(page.root):
        words.append(text)
    own = " ".join(" ".join(words).split())
    return len(own) < _LITTLE and not _EMPTY.search(fold(own))


def _own_texts(root: etree._Element) -> Iterator[str]:
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipped is None and event == "start":
            if not isinstance(element.tag, str) or element.tag in _NO_TEXT:
                skipped = element
            else:
                yield str(element.text or "")
        elif event == "end" and element is skipped:
            skipped = None
        if skipped is None and event == "end":
            yield str(element.tail or "")


def _leads(element: etree._Element) -> bool:
    """Whether an element or what it stands in or holds leads to an address."""
    near = [element, *islice(element.iter("a"), 1), *element.iterancestors("a")]
    return any(
        not _SCRIPTED.match(each.get("href", "") or each.get("data-href", ""))
        or pressed_address(f"{each.get('onclick', '')} {each.get('href', '')}")
        for each in near
    )


def _stands_above_links(heading: etree._Element) -> bool:
    """Whether links follow a heading, up to the next one: then it is that of a box, not of an entry."""
    at, level = heading, 0
    while next(at.itersiblings(), None) is None and (parent := at.getparent()) is not None and level < _LEVELS:
        at, level = parent, level + 1
    for sibling in at.itersiblings():
        if sibling.tag == heading.tag or next(sibling.iter(heading.tag), None) is not None:
            return False
        if any(_leads(link) for link in sibling.iter("a")):
            return True
    return False


def _is_in_named_pager(element: etree._Element) -> bool:
    return any(PAGER_NAME.search(name_of(block)) for _, block in zip(range(_LEVELS), ancestors(element), strict=False))
