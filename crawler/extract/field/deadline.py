"""The last moment to hand something in, with the sentence that says so."""

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from crawler.extract.field.topic import ENDS, TOPICS, Saying, Topic
from crawler.extract.text.cue import CueMatch
from crawler.extract.text.label import Concept
from crawler.extract.text.line import Line
from crawler.extract.text.moment import Stamp, parse_stamps
from crawler.extract.text.passage import FoldedPassage
from timthau.model.moment import Moment, end_of
from timthau.text.fold import collapse_spaces


@dataclass(frozen=True)
class Deadline:
    """A deadline in Hanoi time, a day alone where no hour is stated, and the sentence it was read from."""

    at: Moment
    sentence: str


# Words right before a point in time that make it a beginning …
_BEGINNING = re.compile(
    r"\b(?<!thu )(?:tu|ke tu|tinh tu|bat dau(?: tu)?|sau|thay cho|thay vi|thong bao|quyet dinh)\s?"
    r"(?:luc|vao|thoi diem|khoang|hoi|ngay|:|cu)*\s?\(?$"
    r"|\bke tu\b(?:(?!\b(?:den|toi|truoc|het|muon nhat|cham nhat|han)\b)[^.;]){0,40}$"
)
# Papers are sold from a day and until a day: only the second is a deadline.
_ENDING = re.compile(r"\b(?:den|toi|truoc|het|han|cham nhat|muon nhat)\b[^.;]{0,30}$|\s-\s?$")
# … or the moment that a change replaces.
_FORMER = re.compile(
    r"\b(?:cũ|trước đây|trước đó|ban đầu|đã thông báo|đã đăng|đã phát hành|thay cho|thay vì|thay đổi từ"
    r"|sau khi (?:kết thúc|hết)|đã (?:kết thúc|hết hạn))\b"
)
_RENEWED = re.compile(r"\b(?:mới|thành|sang|nay|gia hạn|điều chỉnh|lùi|kéo dài)\b")
# "… đã in: “trước 14h ngày 18/9”; nay sửa lại là: “trước 14h ngày 22/9”": what is corrected is until when.
_CORRECTED = re.compile(
    r"\b(?:sua|dieu chinh|dinh chinh|thay doi|doc|ghi)(?: lai)?(?: thanh| la)\s?:?\s?[\"'(]?\s?(?:truoc|den|cham nhat)"
    r"(?: luc| truoc)?\s?$"
)
# "Bắt đầu từ ngày 01/7 đến 17h00 ngày 08/7/2026.", a sentence that says no more.
_WINDOW = re.compile(r"\W*(?:bat dau )?(?:ke )?tu (?:\d|ngay|luc|hoi|nay)[^,;:]{0,60}\b(?:den|toi)\b")
# "Báo giá nhận được sau 16h30 ngày … sẽ không được xem xét": what comes late says until when.
_LATE_BEFORE = re.compile(r"\b(?<!thu )sau\s?(?:thoi diem|thoi han|luc|gio|vao|:|ngay|khi|het|han)*\s?\(?$")
_LATE_BEHIND = re.compile(
    r"[^.;]{0,80}\b(?:khong (?:duoc |con )?(?:xem(?: xet)?|chap nhan|tiep nhan|nhan|hop le|gia tri|mo)|bi loai"
    r"|bi tu choi"
    r"|(?:duoc )?coi la (?:khong|muon|tre)|la (?:khong hop le|muon|tre))"
)
# "Ngày 25/8/2026 là ngày cuối cùng nhận báo giá."
_IS_LAST = re.compile(
    r"\s?(?:\([^()]{0,40}\)\s?)?(?:la )?(?:(?:ngay|han|hom|thoi (?:han|diem)) (?:cuoi|chot|het|ket thuc|dong thau)"
    r"|khoa so)"
)
_GOES_ON = re.compile(r"\s?-\s?(?:ngay )?\d{1,2}\s?[/.-]\s?\d")
_TO = re.compile(r"\s-\s?$")
_IS_BEFORE = re.compile(r"thoi (?:gian|han)\s?:\s?(?:truoc|cham nhat|muon nhat)\b")
# "từ ngày ra thông báo đến hết ngày …": a window that begins with the notice.
_FROM_NOW = re.compile(
    r"\btu (?:khi |ngay )?(?:nay|(?:ra |dang |phat hanh |co )?thong bao|dang|phat hanh)\b[^.;]{0,30}$"
)
_FROM_DAY = re.compile(r"\btu (?:ngay )?$")
_UNTIL_DAY = re.compile(r",? ?(?:den|toi)(?: het)?(?: ngay)? ?")
_RELATIVE = re.compile(
    r"\b(?:trong(?: vong| thoi (?:han|gian))?|(?:thoi (?:han|gian)|han (?:nop|nhan|gui|cuoi"
    r"|chot))[^.;:]{0,40}:?)\s(?:la\s)?(?P<days>\d{1,3})\s?(?:\([^()]{1,30}\)\s?)?ngay(?!\s?lam viec)\s?,?\s?(?:ke tu"
    r"|tinh tu|tu|sau)\s(?P<base>[^.;\n]{3,160})"
)
_FROM_POSTING = re.compile(
    r"^(?:khi |ngay |thoi diem )?(?:(?:duoc )?dang|(?:thong bao|thu moi|yeu cau)[^.;]{0,40} (?:duoc )?dang)"
)
_ELSEWHERE = re.compile(
    r"\btren (?:to )?bao\b|\bbao dau thau\b|\bhe thong\b|\bmuasamcong\b|\bmang dau thau\b|\bcong thong tin dau gia\b"
    r"|\bdgts\b|\btap chi\b"
)
_AT_LEAST = re.compile(r"\b(?:toi thieu|it nhat|khong it hon)\b")
_NEAR = 300  # characters before a point in time that may say what it is
_MOST_STAMPS = 500
_BEHIND = 160
_SHORT = timedelta(days=31)
_SOON = timedelta(days=120)
_MOST_DAYS = 120


