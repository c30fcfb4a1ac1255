"""Names of agencies, hospitals, schools and companies in running text, and where such a name ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crawler.extract.text.folding import fold_in_place, is_accented
from timthau.text.fold import collapse_spaces

# How a name begins, folded; the words a head must be followed by keep everyday words out ("bộ", "sở", "ban" …).
_HEADS = (
    r"benh vien",
    r"(?<![/-])bv\s?d?k?(?:kv)?",
    r"phong kham",
    r"trung tam",
    r"(?<![/-])tt(?:yt|dvy?t| y te)",
    r"tram (?:y te|kiem|cap cuu|thuy van|khi tuong|quan trac)",
    r"so (?:y te|tai|ke hoach|xay|giao|cong|nong|noi|tu|thong|van|du|khoa|lao|ngoai|dan)",
    r"uy ban (?:nhan dan|mat tran|kiem tra|dan toc|chung khoan)",
    r"ubnd",
    r"ban (?:quan ly|qlda|ql|chi huy|dieu hanh|quan tri|co yeu|to chuc|dan toc)",
    r"ban (?:bao ve|tiep cong|tuyen giao)",
    r"bql(?:da)?",
    r"truong (?:dai hoc|dh|cao|trung|tieu|thcs|thpt|th|mam|mau|pho|nang|chinh|quan|si|day|dao|chuyen|boi|the"
    r"|huan|ngoai|lien|can|quoc|pt\w*)",
    r"(?:dai hoc|hoc vien)",
    r"vien(?! (?:phi|tro|dan|chung|chuc|can|dau|binh|ngoai))",
    r"(?:tong |chi )?cuc",
    r"bo (?:y te|tai|cong|quoc|xay|giao|ngoai|noi|tu phap|nong|giao|thong|van|khoa|lao|ke|tai nguyen|chi huy|tu lenh)",
    r"bo doi bien phong",
    r"(?:van phong(?! pham)|thanh tra|kiem toan nha nuoc|kho bac|toa an|hai quan)",
    r"(?:tong )?cong ty",
    r"(?:tap doan|ngan hang|chi nhanh|xi nghiep|doanh nghiep|hop tac xa|htx|hkd|lien danh)",
    r"(?:vien thong|buu dien|thue (?:tinh|thanh pho|co so))",
    r"(?:thi hanh an dan su|tinh doan|thanh doan|dang uy|lien minh hop tac xa|tram (?:khuyen|thu y|bao ve|quan ly))",
    r"co quan canh sat dieu tra",
    r"(?:cong an|hat kiem lam|bao hiem xa hoi|bhxh|quan khu|quan doan|su doan|lu doan|trung doan|vung canh sat)",
    r"(?:dai (?:truyen (?:hinh|thanh)|phat thanh|tieng noi|khi tuong)|thong tan xa|bao tang|thu vien(?! phi))",
    r"(?:nha (?:may|hat|xuat ban|khach|thieu nhi|van hoa|tang le)|vuon quoc gia|trai (?:giam|tam giam))",
    r"(?:cang (?:hang khong|vu|bien)|dien luc|hoi (?:dong|chu thap do|nguoi cao tuoi|lien hiep|nong dan|cuu chien"
    r"|khoa)|lien doan)",
    r"(?:quy (?:phong|bao|dau tu|ho tro|phat trien|tin dung)"
    r"|phong (?:giao duc|tai chinh|y te|kinh te|quan ly|van hoa|thi hanh an))",
    r"(?:khu (?:quan ly|cong nghe|di tich)|co so (?:cai nghien|xa hoi|bao tro|dieu tri)|lang tre"
    r"|tinh uy|thanh uy|huyen uy|quan uy)",
    r"(?:vnpt|viettel|mobifone|evn\w*|agribank|vietcombank|bidv|vietinbank|dhqg)",
    r"phan (?:hieu (?:truong )?dai hoc|vien)|benh xa|don bien phong|truyen tai dien",
    r"(?:nhiet|thuy) dien|ben xe|(?:nong|lam) truong|buu chinh",
    r"doan (?:nghe thuat|(?:an )?dieu duong|kinh te|dai bieu|ca mua|van cong)|lang huu nghi|khu bao ton|nha thi dau",
    r"khach san|tap chi|cong doan|cho dau moi|vu (?:ke hoach|to chuc|tai chinh|khoa hoc|hop tac)",
    r"trai (?:giong|thuc nghiem|ca giong|chan nuoi)|lien hiep (?:cac )?(?:hoi|hop tac xa)|phong canh sat",
    r"cua hang (?!truong)|ho kinh doanh|cung (?:thieu nhi|van hoa|the thao)",
)
_HEAD = re.compile(rf"\b(?:{'|'.join(_HEADS)})\b")
# Heads that are other words with other accents: "số", "bỏ", "bán", "viên", "trưởng".
_SPELLED = re.compile(r"(?:sở|bộ|bệnh|ban|viện|viễn|trường|quỹ|hội|báo|thuế)\b")
_MUST_SPELL = frozenset({"so", "bo", "ban", "vien", "truong", "quy", "hoi", "thue"})

# "Viễn thông Quảng Trị" is a company, "dịch vụ viễn thông" a trade.
_MUST_SHOUT = frozenset(
    {"vien thong", "buu dien", "thue tinh", "thue thanh pho", "thue co so", "nhiet dien", "thuy dien", "ben xe"}
    | {"truyen tai dien", "nong truong", "lam truong", "buu chinh", "nha thi dau", "khu bao ton", "phan vien"}
    | {"khach san", "tap chi", "cong doan"}
)

# Where a name ends. Words count only in small letters, unless the whole name is in capitals.
_STOP_SIGN = re.compile(r"[;:()\[\"\n|…]|\.(?=\s|$)|,|\s[-–/]\s|\s\.|\?|!")
_STOP_WORDS = (
    r"\b(?:có(?! công\b)|đề nghị|đề xuất|kính|mời|(?<!vắc )(?<!vắc-)xin|tổ chức|(?<!hậu )cần|đang|dự kiến|yêu cầu"
    r"|uỷ quyền|ủy quyền|tham gia|hợp đồng"
    r"|gói thầu|phê duyệt|công khai|công bố|chuẩn bị|thực hiện|tại|để|nhằm|với|theo|về|(?<!giặt )là|đã|sẽ|vừa|lần"
    r"|đợt|phục vụ"
    r"|(?<!công ty )(?<!trung tâm )(?<!tnhh )cung cấp|gồm|cho|như|do|từ|trên|được|gửi|bán"
    r"|tiếp nhận|tiến hành|chọn|lựa chọn|mua(?! sắm)|triển khai|năm \d+|giai đoạn"
    r"|tháng|ngày|địa chỉ|trụ sở|điện thoại|đt|sđt|fax|mã số|email|hoặc|trong|khi|sau|trước|thanh lý|đấu giá|đấu thầu"
    r"|phối hợp|tiếp tục|bổ sung|sửa đổi|lùi|dời|tìm|xem xét|ban hành|điều chỉnh|đính chính|gia hạn|hủy|huỷ|hoãn"
    r"|tạm (?:dừng|ngừng|ngưng|hoãn)"
    r"|bãi bỏ|dừng|trúng (?:thầu|gói|chào|đấu)|(?<!đăng )ký(?! sinh| túc)|giao(?! thông| dịch| tiếp| lưu| nhận)|kêu gọi"
    r"|(?<!cho )thuê|công nhận|chấp thuận|hướng dẫn|(?<!hàng )không|muốn|rao|vẫn|chịu|khảo sát|thu thập|lấy|hiện nay"
    r"|(?<!việc )làm(?! đẹp| nghề)"
    r"|(?<!đồng )(?<!cao )bằng|bởi|nơi|chưa|phải|nay|hiện|xét thấy|thống nhất|thu hồi|tuyển(?! sinh)|chào|kéo dài"
    r"|nhận (?:báo|chào|hồ|thư)|rút ngắn|thay đổi|nhắc|triệu tập|khẳng định|kiến nghị|khảo giá|báo giá|ngưng|ngừng"
    r"|đăng(?! ký| kiểm)|hết|mong|dự định|lên kế hoạch|bắt đầu|kết thúc|cập nhật|hoàn (?:tất|thành)|niêm yết|hân hạnh"
    r"|nhượng bán|mở thầu|chỉ định|thông tin (?:đến|tới|về|mời)|gọi thầu"
    r"|invit\w+|requests?|seeks?|is|hereby"
    r"|mà|này|nêu trên|trả lời|bảo lưu|rất|nhận được|đã nhận|phát hành|sang|\d{1,2} ?(?:h|giờ)\d{0,2}|lập"
    r"|xây dựng kế hoạch)\b"
)
# These end a name in whatever letters they are written.
_STOP_ANYHOW = (
    r"\b(?:thông báo|quyết định|kính mời|kính gửi|trân trọng|yêu cầu báo|có nhu cầu|cộng (?:hòa|hoà) xã"
    r"|mời (?:thầu|chào|báo|các|quan|tham|cung))\b"
)
_STOP = re.compile(rf"(?P<anyhow>{_STOP_ANYHOW})|{_STOP_WORDS}")
_STOP_PLAIN = re.compile(rf"(?P<anyhow>{fold_in_place(_STOP_ANYHOW)})|{fold_in_place(_STOP_WORDS)}")
_ADDRESS = re.compile(
    r",\s*(?=(?:dia ch\w{0,2}|so|duong|pho|phuong|xa|thi tran|tt|thi xa|huyen|quan|thanh pho|tp|tinh|khu|to|thon|ap"
    r"|km|quoc lo|ql|lo|ngo|ngach|hem|dien thoai|dt|sdt|email|mst|ma so|so dien thoai|p|q|h|viet nam)\b|\d)"
)
# "Bệnh viện kính mời …" names none.
_GENERIC = frozenset(
    "benh vien|trung tam|cong ty|tong cong ty|tap doan|ngan hang|chi nhanh|chi cuc|cuc|tong cuc|van phong|hoc vien"
    "|dai hoc|phong kham|xi nghiep|doanh nghiep|ubnd|uy ban nhan dan|ban quan ly|bv|hop tac xa|thanh tra|toa an|cong an"
    "|lien danh|hoi dong|hoi dong mua sam|thu vien|bao tang|hai quan|dien luc|bvdk|bvdkkv|vien|ttyt".split("|")
)
_LONGEST = 140
#: How the folded names of those who sell begin.
SELLERS = (
    r"(?:(?:chi nhanh )?(?:tong )?cong ty|cty|lien danh|doanh nghiep|hop tac xa|htx|ho kinh doanh|hkd|xi nghiep"
    r"|tap doan|cua hang|nha thuoc)\b"
)
_SELLER = re.compile(SELLERS)
_HIRED = re.compile(r"\bdau gia\b(?! dat)|\bban dau gia\b")


@dataclass(frozen=True)
class Name:
    """A name and where it stands in its text."""

    text: str
    start: int
    end: int

    def is_auctioneer(self) -> bool:
        """Whether it is a company or centre whose trade is auctions; it sells for others."""
        plain = fold_in_place(self.text)
        return _HIRED.search(plain) is not None and not plain.startswith("hoi dong")

    def is_supplier(self) -> bool:
        """Whether it is one that sells: a company, a joint venture, a household business, a cooperative."""
        return _SELLER.match(fold_in_place(self.text)) is not None

    def is_company(self) -> bool:
        """Whether it is a company, which may have been hired."""
        return fold_in_place(self.text).startswith(("cong ty", "doanh nghiep", "lien danh", "chi nhanh cong ty"))


def find_names(text: str, plain: str | None = None) -> Iterator[Name]:
    """The names of a text from left to right, none within another. `plain` is the text folded in place."""
    plain = fold_in_place(text) if plain is None else plain
    position = 0
    while match := _HEAD.search(plain, position):
        position = match.end()
        word = re.match(r"\w+", match[0])
        if match[0] in _MUST_SHOUT and not text[match.start()].isupper():
            continue
        if (
            word
            and word[0] in _MUST_SPELL
            and is_accented(text)
            and not _SPELLED.match(text[match.start() : match.end()].lower())
        ):
            continue
        name = _name_from(text, plain, match.start(), match.end(), in_list=False)
        if name and fold_in_place(name.text) not in _GENERIC and not _is_address(name):
            yield name
            position = name.end


def _is_address(name: Name) -> bool:
    """Whether a company is only addressed: "Quý công ty vui lòng gửi …" names none."""
    return name.is_company() and not any(letter.isupper() for letter in name.text[1:])


def parse_name(value: str) -> Name | None:
    """The name that a labelled value begins with: an address, a telephone or a remark after it is left off."""
    value = value.lstrip(" :-–.\"“'")
    if not value or not value[0].isalnum():
        return None
    plain = fold_in_place(value)
    head = _HEAD.match(plain)
    name = _name_from(value, plain, 0, head.end() if head else 1, in_list=True)
    return name if name and len(name.text) > 2 and not name.text[0].isdigit() else None


def _name_from(text: str, plain: str, start: int, least: int, *, in_list: bool) -> Name | None:
    """The name that begins at `start`. In a labelled value a comma ends it only before an address."""
    end = min(len(text), start + _LONGEST)
    for stop in _STOP_SIGN.finditer(plain, least, end):
        if not _goes_on(text, plain, stop, in_list=in_list):
            end = stop.start()
            break
    end = _word_end(text, plain, start, least, end)
    name = collapse_spaces(text[start:end]).rstrip(" -–,./'\"”")
    return Name(name, start, end) if name else None


def _word_end(text: str, plain: str, start: int, least: int, end: int) -> int:
    shouted = text[start:end].isupper()
    council = plain.startswith("hoi dong", start)
    tail = text[least:end].lower()
    for stop in (_STOP if is_accented(text) else _STOP_PLAIN).finditer(tail):
        place = least + stop.start()
        small = shouted or text[place].islower()
        council_word = council and stop[0] in _COUNCIL_WORDS and stop[0] not in tail[: stop.start()]
        named = (
            council_word
            or _TRADE.match(plain, place)
            or (shouted and not stop["anyhow"] and _is_of_place(plain, place, end))
        )
        if (small or stop["anyhow"]) and not named:
            return place
    return end


_COUNCIL_WORDS = frozenset({"đấu giá", "bán", "cho", "thanh lý", "đấu thầu"})
# "Trung tâm Dịch vụ đấu giá tài sản tỉnh …", "Công ty đấu giá hợp danh …": the trade is a part of the name.
_TRADE = re.compile(r"(?:ban )?dau gia (?:tai san|hop danh)")


# In capitals "HUYỆN NHƯ XUÂN", "XÃ TÂN LẬP", "QUỲNH LẬP" look like the words "như", "lập", and "VẮC XIN" like "xin".
_OF_PLACE = re.compile(r"nhu (?:xuan|thanh)\b|tu (?:son|liem)\b|lap thach\b|giao thuy\b|can (?:tho|gio|giuoc|duoc)\b")
_BEHIND_PLACE = re.compile(r"\b(?:huyen|xa|phuong|thi tran|quan|tinh|(?:xa|phuong) [a-z]+|quynh|vac)\s$")


def _is_of_place(plain: str, place: int, end: int) -> bool:
    """Whether a word that may end a name is a part of a place's, or of what an institute makes."""
    before = _BEHIND_PLACE.search(plain, max(0, place - 24), place)
    return _OF_PLACE.match(plain, place, end) is not None or before is not None


