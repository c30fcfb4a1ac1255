"""Whether an article is a procurement notice and what it announces, judged by its own title and body alone."""

import re
from collections.abc import Iterator, Sequence

from crawler.extract.kind.act import ACTS, DOERS, Act
from crawler.extract.kind.body import Body, is_inviting, read_body
from crawler.extract.kind.call import competes, find_call
from crawler.extract.kind.genre import is_guide, is_headline, is_question, names_sum, speaks_of_procurement
from crawler.extract.text.cue import CueMatch
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import NoticeKind as Kind
from timthau.text.fold import collapse_spaces, nfc

# What may stand before the act of a title: documents, "về việc", politeness. Agencies' names are taken out first.
_LEADS = frozenset(
    "thong bao tin thu giay cong van quyet dinh to trinh v/v vv ve viec khai bo dang tai tham gia chuc phe duyet ban"
    " hanh moi so lan ngay thang nam kinh gui va cua tb bdt khan nhat ra chi tiet co nhu cau tran trong can xin chuan"
    " bi du kien danh sach cac tt gm tm tien se hien nay tiep tuc lai sung quy qd cv tm cao bang tong hop bien"
    " phu luc kem theo phieu".split()
)
_WORD = re.compile(r"[a-z0-9][a-z0-9/&.-]*")
_DOCUMENT = re.compile(
    r"\b(?:thong bao|thu|giay|cong van|quyet dinh|to trinh|v/v|ve viec|cong khai|cong bo|kinh gui|tb|qd|tt|tm|gm"
    r"|ngay|bang)\b"
)
# "(gia hạn)", "- Đính chính", "(đã hủy)" behind a call's own title.
_ADDED = re.compile(
    r"(?:[(\[]\s?|-\s)(?:da |thong bao )?(gia han|dinh chinh|dieu chinh|sua doi|lui"
    r"|huy(?! (?:thong bao|thu moi)[^)\]]{0,20} (?:truoc|cu|lan)))\b[^)\]]{0,40}[)\]]?\s*\.?$"
)
# "Yêu cầu báo giá (sửa đổi) gói hóa chất".
_ASIDE = re.compile(r"\((?:da |thong bao )?(gia han|dinh chinh|dieu chinh|sua doi|huy)(?: lan \w{1,5})?\)")
# "[Gia hạn] Thư mời …", "ĐÍNH CHÍNH: Thông báo …", "(Hủy) …" before it.
_TAGGED = re.compile(r"^\W*(gia han|dinh chinh|dieu chinh|huy|tam dung)(?:\s\(?lan \w{1,5}\)?)?\s?[)\]:|-]+\s?(?=\w)")
# "Tiếp tục nhận báo giá và gia hạn thời gian".
_EXTENDED = re.compile(r"\bva (gia han) (?:them )?(?:thoi (?:gian|han)|han|nop|nhan)\b")
# "Phụ lục thư mời báo giá … điều chỉnh".
_ANNEXED = re.compile(r"^\W*phu luc\b[^:;]{0,160}\b(gia han|dinh chinh|dieu chinh|sua doi)\b(?! hop dong)")
_CHANGED_BESIDE = (_TAGGED, _ADDED, _ASIDE, _EXTENDED, _ANNEXED)
# "Thời gian nhận báo giá được kéo dài thêm 05 ngày".
_LENGTHENED = re.compile(
    r"\b(?:thoi (?:gian|han|diem)|han)\b[^:;]{0,20} (?:nhan|nop|dong|chao|bao)\b[^:;]{0,80}"
    r" (?:duoc |se )*(?:keo dai|gia han|lui|doi|thay doi|dieu chinh)\b"
)
_ANNOUNCED_CHANGE = re.compile(r"\bthong bao(?: ve viec| v/v)? (gia han|dinh chinh|huy)\b(?! dong)")
# "Lựa chọn nhà thầu in lịch" leaves open what the firms are to send.
_VAGUE_CALL = re.compile(
    rf"(?<!ke hoach )(?<!ket qua )\b(?:lua chon|chon|tim) (?:cac )?(?:nha thau (?!tu van)|{DOERS})"
)
# What else a title says makes its kind another one.
_NARROWED = (
    # "… báo giá thẩm định giá": the appraisal is bought, it is not what the prices are for.
    (
        Kind.REQUEST_FOR_QUOTATION,
        re.compile(r"(?<!phuc vu )(?<!phuc vu cong tac )(?<!de )(?<!lam co so )\btham dinh gia\b"),
        Kind.PRICE_APPRAISAL,
    ),
    # "Có nhu cầu thuê tư vấn": who asks for prices alone asks for no more.
    (
        Kind.REQUEST_FOR_QUOTATION,
        re.compile(r"^(?!.*\b(?:bao|chao) gia\b).*\b(?:can|nhu cau) thue(?: \w+){0,3} tu van\b"),
        Kind.CONSULTANT_SELECTION,
    ),
    (
        Kind.REQUEST_FOR_QUOTATION,
        re.compile(r"^\W*(?:thong bao (?:ve viec |v/v )?)?ban (?:thanh ly|tai san|phe lieu)\b"),
        Kind.AUCTION,
    ),
    (
        Kind.INVITATION_TO_TENDER,
        re.compile(r"\bban (?:dau gia )?(?:thanh ly|tai san|phe lieu|cay|go|xe)\b"),
        Kind.AUCTION,
    ),
    (
        Kind.REQUEST_FOR_QUOTATION,
        re.compile(r"\bchao gia canh tranh\b[^.;:]{0,20}\b(?:thanh ly|phe lieu|vat tu thu hoi)\b"),
        Kind.AUCTION,
    ),
    # "Mời nộp hồ sơ tham gia gói tư vấn …": no bids are spoken of.
    (
        Kind.INVITATION_TO_TENDER,
        re.compile(r"^(?!.*\b(?:thau|hsmt|hsdt|hsyc|tbmt)\b).*\b(?:nop ho so|tham gia)\b[^.;:]{0,30}\btu van\b"),
        Kind.CONSULTANT_SELECTION,
    ),
    (
        Kind.OTHER,
        re.compile(r"\b(?:hinh thuc|phuong thuc|thong qua|bang|cong khai) (?:ban )?dau gia\b"),
        Kind.AUCTION,
    ),
)
_ASKS_PRICES = re.compile(r"\b(?:bao|bang|chao) gia\b")
# "Mời chào hàng", "cần thuê nhà thầu": whether prices or bids are wanted is said below.
_OPEN_TO_BIDS = re.compile(r"\bchao hang\b|\bnha thau\b")
_ASKS_BIDS = re.compile(r"\b(?:ho so|hsdt|e-hsdt|hsmt|moi thau|dau thau|ket qua|ke hoach)\b")
# "Viện đã chọn Công ty A là đơn vị cung cấp": a call of the same title has been answered.
_CHOSEN = re.compile(
    r"\bda (?:\w+ ){0,3}?(?:lua )?chon (?:duoc )?(?:nha thau |don vi |nha cung cap )?"
    r"(?:(?:tong )?cong ty|lien danh|doanh nghiep|hop tac xa|ho kinh doanh|cua hang|chi nhanh)\b"
    r"[^.;]{1,120}\b(?:(?:la|lam) (?:don vi|nha thau|nha cung cap|doi tac)|trung)\b"
)
# Who lets to the highest bidder holds an auction, whatever the title calls it.
_LETS = re.compile(r"\b(?:cho|moi) thue\b")
_STARTS_AT = re.compile(r"\bgia khoi diem\b|\bdau gia (?:cho thue|quyen)\b")
_BREAK = re.compile(r":\s|\s-\s|\(|\|")
# What may stand before a word of the field that heads a letter: "Thông tin mua sắm …", "Danh mục hàng hóa cần báo giá".
_OPENING = re.compile(r"\W*(?:thong tin |(?:bang |phu luc )?danh muc [\w, /-]{0,60})?\W*")
_CALLS = frozenset(
    (
        Kind.REQUEST_FOR_QUOTATION,
        Kind.INVITATION_TO_TENDER,
        Kind.CONSULTANT_SELECTION,
        Kind.PRICE_APPRAISAL,
        Kind.AUCTION,
    )
)
_CHANGES = frozenset({Kind.AMENDMENT, Kind.CANCELLATION})
_CARD = frozenset(
    {Concept.PORTAL, Concept.REQUESTER, Concept.PROJECT_OWNER, Concept.DEADLINE, Concept.METHOD, Concept.PUBLISHED}
)
# In every act that changes something.
_CHANGE_SIGN = re.compile(
    r"\b(?:gia han|dinh chinh|dieu chinh|sua doi|bo sung|thay|lui|hoan|keo|doi|huy|bai|dung|ngung)\b"
)
_LONGEST_TITLE = 1000
_OPENING_LINES = 8  # of a letter, in which it says what it changes
_SURE, _LIKELY = 2, 1  # pieces of evidence for a notice


