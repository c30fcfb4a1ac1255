"""Whether an article is a procurement notice and what it announces, judged by its own title and body alone."""

import re
from dataclasses import dataclass

from crawler.extract.act import ACTS, Act
from crawler.extract.cue import Found
from crawler.extract.folding import fold_in_place
from crawler.extract.label import Concept, parse_label
from crawler.extract.line import Line, parse_lines
from crawler.extract.organization import find_names
from timthau.model import NoticeKind as Kind
from timthau.text import collapse_spaces

# What may stand before the act of a title: document names, numbers, dates, "về việc", agencies' names (taken out before).
_LEAD = re.compile(
    r"(?:[^a-z]|\d+[a-z]{0,6}|thong bao|thong tin|thu|giay|cong van|quyet dinh|to trinh|v/v|vv|ve|viec|cong khai|cong bo"
    r"|dang tai|tham gia|to chuc|phe duyet|ban hanh|moi|so|lan|ngay|thang|nam|kinh gui|va|cua|tb|bdt|khan|moi nhat|ban"
    r"|tin|ra|chi tiet|(?:dang )?co nhu cau|kinh|tran trong|dang|can|xin|chuan bi|du kien|tien hanh|se|hien nay|hien tai|tiep tuc|lai|bo sung|quy|[a-z]{1,8}(?:-[a-z0-9]{1,12}){1,3}|qd|cv|tm|thong cao)*"
)
_DOCUMENT = re.compile(
    r"\b(?:thong bao|thu|giay|cong van|quyet dinh|to trinh|v/v|ve viec|cong khai|cong bo|kinh gui|tb|qd|ngay)\b"
)
# "(gia hạn)", "- Đính chính", "(đã hủy)" behind a call's own title.
_ADDED = re.compile(
    r"(?:[(\[]\s?|-\s)(?:da |thong bao )?(gia han|dinh chinh|dieu chinh|sua doi|lui|huy)\b[^)\]]{0,40}[)\]]?\s*\.?$"
)
_QUESTION = re.compile(
    r"\?\s*$|\bla gi\b|\bnhu the nao\b|\bra sao\b|\bbao nhieu\b|\btai sao\b|\bvi sao\b|\bco duoc\b.{0,80}\bkhong\b|^\W*bao cao\b"
)
# How newspapers title: sums, winners, speed, judgement. Notices name none of these in a title.
_HEADLINE = re.compile(
    r"\d\s?(?:ty|trieu)(?: dong|\b)|\btram ty\b|\bnghin ty\b|\bnha thau\b.{0,40}\b(?:trung|truot|duy nhat|quen)\b"
    r"|\bda tim duoc\b|\blo dien\b|\bhang loat\b|\bgap kho\b|\bphan anh\b|\bkien nghi\b|\bsap (?:dau|moi|mo)\b|\bchi 1\b"
    r"|\btiet kiem\b|\bthao go\b|\bvuong mac\b|\bruc rich\b|\bban re\b|\brao ban\b|\btrung goi\b|\bdoi thu\b"
)
# How they write: hearsay, quotes, reports of what went on.
_NARRATIVE = re.compile(
    r"\btheo (?:tim hieu|ghi nhan|nguon tin|bien ban mo|phong vien|bao cao|thong tin tu|ket qua mo|do,|ong|ba|dai dien)\b"
    r"|\bduoc biet\b|\bphong vien\b|\btrao doi voi\b|\bcho biet\b|\bcho rang\b|\bchia se\b|\banh minh hoa\b|\bphan anh\b"
    r"|\bdu luan\b|\btham du (?:buoi|le)\b|\bda (?:tien hanh|dien ra)\b|\bsang nay\b|\bchieu nay\b|\bnhan dinh\b|\bnha dau tu nay\b"
    r"|\bvua (?:mo|thong bao|phe duyet|cong bo|dang tai|phat hanh)\b|\btruoc do\b|\bcung ky\b|\bdong thoi la\b|\btung trung\b"
)
_SALES = re.compile(
    r"\bquy khach\b|\bdien (?:day du )?(?:thong tin|vao form|form|bieu mau)|\bchung toi se (?:lien he|gui|phan hoi|tu van)"
    r"|\bgio hang\b|\bdat hang\b|\bnhan ngay bao gia\b|\bde nhan bao gia\b|\bnhan bao gia (?:ngay|mien phi|tot|nhanh)\b|\bmien phi\b|\bgia re\b|\bsan pham cua chung toi\b|\bkhuyen mai\b|\bhotline\b"
)
_INVITATION = re.compile(
    r"\bkinh (?:moi|de nghi)\b|\bmoi (?:cac |quy )?(?:to chuc|ca nhan|don vi|nha thau|nha cung cap|cong ty|hang|doanh nghiep)"
    r"|\bde nghi (?:cac |quy )?(?:cong ty|don vi|nha|hang|co so|doanh nghiep)|\bco nhu cau (?:tiep nhan|mua|lay|can|thue|lua chon|bao)"
    r"|\b(?:xin )?thong bao (?:den|toi|moi|ve viec|gia han|huy|lua chon|cong khai|ket qua|dau gia|ban)|\buy quyen\b|\bcan (?:lua )?chon\b"
    r"|\bcong khai (?:ket qua|ke hoach)|\bphe duyet (?:ket qua|ke hoach|du toan)|\bkinh gui\b"
)
_PROCUREMENT = re.compile(
    r"\bthau\b|\bbao gia\b|\bchao gia\b|\bchao hang\b|\bdau gia\b|\bmua sam\b|hsmt\b|\bnha cung cap\b|\btbmt\b|\bycbg\b"
)
_GUIDE_TITLE = re.compile(
    r"^\W*(?:(?:bai viet|video|thong bao)\s)?(?:huong dan|cach|cac buoc|instructions?|how to|guide)\b"
)
_GUIDE_TOPIC = re.compile(
    r"\b(?:vssid|vneid|dinh danh dien tu|dinh danh muc|bhxh so|bao hiem xa hoi so|so bhxh|the bhyt dien tu)\b"
)
_GUIDE_STEP = re.compile(
    r"\b(?:dang nhap|dang ky|cai dat|kich hoat|mat khau|cap lai|tra cuu|lien ket|tai khoan|ung dung|buoc \d|cap nhat|passcode)\b"
)