# "Trung tâm Quản lý, bảo trì đường bộ tỉnh Hòa Bình": tasks are listed in small letters up to whose they are.
_TASK = re.compile(r",\s?(?:[a-z]+ ){2,7}(?:tinh|thanh pho|huyen|quan|thi xa|khu vuc)\b")


# What a dash parts from a name: an address, a number, what is announced.
_ASIDE = re.compile(
    r"\s[-–/]\s(?:dia chi|so|\d+|km|dt|dien thoai|nay|mst|ma so|ket qua|thong bao|ke hoach|yeu cau|danh muc|cong khai"
    r"|thu moi)\b"
)


def _goes_on(text: str, plain: str, stop: re.Match[str], *, in_list: bool) -> bool:
    """Whether a sign stands inside a name: "TP. Huế", "Văn hóa, Thể thao và Du lịch", "Sản - Nhi"."""
    if stop[0] == ".":
        return re.search(r"\b(?:tp|tx|t\.?p|q|p|st|tt)$", plain[max(0, stop.start() - 6) : stop.start()]) is not None
    if stop[0] == ",":
        after = plain[stop.start() : stop.start() + 60]
        listed = re.match(
            r",\s?(?:the thao|thong tin|chong|gia dinh|cong nghiep|dan dung|giao thong|khoa hoc|thuong binh|my pham"
            r"|thuc pham|chua benh|duoc co truyen|ha tang|truyen hinh)\b",
            after,
        )
        if text[stop.end() :].lstrip()[:1].islower() and not _ADDRESS.match(after):
            listed = listed or _TASK.match(after)
        return bool(listed) or (in_list and not _ADDRESS.match(after))
    if stop[0].strip() in ("-", "–", "/"):
        return _ASIDE.match(plain, stop.start()) is None
    return False
