"""What a page announces, or that it announces nothing."""

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from crawler.extract.kind import kind as reading
from crawler.extract.kind.genre import is_guide
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import NoticeKind


def classify(title: str, text: str) -> NoticeKind | None:
    return reading.classify(FoldedPassage(title), FoldedPassage(text))


CALL_BODY = "1. Đơn vị yêu cầu báo giá: Bệnh viện A\n4. Thời hạn tiếp nhận báo giá: trước 17h ngày 5/3/2024"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("YÊU CẦU BÁO GIÁ VẬT TƯ", "request_for_quotation"),
        ("Thông báo tạm dừng việc bán đấu giá cho thuê căng tin", "cancellation"),
        ("Thông báo tìm kiếm đơn vị tư vấn khảo sát địa chất", "consultant_selection"),
        ("Ye\u0302u ca\u0302\u0300u ba\u0301o gia\u0301 va\u0323\u0302t tu\u031b", "request_for_quotation"),
        ("yeu cau bao gia vat tu", "request_for_quotation"),
        ("12/TB-BV: Thư mời chào giá (lần 2)", "request_for_quotation"),
        ("Bệnh viện A mời báo giá dịch vụ", "request_for_quotation"),
        ("Yêu cầu báo giá gia hạn bản quyền phần mềm", "request_for_quotation"),
        ("Thư mời báo giá tiêu hủy tài liệu", "request_for_quotation"),
        ("THÔNG BÁO ĐẦU GIÁ TÀI SẢN", "auction"),
        ("Thông báo hủy yêu cầu báo giá", "cancellation"),
        ("Thông báo huỷ thầu", "cancellation"),
        ("Tạm dừng tiếp nhận báo giá", "cancellation"),
        ("Thông báo gia hạn thời gian nhận báo giá", "amendment"),
        ("[Đính chính] Yêu cầu báo giá", "amendment"),
        ("Mời thầu gói thầu số 5 (gia hạn)", "amendment"),
        ("Hoãn mở thầu gói thầu số 3", "amendment"),
        ("Thông báo mời thầu lại gói thầu số 3 (lần 2)", "invitation_to_tender"),
        ("Quyết định phê duyệt kế hoạch lựa chọn nhà thầu", "plan"),
        ("Quyết định số 9/QĐ-SYT phê duyệt dự toán, thiết kế và kế hoạch lựa chọn nhà thầu", "plan"),
        ("Quyết định phê duyệt kết quả lựa chọn nhà thầu thuộc kế hoạch lựa chọn nhà thầu", "award"),
        ("Quyết định phê duyệt hồ sơ mời thầu theo kế hoạch lựa chọn nhà thầu", "other"),
        ("Kết quả lựa chọn nhà thầu", "award"),
        ("V/v mời nộp hồ sơ năng lực và báo giá vận chuyển", "request_for_quotation"),
        ("Thông báo mời nhà thầu đến thương thảo hợp đồng", "other"),
        ("Thông báo thời gian mở hồ sơ báo giá gói thầu thuốc", "other"),
    ],
)
def test_a_title_alone_tells_the_kind(title: str, kind: str) -> None:
    assert classify(title, "") == NoticeKind(kind)
    assert classify(title, title) == NoticeKind(kind)


@pytest.mark.parametrize(
    "title", ["Thông báo", "Thư mời", "Kính gửi: Các nhà cung cấp", "Công văn số 12/BV-VTYT", "V/v mua hóa chất"]
)
def test_a_title_that_says_nothing_leaves_it_to_the_body(title: str) -> None:
    assert classify(title, f"YÊU CẦU BÁO GIÁ\n{CALL_BODY}") is NoticeKind.REQUEST_FOR_QUOTATION
    assert classify(title, "Lịch khám bệnh tuần này") is None


