"""Where a page leads on by itself: to the pages in its frames, by a script, from a splash to the site behind it."""

import re

from crawler.discovery.address import is_file, is_media, is_same_site
from crawler.discovery.interest import Interest, judge_section
from crawler.discovery.page import Page
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
