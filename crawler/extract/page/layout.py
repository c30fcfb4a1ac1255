"""Where the article stands on a page: its heading, its body, and what around it is noise."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from crawler.extract.page.heading import find_heading, title_key
from crawler.extract.page.mass import SEEN_AGAIN, PageMap, lineage

_NOISE_NAMES = frozenset(("nav", "aside", "footer", "menu"))
_NEVER_NOISE = frozenset(("html", "body", "main", "form", "input"))
_NEVER_BODY = frozenset(("html", "body", "a", "span", "img", "h1", "h2", "h3"))
_NOISE_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar"))
# Words of class and id, after "newsRelated" and "news_related" have become "news-related".
_NOISE_CLASS = re.compile(
    r"(?:^|(?<!no)(?<!has)(?<!with)(?<!out)(?<!hide)[ -])(?:"
    r"side-?bar|aside|sub-?nav|nav(?:igation|bar|menu)?|(?:main|top|mega|left|right|mobile|primary|sub)?-?menu"
    r"|bread-?crumbs?|footer|comments?|commentlist|binh-?luan|respond|relate[ds]?|related-.*|lien-?quan"
    r"|other-?(?:news|post|article|item)s?|(?:news|posts?|articles?|items?|tin|bai-viet)-?(?:others?|related)"
    r"|(?:tin|bai-viet)-?(?:khac|cu|moi|lien-?quan|cung-.*)(?=$| )|cung-chuyen-muc"
    r"|(?:most|popular|recent|latest)-?(?:news|read|viewed|posts?|articles?)"
    r"|shar(?:e|ing)(?:-.*)?|socials?(?:-.*)?|addthis.*|fb-.*|zalo.*"
    r"|pagination|paging|pager|post-navigation|nav-links|counter|thong-?ke|truy-?cap|visitors?|statistics"
    r"|rating|votes?|stars?|tag-?links|tags?-?list|tag-?cloud|toolbar|advert.*|ads|quang-?cao"
    r"|slider|carousel|swiper|popup|modal|cookie.*|search-?form|site-?header|site-?info|skip-?link"
    r"|author-?(?:box|bio)|newsletter|copyright|widget-area|wpd-.*"
    r")(?:$|[ -](?!content))",
)
_KNOWN_BODY = re.compile(
    r"(?:^| )(?:news-bodyhtml|"
    r"(?:entry|post|article|news|single|detail|story|item|blog)-?(?:-|main-?)?"
    r"(?:content|body|text|fulltext|details?)s?|"
    r"(?:wp-block|td|elementor-widget-theme)-post-content|the-content|"
    r"(?:content|body|text|main)-?(?:details?|news|article|post|view)|body-?text|full-?text|"
    r"(?:noi-?dung|chi-?tiet|nd-?chi-?tiet)(?:-[a-z]+){0,3}|"
    r"journal-content-article|asset-full-content|ms-rtestate-field|ms-rte-field|"
    r"com-content-article--body|fck-detail|cms-body|dnn-?module-?content|htmlmodule-?lbl-?content)(?: |$)"
)


@dataclass
class PageLayout:
    """What `find_layout` found; `noise` are the `id()`s of elements that are no part of the article."""

    heading: Tag | None
    body: Tag | None
    region: Tag | None
    noise: frozenset[int]


def find_layout(soup: BeautifulSoup, titles: Iterable[str], site_names: Iterable[str]) -> PageLayout:
    """Find heading, body and region (the element around both); None where there is nothing of the kind.

    `titles` are what the page's head calls it, best first; `site_names` are never the heading.
    """
    page = PageMap(soup)
    noise = {id(tag) for tag in page.tags if _is_noise(tag, page.names[id(tag)])}
    heading = find_heading(soup, page, noise, [title_key(t) for t in titles], {title_key(name) for name in site_names})
    if heading is not None:
        noise -= lineage(heading)
    page.weigh(noise)
    body = _find_known_body(page, noise, heading) or (_climb(page, heading) if heading else _descend(soup, page))
    if body is None:
        return PageLayout(heading, None, None, frozenset(noise))
    noise -= lineage(body)
    if heading is not None and id(body) in lineage(heading):
        noise |= _lists_below(page, heading, body)
    region = _region(heading, body)
    return PageLayout(heading, body, region, frozenset(noise))


def _is_noise(tag: Tag, names: str) -> bool:
    if not tag.attrs or tag.name in _NEVER_NOISE:
        return tag.name in _NOISE_NAMES
    if tag.name in _NOISE_NAMES or tag.attrs.get("role") in _NOISE_ROLES:
        return True
    if not _sounds_like_noise(names):
        return False
    # The files of an article in Joomla are dressed as tabs.
    return tag.parent is None or "content-links" not in str(tag.parent.get("class", ""))


@lru_cache(maxsize=SEEN_AGAIN)
def _sounds_like_noise(names: str) -> bool:
    return _NOISE_CLASS.search(names) is not None


@lru_cache(maxsize=SEEN_AGAIN)
def _sounds_like_body(names: str) -> bool:
    return _KNOWN_BODY.search(names) is not None


def _find_known_body(page: PageMap, noise: set[int], heading: Tag | None) -> Tag | None:
    unwanted = page.inside(noise)
    start = page.order[id(heading)] if heading is not None else -1
    above = lineage(heading) if heading is not None else set()
    found: list[Tag] = []
    for tag in page.tags:
        if not tag.attrs or id(tag) in unwanted or tag.name in _NEVER_BODY:
            continue
        if tag.attrs.get("itemprop") != "articleBody" and not _sounds_like_body(page.names[id(tag)]):
            continue
        mass = page.mass[id(tag)]
        if (
            (id(tag) in above or page.order[id(tag)] > start)
            and (mass.content >= 25 or mass.media)
            and mass.linked <= mass.content + 200
        ):
            found.append(tag)
    if not found:
        return None
    largest = max(found, key=lambda tag: page.mass[id(tag)].content)
    # Of nested ones with the same content the innermost has the least noise.
    enough = page.mass[id(largest)].content * 0.8
    return next(tag for tag in reversed(found) if page.mass[id(tag)].content >= enough)


def _climb(page: PageMap, heading: Tag) -> Tag | None:
    """From the heading up to the first element that holds an article below it, and on while as much follows."""
    held, best = 0, None
    node = heading
    for parent in heading.parents:
        if isinstance(parent, BeautifulSoup) or parent.name == "html":
            break
        added = sum(page.mass[id(tag)].content for tag in _later(node) if page.mass[id(tag)].is_article)
        if best is None:
            added += sum(len(text.strip()) for text in node.next_siblings if type(text) is NavigableString)
        if added >= (25 if best is None else max(200, held // 2)):
            held, best = held + added, parent
        node = parent
    return best or _climb_short(page, heading)


def _climb_short(page: PageMap, heading: Tag) -> Tag | None:
    """For a page of a few short lines ("Hạn nhận: …"): up to all that follows the heading and links to nothing."""
    held, best, node = 0, None, heading
    for parent in heading.parents:
        if isinstance(parent, BeautifulSoup) or parent.name == "html":
            break
        added = sum(page.mass[id(tag)].content for tag in _later(node) if not page.mass[id(tag)].links)
        if held and not added:
            break
        held += added
        if held >= 12:
            best = parent
        node = parent
    return best


def _lists_below(page: PageMap, heading: Tag, body: Tag) -> set[int]:
    """Side bars without a telling name: lists of links that follow the heading's own column up to the body."""
    lists: set[int] = set()
    node = heading
    while node is not body and node.parent is not None:
        lists |= {id(tag) for tag in _later(node) if page.mass[id(tag)].is_list}
        node = node.parent
    return lists


def _later(node: Tag) -> Iterator[Tag]:
    return (sibling for sibling in node.next_siblings if isinstance(sibling, Tag))


def _descend(soup: BeautifulSoup, page: PageMap) -> Tag | None:
    """From the top down as long as one child holds nearly everything."""
    node = soup.body
    while node is not None:
        total = page.mass[id(node)].content
        if total < 25:
            return None
        children = [child for child in node.children if isinstance(child, Tag)]
        heaviest = max(children, key=lambda tag: page.mass[id(tag)].content, default=None)
        if (
            heaviest is None
            or page.mass[id(heaviest)].content < 0.7 * total
            or heaviest.name in ("p", "table", "ul", "ol")
        ):
            return node
        node = heaviest
    return None


def _region(heading: Tag | None, body: Tag) -> Tag:
    """The <article> around heading and body, else the smallest element around both, else the body's own column."""
    if heading is None:
        parent = body.parent
        return parent if parent is not None and parent.name not in ("body", "html", "[document]") else body
    above = lineage(heading)
    around = next(tag for tag in (body, *body.parents) if id(tag) in above)
    return next((tag for tag in (around, *around.parents) if tag.name == "article"), around)
