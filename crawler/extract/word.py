"""Word processing files: DOCX and RTF."""

import io

import docx
from docx.text.paragraph import Paragraph

from crawler.extract.document import Table
from timthau.text import collapse_spaces


def read_docx(content: bytes) -> tuple[list[str], list[Table]]:
    """The lines and tables of a DOCX file in reading order."""
    document = docx.Document(io.BytesIO(content))
    lines: list[str] = []
    tables: list[Table] = []
    for part in document.iter_inner_content():
        if isinstance(part, Paragraph):
            lines += part.text.split("\n")
        else:
            table = tuple(tuple(collapse_spaces(cell.text) for cell in row.cells) for row in part.rows)
            tables.append(table)
            lines += [" | ".join(row) for row in table]
    return lines, tables