def classify(title: FoldedPassage, body: FoldedPassage) -> Kind | None:
    """The kind of notice that an article is by its title and body; None for any other page.

    The first act named in the title decides. News, hiring, law, guides and sales forms are refused; words such as
    "đấu giá" alone count only above the particulars of a notice. A title that says nothing leaves it to the body.
    """
    said = collapse_spaces(nfc(title.text[:_LONGEST_TITLE]).replace("_", " "))
    title = title if said == title.text else FoldedPassage(said)
    if not body.text and ACTS.first(title.text, title.plain) is None:
        return None  # most lines of a file that may be its heading
    return _classify(title, body)


def _classify(title: FoldedPassage, passage: FoldedPassage) -> Kind | None:
    if is_guide(title.text, passage.text):
        return None
    body = read_body(title, passage)
    if card := _classify_card(body):
        return card
    if body.is_choice(title.plain):
        return Kind.AWARD
    plain = title.plain
    if is_question(plain) or body.explains:
        return None
    tagged = _TAGGED.match(plain)
    start = tagged.end() if tagged else 0
    act_title = FoldedPassage(title.text[start:]) if start else title
    acts = _find_acts(act_title)
    chosen = _choose(acts, act_title)
    if chosen and chosen[0].kind in _CHANGES and not speaks_of_procurement(plain) and _is_refused(acts):
        return None  # "Gia hạn thời gian nộp hồ sơ xét tuyển"
    if chosen is None or (plain.startswith("kinh gui") and not chosen[0].alone):
        kind = _classify_body(body)
    else:
        before = _blank_names(act_title, acts[0].start) if acts else ""
        opens = bool(acts) and _OPENING.fullmatch(before) is not None
        kind = _judge(chosen, title, body, opens=opens)
        kind = _refine(kind, plain, body) if kind else None
    return kind or (None if _is_refused(acts) else _called_for(title, body))


