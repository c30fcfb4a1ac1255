"""What points in time are said of: the wordings before them, with the topic that each gives."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from crawler.extract.text.cue import Cue, CueTable
from crawler.extract.text.folding import fold_in_place


class Topic(Enum):
    """What a point in time is said of."""

    HAND_IN = auto()
    BELOW = auto()  # says nothing itself, but stands below "Thời hạn nhận báo giá": where nothing plainer is said
    SALE = auto()  # papers are sold or handed out, buyers register: the deadline where nothing is said of handing in
    TIME = auto()  # a bare "Thời gian: …": the deadline where nothing else is said, if it can be one
    END = auto()  # "chậm nhất": the end of what was spoken of before it, else of handing in
    CITED = auto()  # a paper that is cited, whose own date follows; not what something lasts until
    OTHER = auto()


_ANY_PAPERS = (
    r"(ho so|hsdt|e-hsdt|hsdx|hsyc|hsqt|hskn|bao gia|chao gia|chao phi|bang phi|bang gia|bang bao|thu|phieu|de xuat|don"
    r"|ban|file|du thau|bang chao|gia|thong tin|y kien|san pham mau|hang mau|cong van)"
)
TOPICS: CueTable[Topic] = CueTable(
    # What is no deadline; these stand first where they begin at the same word.
    Cue(
        Topic.OTHER,
        r"han (su )?dung|con han|hsd|han bao quan|tuoi tho|ngay san xuat|co gia tri (den|toi)"
        r"|(thoi (han|gian)|han)( \w+)? (hop dong|su dung|bao quan|bao tri|bao hiem|van chuyen|giao|cung (cap|ung)"
        r"|lap dat|bao hanh|thanh toan"
        r"|thuc hien)"
        r"(?!( \w+){0,2} (bao gia|ho so)| gia\b)",
        "hạn dùng",
    ),
    # What the winner does later, told in a clause of its own: "…, cung cấp hàng hóa trước ngày 30/4".
    Cue(
        Topic.OTHER,
        r"(^\W{0,3}|(?<=[,;.] )|(?<=[,;] va )|(?<=(se|va) ))"
        r"(cung cap|cung ung|thuc hien|lap dat|van chuyen|trien khai|su dung|tra)"
        r" (?!(\w+ ){0,3}(bao|chao|bang|thu|ho so|phieu|thong tin|don))",
        "cung cấp hàng hóa",
    ),
    Cue(
        Topic.OTHER,
        r"((hang|hoa|thiet bi|vat tu|thuoc|san pham|may|dich vu|xe)( (duoc|phai|se|can|dot|lan|in|moi|nay|\d+))*"
        r"|se|phai) giao|giao (cho|tai|truoc|den|trong|nhan|dot|du|het|thiet bi|may|thuoc|vat tu"
        r"|hoa chat|san pham|toan bo)"
        r"|dien ra|nhap kho|ban hanh ngay|(bid )?opening|delivery|valid|warranty|payment|site visit|clarification",
        "hàng giao trước",
        spelled="giao|diễn|nhập|ban|opening|delivery|valid|warranty|payment|visit|clarif",
    ),
    # What the buyer gets, not the offers: "Thời gian nhận ấn phẩm".
    Cue(
        Topic.OTHER,
        r"((thoi (gian|han|diem)|ngay|han) )?(giao )?nhan (an pham|hang(?! hoa bao)|san pham|thanh pham|thiet bi|may"
        r"|thuoc|vat tu|xe|mat bang|ban giao|ket qua|tai san|tien)",
        "thời gian nhận hàng",
    ),
    # What others won before, and what is shown or handed back later.
    Cue(
        Topic.OTHER,
        r"ket qua (trung|lua chon|dau thau)|hop dong tuong tu|demo|trinh dien|thuyet trinh|chay thu|dung thu"
        r"|(nhan|lay|tra) lai (hang|vat|mau|ho so|truoc|tu|den|trong|ngay)",
        "kết quả trúng thầu",
    ),
    # What those who handed in do later.
    Cue(
        Topic.OTHER,
        r"ket qua( (lua )?chon| xet| danh gia)? (duoc |se )?(cong bo|thong bao|niem yet|dang)"
        r"|phong van|thuyet minh|bao ve (phuong an|giai phap|de xuat)|boc tham|cong bo ket qua",
        "phỏng vấn năng lực",
        spelled="kết quả|phỏng|thuyết|bảo vệ|bốc|công bố",
    ),
    # Samples that follow the offer.
    Cue(
        Topic.OTHER, r"(^\W{0,3}|(?<=[,;.] ))(hang |san pham |vat )?mau( \w+){0,3} (gui|nop)", "mẫu gửi", spelled="mẫu"
    ),
    Cue(Topic.OTHER, r"(thoi (han|gian) )?(co )?hieu luc", "thời hạn có hiệu lực của báo giá", spelled="hiệu lực"),
    Cue(
        Topic.OTHER,
        r"(thoi (diem|gian) |ngay )?mo( (cac|xem|xet|va|danh gia|cong khai)){0,12} (thau|(thu|phieu|don|tui)"
        r" (bao|chao|tra)|ho so|e-hsdt|hsdt|hsdx|hsqt|hsyc|bao gia|chao gia|gia|phong bi"
        r"|niem phong)|(xet|danh gia|cham|xem xet|mo)( (va|danh gia|cham|xem xet)){0,12} (chon|bao gia|chao gia|ho so)"
        r"|\d+( don vi| nha thau| cong ty)( da)? (nop|gui)",
        "mở thầu",
    ),
    Cue(Topic.OTHER, r"(duoc )?mo (cong khai|luc|vao|hoi)", "mở công khai", spelled="mở"),
    Cue(
        Topic.HAND_IN,
        r"(nop|nhan|thu) (ho so|phieu|don)[^.;:]{0,60}(va|,) (nop |thu )?tien (dat|ky)"
        r"|dang ky[^.;:]{0,30}(va|,) (nop |thu )?tien (dat|ky)",
        "nộp hồ sơ và tiền đặt trước",
    ),
    Cue(
        Topic.OTHER,
        r"((nop|thu|nhan) )?(khoan )?(tien )?(dat truoc|dat coc|ky quy)([^.;:]{0,30}:\s?(nop|thu))?|nop tien",
        "nộp tiền đặt trước",
    ),
    Cue(Topic.OTHER, r"xem (truc tiep |thuc te )?(tai san|mat bang|hien trang|ho so|thuc|vat tu)", "xem tài sản"),
    Cue(
        Topic.OTHER,
        r"khao sat|tham quan|tap huan|hoi nghi|lam ro(( \w+){0,4} (gui|nop))?|giai dap|kien nghi",
        "khảo sát hiện trạng",
    ),
    Cue(
        Topic.OTHER,
        r"(to chuc|mo|tien hanh|bat dau|thoi (gian|diem)|ngay|cuoc|phien|buoi)( (cuoc|phien|buoi|to chuc|mo|tien hanh"
        r"|va|dia diem)){0,12} (ban )?dau gia|cong bo gia|(?<!phieu )(?<!don )tra gia"
        r"|^(to chuc )?dau gia\s*:|dau gia (luc|vao|hoi|ngay)|(?<=[;,.] )dau gia(?=\W*$)",
        "tổ chức cuộc đấu giá",
    ),
    Cue(
        Topic.OTHER,
        r"giao hang|ban giao|(?<!gia )thuc hien(?! (du an|goi thau|cong trinh|dich vu|chao|bao))"
        r"|thanh toan|nghiem thu|(?<!du an )(?<!cong trinh )hoan thanh|thi cong|ky (ket )?hop dong"
        r"|hop dong (tu|co|den|keo dai)|hop dong[^.;:]{0,80} (het|ket thuc)|khoi cong|bao lanh|bao hanh|(bao|dam) dam",
        "thời gian giao hàng",
    ),
    Cue(
        Topic.CITED,
        r"can cu|theo (quyet dinh|thong bao|cong van|to trinh|van ban|bien ban|ho so)|(quyet dinh|thong bao|cong van"
        r"|nghi dinh|thong tu|to trinh|luat|van ban|hop dong|bien ban|thu moi|yeu cau bao gia|e-tbmt"
        r"|ke hoach)( \w+){0,6} so",
        "căn cứ Quyết định số",
        spelled="căn cứ|theo|số",
    ),
    Cue(Topic.CITED, r"^so\s?[:.]?\s?\d{1,5}\s?/", "Số 12/TB-BV ngày", spelled="số"),
    Cue(
        Topic.OTHER,
        r"^(ngay|thoi diem|thoi gian) (dang(?! ky)|phat hanh thong bao|phe duyet|ban hanh|ky)|dang (luc|ngay)"
        r"|cap nhat|niem yet\s*:",
        "Thời điểm đăng tải",
    ),
    Cue(
        Topic.OTHER,
        r"san xuat nam|nam sinh|sinh ngay|cap ngay|ngay cap|da duoc dang|duoc dang tai|da dang",
        "cấp ngày",
    ),
    # Handing in.
    Cue(
        Topic.HAND_IN,
        r"(thoi )?(han|gian|diem)( cuoi| cung| va| dia diem|,| phat hanh| ban| mua| chao| cuoi cung)* (tiep nhan|nhan"
        r"|nop|gui|thu(?! hoach| hoi| gom)|dong( thau)?( ?(/|va|,|-) ?mo thau)?|chot|ket thuc|tham gia|chao"
        r"|bao(?! hiem| quan| tri| duong))"
        r"( va nop| va gui)?",
        "thời hạn tiếp nhận",
    ),
    Cue(
        Topic.HAND_IN,
        r"deadline|closing( date| time|(?=\s?:))|due (date|by)|submi(t|tted|ssion)\b|(quotations?|bids?|offers?"
        r"|proposals?)"
        r"( \w+){0,4} (received|sent|reach|arrive|delivered)",
        "submission deadline",
    ),
    Cue(Topic.HAND_IN, r"(het |thoi )?han (chot|cuoi|nop|nhan|gui)|^(nop|tiep nhan|nhan|gui)(?=\s?:)", "hạn chót"),
    Cue(Topic.HAND_IN, r"(thoi )?han (moi|cu)(?=\s?:)", "hạn mới: 17h"),
    Cue(
        Topic.HAND_IN,
        r"(vui long|de nghi|xin|yeu cau|mong)( \w+){0,4} (phan hoi|phuc dap|tra loi|hoi am)"
        r"(?=( \w+){0,4} (truoc|den|cham))",
        "vui lòng trả lời trước",
    ),
    Cue(
        Topic.HAND_IN,
        r"phan hoi (lai )?(ve|qua|toi|den) (dia chi|e?mail|hop thu|phong|khoa|benh vien|trung tam|so)\b",
        "phản hồi về email",
    ),
    Cue(Topic.HAND_IN, r"(thoi (gian|diem) |ngay )?het han(?=\s?:)", "Ngày hết hạn:"),
    Cue(
        Topic.END,
        r"cham nhat|muon nhat|khong (muon|tre|cham) hon|han den|ngay het han|(no|not) later than|latest by",
        "chậm nhất",
    ),
    Cue(
        Topic.HAND_IN,
        r"dong ?(/ ?|va |, |- ?)?(mo )?thau( ?(,|va|/) ?mo thau)?|dong ho so|dong nhan",
        "đóng thầu",
        spelled="đóng",
    ),
    Cue(
        Topic.HAND_IN,
        rf"((phat hanh|ban|mua)(,| va|/) ?)?(tiep nhan|nhan|nop|gui|thu|goi|dang ky va nop)( (cac|ve|toi|lai"
        rf"|truc tiep|qua|cho|ban|day du|kem|bo|01|gui|den|va|thu|nhan|nop|tiep)){{0,12}} {_ANY_PAPERS}",
        "nộp hồ sơ dự thầu",
    ),
    Cue(
        Topic.HAND_IN,
        r"(gui|nop|chuyen)( ?\(?(truc tiep|hoac|va|qua|duong|buu dien|thu|email|fax|ban|tay|chuyen phat|nhanh)\)?"
        r"|,|/){0,12} (ve|den|toi|qua|kem|truoc|luc|tai"
        r"|lai|phong|khoa|bo phan|van thu|cho (phong|khoa|bo phan|van thu|ban|to))"
        r"|(quy|cac) (cong ty|don vi|nha)[^.;]{0,40} (bao gia|chao gia)",
        "gửi trực tiếp hoặc qua bưu điện đến",
    ),
    Cue(
        Topic.HAND_IN,
        r"(thoi gian|thoi han) (chao gia|bao gia|lay bao gia|moi)|moi (chao|bao) gia(?=\s?:)"
        r"|gia han(,? \w+){0,9} den\b",
        "thời gian chào giá",
    ),
    Cue(Topic.HAND_IN, r"cung cap( \w+){0,2} (bao|chao|bang) gia|cung cap gia", "cung cấp báo giá"),
    Cue(
        Topic.HAND_IN,
        r"(?<!hieu luc )(?<!luc cua )(?<!gia tri )(?<!tri cua )(?<!ngay )"
        r"((bao|chao)|cho biet) gia(?= (truoc|den|toi|cham nhat|muon nhat|han|giup|cho)\b)",
        "báo giá trước",
    ),
    Cue(
        Topic.HAND_IN,
        r"(bao gia|chao gia|ho so|hsdt|don|phieu)( \w+){0,8} phai (den|toi|ve|co mat)",
        "báo giá phải đến tay",
    ),
    Cue(Topic.HAND_IN, r"ban ho so, (thu|nhan|nop) ho so", "bán hồ sơ, thu hồ sơ"),
    Cue(
        Topic.HAND_IN,
        r"thung phieu( (duoc|se))* (niem phong|dong|khoa)|(niem phong|dong|khoa) thung phieu",
        "thùng phiếu niêm phong lúc",
    ),
    Cue(
        Topic.HAND_IN,
        r"(ho so|bao gia|chao gia|hsdt|thu|don(?! vi))( \w+){0,4} (nop|gui|nhan|chuyen|den (tay|noi))|(nop|gui) truoc",
        "hồ sơ nộp trước",
    ),
    Cue(
        Topic.HAND_IN, r"mong (som )?nhan duoc[^.;:]{0,30} (bao gia|chao gia|ho so|phan hoi)", "mong nhận được báo giá"
    ),
    Cue(
        Topic.HAND_IN,
        r"(ket thuc|ngung|ngay cuoi|het)( (viec|thoi gian|thoi han))?"
        r"( (tiep nhan|nhan|nop|thu|gui|chao gia|bao gia)){1,6}",
        "kết thúc nhận",
    ),
    Cue(
        Topic.HAND_IN,
        r"(?<![a-z] )(nhan|nop|tiep nhan)(?= (tu|den|toi|truoc|het|cham nhat|muon nhat)\b)",
        "nhận từ nay",
    ),
    Cue(Topic.HAND_IN, r"tiep nhan(?= (den|toi|truoc|cham nhat|muon nhat)\b)", "Bệnh viện tiếp nhận đến hết 17 giờ"),
    Cue(Topic.TIME, r"(^|(?<=[.;] ))(ngay |thoi (gian|diem) )?ket thuc(?=\s?:)", "Ngày kết thúc:"),
    # Getting the papers and registering.
    Cue(
        Topic.SALE,
        r"(phat hanh|ban|mua|cung cap|ban giao|nhan|tai|xem va mua)( va phat hanh)? (e-)?(ho so|hsmt|hsyc|hsmqt)"
        r"|ho so phat hanh|dang ky( tham gia| mua| du)?",
        "bán hồ sơ",
    ),
)

# A clause of its own says what else happens: "…, phát cho nhân viên ngày 20/9/2026"; unless it says where to, or
# goes on with until when.
_CLAUSE = re.compile(r"[^,;(:]*$")
_WHERE = re.compile(
    r"\b(?:ve|tai|qua|phong|khoa|e-?mail|dia chi|benh vien|trung tam|van thu|hop thu|bo phan|to|nha|tang|so|duong"
    r"|buu dien|p|tp|thanh pho|tinh|ban|truong|zalo|fax|trong (?:thoi gian|ngay|vong))\b"
)
_UNTIL_WORDS = frozenset(
    "truoc ngay luc den toi het cham nhat muon gio phut thu hai ba tu nam sau bay chu sang chieu la han thoi gian cuoi"
    " cung va mai khong hon duoc ca cac trong vao hoi tuan thang lam viec hanh chinh nay doc sua lai thanh dieu dinh"
    " ke ra thong dang cho bao chao nang mau gia keo dai them moi cu nop gui nhan bao ho tinh theo dau".split()
)
_BRACKETS = re.compile(r"\([^()]*+\)")
_SMALL_WORD = re.compile(r"\b[^\W\d_]{2,}")
# What says that a point in time ends something; without it a day that is far from its cue is one of the thing bought:
# "gửi báo giá thuê xe tuyến Hà Nội - Hạ Long (đi 24/10/2026, về 25/10/2026)".
ENDS = re.compile(
    r"\b(?:den|toi|truoc|het|han|cham nhat|muon|cuoi|chot|dong|ket thuc|thoi diem|late\w*|deadline|closing|due|until|by"
    r"|before)\b"
)
_BESIDE = 60  # characters between a cue and a point in time that it is still said of


@dataclass(frozen=True)
class Saying:
    """The words of a sentence before a point in time, as they are and folded."""

    text: str
    plain: str

    def strays(self) -> bool:
        """Whether the clause right before the point in time has no cue, and says something else than the one before."""
        cue = TOPICS.last(self.text, self.plain)
        clause = _CLAUSE.search(_BRACKETS.sub(lambda said: "-" * len(said[0]), self.plain))
        if cue is None or clause is None or cue.end > clause.start() or "@" in clause[0]:  # a mail box says where to
            return False
        said = _BRACKETS.sub("", self.text[clause.start() :])
        words = (word for word in _SMALL_WORD.findall(said) if word[0].islower())
        return len({fold_in_place(word) for word in words} - _UNTIL_WORDS) > 1 and not _WHERE.search(clause[0])

    def is_beside(self) -> bool:
        """Whether the point in time stands right behind its cue, or has none: "Nhận chào giá: 10h30 ngày 27/8/2026"."""
        cue = TOPICS.last(self.text, self.plain)
        return cue is None or len(self.plain) - cue.end <= _BESIDE

    def is_remark(self) -> bool:
        """Whether the point in time stands in brackets behind its cue that do not say that it ends something."""
        cue = TOPICS.last(self.text, self.plain)
        within = self.plain[cue.end if cue else 0 :].rpartition("(")[2]
        if cue is None or self.plain.rfind("(") <= max(cue.end, self.plain.rfind(")")) or ENDS.search(within):
            return False
        return bool(set(_SMALL_WORD.findall(within)) - _UNTIL_WORDS) or within.endswith(" - ")
