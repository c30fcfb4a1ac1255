"""Which point in time is the last moment to hand in."""

import pytest

from crawler.extract.field.deadline import parse_deadline
from crawler.extract.text.passage import FoldedPassage
from timthau.model.moment import format_moment, parse_moment


def _deadline(text: str, published: str | None = None) -> str | None:
    found = parse_deadline(FoldedPassage(text), published=parse_moment(published) if published else None)
    return (format_moment(found.at) or "")[:16] if found else None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        # The start of the window and the validity are decoys.
        ("4. Thời hạn tiếp nhận báo giá: Từ 09h ngày 27/10/2023 đến trước 17h ngày 07/11/2023.\n"
         "5. Thời hạn có hiệu lực của báo giá: Tối thiểu 90 ngày, kể từ ngày 8/11/2023.", "2023-11-07T17:00"),
        ("Thời hạn tiếp nhận báo giá:\n- Từ 8h ngày 01/3/2024\n- Đến trước 17h ngày 11/3/2024", "2024-03-11T17:00"),
        ("Thời điểm đóng thầu: 9h00 ngày 3/5/2024\nThời điểm mở thầu: 9h30 ngày 3/5/2024", "2024-05-03T09:00"),
        ("Đóng thầu 9h00 ngày 3/5/2024, mở thầu 9h30 ngày 4/5/2024", "2024-05-03T09:00"),
        ("Thời điểm đóng/mở thầu: 9h00 ngày 3/5/2024", "2024-05-03T09:00"),
        ("Trước 17h ngày 05/3/2024, các đơn vị gửi báo giá về Phòng Vật tư", "2024-03-05T17:00"),
        ("Hồ sơ nộp chậm nhất ngày 5 tháng 3 năm 2024", "2024-03-05"),
        ("Báo giá gửi về phòng Tổ chức trước 16h ngày 5/3/2024", "2024-03-05T16:00"),
        # Papers that are sold, until nothing is said of handing in.
        ("Bán hồ sơ: từ ngày niêm yết đến 16 giờ ngày 23/12/2019", "2019-12-23T16:00"),
        ("Bán hồ sơ: đến 16h ngày 23/12/2019\nNộp hồ sơ: đến 16h ngày 25/12/2019", "2019-12-25T16:00"),
        ("Phát hành hồ sơ: từ ngày 02/12/2024", None),
        # Other things that happen.
        ("Xem tài sản: từ ngày 10/6/2019 đến hết ngày 11/6/2019", None),
        ("Nộp tiền đặt trước: đến 17h ngày 20/6/2019", None),
        ("Tổ chức đấu giá: 9 giờ 00 phút ngày 21/6/2019", None),
        ("Căn cứ Quyết định số 12/QĐ-BV ngày 5/3/2024 của Giám đốc", None),
        ("Thời gian giao hàng: trước ngày 30/6/2024", None),
        ("Thời gian thực hiện hợp đồng: từ 01/01/2025 đến 31/12/2025", None),
        ("Dự kiến ký hợp đồng trước ngày 30/6/2022", None),
        ("Tập huấn sử dụng hệ thống lúc 8h ngày 5/3/2024", None),
        ("Báo giá có hiệu lực đến ngày 31/12/2024", None),
        ("Đăng ngày: 05/3/2024 08:00", None),
        # A change says both.
        ("Thời hạn cũ: trước 17h00 ngày 12/5/2024. Thời hạn mới: trước 17h00 ngày 10/5/2024", "2024-05-10T17:00"),
        ("Điều chỉnh thời điểm đóng thầu từ 9h00 ngày 25/6/2024 thành 9h00 ngày 02/7/2024", "2024-07-02T09:00"),
        ("Gia hạn thời gian nhận hồ sơ đến 16h ngày 19/1/2024 thay cho 16h ngày 22/1/2024", "2024-01-19T16:00"),
        (
            "Tại mục 3, đã in: “trước 14h ngày 18/9/2026”; nay sửa lại là: “trước 14h ngày 22/9/2026”.",
            "2026-09-22T14:00",
        ),
        ("Gia hạn nhận hồ sơ:\nHạn cũ: 17h00 ngày 15/10/2026\nHạn mới: 17h00 ngày 22/10/2026", "2026-10-22T17:00"),
        # How long a service is bought for is no window to hand in.
        ("Mời các công ty báo giá dịch vụ vệ sinh, từ 01/01/2027 đến 31/12/2027.\n"
         "Thời hạn cuối cùng nhận báo giá: 10h30 ngày 12/11/2026", "2026-11-12T10:30"),
        # Clauses and brackets that say what else happens; "thứ Sáu" is no "sau".
        ("Mời gửi báo giá thuê xe tuyến Hà Nội - Hạ Long (đi 24/10/2026, về 25/10/2026).", None),
        ("Mời gửi báo giá thuê xe tuyến Hà Nội - Hạ Long (đi 24/10/2026, về 25/10/2026).\n"
         "Báo giá gửi về trước 17 giờ ngày 16/10/2026", "2026-10-16T17:00"),
        ("Mời báo giá 500 hộp bánh, phát cho nhân viên trước 16h ngày 20/9/2026", None),
        ("Đề nghị Quý Công ty chào giá thuê máy trong 24 tháng (01/10/2026 - 30/9/2028).", None),
        ("Đề nghị công ty báo giá, kèm kết quả trúng thầu trước ngày 01/6/2026", None),
        ("Đơn vị gửi hồ sơ sẽ demo ngày 15/7/2026 lúc 14h00", None),
        ("Gửi báo giá về P. HCQT trước ngày 08/7/2026 kèm mẫu; hàng mẫu đơn vị nhận lại trước 30/7/2026", "2026-07-08"),
        ("Hạn nộp hồ sơ: từ 8h ngày 06/01/2026 đến 16h30 ngày 20/01/2026. Đặt trước 20%: nộp từ 20/01 đến 16h30 ngày "
         "22/01/2026.", "2026-01-20T16:30"),
        ("Các công ty gửi giá theo mẫu đến phòng Điều dưỡng, chậm nhất hết ngày thứ Sáu 09/10/2026.", "2026-10-09"),
        ("Mời gửi báo giá, tỷ lệ chiết khấu cho năm 2027 tới P.HCQT trước 16 giờ rưỡi ngày 20-12-2026.",
         "2026-12-20T16:30"),
        ("Báo giá nộp trước 9h ngày 5/11/2026.\nMẫu vé gửi kèm trước 15/11/2026.", "2026-11-05T09:00"),
        ("Gửi báo giá trước 17 giờ kém 15 phút ngày 30/6/2026", "2026-06-30T16:45"),
        ("Thời hạn gửi báo giá:\n15 giờ 00 phút\nngày 09 tháng 9 năm 2026", "2026-09-09T15:00"),
        ("Quotations must reach us not later than 4:30 PM on Thursday, 22 October 2026.\n"
         "Delivery: not later than 30 November 2026.", "2026-10-22T16:30"),
        # A weekday or "sáng mai" between hour and day; the hour said after the day, as a fact of its own.
        ("Gửi báo giá trước 16h ngày thứ Hai (15/6/2026).", "2026-06-15T16:00"),
        ("Xin gửi báo giá trước 9h00 sáng mai, 17/6/2026.", "2026-06-17T09:00"),
        ("Ngày đóng thầu: 22/6/2026; giờ đóng thầu: 09h00", "2026-06-22T09:00"),
        ("Ngày bắt đầu nhận: 01/6/2026. Ngày kết thúc: 12/6/2026 (trước 15 giờ 30).", "2026-06-12T15:30"),
        # One sentence that says two things; an earlier round that is over.
        (
            "Thời gian nhận báo giá đến trước 15 giờ ngày 29/6/2026, thời gian thực hiện hợp đồng: 31/12/2026",
            "2026-06-29T15:00",
        ),
        ("Sau khi kết thúc đợt nhận báo giá lần 1 (đến 16 giờ ngày 30/01/2026) số báo giá chưa đủ.\n"
         "- Thời gian: từ 02/02/2026 đến 16:00, 10/02/2026", "2026-02-10T16:00"),
        ("Báo giá để trong phong bì. Bệnh viện tiếp nhận đến hết 17 giờ 00 phút ngày 07/8/2026.", "2026-08-07T17:00"),
        ("Đề nghị các đơn vị phúc đáp bằng văn bản trước ngày 19/6/2026.", "2026-06-19"),
        ("Gia hạn lần 1 đến 17h ngày 30/9/2026. Nay gia hạn thêm 05 ngày làm việc, tức đến 17h ngày 07/10/2026.",
         "2026-10-07T17:00"),
        ("Mong quý công ty cho giá, phản hồi về email duoc@example.vn trong ngày 23/01/2026.", "2026-01-23"),
        ("Đề nghị báo giá tổ chức sự kiện, diễn ra từ 10/9/2026 đến 17/9/2026. Gửi về Sở trước 16h00 ngày 20/8/2026.",
         "2026-08-20T16:00"),
        # The last of several; of one day the one with an hour.
        ("Nhận báo giá bản mềm trước 16h ngày 2/6/2025, bản cứng nhận trước 16h ngày 5/6/2025", "2025-06-05T16:00"),
        ("Hạn nộp hồ sơ: 5/6/2025\nHạn nộp hồ sơ: 16h ngày 5/6/2025", "2025-06-05T16:00"),
    ],
)  # fmt: skip
def test_the_last_moment_to_hand_in_is_told_from_other_days(text: str, at: str | None) -> None:
    assert _deadline(text) == at


