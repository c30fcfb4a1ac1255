"""What stands at an address: all that a page has to say, found out in one go beside the spider."""

import pickle
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from scrapy.http import HtmlResponse

from crawler.discovery.address import canonical
from crawler.discovery.door import corroborate, own_address
from crawler.discovery.heading import is_named
from crawler.discovery.interest import Interest
from crawler.discovery.lead import Lead
from crawler.discovery.link import sort_links
from crawler.discovery.onward import frames_of, next_part, sent_to
from crawler.discovery.outcome import PageOutcome
from crawler.discovery.page import TITLE_WORDS, Page
from crawler.discovery.platform import Platform
from crawler.extract.document import Article, FileLink, FileText
from crawler.extract.notice import read_notice
from crawler.extract.page.article import parse_article
from crawler.extract.paper import Paper
from crawler.memory.memory import hash_article
from crawler.reading.excuse import is_headed_gone
from crawler.reading.wanted_files import choose_files
from timthau.model.notice import Attachment, Notice
from timthau.text.fold import fold

_LOG_IN = re.compile(r"dang[ _-]?nhap|log[ _-]?in|sign[ _-]?in|account")
#: Letters of a page that says nothing by itself.
_THIN = 200
#: So many titles make a page more than its menu.
_FEW_TITLES = 3

Files = Sequence[tuple[Attachment, FileText]]


@dataclass(frozen=True, kw_only=True)
class FetchedPart:
    """A further page of an article, as it was fetched."""

    url: str
    body: bytes
    encoding: str


