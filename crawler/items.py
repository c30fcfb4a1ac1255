"""What travels from the spider through the pipelines."""

from dataclasses import dataclass

from crawler.discovery.lead import Lead
from crawler.extract.document import Article, FileLink, FileText
from timthau.model.notice import Attachment, Notice


@dataclass(kw_only=True)
class PageItem:
    """One page on its way into the store: what the spider read of it, and what the pipelines add.

    `previous` is what is stored of the page's notice. `wanted` are the files to fetch before the fields are read.
    `outcome` is the word under which the page is remembered.
    `lacks` says what of it could not be fetched that may be there another time; empty where it is whole.
    """

    lead: Lead
    article: Article
    source_key: str
    etag: str | None = None
    last_modified: str | None = None
    previous: Notice | None = None
    wanted: tuple[FileLink, ...] = ()
    files: tuple[tuple[Attachment, FileText], ...] = ()
    notice: Notice | None = None
    outcome: str = "other"
    content_hash: str = ""
    lacks: str = ""
