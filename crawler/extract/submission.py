"""The ways in which offers may be handed in."""

import re
from enum import StrEnum

from crawler.extract.cue import Cue, CueTable
from crawler.extract.label import Concept
from crawler.extract.line import Line, parse_lines


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
    Cue(Method.EMAIL, r"(qua |bang |dia chi |hoac |ban mem )?(e-?mail|gmail|thu dien tu|hop thu|mail)", "qua email"),
    Cue(
        Method.POST,
        r"(qua |bang )?(duong )?(buu dien|buu chinh|chuyen phat)|duong cong van|gui thu",
        "qua đường bưu điện",
    ),
    Cue(
        Method.DIRECT,
        r"truc tiep(?! bao| tai website)|tai (phong|khoa|van thu|bo phan|tru so|van phong|trung tam|hoi truong|to|ban"
        r"|kho)|(dia diem|noi|dia chi) (tiep )?(nhan|nop)[^:]{0,40}:\s?(?!http|www|muasam|he thong|\S{0,40}@)|nop tai"
        r"|(nop|gui|nhan) (ve|ho so tai)( dia chi| phong)?",
        "nhận trực tiếp tại phòng",
    ),
)
# Lines that tell how offers come in, apart from those under such a label.
_HANDING_IN = re.compile(
    r"(?:nop|nhan|gui|tiep nhan|thu|ban) (?:\w+ ){0,4}?(?:bao gia|chao gia|ho so|hsdt|e-hsdt|hsdx|phieu)"
    r"|ho so phat hanh|ho so[^.;]{0,20} (?:nop|gui|nhan)\b|hinh thuc du thau|(?:qua|bang) (?:e-?mail|thu dien tu"
    r"|duong buu dien)|nop truc tiep"
)
_ADDRESSES = frozenset({Concept.METHOD, Concept.DEADLINE, Concept.SALE})
_PLACE = re.compile(r"\btai\b|\btru so\b|\bvan phong\b|\bdia chi\b")


def parse_methods(text: str, *, auction: bool = False) -> tuple[str, ...]:
    """The ways a notice allows, in the order direct, post, email, egp.

    With `auction`, papers that are sold or taken in at all are handed over in person unless something else is said.
    """
    found: set[Method] = set()
    hands_over = False
    for line in parse_lines(text):
        if line.section is Concept.METHOD or _HANDING_IN.search(line.plain):
            found |= {cue.role for cue in METHODS.find(line.text, line.plain)}
            hands_over |= line.section in (Concept.DEADLINE, Concept.SALE) or _is_desk(line)
    if auction and hands_over and not found:
        found.add(Method.DIRECT)
    return tuple(str(method) for method in Method if method in found)


def _is_desk(line: Line) -> bool:
    return _PLACE.search(line.plain) is not None
