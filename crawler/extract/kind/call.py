"""Which call a text is by the papers that it asks for: who wants offers by a day calls, whatever the title says."""

import re
from collections.abc import Iterator, Sequence

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.line import Line
from timthau.model.notice import NoticeKind as Kind

# All patterns read folded text. What is handed in, the papers that say more of the call first.
_PAPERS = (
    (
        Kind.AUCTION,
        r"phieu (?:dang ky mua|tra gia|tham gia dau gia)|tra gia|(?:tham gia|dang ky|mua)(?: tham gia| du)? dau gia"
        r"|mua (?:tai san|thanh ly)|ban dau gia|don (?:dang ky )?mua",
    ),
    (Kind.CONSULTANT_SELECTION, r"ho so (?:bay to )?quan tam|hsqt|thu bay to"),
    (
        Kind.INVITATION_TO_TENDER,
        r"gia du thau|(?:ho so|e-ho so) (?:du thau|nhan thau|de xuat|chao thau|du so tuyen|du tuyen nha thau)"
        r"|(?:e-)?hsdt|(?:e-)?hsdx|thoi (?:diem|gian|han) dong thau|dong thau\s?:",
    ),
    (
        Kind.REQUEST_FOR_QUOTATION,
        r"(?:bao|chao) gia(?! han)|(?:thong tin|san pham|catalogue?|mau)(?: va|,) (?:don )?gia\b(?! (?:tri|han))"
        r"|(?:gui|cung cap)(?: lai)? gia\b(?! han)|gia tham khao"
        r"|bang (?:bao |chao )?gia|thu (?:chao )?gia|chao (?:hang|phi)"
        r"|bao phi",
    ),
)
_PAPER = re.compile("|".join(rf"(?P<p{number}>\b(?:{pattern})\b)" for number, (_, pattern) in enumerate(_PAPERS)))
_HANDED_IN = re.compile(r"\b(?:nop|gui|cung cap gia|nhan|tiep nhan|thu|han|ket thuc|dong thau|dang ky|bo phieu)\b")
_UNTIL_DAY = re.compile(
    r"\b(?:truoc|den|toi|het|cham nhat|muon nhat|han|cuoi|dong thau|thoi (?:diem|gian))\b[^.;\n]{0,60}"
    r"\d\s?(?:[/.-]\s?\d|thang\b)"
)
# What others did, or are told to do at home.
_TOLD = re.compile(
    r"\b(?:da|duoc|tung) (?:nop|gui|nhan)\b|\d (?:nha thau|don vi|cong ty)\b|\bcac (?:khoa|phong|to)\b"
    r"|\bdanh sach\b|\bbao cao\b|\bnhu cau (?:ve|thuoc|mua sam)\b"
)
_APPRAISAL, _ADVICE = re.compile(r"\btham dinh gia\b"), re.compile(r"\btu van\b")
_COMPETES = re.compile(r"\bchao hang canh tranh\b|\b(?:bao|dam) dam du thau\b")
_HEAD_LINES = 25


def find_call(title: str, lines: Sequence[Line]) -> Kind | None:
    """The call that a sentence makes which says until which day offers are to be handed in; None without one.

    What they are is said in the sentence or in the folded title.
    """
    for sentence in _sentences(lines[:_HEAD_LINES]):
        asked = _HANDED_IN.search(sentence) and _UNTIL_DAY.search(sentence) and not _TOLD.search(sentence)
        paper = (_PAPER.search(sentence) or _PAPER.search(title)) if asked else None
        if paper and paper.lastgroup:
            return _narrow(_PAPERS[int(paper.lastgroup[1:])][0], f"{title} {sentence}")
    return None


def _sentences(lines: Sequence[Line]) -> Iterator[str]:
    """The folded sentences of lines, a label alone with its value."""
    for line in lines:
        if line.label == line.text and line.value:
            yield f"{line.plain}: {fold_in_place(line.value)}"
        else:
            yield from (line.plain[start:end] for start, end in line.sentences())


def _narrow(kind: Kind, said: str) -> Kind:
    """What is bought may make a call for offers one for advice or for an appraisal."""
    if kind is Kind.AUCTION or not (_APPRAISAL.search(said) or _ADVICE.search(said)):
        return kind
    return Kind.PRICE_APPRAISAL if _APPRAISAL.search(said) else Kind.CONSULTANT_SELECTION


def competes(lines: Sequence[Line]) -> bool:
    """Whether a text says that firms compete for it with offers, as the law's short tender has it."""
    return any(_COMPETES.search(line.plain) for line in lines[:_HEAD_LINES])