@pytest.mark.parametrize(
    ("said", "published", "at"),
    [
        ("Trong vòng 10 ngày kể từ ngày đăng tải", "2024-05-10T08:00", "2024-05-20"),
        ("Trong vòng 10 (mười) ngày, kể từ ngày thông báo được đăng trên trang của đơn vị", "2024-05-10", "2024-05-20"),
        ("Trong vòng 10 ngày kể từ ngày đăng tải", None, None),
        ("Trong vòng 10 ngày kể từ ngày đăng tải trên Báo Đấu thầu", "2024-05-10", None),
        ("Trong vòng 10 ngày kể từ ngày đăng tải trên Hệ thống mạng đấu thầu quốc gia", "2024-05-10", None),
        ("Trong vòng 10 ngày làm việc kể từ ngày đăng tải", "2024-05-10", None),
        ("Tối thiểu 07 ngày làm việc kể từ ngày phát hành", "2024-05-10", None),
        ("Tối thiểu trong vòng 10 ngày kể từ ngày đăng tải", "2024-05-10", None),
        ("Trong vòng 05 ngày kể từ ngày 12/9/2024", None, "2024-09-17"),
        ("Trong vòng 05 ngày kể từ ngày ký", "2024-05-10", None),
    ],
)  # fmt: skip
def test_relative_deadlines_are_worked_out_only_from_a_certain_day(
    said: str, published: str | None, at: str | None
) -> None:
    assert _deadline(f"4. Thời hạn tiếp nhận báo giá: {said}.", published) == at