_BREAK = re.compile(r":\s|\s-\s|\(|\|")
_CALLS = frozenset(
    (
        Kind.REQUEST_FOR_QUOTATION,
        Kind.INVITATION_TO_TENDER,
        Kind.CONSULTANT_SELECTION,
        Kind.PRICE_APPRAISAL,
        Kind.AUCTION,
    )
)
# Concepts that papers other than notices label too.
_COMMON = frozenset({Concept.CONTACT, Concept.PUBLISHED, Concept.METHOD, Concept.UNIT})
# Labels that count even without a colon when they begin a line: newspapers print notices of auctions so.
_BARE = frozenset({Concept.SALE, Concept.SECURITY, Concept.VIEWING})
_CARD = frozenset(
    {Concept.PORTAL, Concept.REQUESTER, Concept.PROJECT_OWNER, Concept.DEADLINE, Concept.METHOD, Concept.PUBLISHED}
)
_HEAD_LINES = 15
_SURE, _LIKELY = 2, 1  # pieces of evidence


@dataclass(frozen=True)
class _Body:
    """What the text below a title says for and against a notice."""

    lines: tuple[Line, ...]
    concepts: frozenset[Concept]
    invites: bool
    narrates: int
    sells: int

    @property
    def evidence(self) -> int:
        return len(self.concepts - _COMMON) + self.invites


def classify(title: str, text: str) -> Kind | None:
    """The kind of notice that an article is; None for any other page.

    The first act named in the title decides. News, hiring, law, guides and sales forms are refused; words such as
    "đấu giá" alone count only above the particulars of a notice. A title that says nothing leaves it to the body.
    """
    title = collapse_spaces(title.replace("_", " "))
    if is_guide(title, text):
        return None
    body = _read_body(title, text)
    if card := _classify_card(body):
        return card
    plain = fold_in_place(title)
    if _QUESTION.search(plain):
        return None
    added = _ADDED.search(plain)
    acts = _find_acts(title, plain)
    chosen = _choose(acts, title)
    if chosen is None:
        return _classify_body(body)
    act, led = chosen
    if act.kind is None or not _is_believed(act, led, plain, body):
        return None
    if added:
        return Kind.CANCELLATION if added[1] == "huy" else Kind.AMENDMENT
    if act.kind is Kind.OTHER and not act.alone:
        return _classify_body(body) or Kind.OTHER
    return _refine(act.kind, plain, body)


def is_guide(title: str, text: str) -> bool:
    """Whether an article tells people how to do something: log in to VssID, book an appointment, send in a form."""
    plain = fold_in_place(collapse_spaces(title))
    if _GUIDE_TITLE.match(plain):
        return True
    if not _GUIDE_TOPIC.search(plain):
        head = fold_in_place(text[:1500])
        return bool(
            re.search(r"\b(?:vssid|vneid)\b", head) and _GUIDE_STEP.search(plain) and not _PROCUREMENT.search(plain)
        )
    return not _PROCUREMENT.search(plain)


def _read_body(title: str, text: str) -> _Body:
    """The body without the title, which many pages repeat above it."""
    said = collapse_spaces(fold_in_place(title)).strip(" .")
    lines = tuple(line for line in parse_lines(text) if collapse_spaces(line.plain).strip(" .") != said)
    concepts = {line.concept for line in lines if line.concept}
    concepts |= {concept for line in lines if not line.concept and (concept := _bare_concept(line))}
    plain = "\n".join(line.plain for line in lines)[:8000]
    return _Body(
        lines=lines,
        concepts=frozenset(concepts),
        invites=_INVITATION.search(plain[:4000]) is not None,
        narrates=len({match[0] for match in _NARRATIVE.finditer(plain)}),
        sells=len({match[0] for match in _SALES.finditer(plain)}),
    )


