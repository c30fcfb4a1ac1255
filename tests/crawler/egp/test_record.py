"""From a record of the portal to a notice: every type that its fields were seen to have."""

import gzip
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.egp.record import RecordReading, parse_time, read_record
from tests.site.portal import make_record
from timthau.model.moment import HANOI, Moment
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.province import name_today
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair

AT = datetime(2026, 9, 25, 10, 12, 13, tzinfo=HANOI)
HOME = "https://muasamcong.mpi.gov.vn/"


def read(**said: Any) -> RecordReading:
    record = make_record("IB2600554925", AT) | said
    return read_record(record, source="egp", home=HOME, kind=NoticeKind.INVITATION_TO_TENDER)


def notice_of(**said: Any) -> Notice:
    return read(**said).edition.notice


def test_a_record_becomes_a_notice() -> None:
    notice = notice_of(notifyVersion="01", bidName=["Mua  máy thở"], procuringEntityName="Ban QLDA")
    assert (notice.id, notice.source_key) == (make_id("egp", "IB2600554925"), "IB2600554925")
    assert (notice.kind, notice.title, notice.buyer) == (NoticeKind.INVITATION_TO_TENDER, "Mua máy thở", "Ban QLDA")
    assert (notice.province, notice.delivery_place) == ("Thanh Hóa", "Phường Hạc Thành, Thanh Hóa")
    assert notice.reference_number == "IB2600554925"
    assert notice.published_at == AT
    assert notice.deadline_at == datetime(2026, 10, 4, 10, 12, 13, tzinfo=HANOI)
    assert notice.deadline_text == "Thời điểm đóng thầu: 2026-10-04T10:12:13"
    assert (notice.amount_vnd, notice.submission_methods) == (4_194_000_000, ("egp",))
    assert notice.text.splitlines() == [
        "Mã TBMT: IB2600554925-01",
        "Mã KHLCNT: PL2600554925",
        "Chủ đầu tư: Bệnh viện Đa khoa Thử Nghiệm",
        "Bên mời thầu: Ban QLDA",
        "Lĩnh vực: Hàng hóa",
        "Hình thức lựa chọn nhà thầu: Đấu thầu rộng rãi",
        "Phương thức lựa chọn nhà thầu: Một giai đoạn một túi hồ sơ",
        "Thời điểm mở thầu: 04/10/2026 10:12",
        "Đăng lần đầu: 25/09/2026 10:12",
    ]


def test_the_link_leads_to_the_portals_page_of_the_edition_and_stays_when_the_tender_goes_on() -> None:
    url = notice_of().url
    assert url.startswith("https://muasamcong.mpi.gov.vn/web/guest/contractor-selection?p_p_id=")
    assert f"&notifyId={make_record('IB2600554925', AT)['id']}&" in url
    assert notice_of(stepCode="notify-contractor-step-4-kqlcnt", statusForNotify="CNTTT").url == url
    assert notice_of(notifyVersion="01", id="x", notifyId="x").url != url


def test_the_buyer_is_the_investor_where_no_procuring_entity_is_named() -> None:
    assert notice_of(procuringEntityName=None).buyer == "Bệnh viện Đa khoa Thử Nghiệm"
    assert notice_of(procuringEntityName="", investorName=None).buyer is None


@pytest.mark.parametrize(
    ("price", "amount"),
    [
        ([4194000000.0], 4_194_000_000),
        (4194000000.4, 4_194_000_000),
        ("72087241000", 72_087_241_000),
        (["1.5E9"], 1_500_000_000),
        ([], None),
        (None, None),
        ("NaN", None),
        ([float("nan")], None),
        ([0.0], None),
        ([1.0, 2.0], None),
        (["không"], None),
        (10**400, None),
    ],
)
def test_prices_are_whole_dong_or_none(price: Any, amount: int | None) -> None:
    assert notice_of(bidPrice=price).amount_vnd == amount


def test_several_prices_are_told_and_not_added_up() -> None:
    assert "Giá gói thầu: 1.500.000; 2.000.000" in notice_of(bidPrice=[1.5e6, 2e6]).text.splitlines()


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-10-05T09:30:00", datetime(2026, 10, 5, 9, 30, tzinfo=HANOI)),
        ("2026-10-05T09:30:00.123", datetime(2026, 10, 5, 9, 30, tzinfo=HANOI)),
        ("2026-10-05T09:30:00.000Z", datetime(2026, 10, 5, 9, 30, tzinfo=HANOI)),
        ("2026-10-05T09:30:00+00:00", datetime(2026, 10, 5, 9, 30, tzinfo=HANOI)),
        ("2026-10-05T09:30:00+07:00", datetime(2026, 10, 5, 9, 30, tzinfo=HANOI)),
        ("2026-10-05", date(2026, 10, 5)),
        ("20261005", None),
        ("2026-13-05T09:30:00", None),
        (1791167400000, None),
        (float("nan"), None),
        ("NaN", None),
        ("05/10/2026", None),
        ("", None),
        (None, None),
        (["2026-10-05"], None),
    ],
)
def test_times_are_those_of_hanoi_whatever_the_zone_pretends(value: Any, moment: Moment | None) -> None:
    assert parse_time(value) == moment


