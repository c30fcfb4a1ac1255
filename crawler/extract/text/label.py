"""The labels of notices ("Đơn vị yêu cầu báo giá:", "Thời điểm đóng thầu") and what each of them announces."""

import re
from enum import Enum, auto
from functools import lru_cache

from crawler.extract.text.folding import fold_in_place


class Concept(Enum):
    """What a labelled line is about."""

    REQUESTER = auto()  # who asks, invites or buys
    PROJECT_OWNER = auto()  # chủ đầu tư
    ASSET_OWNER = auto()  # whose property is auctioned
    ORGANISER = auto()  # who runs it; often hired
    UNIT = auto()  # a bare "Đơn vị:"
    PACKAGE = auto()
    DEADLINE = auto()
    SALE = auto()  # when papers are sold or handed out
    OPENING = auto()  # bids opened, auction held
    VIEWING = auto()
    VALIDITY = auto()
    METHOD = auto()
    CONTACT = auto()
    PLACE = auto()  # where goods go
    ITEMS = auto()
    PRICE = auto()
    AWARD = auto()
    SECURITY = auto()  # bid security, deposits, fees, price steps
    TERMS = auto()  # funding, form of contract, form of selection
    PORTAL = auto()  # codes and states of the national portal
    PUBLISHED = auto()
    DECISION = auto()


