"""What to look at: judged from a title or an address alone, before anything is fetched.

A notice must not be missed, so only what surely is something else is left out; whether a page that was fetched is a
notice is decided from its text, by `crawler.extract`.
"""

import re
from enum import IntEnum
from functools import lru_cache

from timthau.text.fold import fold

#: The same menus and side bars stand on every page of a site.
_SEEN_AGAIN = 4096


def _any_of(phrases: str, *, start: bool = False) -> re.Pattern[str]:
    """A pattern for any of the phrases, which are divided by commas, as whole words; at the start only with `start`."""
    choices = "|".join(re.escape(" ".join(phrase.split())) for phrase in phrases.split(",") if phrase.strip())
    return re.compile((r"^\W*" if start else r"\b") + rf"(?:{choices})\b")


# All phrases are without accents, as addresses have none.
_PROCUREMENT = _any_of("""
    bao gia, chao gia, tham dinh gia, dau gia, don gia, xac dinh gia, khao sat gia, gia han, chao hang, mua sam,
    thanh ly, moi thau, dau thau, goi thau, nha thau, trung thau, du thau, chon thau, chi dinh thau, nha dau tu,
    hsmt, hsyc, hsdt, tbmt, khlcnt, kqlcnt, lcnt, ycbg, tmbg, kqcg, moi quan tam, dinh chinh, chon don vi,
    moi don vi, tim don vi, thue don vi, chon nha cung cap, moi nha cung cap, tim nha cung cap, chon to chuc,
    moi to chuc, chon cong ty, moi cong ty, chon doi tac, moi doi tac, chon tu van, thue tu van, moi cung cap,
    moi cung ung, yeu cau cung cap, de nghi cung cap, nhu cau cung cap, moi tham gia, moi thue, cho thue,
    nhu cau mua, de nghi mua, nhu cau thue, ke hoach lua chon, ke hoach mua, cung cap dich vu, thue dich vu
""")
#: What is bought, done or rented: it may be a notice even where its title does not say so.
_SUBJECT = _any_of("""
    mua, cung cap, cung ung, sua chua, bao tri, bao duong, lap dat, cai tao, nang cap, kiem dinh, hieu chuan, thue,
    in an, vat tu, thiet bi, hoa chat, sinh pham, thuoc, vac xin, linh kien, phu tung, phan mem, may moc, dung cu,
    suat an, chat thai, ve sinh, bao ve, giat la, van phong pham, xay dung, thi cong, giam sat, quan trac,
    van chuyen, kiosk, cang tin, can tin
""")
_GUIDE = _any_of("""
    huong dan, cach thuc, cac buoc, quy trinh, dang nhap, dang ky, cai dat, vssid, vneid, hoi dap
""")
#: Openings that say nothing of what follows.
_VAGUE = _any_of(
    """
    tb, thong bao, thu moi, thu, cong van, cv, quyet dinh, qd, to trinh, van ban, kinh gui, kinh moi, moi, v/v, vv,
    ve viec, so, yeu cau, de nghi, phu luc, thu ngo, giay moi
""",
    start=True,
)
_ELSE = _any_of("""
    tuyen dung, tuyen sinh, xet tuyen, thi tuyen, lich truc, lich kham, lich nghi, lich cong tac, hien mau,
    hoi nghi, hoi thao, hoi thi, ky niem, chuc mung, mit tinh, dai hoi, chi bo, cong doan, doan thanh nien,
    tu thien, tri an, trao tang, cuu song, phau thuat thanh cong, ca benh, phong chong dich, tiem chung, dinh duong,
    trieu chung, benh nhan, nghien cuu khoa hoc, chia buon, tam guong, van nghe, the thao, trung thu, nghi tet,
    nghi le, tim nguoi than, bang gia, gia dich vu
""")
#: What invites to click and names nothing.
_MORE = re.compile(
    r"^(?:xem (?:them|tiep|chi tiet|tat ca)|chi tiet|doc (?:them|tiep)|tai (?:ve|file|xuong)|download|more|\W*)$"
)
_INVITATION = re.compile(
    r"(?:đọc (?:tiếp|thêm)|xem (?:thêm|tiếp|chi tiết)|chi tiết|continue reading|read more)"
    r"(?: về| bài viết| bài| about)?[\s:“\"'-]+",
    re.IGNORECASE,
)
_AMENDMENT = _any_of("""
    gia han, dinh chinh, dieu chinh, bo sung, sua doi, thay doi, lui, hoan, tam dung, dung, huy, thong bao lai,
    keo dai
""")
#: Sections of sites, by their names in menus.
_SECTION_NOTICE = _any_of("""
    bao gia, chao gia, tham dinh gia, dau gia, dau thau, moi thau, goi thau, nha thau, chon thau, thong tin thau,
    chao hang, mua sam, thanh ly, lcnt, hsmt, ycbg, moi quan tam
""")
_SECTION_MIXED = _any_of("tin, tin tuc, thong bao, van ban, cong khai, su kien, thong tin, cong bo")
_SECTION_NEVER = _any_of("""
    gioi thieu, lien he, so do, lich kham, lich truc, lich lam viec, lich cong tac, thu vien, hinh anh, album,
    video, hoi dap, gop y, dang nhap, dang ky, dang xuat, login, register, bang gia, gia dich vu, doi ngu, bac si,
    chuyen gia, khoa phong, khoa lam sang, khoa can lam sang, co cau, to chuc, lich su, ban giam doc, tuyen dung,
    kham benh, dat lich, dat hen, tim kiem, search, gio hang, rss, sitemap, webmail, tra cuu, english, facebook,
    youtube, zalo, dich vu ky thuat, chuyen khoa, goi kham, tac gia, author, thanh vien, user, users, contact,
    banner, banners, quang cao, tham do, thong ke, statistics, voting, comment, feed, feeds, lien ket,
    thong tin lien he, trang chu, trang nhat, home
""")