def parse_deadline(passage: FoldedPassage, *, published: Moment | None) -> Deadline | None:
    """The deadline that a notice's text states; None when it states none for certain.

    `published` is the day the page itself gives: a day without a year and "trong vòng 10 ngày kể từ ngày đăng" are
    worked out from it, and are left out without it. Working days are never counted: holidays are not known.
    """
    lines = passage.lines
    candidates = [found for line in lines for found in _find_candidates(line, published)]
    for topic in (Topic.HAND_IN, Topic.BELOW, Topic.SALE, Topic.TIME):
        stated = [candidate for candidate in candidates if candidate.topic is topic and not candidate.former]
        if stated:
            last = max(stated, key=lambda candidate: candidate.rank)
            return Deadline(last.at, last.sentence)
    return next(filter(None, (_find_relative(line, published) for line in lines)), None)


@dataclass(frozen=True)
class _Candidate:
    at: Moment
    topic: Topic
    sentence: str
    former: bool
    ends: bool

    @property
    def rank(self) -> tuple[bool, date, bool, datetime]:
        """What is said to end something first, of those the later day, on one day the one with an hour."""
        return self.ends, end_of(self.at).date(), isinstance(self.at, datetime), end_of(self.at)


def _find_candidates(line: Line, published: Moment | None) -> Iterator[_Candidate]:
    """The points in time of a line that may be its deadline."""
    stamps = list(islice(parse_stamps(line.text, line.plain), _MOST_STAMPS))
    if stamps and _SIGNED.fullmatch(line.plain) and TOPICS.last(line.text, line.plain) is None:
        return
    sentences = list(line.sentences()) if stamps else []
    previous = 0
    for stamp in stamps:
        start, end = sentences[bisect(sentences, (stamp.start, len(line.text))) - 1]
        first = max(start, stamp.start - _NEAR)
        topic = _topic(line, first, max(first, previous), stamp, end)
        late = _is_late(line, first, stamp)
        if topic is Topic.END and line.label and _of_something_else(line):
            topic = Topic.OTHER
        topic = Topic.HAND_IN if late or topic is Topic.END else topic
        previous = stamp.end
        at = _moment(line, stamp, published)
        if at is None or topic in (Topic.OTHER, Topic.CITED):
            continue
        before = line.plain[first : stamp.start]
        starts = (_BEGINNING.search(before) and not late) or (topic is Topic.SALE and not _ENDING.search(before))
        starts = (
            starts
            or _GOES_ON.match(line.plain, stamp.end) is not None
            or (line.concept is None and _is_long_window(line, stamps, stamp))
        )
        dated = stamp.hour is not None or _is_short_window(stamps, stamp) or _FROM_NOW.search(before)
        vague = topic is Topic.TIME and not dated and not _IS_BEFORE.match(line.plain, start)
        ends_by_label = late or Concept.DEADLINE in (line.concept, line.section)
        ends = ends_by_label or ENDS.search(before) is not None or _TO.search(before) is not None
        said = Saying(line.text[first : stamp.start], line.plain[first : stamp.start])
        strays = topic is Topic.HAND_IN and not ends_by_label and (said.strays() or said.is_remark())
        if not starts and not vague and not strays and (ends or said.is_beside()):
            former = _is_former(line.text[first : stamp.start].lower())
            yield _Candidate(at, topic, collapse_spaces(line.text[start:end]), former, ends)


