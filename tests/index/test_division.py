"""How the words of a query divide into wishes."""

import pytest

from index.language.analysis import parse_words
from index.language.parser import parse_query
from index.plan.measure import find_measures
from index.plan.plan import build_plan
from index.query import Query
from index.segment.document import read_document
from index.segment.snapshot import Snapshot
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
        ("nước muối 0,9%, cồn 70", ["nước muối 0 9", "cồn 70"]),
        ("găng tay số 7,8,9", ["găng tay số 7", "8", "9"]),
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


def guess_from(*titles: str) -> Guess:
    notices = [
        Notice(id=f"n{i}", source="s", source_key=str(i), url="u", kind=NoticeKind.PLAN, title=title)
        for i, title in enumerate(titles)
    ]
    return Guess(Snapshot.of(map(read_document, notices)))


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("máy thở Hàm Thuận Nam 2026", ["máy thở Hàm Thuận Nam", "2026"]),
        ("máy thở Quảng Nam 2026", ["máy thở", "Quảng Nam", "2026"]),
        ("may tho quang nam 2026", ["may tho", "quang nam", "2026"]),
        ("máy thở năm 2026", ["máy thở", "2026"]),
        ("may tho nam 2026", ["may tho", "2026"]),
    ],
)
def test_the_end_of_a_place_is_no_word_for_a_year(typed: str, parts: list[str]) -> None:
    assert parts_of(typed) == [part.casefold() for part in parts]


def test_a_wish_as_two_parts_no_measure() -> None:
    (part,) = build_plan(parse_query(Query(text="kim chọc 23G x 1 inch tủy sống")), None, expand=True).parts
    assert [(first.text, last.text) for first, last in part.list_halves()] == [
        ("kim chọc", "23 g x 1 inch tủy sống"),
        ("kim chọc 23 g x 1 inch", "tủy sống"),
    ]


def test_a_word_that_only_joins_two_wishes_divides_them() -> None:
    goods = ["Mua máy thở", "Mua máy gây mê", "Mua bông và gạc", "Phòng y học và phục hồi"]
    guess = guess_from(*goods, "Y học và phục hồi")
    assert parts_of("máy thở và máy gây mê", guess) == parts_of("máy thở, và máy gây mê") == ["máy thở", "máy gây mê"]
    assert parts_of("may tho va may gay me", guess) == ["may tho", "may gay me"]
    assert parts_of("máy thở và máy gây mê") == ["máy thở và máy gây mê"]
    assert parts_of("y học và phục hồi", guess) == ["y học và phục hồi"]
    assert parts_of("bông và gạc", guess) == ["bông và gạc"]  # a syllable says nothing alone
    assert not guess.is_joint(parse_words("tho may va gay may"), 2)  # out of order
    joined = guess_from(*goods, "Máy thở và máy gây mê")
    assert parts_of("máy thở và máy gây mê", joined) == ["máy thở và máy gây mê"]
    loose = build_plan(parse_query(Query(text="máy thở và máy gây mê")), joined, expand=True, loosely=True)
    assert [part.text for part in loose.parts] == ["máy thở", "máy gây mê"]
    whole = Guess(guess.vocabulary, whole=True)
    assert parts_of("máy thở và máy gây mê", whole) == ["máy thở và máy gây mê"]


@pytest.mark.parametrize(
    ("typed", "measures"),
    [
        ("kim luồn 22G", [range(2, 4)]),
        ("bơm tiêm 5 ml", [range(2, 4)]),
        ("phim khô 20x25 cm", [range(2, 6)]),
        ("chỉ nylon 3/0 kim tròn", [range(2, 4)]),
        ("ống thông số 12", [range(2, 4)]),
        ("kim 23G x 1 inch", [range(1, 6)]),
        ("máy AU680", []),
        ("vật tư 2026 mới", []),
        ("stent", []),
    ],
)
def test_numbers_with_a_unit_are_measures(typed: str, measures: list[range]) -> None:
    assert find_measures(parse_words(typed)) == measures


def test_a_measure_belongs_to_its_goods() -> None:
    guess = guess_from("Mua kim luồn tĩnh mạch", "Kim 22 G và găng tay", "Kim luồn an toàn")
    assert parts_of("kim luồn 22G", guess) == parts_of("kim luồn 22G") == ["kim luồn 22 g"]
    assert parts_of("22G kim luồn", guess) == ["22 g kim luồn"]
    (part,) = build_plan(parse_query(Query(text="kim luồn 22G")), None, expand=True).parts
    assert [own.text for own in part.within] == ["kim luồn", "22 g"]
    assert (part.within[0].reach, part.reach > 2 * len(part.places)) == (2, True)
