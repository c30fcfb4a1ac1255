"""Spreadsheets: every sheet's rows as a table."""

import io
from datetime import date, datetime

import openpyxl

from crawler.extract.document import Table
from timthau.text import collapse_spaces


def read_xlsx(content: bytes) -> tuple[list[str], list[Table]]:
    """The lines and tables of an XLSX file, one table a sheet; formulas count with the value they last had."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    lines: list[str] = []
    tables: list[Table] = []
    for sheet in book.worksheets:
        rows = [tuple(map(_cell, row)) for row in sheet.iter_rows(values_only=True)]
        table = tuple(row for row in rows if any(row))
        if table:
            tables.append(table)
            lines += [" | ".join(row).strip(" |") for row in table]
    book.close()
    return lines, tables


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    return collapse_spaces(str(value))
