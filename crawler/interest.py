"""What to look at: judged from a title or an address alone, before anything is fetched.

A notice must not be missed, so only what surely is something else is left out; whether a page that was fetched is a
notice is decided from its text, by `crawler.extract`.
"""

import re
from enum import IntEnum

from timthau.text import fold

#: Words of procurement, without accents. \b on both sides keeps "thau" out of "thau hieu".
_PROCUREMENT = re.compile(
    r"\b(?:(?:bao|chao|tham dinh|dau|thu moi|don|xac dinh|khao sat) gia|(?:moi|dau|goi|nha|trung|du|chon|chi dinh) thau|"
    r"chao hang|mua sam|mua ban|thanh ly|hsmt|hsyc|hsdt|e-?hsmt|e-?hsdt|tbmt|khlcnt|kqlcnt|lcnt|ycbg|tmbg|ycbg|kqcg|"
    r"(?:chon|moi|tim|thue) (?:don vi|nha cung cap|nha cung ung|cong ty|to chuc|doi tac|tu van)|moi quan tam|"
    r"(?:moi|yeu cau|de nghi|nhu cau) (?:cung cap|cung ung|tham gia|cho thue|thue|mua)|ke hoach (?:lua chon|mua)|"
    r"chon nha dau tu|ban dau gia|tai san thanh ly|gia (?:han|ke khai)|dinh chinh|cung cap dich vu|thue dich vu)\b"
)
#: What is bought, done or rented: with a general opening such as "V/v" it is most likely a notice.
_SUBJECT = re.compile(
    r"\b(?:mua|cung cap|cung ung|sua chua|bao tri|bao duong|lap dat|cai tao|nang cap|kiem dinh|hieu chuan|thue|in an|"
    r"vat tu|thiet bi|trang thiet bi|hoa chat|sinh pham|thuoc|vac xin|linh kien|phu tung|phan mem|may moc|dung cu|suat an|"
    r"chat thai|ve sinh|bao ve|giat la|van phong pham|xay dung|thi cong|giam sat|quan trac|van chuyen|kiosk|cang tin|can tin)\b"
)
_GUIDE = re.compile(r"\b(?:huong dan|cach thuc|cac buoc|quy trinh|dang nhap|dang ky|cai dat|vssid|vneid|hoi dap)\b")
#: Openings that say nothing of what follows.
_VAGUE = re.compile(
    r"^(?:(?:tb|thong bao|thu moi|thu|cong van|cv|quyet dinh|qd|to trinh|van ban|kinh gui|kinh moi|moi|v/?v|vv|ve viec|so|"
    r"yeu cau|de nghi|phu luc|thu ngo|giay moi|\d+)\b|\W*$)"
)
_ELSE = re.compile(
    r"\b(?:tuyen dung|tuyen sinh|xet tuyen|thi tuyen|lich truc|lich kham|lich nghi|lich cong tac|hien mau|hoi nghi|hoi thao|"
    r"hoi thi|le ky niem|ky niem|chuc mung|mit tinh|dai hoi|chi bo|cong doan|doan thanh nien|tu thien|tri an|trao tang|"
    r"cuu song|phau thuat thanh cong|ca benh|phong chong dich|tiem chung|dinh duong|trieu chung|benh nhan|nghien cuu khoa hoc|"
    r"chia buon|tam guong|van nghe|the thao|trung thu|nghi tet|nghi le|tim nguoi than|bang gia|gia dich vu)\b"
)
_MORE = re.compile(
    r"^(?:xem (?:them|tiep|chi tiet|tat ca)|chi tiet|doc (?:them|tiep)|tai (?:ve|file|xuong)|download|more|\W*)$"
)
#: Sections of sites, by their names in menus.
_SECTION_NOTICE = re.compile(
    r"\b(?:(?:bao|chao|tham dinh|dau) gia|thau|chao hang|mua sam|dau tu mua|thanh ly|lcnt|hsmt|ycbg|moi quan tam)\b"
)
_SECTION_NEVER = re.compile(
    r"\b(?:gioi thieu|lien he|so do|lich (?:kham|truc|lam viec|cong tac)|thu vien|hinh anh|album|video|hoi dap|gop y|dang nhap|"
    r"dang ky|dang xuat|login|register|bang gia|gia dich vu|doi ngu|bac si|chuyen gia|khoa (?:phong|lam sang|can lam sang)|"
    r"co cau|to chuc|lich su|ban giam doc|tuyen dung|kham benh|dat lich|dat hen|tim kiem|search|gio hang|rss|sitemap|webmail|"
    r"tra cuu|english|facebook|youtube|zalo|dich vu ky thuat|chuyen khoa|goi kham|tac gia|author|thanh vien|users?|contact|"
    r"banners?|quang cao|tham do|thong ke|statistics|voting|comment|feeds?)\b"
)


class Interest(IntEnum):
    """How much a link deserves to be followed."""

    NONE = 0
    VAGUE = 1
    GUIDE = 2
    NOTICE = 3


def judge_title(title: str) -> Interest:
    """What a title promises; VAGUE ones say too little to be left out."""
    words = fold(title)
    if _PROCUREMENT.search(words):
        return Interest.NOTICE
    if _GUIDE.search(words):
        return Interest.GUIDE
    if _ELSE.search(words):
        return Interest.NONE
    if _VAGUE.search(words) or _MORE.search(words) or _SUBJECT.search(words):
        return Interest.VAGUE
    return Interest.NONE


def judge_section(name: str) -> Interest:
    """What a section of a site promises by its name in the menu: NOTICE, VAGUE, or NONE for one that never lists any."""
    words = " ".join(fold(name).replace("-", " ").replace("_", " ").split())
    if _SECTION_NOTICE.search(words):
        return Interest.NOTICE
    return Interest.NONE if _SECTION_NEVER.search(words) else Interest.VAGUE


def is_amendment(title: str) -> bool:
    """Whether a title announces a change of an earlier notice, so that the earlier one is better read first."""
    return bool(_AMENDMENT.search(fold(title)))


def says_more(title: str) -> bool:
    """Whether a link's text is a title, not an invitation to click such as "Xem chi tiết"."""
    return not _MORE.search(fold(title))


_AMENDMENT = re.compile(
    r"\b(?:gia han|dinh chinh|dieu chinh|bo sung|sua doi|thay doi|lui|hoan|tam dung|dung|huy|thong bao lai|keo dai)\b"
)
