"""How pages that are no notices give themselves away: journalism, questions about the law, sales forms, guides."""

import re

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.line import CAPITALS
from timthau.text.fold import collapse_spaces, nfc

# Patterns read folded text unless said otherwise.
_QUESTION = re.compile(
    r"\?\s*$|\bla gi\b|\bnhu the nao\b|\bra sao\b|\bbao nhieu\b|\btai sao\b|\bvi sao\b|\bcan biet\b"
    r"|\bcau hoi thuong gap\b|\bfaqs?\b|\bhoi\s?[-–&]\s?dap\b"
    r"|\bgoc (?:tu van|chuyen gia)\b|\bbi quyet\b|\bco duoc\b.{0,80}\bkhong\b|^\W*bao cao\b"
)
# How newspapers title: sums, winners, haste, judgement. Notices name none of these in a title.
_HEADLINE = re.compile(
    r"\bduoc moi (?:thau|dau thau|tham gia)\b|^\W*co hoi\b"
    r"|^\W*(?:nhieu|loat|hang loat) (?:goi thau|benh vien|nha thau|du an|dia phuong|don vi|tinh|co so)\b|"
    r"\b(?:tram|nghin) ty\b|\bnha thau\b.{0,40}\b(?:duy nhat|quen)\b"
    r"|\b(?:da tim duoc|lo dien|hang loat|gap kho|phan anh|kien nghi|sap (?:dau|moi|mo)|chi 1|tiet kiem|thao go)\b"
    r"|\b(?:vuong mac|ruc rich|ban re|rao ban|doi thu|bat thuong|gap \d+ lan|bien so (?:o to|dep))\b"
    r"|\bgia\b.{0,60}\b(?:tang|giam) (?:nhe|manh|sau|phien|tuan|\d|thu)"
)
# A sum in a title, but for one in brackets: "(dự toán: 120 triệu)".
_SUM_IN_TITLE = re.compile(r"\d\s?(?:ty|trieu)\b(?![^(]{0,20}\))")
# Read as written: "tập trung", of purchasing together, is no "trúng".
_WINS = re.compile(
    r"(?<!danh sách )(?<!danh sách các )\bnhà thầu\b.{0,40}\b(?:trúng|trượt)\b"
    r"|\btrúng (?:liên tiếp|loạt)\b|(?<!nhà thầu )\btrúng gói\b"
    r"|\bnghịch lý\b|\bnhưng (?:không|vẫn|chưa|lại)\b"
)
# "Công bố các nhà thầu trúng thầu …" is an agency's.
_ANNOUNCES = re.compile(r"\W*(?:thông báo|công bố|công khai|quyết định|danh sách|phê duyệt)\b")
# How they write: hearsay, quotes, accounts of what went on.
_NARRATIVE = re.compile(
    r"\btheo (?:tim hieu|ghi nhan|nguon tin|bien ban mo|phong vien|bao cao|ket qua mo|do,)\b|\bthong tin tu\b"
    r"|\btheo (?:ong|ba|dai dien)\b|\b(?:duoc biet|phong vien|trao doi voi|cho biet|cho rang|chia se|anh minh hoa"
    r"|phan anh|du luan|ghi nhan)\b|\b(?:dua ra dau gia|trung gia|tham du (?:buoi|le)|da (?:tien hanh|dien ra)"
    r"|sang nay|chieu nay|nhan dinh)\b|\bvua (?:mo|moi|thong bao|phe duyet|cong bo|dang tai|phat hanh|quyet dinh"
    r"|ban hanh|ky|to chuc|co|trung|bi|duoc)\b|\b(?:truoc do|cung ky|dong thoi la|tung trung)\b"
)
# News of tenders in other countries: the country calls, or those who trade there tell of it. Read as written, as
# "Nga Sơn", "Lào Cai" and "Đức Thọ" are none.
_FAR = (
    "Ai Cập|Ấn Độ|Trung Quốc|Campuchia|Indonesia|Philippines|Bangladesh|Algeria|Hoa Kỳ|Nhật Bản|Hàn Quốc|Thái Lan"
    "|Malaysia|Singapore|Iraq|Iran|Ả Rập Xê Út|Saudi Arabia|Jordan|Kuwait|Sri Lanka|Pakistan|Mexico|Brazil|Đài Loan"
    "|Hồng Kông|Myanmar|Canada|Ukraine|Thổ Nhĩ Kỳ|Nam Phi|Nigeria|Ethiopia|Israel"
)
_COUNTRY = rf"(?:{_FAR}|Lào|Nga|Mỹ(?! thuật)|Úc|Đức|Pháp(?! y| l| ch)|Anh(?! ng| em| h)|Cuba)\b(?! [{CAPITALS}])"
_CALLS = r"(?:mời thầu|mở thầu|gọi thầu|đấu thầu)"
_ABROAD = re.compile(
    rf"^\W*(?:(?:Chính phủ|Nước|Bộ [^,;:]{{2,30}}) )?{_COUNTRY}[^:;]{{0,30}}"
    r"\b(?:mời|mở|gọi|đấu|đang|cần|tìm|muốn|mua)\b"
)
_TRADE_OFFICE = re.compile(
    r"\b(?:[Tt]hương vụ Việt Nam|[Đđ]ại sứ quán Việt Nam|tham tán thương mại"
    r"|vừa nhận (?:được )?(?:[Tt]hông báo|thông tin))\b"
    rf"|\b(?:tại|ở|từ) (?:nước |Bộ [^.;]{{2,40}} )?{_COUNTRY}[^.;]{{0,60}}\b{_CALLS}\b"
    rf"|(?<![-–] )(?<!Việt )\b(?:{_FAR})\b(?: \([^()]{{1,40}}\))?[^.;,:()]{{0,20}}\b{_CALLS}\b"
)
# Quickly looked for, and in each of these.
_FAR_SIGN = re.compile(
    rf"(?:{_FAR}|Lào|Nga|Mỹ|Úc|Đức|Pháp|Anh|Cuba|Thương vụ|thương vụ|Đại sứ|đại sứ|tham tán|vừa nhận)\b"
)
# What the description of an administrative procedure says of it.
_PROCEDURE = re.compile(
    r"\b(?:trinh tu thuc hien|cach thuc thuc hien|thanh phan ho so|thoi han giai quyet|doi tuong thuc hien"
    r"|co quan (?:thuc hien|giai quyet|co tham quyen)|ket qua thuc hien|phi, le phi|le phi|ten mau don|mau don, to khai"
    r"|can cu phap ly|yeu cau, dieu kien thuc hien|ma thu tuc|cap thuc hien)\b\s*(?::|\||$)",
    re.MULTILINE,
)
_SALES = re.compile(
    r"\bquy khach\b|\bchung toi (?:xin |kinh |tran trong )*(?:gui|gioi thieu|chao)\b[^.\n]{0,30}"
    r"\bquy (?:benh vien|don vi|co quan|vi)\b|\bgoi ngay\b|\binbox\b|\byeu cau bao gia ngay\b|\btheo nhu cau cua ban\b"
    r"|\bdien (?:day du )?(?:thong tin|vao form|form|bieu mau)|\bchung toi se (?:lien he|gui|phan hoi"
    r"|tu van)|\b(?:nhan ngay|de nhan) bao gia\b|\bnhan bao gia (?:ngay|mien phi|tot|nhanh)\b|\b(?:gio hang"
    r"|(?<!ngay )(?<!khi )(?<!don )(?<!nhan )(?<!giay )dat hang"
    r"|dang ky tai khoan|mien phi|gia re|san pham cua chung toi|khuyen mai|hotline|de lai so dien thoai"
    r"|chiet khau (?:cao|den|len)|chung toi (?:bao gia|cam ket|tu hao)|tim (?:dai ly|nha phan phoi))\b|\bgiam \d+ ?%"
)
_GUIDE_TITLE = re.compile(
    r"^\W*(?:(?:bai viet|video|thong bao)\s)?(?:huong dan|cac buoc|instructions?|how to|guide)\b|^\W*cach (?!mang|ly"
    r"|thuc|chuc|nao|day|xa|nhiet|am)"
)
_GUIDE_TOPIC = re.compile(
    r"\b(?:vssid|vneid|dinh danh dien tu|dinh danh muc|bhxh so|bao hiem xa hoi so|so bhxh|the bhyt dien tu)\b"
)
_GUIDE_STEP = re.compile(
    r"\b(?:dang nhap|dang ky|cai dat|kich hoat|mat khau|cap lai|tra cuu|lien ket|tai khoan|ung dung|buoc \d|cap nhat)\b"
)
_APPS = re.compile(r"\b(?:vssid|vneid)\b")
_PROCUREMENT = re.compile(
    r"\bthau\b|\b(?:bao|chao|dau) gia\b(?! han\b)|\bchao hang\b|\bmua sam\b|hsmt\b"
    r"|\bmoi (?:quan tam|tham gia de xuat|de xuat)\b|\bnha cung cap\b|\btbmt\b|\bycbg\b"
)
_HEAD = 1500
_PROCEDURE_PARTS = 3


