"""What reading starts from: the article of a page, and the text of a file, both without their markup."""

from dataclasses import dataclass

from timthau.model import Moment

#: Rows of cells; a cell that spans rows or columns stands in each place it covers.
Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class FileLink:
    """A file that an article offers: absolute address, and the name people see for it.

    `inline` is True for pictures that stand in the article's own flow: they may be a scan of it.
    """

    url: str
    filename: str
    media_type: str | None = None
    inline: bool = False


@dataclass(frozen=True, kw_only=True)
class Article:
    """The article of a page, without menus, side bars, counters and comments.

    `text` holds one block (paragraph, list item, table row) a line, repaired and in NFC, without the title;
    cells of a table row are divided by " | ". `tables` hold the same rows as cells.
    `published_at` is None unless the page itself states it. `site_name` is what the page calls its owner.
    """

    url: str
    title: str
    text: str = ""
    published_at: Moment | None = None
    tables: tuple[Table, ...] = ()
    files: tuple[FileLink, ...] = ()
    site_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class FileText:
    """What could be read from a file: its real type, its text line by line, its tables.

    `ocr` is True when text came from a picture. `warning` says in one line why something was not read.
    """

    media_type: str
    text: str = ""
    tables: tuple[Table, ...] = ()
    ocr: bool = False
    warning: str | None = None