class Interest(IntEnum):
    """How much a link deserves to be followed."""

    NONE = 0
    VAGUE = 1
    GUIDE = 2
    NOTICE = 3


@lru_cache(maxsize=_SEEN_AGAIN)
def judge_title(title: str) -> Interest:
    """What a title promises; VAGUE ones say too little to be left out."""
    words = fold(title)
    if _PROCUREMENT.search(words):
        return Interest.NOTICE
    if _GUIDE.search(words):
        return Interest.GUIDE
    if _ELSE.search(words):
        return Interest.NONE
    if (
        not words.strip(" .-")
        or words[:1].isdecimal()
        or _VAGUE.search(words)
        or _MORE.search(words)
        or _SUBJECT.search(words)
    ):
        return Interest.VAGUE
    return Interest.NONE


@lru_cache(maxsize=_SEEN_AGAIN)
def judge_section(name: str) -> Interest:
    """What a section of a site promises by its name in the menu: NOTICE, VAGUE, or NONE where none is ever listed."""
    words = " ".join(fold(name).replace("-", " ").replace("_", " ").split())
    if _SECTION_NOTICE.search(words):
        return Interest.NOTICE
    never = _SECTION_NEVER.search(words) and (not _SECTION_MIXED.search(words) or words == "thong tin lien he")
    return Interest.NONE if never else Interest.VAGUE


@lru_cache(maxsize=_SEEN_AGAIN)
def is_amendment(title: str) -> bool:
    """Whether a title announces a change of an earlier notice, so that the earlier one is better read first."""
    return bool(_AMENDMENT.search(fold(title)))


def strip_invitation(text: str) -> str:
    """A link's text without what invites to click: "Đọc tiếp “Thư mời báo giá”" becomes "Thư mời báo giá"."""
    match = _INVITATION.match(text)
    return text[match.end() :].rstrip(" ”\"'»…→") if match and len(text) > match.end() + 8 else text


@lru_cache(maxsize=_SEEN_AGAIN)
def says_more(title: str) -> bool:
    """Whether a link's text is a title, not an invitation to click such as "Xem chi tiết"."""
    return not _MORE.search(fold(title))
