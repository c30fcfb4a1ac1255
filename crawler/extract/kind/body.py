"""What the text below a title says for and against a notice."""

import re
from dataclasses import dataclass

from crawler.extract.kind.genre import count_narrative, count_sales, is_abroad, is_headline, is_procedure, names_sum
from crawler.extract.text.label import Concept, parse_label
from crawler.extract.text.line import Line
from crawler.extract.text.organization import SELLERS
from crawler.extract.text.passage import FoldedPassage
from timthau.text.fold import collapse_spaces

# All patterns read folded text.
# How a notice turns to its readers or says what it does.
_INVITATION = re.compile(
    r"\bkinh (?:moi|de nghi|gui)\b|\bphat hanh (?:e-)?(?:ho so|hsmt|hsyc)"
    r"|\buy quyen\b|\bcan (?:lua )?chon\b|\bmoi (?:cac |quy )?(?:to chuc|ca nhan|don vi"
    r"|nha thau|nha cung cap|cong ty|hang|doanh nghiep)|\bde nghi (?:cac |quy )?(?:cong ty|don vi|nha|hang|co so"
    r"|doanh nghiep)|\b(?:(?:de nghi|tiep tuc|kinh) moi|de nghi) (?:bao|chao) gia\b|\bco nhu cau"
    r" (?:tiep nhan|mua|lay|can|thue|lua chon|bao)|\bthong bao (?:den|toi|moi|ve viec"
    r"|gia han|huy|lua chon|cong khai|ket qua|danh sach|dau gia|ban)|\bcong (?:khai|bo) (?:ket qua|ke hoach)"
    r"|\bphe duyet (?:ket qua|ke hoach|du toan)"
    r"|\b(?:de nghi|vui long|xin) (?:gui|nop|cung cap)\b(?![^.]{0,80}\bquy khach\b)"
    r"|\btim (?:cac )?(?:nha thau|nha cung cap|doi tac)\b"
    r"|\b(?:invites?|inviting|are invited to) (?:[a-z]+ ){0,4}(?:bids?|bidders|tender(?:s|ers)?|proposals?|quotations?"
    r"|suppliers|contractors|submit|quote)\b"
)
# The head of an official letter: its number, the State's name.
_LETTER = re.compile(r"(?:^so\s?|\bso\s?[:.]\s?)\d{1,5}\s?/\s?[a-z]|cong hoa xa hoi chu nghia")
# Prose that says until when, and at what price.
_HANDS_IN = re.compile(
    r"\b(?:(?:nop|gui|nhan|dang ky)\b|(?:bao|chao) gia (?=truoc|cham nhat))(?:[^.;\n]|\.(?=\d)){0,120}\b(?:truoc|den"
    r"|cham nhat|han)\b"
    r"[^.;\n]{0,40}\d\s?[/.-]\s?\d"
)
_PRICED = re.compile(r"\bgia\b[^.;:\n]{0,20}\b(?:khoi diem|ban|toi thieu|tran|san|goi thau)\b[^.;\n]{0,30}\d")
_STARTS_AT = re.compile(r"(?:tong )?gia (?:khoi diem|ban|trung)\b[^:]{0,40}:\s?[^.;]{0,60}\d")
# Concepts that papers other than notices label too.
_COMMON = frozenset({Concept.CONTACT, Concept.PUBLISHED, Concept.METHOD, Concept.UNIT})
# Labels that count even without a colon when they begin a line: newspapers print notices of auctions so.
_BARE = frozenset({Concept.SALE, Concept.SECURITY, Concept.VIEWING})
_BARE_START = re.compile(r"(?:ho so|ban|mua|phat hanh|tien|nop|thu|buoc gia|xem|dang ky|thoi (?:gian|han))\b")
_HEAD_LINES = 15
_QUESTIONS = 2  # lines that ask: answers to buyers' questions ask as well, but one
_NEWS = 2  # turns of journalism; a headline counts as two
_LETTERHEAD = 12  # lines, in which a paper says what it is
_MINUTES = re.compile(r"\W*bien ban\b(?! (?:mo (?:thau|ho so)|nghiem thu|thanh ly|ban giao|vi pham|ghi nho)\b)")
_CHOOSES = re.compile(
    r"\b(?:thong nhat|nhat tri|quyet dinh|dong y|de nghi)\b[^.;]{0,60}\b(?:lua chon|chon)\b(?: don vi[^.;:]{0,30} la)?"
    rf"(?: (?:nha thau|don vi|nha cung cap|bao gia cua|la|trung thau))* \b(?:{SELLERS}|trung tam\b)"
)
# The head of a table of winners, its prices, and a company in a row.
_WINNERS = re.compile(
    r"(?:^|\| )(?:ten )?(?:nha thau|don vi|nha cung cap|cong ty)(?: duoc)? (?:trung|(?:lua )?chon)\b[^|]{0,30}(?:\||$)"
)
_PRICES = re.compile(r"\| ?(?:don gia|gia(?: tri)? trung|gia trung|thanh tien|gia tri)\b")
_COMPANY_CELL = re.compile(rf"(?:^|\| ){SELLERS}")


