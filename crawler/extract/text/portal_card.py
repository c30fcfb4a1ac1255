"""Cards of the national bidding portal and of the sites that copy them: fixed fields, often printed in one line."""

import re

# Field names as the cards print them; a value follows each, with or without a colon.
FIELDS = (
    "Mã TBMT",
    "Số TBMT",
    "Ngày đăng tải",
    "Thời điểm đăng tải",
    "Trạng thái gói thầu",
    "Trạng thái",
    "Lĩnh vực MSC",
    "Lĩnh vực",
    "Tên dự án",
    "Tên dự toán mua sắm",
    "Tên gói thầu",
    "Chủ đầu tư",
    "Bên mời thầu",
    "Mã KHLCNT",
    "Tên KHLCNT",
    "Phân loại KHLCNT",
    "Trong nước/Quốc tế",
    "Chi tiết nguồn vốn",
    "Nguồn vốn",
    "Phương thức lựa chọn nhà thầu",
    "Phương thức LCNT",
    "Loại hợp đồng",
    "Hình thức LCNT",
    "Hình thức lựa chọn nhà thầu",
    "Thời gian thực hiện hợp đồng",
    "Thời gian thực hiện gói thầu",
    "Thực hiện tại",
    "Địa điểm thực hiện gói thầu",
    "Thời điểm đóng thầu",
    "Thời điểm mở thầu",
    "Địa điểm mở thầu",
    "Địa điểm phát hành e-HSMT",
    "Địa điểm nhận e-HSDT",
    "Hiệu lực hồ sơ dự thầu",
    "Số quyết định phê duyệt",
    "Ngày phê duyệt",
    "Cơ quan ra quyết định phê duyệt",
    "Trường hợp phát hiện",
    "Tham dự thầu",
    "Hình thức dự thầu",
    "Nhận HSDT",
    "Chi phí nộp E-HSDT",
    "Giá gói thầu",
    "Dự toán gói thầu",
    "Bảo đảm dự thầu",
    "Hình thức đảm bảo dự thầu",
    "Hình thức bảo đảm dự thầu",
    "Số tiền đảm bảo dự thầu",
    "Số tiền bảo đảm dự thầu",
    "Số tiền bằng chữ",
    "Thời hạn đảm bảo",
    "Danh sách hàng hóa",
    "Mẫu số 01A",
)

_FIELD = re.compile("|".join(rf"\b{re.escape(field)}\b" for field in sorted(FIELDS, key=len, reverse=True)))
# So many different fields are no accident of wording.
_ENOUGH = 5


def unfold_card(line: str) -> list[str]:
    """The line cut before each field of a card, a colon after its name; any other line as it is."""
    places = list(_FIELD.finditer(line))
    if len({place[0] for place in places}) < _ENOUGH:
        return [line]
    parts = [line[: places[0].start()]]
    for place, following in zip(places, [*places[1:], None], strict=True):
        value = line[place.end() : following.start() if following else len(line)].strip(" :")
        parts.append(f"{place[0]}: {value}" if value else place[0])
    return parts
