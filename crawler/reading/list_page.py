"""What home pages and pages of lists lead to, found out in one go beside the spider."""

import pickle
from dataclasses import dataclass, field
from typing import TypeVar

from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.discovery.address import canonical, list_of
from crawler.discovery.choice import ListParts, find_choices
from crawler.discovery.door import read_door
from crawler.discovery.interest import Interest
from crawler.discovery.lead import Lead
from crawler.discovery.link import PageLinks, sort_links
from crawler.discovery.onward import frames_of, sent_to
from crawler.discovery.page import TITLE_WORDS, Page
from crawler.discovery.pager import counts_down, is_last_page, other_lists, page_before
from crawler.discovery.platform import Door, Platform
from crawler.discovery.silent import find_rest, find_total, find_unaddressed, says_nothing_of_its_own
from crawler.platforms import recognise
from crawler.reading.excuse import is_list_out_of_order

_Response = TypeVar("_Response", bound=Response)
#: What an article may lead to without being a list: the one before and the one after.
_NEIGHBOURS = 2


@dataclass(frozen=True, kw_only=True)
class FetchedList:
    """A fetched page and what it is of its list, as it travels to the process that reads it.

    `is_doubtful` where the page may be an article, `called` what the link to it says, `next_url` what the
    answer's head calls the next page, `goes_down` where the list counts its pages down; `platform` is packed.
    """

    url: str
    body: bytes
    encoding: str
    platform: bytes
    hosts: frozenset[str]
    name: str
    called: str
    number: int
    is_doubtful: bool
    next_url: str = ""
    goes_down: bool = False


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """What a page leads to, and the request for the page after it. `is_article` where it is none of a list.

    `frames` are the pages of the site that stand in it, `beside` the second pages of other lists that do, `sent_to` is
    where a page without links leads by itself. `is_last` where its pager shows numbers, and none after its own.
    `unaddressed` are notices that it shows and that lead nowhere; `rest` is why more stands behind it where nothing
    leads on, `total` how many entries it says that there are, `is_wordless` where nothing stands on it beside menus
    and links. `choices` are other years, months or categories of the list that can be chosen on it.
    """

    has_links: bool = True
    is_article: bool = False
    links: PageLinks
    following: Request | None = None
    frames: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    sent_to: str = ""
    is_out_of_order: bool = False
    is_last: bool = False
    unaddressed: tuple[str, ...] = ()
    rest: str = ""
    total: int = 0
    is_wordless: bool = False
    choices: ListParts = field(default_factory=ListParts)


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """What the first page of a site tells: its platform, packed, the doors that it names, its title and links.

    `sent_to` is where a splash leads; `is_closed` where the page is written to its closing tag.
    """

    url: str
    platform: bytes
    doors: tuple[Door, ...]
    title: str
    sent_to: str
    page: ListPage
    is_closed: bool


def look_at_list(fetched: FetchedList) -> ListPage:
    """Read a page of a list."""
    platform: Platform = pickle.loads(fetched.platform)  # packed by our own spider
    response = HtmlResponse(fetched.url, body=fetched.body, encoding=fetched.encoding)
    page = Page(response, fetched.called if fetched.is_doubtful else "")
    if not page.has_links and not frames_of(page, fetched.hosts):
        return ListPage(has_links=False, links=PageLinks(), sent_to=sent_to(page, fetched.hosts))
    if fetched.is_doubtful and _is_article(page, fetched.called, platform, fetched.hosts, fetched.name):
        return ListPage(is_article=True, links=PageLinks())
    following = platform.next_page(page, fetched.number) or (Request(fetched.next_url) if fetched.next_url else None)
    if fetched.goes_down or (fetched.number == 1 and counts_down(page)):
        following = page_before(page)
    return _read(page, platform, fetched.hosts, fetched.name, number=fetched.number, following=following)


def look_at_home(response: TextResponse, hosts: frozenset[str], platform_name: str | None) -> HomePage | None:
    """Read the first page of a site; None when it has no links."""
    page = Page(response)
    onward = sent_to(page, hosts)
    if not page.has_links and not onward and not frames_of(page, hosts):
        return None
    platform = recognise(page, name=platform_name)
    platform.home_links = frozenset(canonical(link.url) for link in page.links)
    platform.home_title = page.title
    return HomePage(
        url=page.url,
        sent_to=onward,
        doors=tuple(platform.doors(page)),
        title=page.title,
        page=_read(page, platform, hosts, list_of(page.url), number=1, following=platform.next_page(page, 1)),
        platform=pickle.dumps(platform),  # with what it remembers of its doors
        is_closed=b"</html" in response.body.lower(),
    )


def look_at_door(response: Response, door: Door, platform: bytes) -> tuple[list[Lead], list[Door]]:
    """What a feed or a sitemap names."""
    return read_door(response, door, pickle.loads(platform))  # packed by our own spider


def detached(response: _Response) -> _Response:
    """A response as it travels to the process that reads it: without what belongs to its connection."""
    return response.replace(cls=type(response), request=None, certificate=None)


def _read(
    page: Page, platform: Platform, hosts: frozenset[str], name: str, *, number: int, following: Request | None
) -> ListPage:
    links = sort_links(page, platform, hosts, list_name=name)
    named = [lead for lead in (*links.leads, *links.files) if lead.lists]
    urls = (*(lead.url for lead in named), *(link.url for link in links.sections))
    own = any(lead.interest is Interest.NOTICE for lead in named)
    own = own or any(canonical(url) not in platform.home_links for url in urls)
    frames = tuple(frames_of(page, hosts)) if number == 1 else ()
    return ListPage(
        links=links,
        following=following,
        unaddressed=tuple(find_unaddressed(page)),
        rest=find_rest(page, number) if following is None else "",
        total=find_total(page) if following is None and number == 1 else 0,
        is_wordless=not (own or frames or following) and says_nothing_of_its_own(page),
        is_last=is_last_page(page, number),
        choices=find_choices(page, hosts, goes_on=following is not None) if number == 1 else ListParts(),
        frames=frames,
        beside=tuple(other_lists(page, following)) if number == 1 else (),
        is_out_of_order=is_list_out_of_order(page.root),
    )


def _is_article(page: Page, called: str, platform: Platform, hosts: frozenset[str], list_name: str) -> bool:
    """Whether what a few words made a list is an article: it says so, or it lists nothing of its own."""
    if platform.is_article(page) or platform.is_list(page):
        return platform.is_article(page)
    found = sort_links(page, platform, hosts, list_name=list_name)
    named = [*found.leads, *(file for file in found.files if file.interest is Interest.NOTICE)]
    own = [lead for lead in named if lead.lists and canonical(lead.url) not in platform.home_links]
    return len(own) <= (_NEIGHBOURS if len(called.split()) >= TITLE_WORDS else 0)
