"""Wishes in plain words: amounts, days, states, places and exclusions in a query become its filters.

"gói thầu dưới 500 triệu ở Gia Lai" asks for notices of a province up to an amount; nothing of it need stand in them.
Only what is clear is read so: "tủ trên 500 lít" and "thang máy" are goods. What is quoted stays as it is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.language.analysis import Word, compose, parse_words
from index.language.pasted import read_pasted
from index.language.period import Calendar, Period
from index.language.phrasing import Phrases, Token, load_phrases, read_tokens
from index.language.synonym import load_synonyms
from index.language.worth import Amounts
from index.query import SOON_DAYS, Query, Reading, Sort
from timthau.model.province import Province, find_province, make_province_key
from timthau.text.fold import collapse_spaces, fold

_MOST_TOKENS = 30  # a longer text was pasted
_MOST_BARE = 10  # tokens beside what was read; more may be a title, which has days and places that ask for nothing
_MOST_EXCLUDED = 6  # words
_PROVINCE_WORDS = 4
_YEAR = re.compile(r"(?<![\w/.,-])20[0-9]{2}(?![\w/%-]|[.,]\d)")
_YEAR_WORD, _ACCENTED_YEAR_WORD = re.compile(r"\b(?:năm|nam)\Z", re.IGNORECASE), re.compile(r"\bnăm\Z", re.IGNORECASE)

#: Reads what begins at a token; where it ends, None when nothing does.
Rule = Callable[[int], int | None]


@dataclass(frozen=True)
class Understood:
    """A query with what was read of its words as filters, and the words that are left."""

    query: Query
    readings: tuple[Reading, ...] = ()

    @property
    def pasted(self) -> bool:
        """Whether the words are the name of one thing, from a text that was pasted."""
        return any(name == "q" for reading in self.readings for name, _ in reading.filters)


def understand(query: Query, today: date, *, standing: bool = False) -> Understood:
    """What a query asks for in plain words; `today` is the day in Hanoi.

    For a `standing` wish, which is kept, days that are counted from today say nothing.
    """
    text = compose(query.text)
    if not query.literal and (pasted := read_pasted(text)):
        return Understood(replace(query, text=pasted), (Reading(text, (("q", pasted),)),))
    tokens = read_tokens(text)
    if query.literal or not 0 < len(tokens) <= _MOST_TOKENS:
        return Understood(query)
    if all(token.kind == "word" and not load_phrases().begins(token) for token in tokens):
        return Understood(query)  # all that is read begins with a phrase, a figure or a sign
    reader = _Reader(text, tokens, today, standing=standing)
    reader.read()
    if not reader.taken:
        return Understood(query)
    return Understood(_narrow(query, reader.build_text(), reader.readings), tuple(reader.readings))


def understand_year(understood: Understood) -> Understood | None:
    """The same with the only year among the words as that of publication; None where there is none.

    Documents seldom say of what year they are, so this is for words that none has together with the year.
    """
    query = understood.query
    years = [*_YEAR.finditer(query.text)]
    if query.literal or understood.pasted or '"' in query.text or len(years) != 1:
        return None
    (year,) = years
    before = query.text[: year.start()].rstrip()
    named = _YEAR_WORD.search(before) if fold(query.text) == query.text.lower() else _ACCENTED_YEAR_WORD.search(before)
    if named and find_province(" ".join(before.split()[-2:])):
        named = None
    start = named.start() if named else year.start()
    text = collapse_spaces(f"{query.text[:start]} {query.text[year.end() :]}").strip(" ,;")
    if not text:
        return None
    days = (("from", f"{year[0]}-01-01"), ("to", f"{year[0]}-12-31"))
    readings = [*understood.readings, Reading(query.text[start : year.end()].strip(), days)]
    return Understood(_narrow(query, text, readings[-1:]), tuple(readings))


def _narrow(query: Query, text: str, readings: list[Reading]) -> Query:
    """The query with the filters of readings beside its own, and the words that are left."""
    said = Query.from_params(pair for reading in readings for pair in reading.filters)
    narrowed = replace(
        query,
        text=text,
        provinces=query.provinces + said.provinces,
        excluded_provinces=query.excluded_provinces + said.excluded_provinces,
        status=said.status or query.status,
        sort=Sort.NEWEST if not text and query.sort is Sort.RELEVANCE else query.sort,
    )
    for name, choose in _LIMITS.items():
        values = [value for value in (getattr(query, name), getattr(said, name)) if value is not None]
        if values:
            narrowed = replace(narrowed, **{name: choose(values)})
    return narrowed


_LIMITS = {
    **dict.fromkeys(("min_amount", "published_from", "deadline_from"), max),
    **dict.fromkeys(("max_amount", "published_to", "deadline_to"), min),
}


class _Reader:
    """Reads the tokens of one text from left to right; `taken` are those that are no longer words to find."""

    def __init__(self, text: str, tokens: Sequence[Token], today: date, *, standing: bool) -> None:
        self._text, self._tokens, self._today, self._standing = text, tokens, today, standing
        self._phrases: Phrases = load_phrases()
        self._amounts = Amounts(text, tokens, self._phrases)
        self._calendar = Calendar(tokens, self._phrases, today)
        self.readings: list[Reading] = []
        self.taken: set[int] = set()
        self._added: list[str] = []

    def read(self) -> None:
        """Read all there is, the clearest first, so that the rest of a text shows what a bare place is."""
        for rule in (self._read_question, self._read_amount, self._read_days, self._read_state):
            self._apply(rule)
        self._apply(self._read_exclusion)
        self._apply(self._read_place)
        if self.readings:
            self._apply(self._read_bare_place)

    def build_text(self) -> str:
        """The words that are left, without those that say nothing beside filters, and what must not be there."""
        left = [i for i in range(len(self._tokens)) if i not in self.taken]
        words = [i for i in left if self._tokens[i].kind != "sign"]
        filled: set[int] = set()
        for i in words:
            filled |= set(range(i, self._phrases.skip(self._tokens, i, "lead", "filler", "and", "at", "area", "worth")))
        if filled.issuperset(words):
            left = []
        elif self.readings and (lead := self._phrases.match(self._tokens, left[0], "lead")):
            left = [i for i in left if i >= lead[0]]
        pieces: list[str] = []
        for i in left:
            glued = pieces and i - 1 in left and self._tokens[i - 1].end == self._tokens[i].start
            text = self._text[self._tokens[i].start : self._tokens[i].end]
            pieces[-1:] = [pieces[-1] + text] if glued else [*pieces[-1:], text]
        kept = collapse_spaces(" ".join(pieces)).strip(" ,;.-:")
        return " ".join([kept, *self._added]).strip()

    def _apply(self, rule: Rule) -> None:
        at = 0
        while at < len(self._tokens):
            end = rule(at) if at not in self.taken else None
            if end is None or self.taken & set(range(at, end)):
                at += 1
            else:
                at = self._take(at, end)

    def _take(self, at: int, end: int) -> int:
        self.taken |= set(range(at, end))
        return end

    def _add(self, at: int, end: int, *pairs: tuple[str, str]) -> int | None:
        """Remember a reading of the tokens from one to another; None when some are read already."""
        if self.taken & set(range(at, end)):
            return None
        words = self._text[self._tokens[at].start : self._tokens[end - 1].end]
        self.readings.append(Reading(words, pairs))
        return end

    def _read_question(self, at: int) -> int | None:
        """Who buys something: "bệnh viện nào mua", "mua ở đâu", "có nơi nào mua … không"."""
        start = self._phrases.skip(self._tokens, at, "whether")
        for first, second in (("who", "buys"), ("buys", "who")):
            middle = self._phrases.match(self._tokens, start, first)
            if middle and (end := self._phrases.match(self._tokens, middle[0], second)):
                last = next(i for i in range(len(self._tokens) + 1) if self._ends_question(i))
                self.taken |= set(range(max(last, end[0]), len(self._tokens)))
                return end[0]
        return None

    def _ends_question(self, at: int) -> bool:
        """Whether what is left of the text from a token on only closes a question."""
        return self._phrases.skip(self._tokens, at, "or_not") == len(self._tokens)

    def _read_amount(self, at: int) -> int | None:
        found = self._amounts.read(at)
        return self._add(at, found[0], *found[1]) if found else None

    def _read_state(self, at: int) -> int | None:
        found = self._phrases.match(self._tokens, at, "open", "closed", "soon")
        if not found:
            return None
        end, state = found
        if state == "closed" and not self._stands_alone(at, end):
            return None  # "thuốc hết hạn sử dụng" is goods
        pairs = [("open", "0" if state == "closed" else "1")]
        if state == "soon" and not self._standing:
            pairs.append(("deadline_to", (self._today + timedelta(days=SOON_DAYS)).isoformat()))
        return self._add(at, end, *pairs)

    def _stands_alone(self, at: int, end: int) -> bool:
        """Whether nothing but what was read, fillers and signs stand beside tokens, on one side at least."""
        return end == len(self._tokens) or end in self.taken or (at == 0 and self._tokens[end].kind == "sign")

    def _read_days(self, at: int) -> int | None:
        """Days of publication or of the deadline: "đăng tháng 7", "hạn trước 15/8", "từ 1/7 đến 15/7/2026"."""
        verb = self._phrases.match(self._tokens, at, "published", "deadline", "open", "soon", "closed")
        start = self._phrases.skip(self._tokens, verb[0] if verb else at, "within")
        relation = self._phrases.match(self._tokens, start, "before", "until", "since")
        start = relation[0] if relation else start
        side = relation[1] if relation else ""
        of_deadline = verb[1] != "published" if verb else side in ("before", "until")
        what = "deadline" if of_deadline else "published"
        found = self._calendar.read(start, near=of_deadline)
        if found is None:
            return None
        alone = self._tokens[start].kind == "word" and found[0] == start + 1  # "mai" is in names too
        if not verb and (alone or not self._is_clear(found[1], side) or not self._stands_free(at, found[0])):
            return None
        end, period = found
        until = self._phrases.match(self._tokens, end, "to") if side in ("", "since") else None
        if until is None and side in ("", "since") and end < len(self._tokens) and self._tokens[end].text in "-–":
            until = (end + 1, "to")
        if until and (last := self._calendar.read(until[0], near=of_deadline)):
            end, period, side = last[0], _join(period, last[1]), ""
        if period.relative and self._standing:
            return end
        return self._add(at, end, *_limit(what, period, side))

    def _is_clear(self, period: Period, side: str) -> bool:
        """Whether days say something though no word tells what of: not in a title, and not a year alone."""
        if len(self._tokens) - len(self.taken) > _MOST_BARE or period.vague:
            return False
        return period.relative or bool(side) or period.last > period.first

    def _stands_free(self, at: int, end: int) -> bool:
        """Whether tokens begin or end a text or stand beside what was read, and are no part of a code or bracket."""
        before = self._tokens[at - 1] if at else None
        after = self._tokens[end] if end < len(self._tokens) else None
        if any(beside is not None and beside.text in "()/-" for beside in (before, after)):
            return False
        edges = at == 0 or end == len(self._tokens) or at - 1 in self.taken or end in self.taken
        return edges and self._tokens[at].kind != "month"

    def _read_exclusion(self, at: int) -> int | None:
        """What must not be there: "trừ Gia Lai", "không phải nệm"."""
        found = self._phrases.match(self._tokens, at, "except", "except_accented", "except_place")
        if not found or not any(i not in self.taken and self._tokens[i].kind != "sign" for i in range(at)):
            return None
        start, role = found
        if places := self._read_places(self._skip_place(start)):
            return self._exclude_places(at, *places)
        if not self._excludes_words(at, start, role):
            return None
        end = start
        while end < len(self._tokens) and end not in self.taken and self._tokens[end].kind in ("word", "number"):
            end += 1
        if not start < end <= start + _MOST_EXCLUDED:
            return None
        words = self._text[self._tokens[start].start : self._tokens[end - 1].end]
        self._added.append(f'-"{words}"')
        return self._add(at, end, ("without", words))

    def _excludes_words(self, at: int, start: int, role: str) -> bool:
        """Whether words behind those for an exclusion are what must not be there."""
        if start < len(self._tokens) and self._tokens[start].folded == "la":
            return False  # "không phải là" says what something is not
        if role == "except_place":
            return self._phrases.match(self._tokens, start, "buyer") is not None
        if role == "except" or any(token.accented for token in self._tokens[at:start]):
            return True
        part_of_name = at > 0 and self._phrases.match(self._tokens, at - 1, "with_except") is not None
        return not part_of_name and self._names_goods(start)

    def _names_goods(self, at: int) -> bool:
        """Whether the words from a token to the end are goods that the lexicon knows."""
        words = [Word(token.exact, token.folded) for token in self._tokens[at:]]
        return any(found.start == 0 and found.end == len(words) for found in load_synonyms().find(words))

    def _exclude_places(self, at: int, end: int, provinces: list[Province]) -> int | None:
        gone = [province for province in provinces if not _is_today(province)]
        self._added += [f'-"{province.name}"' for province in gone]
        pairs = [("without", p.name) if p in gone else ("not_province", p.now) for p in provinces]
        return self._add(at, end, *pairs)

    def _read_place(self, at: int) -> int | None:
        """A place behind a word for it: "ở Gia Lai", "tại tỉnh Gia Lai và Đắk Lắk", "tỉnh Gia Lai"."""
        area = () if self._names_buyer(at) else ("area",)  # "bệnh viện đa khoa khu vực Quảng Nam" is a name
        if found := self._phrases.match(self._tokens, at, "at", *area):
            if places := self._read_places(self._phrases.skip(self._tokens, found[0], "rank")):
                return self._add_places(at, *places)
            led = self._tokens[at].folded == "o" and found[0] == at + 1  # "tại" stands in documents too
            return found[0] if led and self._phrases.match(self._tokens, found[0], "buyer") else None
        found = self._phrases.match(self._tokens, at, "rank")
        places = self._read_places(found[0]) if found and not self._names_buyer(at) else None
        return self._add_places(at, *places) if places else None

    def _read_bare_place(self, at: int) -> int | None:
        """A place alone, at the beginning or the end of what is left, where something else was read."""
        if len(self._tokens) - len(self.taken) > _MOST_BARE or self._names_buyer(at):
            return None
        places = self._read_places(at)
        if not places or not (self._is_edge(range(at)) or self._is_edge(range(places[0], len(self._tokens)))):
            return None
        return self._add_places(at, *places)

    def _is_edge(self, beside: range) -> bool:
        return all(i in self.taken or self._tokens[i].kind == "sign" for i in beside)

    def _add_places(self, at: int, end: int, provinces: list[Province]) -> int | None:
        if not all(map(_is_today, provinces)):
            # Notices name the province of today or, in the buyer's name, that of then: its name stays a word to find.
            name = next(i for i in range(at, end) if self._read_province(i))
            return name if name > at else None
        return self._add(at, end, *(("province", province.now) for province in provinces))

    def _names_buyer(self, at: int) -> bool:
        """Whether words before a token name a buyer, whose name a place would belong to."""
        return any(i not in self.taken and self._phrases.match(self._tokens, i, "buyer") is not None for i in range(at))

    def _skip_place(self, at: int) -> int:
        return self._phrases.skip(self._tokens, self._phrases.skip(self._tokens, at, "at", "area"), "rank")

    def _read_places(self, at: int) -> tuple[int, list[Province]] | None:
        """Provinces by their names, one or several."""
        first = self._read_province(at)
        if first is None:
            return None
        end, provinces = first[0], [first[1]]
        while end < len(self._tokens):
            listed = end + 1 if self._tokens[end].text == "," else self._phrases.skip(self._tokens, end, "and")
            more = self._read_province(self._skip_place(listed)) if listed > end else None
            if more is None:
                break
            end, provinces = more[0], [*provinces, more[1]]
        return end, provinces

    def _read_province(self, at: int) -> tuple[int, Province] | None:
        for end in range(min(at + _PROVINCE_WORDS, len(self._tokens)), at, -1):
            known = find_province(self._slice(at, end)) if self._tokens[end - 1].kind != "sign" else None
            if known and self._is_typed(known, at, end) and not self._is_year(at, end):
                return end, known
        return None

    def _is_typed(self, province: Province, at: int, end: int) -> bool:
        """Whether accents that were typed are those of the name."""
        typed = [token for token in self._tokens[at:end] if token.kind == "word"]
        exact = {word.exact for name in (province.name, *province.aliases) for word in parse_words(name)}
        return bool(typed) and all(not token.accented or token.exact in exact for token in typed)

    def _is_year(self, at: int, end: int) -> bool:
        """Whether the last word belongs to a year: "phim x quang nam 2026"."""
        last = self._tokens[end - 1]
        following = self._tokens[end].text if end < len(self._tokens) else ""
        before = self._tokens[at - 1].folded if at else ""
        return last.folded == "nam" and not last.accented and following.startswith("20") and before == "x"

    def _slice(self, at: int, end: int) -> str:
        return self._text[self._tokens[at].start : self._tokens[end - 1].end]


def _is_today(province: Province) -> bool:
    return make_province_key(province.now) == make_province_key(province.name)


def _join(first: Period, last: Period) -> Period:
    """From the beginning of one period to the end of another; where only the last has a year, the first has it too."""
    start = first.first
    if not first.dated and last.dated:
        start = start.replace(year=last.last.year - (start.month > last.last.month))
    return Period(start, last.last, relative=first.relative or last.relative)


def _limit(what: str, period: Period, side: str) -> Iterator[tuple[str, str]]:
    """The address parameters of days, by what they are of and on which side of the period."""
    low, high = ("from", "to") if what == "published" else ("deadline_from", "deadline_to")
    if side in ("", "since"):
        yield low, period.first.isoformat()
    if side == "before":
        yield high, (period.first - timedelta(days=1)).isoformat()
    elif side != "since":
        yield high, period.last.isoformat()