def _called_for(title: FoldedPassage, body: Body) -> Kind | None:
    """The call of a text whose title says nothing of one, or says it in words of its own."""
    told = body.narrates or body.sells or _is_told(title)
    called = None if told else find_call(title.plain, body.lines)
    changes = (found.role.kind for said in (title, *_openings(body)) for found in _find_acts(said) if called)
    return next((kind for kind in changes if kind in _CHANGES), called)


def _openings(body: Body) -> Iterator[FoldedPassage]:
    """The lines that say first what a text is about."""
    return (FoldedPassage(line.text[:400]) for line in body.lines[:3])


def _is_told(title: FoldedPassage) -> bool:
    return is_headline(title.text) or names_sum(title.text)


def _is_refused(acts: Sequence[CueMatch[Act]]) -> bool:
    return any(found.role.kind is None for found in acts)


def _judge(chosen: tuple[Act, bool], title: FoldedPassage, body: Body, *, opens: bool) -> Kind | None:
    """The kind of a title's act, if the body bears it out; words of the field leave it to the body when it does not.

    Only where they open the title, as good as: "Báo giá sửa chữa máy X-quang" may head a letter that asks for it,
    "Đoàn công tác kiểm tra việc mua sắm, đấu thầu" does not.
    """
    act, led = chosen
    if not act.alone and (outcome := _outcome(body)):
        return outcome
    kind = act.kind if _is_believed(act, led, title.plain, body) else None
    if kind is Kind.OTHER and not act.alone:
        let = _LETS.search(title.plain) and any(_STARTS_AT.search(line.plain) for line in body.head)
        return Kind.AUCTION if let else _classify_body(body) or kind
    if kind is None and opens and act.kind is not None and not act.alone and not _is_told(title):
        said = body.is_offer() or (body.is_agency_calling() and not body.is_news())
        return _classify_body(body) or (act.kind if said else None)
    return kind


def _outcome(body: Body) -> Kind | None:
    """The result or plan that the first lines announce, below a title that says only what it is about."""
    for line in body.lines[:3]:
        head = FoldedPassage(line.text[:300])
        chosen = _choose(_find_acts(head), head)
        if chosen and chosen[1] and chosen[0].alone and chosen[0].kind in (Kind.AWARD, Kind.PLAN):
            return None if body.is_news() else chosen[0].kind
    return None


