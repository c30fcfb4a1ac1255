#!/usr/bin/env python3
"""Draw the attachments of the sample site from what its pages say: make_sample_files.py [FOLDER]

Reads the [[files]] of data/sample_site/pages and writes data/sample_site/files (or FOLDER). The same input gives the
same bytes. Needs the test extra and Debian's fonts-liberation2, which have all Vietnamese letters. In a file's text
a line that begins with "# " is a heading, and {items} stands for the table of the page's items.
"""

import io
import random
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from html import escape
from pathlib import Path
from typing import Any

import docx
import openpyxl
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from cli.demo.page import SampleFile, SamplePage
from cli.demo.site import SampleSite
from timthau.config import data_dir

FONTS = Path("/usr/share/fonts/truetype/liberation2")
REGULAR, BOLD = FONTS / "LiberationSerif-Regular.ttf", FONTS / "LiberationSerif-Bold.ttf"
HEADER = ("STT", "Tên hàng hóa, dịch vụ", "Yêu cầu kỹ thuật", "ĐVT", "Số lượng")
#: An A4 page at 200 dots an inch: enough for OCR, small enough for the repository.
SCAN_SIZE, SCAN_MARGIN, SCAN_DPI = (1654, 2339), 150, 200


def blocks(page: SamplePage, file: SampleFile) -> list[tuple[str, Any]]:
    """The document as ("heading", text), ("text", text) and ("table", rows) in order."""
    rows = [HEADER] + [
        (str(n), item.name, item.specification, item.unit, f"{item.quantity:,}".replace(",", "."))
        for n, item in enumerate(page.items, 1)
    ]
    found: list[tuple[str, Any]] = []
    for line in file.text.strip().splitlines():
        if line == "{items}":
            found.append(("table", rows))
        elif line.startswith("# "):
            found.append(("heading", line.removeprefix("# ")))
        else:
            found.append(("text", line))
    return found