@dataclass(frozen=True, kw_only=True)
class FetchedPage:
    """A fetched page and what is known of it, as it travels to the process that reads it.

    `platform` is pickled, as it is the same for all pages of a site; `previous` is what is stored of the page's notice.
    `as_article` is said where a page that looks like a list is none. `parts` are the further pages of its article.
    """

    url: str
    body: bytes
    encoding: str
    platform: bytes
    hosts: frozenset[str]
    source: str
    lead: Lead
    previous: Notice | None = None
    as_article: bool = False
    parts: tuple[FetchedPart, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReadPage:
    """What a page turned out to be.

    `url` and `key` are its own, whatever address led there. `article` is None when the page is a list. `leads` are
    further notices that it links to. `files` have to be fetched before the fields are read; where there are none
    `notice` and `outcome` say already what was read. `onward` is where a page leads by itself that says nothing.
    `asks_login` where a password is asked for and no notice is said, `is_untitled` where its title is that of the link.
    `is_stand_in` of what lists others in the place of what was asked for: the home page, or "Không tìm thấy".
    `following` is the next page of an article that goes on, `parts` how many further ones were read with it, and
    `lacks` what could not be fetched of it.
    """

    url: str
    key: str
    article: Article | None = None
    leads: tuple[Lead, ...] = ()
    source_key: str = ""
    content_hash: str = ""
    files: tuple[FileLink, ...] = ()
    notice: Notice | None = None
    outcome: PageOutcome = PageOutcome.OTHER
    onward: tuple[str, ...] = ()
    asks_login: bool = False
    is_untitled: bool = False
    is_stand_in: bool = False
    following: str = ""
    parts: int = 0
    lacks: str = ""

    @property
    def says_notice(self) -> bool:
        """Whether a page is a notice, or may be one by its files."""
        return self.notice is not None or bool(self.files)


def look(fetched: FetchedPage) -> ReadPage:
    """Read a page as far as it can be read without its files. Raises DocumentError when it is no page to read."""
    platform, lead, previous = _thaw(fetched.platform), fetched.lead, fetched.previous
    called = lead.title or (previous.title if previous else "")
    page = Page(HtmlResponse(fetched.url, body=fetched.body, encoding=fetched.encoding), called)
    url = own_address(page, platform, fetched.hosts)
    key = platform.key(url)
    is_list = platform.is_list(page) and not fetched.as_article
    is_home = bool(called) and _is_home(page, platform) and not is_named(page.root, called)
    if is_list or is_home:
        return ReadPage(url=url, key=key, is_stand_in=is_home or is_headed_gone(page.root, called))
    parsed = parse_article(fetched.body, url=url, encoding=fetched.encoding, called=called)
    others = sort_links(page, platform, fetched.hosts).leads
    if not (fetched.as_article or called) and page.is_entry(parsed.title):
        return ReadPage(url=url, key=key, leads=tuple(others))
    article, parts, following = _read_on(page, corroborate(parsed, lead, previous), fetched.parts)
    paper = Paper(article)
    files = choose_files(paper, lead.interest)
    source_key = platform.source_key(page, lead)
    known_by = previous.source_key if previous else source_key
    notice, outcome = (None, PageOutcome.OTHER) if files else read_fields(paper, (), fetched.source, known_by)
    related = {link.url for link in page.links if link.is_data}  # beside an article, whose address is no list's
    return ReadPage(
        url=url,
        key=key,
        article=article,
        leads=tuple(other for other in others if other.interest is Interest.NOTICE and other.url not in related),
        source_key=source_key,
        content_hash=hash_article(article),
        files=files,
        notice=notice,
        outcome=outcome,
        asks_login=notice is None and not files and _is_log_in(page, article),
        is_untitled=not parsed.title,
        onward=() if files or len(article.text) > _THIN else _find_onward(page, fetched.hosts),
        following=following,
        parts=parts,
    )


def _read_on(page: Page, article: Article, further: Sequence[FetchedPart]) -> tuple[Article, int, str]:
    """An article with what its further pages say, how many say more, and where the next one stands.

    A page that says nothing more is one of something else beside the article, and there are no others.
    """
    for read, part in enumerate(further):
        said = parse_article(part.body, url=part.url, encoding=part.encoding, called=article.title)
        if said.text in article.text:
            return article, read, ""
        files = dict.fromkeys((*article.files, *said.files))
        text, tables = f"{article.text}\n{said.text}", (*article.tables, *said.tables)
        article = replace(article, text=text, tables=tables, files=tuple(files))
        page = Page(HtmlResponse(part.url, body=part.body, encoding=part.encoding), article.title)
    return article, len(further), next_part(page, article.url, len(further) + 2)


def _is_home(page: Page, platform: Platform) -> bool:
    """Whether a page links to what the home page does, titles among them, and to nothing else, and is called so."""
    titled = [link for link in page.links if len(link.text.split()) >= TITLE_WORDS]
    links = {canonical(link.url) for link in page.links}
    return len(titled) >= _FEW_TITLES and page.title == platform.home_title and links == platform.home_links


def _is_log_in(page: Page, article: Article) -> bool:
    """Whether a page asks who is there: by a field for a password, and by its name; side bars have such fields, too."""
    return bool(_LOG_IN.search(fold(f"{page.url} {article.title}"))) and bool(page.response.css("input[type=password]"))


def _find_onward(page: Page, hosts: frozenset[str]) -> tuple[str, ...]:
    """Where what a page should say may stand instead: where a script leads, or in its frames."""
    address = sent_to(page, hosts)
    return (address,) if address else tuple(frames_of(page, hosts))


def read_fields(paper: Paper, files: Files, source: str, source_key: str) -> tuple[Notice | None, PageOutcome]:
    """The notice that a paper and its files are, if they are one, and the word for what they are."""
    if notice := read_notice(paper, files, source=source, source_key=source_key):
        return notice, PageOutcome.NOTICE
    return None, PageOutcome.GUIDE if paper.is_guide() else PageOutcome.OTHER


@lru_cache(maxsize=64)
def _thaw(platform: bytes) -> Platform:
    thawed: Platform = pickle.loads(platform)  # packed by our own spider, which forked this process
    return thawed
