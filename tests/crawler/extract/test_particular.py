"""Numbers, contacts, places, ways of handing in, days of validity."""

import pytest

from crawler.extract.field.contact import parse_contacts
from crawler.extract.field.reference_number import parse_number
from crawler.extract.field.submission import parse_methods
from crawler.extract.field.term import parse_place, parse_validity
from crawler.extract.text.passage import FoldedPassage
from crawler.extract.text.scanned_number import correct_number
from timthau.model.notice import Contact, NoticeKind


@pytest.mark.parametrize(
    ("title", "text", "number"),
    [
        ("Yêu cầu báo giá số 1234/YCBG-BVM về việc mua", "", "1234/YCBG-BVM"),
        ("2263/TB-BVST: Thư mời", "", "2263/TB-BVST"),
        ("Mời", "BỆNH VIỆN A\nSố: 12 / TB-BV", "12/TB-BV"),
        ("Mời", "Số:      /TB-BV", None),
        ("Mời", "Số: 35/2024/TB-TTYT", "35/2024/TB-TTYT"),
        ("Mời", "Văn phòng có thông báo 1093/TB-VP chọn tổ chức", "1093/TB-VP"),
        ("Mời", "Số: 418/BVĐK-VTTBYT", "418/BVĐK-VTTBYT"),
        ("Mời", "Căn cứ Luật số 22/2023/QH15;\nCăn cứ Quyết định số 743/QĐ-TĐHB ngày 28/10/2020", None),
        ("Mời", "Căn cứ:\n- Thông tư số 45/2017/TT-BTC;\n- Quyết định số 743/QĐ-TĐHB\nTrân trọng", None),
        ("Mời", "theo Nghị định số 24/2024/NĐ-CP", None),
        ("Mời", "Tổng số điểm: 93/100. Trực 24/24H. Mã số thuế 0313270903", None),
        ("Mua", "Mã TBMT: IB2500214908-00\nSố quyết định phê duyệt: 48QĐ-BQLDAĐTHT9", "48QĐ-BQLDAĐTHT9"),
        ("Mời", "Bán đấu giá tài sản thanh lý (Thông báo số 214/TB-KSBT ngày 12/6/2026)", "214/TB-KSBT"),
        ("Mời", "Báo giá theo danh mục đính kèm (Thư mời số 611/TMCG-BVDL)", "611/TMCG-BVDL"),
        ("Mời", "Xác định theo quyết định của Sở Y tế (văn bản số 12/SYT-KH)", None),
        ("Mời", "Số: 735/BVĐTT-KD", "735/BVĐTT-KD"),
        ("Mời", "Reference: RFP-HUPH-11/2026", "RFP-HUPH-11/2026"),
        ("Mời", "Mã thông báo: EVNCPC-2026-TB-0172", "EVNCPC-2026-TB-0172"),
        ("Mời", "Ký hiệu văn bản: KV10-TCHC-219", "KV10-TCHC-219"),
        ("Mời", "Biển số: 37C-000.21. Ký hiệu: XY-2000. Số: 0313270903", None),
        ("Đính chính Yêu cầu báo giá số 1290/YCBG-BVPS", "Bệnh viện phát hành Yêu cầu báo giá số 1290/YCBG-BVPS", None),
        ("Mua", "Mã TBMT: IB2500214908-00\nMã KHLCNT: PL2600193334", "IB2500214908"),
        ("Kết quả", "Giá trúng thầu | 611.388.000 đồng\nSố quyết định | 1290/QĐ-ĐLTT", "1290/QĐ-ĐLTT"),
        ("Đấu giá", "Thi hành bản án sơ thẩm số 55/2024/KDTM-ST\nSố: 41/2026/TBĐG-BK", "41/2026/TBĐG-BK"),
        ("Thay đổi lịch", "Nội dung khác giữ nguyên\nSố mới: 68/TB-TSH", "68/TB-TSH"),
    ],
)
def test_a_notices_own_number_is_told_from_those_it_rests_on(title: str, text: str, number: str | None) -> None:
    assert parse_number(FoldedPassage(title), FoldedPassage(text)) == number