def draw_pdf(page: SamplePage, file: SampleFile) -> bytes:
    pdfmetrics.registerFont(TTFont("Regular", REGULAR))
    pdfmetrics.registerFont(TTFont("Bold", BOLD))
    text = ParagraphStyle("text", fontName="Regular", fontSize=12, leading=17, spaceAfter=4)
    heading = ParagraphStyle("heading", fontName="Bold", fontSize=14, leading=24, alignment=1)
    flow: list[Flowable] = []
    for kind, content in blocks(page, file):
        if kind == "table":
            cells = [[Paragraph(escape(cell), text) for cell in row] for row in content]
            grid = [("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)), ("VALIGN", (0, 0), (-1, -1), "TOP")]
            flow += [Table(cells, colWidths=[34, 170, 150, 50, 56], style=grid, repeatRows=1), Spacer(1, 8)]
        else:
            flow.append(Paragraph(escape(content), heading if kind == "heading" else text))
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, invariant=1, title=file.name, author="").build(flow)
    return out.getvalue()


def draw_page(page: SamplePage, file: SampleFile) -> Image.Image:
    """The document on one sheet in black ink, as it comes out of an office scanner: slightly turned, with specks."""
    sheet = Image.new("L", SCAN_SIZE, 255)
    pen = ImageDraw.Draw(sheet)
    y = SCAN_MARGIN
    for kind, content in blocks(page, file):
        if kind == "table":
            y = _draw_table(pen, content, y) + 20
            continue
        font = ImageFont.truetype(BOLD if kind == "heading" else REGULAR, 46 if kind == "heading" else 38)
        for line in _wrap(content, font, SCAN_SIZE[0] - 2 * SCAN_MARGIN):
            x = (SCAN_SIZE[0] - font.getlength(line)) / 2 if kind == "heading" else SCAN_MARGIN
            pen.text((x, y), line, font=font, fill=0)
            y += 56
        y += 10
    chance = random.Random(file.name)
    turned = sheet.rotate(chance.uniform(-0.6, 0.6), resample=Image.Resampling.BICUBIC, fillcolor=255)
    blurred = turned.filter(ImageFilter.GaussianBlur(0.8))
    for _ in range(300):
        blurred.putpixel((chance.randrange(SCAN_SIZE[0]), chance.randrange(SCAN_SIZE[1])), 90)
    return blurred


def _draw_table(pen: ImageDraw.ImageDraw, rows: list[tuple[str, ...]], top: int) -> int:
    """Columns without lines: Tesseract reads cells between ruled lines as noise, which is not what this shows."""
    font = ImageFont.truetype(REGULAR, 36)
    columns = ((SCAN_MARGIN, 240), (240, 790), (790, 1220), (1220, 1340), (1340, SCAN_SIZE[0] - SCAN_MARGIN))
    for row in rows:
        cells = [_wrap(cell, font, right - left - 20) for cell, (left, right) in zip(row, columns, strict=True)]
        bottom = top + 50 * max(map(len, cells)) + 20
        for lines, (left, _) in zip(cells, columns, strict=True):
            for n, line in enumerate(lines):
                pen.text((left + 10, top + 8 + 50 * n), line, font=font, fill=0)
        top = bottom
    return top


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def draw_scan(page: SamplePage, file: SampleFile) -> bytes:
    stamp = datetime.combine(page.published_on, time(8), UTC).timetuple()
    out = io.BytesIO()
    bilevel = draw_page(page, file).point(lambda value: 255 if value > 150 else 0).convert("1")
    bilevel.save(out, "PDF", resolution=SCAN_DPI, creationDate=stamp, modDate=stamp, producer="Scanner")
    return out.getvalue()


def draw_image(page: SamplePage, file: SampleFile) -> bytes:
    out = io.BytesIO()
    draw_page(page, file).quantize(8).save(out, "PNG", optimize=True)
    return out.getvalue()


def draw_docx(page: SamplePage, file: SampleFile) -> bytes:
    document = docx.Document()
    for kind, content in blocks(page, file):
        if kind == "table":
            table = document.add_table(0, len(HEADER), style="Table Grid")
            for row in content:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif kind == "heading":
            document.add_heading(content, 1)
        else:
            document.add_paragraph(content)
    out = io.BytesIO()
    document.save(out)
    return _dated(out.getvalue(), page.published_on)


def draw_xlsx(page: SamplePage, file: SampleFile) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Danh mục"
    for kind, content in blocks(page, file):
        if kind == "table":
            sheet.append((*content[0], "Đơn giá", "Thành tiền"))
            for n, item in enumerate(page.items, 1):
                sheet.append((n, item.name, item.specification, item.unit, item.quantity))
        else:
            sheet.append((content,))
    for column, width in zip("ABCDE", (6, 48, 48, 9, 11), strict=True):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return _dated(out.getvalue(), page.published_on)


def _dated(content: bytes, day: date) -> bytes:
    """The same Office file with every time in it set to one day: the time of making it would change the bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{day}T08:00:00Z".encode(), part)
            new.writestr(zipfile.ZipInfo(name, (day.year, day.month, day.day, 8, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


DRAWERS: dict[str, Callable[[SamplePage, SampleFile], bytes]] = {
    "pdf": draw_pdf,
    "scan": draw_scan,
    "docx": draw_docx,
    "xlsx": draw_xlsx,
    "image": draw_image,
}


def main() -> None:
    root = data_dir() / "sample_site"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "files"
    folder.mkdir(parents=True, exist_ok=True)
    # Pages with files that carry a day have that day fixed; the others must not depend on today.
    site = SampleSite(root, today=date(2026, 1, 1))
    for page in site.pages:
        for file in page.files:
            (folder / file.name).write_bytes(DRAWERS[file.made_as](page, file))
            print(file.name, (folder / file.name).stat().st_size)


if __name__ == "__main__":
    main()
