"""The way from one page of a list to the next: links, buttons and forms, by what people see of them."""

import re
from collections.abc import Iterable
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import FormElement
from scrapy import FormRequest, Request

from crawler.discovery.address import canonical, host_of, is_same_site, list_of, page_number
from crawler.discovery.page import MOST_LINKS, PAGER_NAME, TITLE_WORDS, WORD, Page, ancestors, name_of, visible_text
from crawler.discovery.step import DOTS, DOUBLE_ARROW, MORE, PagerStep, find_steps, form_of, is_short, is_step, plain
from timthau.text.fold import fold

#: What stands in a pager that counts entries: "11 - 20", or where the page begins.
_PLACE = re.compile(r"^(\d{1,5})(?: ?[-–] ?\d{1,5})?$")
#: Beside the field for a page's number: "Trang [1] / 3", "Page [1] of 3".
_OF_PAGES = re.compile(r"\b(?:trang|page)\b\D{0,10}(?:/|of|tren|trong|cua)(?: tong(?: so)?)? ?(\d{1,4})\b")
_ENDING = re.compile(r"(?:\.(?:html?|php|aspx?|jsp)|/)$")
_LAST_FIELD = re.compile(r"[?&][\w\[\].:-]+=(\d{1,5})$")
#: What surely is a pager; "page-content" is none.
_PAGER = re.compile(r"pager|pagin|paging|phan-?trang|page-?(?:nav|number)|nav-links", re.IGNORECASE)
_COUNTER = re.compile(r"\d{1,5}(?=\D*$)")
_LAST_NUMBER = re.compile(r"[-_.,/]?(?<!\d)(\d{1,4})$")
_LEVELS = 4
_SECOND = 2
#: A block with so many numbers is a calendar.
_MONTH = 28
_NO_BLOCK = ("body", "main", "article", "form", "html")


def next_page(page: Page, number: int) -> Request | None:
    """The request for the page after the `number`th one of a list: the number after it, "Sau", or a larger number.

    What people see decides. Numbers in addresses may count from 0, count entries, or say nothing at all. "shown" in the
    request's `meta` says that the page shows the number of the next one, which then must be there.
    """
    steps = [step for step in find_steps(page) if step.is_step]
    step = _by_place(page, number) or _by_number(page, steps, number + 1)
    step = step or _by_words(page, steps) or _by_dots(steps, number) or _by_typing(page, number)
    shown = {"shown": step is not None and step.number is not None}
    if step and step.sent is not None:
        return _send(page, step).replace(meta=shown)
    url = step.url if step else _by_address(page) or _by_head(page) or _by_likeness(page)
    return Request(url, meta=shown) if url else None


def counts_down(page: Page) -> bool:
    """Whether the first page of a list has the largest number of all: what is older stands behind smaller ones."""
    here, _ = _place_of(page)
    numbers = [step.number for step in find_steps(page) if step.url and step.number is not None and _is_in_pager(step)]
    return here > 1 and bool(numbers) and 1 in numbers and max(numbers) < here


def page_before(page: Page) -> Request | None:
    """The request for the page whose number is one less, of a list that counts down; so its pages are told on."""
    here, steps = _place_of(page)
    step = next((step for step in steps if step.number == here - 1), None)
    return Request(step.url, meta={"shown": True, "down": True}) if step else None


def _place_of(page: Page) -> tuple[int, list[PagerStep]]:
    """The one number in a pager that leads nowhere, 0 for none, and the steps of that pager."""
    steps = [step for step in find_steps(page) if step.url and step.number is not None]
    blocks = dict.fromkeys(block for step in steps if (block := _block_of(step, _PAGER)) is not None)
    for block in blocks:
        if len(here := _places_in(block)) == 1:
            return here[0], [step for step in steps if block in ancestors(step.element)]
    return 0, []


def other_lists(page: Page, following: Request | None) -> list[str]:
    """The second pages of further lists that stand on the first page of one, each with a parameter of its own."""
    if following is None or following.method != "GET":
        return []
    steps = [step for step in find_steps(page) if step.url and step.number == _SECOND and _is_in_pager(step)]
    second = {_counter_of(step.url): step.url for step in reversed(steps)}
    here, own = urlsplit(page.url).path, _counter_of(following.url)
    if own not in second or urlsplit(following.url).path != here:
        return []
    return [url for counter, url in second.items() if counter != own and urlsplit(url).path == here]


def _counter_of(url: str) -> str:
    """An address without its last number: what pages of one list share."""
    return _COUNTER.sub("#", canonical(url), count=1)