def _bare_concept(line: Line) -> Concept | None:
    concept = parse_label(line.text[:60])
    return concept if concept in _BARE else None


def _classify_card(body: _Body) -> Kind | None:
    """Cards of the national portal name the package alone; their fields tell what they are."""
    if len(body.concepts & _CARD) < 4 or Concept.PORTAL not in body.concepts:
        return None
    states = " ".join(line.plain for line in body.lines[:40] if len(line.text) < 60)
    if re.search(r"\bda huy\b|\bhuy thau\b|\bhuy tbmt\b", states):
        return Kind.CANCELLATION
    return Kind.INVITATION_TO_TENDER


def _find_acts(title: str, plain: str) -> list[Found[Act]]:
    """The acts of a title, without words that belong to an agency's name ("Công ty Đấu giá …")."""
    names = list(find_names(title))
    return [
        found
        for found in ACTS.find(title, plain)
        if not any(name.start <= found.start and found.end <= name.end for name in names)
    ]


def _choose(acts: list[Found[Act]], title: str) -> tuple[Act, bool] | None:
    """The act that counts, and whether the title leads up to it.

    The first is it, but a mere word of the field ("mua sắm", "đấu giá") gives way to a plain act behind it, and only
    calls may stand behind other words: "mua thuốc trong khi chờ kết quả đấu thầu" announces no result.
    """
    rated = [(found.role, _is_led(title, found)) for found in acts]
    if rated and rated[0][0].kind is None:
        return rated[0]
    for act, led in rated:
        if led or (act.alone and act.kind in _CALLS):
            return act, led
    return rated[0] if rated and not rated[0][0].alone else None


def _is_led(title: str, found: Found[Act]) -> bool:
    """Whether only lead words stand before an act, from the title's beginning or from a colon or dash on.

    A word of the field also needs a document's name there.
    """
    before = list(title[: found.start])
    for name in find_names(title[: found.start]):
        before[name.start : name.end] = " " * (name.end - name.start)
    plain = fold_in_place("".join(before))
    if not found.role.alone:
        return _LEAD.fullmatch(plain) is not None and _DOCUMENT.search(plain) is not None
    return _LEAD.fullmatch(plain) is not None or _LEAD.fullmatch(_BREAK.split(plain)[-1]) is not None


def _is_believed(act: Act, led: bool, plain_title: str, body: _Body) -> bool:
    """Whether an act in a title makes a notice, given what stands below it."""
    news = body.narrates + 2 * (_HEADLINE.search(plain_title) is not None)
    if act.kind in (Kind.AMENDMENT, Kind.CANCELLATION) and not _PROCUREMENT.search(plain_title):
        return body.evidence >= _SURE and any(_PROCUREMENT.search(line.plain) for line in body.lines[:_HEAD_LINES])
    if act.kind is Kind.REQUEST_FOR_QUOTATION and (body.sells or _is_bare_form(plain_title)):
        return body.evidence >= _SURE
    if news >= 2:
        return len(body.concepts - _COMMON) >= _SURE + (act.alone is False)
    if led:
        return True
    if not body.lines:
        return True
    return body.evidence >= (_LIKELY if act.alone else _SURE)


def _is_bare_form(plain_title: str) -> bool:
    """The title "Yêu cầu báo giá" with nothing behind it heads companies' sales forms as well."""
    return re.fullmatch(r"\W*(?:(?:gui )?yeu cau|nhan|dang ky)(?: nhan)? bao gia\W*", plain_title) is not None


def _classify_body(body: _Body) -> Kind | None:
    """For a title that says nothing, such as "Thông báo": the first heading or sentence with an act decides."""
    for number, line in enumerate(body.lines[:_HEAD_LINES]):
        head = line.text[:300]
        chosen = _choose(_find_acts(head, line.plain[:300]), head)
        if chosen is None:
            continue
        act, led = chosen
        if act.kind is None and number < 4:
            return None
        if act.kind is None or (act.alone is False and not led):
            continue
        evidence = body.evidence + (_INVITATION.search(line.plain) is not None)
        if body.narrates < 2 and not body.sells and evidence >= (_LIKELY if led else _SURE):
            return _refine(act.kind, line.plain, body)
    return None


def _refine(kind: Kind, plain_title: str, body: _Body) -> Kind:
    """Kinds that the words of a title leave open."""
    head = plain_title + " " + " ".join(line.plain for line in body.lines[:3])[:600]
    if kind is Kind.CONSULTANT_SELECTION and "tu van" not in head:
        return Kind.INVITATION_TO_TENDER
    if kind in (Kind.REQUEST_FOR_QUOTATION, Kind.INVITATION_TO_TENDER):
        for line in body.lines[:3]:
            change = re.search(r"\bthong bao(?: ve viec| v/v)? (gia han|dinh chinh|huy)\b", line.plain[:400])
            if change:
                return Kind.CANCELLATION if change[1] == "huy" else Kind.AMENDMENT
    return kind