def test_words_of_the_field_count_only_above_particulars() -> None:
    title = "Đấu giá 27 lô đất tại Phú Yên"
    assert classify(title, "Nhiều người quan tâm đến khu đất này từ đầu năm.") is None
    assert (
        classify(title, "Giá khởi điểm: 2 tỷ đồng\nTiền đặt trước: 20%\nNgười có tài sản: UBND xã B")
        is NoticeKind.AUCTION
    )


def test_a_visit_that_looks_at_tenders_asks_for_nothing() -> None:
    title = "Đoàn giám sát của tỉnh kiểm tra công tác mua sắm, đấu thầu vật tư"
    text = (
        "Đoàn giám sát đã làm việc một ngày, xem hồ sơ các gói thầu và đề nghị đơn vị hoàn thiện việc lấy báo giá.\n"
        "Giám đốc đánh giá cao tinh thần của tập thể và đề nghị các khoa, phòng tiếp tục phát huy."
    )
    assert classify(title, text) is None


def test_a_newspaper_is_refused_though_it_quotes_a_notice() -> None:
    assert (
        classify("Bệnh viện A mời thầu gói 500 tỷ đồng", "Theo tìm hiểu, gói thầu đóng thầu ngày 5/3. Được biết …")
        is None
    )


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        (
            "Mua sắm vật tư sửa chữa máy lọc nước",
            "Trung tâm Y tế A đang có kế hoạch mua sắm màng lọc. Đơn vị nào có hàng vui lòng gửi báo giá. "
            "Thời gian: đến 16 giờ ngày 18/3/2026.",
            "request_for_quotation",
        ),
        (
            "Bán thanh lý máy bơm cũ",
            "Công ty A bán thanh lý 03 máy bơm theo hình thức chào giá cạnh tranh. Giá sàn 92.500.000 đồng. "
            "Nộp phiếu trả giá: trước 15h ngày 24/6/2026.",
            "auction",
        ),
        (
            "Thông báo lựa chọn đơn vị tổ chức Hội chợ triển lãm",
            "Sở A cần lựa chọn đơn vị tổ chức Hội chợ. Hồ sơ gửi về Sở chậm nhất 11h00 ngày 10/8/2026.",
            "invitation_to_tender",
        ),
        (
            "Tìm nhà thầu thi công sân bóng",
            "Trường A tìm nhà thầu thi công sân bóng. Nhà thầu nộp hồ sơ và giá dự thầu trước 16h00 ngày 05/5/2026.",
            "invitation_to_tender",
        ),
        (
            "Thông báo mời thi tuyển phương án kiến trúc trụ sở",
            "Ban quản lý A mời các tổ chức tư vấn tham gia. Hồ sơ dự thi nộp trước 17h00 ngày 30/6/2026.",
            "invitation_to_tender",
        ),
        (
            "Thông báo rút gói thầu số 9",
            "Số: 201/TB-BQL\nBan Quản lý dự án huyện B thông báo rút E-TBMT gói thầu số 9.",
            "cancellation",
        ),
        (
            "Thông báo nhu cầu mượn, đặt máy xét nghiệm",
            "Bệnh viện A có nhu cầu đặt máy. Công ty quan tâm gửi thư đề xuất trước 16h00 ngày 25/9/2026.",
            "other",
        ),
        (
            "Procurement notice: supply of reagents",
            "The hospital invites quotations.\nEstimated budget: VND 450,000,000\nDeadline: 17:00, 15 January 2026",
            "request_for_quotation",
        ),
        (
            "Thông báo chọn đơn vị cung cấp dịch vụ vệ sinh",
            "Viện A xin thông báo: từ các báo giá nhận đến hết ngày 20/3/2026, Viện đã chọn Công ty B là đơn vị cung "
            "cấp dịch vụ.",
            "award",
        ),
        (
            "Quyết định phê duyệt kết quả",
            "Công nhận Liên danh A trúng thầu gói mua sắm giường. Giá trúng thầu: 2.650.000.000 đồng.",
            "award",
        ),
    ],
)
def test_calls_in_words_of_their_own_are_understood(title: str, text: str, kind: str) -> None:
    assert classify(title, text) == kind


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Nhiều gói thầu thiết bị y tế phải gia hạn vì vướng yêu cầu kỹ thuật",
            "Đơn cử, gói thầu 18 tỷ đồng của một bệnh viện lùi thời điểm đóng thầu từ 20/6 sang 4/7/2026.",
        ),
        (
            "Báo giá dịch vụ xét nghiệm của Trung tâm Phân tích",
            "Trung tâm xin gửi bảng báo giá dịch vụ xét nghiệm tới quý khách hàng, áp dụng đến 31/12/2026.",
        ),
        (
            "Họp hội đồng thẩm định kế hoạch lựa chọn nhà thầu năm 2027",
            "Chiều 12/11, Bệnh viện A tổ chức họp hội đồng thẩm định kế hoạch lựa chọn nhà thầu năm 2027.",
        ),
    ],
)
def test_what_is_told_of_many_tenders_or_of_a_meeting_is_no_notice(title: str, text: str) -> None:
    assert classify(title, text) is None