def _classify_card(body: Body) -> Kind | None:
    """Cards of the national portal name the package alone; their fields tell what they are."""
    if len(body.concepts & _CARD) < 4 or Concept.PORTAL not in body.concepts:
        return None
    states = " ".join(line.plain for line in body.lines[:40] if len(line.text) < 60)
    if re.search(r"\bda huy\b|\bhuy thau\b|\bhuy tbmt\b", states):
        return Kind.CANCELLATION
    return Kind.INVITATION_TO_TENDER


def names_change(title: FoldedPassage) -> bool:
    """Whether a title begins with a change or an end of something, without saying of what."""
    if _CHANGE_SIGN.search(title.plain) is None:
        return False
    chosen = _choose(_find_acts(title), title)
    return chosen is not None and chosen[1] and chosen[0].kind in _CHANGES


def _find_acts(title: FoldedPassage) -> list[CueMatch[Act]]:
    """The acts of a title, without words that belong to an agency's name ("Công ty Đấu giá …")."""
    return [
        found
        for found in ACTS.find(title.text, title.plain)
        if not any(name.start <= found.start and found.end <= name.end for name in title.names)
    ]


def _choose(acts: list[CueMatch[Act]], title: FoldedPassage) -> tuple[Act, bool] | None:
    """The act that counts, and whether the title leads up to it.

    The first is it, but a mere word of the field ("mua sắm", "đấu giá") gives way to a plain act behind it, and only
    calls may stand behind other words: "mua thuốc trong khi chờ kết quả đấu thầu" announces no result.
    """
    rated = [(found.role, _is_led(title, found)) for found in acts]
    if rated and rated[0][0].kind is None:
        return rated[0]
    for act, led in rated:
        if (led and act.kind is not None) or (act.alone and act.kind in _CALLS):
            return act, led
    return rated[0] if rated and not rated[0][0].alone else None


def _is_led(title: FoldedPassage, found: CueMatch[Act]) -> bool:
    """Whether only lead words stand before an act, from the title's beginning or from a colon or dash on.

    A word of the field also needs a document's name there.
    """
    plain = _blank_names(title, found.start)
    if not found.role.alone:
        return _leads(plain) and _DOCUMENT.search(plain) is not None
    return _leads(plain) or _leads(_BREAK.split(plain)[-1])


def _blank_names(passage: FoldedPassage, end: int) -> str:
    """The folded text up to `end`, with blanks where agencies are named."""
    letters = list(passage.plain[:end])
    for name in passage.names:
        if name.start < end:
            letters[name.start : name.end] = " " * (min(name.end, end) - name.start)
    return "".join(letters)


def _leads(plain: str) -> bool:
    """Whether all words are lead words, numbers or codes ("12/TB-BV")."""
    return all(word.strip(".") in _LEADS or re.search(r"[0-9-]", word) for word in _WORD.findall(plain))


def _is_believed(act: Act, led: bool, plain_title: str, body: Body) -> bool:
    """Whether an act in a title makes a notice, given what stands below it."""
    if act.kind is None:
        return False
    if act.kind in _CHANGES and not speaks_of_procurement(plain_title):
        head = body.head
        field = any(speaks_of_procurement(line.plain) for line in head)
        return field and (body.evidence >= _SURE or _names_call(head[:_OPENING_LINES]))
    if act.kind is Kind.REQUEST_FOR_QUOTATION and (body.sells or _is_bare_form(plain_title)):
        return body.evidence >= _SURE or (not body.sells and body.is_agency_calling())
    if body.sells and not act.alone:
        return body.evidence > _SURE
    if body.is_news():
        return len(body.particulars) >= _SURE + (not act.alone)
    # "V/v mua sắm …" alone may be a letter to those below about how they buy.
    vague = act.kind is Kind.OTHER and not act.alone
    needed = _LIKELY if act.alone or (vague and led) else _SURE
    return (led and not vague) or not body.lines or body.evidence >= needed


def _names_call(lines: Sequence[Line]) -> bool:
    """Whether a plain call is what lines speak of first: "… về việc mời chào giá …"."""
    first = next((acts[0].role for line in lines if (acts := _find_calls(line))), None)
    return first is not None and first.alone and first.kind in _CALLS


