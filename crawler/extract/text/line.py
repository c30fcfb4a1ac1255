"""Texts as lines that know what they are about: numbering taken off, labels told from values, sections followed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept, parse_label
from crawler.extract.text.organization import Name, find_names
from crawler.extract.text.portal_card import unfold_card
from timthau.text.syllable import is_syllable

#: Of a longer text only the beginning is read for fields; tables are read on their own.
MAX_CHARACTERS = 60_000

_NUMBERING = re.compile(
    r"\s{0,20}(?:[-–—+*•●○▪■◦➢►▶✓✔·»]+|\(?\d{1,2}(?:\.\d{1,2}){0,3}[.)](?!\d)|\d{1,2}(?:\.\d{1,2}){1,3}\s"
    r"|[IVX]{1,5}[.)/]|[a-zđ][.)])\s*"
)
# A colon that ends a label: none of "17:00", "https:".
_COLON = re.compile(r"(?<!\s)(?<!http)(?<!https)\s*:+(?!//)(?!\d\d\b)\s*|(?<!\s)\s*:\s+(?=\d)")
# "… kết thúc. 4. Thời hạn tiếp nhận báo giá: …" in one paragraph: a numbered label begins a line of its own.
_NUMBERED_LABEL = re.compile(
    r"(?<=[.;:)\w\"”])\s+(?=(?:\d{1,2}(?:\.\d{1,2}){0,2}[.)]|[IVX]{1,4}\.|[-–+•])\s*[^\W\d](?:(?!\.\s)[^:\n]){3,120}:)"
)
# "… tiêu hao. Thời hạn tiếp nhận báo giá: …": so does a known label after a full stop, and in a row of labelled facts.
_SENTENCE_LABEL = re.compile(r"(?:(?<=[.;])\s+|\s(?P<bar>\|)\s)(?=(?P<label>(?!giờ )[^\W\d][^:.;|\n]{2,100}):\s)")
# "12 | Găng tay | Đôi | 500": rows of numbered goods say nothing else and are read from their tables.
_ROW_OF_GOODS = re.compile(r"\d{1,4}[.)]?\s?\|(?:[^|]*\|){2}")
_LONG = 160
_WRAPPED = 50
# "15 giờ 00 phút" over "ngày 09 tháng 9 năm 2026".
_HOUR_ALONE = re.compile(
    r"(?:(?:(?:từ|đến|trước|hết|lúc|chậm nhất)\s){0,3}\d{1,2}\s?(?:giờ|h|:)\s?\d{0,2}(?:\s?phút)?)[\s,]*", re.IGNORECASE
)
_DAY_ALONE = re.compile(r"ngày\s{1,3}\d", re.IGNORECASE)
_LONGEST_LABEL = 80
# "Chủ đầu tư Bệnh viện X": cards lose the colon.
_WHO = frozenset((Concept.REQUESTER, Concept.PROJECT_OWNER, Concept.ASSET_OWNER))
#: Capital letters of Vietnamese for a class of characters; they lie between the small ones.
CAPITALS = "A-Z" + "".join(filter(str.isupper, map(chr, (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)))))
_SENTENCE_END = re.compile(rf"(?<=[.!?;])\s+(?=[{CAPITALS}]|[-+(])")
_ABBREVIATION = re.compile(
    r"\b(?:tp|tx|tt|q|p|h|x|ths|bs|ts|ds|cn|ks|pgs|gs|mr|mrs|st|no|ong|ba|bscki|bsckii|ckii|cki|t)\.$"
)


@dataclass(frozen=True)
class Line:
    """A line of a text. `text` lacks the numbering; `plain` is it folded in place.

    `label` and `value` are the parts before and after a colon, or the two cells of a row; without a label the value
    is the whole text. `concept` is what a known label announces; `section` is that of the last known label so far.
    """

    text: str
    plain: str
    label: str
    value: str
    concept: Concept | None
    section: Concept | None
    numbered: bool

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The agencies and companies that the line names."""
        return tuple(find_names(self.text, self.plain))

    def sentences(self) -> Iterator[tuple[int, int]]:
        """Where each sentence of the line begins and ends."""
        start = 0
        for match in _SENTENCE_END.finditer(self.text):
            if not _ABBREVIATION.search(self.plain, max(0, match.start() - 8), match.start()):
                yield start, match.start()
                start = match.end()
        yield start, len(self.text)