def is_guide(title: str, text: str) -> bool:
    """Whether an article tells people how to do something: log in to VssID, book an appointment, send in a form."""
    plain = fold_in_place(collapse_spaces(nfc(title)))
    if _GUIDE_TITLE.search(plain):
        return True
    if speaks_of_procurement(plain):
        return False
    about = _APPS.search(fold_in_place(text[:_HEAD])) is not None and _GUIDE_STEP.search(plain) is not None
    return about or _GUIDE_TOPIC.search(plain) is not None


def speaks_of_procurement(plain: str) -> bool:
    """Whether folded text has any word of the field."""
    return _PROCUREMENT.search(plain) is not None


def is_question(plain_title: str) -> bool:
    """Whether a folded title asks or explains, as pages about the law do."""
    return _QUESTION.search(plain_title) is not None


def names_sum(title: str) -> bool:
    """Whether a title names a sum in words, as newspapers' do, and rarely others."""
    return _SUM_IN_TITLE.search(fold_in_place(title)) is not None


def is_headline(title: str) -> bool:
    """Whether a title is worded as a newspaper's."""
    return _HEADLINE.search(fold_in_place(title)) is not None or (
        _WINS.search(title.lower()) is not None and not _ANNOUNCES.match(title.lower())
    )


def count_narrative(plain: str) -> int:
    """How many different turns of journalism a folded text has."""
    return len({match[0] for match in _NARRATIVE.finditer(plain)})


def is_abroad(title: str, text: str) -> bool:
    """Whether a title or text tells of a tender in another country."""
    told = _FAR_SIGN.search(title) is not None and _ABROAD.search(title) is not None
    return told or (_FAR_SIGN.search(text) is not None and _TRADE_OFFICE.search(text) is not None)


def is_procedure(plain: str) -> bool:
    """Whether a folded text describes an administrative procedure."""
    return len({match[0] for match in _PROCEDURE.finditer(plain)}) >= _PROCEDURE_PARTS


def count_sales(plain: str) -> int:
    """How many different turns of salesmanship a folded text has."""
    return len({match[0] for match in _SALES.finditer(plain)})
