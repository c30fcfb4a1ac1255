"""The ways in which offers may be handed in."""

import re
from enum import StrEnum

from crawler.extract.text.cue import Cue, CueTable
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.passage import FoldedPassage


class Method(StrEnum):
    """A way to hand an offer in."""

    DIRECT = "direct"
    POST = "post"
    EMAIL = "email"
    EGP = "egp"


METHODS: CueTable[Method] = CueTable(
    Cue(Method.DIRECT, r"khong qua mang", "không qua mạng"),
    Cue(
        Method.EGP,
        r"qua mang|he thong mang( dau thau)?|muasamcong|e-hsdt|hsdt dien tu|cong thong tin dau thau",
        "qua mạng",
    ),
    Cue(
        Method.EMAIL,
        r"(qua |bang |dia chi |hoac |ban mem )?(e-?mail|gmail|thu dien tu|hop thu|mail|\w[\w.-]{0,60}@\w+)",
        "qua email",
    ),
    Cue(
        Method.POST,
        r"(qua |bang )?(duong )?(buu dien|buu chinh(?! vien thong)|chuyen phat)|duong cong van|gui thu",
        "qua đường bưu điện",
    ),
    Cue(
        Method.DIRECT,
        r"truc tiep(?! bao| tai website)|tai (phong|khoa|van thu|bo phan|tru so|van phong|trung tam|hoi truong|to|ban"
        r"|kho)|(dia diem|noi|dia chi) (tiep )?(nhan|nop)[^:]{0,40}:\s?(?!http|www|muasam|he thong|\S{0,40}@)|nop tai"
        r"|(nop|gui|nhan) (ho so tai)( dia chi| phong)?",
        "nhận trực tiếp tại phòng",
    ),
)
# "Gửi báo giá về Phòng Vật tư": by hand, unless the letter says that the post brings it.
_TO_DESK = re.compile(
    r"\b(?:ve|den|toi|dia chi|nhan|gui|tai):?\s(?:phong|khoa|ban|to|bo phan|van thu|van phong|trung tam|doanh nghiep"
    r"|benh vien"
    r"|truong|so|vien|tru so|cong ty|nha thuoc|dia chi(?! e?-?mail| web| http))\b(?! dien tu)"
)
# Lines that tell how offers come in, apart from those under such a label.
_HANDING_IN = re.compile(
    r"(?:nop|nhan|gui|tiep nhan|thu|ban) (?:\w+ ){0,4}?(?:bao gia|bang gia|chao gia|chao phi|ho so|hsdt|e-hsdt|hsdx"
    r"|phieu|don)\b|ho so phat hanh|(?:ho so|bao gia|chao gia|phieu|don|thu)\b[^.;]{0,80} (?:nop|gui|nhan)\b"
    r"|hinh thuc (?:du thau|gui|nop)|(?:qua|bang) (?:e-?mail|thu dien tu|duong buu dien)|nop truc tiep"
    r"|\bdang ky\b[^;:]{0,100} tai\b|\b(?:nhan|nop|gui) (?:tai|ve|qua|toi|den)\b"
)
# "Hình thức lựa chọn nhà thầu: Đấu thầu rộng rãi qua mạng".
_ONLINE = re.compile(
    r"^(?:hinh thuc|phuong thuc)[^.;]{0,100} (?<!khong )qua mang\b|\b(?:du|dau) thau(?: rong rai)?,? qua mang\b"
    r"|\be-tbmt\b"
)
_PLACE_LABEL = re.compile(r"(?:dia diem|noi|dia chi)(?: nhan| nop| tiep nhan)?\s?$")
_WINDOWS = frozenset({Concept.DEADLINE, Concept.SALE})
# As written: "đăng tải" is no "tại".
_PLACE = re.compile(r"\btại\b|\btrụ sở\b|\bvăn phòng\b|\bđịa chỉ\b")


def parse_methods(passage: FoldedPassage, *, auction: bool = False) -> tuple[str, ...]:
    """The ways a notice allows, in the order direct, post, email, egp.

    With `auction`, papers that are sold or taken in at all are handed over in person unless something else is said.
    """
    found: set[Method] = set()
    hands_over = to_desk = False
    for line in passage.lines:
        if line.section is Concept.METHOD or _HANDING_IN.search(line.plain):
            found |= {cue.role for cue in METHODS.find(line.text, line.plain)}
            hands_over |= line.section in _WINDOWS or _is_desk(line)
            to_desk |= _TO_DESK.search(line.plain) is not None
        elif line.section in _WINDOWS:
            to_desk |= _PLACE_LABEL.match(fold_in_place(line.label)) is not None or _is_desk(line)
        if _ONLINE.search(line.plain):
            found.add(Method.EGP)
    if Method.POST not in found and Method.EGP not in found and (to_desk or (auction and hands_over and not found)):
        found.add(Method.DIRECT)
    return tuple(str(method) for method in Method if method in found)


def _is_desk(line: Line) -> bool:
    return _PLACE.search(line.text.lower()) is not None
