"""Which files of an article are worth fetching, and files that are articles."""

from crawler.discovery.interest import Interest, judge_title
from crawler.discovery.lead import Lead
from crawler.extract.document import Article, FileLink
from crawler.extract.paper import Paper
from crawler.items import PageItem

#: Pictures inside an article with more text than this illustrate it; in one with less they may be the notice.
_TELLING_TEXT = 600
_MOST_FILES = 40


def choose_files(paper: Paper, promised: Interest) -> tuple[FileLink, ...]:
    """The files of what may be a notice, by itself or because it says too little to tell.

    `promised` is what the link that led to the article promised.
    """
    article = paper.article
    if not article.files or not _may_be_notice(paper, promised):
        return ()
    few_words = len(article.text) < _TELLING_TEXT
    return tuple(link for link in article.files if few_words or not link.inline)[:_MOST_FILES]


def _may_be_notice(paper: Paper, promised: Interest) -> bool:
    if paper.kind:
        return True
    telling = judge_title(paper.article.title)
    if telling is Interest.NOTICE or promised is Interest.NOTICE:
        return True
    return telling is Interest.VAGUE and len(paper.article.text) < _TELLING_TEXT


def reading_of_file(lead: Lead) -> PageItem:
    """A notice that is a file, with what the list says of it."""
    article = Article(
        url=lead.url, title=lead.title, text=lead.text or lead.title, published_at=lead.published_at, files=lead.files
    )
    return PageItem(lead=lead, article=article, source_key=lead.key, wanted=choose_files(Paper(article), lead.interest))
