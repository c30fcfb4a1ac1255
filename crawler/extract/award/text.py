"""Winners in the text of a result: behind labels, in sentences, in lists, each with what it won."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.extract.award.draft import AwardDraft
from crawler.extract.award.price import PRICE_LABEL, WINS, parse_price, parse_prices
from crawler.extract.award.supplier import parse_supplier, parse_tax_code, supplier_key
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.line import Line
from crawler.extract.text.money import parse_sums
from crawler.extract.text.organization import Name
from crawler.extract.text.passage import FoldedPassage

# "Nhà thầu trúng thầu:", "Đơn vị được lựa chọn", "Tên nhà thầu trúng thầu".
_WINNER_LABEL = re.compile(
    r"(?:ten |thong tin )?(?:nha thau|don vi|cong ty|nha cung cap|doanh nghiep|to chuc|ca nhan|lien danh|nguoi"
    r"|khach hang)(?:(?: \w+){0,6} (?:trung(?: thau| goi thau| dau gia)?|duoc (?:lua )?chon|duoc cong nhan"
    r"|duoc chi dinh)(?: \w+){0,3}| (?:cung cap|thuc hien))$"
)
_LOSER = re.compile(r"\b(?:khong|truot|chua|tham du|tham gia|du thau|bi loai)\b")
_TOTAL_LABEL = re.compile(r"(?:tong )?(?:gia tri|so tien|gia|cong)")
# "Giá chào: …" below who was chosen, where nothing says what was won.
_OFFER_LABEL = re.compile(r"(?:tong )?(?:gia chao|chao gia|bao gia)(?: gia| thau| hang)?$")
_LOT_LABEL = re.compile(r"(?:ten )?(?:goi thau|goi|phan|lo)\b")
_TAX_LABEL = re.compile(r"ma so (?:thue|doanh nghiep)|mst\b|ma dinh danh\b")
# "…: Người trúng đấu giá: ông B; giá trúng đấu giá: …": a label behind another one.
_INNER_LABEL = re.compile(
    r"(?<!\bkhong co )\b(?:nha thau|don vi|nguoi|khach hang|nha cung cap) (?:trung (?:thau|goi thau|dau gia|chao gia)"
    r"|duoc (?:lua )?chon)\s?:\s"
)
# "Công ty A trúng thầu … với giá trúng thầu là …", "lựa chọn Công ty A là đơn vị cung cấp … với giá …".
_BEFORE = re.compile(
    r"(?:\b(?:nha thau|don vi|nha cung cap|cong ty)(?: \w+){0,2} (?:trung thau|duoc (?:lua )?chon|duoc chi dinh"
    r"|duoc cong nhan)(?: \w+){0,8}\s?(?:la|:)\s?:?"
    r"|\bket qua (?:lua chon|chi dinh|dau thau|chao hang|chao gia|mua sam|trung)\b[^.;]{0,200}:"
    r"|\b(?P<acts>(?:lua chon|chon|cong nhan|phe duyet|chi dinh|giao cho)(?: (?:nha thau|don vi|trung thau|la"
    r"|bao gia cua|(?:thu|so|xep hang|xep thu) \(?\w{1,4}\)?))*))\s$"
)
_AFTER = re.compile(
    r"[\s,;:()–-]*(?:\((?:[^()]{0,120})\)[\s,–-]*"
    r"|(?:mst|ma so (?:thue|doanh nghiep))\W*+\d[\d -]{9,14}[\s,;–-]*+)?"
    r"(?:da |duoc )?(?:trung (?:thau|goi|chao|dau gia|bao gia|\d{1,3} (?:phan|lo|goi|mat hang|khoan))"
    r"|(?:la )?(?:nha thau|don vi)"
    r"(?: \w+){0,4} (?:trung thau|duoc (?:lua )?chon)|la (?:nha thau|don vi) (?:trung|cung cap|thuc hien)"
    r"|duoc (?:lua )?chon la|duoc cong nhan trung)\b"
)
_CHOSEN_TO = re.compile(
    rf"\b(?:{WINS}|cung cap|thuc hien|voi (?:tong )?gia|phi dich vu"
    r"|(?:do )?co (?:don )?gia(?: chao)? (?:thap nhat|hop ly)|dap ung)\b"
)
# "Đơn vị được lựa chọn: Công ty A, giá 48.350.000 đồng".
_PRICE_BESIDE = re.compile(
    r"[\s,;(–-]{0,6}(?:voi )?(?:tong )?(?:gia|gia tri|so tien|chi phi|phi)(?: dich vu| tron goi)?\s?(?:la|:)?\s?:?\s?$"
)
# "Công ty A (MST 0101234567): 93.730.000 đồng" in a list of who has won.
_SUM_BESIDE = re.compile(
    r"[\s,;:(–-]{0,6}(?:(?:mst|ma so thue|ma so doanh nghiep|ma dinh danh)\W{0,4}\d[\d -]{8,15})?[\s,;:)–-]{0,6}"
    r"(?:(?:voi )?(?:tong )?(?:gia|gia tri|so tien)(?: \w+){0,3}?(?: la)?)?\s?:?\s?$"
)
# "… thông báo đơn vị được lựa chọn thẩm định giá như sau:" over the company's own line.
_FOLLOWS = re.compile(
    rf"\b(?:(?:duoc (?:lua )?chon|{WINS})\b[^.;]{{0,200}}"
    r"|ket qua (?:lua chon|mua sam|chao gia|chao hang|dau thau|chi dinh thau)\b[^:;]{0,200}):\s*$"
)
_CODE_WORD = re.compile(r"\b(?:mst|ma so)\b")
_CODE_NEXT = re.compile(r"[\s,;:(–-]{0,4}(?:mst|ma so (?:thue|doanh nghiep))\b")
# "Giá trị trúng thầu của Công ty A: 110.210.000 đồng".
_WORTH_BEFORE = re.compile(r"(?:\W*)(?:tong )?gia(?: tri)?(?: trung(?: thau| chao gia)?| hop dong)?(?: cua)? ")
_WORTH_BEHIND = re.compile(r"\s?(?:la|:)\s?:?\s?")
# A line that is a company's name and no more, but for its tax code.
_SELLER_BEFORE = re.compile(
    r"(?:(?:[^.;]{0,120}\btrung (?:thau|chao gia)\b[^.;:]{0,40} )?(?:ten )?(?:nha thau|don vi|nha cung cap)"
    r"(?: trung thau)?\s?:?\s?|[^.;]{0,120}\btrung (?:thau|chao gia) cua )?"
)
_CODE_BEHIND = re.compile(r"[\s.,;:()–-]*(?:(?:mst|ma so thue|ma so doanh nghiep|ma dinh danh)\b[^a-z]*)?")
# "Kính gửi: Công ty A", over "… Quý Công ty đã trúng chào giá …".
_ADDRESSED = re.compile(r"\W*kinh gui\s?:?\s?(?:quy )?")
_YOU_WON = re.compile(
    r"\bquy (?:cong ty|don vi|nha thau|doanh nghiep)\b(?:(?!\bkhong\b)[^.;]){0,40}"
    rf"\b(?:{WINS}|duoc (?:lua )?chon)\b"
    r"|\b(?<!khong )chap thuan (?:e-)?ho so (?:du thau|de xuat|chao hang)\b|\btrao hop dong cho (?:quy|nha thau)\b"
)
# "Lô 1 - Thịt, cá tươi sống", over its winner.
_LOT_HEADING = re.compile(r"(?:goi thau|goi|phan|lo)(?: so)? \d{1,3}\s?[-–.:]\s?[^|:]{3,150}")
_LOT_END = re.compile(r",? (?:gia goi thau|voi gia|gia trung)\b|;")
RESULT = re.compile(rf"\b{WINS}\b|\bduoc (?:lua )?chon\b")
# "Danh sách nhà thầu trúng thầu …", "Kết quả trúng thầu", above companies and their tables.
_LIST_OF_WINNERS = re.compile(
    r"\b(?:ket qua|danh sach|danh muc|bang|cac (?:don vi|nha thau|nha cung cap))\b[^.;|]{0,80}"
    rf"\b{WINS}\b"
    r"|\b(?:thong nhat|nhat tri)\b[^.;|]{0,60}\b(?:lua )?chon\b[^.;|]{0,100}:\s*$"
)
_LIST_OF_LOSERS = re.compile(r"\bkhong (?:trung|duoc (?:lua )?chon|dat|dap ung)\b|\b(?:tham du|du thau|bi loai)\b")


@dataclass
class TextReading:
    """What a text says of companies: who has won, each with its price and code; who is named in a line of its own,
    and who of these below a heading that says who or what has won, up to one of who has not."""

    winners: list[AwardDraft] = field(default_factory=list)
    headings: list[AwardDraft] = field(default_factory=list)
    listed: list[AwardDraft] = field(default_factory=list)


def read_text(passage: FoldedPassage) -> TextReading:
    """The companies behind labels, in sentences and in lists; what is said of one goes on up to the next."""
    reader = _Reader()
    for line in passage.lines:
        reader.read(line)
    return reader.found


class _Reader:
    """Reads a text line by line."""

    def __init__(self) -> None:
        self.found = TextReading()
        self._current: AwardDraft | None = None  # the winner of whom lines tell
        self._headed: AwardDraft | None = None  # a company of whom nothing says yet that it has won
        self._addressed: AwardDraft | None = None
        self._lot: str | None = None
        self._above = ""
        self._told = self._begun = False  # that the companies that follow have won, that the line begins with one
        self._listing = self._crossed = False  # below a heading of winners; a table since the company that was headed

    def read(self, line: Line) -> None:
        """Take a line in; rows of tables are read as tables."""
        self._told = (self._told and self._begun) or (
            _FOLLOWS.search(self._above) is not None and not _LOSER.search(self._above)
        )
        self._begun, self._above = _first_company(line) is not None, line.plain
        self._listing = _is_listing(line, self._listing)
        heading = _parse_heading(line)
        if heading:
            self.found.headings.append(heading)
            self.found.listed += [heading] if self._listing else []
        if " | " in line.text and not (line.label and line.text.count(" | ") == 1):
            self._crossed = True
            return
        label = line.plain[: len(line.label)].strip()
        self._read_address(line)
        if not self._begins_lot(line, label):
            self._name(line, label, heading)
            self._add(line, label)

    def _read_address(self, line: Line) -> None:
        """Whom a letter is written to, and whether it says that they have won."""
        self._addressed = _addressee(line) or self._addressed
        if self._addressed and self._current is None:
            self._addressed.tax_code = self._addressed.tax_code or parse_tax_code(line.text)
        if self._addressed and _YOU_WON.search(line.plain):
            self._current, self._headed = _keep(self.found.winners, self._addressed), None

    def _begins_lot(self, line: Line, label: str) -> bool:
        """Whether a line only says of which lot the next ones are, perhaps with its winner."""
        if line.label and _LOT_LABEL.match(label) and "gia" not in label.split():
            self._lot, winner = _lot(line), _of_lot(line)
            self._current = _keep(self.found.winners, winner) if winner else None
            return True
        if _LOT_HEADING.fullmatch(line.plain) and not line.names:
            self._lot, self._current = line.text.strip(" .;,"), None
            return True
        return False

    def _name(self, line: Line, label: str, heading: AwardDraft | None) -> None:
        """The winners, or the company, that a line names."""
        plainly = _labelled(line, label) or (_priced_beside(line) if self._told else None)
        named = [plainly] if plainly else list(_in_sentences(line))
        for winner in named:
            winner.lot = self._lot
            self._current, self._headed = _keep(self.found.winners, winner), None
        if not named and heading and not _is_same(heading, self._current):
            heading.lot = self._lot
            self._current, self._headed, self._crossed = None, heading, False

    def _add(self, line: Line, label: str) -> None:
        """What a line adds to the winner, or what makes the company above one."""
        headed = self._headed
        if headed and self._current is None and (self._listing or not self._crossed or _is_of_winner(line)):
            _complete(headed, line, label)
            if headed.amount_vnd is not None or (self._listing and headed.tax_code):
                self._current, self._headed = _keep(self.found.winners, headed), None
        if self._current is not None:
            _complete(self._current, line, label, total=self._listing or self._told)


def _is_same(one: AwardDraft, other: AwardDraft | None) -> bool:
    return other is not None and supplier_key(one.supplier) == supplier_key(other.supplier)


def _is_of_winner(line: Line) -> bool:
    """Whether a line below a table says what the company above it won: "Giá trị trúng thầu: …"."""
    return re.search(r"\btrung\b", line.plain) is not None and not _LOSER.search(line.plain)


def _addressee(line: Line) -> AwardDraft | None:
    """The company that a letter is written to."""
    name = next((name for name in line.names if name.is_supplier()), None)
    if name is None or not _ADDRESSED.fullmatch(line.plain[: name.start]):
        return None
    supplier = parse_supplier(line.text[name.start : name.end])
    return AwardDraft(supplier, tax_code=parse_tax_code(line.text)) if supplier else None


def _parse_heading(line: Line) -> AwardDraft | None:
    """A company that a line names and says no more of; it has won where what it won is told before the next one."""
    name = next((name for name in line.names if name.is_supplier()), None)
    if name is None or not _SELLER_BEFORE.fullmatch(line.plain[: name.start]):
        return None
    if not _CODE_BEHIND.fullmatch(line.plain[name.end :]):
        return None
    supplier = parse_supplier(line.text[name.start :])
    return AwardDraft(supplier, tax_code=parse_tax_code(line.text)) if supplier else None


def _priced_beside(line: Line) -> AwardDraft | None:
    """The company that a line begins with, in a list of who has won, and its price right behind it."""
    name = _first_company(line)
    supplier = parse_supplier(line.text[name.start : name.end]) if name else None
    if name is None or supplier is None or _LOSER.search(line.plain[name.end :]):
        return None
    return _beside(AwardDraft(supplier, tax_code=parse_tax_code(line.text)), line, name.end, _SUM_BESIDE)


def _first_company(line: Line) -> Name | None:
    """The company that a line begins with."""
    name = next((name for name in line.names if name.is_supplier()), None)
    return name if name is not None and not line.plain[: name.start].strip(" -–+•*") else None


def _beside(draft: AwardDraft, line: Line, end: int, between: re.Pattern[str] = _PRICE_BESIDE) -> AwardDraft:
    """The draft with the price that stands right behind the name, which ends at `end`, but for what is `between`."""
    one = next(parse_sums(line.text[end:], line.plain[end:]), None)
    if one is not None and one.per is None and between.fullmatch(line.plain[end : end + one.start]):
        draft.amount_vnd = one.vnd
    return draft


def _lot(line: Line) -> str | None:
    end = _LOT_END.search(fold_in_place(line.value))
    return (line.value[: end.start()] if end else line.value).strip(" .;,") or line.label


def _of_lot(line: Line) -> AwardDraft | None:
    """The winner that stands beside its lot: "Phần 1: Gạc: Công ty A, giá trúng thầu 120.000.000 đồng"."""
    name = next((name for name in line.names if name.is_supplier()), None)
    supplier = parse_supplier(line.text[name.start : name.end]) if name else None
    if name is None or supplier is None or _LOSER.search(line.plain):
        return None
    won = RESULT.search(line.plain) is not None
    amount = parse_price(line.text[name.end :], line.plain[name.end :], won=won)
    if amount is None and not won:
        return None
    lot = line.text[: name.start].strip(" .,;:-–(")
    return AwardDraft(supplier, lot=lot or None, tax_code=parse_tax_code(line.text), amount_vnd=amount)


def _keep(drafts: list[AwardDraft], draft: AwardDraft) -> AwardDraft:
    """The draft of the winner and lot among those known, with what this one says more."""
    known = [
        one for one in drafts if supplier_key(one.supplier) == supplier_key(draft.supplier) and one.lot == draft.lot
    ]
    if not known:
        drafts.append(draft)
        return draft
    known[0].tax_code = known[0].tax_code or draft.tax_code
    known[0].amount_vnd = draft.amount_vnd if known[0].amount_vnd is None else known[0].amount_vnd
    return known[0]


def _labelled(line: Line, label: str) -> AwardDraft | None:
    if not _WINNER_LABEL.match(label) or _LOSER.search(label):
        return None
    name = parse_supplier(line.value) if " | " not in line.value else None  # below it may stand a table
    if name is None:
        return None
    draft = AwardDraft(name, tax_code=parse_tax_code(line.text))
    return _beside(draft, line, line.text.find(name) + len(name)) if name in line.text else draft


def _in_sentences(line: Line) -> Iterator[AwardDraft]:
    """The companies that a line says have won, each with the price and the code before the next of them."""
    if (inner := _INNER_LABEL.search(line.plain)) and (supplier := parse_supplier(line.text[inner.end() :])):
        rest, plain = line.text[inner.end() :], line.plain[inner.end() :]
        yield AwardDraft(supplier, tax_code=parse_tax_code(rest), amount_vnd=next(parse_prices(rest, plain), None))
        return
    winners = [name for name in line.names if name.is_supplier() and _is_winner(line, name)]
    for name, following in zip(winners, [*winners[1:], None], strict=False):
        end = following.start if following else len(line.text)
        supplier = parse_supplier(line.text[name.start : name.end])
        if supplier:
            draft = AwardDraft(supplier, tax_code=parse_tax_code(line.text[name.start : end]))
            draft.amount_vnd = parse_price(line.text[name.start : end], line.plain[name.start : end])
            yield draft if draft.amount_vnd is not None else _beside(draft, line, name.end)


def _is_winner(line: Line, name: Name) -> bool:
    before, after = line.plain[max(0, name.start - 260) : name.start], line.plain[name.end : name.end + 400]
    if _LOSER.search(before[-40:].rpartition(". ")[2]):
        return False
    chosen = _BEFORE.search(before)
    if chosen and chosen["acts"]:
        return _CHOSEN_TO.search(after) is not None
    return chosen is not None or _AFTER.match(after) is not None


def _complete(draft: AwardDraft, line: Line, label: str, *, total: bool = False) -> None:
    """The tax code and the price that a line adds to a winner; in a list of winners also "Tổng giá trị: …"."""
    if draft.tax_code is None and _TAX_LABEL.match(label):
        draft.tax_code = parse_tax_code(line.text)
    priced = PRICE_LABEL.match(label) or (total and _TOTAL_LABEL.fullmatch(label))
    labelled = bool(priced) and not re.search(r"\bdon gia\b|\bthang\b", label)
    text = f"{line.text}: {line.value}" if line.label == line.text else line.text  # the value stands below its label
    if draft.amount_vnd is None:
        draft.amount_vnd = next(parse_prices(text, fold_in_place(text), labelled=labelled), None)
    if draft.offered_vnd is None and _OFFER_LABEL.match(label):
        draft.offered_vnd = next(parse_prices(line.text, line.plain, labelled=True), None)


def _is_listing(line: Line, before: bool) -> bool:  # what held for the line before
    """Whether a line stands below a heading that says who or what has won."""
    if _LIST_OF_WINNERS.search(line.plain):
        return _LOSER.search(line.plain) is None
    return before and _LIST_OF_LOSERS.search(line.plain) is None


def find_worth(passage: FoldedPassage) -> Iterator[tuple[str | None, int]]:
    """The sums that lines say winners won, each with the company it names ("Giá trị Công ty A: 5.160.000 đồng").

    None stands for the company of a label that names none ("Giá trúng thầu: …").
    """
    for line in passage.lines:
        label = line.plain[: len(line.label)].strip()
        name = next((name for name in line.names if name.is_supplier()), None)
        if name and _WORTH_BEFORE.fullmatch(line.plain[: name.start]):
            one = next(parse_sums(line.text[name.end :], line.plain[name.end :]), None)
            if one and _WORTH_BEHIND.fullmatch(line.plain[name.end : name.end + one.start]) and one.per is None:
                yield line.text[name.start : name.end], one.vnd
        elif name is None and PRICE_LABEL.match(label) and "don gia" not in label:
            yield from ((None, vnd) for vnd in [*parse_prices(line.text, line.plain, labelled=True)][:1])


def find_codes(passage: FoldedPassage) -> dict[str, str]:
    """The tax codes that stand right behind companies' names, by what the spellings of a name have in common."""
    codes: dict[str, str] = {}
    for line in passage.lines if "mst" in passage.plain or "ma so" in passage.plain else ():
        for name in line.names if _CODE_WORD.search(line.plain) else ():
            behind = line.text[name.end : name.end + 60]
            if _CODE_NEXT.match(line.plain[name.end :]) and (code := parse_tax_code(behind)):
                codes.setdefault(supplier_key(line.text[name.start : name.end]), code)
    return codes