def _of_something_else(line: Line) -> bool:
    """Whether a label says that something else ends: "Phát hành chứng thư: chậm nhất 31/5"."""
    label = line.plain[: len(line.label)].strip(" :")
    return _NO_SUBJECT.fullmatch(label) is None and TOPICS.last(line.label, label) is None


def _is_late(line: Line, first: int, stamp: Stamp) -> bool:
    """Whether what comes after a stamp is said to be refused."""
    after = _LATE_BEFORE.search(line.plain, first, stamp.start)
    return after is not None and _LATE_BEHIND.match(line.plain, stamp.end) is not None


def _is_short_window(stamps: list[Stamp], last: Stamp) -> bool:
    """Whether a window ends at `last` that is short enough for quotations; services are bought for longer."""
    days = [end_of(moment).date() for stamp in stamps if stamp.start <= last.start and (moment := stamp.moment())]
    return len(days) > 1 and timedelta(0) < days[-1] - days[-2] <= _SHORT


def _is_long_window(line: Line, stamps: list[Stamp], last: Stamp) -> bool:
    """Whether a stamp ends a time of service: "… dịch vụ vệ sinh, từ 01/01/2027 đến 31/12/2027"."""
    first = next((stamp for stamp in reversed(stamps) if stamp.end <= last.start), None)
    if first is None or not _FROM_DAY.search(line.plain, max(0, first.start - 12), first.start):
        return False
    if not _UNTIL_DAY.fullmatch(line.plain, first.end, last.start):
        return False
    begins, ends = first.moment(), last.moment()
    return begins is not None and ends is not None and end_of(ends).date() - end_of(begins).date() > _SOON


def _is_former(before: str) -> bool:
    """Whether the words before a point in time call it the old one: "cũ" is nearer than "mới"."""
    former = [match.end() for match in _FORMER.finditer(before)]
    renewed = [match.end() for match in _RENEWED.finditer(before)]
    return bool(former) and (not renewed or former[-1] > renewed[-1])


def _moment(line: Line, stamp: Stamp, published: Moment | None) -> Moment | None:
    """A stamp's moment; one without a year is worked out from the day of publication, if it is said to be a day."""
    if stamp.year is not None:
        return stamp.moment()
    named = stamp.hour is not None or line.plain[max(0, stamp.start - 6) : stamp.start].endswith(("ngay ", "ngay", "("))
    if published is None or not named:
        return None
    return stamp.next_after(end_of(published).date(), _SOON)