def test_a_relative_time_of_payment_is_no_deadline() -> None:
    assert _deadline("Thanh toán trong vòng 30 ngày kể từ ngày đăng tải", "2024-05-10") is None


@pytest.mark.parametrize(("published", "at"), [("2025-02-10", "2025-02-17T16:00"), ("2025-02-20", None), (None, None)])
def test_a_day_without_a_year_needs_a_near_day_of_publication(published: str | None, at: str | None) -> None:
    assert _deadline("Hạn nhận báo giá: 16h (17/2)", published) == at


def test_a_day_without_a_year_may_lie_beyond_new_year() -> None:
    assert _deadline("Hạn nộp báo giá: ngày 5/1", "2023-12-20") == "2024-01-05"


@pytest.mark.parametrize(
    ("below", "joined"),
    [("tổ chức chào giá vật tư", True), ("Ủy ban nhân dân xã", False), ("Ấn phẩm gồm 2 cuốn", False)],
)
def test_only_what_goes_on_in_small_letters_belongs_to_the_line_above(below: str, *, joined: bool) -> None:
    above = "Bệnh viện Đa khoa tỉnh có kế hoạch mua sắm trong năm nay và dự kiến"
    assert len(FoldedPassage(f"{above}\n{below}").lines) == 1 + (not joined)