@pytest.mark.parametrize(
    ("status", "kind", "line"),
    [
        ("", NoticeKind.INVITATION_TO_TENDER, None),
        ("DXT", NoticeKind.INVITATION_TO_TENDER, "Trạng thái: Đang xét thầu"),
        ("DHT", NoticeKind.CANCELLATION, "Trạng thái: Đã hủy thầu"),
        ("DHTBMT", NoticeKind.CANCELLATION, "Trạng thái: Đã hủy thông báo mời thầu"),
        ("CNTTT", NoticeKind.INVITATION_TO_TENDER, "Trạng thái: Có nhà thầu trúng thầu"),
        ("KCNTT", NoticeKind.INVITATION_TO_TENDER, "Trạng thái: Không có nhà thầu trúng thầu"),
        ("DHKQLCNT", NoticeKind.INVITATION_TO_TENDER, "Trạng thái: Đã hủy kết quả lựa chọn nhà thầu"),
        ("XYZ", NoticeKind.INVITATION_TO_TENDER, "Trạng thái: XYZ"),
    ],
)
def test_only_a_cancellation_changes_what_a_notice_is(status: str, kind: NoticeKind, line: str | None) -> None:
    notice = notice_of(statusForNotify=status)
    assert notice.kind is kind
    assert [said for said in notice.text.splitlines() if said.startswith("Trạng thái")] == ([line] if line else [])


def test_unknown_codes_are_kept_and_named() -> None:
    reading = read(bidForm="ABC", investField=["HH", "QT"], bidMode=None, isMedicine=True)
    assert reading.unknown == (("investField", "QT"), ("bidForm", "ABC"))
    lines = reading.edition.notice.text.splitlines()
    assert {"Lĩnh vực: Hàng hóa; QT", "Hình thức lựa chọn nhà thầu: ABC", "Gói thầu thuốc: Có"} <= set(lines)


@pytest.mark.parametrize("locations", [None, [], "NaN", [None], [{}], [{"provCode": "38", "provName": None}]])
def test_locations_may_be_missing(locations: Any) -> None:
    reading = read(locations=locations)
    assert reading.provinces == ()
    assert (reading.edition.notice.province, reading.edition.notice.delivery_place) == (None, None)


def test_a_notice_for_several_provinces_is_in_none_but_names_them_all() -> None:
    reading = read(locations=[{"provName": "Tỉnh Nghệ An"}, {"provName": "Thành phố Huế"}, {"provName": "Nghệ An"}])
    assert reading.provinces == ("Nghệ An", "Huế")
    assert (reading.edition.notice.province, reading.edition.notice.delivery_place) == (None, "Nghệ An; Huế")


def test_a_tender_that_is_not_held_on_the_portal_is_not_handed_in_there() -> None:
    notice = notice_of(isInternet=0)
    assert notice.submission_methods == ()
    assert "Hình thức dự thầu: Không qua mạng" in notice.text.splitlines()


@pytest.mark.parametrize(
    ("winners", "prices", "awards"),
    [
        (["Công ty A"], [1200000000.0], [("Công ty A", 1_200_000_000)]),
        (["Công ty A", "Công ty B"], [3.0, 2.0], [("Công ty A", 3), ("Công ty B", 2)]),
        (["Công ty A", "Công ty B"], [5.0], [("Công ty A", None), ("Công ty B", None)]),
        (None, [5.0], []),
    ],
)
def test_the_result_of_a_tender_is_read_where_the_list_has_it(
    winners: Any, prices: Any, awards: list[tuple[str, int | None]]
) -> None:
    notice = notice_of(contractorName=winners, bidWinningPrice=prices, publicDateKqlcnt="2026-10-20T15:00:00")
    assert notice.kind is NoticeKind.INVITATION_TO_TENDER
    assert [(award.supplier, award.amount_vnd) for award in notice.awards] == awards
    assert "Đăng kết quả: 20/10/2026 15:00" in notice.text
    assert ("Nhà thầu trúng thầu: Công ty A" in notice.text) is bool(winners)


def test_editions_sort_by_their_numbers() -> None:
    numbers = [read(notifyVersion=version).edition.number for version in ("00", "01", "9", "10", "100")]
    assert numbers == sorted(numbers)
    assert read(notifyVersion=None).edition.number < numbers[0]


@pytest.mark.parametrize(("said", "complaint"), [({"notifyNo": None}, "no number"), ({"bidName": []}, "no name")])
def test_what_has_no_number_or_name_is_no_notice(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read(**said)


def test_real_tenders_come_through_unchanged(shared: Path) -> None:
    with gzip.open(shared / "corpus" / "egp_medical.jsonl.gz", "rt", encoding="utf-8") as lines:
        real = [Notice.from_json(json.loads(line)) for line in lines]
    for tender in real:
        notice = notice_of(
            bidName=[tender.title],
            investorName=tender.buyer,
            bidPrice=[float(tender.amount_vnd or 0)],
            publicDate=f"{tender.published_at:%Y-%m-%dT%H:%M:%S}",
            bidCloseDate=f"{tender.deadline_at:%Y-%m-%dT%H:%M:%S}.000Z",
            locations=[{"provName": tender.province}],
        )
        assert notice.title == collapse_spaces(repair(tender.title))
        assert notice.buyer == collapse_spaces(repair(tender.buyer or ""))
        assert (notice.amount_vnd, notice.published_at) == (tender.amount_vnd, tender.published_at)
        assert notice.deadline_at == tender.deadline_at
        assert name_today(notice.province or "") == name_today(tender.province or "")


_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just({})
_ANY = _VALUES | st.lists(_VALUES, max_size=3) | st.dictionaries(st.text(max_size=5), _VALUES, max_size=2)


@given(said=st.dictionaries(st.sampled_from(sorted(make_record("IB26", AT))), _ANY))
def test_no_value_of_any_type_breaks_reading(said: dict[str, Any]) -> None:
    try:
        notice = notice_of(**said)
    except ValueError as error:
        assert "a record has no" in str(error)  # noqa: PT017 - any other error fails the test
    else:
        assert Notice.from_json(notice.to_json()).content_hash() == notice.content_hash()
