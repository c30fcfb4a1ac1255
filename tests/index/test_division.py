"""How the words of a query divide into wishes."""

import pytest

from index.embedded.segment.document import read_document
from index.embedded.segment.snapshot import Snapshot
from index.language.parser import parse_query
from index.plan.plan import build_plan
from index.query import Query
from index.spelling.guess import Guess
from timthau.model.notice import Notice, NoticeKind


def parts_of(text: str, guess: Guess | None = None) -> list[str]:
    return [part.text for part in build_plan(parse_query(Query(text=text)), guess, expand=True).parts]


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("máy thở", ["máy thở"]),
        ("găng tay, khẩu trang", ["găng tay", "khẩu trang"]),
        ("phim x quang năm 2026", ["phim x quang", "2026"]),
        ("phim x quang nam 2026", ["phim x quang", "2026"]),
        ("stent Thanh Hóa", ["stent", "thanh hóa"]),
        ("kim luon gia lai day truyen dich", ["kim luon", "gia lai", "day truyen dich"]),
        ("thủy tinh thể bệnh viện mắt Thanh Hóa", ["thủy tinh thể", "bệnh viện mắt thanh hóa"]),
        ("bv nhi thanh hóa hóa chất", ["bv nhi thanh hóa", "hóa chất"]),
        ("giường bệnh viện", ["giường bệnh viện"]),
        ("gói thầu", ["gói thầu"]),
        ("x² 5³ năm ²⁰²⁶", ["x² 5 ³ năm ²⁰²⁶"]),
        ('"băng cuộn" máy thở', ["băng cuộn", "máy thở"]),
    ],
)
def test_commas_years_places_and_buyers_divide(typed: str, parts: list[str]) -> None:
    assert [part.casefold() for part in parts_of(typed)] == parts


def test_words_divide_that_hardly_stand_beside_each_other_in_the_index() -> None:
    titles = ["Mua găng tay phẫu thuật", "Mua găng tay y tế", "Mua khẩu trang y tế", "Khẩu trang phẫu thuật"]
    notices = [
        Notice(id=f"n{i}", source="s", source_key=str(i), url="u", kind=NoticeKind.PLAN, title=title)
        for i, title in enumerate(titles)
    ]
    guess = Guess(Snapshot.of(map(read_document, notices)))
    assert parts_of("găng tay khẩu trang", guess) == ["găng tay", "khẩu trang"]
    assert parts_of("găng tay phẫu thuật", guess) == ["găng tay phẫu thuật"]
    assert parts_of("tay trang", guess) == ["tay trang"]  # a syllable says nothing alone
    assert parts_of("găng tay khẩu trang") == ["găng tay khẩu trang"]