@dataclass(frozen=True)
class Body:
    """What the text below a title says for and against a notice."""

    lines: tuple[Line, ...]
    concepts: frozenset[Concept]
    invites: bool
    letter: bool
    narrates: int
    sells: int
    hands_in: bool
    explains: bool

    @property
    def evidence(self) -> int:
        """How many pieces there are for a notice: telling labels, an invitation, a letter's head, until when."""
        return len(self.particulars) + self.invites + self.letter + self.hands_in

    @property
    def particulars(self) -> frozenset[Concept]:
        """What its labels announce, without those that any paper has."""
        return self.concepts - _COMMON

    @property
    def head(self) -> tuple[Line, ...]:
        """The lines that may say what the page is."""
        return self.lines[:_HEAD_LINES]

    def is_news(self) -> bool:
        """Whether a journalist tells of it."""
        return self.narrates >= _NEWS

    def is_offer(self) -> bool:
        """Whether running text says both until when to hand in and at what price, or a label does what it starts at.

        Never a journalist's.
        """
        plain = "\n".join(line.plain for line in self.head)
        priced = any(_STARTS_AT.match(line.plain) for line in self.head)
        return not self.is_news() and (priced or bool(_HANDS_IN.search(plain) and _PRICED.search(plain)))

    def is_choice(self, plain_title: str) -> bool:
        """Whether it is the minutes of a meeting that chose a company, or has a table of winners."""
        heads = (plain_title, *(line.plain for line in self.lines[:_LETTERHEAD]))
        chosen = any(_CHOOSES.search(line.plain) for line in self.lines)
        minutes = chosen and any(map(_MINUTES.match, heads))
        return (minutes or self._lists_winners()) and not self.is_news()

    def _lists_winners(self) -> bool:
        """Whether a table has a column of winners, with companies in its rows, and one of prices."""
        rows = [line.plain for line in self.lines if line.text.count(" | ") > 1]
        heads = [row for row in rows if _WINNERS.search(row) and _PRICES.search(row)]
        return bool(heads) and any(map(_COMPANY_CELL.search, rows))

    def is_agency_calling(self) -> bool:
        """Whether the first lines begin with a public body, and the text turns to readers as notices do."""
        return self.invites and any(
            name.start == 0 and not name.is_company() for line in self.lines[:4] for name in line.names[:1]
        )


def read_body(title: FoldedPassage, body: FoldedPassage) -> Body:
    """The body without the title, which many pages repeat above it."""
    said = collapse_spaces(title.plain).strip(" .")
    lines = tuple(line for line in body.lines if collapse_spaces(line.plain).strip(" .") != said)
    concepts = {line.concept for line in lines if line.concept}
    concepts |= {concept for line in lines if not line.concept and (concept := _bare_concept(line))}
    plain = "\n".join(line.plain for line in lines)[:8000]
    narrates = count_narrative(plain)
    hands_in = _HANDS_IN.search(plain[:4000]) is not None
    priced = names_sum(title.text) and (narrates > 0 or not (hands_in or Concept.DEADLINE in concepts))
    told = priced or is_headline(title.text) or is_abroad(title.text, body.text[:1500])
    return Body(
        lines=lines,
        concepts=frozenset(concepts),
        invites=is_inviting(plain[:4000]),
        letter=any(_LETTER.search(line.plain) for line in lines[:_HEAD_LINES]),
        narrates=narrates + _NEWS * told,
        sells=count_sales(plain),
        hands_in=hands_in,
        explains=is_procedure(plain) or sum(line.text.endswith("?") for line in lines) >= _QUESTIONS,
    )


def is_inviting(plain: str) -> bool:
    """Whether folded text turns to readers as notices do, or says that something is announced."""
    return _INVITATION.search(plain) is not None


def _bare_concept(line: Line) -> Concept | None:
    concept = parse_label(line.text[:60]) if _BARE_START.match(line.plain) else None
    return concept if concept in _BARE else None
