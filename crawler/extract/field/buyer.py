"""Who buys, invites or owns what is sold: never an auction house, a winner, or a newspaper."""

import re

from crawler.extract.field.letterhead import find_letterhead, find_signature, is_superior
from crawler.extract.field.opening import HEAD_LINES, Opening, early_names
from crawler.extract.field.reference_number import find_own_numbers
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.organization import Name, find_names, parse_name
from crawler.extract.text.passage import FoldedPassage
from timthau.model.notice import NoticeKind
from timthau.text.fold import collapse_spaces

# "… theo ủy quyền của Trung tâm …", "của Hạt Kiểm lâm …": the owner of what is auctioned.
#: No buyer has a longer name; what is longer stands there to hurt.
_LONGEST_NAME = 300
_OWNER_BEFORE = re.compile(
    r"(?:nguoi|don vi|chu|ben) (?:co |so huu )?tai san(?: dau gia)? la\s$"
    r"|(?:uy quyen|tai san|tich thu|thanh ly|quyen su dung|so huu|quan ly)\s(?:\w+\s){0,12}?cua\s$|\bcua\s$"
)
# "Thông tư số … của Bộ Tư pháp" owns nothing.
_LAW_BEFORE = re.compile(r"\b(?:luat|nghi dinh|thong tu|quyet dinh|cong van|van ban|to trinh)\b[^;]{0,100}\bcua\s$")
_MANDATE_BEFORE = re.compile(r"\buy quyen (?:cua|tu|boi)\s$")
_MANDATE_AFTER = re.compile(r"\s?(?:\([^()]{1,40}\)\s?)?(?:da )?(?:uy quyen|so huu)\b")
# What an agency does when it is the one that speaks.
_SPEAKS = re.compile(
    r"(?:\s?:\s)?(?:[^.;:]|\b(?:tp|tx|p|q)\.){0,60}?\s?(?:co nhu cau|kinh moi|kinh de nghi|de nghi|moi\b|xin\b"
    r"|thong bao|tran trong|(?<!hau )can\b|dang\b|tim\b|lui\b|doi thoi|du kien|yeu cau|to chuc|cong khai|cong bo"
    r"|phe duyet|chuan bi"
    r"|co ke hoach"
    r"|tien hanh|ban hanh|gia han|huy\b|co thong bao|trien khai|tiep nhan|(?<!duoc )lua chon|tiep tuc"
    r"|co chu truong|gui\b|muon|dieu chinh|dinh chinh|hoan\b|tam dung|dung\b|sua doi|bo sung|khao sat|thu thap"
    r"|phat hanh|hien (?:co|dang)|thay doi|tham khao|lay bao gia|cho thue|ban thanh ly|quyet dinh"
    r"|dau gia|ban dau gia|thanh ly|keo dai|doi (?:han|ngay|lich|thoi)|rut ngan|hoan\b|thu hoi|bai bo"
    r"|ngung\b|mo thau|chao ban|tim\b|(?<!duoc )chon\b|se\b|duoc (?:giao|phan cong)\b)"
)
# "Công ty A: không đáp ứng yêu cầu", "Công ty B: giá dự thầu …": who lost a tender.
_LOSES = re.compile(
    r"\W{0,4}(?:khong (?:dap ung|dat|trung|hop le|du)|bi loai|truot|xep hang|gia (?:du thau|chao)|\d[\d.]{6,} ?d)\b"
)
# "Sở X đã phê duyệt đề án": what a body above did before.
_CONSENTS = re.compile(r"\s?(?:da |vua )?(?:phe duyet|chap thuan|dong y|thong nhat|giao)\b")
_INVITES = re.compile(
    r"\s?(?:tran trong |kinh )?(?:thong bao |to chuc )?(?:kinh )?moi (?:thau|chao hang|tham gia dau thau)\b"
)
# Words that may stand before the agency in the sentence where it speaks.
_OPENING = re.compile(
    r"^\W*(?:\(?bdt\)?\W*)?(?:(?:hien nay|hien tai|hien|nay|vua qua)\s)?(?:(?:hien nay|hien tai|de|nham|do|vi|can cu"
    r"|ngay|theo|vua qua|thuc hien|kinh gui|truoc tien|sau khi|tren co so|lien quan|nay"
    r"|lan \w+)\b[^.;]{0,260}[,:;–-]\s?)?(?:cong ty dau gia [^,;]{0,80}, )?(?:ngay [\d/.]+,? )?"
    r"(?:(?:khoa|phong|nha thuoc|ban giam doc)\b[^.;:]{0,60} |nha thuoc )?$"
)
_ADDRESSED = re.compile(r"\bkinh gui\W*(?:cac |quy )?$")
# "… của Giám đốc Bệnh viện X phê duyệt …", "HIỆU TRƯỞNG TRƯỜNG …" on a line of its own: the head of an office decides.
_HEAD_OF_OFFICE = re.compile(
    r"\b(?:giam doc|hieu truong|vien truong|bo truong|chu tich|cuc truong|chanh van phong|truong ban|thu truong)\s$"
)
_DECIDES = re.compile(
    r"\s?(?:[.;]?$|,?\s?(?:da |vua )?(?:(?:ky |ban hanh )?quyet dinh|phe duyet|ban hanh|huy|ve viec))"
)
# "National Institute of X invites …".
_IN_ENGLISH = re.compile(
    r"(?:The )?(?P<name>(?:[A-Z][\w&'’.-]*|of|for|and|the|on|in|,)(?: (?:[A-Z][\w&'’.-]*|of|for|and|the|on|in))*?,?"
    r")(?: \([^()]{1,40}\))? (?:(?:hereby|now|kindly|is|would like to|wishes to|intends to) ){0,2}"
    r"(?:invit|request|seek|solicit|call for|announc|procur)"
)
_ENGLISH_AGENCY = re.compile(
    r"\b(?:Hospital|Institute|Cent(?:re|er)|University|College|School|Department|Ministry|Board|Authority|Office|Agency"
    r"|Committee|Council|Bank|Unit|Programme|Program|Foundation|Organi[sz]ation)\b"
)
# "… gói thầu mua bàn ghế của Trường X": whose the package is.
_PACKAGE_OF = re.compile(
    r"\b(?:goi thau|goi|mua sam|du toan|ke hoach|ket qua|tbmt|mo thau|dau thau|bao gia|quyet dinh so)\b[^.;:]{0,160}"
    r"\bcua\s$"
    r"|\bket qua (?:lua chon|mua sam|chi dinh|chao|dau)[^.;:]{0,120}\b(?:tai|cho)\s$"
)
_APPROVES = re.compile(r",?\s?(?:ve viec )?(?:phe duyet|cong nhan) (?:ke hoach|khlcnt|ket qua|kqlcnt|du toan)\b")
# "Theo Quyết định số 12/QĐ-BV ngày … của Giám đốc Bệnh viện X:": what a result announces.
_BY_DECISION = re.compile(
    r"(?:\(?kem )?theo quyet dinh so\b[^.;:]{0,80}\bcua (?:(?:giam doc|hieu truong|vien truong|thu truong) )?$"
)
# "Bệnh viện X (nay là Bệnh viện Y)".
_NOW_CALLED = re.compile(r"\s?[(,–-]\s?nay la\s(?:ten )?")
_BASIS = re.compile(r"\W*(?:can cu|theo|thuc hien|xet)\b")
# "Báo giá gửi về: … Bệnh viện X": who takes the offers in.
_TAKES_IN = re.compile(
    r"\b(?:gui|nop|nhan)\b[^.;]{0,60}\b(?:ve|den|toi|tai|cho)\b"
    r"|\b(?:dia chi|dia diem|noi)\b[^.;:]{0,20}\b(?:nop|nhan|gui)\b"
)
_GIVEN_TO = re.compile(r"\b(?:giao|uy quyen)(?: nhiem vu)?(?: cho)?\s$")
_IN_CHARGE = re.compile(
    r"\s?[(,–-]?\s?(?:lam |la )?(?:chu dau tu|ben moi thau|don vi mua sam"
    r"|to chuc (?:lua chon|thuc hien|dau thau|mua sam)"
    r"|thuc hien (?:lua chon|mua sam|goi thau)|chiu trach nhiem)\b"
)
_GENERIC = re.compile(r"(?:benh vien|trung tam|truong|vien|chi cuc|cuc|so|ban quan ly|cong ty|phong kham)\b")
_LAND = re.compile(r"trung tam phat trien quy dat\b")
# "Nơi nhận: - Như trên; …": who gets a copy.
_COPIES = re.compile(r"\bnhu (?:tren|kinh gui|dieu \d)|\bluu\s?:")


