"""Wishes in plain words become filters, and goods stay goods."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.language.wish import Understood, understand, understand_year
from index.query import Query, Sort, Status
from timthau.text.fold import fold

TODAY = date(2026, 11, 23)  # a Monday


def read(text: str, **wanted: object) -> tuple[str, dict[str, str]]:
    """The words that are left of a text, and the parameters that its readings make."""
    understood = understand(Query(text=text, **wanted), TODAY)  # type: ignore[arg-type]  # fields of Query
    pairs = [pair for reading in understood.readings for pair in reading.filters]
    assert len(dict(pairs)) == len(pairs)
    return understood.query.text, dict(pairs)


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("dưới 500 triệu", None, 500_000_000),
        ("không quá 1,5 tỷ", None, 1_500_000_000),
        ("tối đa 200tr", None, 200_000_000),
        ("giá < 300 triệu đồng", None, 300_000_000),
        ("300 triệu trở xuống", None, 300_000_000),
        ("dưới năm trăm triệu", None, 500_000_000),
        ("dưới 900000000", None, 900_000_000),
        ("trên 100 tỷ", 100_000_000_000, None),
        ("ít nhất 2 tỷ", 2_000_000_000, None),
        ("từ 1 tỷ trở lên", 1_000_000_000, None),
        ("khoảng 500 triệu", 400_000_000, 600_000_000),
        ("tầm 1 tỷ", 800_000_000, 1_200_000_000),
        ("từ 1 tỷ đến 2 tỷ", 1_000_000_000, 2_000_000_000),
        ("từ 1 đến 2 tỷ", 1_000_000_000, 2_000_000_000),
        ("500tr - 1 tỷ", 500_000_000, 1_000_000_000),
        ("500-700 triệu", 500_000_000, 700_000_000),
        ("dưới 1 tỷ 200 triệu", None, 1_200_000_000),
        ("dưới 1 tỷ rưỡi", None, 1_500_000_000),
        ("một tỷ rưỡi trở lên", 1_500_000_000, None),
        ("dưới nửa tỷ", None, 500_000_000),
    ],
)
def test_amounts_are_limits(typed: str, low: int | None, high: int | None) -> None:
    for text in (typed, fold(typed), typed.upper()):
        query = understand(Query(text=f"găng tay {text}"), TODAY).query
        assert (query.text, query.min_amount, query.max_amount) == ("găng tay", low, high), text


def test_units_that_traders_say() -> None:
    assert read("DƯỚI 1 TỎI") == ("", {"max_amount": "1000000000"})
    assert read("trên 500 củ") == ("", {"min_amount": "500000000"})
    assert read("tinh dầu tỏi 5 củ") == ("tinh dầu tỏi 5 củ", {})


@pytest.mark.parametrize(
    "goods",
    [
        "máy đo trên không",
        "tủ trên 500 lít",
        "tủ lạnh dưới 300 lít",
        "thang máy",
        "sinh phẩm hiv giang mai",
        "bảo trì thang 4 tầng",
        "tháng máy",
        "dây truyền dịch 500 ml",
        "ống nghiệm 500-700 ml",
        "thuốc dùng ngoài",
        "khung cố định ngoài",
        "răng trụ implant",
        "luu tru mau",
        "dieu tri noi tru",
        "đèn mổ",
        "quan trắc môi trường quý 2",
        "thuốc hết hạn sử dụng",
        "máy thở năm 2026",
        "phim x quang nam 2026",
        "bệnh viện đa khoa tỉnh Gia Lai",
        "sử dụng 18 tháng",
        "hóa chất 12 tháng năm 2026",
        "bánh mì hà nội",
        "thầu số 03/2026/VT khoa Phú Yên",
        "hóa chất (tháng 11) sản Thanh Hóa",
        "vật tư không phải là tài sản cố định",
        "dùng tại trung tâm y tế Thạch Hà",
        "may mo bung 3 ty",
    ],
)
def test_goods_are_not_eaten(goods: str) -> None:
    assert read(goods) == (goods, {})


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("đóng cuối tháng 7 năm 2026", "2026-07-21", "2026-07-31"),
        ("đóng thầu ngày 15/7/2026", "2026-07-15", "2026-07-15"),
        ("hạn nộp sau ngày 1/8/2026", "2026-08-01", None),
        ("hạn trước 15/8/2026", None, "2026-08-14"),
        ("hết hạn hôm nay", "2026-11-23", "2026-11-23"),
        ("đóng ngày mai", "2026-11-24", "2026-11-24"),
        ("hạn tuần này", "2026-11-23", "2026-11-29"),
        ("sắp đóng tuần này", "2026-11-23", "2026-11-29"),
        ("đóng tháng 12", "2026-12-01", "2026-12-31"),
        ("đóng ngày 10 tháng 1", "2027-01-10", "2027-01-10"),
    ],
)
def test_days_of_the_deadline(typed: str, low: str | None, high: str | None) -> None:
    wanted = {name: day for name, day in (("deadline_from", low), ("deadline_to", high)) if day}
    for text in (typed, fold(typed), typed.upper()):
        assert read(f"stent {text}") == ("stent", wanted), text


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("đăng đầu tháng 7", "2026-07-01", "2026-07-10"),
        ("đăng tuần đầu tháng 7 năm 2026", "2026-07-01", "2026-07-07"),
        ("đăng tuần thứ hai của tháng 7", "2026-07-08", "2026-07-14"),
        ("đăng tuần cuối tháng 2/2026", "2026-02-22", "2026-02-28"),
        ("tháng 9", "2026-09-01", "2026-09-30"),
        ("tháng 12", "2025-12-01", "2025-12-31"),
        ("tháng 9/2025", "2025-09-01", "2025-09-30"),
        ("đăng quý 2 năm 2026", "2026-04-01", "2026-06-30"),
        ("đăng năm 2023", "2023-01-01", "2023-12-31"),
        ("đăng từ tháng 5 đến tháng 7 năm 2026", "2026-05-01", "2026-07-31"),
        ("mở từ ngày 1/7/2026 đến 15/7/2026", "2026-07-01", "2026-07-15"),
        ("đăng ngày 30 tháng 6 năm 2026", "2026-06-30", "2026-06-30"),
        ("tuần trước", "2026-11-16", "2026-11-22"),
        ("đăng hôm qua", "2026-11-22", "2026-11-22"),
    ],
)
def test_days_of_publication(typed: str, low: str, high: str) -> None:
    assert read(f"stent {typed}") == ("stent", {"from": low, "to": high})


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("còn hạn", {"open": "1"}),
        ("sắp đóng", {"open": "1", "deadline_to": "2026-11-30"}),
        ("hết hạn", {"open": "0"}),
        ("đã đóng thầu", {"open": "0"}),
    ],
)
def test_states(typed: str, wanted: dict[str, str]) -> None:
    assert read(f"máy siêu âm {typed}") == ("máy siêu âm", wanted)


@pytest.mark.parametrize(
    ("typed", "left", "province"),
    [
        ("máy siêu âm ở Gia Lai", "máy siêu âm", "Gia Lai"),
        ("khop hang o thanh hoa", "khop hang", "Thanh Hóa"),
        ("stent tại Đà Nẵng", "stent", "Đà Nẵng"),
        ("stent tỉnh Gia Lai", "stent", "Gia Lai"),
        ("stent ở huế", "stent", "Huế"),
        ("stent tại tp hcm", "stent", "Hồ Chí Minh"),
    ],
)
def test_places(typed: str, left: str, province: str) -> None:
    assert read(typed) == (left, {"province": province})


def test_a_bare_place_is_one_beside_other_filters_only() -> None:
    assert read("500tr - 1 tỷ Quảng Trị")[1]["province"] == "Quảng Trị"
    assert read("stent quảng trị") == ("stent quảng trị", {})


def test_a_comma_goes_on_with_what_is_left_out() -> None:
    understood = understand(Query(text="khớp gối loại trừ đà nẵng, nghệ an"), TODAY)
    assert understood.query.excluded_provinces == ("Nghệ An", "Đà Nẵng")


def test_several_places_are_any_of_them() -> None:
    query = understand(Query(text="stent ở Gia Lai, Đắk Lắk hoặc Huế"), TODAY).query
    assert (query.text, query.provinces) == ("stent", ("Gia Lai", "Huế", "Đắk Lắk"))


def test_a_province_of_before_the_mergers_stays_a_name_to_find() -> None:
    assert read("stent ở Bình Định") == ("stent Bình Định", {})


@pytest.mark.parametrize(
    ("typed", "left", "wanted"),
    [
        ("máy siêu âm trừ Gia Lai", "máy siêu âm", {"not_province": "Gia Lai"}),
        ("may tho khong phai o da nang", "may tho", {"not_province": "Đà Nẵng"}),
        ("phim ngoài Đà Nẵng", "phim", {"not_province": "Đà Nẵng"}),
        ("den mo tru bong den", 'den mo -"bong den"', {"without": "bong den"}),
        ("tu luu tru vac xin", "tu luu tru vac xin", {}),
        ("mui khoan tru tron", "mui khoan tru tron", {}),
        ("khẩu trang trừ N95", 'khẩu trang -"N95"', {"without": "N95"}),
        ("giường bệnh không phải nệm", 'giường bệnh -"nệm"', {"without": "nệm"}),
        ("stent trừ bệnh viện mắt", 'stent -"bệnh viện mắt"', {"without": "bệnh viện mắt"}),
        ("stent ngoài bệnh viện mắt", 'stent -"bệnh viện mắt"', {"without": "bệnh viện mắt"}),
    ],
)
def test_exclusions(typed: str, left: str, wanted: dict[str, str]) -> None:
    assert read(typed) == (left, wanted)


def test_an_area_in_a_buyers_name_is_no_place() -> None:
    assert read("bvđk khu vực quảng nam") == ("bvđk khu vực quảng nam", {})
    assert read("stent khu vực Gia Lai") == ("stent", {"province": "Gia Lai"})


@pytest.mark.parametrize(
    "typed",
    [
        "bệnh viện nào mua stent",
        "ai đang mua stent",
        "ở đâu mua stent",
        "stent mua ở đâu",
        "tỉnh nào mua stent",
        "có nơi nào cần stent không ạ",
        "ai đang bán stent vậy",
    ],
)
def test_questions_keep_their_goods(typed: str) -> None:
    assert read(typed) == ("stent", {})
    assert read(fold(typed)) == ("stent", {})


def test_what_says_nothing_beside_filters_is_left_out() -> None:
    understood = understand(Query(text="gói thầu dưới 500 triệu ở Gia Lai"), TODAY)
    assert understood.query == Query(max_amount=500_000_000, provinces=("Gia Lai",), sort=Sort.NEWEST)
    assert [reading.words for reading in understood.readings] == ["dưới 500 triệu", "ở Gia Lai"]
    assert read("mua găng tay dưới 300 triệu")[0] == "găng tay"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("găng tay Gia Lai 2026", "găng tay Gia Lai"),
        ("găng tay năm 2026", "găng tay"),
        ("gang tay nam 2026", "gang tay"),
        ("gang tay quang nam 2026", "gang tay quang nam"),
        ("gói 09/2026/VT găng tay 2025-2026", None),
        ("tủ 2026,5 lít", None),
        ("2026", None),
        ('"găng tay" 2026', None),
    ],
)
def test_the_only_year_may_be_that_of_publication(typed: str, left: str | None) -> None:
    dated = understand_year(Understood(Query(text=typed)))
    assert (dated and dated.query.text) == left
    if dated:
        assert (dated.query.published_from, dated.query.published_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_place_and_days_behind_what_was_read_are_no_title() -> None:
    words, said = read("từ 500 triệu đến 1 tỷ Thanh Hóa tháng 5 năm 2026")
    assert (words, said["province"], said["from"], said["to"]) == ("", "Thanh Hóa", "2026-05-01", "2026-05-31")


def test_filters_of_the_query_hold_beside_those_of_its_words() -> None:
    query = understand(Query(text="stent dưới 1 tỷ còn hạn", max_amount=5, status=Status.CLOSED), TODAY).query
    assert (query.max_amount, query.status) == (5, Status.OPEN)


@pytest.mark.parametrize("text", ['"dưới 500 triệu"', '"ở Gia Lai', "gia:<500tr tinh:gia-lai", "https://a.vn/thang-7"])
def test_what_is_quoted_or_of_the_query_language_stays(text: str) -> None:
    assert read(text) == (text, {})


def test_a_literal_query_and_a_pasted_title_stay() -> None:
    assert read("dưới 500 triệu", literal=True)[1] == {}
    title = "Gói thầu số 3: Mua sắm vật tư y tế phục vụ khám chữa bệnh tháng 9 năm 2026 của Trung tâm Y tế Chư Prông"
    assert read(title) == (title, {})


def test_a_standing_wish_is_not_bound_to_the_day_it_was_made() -> None:
    standing = understand(Query(text="stent sắp đóng, đăng tuần này"), TODAY, standing=True).query
    assert standing == Query(text="stent", status=Status.OPEN)


WORDS = [
    *(
        "dưới",
        "trên",
        "từ",
        "đến",
        "khoảng",
        "500",
        "triệu",
        "1,5",
        "tỷ",
        "tr",
        "-",
        "ở",
        "tại",
        "gia",
        "lai",
        "huế",
        ",",
    ),
    *("tháng", "7", "năm", "2026", "ngày", "31/2/2026", "30/2", "trước", "sau", "đóng", "đăng", "cuối", "quý", ","),
    *("không", "phải", "ngoài", "bệnh", "viện", "nào", "mua", "hết", "hạn", "sắp", "máy", "thở", '"', "tuần", "trừ"),
]


@settings(deadline=None)  # the tables are read once
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=60))
def test_any_text_is_understood_without_failing_and_the_rest_asks_for_no_more(text: str) -> None:
    understood = understand(Query(text=text), TODAY)
    for reading in understood.readings:
        assert reading.filters
        Query.from_params(reading.filters)
    if not understood.readings:
        assert len(understood.query.text) <= len(text)
    assert Query.from_params(understood.query.to_params()) == understood.query.normal()


@given(st.lists(st.sampled_from(["máy", "thở", "găng", "tay", "kim", "luồn"]), min_size=1, max_size=5).map(" ".join))
def test_goods_stay_word_for_word_beside_filters(goods: str) -> None:
    assert read(f"{goods} dưới 500 triệu ở Gia Lai đăng tháng 7")[0] == goods