def _topic(line: Line, start: int, previous: int, stamp: Stamp, end: int) -> Topic:
    """What a stamp is said of: its label, the nearest cue before it in its sentence, the section, a cue behind it."""
    label = len(line.label)
    if line.concept in _BY_LABEL and start <= label <= stamp.start:
        label = previous if start < previous < label else label  # a sentence that ends with a label of its own
        label = start if 0 < start < label else label  # the label begins in an earlier sentence
        said = TOPICS.last(line.text[label : stamp.start], line.plain[label : stamp.start])
        return said.role if said else _BY_LABEL[line.concept]
    before = _last_said(line, previous, stamp.start)
    if before is None and previous > start:
        before = _last_said(line, start, previous)
    if line.concept is Concept.SECURITY and not _PAPERS.search(line.plain, start, stamp.start):
        return Topic.OTHER  # "Tiền đặt trước: …, thời gian nộp từ ngày …": money is handed in as well
    named = line.concept is None and _OTHER_TIME.match(line.plain) is not None
    named = named or (line.section in _BY_LABEL and _tells_more(line, start, stamp.start))
    if before is not None or (line.section in _BY_SECTION and not named):
        return before.role if before else _BY_SECTION[line.section]
    ends = _ENDING.search(line.plain[start : stamp.start])
    if _is_bare(line, start) and line.plain.startswith(("thoi han", "han") if ends else "han", start):
        return Topic.BELOW
    if _is_vague(line, start, stamp, ends=ends is not None):
        return Topic.TIME
    ends = ends or _IS_LAST.match(line.plain, stamp.end)
    behind = TOPICS.first(line.text[stamp.end : end][:_BEHIND], line.plain[stamp.end : end][:_BEHIND])
    return behind.role if ends and behind else Topic.OTHER


def _is_vague(line: Line, start: int, stamp: Stamp, *, ends: bool) -> bool:
    """Whether a sentence says that something ends, not what: "Thời hạn: …", "nay sửa là …", "Từ ngày … đến …"."""
    if _is_bare(line, start) and (ends or line.plain.startswith(("thoi han", "han"), start)):
        return True
    corrected = stamp.hour is not None and _CORRECTED.search(line.plain, start, stamp.start)
    return bool(corrected or _WINDOW.match(line.plain, start))


def _tells_more(line: Line, start: int, end: int) -> bool:
    """Whether a sentence below a deadline speaks at length of something else."""
    return start != len(line.label) and len(_WORD.findall(line.plain, start, end)) > _MOST_WORDS


def _last_said(line: Line, start: int, end: int) -> CueMatch[Topic] | None:
    """The last cue of a part of a line that says what ends: not "chậm nhất" behind what it is said of.

    "Gia hạn … của Thông báo số 7 đến ngày …" goes on past the paper it cites.
    """
    said = list(TOPICS.find(line.text[start:end], line.plain[start:end]))
    asides = [match.span() for match in _ASIDE.finditer(line.plain, start, end)]
    outside = [cue for cue in said if not any(a < start + cue.start < b for a, b in asides)]
    said = outside or said
    while len(said) > 1 and said[-1].role is Topic.END:
        said.pop()
    while len(said) > 1 and said[-1].role is Topic.CITED and _ENDING.search(line.plain, start + said[-1].end, end):
        said.pop()
    return said[-1] if said else None