def parse_buyer(title: FoldedPassage, body: FoldedPassage, kind: NoticeKind) -> str | None:
    """The procuring entity of a notice, or the owner of the assets it offers; None when neither title nor text says.

    A label ("Bên mời thầu:", "Người có tài sản:") comes first, then who speaks, the title, the letterhead, whose
    the package is and who takes the offers in. A hired company gives way to its principal.
    """
    lines = body.lines
    opening = Opening.of(lines)
    if kind is NoticeKind.AUCTION or (not kind.is_call and re.search(r"\bdau gia\b", title.plain)):
        found = _labelled(lines, _AUCTION_LABELS) or _owner(title, lines) or _organiser(opening)
    else:
        found = _inviter(opening) or _labelled(lines, _TENDER_LABELS) or _speaker(title, opening)
    found = found or _named_in_title(title, kind) or _head_of_office(lines) or find_letterhead(lines)
    if found is None and kind is not NoticeKind.AUCTION:
        found = (
            _package_owner(title, lines, kind) or (_receiver(lines) if kind.is_call else None) or find_signature(lines)
        )
        found = found or _approver(lines) or _in_english(lines)
    found = found or _called_short(lines) or _only_one(lines) or _only_one(lines, above=True)
    if found is None or is_superior(found):
        found = _entrusted(lines) or found
    return _tidy(_in_small_letters(found.text, body)) if found else None