@pytest.mark.parametrize(
    ("read", "number"),
    [
        ("217/YGBG-BVSIL", "217/YCBG-BVSL"),
        ("217/YCBG-BVSL", "217/YCBG-BVSL"),
        ("217/YCBG-BVĐSL", "217/YCBG-BVĐSL"),
        ("217/YCBG-BVXYZ", "217/YCBG-BVXYZ"),
        ("217/TMBV-SYT", "217/TMBV-SYT"),
    ],
)
def test_a_number_from_a_scan_has_the_letters_of_its_paper_and_buyer(read: str, number: str) -> None:
    assert correct_number(read, "yeu cau bao gia\nkinh gui", "Bệnh viện Đa khoa Sông Lam") == number


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        (NoticeKind.REQUEST_FOR_QUOTATION, "gửi báo giá theo Công văn số 88/TTYT-KHNV ngày 02/3/26", "88/TTYT-KHNV"),
        (NoticeKind.REQUEST_FOR_QUOTATION, "gửi báo giá theo Công văn số 3012/SYT-NVD", None),
        (NoticeKind.REQUEST_FOR_QUOTATION, "dự toán theo Quyết định số 12/QĐ-TTYT", None),
        (NoticeKind.AWARD, "Kết quả được phê duyệt tại Quyết định số 12/QĐ-TTYT", "12/QĐ-TTYT"),
        (NoticeKind.AWARD, "theo Quyết định số 11/QĐ-TTYT phê duyệt kế hoạch lựa chọn nhà thầu", None),
        (NoticeKind.AWARD, "Căn cứ kế hoạch theo Quyết định số 11/QĐ-TTYT", None),
        (NoticeKind.AWARD, "công bố kết quả gói thầu, số E-TBMT IB2600308864", None),
        (NoticeKind.PLAN, "Mã KHLCNT: PL2600044512-00", "PL2600044512"),
        (NoticeKind.INVITATION_TO_TENDER, "Mã KHLCNT: PL2600044512-00", None),
    ],
)
def test_a_paper_of_the_buyers_own_is_what_is_announced(kind: NoticeKind, text: str, number: str | None) -> None:
    buyer = "Trung tâm Y tế huyện Đăk Glei"
    assert parse_number(FoldedPassage("Mời"), FoldedPassage(text), kind=kind, buyer=buyer) == number


@pytest.mark.parametrize(
    ("title", "text", "number"),
    [
        ("Hủy thầu", "TRUNG ĐOÀN 75\nSố: 1203/TB-e75\nTrung đoàn 75 hủy thầu", "1203/TB-e75"),
        ("Mời thầu", "\n".join(["Gói thầu"] * 14) + "\nSố: 2254/TB-QTPC\nQuảng Trị, 18/05/2026", "2254/TB-QTPC"),
        ("Đấu giá", "\n".join(["Tài sản"] * 14) + "\nSố 640/TB-TTĐG ngày 27/8/2026.", "640/TB-TTĐG"),
        ("Báo giá", "TRƯỜNG CAO ĐẲNG NGHỀ SỐ 5/BỘ QUỐC PHÒNG\nSố : 1480 / CĐN5 - HCKT", "1480/CĐN5-HCKT"),
        ("Chào giá", "Ref. No. / Số: 2025-031/VC-VT", "2025-031/VC-VT"),
        (
            "Đính chính",
            "Thông báo mời chào hàng số 17/TB-TG ngày 04/9/2024 có sai sót.\nThông báo đính chính số 19/TB-TG ngày "
            "09/9/2024.",
            "19/TB-TG",
        ),
    ],
)
def test_numbers_at_odd_places(title: str, text: str, number: str) -> None:
    kind = NoticeKind.AMENDMENT if title == "Đính chính" else NoticeKind.REQUEST_FOR_QUOTATION
    assert parse_number(FoldedPassage(title), FoldedPassage(text), kind=kind) == number


def test_a_council_bears_its_own_letters() -> None:
    text = FoldedPassage("(Theo Quyết định số 64/QĐ-UBND ngày 18/3/2025 của Chủ tịch UBND xã)")
    assert parse_number(FoldedPassage("Kế hoạch"), text, kind=NoticeKind.PLAN, buyer="UBND XÃ MAI SƠN") == "64/QĐ-UBND"
    assert parse_number(FoldedPassage("Kế hoạch"), text, kind=NoticeKind.PLAN, buyer="Bệnh viện Mai Sơn") is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Thời hạn có hiệu lực của báo giá: Tối thiểu 90 ngày, kể từ ngày 7 tháng 11 năm 2023", 90),
        ("Hiệu lực hồ sơ dự thầu 120 Ngày", 120),
        ("Báo giá có hiệu lực tối thiểu 180 (một trăm tám mươi) ngày", 180),
        ("Hiệu lực của báo giá: 06 tháng", None),
        ("Hiệu lực đến ngày 30 tháng 6 năm 2024", None),
        ("Bảo lãnh có hiệu lực 120 ngày", None),
        ("Hợp đồng có hiệu lực trong 90 ngày", None),
        ("Bảo đảm dự thầu: 280.000.000 đồng, hiệu lực 120 ngày\nHiệu lực E-HSDT: 90 ngày", 90),
        ("Hiệu lực hồ sơ dự thầu\n60 ngày", 60),
        ("Báo phí có giá trị tối thiểu 45 ngày", 45),
        ("Báo giá từng món, giá giữ trong vòng 30 ngày", 30),
        ("Giá chào giữ nguyên trong 60 ngày kể từ ngày nộp", 60),
        ("Quotation validity: 90 days from the closing date", 90),
        ("Bids shall remain valid for at least 120 calendar days", 120),
        ("Warranty valid until 31 May 2027, delivery within 60 days", None),
    ],
)
def test_days_of_validity(text: str, days: int | None) -> None:
    assert parse_validity(FoldedPassage(text)) == days


