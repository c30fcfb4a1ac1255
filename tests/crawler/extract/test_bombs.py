"""Small files that swell, or lead in a circle: a sample of what bench/hostile.py opens, each within its bounds."""

import subprocess
import sys

import pytest

from crawler.extract.file.attachments import read_file
from crawler.extract.limit import Limits
from tests import ROOT
from tests.site.bombs import BOMBS

#: Those that are quickly made, of each kind of structure.
SAMPLE = (
    *("overlapping.zip", "quine.zip", "head.7z", "head.rar", "page-loop.pdf", "xref-loop.pdf", "objects-loop.pdf"),
    *("contents-loop.pdf", "jbig2.pdf", "jpx.pdf", "font.pdf", "spans.docx", "entities.docx"),
    *("merged.xlsx", "entities.xlsx", "binary.rtf", "loop.doc", "free.xls", "loop.tiff", "boxes.heic"),
)
#: So little is enough for files of this size: what leads in a circle ends by itself, and not by its bounds.
LIMITS = Limits(seconds=30)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_file_that_swells_or_leads_in_a_circle_ends_and_gives_no_secret(name: str) -> None:
    read = read_file(BOMBS[name](), filename=name, limits=LIMITS, ocr=None)
    assert read.warning != "reading it took too long"
    assert len(read.text) <= LIMITS.characters


def test_an_entity_that_stands_for_a_file_of_this_machine_is_not_read() -> None:
    for name in ("outside.docx", "entities.xlsx"):
        assert "root:" not in read_file(BOMBS[name](), filename=name, limits=LIMITS, ocr=None).text


def test_files_are_read_where_less_memory_may_be_taken_than_a_reader_wants() -> None:
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000));"
        "from crawler.extract.file.attachments import read_file;"
        "read = read_file(b'Yeu cau bao gia', filename='a.txt', ocr=None); print(read.text, read.warning)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Yeu", "cau", "bao", "gia", "None"]


def test_a_mail_of_parts_without_end_is_read_as_far_as_its_first_hundreds() -> None:
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    read = read_file(head + b"--b\r\nContent-Type: text/html\r\n\r\n<p>a\r\n" * 400, filename="a.mht", ocr=None)
    assert (read.text.count("a"), read.warning) == (300, "only the first 300 of 400 parts were read")