def test_the_sentence_is_kept_without_its_neighbours() -> None:
    text = "Bệnh viện mời báo giá. Hạn nộp: 16h ngày 5/6/2025 tại TP. Huế. Trân trọng./."
    found = parse_deadline(FoldedPassage(text), published=None)
    assert found is not None
    assert found.sentence == "Hạn nộp: 16h ngày 5/6/2025 tại TP. Huế."


#: What is handed in, and until when; the sentences below are set beside it.
HAND_IN = "Hạn nộp: 16h30 ngày 13/3/2026."


@pytest.mark.parametrize(
    "other",
    [
        "Hàng giao trước ngày 30/4/2026.",
        "Thuốc có hạn dùng đến ngày 30/4/2028.",
        "Hạn sử dụng của hóa chất tối thiểu đến ngày 31/12/2027.",
        "Cung cấp hàng hóa trước ngày 30/4/2026.",
        "Giao hàng chậm nhất ngày 30/4/2026.",
        "Nhà thầu trúng thầu giao đủ hàng trước ngày 30/4/2026.",
        "Thời hạn hợp đồng: đến hết ngày 31/12/2026.",
        "Thanh toán trước ngày 31/12/2026.",
        "Bảo hành đến ngày 31/12/2028.",
        "Khảo sát hiện trạng trước 16h ngày 20/3/2026.",
        "Đề nghị làm rõ gửi trước ngày 20/3/2026.",
        "Mở báo giá lúc 9h ngày 16/3/2026.",
        "Thời gian thực hiện: đến ngày 31/12/2026.",
        "Hợp đồng có thời hạn đến ngày 31/12/2026.",
        "Lắp đặt, nghiệm thu trước ngày 30/6/2026.",
        "Thời gian cung cấp: trước ngày 30/4/2026.",
    ],
)
@pytest.mark.parametrize("join", ["{0}\n{1}", "{0} {1}", "{1}\n{0}", "{1} {0}"])
def test_days_of_other_things_neither_win_nor_stand_in(other: str, join: str) -> None:
    assert _deadline(join.format(HAND_IN, other)) == "2026-03-13T16:30"
    assert _deadline(other) is None


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Báo giá gửi trước 16h30 ngày 13/3/2026, cung cấp hàng hóa trước ngày 30/4/2026.", "2026-03-13T16:30"),
        ("Gửi báo giá trước 16 giờ rưỡi ngày 13/3/2026", "2026-03-13T16:30"),
        ("Gửi báo giá trước 5 giờ chiều ngày 13/3/2026", "2026-03-13T17:00"),
        ("Gửi báo giá trước mười sáu giờ ba mươi phút ngày 13/3/2026", "2026-03-13T16:30"),
        ("Hạn nộp: 13/03/26", "2026-03-13"),
        ("Nộp tại phòng Hành chính trước 11 giờ ngày thứ tư 22/4/2026", "2026-04-22T11:00"),
        ("NỘP PHIẾU TẠI PHÒNG KINH DOANH, THÙNG PHIẾU NIÊM PHONG LÚC 16:00 NGÀY 15/12/2026", "2026-12-15T16:00"),
        ("Nộp hồ sơ trước 17h 13/3/26", "2026-03-13T17:00"),
        ("Hạn nộp: ngày 13 tháng ba năm 2026", "2026-03-13"),
        ("Hạn nộp: 16h30ngày13/03/2026", "2026-03-13T16:30"),
        ("Nộp báo giá trước 16h ngày. 27.06.2025", "2025-06-27T16:00"),
        ("Deadline: 16:30, 13/03/2026", "2026-03-13T16:30"),
        ("Nhận báo giá từ ngày đăng đến 16 giờ\n30 phút ngày 13 tháng 3\nnăm 2026.", "2026-03-13T16:30"),
        ("Hạn nộp báo giá: trước 16 giờ 30 phút, ngày\n13/3/2026", "2026-03-13T16:30"),
        ("Hồ sơ nộp tại văn thư, hạn chót 1 6 giờ 30 ngày 1 3/3/2 026", "2026-03-13T16:30"),
        (
            "Bảng phí gửi (bưu điện/trực tiếp) về phòng Tài vụ (nay là tầng 2) trước 16h30 ngày 13/3/2026",
            "2026-03-13T16:30",
        ),
        ("Bì thư dán kín nộp cho bộ phận một cửa trước 16 giờ 30 chiều thứ Sáu, 13/3/2026", "2026-03-13T16:30"),
        ("Sau ngày 13/3/2026 (16h30) hòm thư sẽ khóa, hồ sơ đến muộn không được xem.", "2026-03-13T16:30"),
        (
            "Thời gian đăng ký và nộp hồ sơ, tiền đặt trước: đến 16h30' ngày 13 - 3 - 2026.\n"
            "Thời hạn tháo dỡ, trả mặt bằng: chậm nhất 31/5/2026.",
            "2026-03-13T16:30",
        ),
        ("Thời gian: trước ngày 13/3/2026.\nQuá thời hạn trên không nhận thêm hồ sơ.", "2026-03-13"),
        ("Nộp hồ sơ đến 16h30 ngày 13/3/2026.\nKết quả được đăng chậm nhất ngày 17/3/2026.", "2026-03-13T16:30"),
        ("Thời gian: từ ngày ra thông báo đến hết ngày 13/3/2026.", "2026-03-13"),
        (
            "Nhà in nộp tại Văn phòng Hội; hết ngày 13/3/2026 là khóa sổ.\nHàng in giao chậm nhất 30/3/2026",
            "2026-03-13",
        ),
        (
            "Hồ sơ nộp về Phòng Vật tư từ 07/3/2026 đến 16h30 ngày 13/3/2026.\n"
            "Kết quả chọn công bố trong 03 ngày làm việc, chậm nhất 18/3/2026.",
            "2026-03-13T16:30",
        ),
        (
            "Báo giá hợp lệ khi đến tay Bảo tàng không muộn hơn 16 giờ 30 phút ngày 13 tháng 3 năm 2026.",
            "2026-03-13T16:30",
        ),
        ("Hạn chót : 16 giờ, 13 tháng 3 năm 2026 (thứ Sáu)", "2026-03-13T16:00"),
        ("Thời gian nhận: 11.3.2026 - 13.3.2026\nPhát hành chứng thư: chậm nhất 10.4.2026", "2026-03-13"),
        (
            "4. Thời gian nộp hồ sơ: 03 ngày làm việc kể từ ngày đăng thông báo.\n5. Địa điểm: Văn phòng.\n"
            "An Giang, ngày 30 tháng 9 năm 2026",
            None,
        ),
        (
            "Nhà thầu quan tâm đến gói thầu này thì nộp hồ sơ dự thầu qua mạng\ntrước thời điểm đóng thầu là 10 giờ "
            "ngày 28 tháng 3 năm\n2026, kèm bảo đảm dự thầu.",
            "2026-03-28T10:00",
        ),
        ("Deadline: 4:30 PM, March 13, 2026", "2026-03-13T16:30"),
        ("Quotations must be received by 4.30 p.m. on Friday, 13 March 2026", "2026-03-13T16:30"),
        ("Closing date: 13th March 2026\nDelivery date: 30 April 2026\nBid opening: 14 March 2026", "2026-03-13"),
        ("Delivery before 30 April 2026", None),
        ("Phiên bản 1.2.26 của phần mềm, nhận báo giá qua email", None),
        ("Nhận báo giá 2 máy 2026", None),
        (
            "Thư báo giá gửi về phòng chậm nhất 16g30 ngày 13/3/2026. Bệnh viện mở thư báo giá lúc 9g ngày 14/3/2026",
            "2026-03-13T16:30",
        ),
        ("Nhận phiếu trả giá đến 16h30 ngày 13/3/2026. Trả giá trực tiếp lúc 9h ngày 16/3/2026.", "2026-03-13T16:30"),
    ],
)
def test_every_way_to_write_a_moment_is_read(text: str, at: str | None) -> None:
    assert _deadline(text) == at
