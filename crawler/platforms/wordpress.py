"""WordPress: its REST interface names all posts with exact times and files; where it is closed, lists serve."""

import html
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scrapy import Request
from scrapy.http import TextResponse
from w3lib.html import remove_tags

from crawler.discovery.address import absolute, is_media, list_of
from crawler.discovery.feed import parse_utc
from crawler.discovery.interest import Interest, judge_section, judge_title
from crawler.discovery.lead import Lead, LeadOrigin
from crawler.discovery.page import Page
from crawler.discovery.platform import AddressRole, Door, DoorKind
from crawler.extract.document import FileLink
from crawler.platforms.generic import Generic

_REST = "https://api.w.org/"
_PER_PAGE = 100
_ITEM_FIELDS = "id,link,title,date_gmt,modified_gmt,categories"
_MEDIA_FIELDS = "id,post,source_url,mime_type,title"
#: Kinds of content that are never notices.
_NO_CONTENT = re.compile(
    r"(?:attachment|media|nav_menu\w*|wp_\w+|elementor\w*|e-\w+|product\w*|popup\w*|slider\w*|blocks|ux_\w+)"
)
_LISTS = {"archive", "category", "blog", "search", "search-results", "tag", "date", "author", "attachment", "error404"}


class WordPress(Generic):
    """Posts, pages and a site's own kinds of content, all through `wp-json`."""

    name: ClassVar[str] = "wordpress"
    noise: ClassVar[re.Pattern[str] | None] = re.compile(
        r"[?&](?:attachment_id|author|m|feed|s)=|/(?:embed|trackback|wp-includes|comments)(?:/|$)|/xmlrpc\.php|/\d{4}/\d\d/?$|"
        r"/wp-content/(?!uploads/)"
    )

    def __init__(self) -> None:
        super().__init__()
        self._categories: dict[int, Interest] = {}
        self._asked: dict[int, Lead] = {}
        self._rest = ""

    @classmethod
    def recognises(cls, page: Page) -> bool:
        """By its interface, its generator, or the folders that everything lies in."""
        return (
            bool(page.response.css(f'link[rel="{_REST}"]'))
            or "WordPress" in page.generator
            or b"/wp-content/themes/" in page.response.body
        )

    def doors(self, page: Page) -> list[Door]:
        """The categories, which lead on to the kinds of content; and the feed."""
        root = page.response.css(f'link[rel="{_REST}"]::attr(href)').get()
        if not root:
            return super().doors(page)
        self._rest = absolute(root, page.url)
        url = _route(self._rest, "wp/v2/categories", per_page=_PER_PAGE, _fields="id,name,slug")
        return [Door(url=url, kind=DoorKind.INTERFACE)]

    def read_interface(self, response: TextResponse, door: Door) -> tuple[list[Lead], list[Door]]:
        """Categories, then kinds, then their items page by page; or the files of some items."""
        answer = response.json()
        route = re.split(r"[?&]", door.url.rpartition("wp/v2/")[2])[0]
        if route == "categories":
            self._categories = {c["id"]: judge_section(html.unescape(c["name"])) for c in answer}
            more = _following(response, door, len(answer))
            types = Door(url=_route(self._rest, "wp/v2/types"), kind=DoorKind.INTERFACE)
            return [], more or [types, *self._items("posts", "pages")]  # some keep to themselves which kinds there are
        if route == "types":
            bases = [kind["rest_base"] for name, kind in answer.items() if not _NO_CONTENT.fullmatch(name)]
            return [], self._items(*filter(None, bases))
        if route == "media":
            return self._read_media(answer), _following(response, door, len(answer))
        more = _following(response, door, len(answer))
        if route == "posts" and not more:
            self.reaches_all = True
        return [self._read_item(item) for item in answer if item.get("link")], more

    def file_doors(self, leads: Sequence[Lead]) -> list[Door]:
        """Files may hang on a post without being linked in it."""
        self._asked = {lead.number: lead for lead in leads if lead.number}
        numbers = sorted(self._asked)
        doors = []
        for start in range(0, len(numbers), _PER_PAGE // 2):
            parents = ",".join(map(str, numbers[start : start + _PER_PAGE // 2]))
            url = _route(self._rest, "wp/v2/media", per_page=_PER_PAGE, parent=parents, _fields=_MEDIA_FIELDS)
            doors.append(Door(url=url, kind=DoorKind.INTERFACE))
        return doors

    def role(self, url: str) -> AddressRole:
        """Categories are lists; short links lead to articles."""
        if re.search(r"/(?:category|chuyen-muc|danh-muc)/", url):
            return AddressRole.LIST
        if re.search(r"/\?(?:p|page_id)=\d+$", url):
            return AddressRole.ARTICLE
        return super().role(url)

    def source_key(self, page: Page, lead: Lead) -> str:
        """The number of the post, which stays when its address is changed."""
        number = lead.number or next((int(c[7:]) for c in page.body_classes if re.fullmatch(r"postid-\d+", c)), None)
        return f"post-{number}" if number else super().source_key(page, lead)

    def is_list(self, page: Page) -> bool:
        """The body says it."""
        if page.body_classes & {"single", "single-post", "page-template", "singular"}:
            return False
        return bool(page.body_classes & _LISTS) or super().is_list(page)

    def next_page(self, page: Page, number: int) -> Request | None:
        """Past the end there is an honest 404, so the next page of an archive can be tried without a link to it."""
        found = super().next_page(page, number)
        if found or number > 1 or not page.body_classes & {"archive", "category", "blog"}:
            return found
        return Request(f"{list_of(page.url)}/page/2/")

    def _items(self, *bases: str) -> list[Door]:
        """Where the items of some kinds are named."""
        urls = (_route(self._rest, f"wp/v2/{base}", per_page=_PER_PAGE, _fields=_ITEM_FIELDS) for base in bases)
        return [Door(url=url, kind=DoorKind.INTERFACE) for url in urls]

    def _read_item(self, item: dict[str, Any]) -> Lead:
        url = absolute(item["link"])
        title = html.unescape(remove_tags(item["title"]["rendered"]))
        sections = [self._categories.get(number, Interest.VAGUE) for number in item.get("categories", [])]
        listed = Interest.NOTICE if Interest.NOTICE in sections else Interest.NONE
        return Lead(
            url=url,
            key=self.key(url),
            title=title,
            origin=LeadOrigin.INTERFACE,
            interest=max(listed, judge_title(title)),
            published_at=parse_utc(item["date_gmt"] or ""),
            modified_at=parse_utc(item["modified_gmt"] or ""),
            number=item["id"],
        )

    def _read_media(self, answer: list[dict[str, Any]]) -> list[Lead]:
        files: dict[int, list[FileLink]] = {}
        for item in answer:
            url = item.get("source_url") or ""
            if url and not is_media(url):  # pictures are met in the text, where they are part of it
                title = html.unescape(item["title"]["rendered"])
                name = title + PurePosixPath(urlsplit(url).path).suffix
                files.setdefault(item["post"], []).append(
                    FileLink(url=url, filename=name, media_type=item["mime_type"])
                )
        return [
            _with_files(self._asked[number], tuple(found)) for number, found in files.items() if number in self._asked
        ]


def _with_files(lead: Lead, files: tuple[FileLink, ...]) -> Lead:
    return Lead(url=lead.url, key=lead.key, files=(*lead.files, *files), number=lead.number)


def _route(rest: str, route: str, **parameters: str | int) -> str:
    """The address of a route: at /wp-json/, or at ?rest_route=/ where addresses are not rewritten."""
    parts = urlsplit(rest)
    pairs = dict(parse_qsl(parts.query))
    if "rest_route" in pairs:
        pairs["rest_route"] = f"/{route}"
        return urlunsplit(parts._replace(query=urlencode(pairs | parameters, safe="/,")))
    path = f"{parts.path.rstrip('/')}/{route}"
    return urlunsplit(parts._replace(path=path, query=urlencode(parameters, safe="/,")))


def _following(response: TextResponse, door: Door, count: int) -> list[Door]:
    """The next page of an answer with so many entries: until the last, or a short one where caches drop the number."""
    stated = (response.headers.get("X-WP-TotalPages") or b"").decode()
    pairs = dict(parse_qsl(urlsplit(door.url).query))
    page = int(pairs.get("page", 1))
    total = int(stated) if stated.isdecimal() else page + (count >= int(pairs.get("per_page", _PER_PAGE)))
    if page >= total:
        return []
    query = urlencode(pairs | {"page": page + 1}, safe="/,")
    return [Door(url=urlunsplit(urlsplit(door.url)._replace(query=query)), kind=DoorKind.INTERFACE, is_further=True)]