def _in_small_letters(name: str, body: FoldedPassage) -> str:
    """A name in capitals as the text writes it elsewhere: "BỆNH VIỆN MẮT" is "Bệnh viện Mắt" in the letter's body."""
    if not name.isupper() or len(name) > _LONGEST_NAME:
        return name
    plain = fold_in_place(name)
    place = body.plain.find(plain)
    while place >= 0:
        written = body.text[place : place + len(name)]
        if not written.isupper() and written.upper() == name:
            return written
        place = body.plain.find(plain, place + 1)
    return name


_AUCTION_LABELS = (Concept.ASSET_OWNER, Concept.REQUESTER, Concept.PROJECT_OWNER, Concept.UNIT)
_TENDER_LABELS = (Concept.REQUESTER, Concept.PROJECT_OWNER, Concept.ASSET_OWNER, Concept.UNIT)


def _labelled(lines: tuple[Line, ...], concepts: tuple[Concept, ...]) -> Name | None:
    """The first usable name behind the labels, in the order of the concepts; a company only when there is no other."""
    names = [
        name
        for concept in concepts
        for line in lines
        if line.concept is concept and line.value and (name := parse_name(line.value)) and _is_usable(name, concept)
    ]
    return next((name for name in names if not name.is_company()), names[0] if names else None)


def _is_usable(name: Name, concept: Concept) -> bool:
    """Whether a value is a name: behind a vague label only if it begins like one."""
    plain = fold_in_place(name.text)
    vague = concept in (Concept.UNIT, Concept.ORGANISER) and next(find_names(name.text), None) is None
    return not (vague or name.is_auctioneer() or _LABEL_NOISE.match(plain) or len(plain) < 4)


_LABEL_NOISE = re.compile(
    r"(?:hoac|nhu tren|theo|khong|xem|tai|de nghi|moi|co trach nhiem|va|duoc|se|chiu|to chuc, ca nhan)\b"
)


def _organiser(opening: Opening) -> Name | None:
    """Who runs an auction of its own things, or is named as the one who speaks."""
    return (
        _labelled(opening.lines, (Concept.ORGANISER,))
        or _speaker(FoldedPassage(""), opening)
        or _land_centre(opening.lines)
    )


def _land_centre(lines: tuple[Line, ...]) -> Name | None:
    """Land is auctioned for the district's land fund centre, which hands out the papers."""
    names = (name for line in lines for name in line.names)
    return next((name for name in names if _LAND.match(fold_in_place(name.text))), None)


def _owner(title: FoldedPassage, lines: tuple[Line, ...]) -> Name | None:
    """The owner of auctioned assets in running text: who gave the mandate, else whose assets they are."""
    owned: list[Name] = []
    places: list[FoldedPassage | Line] = [title, *lines[:HEAD_LINES]]
    for said in places:
        plain = said.plain
        for name in said.names:
            if name.is_auctioneer():
                continue
            before = plain[max(0, name.start - 120) : name.start]
            if _MANDATE_BEFORE.search(before) or _MANDATE_AFTER.match(plain, name.end):
                return name
            if _OWNER_BEFORE.search(before) and not _LAW_BEFORE.search(before):
                owned.append(name)
    return owned[0] if owned else None


