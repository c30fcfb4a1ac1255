"""The links of a page, sorted by what they lead to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from crawler.discovery.address import canonical, is_file, is_picture, is_root, is_same_site
from crawler.discovery.interest import Interest, judge_section, judge_title
from crawler.discovery.lead import Lead, LeadOrigin, list_day
from crawler.discovery.page import TITLE_WORDS, WORD, Link, Page
from crawler.discovery.platform import AddressRole, Platform
from crawler.discovery.step import is_of_pager, is_short, is_step
from crawler.extract.document import FileLink

#: Some designs dress lists of titles as menus; what has so many words is a title, or a page that will show what it is.
_LONGEST_SECTION = 9
#: An address that says nothing, behind fewer words than this, is a button rather than a title.
_BUTTON_WORDS = 2
#: What has more words than this may be a title: a file's, or an article's, even where it stands in a menu.
_NAME_WORDS = 5


def looks_like_section(link: Link) -> bool:
    """Whether a link whose address says nothing leads to a section by its place and its words."""
    words = len(WORD.findall(link.text))
    return bool(judge_section(link.text)) and words < (_LONGEST_SECTION if link.menu else TITLE_WORDS)


def is_name(link: Link) -> bool:
    """Whether a link is certainly the name of a section: it may be the title of an article otherwise."""
    return link.menu and len(link.text.split()) <= _NAME_WORDS


def _is_section(link: Link, role: AddressRole) -> bool:
    """Whether a link leads to a list: a numbered address by its few words, one that says nothing by its place too."""
    if role is AddressRole.PAGE:
        return is_step(link.text) or is_short(link)
    return role is AddressRole.UNKNOWN and looks_like_section(link)


@dataclass
class PageLinks:
    """What a page leads to: articles, sections, and files that a list offers without a page of their own.

    `is_cut` where it has more links than are read. `elsewhere` are notices by their titles that lie on other sites.
    """

    is_cut: bool = False
    leads: list[Lead] = field(default_factory=list)
    sections: list[Link] = field(default_factory=list)
    files: list[Lead] = field(default_factory=list)
    elsewhere: list[Link] = field(default_factory=list)


def sort_links(page: Page, platform: Platform, hosts: frozenset[str], *, list_name: str = "") -> PageLinks:
    """The articles, sections and files that a page links to; `list_name` is noted on what it lists."""
    found = PageLinks(is_cut=page.is_cut)
    owners: dict[str, str] = {}
    for link in map(_titled, page.links) if list_name else page.links:
        role = platform.role(link.url)
        if role is AddressRole.FILE:
            if not link.menu:
                lead = _file_lead(link, platform, list_name)
                found.files.append(lead)
                owners[lead.key] = page.owner_of(link.url)
        elif list_name and is_picture(link.url) and _is_entry(link) and link.text in link.context.split("\n"):
            found.files.append(_file_lead(link, platform, list_name))  # a scan that a title leads to, no preview
            owners[found.files[-1].key] = page.owner_of(link.url)
        elif role is AddressRole.NOISE or is_of_pager(link):
            continue  # pagers are followed from page to page
        elif not is_same_site(link.url, hosts):
            if list_name and _is_entry(link) and canonical(link.url) not in platform.home_links:
                found.elsewhere.append(link)
        elif role is AddressRole.LIST or is_root(link.url) or _is_section(link, role):
            found.sections.append(link)
        elif role in (AddressRole.ARTICLE, AddressRole.PAGE) or len(link.text.split()) >= _BUTTON_WORDS:
            found.leads.append(_article_lead(link, platform, list_name))
    found.files = _without_attachments(found, owners)
    return found


def _is_entry(link: Link) -> bool:
    """Whether a link stands in a list as a title that promises a notice."""
    return not link.menu and len(WORD.findall(link.text)) >= TITLE_WORDS and judge_title(link.text) is Interest.NOTICE


def _titled(link: Link) -> Link:
    """A link by the title beside it in its row, where its own words are "Xem", a number, a day or a picture."""
    if not link.context or link.pager or link.is_data or len(WORD.findall(link.text)) >= TITLE_WORDS:
        return link
    if judge_title(link.text) is Interest.NOTICE or (judge_section(link.text) is Interest.NOTICE):
        return link
    lines = [line for line in link.context.split("\n") if len(WORD.findall(line)) >= TITLE_WORDS]
    title = next((line for line in lines if judge_title(line) is Interest.NOTICE), "")
    return replace(link, text=title) if title else link


def _article_lead(link: Link, platform: Platform, list_name: str) -> Lead:
    listed = bool(list_name) and not link.menu
    return Lead(
        url=link.url,
        key=platform.key(link.url),
        title=link.text,
        origin=LeadOrigin.LIST if listed else LeadOrigin.LINK,
        interest=judge_title(link.text),
        published_at=list_day(link.context, link.text) if listed else None,
        lists=frozenset({list_name}) if listed else frozenset(),
    )


def _file_lead(link: Link, platform: Platform, list_name: str) -> Lead:
    context = link.context or link.text
    title = _title_of(link.text, context.split("\n"))
    return Lead(
        url=link.url,
        key=platform.key(link.url),
        title=title,
        origin=LeadOrigin.LIST,
        interest=judge_title(title),
        published_at=list_day(context, title),
        files=(FileLink(url=link.url, filename=link.text or title),),
        alone=True,
        text=context,
        lists=frozenset({list_name}),
    )


def _title_of(link_text: str, lines: list[str]) -> str:
    """The title that a block gives a file, whose own link may say only "Tải về"."""
    candidates = [link_text, *lines]
    return next((line for line in candidates if judge_title(line) is Interest.NOTICE), max(candidates, key=len))


def _without_attachments(found: PageLinks, owners: Mapping[str, str]) -> list[Lead]:
    """The files that are no attachments of an article in the same block, with those of one block joined."""
    articles = {canonical(lead.url) for lead in found.leads if lead.lists}
    alone: dict[str, Lead] = {}
    for file in found.files:
        if owners[file.key] in articles and not _titles_itself(file):
            continue
        first = alone.setdefault(file.text, file)
        if first is not file:
            alone[file.text] = replace(first, files=first.files + file.files)
    return list(alone.values())


def _titles_itself(file: Lead) -> bool:
    """Whether a file's link reads like a title: many words, and no file's name."""
    name = file.files[0].filename
    return len(name.split()) > _NAME_WORDS and not is_file("/" + name)


def open_sections(found: Iterable[Link], *, home: bool, parent: str) -> list[tuple[Link, Interest]]:
    """The sections worth reading: from the home page all that may list notices, from others only those that say so.

    Sections of a section, below the address of the `parent`, are as good as those of the home page.
    """
    stem = re.sub(r"\.(?:html?|aspx|php)$", "", parent) + "/"
    sections: list[tuple[Link, Interest]] = []
    for link in found:
        interest = judge_section(link.text)
        if interest is Interest.NOTICE or (interest is Interest.VAGUE and (home or link.url.startswith(stem))):
            sections.append((link, interest))
    return sections
