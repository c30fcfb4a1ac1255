"""Reading one document by itself: a file, or the answer of one address."""

import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from crawler.extract.article import parse_article
from crawler.extract.attachments import read_file
from crawler.extract.document import Article, FileText
from crawler.extract.kind import classify
from crawler.extract.notice import read_notice
from timthau import __version__
from timthau.errors import DocumentError
from timthau.model import Notice

#: Pages and files beyond this are not read; the largest scan seen on agencies' sites had about 40 MB.
MAX_BYTES = 64_000_000
_TIMEOUT_SECONDS = 60
#: The longest line of a document that is taken for its heading.
_HEADING_LENGTH = 300
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|article|div|p|h[1-6]|table)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document as it was found: its address, its name, its bytes, and what the server called it."""

    url: str
    filename: str
    content: bytes
    declared_type: str | None = None
    encoding: str | None = None


def load_document(path: Path, *, url: str | None = None) -> Document:
    """A document from the disk. Raises DocumentError when it cannot be read or is too large."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DocumentError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        content = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror}") from error
    return Document(url=url or path.resolve().as_uri(), filename=path.name, content=content)


def fetch_document(url: str, *, contact: str) -> Document:
    """A document from the network, one request. Raises DocumentError when there is no whole answer."""
    agent = f"TimThau/{__version__}" + (f" (+{contact})" if contact else "")
    try:
        request = urllib.request.Request(url, headers={"User-Agent": agent})
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            content = response.read(MAX_BYTES + 1)
            headers, final = response.headers, response.url
    except (OSError, ValueError) as error:  # refused, timed out, no such host, an answer that is no HTTP
        raise DocumentError(f"{url}: {error}") from error
    if len(content) > MAX_BYTES:
        raise DocumentError(f"{url}: larger than {MAX_BYTES // 1_000_000} MB")
    name = headers.get_filename() or urllib.parse.unquote(urllib.parse.urlsplit(final).path.rsplit("/", 1)[-1])
    return Document(
        url=final,
        filename=name,
        content=content,
        declared_type=headers.get_content_type(),
        encoding=headers.get_content_charset(),
    )


def read_document(document: Document) -> Notice | None:
    """What a page or a file says by itself; None when it is no procurement notice.

    Files that a page links to are named but not fetched. Raises DocumentError when it cannot be read at all.
    """
    if _HTML.search(document.content[:4096]):
        article = parse_article(document.content, url=document.url, encoding=document.encoding)
    else:
        text = read_file(document.content, filename=document.filename, declared_type=document.declared_type)
        if not text.text.strip():
            raise DocumentError(f"{document.filename}: {text.warning or 'holds no text'}")
        article = build_article(text, url=document.url, filename=document.filename)
    parts = urllib.parse.urlsplit(document.url)
    return read_notice(article, (), source=parts.hostname or "file", source_key=parts.path or document.filename)


def build_article(file: FileText, *, url: str, filename: str) -> Article:
    """The article that a file is when it stands alone: its title is the first line that announces something."""
    lines = [line.strip() for line in file.text.splitlines() if line.strip()]
    headings = [line for line in lines if len(line) <= _HEADING_LENGTH]
    title = next((line for line in headings if classify(line, "")), None) or Path(filename).stem
    return Article(url=url, title=title, text="\n".join(lines), tables=file.tables)