def test_a_sales_form_is_refused_and_an_agency_with_the_same_title_is_not() -> None:
    assert classify("Yêu cầu báo giá", "Quý khách vui lòng điền thông tin") is None
    assert classify("Yêu cầu báo giá", CALL_BODY) is NoticeKind.REQUEST_FOR_QUOTATION


def test_an_agencys_name_is_no_act() -> None:
    assert classify("Công ty Đấu giá Hợp danh A tổ chức đại hội cổ đông", "") is None
    assert classify("Trung tâm Dịch vụ việc làm tỉnh B: Thư mời báo giá", "") is NoticeKind.REQUEST_FOR_QUOTATION


def test_a_card_of_the_portal_is_a_tender_whatever_the_package_is_called() -> None:
    card = (
        "Mã TBMT: IB2400112200-00\nBên mời thầu: Sở Y tế\nHình thức dự thầu: Qua mạng\nThời điểm đóng thầu: 02/5/2024"
    )
    assert classify("Tập huấn và hướng dẫn quy trình", card) is NoticeKind.INVITATION_TO_TENDER
    assert classify("Mua thuốc", f"Đã hủy thầu\n{card}") is NoticeKind.CANCELLATION


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Cách lấy lại mật khẩu VssID", ""),
        ("Đăng nhập VssID bằng VNeID", ""),
        ("Instructions for updating insurance on VNeID", ""),
        ("Hướng dẫn đặt lịch khám", "Bước 1"),
        ("Quên mật khẩu, phải làm sao", "Mở ứng dụng VssID rồi chọn quên mật khẩu"),
    ],
)
def test_guides_are_guides_and_no_notices(title: str, text: str) -> None:
    assert is_guide(title, text)
    assert classify(title, text) is None


@pytest.mark.parametrize(
    "title", ["Yêu cầu báo giá in tờ rơi hướng dẫn VssID", "Cách mạng tháng Tám", "Cách ly y tế tại nhà", "Lịch khám"]
)
def test_pages_that_are_no_guides(title: str) -> None:
    assert not is_guide(title, "")


def test_titles_of_tenders_are_never_taken_for_outcomes(shared: Path) -> None:
    """The 2,870 are all tenders on the portal, where the source tells the kind: titles alone often have no cue."""
    with gzip.open(shared / "corpus" / "egp_medical.jsonl.gz", "rt", encoding="utf-8") as lines:
        kinds = Counter(classify(json.loads(line)["title"], "") for line in lines)
    odd = {NoticeKind.AWARD, NoticeKind.PLAN, NoticeKind.CANCELLATION, NoticeKind.AMENDMENT}
    assert sum(kinds[kind] for kind in odd) <= 0.002 * kinds.total()