# Labels that speak of what follows them, whatever else they name: "Thời gian đăng ký và xem tài sản: …".
_BY_LABEL: dict[Concept | None, Topic] = {Concept.DEADLINE: Topic.HAND_IN, Concept.SALE: Topic.SALE}
# "Thời gian xét chọn: …" under a deadline says when something else is.
_OTHER_TIME = re.compile(r"(?:thoi (?:gian|diem|han)|ngay) [a-z][^:]{0,60}:")
# "… báo giá (hiệu lực tối thiểu 06 tháng) về Phòng Vật tư trước ngày …": an aside says nothing of what follows it.
_ASIDE = re.compile(r"\([^()]{3,120}\)")
_WORD = re.compile(r"[a-z]{2,}")
_MOST_WORDS = 12
# Labels that do not say what ends.
_NO_SUBJECT = re.compile(
    r"(?:(?:luu y|ghi chu|chu y|yeu cau|nhac lai|dia (?:diem|chi)|noi|hinh thuc|cach thuc|phuong thuc|lien he|dien ra"
    r"|ket thuc|quy trinh|huong dan|noi dung|thong tin)\b.{0,40}|thoi (?:gian|han|diem)|han|ngay|gio)?"
)
# "An Giang, ngày 30 tháng 9 năm 2026": where and when a letter was signed.
_SIGNED = re.compile(
    r"\W{0,3}(?!han\b|thoi |truoc )[a-z]+(?: [a-z.]+){0,4}, ?(?:ngay )?\d{1,2} ?(?:thang|[/.-]) ?\d{1,2}"
    r" ?(?:nam|[/.-]) ?20\d\d\W{0,3}"
)
_PAPERS = re.compile(r"\b(?:ho so|phieu|don|bao gia|chao gia)\b")
# Sections whose dates need no word of their own; those about other things keep theirs to themselves.
_BY_SECTION: dict[Concept | None, Topic] = {
    Concept.DEADLINE: Topic.BELOW,
    Concept.SALE: Topic.SALE,
    **dict.fromkeys((Concept.VIEWING, Concept.OPENING, Concept.SECURITY, Concept.VALIDITY), Topic.OTHER),
    **dict.fromkeys((Concept.PLACE, Concept.DECISION), Topic.OTHER),
}


# "Thời hạn: 17 giờ 00, ngày 06/12/2026": in a call that says of nothing else when it is, this is when to hand in.
_BARE = re.compile(r"(?:(?:thoi (?:han|gian)|han)\s?:|han (?=\d))")
_SPEAKING = frozenset(
    {None, Concept.REQUESTER, Concept.UNIT, Concept.PACKAGE, Concept.METHOD, Concept.CONTACT, Concept.ITEMS}
)


def _is_bare(line: Line, start: int = 0) -> bool:
    return line.section in _SPEAKING and _BARE.match(line.plain, start) is not None


def _find_relative(line: Line, published: Moment | None) -> Deadline | None:
    """ "Trong vòng 10 ngày kể từ ngày …", where it is said of handing in and the base day is certain."""
    match = _RELATIVE.search(line.plain)
    if match is None or int(match["days"]) > _MOST_DAYS or _AT_LEAST.search(line.plain[: match.start("days")]):
        return None
    cue = TOPICS.last(line.text[: match.start("base")], line.plain[: match.start("base")])
    handed_in = cue is not None and cue.role in (Topic.HAND_IN, Topic.END)
    if not (handed_in or _is_bare(line) or line.section is Concept.DEADLINE):
        return None
    if cue is not None and cue.role in (Topic.OTHER, Topic.CITED):
        return None
    base = _base_day(match["base"], published)
    if base is None:
        return None
    sentence = next(line.text[start:end] for start, end in line.sentences() if start <= match.start() < end)
    return Deadline(base + timedelta(days=int(match["days"])), collapse_spaces(sentence))


def _base_day(said: str, published: Moment | None) -> date | None:
    """The day from which is counted: one that is written out, or that of publication on this very site."""
    stamp = next(parse_stamps(said), None)
    if stamp is not None:
        moment = stamp.moment()
        return end_of(moment).date() if moment else None
    if published is not None and _FROM_POSTING.match(said) and not _ELSEWHERE.search(said):
        return end_of(published).date()
    return None
