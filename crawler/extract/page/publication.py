"""When a page says that it was published; never when it was changed, and never a date from its text."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from bs4 import Tag

from crawler.extract.page.tree import each_tag
from timthau.model.moment import HANOI, Moment

_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)?)?",
)
_META = {
    "article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "dc.date.issued",
    "date.published",
}
_ARTICLE_TYPES = re.compile(r"Article|Posting|WebPage|CreativeWork|Report")
_CHANGED = re.compile(r"updated|modified|dateModified", re.I)

_DAY_NAMES = (
    r"(?:thứ\s*(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s*nhật|cn"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)"
)
_TIME = (
    r"(?P<{0}h>\d{{1,2}})\s?(?::|h|giờ)\s?(?P<{0}m>\d{{2}})(?::\d{{2}})?(?:\s?phút)?(?:\s?(?P<{0}half>AM|PM|SA|CH))?"
)
_MONTH_WORD = r"một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười một|mười hai|mười|giêng|chạp"
_ENGLISH_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    r"(?:(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})"
    rf"|(?P<d2>\d{{1,2}})\s+(?:tháng\s+|th\.?\s?(?=\d))(?P<m2>\d{{1,2}}|{_MONTH_WORD}),?\s+(?:năm\s+)?(?P<y2>\d{{4}})"
    rf"|(?:tháng\s+|\bth\.?\s?(?=\d))(?P<m3>\d{{1,2}}|{_MONTH_WORD})\s+(?P<d3>\d{{1,2}}),\s+(?P<y3>\d{{4}})"
    r"|(?P<y4>\d{4})-(?P<m4>\d{2})-(?P<d4>\d{2})"
    rf"|(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m5>{_ENGLISH_MONTH})\.?,?\s+(?P<y5>\d{{4}})"
    rf"|\b(?P<m6>{_ENGLISH_MONTH})\.?\s+(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y6>\d{{4}}))"
)
#: In every date, and quickly looked for.
_YEAR = re.compile(r"\d{4}")
_STAMP = re.compile(
    rf"(?:{_TIME.format('a')}\s*+(?:[-,|–]|ngày"
    rf"|,\s*+ngày)?\s*+)?(?:{_DAY_NAMES}\s*+,?\s*+(?:[-–]\s*+)?)?(?:ngày\s+)?(?<![\d/.-]){_DATE}(?![\d/])"
    rf"(?:\s*+(?:[-,|–]|lúc|at|vào lúc|,\s*+lúc)?\s*+{_TIME.format('b')})?",
    re.I,
)
_LABEL = re.compile(
    r"(?:đăng|ngày đăng|đăng ngày|đăng lúc|được đăng|ngày xuất bản|xuất bản|ngày phát hành|ngày công bố|ngày tạo"
    r"|viết ngày|được viết|thời gian đăng|ngày đưa tin|posted|published|ngày cập nhật|cập nhật)"
    r"(?: (?:ngày|lúc|vào|vào lúc|bởi|on|tin|tải|bài))*+\s*+[:：]?\s*+$",
    re.I,
)
_LABEL_SURE = re.compile(
    r"(?:^|[|•\-–\s])(?:ngày đăng|đăng ngày|đăng lúc|được đăng|ngày xuất bản|xuất bản|ngày tạo|viết ngày"
    r"|thời gian đăng|ngày đưa tin|posted on|published)",
    re.I,
)
# Names that templates give to what shows when an article was published.
_MARKED = re.compile(
    r"\bsubmitted\b|(?:publish(?:ed)?|post(?:ed)?|creat(?:ed|e)|entry|news|article|detail)[-_]?(?:date|on|time|day|at)"
    r"|(?:date|time)[-_]?(?:publish(?:ed)?|post(?:ed)?|created?|news)|ngay[-_]?dang|^date$|^time$|(?:^|\s)(?:dt-)?published(?:$|\s)",
    re.I,
)
_DATED_TAGS = frozenset(("time", "span", "div", "p", "abbr", "meta", "li", "i", "em", "small"))
_DATES = ("datePublished", "dateModified")
_AGO = re.compile(
    r"\s*(?:khoảng |about |an? )?(?:\d+ )?(?:giây|phút|giờ|ngày|tuần|tháng|năm"
    r"|(?:second|minute|hour|day|week|month|year)s?) (?:trước|ago)\s*$",
    re.I,
)
_LAST_CHANGE = re.compile(r"lần cuối|chỉnh sửa|sửa đổi|last (?:updated|modified)|sửa lần", re.I)
_NOT_A_BYLINE = re.compile(
    r"\b(?:hạn|trước|đến|từ|nộp|hết|mở|đóng|hiệu lực|khai mạc|kể|căn cứ|số|quyết định|thông tư|sinh|họp)\b", re.I
)
# "17h00 ngày 19/6/2026 là hạn cuối …": a sentence that begins with its day.
_GOES_ON = re.compile(r"[\s,]*(?:là|hết hạn|đóng thầu|mở thầu|[^|]{0,30}\b(?:hạn|nộp)\b)", re.I)
_MONTH_NUMBERS = dict(zip("một hai ba tư năm sáu bảy tám chín mười".split(), range(1, 11), strict=True)) | {
    "giêng": 1,
    "bốn": 4,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
}
_ENGLISH_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def find_published(
    told: Iterable[Tag],
    *,
    described: Iterable[Mapping[str, Any]],
    region: Tag | None,
    noise: frozenset[int],
    near: Iterable[str],
    after: Iterable[str],
) -> Moment | None:
    """The day or minute of publication, None unless the page states it.

    What machines are told (JSON-LD, which is `described`, meta among `told`, itemprop, <time>) comes first, as shown
    times may follow the visitor's clock; `near` are the lines below the heading, `after` those around the article,
    where only a label counts. A day is made a minute when another statement of the same day has the hour.
    """
    stated = [*_from_json(described), *_from_meta(told), *(_from_region(region, noise) if region is not None else ())]
    shown = [moment for line in near if (moment := parse_byline(line)) is not None]
    shown += [moment for line in after if _LABEL_SURE.search(line) and (moment := parse_byline(line)) is not None]
    found = stated + shown
    if not found:
        return None
    # Some systems print the time of the last edit as that of publication: then what people are shown is right.
    is_other = bool(shown and stated) and not _is_same_minute(shown[0], stated[0])
    first = shown[0] if is_other and is_doubtful(described, told, region) else found[0]
    if isinstance(first, datetime):
        return first
    return next((moment for moment in found if isinstance(moment, datetime) and moment.date() == first), first)


def _is_same_minute(shown: Moment, stated: Moment) -> bool:
    """Whether people are shown what machines are told, less its seconds."""
    return isinstance(shown, datetime) and isinstance(stated, datetime) and stated.replace(second=0) == shown


def is_doubtful(described: Iterable[Mapping[str, Any]], told: Iterable[Tag], region: Tag | None) -> bool:
    """Whether a page says that it was published when it was last changed, to the second: one of the two is no fact."""
    said = [(str(node.get("datePublished", "")), str(node.get("dateModified", ""))) for node in described]
    named = {str(tag.get("property") or tag.get("itemprop") or "").lower(): str(tag.get("content", "")) for tag in told}
    said.append((named.get("article:published_time", ""), named.get("article:modified_time", "")))
    said.append((named.get("datepublished", ""), named.get("datemodified", "")))
    dated = (tag for tag in each_tag(region) if tag.attrs.get("itemprop") in _DATES) if region is not None else ()
    marked = {tag.get("itemprop"): _stated(tag) for tag in dated}
    said.append((marked.get(_DATES[0], ""), marked.get(_DATES[1], "")))
    return any(published and published == modified for published, modified in said)


def parse_iso(text: str) -> Moment | None:
    """A machine's date in Hanoi time; None when it is not well-formed, as NukeViet's "2026-11-19+0713:53:02"."""
    match = _ISO.fullmatch(text.strip())
    if match is None:
        return None
    try:
        if match[4] is None:
            return date(int(match[1]), int(match[2]), int(match[3]))
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    moment = moment.replace(tzinfo=HANOI) if moment.tzinfo is None else moment.astimezone(HANOI)
    # Midnight sharp is what programs write when they know only the day.
    return moment.date() if moment.time() == time() else moment.replace(microsecond=0)


def parse_byline(line: str) -> Moment | None:
    """The date of a line such as "Thứ năm - 19/11/2026 13:53 308 0" or "Đăng lúc: 29/11/2022 (GMT+7)"; else None.

    Day before month, as in Vietnam; with AM or PM the page is in another language, and only a day above 12 tells.
    """
    if len(line) > 160 or _YEAR.search(line) is None or _LAST_CHANGE.search(line):
        return None
    match = _STAMP.search(line)
    if match is None:
        return None
    before = line[: match.start()].strip()
    labelled = _LABEL.search(before) is not None
    told = _NOT_A_BYLINE.search(before) or _GOES_ON.match(line, match.end())
    if not labelled and (told or len(before) > 40 or len(line) - match.end() > 60):
        return None
    return _moment(match)


def _moment(match: re.Match[str]) -> Moment | None:
    parts = match.groupdict()
    day, month, year = next((parts[f"d{n}"], parts[f"m{n}"], parts[f"y{n}"]) for n in ("", *"23456") if parts[f"d{n}"])
    d, y = int(day), int(year)
    m = _read_month(month)
    which = "a" if parts["ah"] else "b"
    half = (parts[f"{which}half"] or "").upper()
    if half in ("AM", "PM") and parts["d"]:
        if d <= 12 and m <= 12 and d != m:
            return None
        if m > 12:
            d, m = m, d
    try:
        stated = date(y, m, d)
        if not 1995 <= y <= 2100 or parts[f"{which}h"] is None:
            return stated if 1995 <= y <= 2100 else None
        hour = int(parts[f"{which}h"]) % 12 + 12 * (half in ("PM", "CH")) if half else int(parts[f"{which}h"])
        return datetime.combine(stated, time(hour, int(parts[f"{which}m"])), HANOI)
    except ValueError:
        return None


def _read_month(said: str) -> int:
    if said.isdigit():
        return int(said)
    word = " ".join(said.lower().split())
    return _MONTH_NUMBERS.get(word) or _ENGLISH_MONTHS.index(word[:3]) + 1


def _from_json(described: Iterable[Mapping[str, Any]]) -> Iterator[Moment]:
    for node in described:
        if _ARTICLE_TYPES.search(str(node.get("@type", ""))) and (
            moment := parse_iso(str(node.get("datePublished", "")))
        ):
            yield moment


def _from_meta(told: Iterable[Tag]) -> Iterator[Moment]:
    for tag in told:
        if tag.name != "meta":
            continue
        name = str(tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        if name in _META and (moment := parse_iso(str(tag.get("content", "")))):
            yield moment


def _from_region(region: Tag, noise: frozenset[int]) -> Iterator[Moment]:
    for tag in each_tag(region):
        if not (tag.attrs or tag.name == "time") or tag.name not in _DATED_TAGS:
            continue
        named = _MARKED.search(str(tag.get("class", ""))) or tag.get("itemprop") == "datePublished" or _is_ago(tag)
        if not (named or tag.name == "time") or _is_change(tag):
            continue
        # The footer of an article may date it; a list beside it dates other articles.
        if any(id(parent) in noise and parent.name != "footer" for parent in (tag, *tag.parents)):
            continue
        stated = _stated(tag)
        moment = parse_iso(stated) or (parse_byline(stated) if named and len(stated) < 80 else None)
        if moment is not None:
            yield moment


def _stated(tag: Tag) -> str:
    """What an element that stands for a moment says, to machines if it has words of its own for them."""
    titled = str(tag.get("title", "")).strip()
    is_told = _ISO.fullmatch(titled) if tag.name == "abbr" else _is_ago(tag)  # as microformats write it
    told = tag.get("datetime") or tag.get("content") or (titled if is_told else "")
    return str(told or tag.get_text(" ")).strip()


def _is_ago(tag: Tag) -> bool:
    """Whether an element says how long ago something was, and what day that was when the mouse is above it."""
    return bool(tag.get("title")) and _AGO.match(tag.get_text(" ")) is not None


def _is_change(tag: Tag) -> bool:
    said = f"{tag.get('class', '')} {tag.get('itemprop', '')}"
    return _CHANGED.search(said) is not None and "published" not in said.lower()


def read_json_ld(told: Iterable[Tag]) -> Iterator[dict[str, Any]]:
    """The objects that a page describes itself with in JSON-LD, its scripts being in `told`; of a @graph each one."""
    for script in told:
        if script.name != "script" or "ld+json" not in str(script.get("type", "")):
            continue
        try:
            data = json.loads(script.get_text(), strict=False)
        except (ValueError, RecursionError):
            continue
        nodes = data if isinstance(data, list) else [data]
        for node in nodes:
            if isinstance(node, dict):
                yield node
                graph = node.get("@graph")
                yield from (part for part in graph if isinstance(part, dict)) if isinstance(graph, list) else ()