# How a label begins, folded and without numbering; longer beginnings stand before shorter ones that they contain.
# Beside each stands such a label as documents write it.
LABELS: tuple[tuple[Concept, tuple[tuple[str, str], ...]], ...] = (
    (
        Concept.ASSET_OWNER,
        (
            (r"(nguoi|don vi|to chuc|co quan|ben) (co|so huu) (tai san|co phan|von)", "Người có tài sản đấu giá"),
            (r"(thong tin (ve )?)?(nguoi|don vi) co tai san", "Thông tin về người có tài sản"),
            (r"chu (so huu )?tai san|(ben|don vi|co quan) (uy quyen|thanh ly|cho thue)", "Bên ủy quyền"),
        ),
    ),
    (
        Concept.REQUESTER,
        (
            (r"(thong tin )?(cua )?(don vi|co quan|ben) (yeu cau|de nghi|tiep nhan)", "Đơn vị yêu cầu báo giá"),
            (r"(don vi|co quan|ben|to chuc) moi (thau|chao|bao|dau|du|quan|so|hop|cung)", "Bên mời thầu"),
            (r"(don vi|co quan|ben) mua( sam| hang)?$|bmt$|ben moi$", "Đơn vị mua sắm"),
        ),
    ),
    (
        Concept.PROJECT_OWNER,
        ((r"(don vi )?chu dau tu", "Chủ đầu tư"),),
    ),
    (
        Concept.ORGANISER,
        (
            (
                r"(to chuc|don vi|co quan|cong ty)( to chuc| thuc hien| hanh nghe)? (ban )?dau gia( tai san)?$",
                "Tổ chức đấu giá",
            ),
            (r"don vi (thuc hien|to chuc)$", "Đơn vị tổ chức"),
        ),
    ),
    (
        Concept.UNIT,
        ((r"(don vi|co quan)(, (don vi|to chuc))?$|ten$", "Tên đơn vị"),),
    ),
    (
        Concept.PACKAGE,
        ((r"(noi dung )?goi thau|du an$|du toan mua sam$|hang muc$", "Gói thầu"),),
    ),
    (
        Concept.VALIDITY,
        ((r"(thoi (han|gian) )?(co )?hieu luc", "Thời hạn có hiệu lực của báo giá"),),
    ),
    (
        Concept.DEADLINE,
        (
            (
                r"thoi (han|gian|diem)[^:]{0,30} (tiep nhan|nhan|nop|gui|thu|(?<!hop )dong|chot)\b"
                r"(?! tien| hang| ban giao| an pham| (san|thanh) pham| thiet bi| may| thuoc| vat tu| xe"
                r"| mat bang| ket qua)",
                "Thời hạn tiếp nhận báo giá",
            ),
            (r"thoi (han|gian|diem) (chao|bao) gia", "Thời gian chào giá"),
            (
                r"(ngay )?(het )?han (chot|cuoi|nop|nhan|gui|chao gia|bao gia)|((thoi (gian|diem)|ngay) )?het han$"
                r"|(ngay |gio )?dong ?(/|va|,|-)? ?(mo )?thau",
                "Hạn chót nhận báo giá",
            ),
            (r"(submission |bid )?(deadline|closing( date| time)?$|due date)", "Submission deadline"),
            (
                r"(ban( va|,) |mua( va|,) )?(tiep )?(nhan|thu|nop) (va nop )?(ho so|hsdt|e-hsdt|hsdx|bao gia)",
                "Nộp hồ sơ",
            ),
            (r"ban ho so, (thu|nhan|nop) ho so", "Bán hồ sơ, thu hồ sơ"),
        ),
    ),
    (
        Concept.SALE,
        (
            (
                r"(thoi (gian|han) [^:]{0,20})?(phat hanh|ban|mua|cung cap)( va nhan)? (ho so|hsmt|hsyc|e-hsmt)",
                "Bán hồ sơ",
            ),
            (
                r"ho so phat hanh|(thoi (gian|han)( (va|,) dia diem)? )?dang ky( tham gia| du)?( dau gia)?",
                "Thời hạn đăng ký tham gia đấu giá",
            ),
        ),
    ),
    (
        Concept.OPENING,
        (
            (
                r"(thoi (gian|diem)|ngay|dia diem)?[^:]{0,20}(mo (thau|ho so|hsdt)|cong bo gia|xet (chon|duyet|thau))",
                "Thời điểm mở thầu",
            ),
            (
                r"(thoi (gian|diem)|ngay|dia diem)[^:]{0,30}(to chuc|dau gia)|(to chuc )?dau gia$",
                "Thời gian tổ chức đấu giá",
            ),
        ),
    ),
    (
        Concept.VIEWING,
        ((r"(thoi (gian|han) )?[^:]{0,20}(xem|khao sat) (tai san|mat bang|hien trang|ho so|thuc)", "Xem tài sản"),),
    ),
    (
        Concept.METHOD,
        (
            (
                r"(cach thuc|hinh thuc|phuong thuc|dia diem|noi|dia chi)[^:]{0,25} (tiep nhan|nhan|nop|gui)",
                "Cách thức tiếp nhận báo giá",
            ),
            (r"(dia diem|noi) dang ky", "Địa điểm đăng ký tham gia"),
            (r"hinh thuc (du thau|tham du)|(cach thuc|hinh thuc)$", "Hình thức dự thầu"),
            (
                r"(ban|file) (giay|cung|mem|goc|scan)[^:]{0,15}$|(gui|nop|nhan)( ho so| bao gia)?( ve| tai| den)?$",
                "Bản giấy gửi",
            ),
        ),
    ),
    (
        Concept.CONTACT,
        (
            (r"thong tin[^:]{0,20} lien he|(moi )?(chi tiet|thong tin)?[^:]{0,20}lien he", "Thông tin liên hệ"),
            (r"(nguoi|can bo|bo phan|dau moi)[^:]{0,20} (lien he|tiep nhan|phu trach)", "Người tiếp nhận"),
        ),
    ),
    (
        Concept.PLACE,
        (
            (
                r"(dia diem|noi|dia chi)[^:]{0,15} (cung cap|cung ung|giao|ban giao|nhan hang)",
                "Địa điểm cung cấp, lắp đặt",
            ),
            (r"dia diem[^:]{0,15} (thuc hien|lap dat|thi cong|trien khai|van chuyen)", "Địa điểm thực hiện"),
        ),
    ),
    (
        Concept.ITEMS,
        (
            (
                r"danh muc|noi dung (yeu cau|moi|bao|chao|mua|cong viec)|pham vi (cung cap|cong viec)",
                "Danh mục hàng hóa",
            ),
            (r"(thong tin )?(ve )?tai san|hang hoa$|thong tin tai san", "Tài sản đấu giá"),
        ),
    ),
    (
        Concept.AWARD,
        (
            (
                r"(tong )?gia( tri)? (trung|hop dong|de nghi trung)|(nha thau|don vi) (duoc lua chon|trung)",
                "Giá trúng thầu",
            ),
            (r"ket qua (lua chon|dau gia|trung)|duoc chon$", "Kết quả lựa chọn đơn vị"),
        ),
    ),
    (
        Concept.PRICE,
        (
            (
                r"(tong )?(gia|gia tri|muc gia) (goi thau|khoi diem|tran|toi da|du toan|du kien|uoc tinh)",
                "Giá gói thầu",
            ),
            (r"(tong )?(du toan|kinh phi)|tong gia|tai san va gia khoi diem", "Dự toán gói thầu"),
            (r"(estimated|package|total|contract) (price|cost|value|budget)|budget", "Estimated price"),
        ),
    ),
    (
        Concept.SECURITY,
        (
            (r"(hinh thuc|so tien|gia tri|thoi han)?\s?(bao dam|dam bao)", "Bảo đảm dự thầu"),
            (
                r"(thoi (han|gian) )?((thu|nop) )?tien (dat|ky quy|mua|ban)|buoc gia|(muc )?(le )?phi\b|chi phi nop",
                "Tiền đặt trước",
            ),
        ),
    ),
    (
        Concept.TERMS,
        (
            (r"(chi tiet )?nguon von|(hinh thuc|phuong thuc) (lua chon|lcnt|dau)|loai hop dong", "Nguồn vốn"),
            (r"thoi gian thuc hien|linh vuc|trong nuoc/quoc te|phan loai", "Thời gian thực hiện hợp đồng"),
        ),
    ),
    (
        Concept.PORTAL,
        ((r"(ma|so) (tbmt|thong bao moi thau|e-tbmt|khlcnt|ycbg|ke hoach lcnt)|trang thai", "Mã TBMT"),),
    ),
    (
        Concept.PUBLISHED,
        ((r"(thoi diem|thoi gian|ngay) dang|dang (luc|ngay)$", "Thời điểm đăng tải"),),
    ),
    (
        Concept.DECISION,
        ((r"(so )?quyet dinh phe duyet|so quyet dinh$", "Số quyết định phê duyệt"),),
    ),
)

_ROWS = [(concept, pattern) for concept, rows in LABELS for pattern, _ in rows]
_LABEL = re.compile("|".join(f"(?P<l{n}>{pattern})" for n, (_, pattern) in enumerate(_ROWS)))
_LEAD = re.compile(r"((?:tai )?(?:muc|noi dung|dong) |tai )?(ten )?(va )?(dia chi )?(cua )?(cac )?")
_BRACKETS = re.compile(r"(?<!\s)\s*\([^()]{0,120}\)")
_LONGEST = 200


@lru_cache(maxsize=8192)  # tables and forms say the same few words again and again
def parse_label(label: str) -> Concept | None:
    """What a label announces; None for words that are no known label."""
    if len(label) > _LONGEST:
        return None
    plain = " ".join(_BRACKETS.sub("", fold_in_place(label)).split()).strip(" .-*'\"")
    plain = plain.removeprefix("ten, dia chi ").removeprefix("cua ")
    for start in (plain, plain[_match_length(_LEAD, plain) :]):
        match = _LABEL.match(start)
        if match and match.lastgroup:
            return _ROWS[int(match.lastgroup[1:])][0]
    return None


def _match_length(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0
