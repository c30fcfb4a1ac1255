"""Pages that are files: HTML, also under the names .doc and .xls."""

from crawler.extract.document import Content
from crawler.extract.page.block import read_lines
from crawler.extract.page.parse import parse_page


def read_page(content: bytes, *, encoding: str | None = None) -> Content:
    """The lines and tables of a page that is a document by itself. Raises DocumentError when it is empty."""
    parts: Content = []
    number: int | None = None
    for line in read_lines(parse_page(content, encoding=encoding)):
        if line.row is None:
            parts.append(line.text)
        elif line.table == number:
            last = parts[-1]
            assert not isinstance(last, str)
            parts[-1] = (*last, line.row)
        else:
            parts.append((line.row,))
        number = line.table
    return parts
