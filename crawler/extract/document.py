"""What reading starts from: documents as they were found; articles and texts of files without their markup."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from timthau.model.moment import Moment

#: Rows of cells; a cell that spans rows or columns stands in each place it covers.
Table = tuple[tuple[str, ...], ...]

#: Paragraphs and tables in reading order.
Content = list[str | Table]


@dataclass(frozen=True, kw_only=True)
class Document:
    """A page or file as it was found: its address, its name, its bytes, and what the server called it.

    `is_named` where the server gave the name itself, as it does for what is to be saved; `is_cut` where its answer
    broke off.
    """

    url: str
    filename: str
    content: bytes
    declared_type: str | None = None
    encoding: str | None = None
    is_named: bool = False
    is_cut: bool = False


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
    `published_at` is None unless the page itself states it. `site_name` is what the page calls its owner. `ocr` is True
    for a file that stands alone and was read from a picture.
    `is_day_doubtful` where the day may be that of the last edit, so that lists and feeds know better.
    """

    url: str
    title: str
    text: str = ""
    published_at: Moment | None = None
    tables: tuple[Table, ...] = ()
    files: tuple[FileLink, ...] = ()
    site_name: str | None = None
    is_day_doubtful: bool = False
    ocr: bool = False


@dataclass(frozen=True, kw_only=True)
class FileText:
    """What could be read from a file: its real type, its text line by line, its tables.

    `page_lines` are the numbers of the lines of `text`, from 0, that each page after the first begins with; empty
    where a file has no pages. `ocr` is True when text came from a picture. `warning` says in one line why something
    was not read.
    """

    media_type: str
    text: str = ""
    page_lines: tuple[int, ...] = ()
    tables: tuple[Table, ...] = ()
    ocr: bool = False
    warning: str | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """What `dataclasses.asdict` gave, back from JSON. Raises KeyError or TypeError for anything else."""
        tables = tuple(tuple(tuple(row) for row in table) for table in data["tables"])
        return cls(**{**data, "tables": tables, "page_lines": tuple(data["page_lines"])})

    def paged_text(self) -> str:
        """The text with a form feed before each page but the first, as `pdftotext` writes it."""
        lines = self.text.split("\n")
        for number in self.page_lines:
            if number < len(lines):
                lines[number] = "\f" + lines[number]
        return "\n".join(lines)
