"""Which files of an article are worth fetching."""

from crawler.discovery.interest import Interest, judge_title
from crawler.extract.document import FileLink
from crawler.extract.paper import Paper

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
