"""A query whose commas divide it as an index did."""

from datetime import datetime

import pytest

from index.embedded.percolator import Percolator
from index.language.parser import parse_query
from index.plan.plan import build_plan
from index.plan.written import write_divided, write_parts
from index.query import Query
from index.segment.document import read_document
from index.segment.snapshot import Snapshot
from index.spelling.guess import Guess
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind

TITLES = ["Mua găng tay phẫu thuật", "Mua găng tay y tế", "Mua khẩu trang y tế", "Khẩu trang phẫu thuật"]
LONG = "Danh mục vật tư: găng tay khám bệnh các cỡ, dây truyền dịch, bơm tiêm nhựa và khẩu trang than hoạt tính"


def notice(number: int, title: str) -> Notice:
    return Notice(id=f"n{number}", source="s", source_key=str(number), url="u", kind=NoticeKind.PLAN, title=title)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("găng tay khẩu trang", "găng tay, khẩu trang"),
        ("găng tay, khẩu trang", "găng tay, khẩu trang"),
        ("Găng tay phẫu thuật", "Găng tay phẫu thuật"),
        ("găng tay y tế khẩu trang năm 2026 Gia Lai", "găng tay y tế, khẩu trang năm 2026 Gia Lai"),
        ('găng tay khẩu trang -"phẫu thuật"', 'găng tay, khẩu trang -"phẫu thuật"'),
        ('"găng tay" khẩu trang', '"găng tay" khẩu trang'),
    ],
)
def test_wishes_that_an_index_divides_are_parted_by_commas(typed: str, written: str) -> None:
    guess = Guess(Snapshot.of([read_document(notice(i, title)) for i, title in enumerate(TITLES)]))
    query = Query(text=typed)
    parts = [part.text for part in build_plan(parse_query(query), guess, expand=True).parts]
    assert write_divided(query, parts).text == written


@pytest.mark.parametrize(
    ("typed", "parts", "written"),
    [
        ("Chỉ nylon 3/0, kim 22G", ("chỉ nylon 3 0", "kim 22 g"), ("Chỉ nylon 3/0", "kim 22G")),
        ("bông  và gạc 0,9%", ("bông", "gạc 0 9"), ("bông", "gạc 0,9")),
        ("gacj y tees", ("gạc y tế",), ("gạc y tế",)),
    ],
)
def test_wishes_are_said_as_they_were_typed(typed: str, parts: tuple[str, ...], written: tuple[str, ...]) -> None:
    assert write_parts(typed, parts) == written


def test_an_alert_for_what_was_divided_gets_what_the_search_finds() -> None:
    query = write_divided(Query(text="găng tay khẩu trang", literal=True), ["găng tay", "khẩu trang"])
    percolator = Percolator()
    percolator.add(Query(text="găng tay khẩu trang", literal=True))
    percolator.add(query)
    now = datetime(2026, 11, 1, tzinfo=HANOI)
    assert list(percolator.match([notice(1, LONG)], now)) == [(1, 0)]
