"""Where a page leads on by itself: to the pages in its frames, by a script, from a splash to the site behind it, to the
next page of an article that goes on over several."""

import re
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawler.discovery.address import is_file, is_media, is_same_site
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.page import Page, ancestors
from crawler.discovery.step import find_steps
from crawler.extract.page.press import pressed_address
from timthau.text.fold import fold

#: Frames beyond these are banners and counters.
_MOST_FRAMES = 5
#: Where a frame says what it shows: scripts load the later ones when they come into sight.
_SOURCES = ("src", "data-src", "data-lazy-src")
_NO_PAGE = ("javascript:", "about:", "data:")
_VIEWER = re.compile(r"viewer|embed|/maps?[/.?]|captcha|login|chat|player", re.IGNORECASE)
#: The frame of several that holds what the others only lead to.
_MAIN_FRAME = re.compile(r"main|content|body|noi-?dung|chinh|trang", re.IGNORECASE)
_ENTER = re.compile(
    r"^\W*(?:vao|den|toi|tiep tuc|bam|click|enter|home|skip|trang chu|tieng viet|viet nam|vietnamese|website)\b|^\W*$"
)
#: "0; url=/vi/" in the head of an answer.
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\";]+)", re.IGNORECASE)
#: A splash leads to the site and perhaps to its other language.
_MOST_LINKS = 3
_ENDING = re.compile(r"(?:\.(?:html?|php|aspx?)|/)$")
#: What numbers the pages of one article behind its own address: WordPress "/2/", others "-2.html", "/trang-2".
_BEHIND = re.compile(r"(?:/|[-_,])(?:page[-/]?|trang[-/]?|p)?\d{1,2}")
_PART_FIELDS = frozenset({"page", "trang", "p", "pg", "start", "limitstart", "part", "phan"})
#: Comments have pages, too.
_COMMENTS = re.compile(r"comment|binh-?luan", re.IGNORECASE)


def frames_of(page: Page, hosts: frozenset[str]) -> list[str]:
    """The pages of the same site that stand in frames of a page, the main one of a frameset first."""
    found: dict[str, str] = {}
    for frame in page.root.iter("frame", "iframe"):
        sources = (frame.get(name, "") for name in _SOURCES)
        source = next((said for said in sources if said and not said.startswith(_NO_PAGE)), "")
        url = page.absolute(source) if source else ""
        is_page = url and is_same_site(url, hosts) and not (is_file(url) or is_media(url) or _VIEWER.search(url))
        if is_page and url != page.url:
            found.setdefault(url, f"{frame.get('name', '')} {frame.get('id', '')}")
    return sorted(found, key=lambda url: not _MAIN_FRAME.search(found[url]))[:_MOST_FRAMES]


def sent_to(page: Page, hosts: frozenset[str]) -> str:
    """Where a page without content of its own leads: by a script, or by the one way in of a splash; empty for none."""
    links = [link for link in page.links if is_same_site(link.url, hosts) and link.url != page.url]
    if len(links) > _MOST_LINKS or next(page.root.iter("frameset"), None) is not None:
        return ""
    is_splash = all(_is_way_in(link.text) for link in links)
    scripts = (pressed_address(str(script.text or "")) for script in page.root.iter("script"))
    body = page.root.find("body")
    told = _REFRESH.search((page.response.headers.get("Refresh") or b"").decode("latin-1"))
    ways = (
        [told[1] if told else "", *scripts, pressed_address(body.get("onload", "") if body is not None else "")]
        if is_splash
        else []
    )
    url = next((url for way in ways if way and is_same_site(url := page.absolute(way), hosts)), "")
    if not url and links and is_splash:
        url = links[0].url
    return "" if url == page.url or is_file(url) else url


def _is_way_in(words: str) -> bool:
    return judge_section(words) is not Interest.NOTICE and _ENTER.search(fold(words)) is not None


def next_part(page: Page, own: str, number: int) -> str:
    """The address of the page with a number of the article at its own address; empty where no link with it is shown."""
    steps = (step for step in find_steps(page) if step.url and step.number == number)
    return next((step.url for step in steps if _goes_on(own, step.url) and not _is_of_comments(step.element)), "")


def _goes_on(own: str, url: str) -> bool:
    """Whether an address is another one with the number of a page, in its path or in a field of its own."""
    one, other = urlsplit(own), urlsplit(url)
    if one.netloc != other.netloc:
        return False
    path, further = (_ENDING.sub("", parts.path) for parts in (one, other))
    if one.query == other.query and path:
        return further.startswith(path) and _BEHIND.fullmatch(further[len(path) :]) is not None
    fields = dict(parse_qsl(other.query)).items() - dict(parse_qsl(one.query)).items()
    return path == further and len(fields) == 1 and all(n.lower() in _PART_FIELDS and v.isdecimal() for n, v in fields)


def _is_of_comments(element: etree._Element) -> bool:
    return any(_COMMENTS.search(f"{one.get('id', '')} {one.get('class', '')}") for one in ancestors(element))