def _find_calls(line: Line) -> list[CueMatch[Act]]:
    """The acts of a line apart from changes, whose own title this is."""
    return [found for found in _find_acts(FoldedPassage(line.text[:400])) if found.role.kind not in _CHANGES]


def _is_bare_form(plain_title: str) -> bool:
    """The title "Yêu cầu báo giá" with nothing behind it heads companies' sales forms as well."""
    return re.fullmatch(r"\W*(?:(?:gui )?yeu cau|nhan|dang ky)(?: nhan)? bao gia\W*", plain_title) is not None


def _classify_body(body: Body) -> Kind | None:
    """For a title that says nothing, such as "Thông báo": the first heading or sentence with an act decides."""
    for number, line in enumerate(body.head):
        head = FoldedPassage(line.text[:300])
        chosen = _choose(_find_acts(head), head)
        if chosen is None or (line.plain.startswith("kinh gui") and not _calls_by_itself(chosen[0])):
            continue
        act, led = chosen
        if act.kind is None and number < 4:
            return None
        if act.kind is None or (act.alone is False and not led):
            continue
        evidence = body.evidence + (is_inviting(line.plain) or _says_so(act, head, body))
        if not body.is_news() and not body.sells and evidence >= (_LIKELY if led else _SURE):
            return _refine(act.kind, line.plain, body)
    return None


def _calls_by_itself(act: Act) -> bool:
    """Whether an act is a call even in an address: "Kính gửi các nhà cung cấp" says nothing of what is wanted."""
    return act.alone and act.kind in _CALLS


_CONCERNING = re.compile(r"\W*(?:thong bao )?(?:v/v|vv|ve viec)\b")


def _says_so(act: Act, head: FoldedPassage, body: Body) -> bool:
    """Whether a line is a letter's own "Về việc …", or begins with an agency that calls: a journalist tells more."""
    if not act.alone or body.narrates:
        return False
    return _CONCERNING.match(head.plain) is not None or (
        act.kind in _CALLS and bool(head.names) and head.names[0].start == 0
    )


def _wants_bids(plain_title: str, body: Body) -> bool:
    """Whether a call that leaves it open wants bids: it asks for them, or calls itself a short tender."""
    if not _OPEN_TO_BIDS.search(plain_title) or _ASKS_PRICES.search(plain_title):
        return False
    return competes(body.lines) or find_call(plain_title, body.lines) is Kind.INVITATION_TO_TENDER


def _refine(kind: Kind, plain_title: str, body: Body) -> Kind:
    """Kinds that the words of a title leave open, and changes that stand behind the title of the call they change."""
    if added := next(filter(None, (pattern.search(plain_title) for pattern in _CHANGED_BESIDE)), None):
        return Kind.CANCELLATION if added[1] in ("huy", "tam dung") else Kind.AMENDMENT
    if kind in _CALLS and _LENGTHENED.search(plain_title):
        return Kind.AMENDMENT
    head = plain_title + " " + " ".join(line.plain for line in body.lines[:3])[:600]
    if kind is Kind.CONSULTANT_SELECTION and "tu van" not in head:
        priced = _ASKS_PRICES.search(plain_title)
        return Kind.REQUEST_FOR_QUOTATION if priced else Kind.INVITATION_TO_TENDER
    for vague, words, narrowed in _NARROWED:
        if kind is vague and words.search(plain_title):
            return narrowed
    if kind is Kind.REQUEST_FOR_QUOTATION and _wants_bids(plain_title, body):
        kind = Kind.INVITATION_TO_TENDER
    elif _VAGUE_CALL.search(plain_title) and _ASKS_PRICES.search(head) and not _ASKS_BIDS.search(head):
        kind = Kind.REQUEST_FOR_QUOTATION
    if kind in (Kind.REQUEST_FOR_QUOTATION, Kind.INVITATION_TO_TENDER):
        return _followed(body) or kind
    return kind


def _followed(body: Body) -> Kind | None:
    """What the first lines say has come of a call whose title stands above them: a choice, a change, its end."""
    for line in body.lines[:3]:
        if _CHOSEN.search(line.plain[:600]):
            return Kind.AWARD
        if change := _ANNOUNCED_CHANGE.search(line.plain[:400]):
            return Kind.CANCELLATION if change[1] == "huy" else Kind.AMENDMENT
    return None
