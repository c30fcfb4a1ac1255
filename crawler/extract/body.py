"""Where the article stands on a page: its heading, its body, and what around it is noise."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from timthau.text import collapse_spaces, fold

_NOISE_NAMES = frozenset(("nav", "aside", "footer", "menu"))
_NOISE_ROLES = frozenset(("navigation", "complementary", "contentinfo", "banner", "search", "menu", "menubar"))
# Words of class and id, after "newsRelated" and "news_related" have become "news-related".
_NOISE_CLASS = re.compile(
    r"(?:^|[ -])(?:"
    r"side-?bar|aside|sub-?nav|nav(?:igation|bar|menu)?|(?:main|top|mega|left|right|mobile|primary|sub)?-?menu|bread-?crumbs?|footer|"
    r"comments?|commentlist|binh-?luan|respond|"
    r"relate[ds]?|related-.*|lien-?quan|other-?(?:news|post|article|item)s?|(?:news|posts?|articles?|items?|tin|bai-viet)-?(?:others?|khac|related|lien-?quan)|tin-?(?:khac|cu|moi|lien-?quan|cung-.*)|cung-chuyen-muc|"
    r"(?:most|popular|recent|latest)-?(?:news|read|viewed|posts?|articles?)|"
    r"shar(?:e|ing)(?:-.*)?|socials?(?:-.*)?|addthis.*|fb-.*|zalo.*|"
    r"pagination|paging|pager|post-navigation|nav-links|counter|thong-?ke|truy-?cap|visitors?|statistics|"
    r"rating|votes?|stars?|tag-?links|tags?-?list|tag-?cloud|toolbar|advert.*|ads|quang-?cao|slider|carousel|swiper|popup|modal|"
    r"cookie.*|search-?form|site-?header|site-?info|skip-?link|author-?(?:box|bio)|newsletter|copyright|widget-area|wpd-.*"
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
    r"fck-detail|cms-body|dnn-?module-?content|htmlmodule-?lbl-?content)(?: |$)"
)
_SITE_TITLE = re.compile(r"site-?(?:title|name)|logo|brand", re.I)
_TITLE_CLASS = re.compile(r"title|tieu-?de|headline|heading", re.I)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TITLE_BREAK = re.compile(r"\s+[-|–—:»·•]+\s+|\s*[|»]\s*")
_FILE_HREF = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|rtf)\b|download|fileticket|drive\.google", re.I)
_SMALL = re.compile(r"icon|logo|emoji|avatar|spacer|banner|(?:width|height)=[\"']?\d{1,2}(?:px)?[\"' ]", re.I)
_MEDIA_MASS = 150


@dataclass(slots=True)
class _Mass:
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


@dataclass
class Layout:
    """What `find_layout` found; `noise` are the `id()`s of elements that are no part of the article."""

    heading: Tag | None
    body: Tag | None
    region: Tag | None
    noise: frozenset[int]


@dataclass
class _Map:
    """The tags of a page in order with their names and masses, taken once."""

    tags: list[Tag]
    names: dict[int, str] = field(default_factory=dict)
    mass: dict[int, _Mass] = field(default_factory=dict)
    order: dict[int, int] = field(default_factory=dict)


def find_layout(soup: BeautifulSoup, titles: Iterable[str], site_names: Iterable[str]) -> Layout:
    """Find heading, body and region (the element around both); None where there is nothing of the kind.

    `titles` are what the page's head calls it, best first; `site_names` are never the heading.
    """
    page = _Map(tags=soup.find_all(True))
    for index, tag in enumerate(page.tags):
        page.order[id(tag)] = index
        page.names[id(tag)] = _names(tag)
    noise = {id(tag) for tag in page.tags if _is_noise(tag, page.names[id(tag)])}
    heading = _find_heading(soup, page, noise, [_key(t) for t in titles], {_key(name) for name in site_names})
    if heading is not None:
        noise -= _lineage(heading)
    _weigh(page, noise)
    body = _find_known_body(page, noise, heading) or (_climb(page, heading) if heading else _descend(soup, page))
    if body is None:
        return Layout(heading, None, None, frozenset(noise))
    noise -= _lineage(body)
    if heading is not None and id(body) in _lineage(heading):
        noise |= _lists_below(page, heading, body)
    region = _region(heading, body)
    return Layout(heading, body, region, frozenset(noise))


def split_title(title: str) -> list[str]:
    """A <title> and its pieces between dashes and bars, longest reading first."""
    pieces = [piece for piece in _TITLE_BREAK.split(title) if len(piece) > 3]
    return [title, *pieces] if len(pieces) > 1 else [title]


def _key(text: str) -> str:
    return fold(collapse_spaces(text))


def _names(tag: Tag) -> str:
    names = f"{tag.get('class', '')} {tag.get('id', '')}".strip()
    return _CAMEL.sub("-", names).replace("_", "-").lower() if names else ""


def _is_noise(tag: Tag, names: str) -> bool:
    if tag.name in ("html", "body", "main", "form", "input"):
        return False
    if tag.name in _NOISE_NAMES or tag.get("role") in _NOISE_ROLES:
        return True
    return bool(names) and _NOISE_CLASS.search(names) is not None


def _lineage(tag: Tag) -> set[int]:
    return {id(tag), *(id(parent) for parent in tag.parents)}


def _weigh(page: _Map, noise: set[int]) -> None:
    masses = page.mass
    for tag in page.tags:
        masses[id(tag)] = _Mass()
    for tag in reversed(page.tags):
        mass = masses[id(tag)]
        if id(tag) in noise or tag.name in ("script", "head", "select", "button"):
            masses[id(tag)] = _Mass()
            continue
        mass.text += sum(len(child.strip()) for child in tag.children if type(child) is NavigableString)
        if tag.name == "a":
            mass.linked, mass.links = mass.text, 1
            mass.media += _FILE_HREF.search(str(tag.get("href", ""))) is not None or tag.has_attr("download")
        elif tag.name in ("iframe", "embed", "object") or (tag.name == "img" and not _SMALL.search(str(tag))):
            mass.media += 1
        above = masses.get(id(tag.parent))
        if above is not None:
            above.text += mass.text
            above.linked += mass.linked
            above.media += mass.media
            above.links += mass.links


def _find_heading(soup: BeautifulSoup, page: _Map, noise: set[int], titles: list[str], sites: set[str]) -> Tag | None:
    unwanted = _inside(page, noise)
    best: tuple[int, int] | None = None
    for index, tag in enumerate(page.tags):
        names = page.names[id(tag)]
        candidate = tag.name in ("h1", "h2", "h3", "h4") or tag.get("itemprop") in ("headline", "name")
        if not candidate and not (names and _TITLE_CLASS.search(names)):
            continue
        text = _key(tag.get_text(" "))
        if not 3 < len(text) < 400 or text in sites:
            continue
        score = _heading_score(tag, names, text, titles) - (6 if id(tag) in unwanted else 0)
        if score >= 3 and (best is None or score > best[0]):
            best = (score, index)
    if best is not None and best[0] >= 5:
        return page.tags[best[1]]
    return _find_title_text(soup, unwanted, titles, sites) or (page.tags[best[1]] if best else None)


def _heading_score(tag: Tag, names: str, text: str, titles: list[str]) -> int:
    score = {"h1": 4, "h2": 2, "h3": 1}.get(tag.name, 0)
    score += 3 if tag.get("itemprop") == "headline" else 0
    score += 1 if names and _TITLE_CLASS.search(names) else 0
    if text in titles:
        score += 5
    elif len(text) > 12 and any(
        title.startswith(text) or text.startswith(title.rstrip(" .…")) for title in titles if len(title) > 12
    ):
        score += 4
    score -= 6 if _SITE_TITLE.search(names) or tag.find_parent(class_=_SITE_TITLE) else 0
    score -= (
        2 if tag.find_parent(("li", "article")) is not None and tag.name != "h1" and tag.find("a") is not None else 0
    )
    return score - (3 if len(text) < 8 else 0)


def _find_title_text(soup: BeautifulSoup, unwanted: set[int], titles: list[str], sites: set[str]) -> Tag | None:
    """Any element that says just what the head calls the page: some sites set titles in <div> or <span>."""
    wanted = {title for title in titles if len(title) > 5} - sites
    for string in soup.find_all(string=True):
        parent = string.parent
        if (
            parent is None
            or parent.name in ("title", "script", "option")
            or len(string) > 500
            or id(parent) in unwanted
        ):
            continue
        if parent.find_parent("a") is None and parent.name != "a" and _key(string) in wanted:
            return parent
    return None


def _inside(page: _Map, roots: set[int]) -> set[int]:
    """The elements and all they hold, as `id()`s."""
    inside = set(roots)
    for tag in page.tags:  # parents come before their children
        if tag.parent is not None and id(tag.parent) in inside:
            inside.add(id(tag))
    return inside


def _find_known_body(page: _Map, noise: set[int], heading: Tag | None) -> Tag | None:
    unwanted = _inside(page, noise)
    start = page.order[id(heading)] if heading is not None else -1
    above = _lineage(heading) if heading is not None else set()
    found: list[Tag] = []
    for tag in page.tags:
        marked = tag.get("itemprop") == "articleBody" or (
            page.names[id(tag)] and _KNOWN_BODY.search(page.names[id(tag)])
        )
        if not marked or id(tag) in unwanted or tag.name in ("html", "body", "a", "span", "img", "h1", "h2", "h3"):
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


def _climb(page: _Map, heading: Tag) -> Tag | None:
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
    return best


def _lists_below(page: _Map, heading: Tag, body: Tag) -> set[int]:
    """Side bars without a telling name: lists of links that follow the heading's own column up to the body."""
    lists: set[int] = set()
    node = heading
    while node is not body and node.parent is not None:
        lists |= {id(tag) for tag in _later(node) if page.mass[id(tag)].is_list}
        node = node.parent
    return lists


def _later(node: Tag) -> Iterator[Tag]:
    return (sibling for sibling in node.next_siblings if isinstance(sibling, Tag))


def _descend(soup: BeautifulSoup, page: _Map) -> Tag | None:
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
    above = _lineage(heading)
    around = next(tag for tag in (body, *body.parents) if id(tag) in above)
    return next((tag for tag in (around, *around.parents) if tag.name == "article"), around)
