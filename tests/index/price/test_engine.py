"""The engine over award lines: what it finds, how it counts, and that units are never mixed."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from index.embedded.price.engine import EmbeddedPriceEngine
from index.price.query import PriceQuery, PriceSort
from index.price.thing import parse_thing
from tests import ROOT
from tests.site.award_lines import HOA_BINH, MINH_AN, build_line
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI

#: Of prices that are shown because of a code, how many are right at least.
_PRECISION = 0.95


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedPriceEngine]:
    opened = EmbeddedPriceEngine(tmp_path / "index")
    yield opened
    opened.close()


def _in(year: int) -> datetime:
    return datetime(year, 3, 1, 8, 0, tzinfo=HANOI)


def _names(engine: EmbeddedPriceEngine, lines: list[AwardLine], text: str, **filters: object) -> set[str]:
    known = {line.id: line.source_key for line in lines}
    answer = engine.search(PriceQuery(text=text, **filters), limit=100)  # type: ignore[arg-type]  # filters are its own
    return {known[line.id] for line in answer.lines}


def test_lines_are_found_by_synonyms_accents_codes_and_makers(engine: EmbeddedPriceEngine) -> None:
    lines = [
        build_line("gloves", "Găng kiểm tra các cỡ", 1200, unit="Đôi"),
        build_line("exact", "Găng tay khám bệnh có bột", 1100, unit="đôi"),
        build_line("model", "Máy thở", 500_000_000, model="PB-980", maker="Medtronic"),
        build_line("other", "Bơm tiêm 5ml", 700),
    ]
    engine.apply(lines, (), cursor=1)
    assert _names(engine, lines, "gang tay kham") == {"gloves", "exact"}
    assert _names(engine, lines, "PB980") == {"model"}
    assert _names(engine, lines, "máy thở medtronic") == {"model"}
    assert _names(engine, lines, "găng tay phẫu thuật") == set()  # nothing where words would have to be given up


def test_no_word_of_a_line_has_the_key_of_something_else_and_segments_with_it_become_one(
    engine: EmbeddedPriceEngine,
) -> None:
    lines = [
        build_line(str(n), "Máy gây mê 5", n + 1, model="Anaesthesia machine number sort code part is")
        for n in range(80)
    ]
    engine.apply(lines[:40], (), cursor=1)
    engine.apply(lines[40:], (), cursor=2)
    engine.optimize()
    assert engine.search(PriceQuery(text="máy gây mê")).total == 80


def test_what_only_goes_with_a_machine_or_has_another_size_is_not_found(engine: EmbeddedPriceEngine) -> None:
    lines = [
        build_line("machine", "Máy thở chức năng cao", 700_000_000),
        build_line("hose", "Dây máy thở dùng một lần", 40_000),
        build_line("lung", "Phổi giả dùng cho máy thở", 900_000),
        build_line("half", "Bơm tiêm 0,5ml", 1500),
        build_line("five", "Bơm tiêm 5 ml", 700),
        build_line("spec", "Bơm tiêm nhựa", 650, specification="Dung tích 5ml, kim 23G, đóng gói vô trùng"),
    ]
    engine.apply(lines, (), cursor=1)
    assert _names(engine, lines, "máy thở") == {"machine"}
    assert _names(engine, lines, "bơm tiêm 5ml") == {"five", "spec"}
    assert _names(engine, lines, "bơm tiêm 23G") == {"spec"}


def test_what_goes_with_a_thing_is_not_the_thing_and_another_noun_may_be(engine: EmbeddedPriceEngine) -> None:
    lines = [
        build_line("plate", "Bộ nẹp khóa xương đòn chữ S", 4_800_000),
        build_line("screw", "Lô 3: Vít khóa dùng cho nẹp khóa xương đòn", 329_000),
        build_line("filter", "Quả lọc thận nhân tạo", 319_000),
        build_line("membrane", "Màng lọc thận nhân tạo", 264_000),
        build_line("cleaner", "Dung dịch khử trùng quả lọc thận nhân tạo, màng lọc", 196_000),
        build_line("strip", "Test thử đường huyết", 5_000),
    ]
    engine.apply(lines, (), cursor=1)
    assert _names(engine, lines, "nẹp khóa xương đòn") == {"plate"}
    assert _names(engine, lines, "vít khóa") == {"screw"}
    assert _names(engine, lines, "quả lọc thận nhân tạo") >= {"filter"}
    assert "cleaner" not in _names(engine, lines, "quả lọc thận nhân tạo")
    assert _names(engine, lines, "dung dịch khử trùng quả lọc") == {"cleaner"}
    assert "strip" in _names(engine, lines, "que thử đường huyết")


def test_parts_and_services_are_not_the_thing_that_they_are_for(engine: EmbeddedPriceEngine) -> None:
    foreign = (
        "Bóng đèn nội khí quản",
        "Tay dao mổ điện dùng 1 lần",
        "Bản cực trung tính dùng cho dao mổ điện",
        "Kẹp khăn mổ",
        "Tủ đầu giường bệnh nhân",
        "Xe để máy monitor theo dõi",
        "Keo dán lam kính",
        "Hiệu chuẩn nhiệt kế hồng ngoại",
        "Vòng van tim nhân tạo",
        "Nẹp cố định khớp gối",
        "Bảo trì máy siêu âm",
    )
    own = (
        "Ống nội khí quản có bóng",
        "Dao mổ điện cao tần",
        "Săng khăn mổ vô trùng",
        "Giường bệnh nhân 2 tay quay",
        "Máy monitor theo dõi bệnh nhân",
        "Lam kính nhám",
        "Nhiệt kế hồng ngoại",
        "Van tim nhân tạo cơ học",
        "Bộ khớp gối toàn phần",
        "Hệ thống máy siêu âm 4D",
    )
    lines = [build_line(name, name, 1000 + n) for n, name in enumerate((*foreign, *own))]
    engine.apply(lines, (), cursor=1)
    asked = ("ống nội khí quản", "dao mổ điện", "khăn mổ", "giường bệnh nhân", "máy monitor", "lam kính")
    asked += ("nhiệt kế", "van tim", "khớp gối", "máy siêu âm")
    for text, name in zip(asked, own, strict=True):
        assert _names(engine, lines, text) == {name}
    assert _names(engine, lines, "tay dao mổ điện") == {"Tay dao mổ điện dùng 1 lần"}
    assert _names(engine, lines, "bóng đèn") == {"Bóng đèn nội khí quản"}


def test_what_mentions_a_thing_beside_another_is_not_the_thing(engine: EmbeddedPriceEngine) -> None:
    foreign = (
        "Khay chứa cóng phản ứng",
        "Khăn lau cuvette",
        "Kéo cắt chỉ thép có đầu dò",
        "Bóng nong mạch vành đầu dò nhỏ",
        "Đồng hồ kèm bình làm ẩm",
        "Nắp bình làm ẩm",
        "Que thử dùng cho máy tiệt khuẩn H2O2",
        "Chất hiệu chuẩn xét nghiệm glucose",
    )
    own = (
        "Cóng phản ứng dùng cho máy sinh hóa",
        "Cuvette phản ứng",
        "Đầu dò siêu âm",
        "Bình làm ẩm có nắp",
        "Dung dịch H2O2 3%",
        "Hóa chất dùng cho xét nghiệm glucose",
    )
    lines = [build_line(name, name, 1000 + n) for n, name in enumerate((*foreign, *own))]
    cap = build_line("cap", "Nắp đóng bộ chuyển tiếp", 900, brand="MiniCap with Povidone-Iodine")
    iodine = build_line("iodine", "Dung dịch sát khuẩn da", 800, brand="Povidone-Iodine 10%")
    engine.apply([*lines, cap, iodine], (), cursor=1)
    lines += [cap, iodine]
    assert _names(engine, lines, "cóng phản ứng") == set(own[:2])
    assert _names(engine, lines, "cong phan ung") == set(own[:2])
    assert _names(engine, lines, "đầu dò") == {own[2]}
    assert _names(engine, lines, "bình làm ẩm") == {own[3]}
    assert _names(engine, lines, "H2O2") == {own[4]}
    assert _names(engine, lines, "povidone") == {"iodine"}
    assert _names(engine, lines, "glucose") == {own[5]}
    assert _names(engine, lines, "kéo cắt chỉ") == {foreign[2]}


def test_a_purpose_finds_all_that_serves_it(engine: EmbeddedPriceEngine) -> None:
    names = ("Kìm nội soi dạ dày", "Ống kính nội soi", "Áo dùng cho nội soi", "Bàn chải dùng trong nội soi")
    lines = [build_line(name, name, 1000) for name in names]
    engine.apply(lines, (), cursor=1)
    assert _names(engine, lines, "nội soi") == set(names)


def test_a_model_is_found_wherever_it_stands_in_a_catalogue(engine: EmbeddedPriceEngine) -> None:
    catalogue = "; ".join(str(number) for number in range(922148025, 922148125))
    lines = [build_line("screw", "Vít chốt titan", 480_000, model=f"{catalogue}; 922148999ST")]
    engine.apply(lines, (), cursor=1)
    assert _names(engine, lines, "922148999ST") == {"screw"}


def test_units_are_never_mixed_and_years_are_apart(engine: EmbeddedPriceEngine) -> None:
    lines = [build_line(f"a{n}", "Khẩu trang y tế", 400 + n, published_at=_in(2024 + n % 2)) for n in range(10)]
    lines += [build_line(f"b{n}", "Khẩu trang y tế", 25_000 + n, unit="Hộp 50 cái") for n in range(4)]
    lines += [build_line("c", "Khẩu trang y tế", 30_000, unit="Hộp"), build_line("d", "Khẩu trang y tế", None)]
    engine.apply(lines, (), cursor=1)
    answer = engine.search(PriceQuery(text="khẩu trang"))
    assert (answer.total, answer.priced) == (16, 15)
    assert [(u.unit, u.spread.count, u.is_open) for u in answer.units] == [
        ("cái", 10, False),
        ("hộp 50 cái", 4, False),
        ("hộp", 1, True),
    ]
    assert answer.chosen is not None
    assert answer.chosen.unit == "cái"
    assert [(year, spread.count) for year, spread in answer.chosen.years] == [(2024, 5), (2025, 5)]
    assert (answer.chosen.spread.lowest, answer.chosen.spread.median, answer.chosen.spread.highest) == (400, 404.5, 409)
    assert len(answer.points) == 10
    packs = engine.search(PriceQuery(text="khẩu trang", unit="hộp 50 cái"))
    assert {line.price for line in packs.lines} == {25_000, 25_001, 25_002, 25_003}


def test_filters_and_orders(engine: EmbeddedPriceEngine) -> None:
    lines = [
        build_line("cheap", "Cồn 70 độ", 20_000, unit="Lít", suppliers=(HOA_BINH,), published_at=_in(2023)),
        build_line("dear", "Cồn 70 độ", 40_000.5, unit="lít", maker="Merck", origin="Đức", published_at=_in(2024)),
        build_line("last", "Cồn 70 độ y tế", 30_000, unit="Lit", province="Nghệ An", buyer="Bệnh viện Vinh"),
    ]
    engine.apply(lines, (), cursor=1)
    assert _names(engine, lines, "cồn 70", makers=("MERCK",)) == {"dear"}
    assert _names(engine, lines, "cồn 70", origins=("Germany",)) == {"dear"}
    assert _names(engine, lines, "cồn 70", suppliers=(HOA_BINH.id,)) == {"cheap"}
    assert _names(engine, lines, "", suppliers=(MINH_AN.id,)) == {"dear", "last"}
    assert _names(engine, lines, "cồn 70", provinces=("nghe an",)) == {"last"}
    assert _names(engine, lines, "cồn 70", buyers=("bệnh viện vinh",)) == {"last"}
    assert _names(engine, lines, "cồn 70", published_to=date(2023, 12, 31)) == {"cheap"}
    keys = {line.id: line.source_key for line in lines}
    for sort, order in (
        (PriceSort.CHEAPEST, ["cheap", "last", "dear"]),
        (PriceSort.DEAREST, ["dear", "last", "cheap"]),
        (PriceSort.NEWEST, ["last", "dear", "cheap"]),
    ):
        answer = engine.search(PriceQuery(text="cồn 70", sort=sort))
        assert [keys[line.id] for line in answer.lines] == order
    assert dict(answer.facets["maker"]) == {"Vinahankook": 2, "Merck": 1}


def test_outliers_are_marked_and_stay_counted(engine: EmbeddedPriceEngine) -> None:
    lines = [build_line(f"n{n}", "Băng keo lụa 2,5cm x 5m", 20_000 + 100 * n) for n in range(12)]
    lines.append(build_line("far", "Băng keo lụa 2,5cm x 5m", 163.79))
    engine.apply(lines, (), cursor=1)
    answer = engine.search(PriceQuery(text="băng keo lụa"), limit=50)
    assert [line.price for line in answer.lines if line.is_outside] == [163.79]
    assert answer.chosen is not None
    assert (answer.chosen.spread.count, answer.chosen.outside) == (13, 1)


def test_a_line_that_changes_or_goes_is_found_as_it_is(engine: EmbeddedPriceEngine) -> None:
    lines = [build_line("k", "Dây thở oxy hai nhánh", 5000), build_line("l", "Dây thở oxy hai nhánh", 6000)]
    engine.apply(lines, (), cursor=2)
    engine.apply([build_line("k", "Dây thở oxy hai nhánh", 5500)], [lines[1].id], cursor=4)
    engine.optimize()
    answer = engine.search(PriceQuery(text="dây thở oxy"))
    assert [line.price for line in answer.lines] == [5500]
    assert engine.cursor() == 4


class TestRecall:
    """What an item was paid before."""

    def test_lines_of_the_same_thing_tell_what_was_paid(self, engine: EmbeddedPriceEngine) -> None:
        lines = [
            build_line(f"k{n}", "Bơm tiêm sử dụng một lần 10ml", 900 + n, published_at=_in(2021 + n)) for n in range(5)
        ]
        lines.append(build_line("other", "Bơm tiêm sử dụng một lần 5ml", 600))
        engine.apply(lines, (), cursor=1)
        (found,) = engine.recall([(parse_thing("Lô 3: Bơm tiêm dùng 1 lần 10 ml"), "Chiếc")])
        assert found is not None
        assert (found.unit, found.spread.count, found.spread.median) == ("cái", 5, 902)
        assert (found.latest.id, found.latest_day) == (lines[4].id, date(2025, 3, 1))
        answer = engine.search(PriceQuery(thing=found.key, unit=found.unit))
        assert (answer.total, answer.chosen and answer.chosen.spread) == (5, found.spread)

    def test_nothing_is_said_where_nothing_is_comparable(self, engine: EmbeddedPriceEngine) -> None:
        lines = [build_line(f"k{n}", "Hóa chất xét nghiệm Creatinin máu", 900_000 * 4**n, unit="Hộp") for n in range(6)]
        lines += [build_line("s", "Quả lọc máu", 300_000)]
        engine.apply(lines, (), cursor=1)
        wide = (parse_thing("Hóa chất xét nghiệm Creatinin máu"), None)
        other_unit = (parse_thing("Hóa chất xét nghiệm Creatinin máu"), "ml")
        short = (parse_thing("Quả lọc máu"), None)
        unknown = (parse_thing("Máy chụp cộng hưởng từ 3 Tesla"), None)
        assert engine.recall([wide, other_unit, short, unknown]) == [None] * 4

    def test_a_name_alone_needs_several_buyers_at_one_price_and_no_sizes_behind_it(
        self, engine: EmbeddedPriceEngine
    ) -> None:
        names = ("Bao camera nội soi", "Mũ phẫu thuật vô trùng", "Găng tay cao su mỏng", "Dây nối bơm truyền dịch")
        lines = [build_line(f"{name}{n}", name, 5000 + n, buyer=f"Bệnh viện {n}") for name in names for n in range(3)]
        lines.append(build_line("sized", "Mũ phẫu thuật vô trùng cỡ 30cm", 900))
        lines += [build_line(f"one{n}", "Kẹp rốn sơ sinh nhựa", 1500, buyer="Bệnh viện 0") for n in range(3)]
        lines += [build_line(f"dear{n}", names[2], 50_000 * n, buyer=f"Bệnh viện 1{n}") for n in (1, 2, 3)]
        lines += [build_line(f"set{n}", names[3], None, unit="Bộ") for n in range(9)]
        engine.apply(lines, (), cursor=1)
        asked = (*names, "Kẹp rốn sơ sinh nhựa", "Mũ phẫu thuật vô trùng cỡ 30cm")
        found = engine.recall([(parse_thing(name), None) for name in asked])
        assert [one.spread.count if one else 0 for one in found] == [3, 0, 0, 3, 0, 1]
        assert {one.confidence for one in found if one} == {0.96}

    def test_an_item_that_is_called_otherwise_finds_what_was_paid_by_the_makers_code(
        self, engine: EmbeddedPriceEngine
    ) -> None:
        catalogue = "AHW14R-013S; AHW14R-014S; 5111060T"
        lines = [
            build_line("wire", "Dây dẫn đường cho bóng và stent", 5_500_000, model=catalogue),
            build_line("thin", "Vi dây dẫn can thiệp siêu nhỏ", 5_400_000, model="AHW14R013S"),
            build_line("cap", "Nắp đinh xương đùi", 300_000, unit="cái", model="F14FBPA00660"),
            build_line("nail", "Bộ đinh nội tủy xương đùi", 11_500_000, unit="Bộ", model="F14FBPA00660"),
        ]
        engine.apply(lines, (), cursor=1)
        coded = parse_thing("Dây dẫn can thiệp mạch", "Mã: AHW14R013S hoặc tương đương")
        other = parse_thing("Van tim sinh học AHW14R-013S")
        several = parse_thing("Vít chốt F14FBPA00660")
        found, nothing, neither = engine.recall([(coded, "Cái"), (other, "Cái"), (several, None)])
        assert found is not None
        assert (found.code, found.spread.count, found.spread.highest) == ("AHW14R013S", 2, 5_500_000)
        assert engine.search(PriceQuery(thing=found.key, unit=found.unit)).total == 2
        assert nothing is None
        assert neither is None

    def test_prices_that_are_shown_because_of_a_code_are_right(self, engine: EmbeddedPriceEngine) -> None:
        text = (ROOT / "tests/quality/price/codes.jsonl").read_text("utf-8")
        rows = [json.loads(row) for row in text.splitlines()]
        lines = [
            build_line(str(n), row["name"], row["price"], unit=row["unit"], model=row["code"])
            for n, row in enumerate(rows)
        ]
        engine.apply(lines, (), cursor=1)
        asked = [(parse_thing(row["item"], f"Mã hàng: {row['code']}"), row["unit"]) for row in rows]
        found = engine.recall(asked)
        counts = Counter((one.code is not None, row["same"]) for one, row in zip(found, rows, strict=True) if one)
        assert counts[True, True] / (counts[True, True] + counts[True, False]) >= _PRECISION
        assert counts[True, True] >= 0.8 * sum(row["same"] for row in rows)
