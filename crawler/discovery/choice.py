"""What a list lets its readers choose: a year, a month, a category, each of which shows other entries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import urlencode, urlsplit

from lxml import etree
from lxml.html import FormElement
from scrapy import FormRequest, Request

from crawler.discovery.address import is_file, is_same_site, list_of
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.page import MOST_LINKS, Page, visible_text
from timthau.text.fold import fold

_PERIOD = re.compile(
    r"^(?:nam )?(?:19|20)\d\d(?: ?\(\d+\))?$|^quy (?:[1-4]|i{1,3}|iv)\b.{0,12}$"
    r"|^(?:thang )?(?:0?[1-9]|1[0-2])(?: ?[/-] ?| nam |, | )(?:19|20)\d\d(?: ?\(\d+\))?$|^thang (?:0?[1-9]|1[0-2])$"
    r"|^(?:thang (?:mot|hai|ba|tu|nam|sau|bay|tam|chin|muoi(?: mot| hai)?|gieng|chap)|jan(?:uary)?|feb(?:ruary)?"
    r"|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    r",? (?:nam )?(?:19|20)\d\d(?: ?\(\d+\))?$"
)
_MONTH_NUMBER = re.compile(r"^(?:0?[1-9]|1[0-2])$")
_MONTH_NAME = re.compile(r"thang|month", re.IGNORECASE)
#: What stands for every entry, and what only asks to choose.
_ALL = re.compile(r"\b(?:tat ca|toan bo|all)\b")
_UNCHOSEN = re.compile(
    r"^\W*$|^\W*(?:chon|loc|xem|theo|select|choose)\b|^\W*(?:nam|thang|quy|linh vuc|loai|chuyen muc)\W*$"
)
_NO_VALUE = frozenset({"", "0", "-1", "all"})
#: What changes how a list looks, not what it holds.
_LOOK = re.compile(
    r"moi nhat|cu nhat|truoc tien|moi den cu|cu den moi|\ba ?[-–] ?z\b|sap xep|tang dan|giam dan|luot xem|"
    r"tieng viet|english|ngay dang|tieu de|^(?:trang |page )?\d+(?: (?:tin|bai|muc|dong|ban ghi))?(?: ?/ ?trang)?$"
)
_APART = ("nav", "header", "footer")
#: More choices than this are those of a whole archive: the list is incomplete, and says so.
_MOST = 120
#: Of a field so many are looked at: more than may be asked for, or what is cut off would not be told.
_MOST_OPTIONS = 2 * _MOST
#: So many categories are asked for where the list shows all of them already.
_FEW = 20


@dataclass(frozen=True, kw_only=True)
class ListPart:
    """One way to see a list: what to ask for, and an address that stands for it, which may be of our own making.

    `is_narrow` where the list shows one of several choices already.
    """

    url: str
    words: str
    request: Request
    is_narrow: bool = False


@dataclass(frozen=True, kw_only=True)
class ListParts:
    """What a page lets choose; `beyond` says what else it would show and cannot be asked for."""

    found: tuple[ListPart, ...] = ()
    beyond: str = ""


@dataclass(frozen=True)
class _Option:
    value: str
    words: str
    is_chosen: bool

    @property
    def is_all(self) -> bool:
        return bool(_ALL.search(self.words) or _UNCHOSEN.search(self.words)) or self.value in _NO_VALUE


@dataclass(frozen=True)
class _Select:
    """A field of a form with what can be chosen in it."""

    element: etree._Element
    name: str
    options: tuple[_Option, ...]

    @property
    def chosen(self) -> _Option:
        return next((option for option in self.options if option.is_chosen), self.options[0])

    @property
    def real(self) -> list[_Option]:
        return [option for option in self.options if not option.is_all]

    @property
    def whole(self) -> _Option | None:
        """The option that stands for all others."""
        return next((option for option in self.options if option.is_all), None)

    @property
    def is_period(self) -> bool:
        numbers = _MONTH_NAME.search(self.name) is not None
        return all(_PERIOD.match(one.words) or (numbers and _MONTH_NUMBER.match(one.words)) for one in self.real)

    @property
    def narrows(self) -> bool:
        """Whether what is chosen leaves others out."""
        return not self.chosen.is_all


_Pick = tuple[_Select, _Option]


def is_period(words: str) -> bool:
    """Whether words name a year or a month, and nothing else: what is called so is a list."""
    return bool(_PERIOD.match(fold(words).strip()))


def find_choices(page: Page, hosts: frozenset[str], *, goes_on: bool) -> ListParts:
    """The other choices of a list; where all is chosen and the list `goes_on`, it shows everything by itself."""
    found = [*_linked(page, hosts)]
    forms: dict[FormElement | None, list[_Select]] = {}
    for element in islice(page.root.iter("select"), MOST_LINKS):
        if next(element.iterancestors(*_APART), None) is None and (select := _read_select(element)):
            form = next((one for one in element.iterancestors("form") if isinstance(one, FormElement)), None)
            forms.setdefault(form, []).append(select)
    scripted = next((one for one in forms.pop(None, []) if one.is_period and one.narrows), None)
    for form, selects in forms.items():
        if form is not None and _is_of_list(form, page, hosts, selects):
            ways = list(islice(_ways(selects, goes_on=goes_on), _MOST + 1))
            if len(ways) > _MOST:
                return ListParts(beyond=f"has more than {_MOST} choices in a form")
            found += _fill_in(form, page, ways, is_narrow=any(select.narrows for select in selects))
    is_shut = scripted is not None and not found
    return ListParts(found=tuple(found), beyond=f"shows {scripted.chosen.words} alone" if scripted and is_shut else "")


def _read_select(element: etree._Element) -> _Select | None:
    """A field that chooses among entries; None for what sorts, counts or turns pages, and for what leads elsewhere."""
    options = tuple(
        _Option(option.get("value", words).strip(), fold(words).strip(), option.get("selected") is not None)
        for option in islice(element.iter("option"), _MOST_OPTIONS)
        for words in [visible_text(option)]
    )
    select = _Select(element, element.get("name", ""), options)
    if not options or not select.real or any("/" in option.value for option in options):
        return None
    if select.is_period:
        return select
    named = select.name and not any(_LOOK.search(option.words) for option in options)
    return select if named else None


def _linked(page: Page, hosts: frozenset[str]) -> Iterator[ListPart]:
    """Years and months that have addresses of their own, as links or in a field that leads there."""
    found = [
        (fold(visible_text(element)).strip(), page.absolute(address))
        for element in islice(page.root.iter("a", "option"), MOST_LINKS)
        for address in [element.get("href" if element.tag == "a" else "value", "")]
        if "/" in address or "?" in address
    ]
    own = list_of(page.url)
    stem = re.sub(r"\.(?:html?|aspx|php)$", "", own.partition("?")[0])
    periods = [(words, url) for words, url in found if url and _PERIOD.match(words) and is_same_site(url, hosts)]
    below = [(words, url) for words, url in periods if _starts(url, stem) and not is_file(url) and list_of(url) != own]
    for words, url in dict.fromkeys(below):
        yield ListPart(url=url, words=words, request=Request(url))


def _starts(url: str, stem: str) -> bool:
    rest = url.removeprefix(stem) if url.startswith(stem) else "x"
    return rest[:1] in ("", "/", "?", ".")


def _is_of_list(form: FormElement, page: Page, hosts: frozenset[str], selects: list[_Select]) -> bool:
    """Whether a form asks for entries of the list that it stands on, not for a search of the site or an account."""
    if form.xpath(".//input[@type='password' or @type='file'] | .//textarea"):
        return False
    action = page.absolute(form.get("action", "")) or page.url
    if not is_same_site(action, hosts):
        return False
    there, here = (urlsplit(url).path.rstrip("/") for url in (action, page.url))
    is_search = judge_section(urlsplit(action).path.replace("/", " ")) is Interest.NONE
    return there == here or (any(select.is_period for select in selects) and not is_search)


def _ways(selects: list[_Select], *, goes_on: bool) -> Iterator[tuple[_Pick, ...]]:
    """Each way to fill a form in that may show other entries than the page itself."""
    narrow = [select for select in selects if select.narrows]
    if not narrow:
        told = goes_on and all(_ALL.search(select.chosen.words) or not select.is_period for select in selects)
        few = (one for one in selects if not told and (one.is_period or (not goes_on and len(one.real) <= _FEW)))
        yield from (((one, option),) for one in few for option in one.real)
        return
    axes = [[(one, option) for option in ([one.whole] if one.whole else one.real)] for one in narrow]
    yield from (row for row in product(*axes) if any(option is not one.chosen for one, option in row))


def _fill_in(form: FormElement, page: Page, ways: list[tuple[_Pick, ...]], *, is_narrow: bool) -> Iterator[ListPart]:
    own = dict(form.form_values())
    action = page.absolute(form.get("action", "")) or page.url
    method = form.get("method", "get").upper()
    words = [" ".join(option.words for _, option in way) for way in ways]
    for way, said in zip(ways, words, strict=True):
        filled = {select.name: option.value for select, option in way}
        event = {"__EVENTTARGET": next(iter(filled)), "__EVENTARGUMENT": ""} if "__VIEWSTATE" in own else {}
        request = FormRequest(action, method=method, formdata=own | filled | event)
        mark = f"{page.url}{'&' if '?' in page.url else '?'}{urlencode(filled)}"
        url = request.url if method == "GET" else mark
        yield ListPart(url=url, words=said, request=request, is_narrow=is_narrow)