def parse_lines(text: str) -> tuple[Line, ...]:
    """The lines of a text that say something, in order; rows of numbered goods are left to their tables.

    A label on a line of its own has the next line as its value. Long paragraphs that hold several numbered labels,
    and cards of the national portal printed in one line, are cut at their labels.
    """
    raw = [part for line in _join_wrapped(text[:MAX_CHARACTERS].splitlines()) for part in _cut(line)]
    lines: list[Line] = []
    section: Concept | None = None
    for number, one in enumerate(raw):
        line = _parse_line(one, raw[number + 1] if number + 1 < len(raw) else "", section)
        section = line.section
        lines.append(line)
    return tuple(lines)


def _join_wrapped(lines: list[str]) -> list[str]:
    """Lines of files end where the paper did: one that begins with a small letter goes on with the one above."""
    joined: list[str] = []
    for line in lines:
        said = line.strip()
        parted = joined and _HOUR_ALONE.fullmatch(joined[-1]) and _DAY_ALONE.match(said)
        wrapped = said[:1].islower() and joined and len(joined[-1]) >= _WRAPPED and joined[-1][-1] not in ".:;!?|"
        if parted or (wrapped and not parse_label(said.split(":")[0])):
            joined[-1] += " " + said
        elif said:
            joined.append(said)
    return joined


def _cut(line: str) -> list[str]:
    line = line.strip()
    if not line or _ROW_OF_GOODS.match(line):
        return []
    if ":" not in line and len(line) <= _LONG:
        return [line]
    parts = [line]
    if len(line) > _LONG:
        parts = [part for whole in unfold_card(line) for part in _NUMBERED_LABEL.split(whole)]
    return [part.strip() for whole in parts for part in _cut_at_labels(whole) if part.strip()]


def _cut_at_labels(line: str) -> Iterator[str]:
    start = 0
    for match in _SENTENCE_LABEL.finditer(line):
        if parse_label(match["label"]) and not (match["bar"] and ":" not in line[start : match.start()]):
            yield line[start : match.start()]
            start = match.end()
    yield line[start:]


# "nhậntrước", "chínhtại", "2026qua": words that documents lose the blank before.
_GLUED = re.compile(r"(?<![^\W_])([^\W_]{2,7}?)(trước|đến|tại|ngày|từ|về|(?<=\d)qua)(?![^\W\d_])")


def _unglue(match: re.Match[str]) -> str:
    before, word = match.groups()
    whole = before.isdigit() or (is_syllable(before) and not is_syllable(match[0]))
    return f"{before} {word}" if whole else match[0]


def _parse_line(raw: str, following: str, section: Concept | None) -> Line:
    text, numbered = _GLUED.sub(_unglue, raw), False
    while (match := _NUMBERING.match(text)) and match.end() < len(text):
        text, numbered = text[match.end() :], True
    label, value = _split_label(text)
    if not label and len(text) < _LONGEST_LABEL and (said := parse_label(text)) not in (None, Concept.UNIT):
        name = next(find_names(text), None) if said in _WHO else None
        label, value = (text[: name.start], text[name.start :]) if name and name.start else (text, "")
    concept = parse_label(label) if label else None
    if label and not value and concept and not _split_label(_strip_numbering(following))[0]:
        value = _strip_numbering(following)
    return Line(text, fold_in_place(text), label, value, concept, concept or section, numbered)


def _strip_numbering(text: str) -> str:
    match = _NUMBERING.match(text)
    return text[match.end() :] if match else text


def _split_label(text: str) -> tuple[str, str]:
    if " | " in text:
        cells = [cell.strip() for cell in text.strip("| ").split(" | ")]
        if len(cells) == 2 and ":" not in cells[0] and len(cells[0]) < _LONGEST_LABEL:
            return cells[0], cells[1]
    match = _COLON.search(text, 0, 200) if ":" in text else None
    if match is None or match.start() == 0:
        return "", text
    return text[: match.start()].strip(), text[match.end() :].strip()