def _speaker(title: FoldedPassage, opening: Opening) -> Name | None:
    """The agency that opens a sentence and invites, announces or decides; the title is such a sentence too."""
    above: Name | None = None
    for said in (*opening.first(2 * HEAD_LINES), title):
        plain = said.plain
        for name in early_names(said):
            if name.is_auctioneer() or _ADDRESSED.search(plain[: name.start]) or _LOSES.match(plain, name.end):
                continue
            if not (_OPENING.match(plain[: name.start]) and _SPEAKS.match(plain[name.end : name.end + 120])):
                continue
            if not (is_superior(name) and _CONSENTS.match(plain, name.end)):
                return _renamed(name, said)
            above = above or _renamed(name, said)
    return above


def _renamed(name: Name, said: FoldedPassage) -> Name:
    """The name of today where it follows that of yesterday."""
    now = _NOW_CALLED.match(said.plain, name.end)
    return next((other for other in said.names if now and other.start == now.end()), name)


def _inviter(opening: Opening) -> Name | None:
    """The agency that itself invites to tender: a board does so for the owner; a company may have been hired.

    A label that says who invites is clearer.
    """
    if any(line.concept is Concept.REQUESTER for line in opening.lines):
        return None
    for said in opening.first(HEAD_LINES):
        plain = said.plain
        name = next(iter(early_names(said)), None)
        if name and not name.is_company() and _OPENING.match(plain[: name.start]) and _INVITES.match(plain, name.end):
            return name
    return None


def _named_in_title(title: FoldedPassage, kind: NoticeKind) -> Name | None:
    """ "… của Bệnh viện X", "Bệnh viện X: …", and for calls of hospitals "… tại Bệnh viện X"."""
    plain = title.plain
    names = [name for name in title.names if not name.is_auctioneer()]
    for name in reversed(names):
        before = plain[max(0, name.start - 8) : name.start]
        if re.search(r"\bcua\s$", before):
            return name
    if names and names[-1].end == len(title.text.rstrip()) and re.search(r"\s[-–|]\s$", title.text[: names[-1].start]):
        return names[-1]
    if names and names[0].start == 0 and re.match(r"\s?[:–-]", plain[names[0].end :]):
        return names[0]
    served = kind.is_change or kind in (NoticeKind.REQUEST_FOR_QUOTATION, NoticeKind.AWARD)
    return next((name for name in reversed(names) if served and _is_at_own_house(name, plain)), None)


def _is_at_own_house(name: Name, plain_title: str) -> bool:
    place = re.search(r"\b(?:tai|cho|cho nha thuoc)\s$", plain_title[max(0, name.start - 16) : name.start])
    return place is not None and not name.is_company()


def _head_of_office(lines: tuple[Line, ...]) -> Name | None:
    """The agency whose head decides; not those whose decisions the notice rests on."""
    for line in lines[: 2 * HEAD_LINES]:
        if _BASIS.match(line.plain):
            continue
        for name in early_names(line):
            before, after = line.plain[: name.start], line.plain[name.end :]
            if _HEAD_OF_OFFICE.search(before) and _DECIDES.match(after):
                return name
    return None


def _approver(lines: tuple[Line, ...]) -> Name | None:
    """The agency that approved the plan or the result which a notice rests on, unless it is one above the buyer."""
    for line in lines[: 2 * HEAD_LINES]:
        for name in early_names(line):
            before = line.plain[: name.start]
            approves = _BY_DECISION.match(before) or (
                _APPROVES.match(line.plain, name.end) and re.search(r"\b(?:cua|giam doc|truong)\s$", before)
            )
            if approves and not is_superior(name):
                return name
    return None


def _package_owner(title: FoldedPassage, lines: tuple[Line, ...], kind: NoticeKind) -> Name | None:
    """The agency that a package is said to be of; a company only of a call, as in results it is the winner as often."""
    places: list[FoldedPassage | Line] = [title, *lines[:HEAD_LINES]]
    for said in places:
        for name in () if _BASIS.match(said.plain) else early_names(said):
            if _PACKAGE_OF.search(said.plain[: name.start]) and (kind.is_call or not name.is_company()):
                return name
    return None