def has_pager(page: Page) -> bool:
    """Whether a page has a pager that leads to other pages of the same list."""
    own = list_of(page.url)
    return any(
        step.number is not None and (numbered := page_number(step.url)) is not None and list_of(numbered[0]) == own
        for step in find_steps(page)
        if step.url
    )


def is_last_page(page: Page, number: int) -> bool:
    """Whether the pager of the `number`th page of a list shows numbers, and none after it."""
    own = list_of(page.url)
    numbers = [
        step.number
        for step in find_steps(page)
        if step.number is not None and step.url and (other := page_number(step.url)) and list_of(other[0]) == own
    ]
    return bool(numbers) and max(numbers) <= number


def _by_number(page: Page, steps: Iterable[PagerStep], number: int) -> PagerStep | None:
    path = urlsplit(page.url).path.rstrip("/")
    found = [step for step in steps if step.number == number]
    near = [step for step in found if _is_in_pager(step) or step.sent is not None or _is_below(step, path)]
    # Where several lists stand on a page, each has a parameter of its own.
    own = _counter_of(page.url)
    return next((step for step in near if step.url and _counter_of(step.url) == own), next(iter(near), None))


def _by_words(page: Page, steps: list[PagerStep]) -> PagerStep | None:
    own = list_of(page.url)
    fitting = [step for step in steps if _is_in_pager(step) or step.element.get("rel") == "next"]
    fitting += [step for step in steps if step.url and page_number(step.url) and list_of(step.url) == own]
    same = [step for step in steps if _is_same_list(step, page)]
    # What speaks of pages leads on wherever it stands; "Tiếp" alone may be that of a picture show.
    told = [step for step in steps if step.says_page and is_same_site(step.url, frozenset((host_of(page.url),)))]
    said = (step for step in [*fitting, *same, *told] if step.element.get("rel") == "next" or step.is_onward)
    arrows = (step for step in fitting if DOUBLE_ARROW.match(step.words))
    return next(said, None) or next(arrows, None) or _more_of_list(page, same)


def _more_of_list(page: Page, steps: Iterable[PagerStep]) -> PagerStep | None:
    """The one "Xem thêm" of a page that is not that of an entry, whose title leads to the same address."""
    titled = {link.url for link in page.links if not MORE.match(plain(link.text))}
    found = {step.url: step for step in steps if MORE.match(step.words) and step.url not in titled}
    return next(iter(found.values())) if len(found) == 1 else None


def _is_below(step: PagerStep, path: str) -> bool:
    return bool(step.url) and urlsplit(step.url).path.startswith(path)


def _is_same_list(step: PagerStep, page: Page) -> bool:
    """Whether a step leads to a page's own path: with another query, as cursors do, or as the button of a form."""
    form = form_of(step.element) if step.element.tag in ("button", "input") and WORD.search(step.words) else None
    if form is not None:
        return urlsplit(page.absolute(form.get("action", "")) or page.url).path == urlsplit(page.url).path
    there, here = urlsplit(step.url), urlsplit(page.url)
    return (there.netloc, there.path) == (here.netloc, here.path) and bool(there.query) and there.query != here.query


def _by_dots(steps: list[PagerStep], number: int) -> PagerStep | None:
    """The "…" behind the last number that is shown, where forms are sent."""
    sent = [step for step in steps if step.sent and (step.number or DOTS.match(step.words))]
    if not sent or not DOTS.match(sent[-1].words) or any((step.number or 0) > number for step in sent):
        return None
    return sent[-1]


def _by_typing(page: Page, number: int) -> PagerStep | None:
    """The field for the number of a page that holds this page's, of "… / 3" pages, with the next number typed in it."""
    for field in islice(page.root.iter("input"), MOST_LINKS):
        form = form_of(field) if field.get("type", "text") in ("text", "number") else None
        name: str = field.get("name", "")
        if form is None or field.get("value", "").strip() != str(number) or not name:
            continue
        of = _OF_PAGES.search(fold(" ".join(" ".join(map(str, form.itertext())).split())))
        if of and int(of[1]) > number:
            return PagerStep(field, str(number + 1), sent=((name, str(number + 1)),))
    return None


def _by_address(page: Page) -> str | None:
    """The numbered address of the same list with the smallest number above this page's."""
    own = page_number(page.url)
    base, current = (list_of(own[0]), own[1]) if own else (list_of(page.url), 0)
    urls = [*(link.url for link in page.links if is_short(link)), *page.continuations]
    found = [(numbered[1], url) for url in urls if (numbered := page_number(url)) and list_of(numbered[0]) == base]
    # "/tin/" is the first page: "?page=1" leads to the same, "?start=20" and "?page=2" lead on.
    later = [(value, url) for value, url in found if value > max(current, 1)]
    return min(later)[1] if later else None


