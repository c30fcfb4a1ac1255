"""What pages say that stand in the place of others, with status 200: that nothing is there, or not now."""

import re

from lxml import etree

from crawler.discovery.interest import Interest, judge_title
from crawler.extract.document import Article
from timthau.text.fold import fold

#: Longer pages speak of something else.
_GONE = re.compile(
    r"khong tim thay|khong ton tai|da bi (?:xoa|go)|da xoa|khong con (?:ton tai|hieu luc)|page not found|\b404\b|"
    r"(?:trang|bai viet|noi dung|tin) (?:nay )?khong co"
)
_GONE_LENGTH = 500
_OUT_OF_ORDER = re.compile(
    r"dang (?:duoc )?(?:bao tri|nang cap|qua tai|bi gian doan|tam ngung|tam dung)|(?:he thong|may chu|website) dang ban"
    r"|vui long (?:quay lai|truy cap lai|thu lai) sau|quay lai sau it phut|(?:under|scheduled|down for) maintenance"
    r"|establishing a database connection|too many connections|service (?:temporarily )?unavailable|database error"
    r"|(?:internal )?server error|runtime error|\bfatal error\b|mysqli?_connect|\bsql syntax\b|stack trace:"
    r"|(?:khong the|loi) ket noi (?:den |toi |voi )?(?:co so du lieu|csdl|may chu)"
    r"|(?:co|xay ra) loi (?:xay ra|trong qua trinh|khi|he thong)|^loi he thong|ma loi"
    r"|\b(?:access|request) (?:was )?(?:denied|rejected|blocked)|has been blocked|da bi (?:chan|tu choi)"
)
_LOGIN = re.compile(
    r"(?:can|phai|vui long|hay|xin moi|moi) dang nhap|dang nhap (?:de|moi) (?:co the )?(?:xem|doc|tai)"
    r"|chi danh cho (?:thanh vien|nguoi dung)|log ?in to (?:view|read|continue)"
    r"|nhap mat khau|(?:bao ve|bao mat) (?:bang|boi) mat khau|password protected|enter (?:your|the) password"
)
_LOGIN_LENGTH = 400
_OUT_OF_ORDER_LENGTH = 800
_LEAST_LENGTH = 20
#: Folding takes the accents away: a text so many times as long stays longer.
_SHRINKS = 4


def stands_for_nothing(article: Article | None, *, is_list: bool, is_moved: bool) -> bool:
    """Whether a page says that what was asked for is not there: in words, or by leading to the list instead."""
    return (is_list and is_moved) or (article is not None and _says_gone(article))


def is_headed_gone(root: etree._Element, called: str) -> bool:
    """Whether the headings of a page that lists others say that nothing is there, and none says what it is `called`."""
    headings = [fold(" ".join("".join(map(str, one.itertext())).split())) for one in root.iter("title", "h1", "h2")]
    return any(map(_GONE.search, headings)) and not (called and any(fold(called) in said for said in headings))


def is_out_of_order(article: Article, called: str) -> bool:
    """Whether a page says that the site is out of order; not where it is `called` what it says."""
    text = _short_text(article, _OUT_OF_ORDER_LENGTH)
    return bool(text) and not (called and fold(called) in text) and _says_out_of_order(text)


def says_gone(article: Article, called: str) -> bool:
    """Whether a page says that nothing is there; not where it is `called` what it says."""
    return _says_gone(article) and not (called and fold(called) in fold(f"{article.title}\n{article.text}"))


def asks_login(article: Article) -> bool:
    """Whether a page says, beside its title, only that one has to log in to read it."""
    if article.files or len(article.text) > _SHRINKS * _LOGIN_LENGTH:
        return False
    text = fold(article.text)
    return len(text) <= _LOGIN_LENGTH and _LOGIN.search(text) is not None


def says_nothing(article: Article, called: str) -> bool:
    """Whether a page has no words of its own beside its title: a shell that scripts were to fill, or half an answer.

    A few words are all that some news say; only what is `called` a notice has to say more.
    """
    least = _LEAST_LENGTH if judge_title(called) is Interest.NOTICE else 1
    return not article.files and len(article.text.strip()) < least


def is_list_out_of_order(root: etree._Element) -> bool:
    """Whether the page of a list says so: within its menu, where the entries should be."""
    words: list[str] = []
    for element in root.iter():
        if element.tag not in ("script", "style", "title"):
            words.append(str(element.text or ""))
        words.append(str(element.tail or ""))
    text = " ".join(" ".join(words).split())
    return len(text) <= _OUT_OF_ORDER_LENGTH and _says_out_of_order(fold(text))


def _says_out_of_order(text: str) -> bool:
    return len(text) <= _OUT_OF_ORDER_LENGTH and _OUT_OF_ORDER.search(text) is not None


def _says_gone(article: Article) -> bool:
    text = _short_text(article, _GONE_LENGTH)
    return len(text) < _GONE_LENGTH and _GONE.search(text) is not None


def _short_text(article: Article, most: int) -> str:
    """Title and text, folded; empty where there are files or it is certainly longer than that."""
    if article.files or len(article.text) > _SHRINKS * most:
        return ""
    return fold(f"{article.title}\n{article.text}")