def find_host(site_name: str | None, body: FoldedPassage) -> str | None:
    """Whose site it is, where the notice calls its buyer only "Bệnh viện", "Trung tâm" … as one does at home.

    Or where the number at its head bears the letters of the site's name ("3377/QĐ-BVCR").
    """
    name = next(find_names(site_name), None) if site_name else None
    if name is None or len(name.text) < len(site_name or ""):
        return None
    head = _GENERIC.match(fold_in_place(name.text))
    speaks = head and any(re.match(rf"\W*{head[0]}\b", line.plain) for line in body.lines[:HEAD_LINES])
    return _tidy(name.text) if speaks or find_own_numbers(body.lines[:HEAD_LINES], name.text) else None


def _entrusted(lines: tuple[Line, ...]) -> Name | None:
    """Who buys where a body above decides: "UBND tỉnh giao Ban Quản lý dự án (chủ đầu tư) tổ chức …"."""
    for line in lines[: 4 * HEAD_LINES]:
        for name in line.names:
            if _GIVEN_TO.search(line.plain, max(0, name.start - 40), name.start) and _IN_CHARGE.match(
                line.plain, name.end
            ):
                return name
    return None


def _called_short(lines: tuple[Line, ...]) -> Name | None:
    """The only agency of its kind that is named, where the notice then says only "Viện đề nghị …"."""
    head = lines[:HEAD_LINES]
    named = {fold_in_place(name.text): name for line in head if not _BASIS.match(line.plain) for name in line.names}
    for line in head:
        short = _GENERIC.match(line.plain)
        if short and _SPEAKS.match(line.plain, short.end()):
            meant = [name for plain, name in named.items() if plain.startswith(f"{short[0]} ")]
            return meant[0] if len(meant) == 1 else None
    return None


# Words in small letters behind those that name: "… thông tin đến các đơn vị".
_RUNS_ON = re.compile(r"(?:\s[^\W\d_A-Z]+){8}$")


def _only_one(lines: tuple[Line, ...], *, above: bool = False) -> Name | None:
    """The only agency that the beginning names, apart from sellers, bodies above and whom it turns to.

    With `above`, also such a body, where a line begins with it.
    """
    named = {
        fold_in_place(name.text): name
        for line in lines[:HEAD_LINES]
        if not _BASIS.match(line.plain)
        for name in line.names
        if not (name.is_supplier() or name.is_auctioneer())
        and (not is_superior(name) or (above and name.start == 0))
        and not _ADDRESSED.search(line.plain[: name.start])
        and not _RUNS_ON.search(name.text)
    }
    return next(iter(named.values())) if len(named) == 1 else None


def _in_english(lines: tuple[Line, ...]) -> Name | None:
    """The agency that opens a sentence of an English notice and invites in it."""
    for line in lines[:HEAD_LINES]:
        said = _IN_ENGLISH.match(line.text[:300])
        if said and _ENGLISH_AGENCY.search(said["name"]):
            return Name(said["name"], said.start("name"), said.end("name"))
    return None


def _receiver(lines: tuple[Line, ...]) -> Name | None:
    """The one agency that offers are handed to."""
    found: dict[str, Name] = {}
    for line in lines:
        if _COPIES.search(line.plain):
            break
        if line.section is Concept.METHOD or _TAKES_IN.search(line.plain):
            found.update((fold_in_place(name.text), name) for name in line.names if not name.is_auctioneer())
    return next(iter(found.values())) if len(found) == 1 else None


# "TRUNG TÂM Y TẾ KHU VỰC QUỲ CHÂU - TỈNH NGHỆ AN", a letterhead in one line: where it is, behind what it is called.
_BESIDE_PLACE = re.compile(r"(?<=\w)\s[-–]\s(?:TỈNH|THÀNH PHỐ)\s[^-–,]{2,30}$")
_LEAST_NAME = 5  # words: of "BỆNH VIỆN ĐA KHOA - TỈNH NGHỆ AN" the place is a part


def _tidy(name: str) -> str:
    place = _BESIDE_PLACE.search(name)
    if place and len(name[: place.start()].split()) > _LEAST_NAME:
        name = name[: place.start()]
    return collapse_spaces(name).strip(" .,;:-–\"'“”")