def _by_head(page: Page) -> str | None:
    """What the head calls the next page, where it is the same list: on articles it is another article."""
    here = urlsplit(page.url)
    for link in page.root.iter("link"):
        url = page.absolute(link.get("href", "")) if link.get("rel", "").lower() == "next" else ""
        there = urlsplit(url)
        if (there.netloc, there.path) == (here.netloc, here.path) and there.query not in ("", here.query):
            return url
    return None


def _by_likeness(page: Page) -> str | None:
    """Of what stands in a block that is called a pager, the next address that differs by a number.

    "bao-gia2.html" goes on with "bao-gia.html", and "?so=2" with the address without it, whatever the link shows.
    """
    own, current = _without_number(page.url)
    whole = canonical(page.url)
    found = []
    for step in find_steps(page):
        if step.url and len(WORD.findall(step.words)) < TITLE_WORDS and _block_of(step, _PAGER) is not None:
            like, number = _without_number(step.url)
            if number > 1 and (like == whole or (like == own and number > current)):
                found.append((number, step.url))
    return min(found)[1] if found else None


def _by_place(page: Page, number: int) -> PagerStep | None:
    """In a pager that counts entries ("0 | 10 | 20", "1 - 10 | 11 - 20") the link after its only place without one."""
    placed = [(int(match[1]), step) for step in find_steps(page) if step.url and (match := _PLACE.match(step.words))]
    blocks = dict.fromkeys(block for _, step in placed if (block := _block_of(step, _PAGER)) is not None)
    places = {block: _places_in(block) for block in blocks}
    if [number] in places.values():  # pages are counted, and another list on the page has a pager of its own
        return None
    for block, here in places.items():
        later = [(at, step) for at, step in placed if block in ancestors(step.element) and here and at > here[0]]
        if len(here) == 1 and later:
            return min(later, key=lambda one: one[0])[1]
    return None


def _places_in(block: etree._Element) -> list[int]:
    """The numbers in a pager that lead nowhere."""
    texts: list[str] = block.xpath(".//text()[not(ancestor::a)]")  # type: ignore[assignment]  # texts by the path
    return [int(match[1]) for text in texts if (match := _PLACE.match(plain(str(text))))]


def _without_number(url: str) -> tuple[str, int]:
    """An address without the number of its last field, or that before its file's ending, and the number; 1 for none."""
    if match := _LAST_FIELD.search(canonical(url)):
        return canonical(url)[: match.start()], int(match[1])
    stem = _ENDING.sub("", canonical(url))
    match = _LAST_NUMBER.search(stem)
    return (stem[: match.start()], int(match[1])) if match else (stem, 1)


def _block_of(step: PagerStep, name: re.Pattern[str]) -> etree._Element | None:
    """The nearest block of a name around a step."""
    near = (block for _, block in zip(range(_LEVELS), ancestors(step.element), strict=False))
    return next((block for block in near if name.search(name_of(block))), None)


def _is_in_pager(step: PagerStep) -> bool:
    """Whether a step stands in a block that is called a pager, or among nothing but steps."""
    for depth, block in enumerate(ancestors(step.element)):
        if depth >= _LEVELS or block.tag in _NO_BLOCK:
            return False
        if PAGER_NAME.search(name_of(block)):
            return True
        texts = [visible_text(other) for other in islice(block.iter("a", "input", "button", "option"), _MONTH)]
        if len(texts) > 1:
            return len(texts) < _MONTH and all(is_step(text) for text in texts)
    return False


def _send(page: Page, step: PagerStep) -> Request:
    """What a browser sends when a step is clicked: the values of the form around it, and the step's own."""
    forms = (form for form in page.root.iter("form") if isinstance(form, FormElement))
    own = form_of(step.element)
    form = own if own is not None else next(forms, None)
    values = dict(form.form_values()) | dict(step.sent or ()) if form is not None else dict(step.sent or ())
    if own is None:
        return FormRequest(page.url, formdata=values)
    is_post_back = any(name == "__EVENTTARGET" for name, _ in step.sent or ())
    method = "POST" if is_post_back else own.get("method", "get").upper()
    return FormRequest(page.absolute(own.get("action", "")) or page.url, method=method, formdata=values)