@pytest.mark.parametrize(
    ("text", "methods"),
    [
        ("Cách thức tiếp nhận báo giá: nhận trực tiếp tại phòng Vật tư hoặc qua email: a@b.vn", ("direct", "email")),
        ("Hình thức dự thầu: Qua mạng", ("egp",)),
        ("Hình thức dự thầu: Không qua mạng", ("direct",)),
        ("Báo giá gửi qua đường bưu điện hoặc nộp trực tiếp", ("direct", "post")),
        ("Nơi nhận báo giá: Văn thư", ("direct",)),
        ("Liên hệ: a@b.vn", ()),
    ],
)
def test_ways_of_handing_in(text: str, methods: tuple[str, ...]) -> None:
    assert parse_methods(FoldedPassage(text)) == methods


def test_papers_of_an_auction_are_handed_over_in_person_unless_said_otherwise() -> None:
    text = "Bán hồ sơ: đến ngày 20/12/2019"
    assert (parse_methods(FoldedPassage(text)), parse_methods(FoldedPassage(text), auction=True)) == ((), ("direct",))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("2. Địa điểm cung cấp: Tại kho Dược, Bệnh viện A.", "kho Dược, Bệnh viện A"),
        ("Địa điểm thực hiện: Công viên B. Hình thức: đấu giá", "Công viên B"),
        ("Nơi giao hàng: số 1 đường C, TP. Huế", "số 1 đường C, TP. Huế"),
        ("Địa điểm giao hàng: theo phụ lục", None),
        ("Địa điểm: Tỉnh Kon Tum", None),
        ("Địa điểm mở thầu: phòng họp", None),
    ],
)
def test_where_goods_go(text: str, place: str | None) -> None:
    assert parse_place(FoldedPassage(text)) == place


def test_a_contact_on_one_line() -> None:
    said = "KS. Vũ Tuấn Anh, Phòng Quản lý mua sắm, số điện thoại: (0233) 3 861 207, email: a@b.vn."
    text = f"2. Thông tin liên hệ của người chịu trách nhiệm tiếp nhận báo giá: {said}"
    assert parse_contacts(FoldedPassage(text)) == (
        Contact(name="KS. Vũ Tuấn Anh", department="Phòng Quản lý mua sắm", phone="(0233) 3 861 207", email="a@b.vn"),
    )


def test_a_contact_over_several_lines() -> None:
    lines = [
        "Họ và tên: Lê Thị Mận",
        "Số điện thoại: 0912.345.678",
        "Email: man@b.vn",
        "Địa chỉ: số 1 đường C, phường D",
    ]
    assert parse_contacts(FoldedPassage("Thông tin liên hệ:\n- " + "\n- ".join(lines))) == (
        Contact(name="Lê Thị Mận", phone="0912.345.678", email="man@b.vn", address="số 1 đường C, phường D"),
    )


def test_two_people_are_two_contacts() -> None:
    text = "Liên hệ: Ông Trần Văn A, ĐT: 0912 000 001\nLiên hệ: Bà Lê Thị B, ĐT: 0912 000 002"
    assert [(contact.name, contact.phone) for contact in parse_contacts(FoldedPassage(text))] == [
        ("Ông Trần Văn A", "0912 000 001"),
        ("Bà Lê Thị B", "0912 000 002"),
    ]


@pytest.mark.parametrize(
    "text", ["Mã số thuế: 0313270903", "Đường dây nóng Báo Đấu thầu: 024 37686611", "Tài khoản 0123456789"]
)
def test_numbers_of_others_are_no_contacts(text: str) -> None:
    assert parse_contacts(FoldedPassage(text)) == ()
