"""What of a notice decides to which others it belongs, and the keys by which those are found without comparing all."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations, islice
from math import ceil

from timthau.model.buyer import make_buyer_key
from timthau.model.moment import end_of, start_of
from timthau.model.notice import Notice, NoticeKind
from timthau.model.subject import Subject, parse_subject
from timthau.text.fold import fold

#: Of words in common, from which two titles are about one thing.
ALIKE = 0.85
#: The same for a change and what it changes: its title leaves something out, and says why it is written.
ALIKE_CHANGE = 0.75
_EPSILON = 1e-9  # what rounding may add to a product
#: The most frequent words of the titles of 2,870 tenders of hospitals, and of such as they write, most frequent first:
#: they tell few titles apart.
_FREQUENT = """
    mua sam y te nam tu vat hoa chat benh vien thiet bi nghiem xet khoa da phuc vu sinh trung cung cap may pham tac kham
    chua su mat tieu hao khu tinh vuc quang trong cu dong doan thanh chan nang ung hoc gom thuat chuyen trang an dau khi
    phu phau thang he thuong thuoc hinh huyet co dich mon tri dot soi mien do mau san hoat quy chuc giai can dien phim
    sua nha tham dinh goi ke hoach dieu chinh hang muc cong trinh xay dung bao tri bao duong tam hop chung phong du an
""".split()
_RANKS = {word: rank for rank, word in enumerate(reversed(_FREQUENT), start=1)}
#: Within which a call is repeated or changed, and a local number is not given out again.
AGAIN = timedelta(days=183)
_SLACK_DAYS = 60  # between publication and what stands in for it where no day of it is known
_MOST_TOKENS = 60  # of a title that is compared by its words
_MOST_NUMBERS = 20  # of one text; a text with more is a list of other notices
_PORTAL_NUMBER = re.compile(r"\b(?:ib|pl|rq)\s?\d{10}\b")
_LOCAL_NUMBER = re.compile(r"\b\d{1,6}\s?/[a-z][\w/&.-]*")
#: Where such numbers may stand in a text that is not folded: folding all of it costs more than all else here.
_MAYBE_PORTAL = re.compile(r"\d{10}")
_MAYBE_LOCAL = re.compile(r"\d(?<!\w\d)\d{0,5}\s?/[^\W\d_][\w/&.\u0300-\u036f-]*")  # accents may stand alone


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What of a notice decides; numbers are folded, those of one buyer stand behind its key.

    `mentions` are the numbers that a change names, without the buyer, whom it may not name. `amends` is what whoever
    wrote the notice down said that it changes. `day` is about when it was published, also where no day is printed.
    """

    id: str
    source: str
    kind: NoticeKind
    buyer: str
    subject: Subject
    amount: int | None
    published: date | None
    deadline: date | None
    day: date
    own: str | None
    named: frozenset[str]
    mentions: frozenset[str]
    amends: str | None

    @property
    def bare_number(self) -> str | None:
        """Its own number without the buyer."""
        return self.own.rpartition(" ")[2] if self.own else None

    def keys(self) -> dict[str, int]:
        """By what another notice finds this one: its id and number, what it names, its subject.

        With each the sketch of the subject where only one like it counts, else 0.
        """
        exact = {f"i {self.id}"} | {f"m {number}" for number in self.named}
        exact |= {f"{letter} {value}" for letter, value in (("a", self.amends), ("o", self.own)) if value}
        letter = "c" if self.kind.is_change else "k"
        alike = self._subject_keys() | self._at(self._title_keys(letter), 0, 0)
        return self._with_sketch(exact | self._at(self._number_keys(letter), 0, 0), alike)

    def lookups(self) -> dict[str, int]:
        """The keys of the notices that have to be compared with this one, with sketches as in `keys`."""
        exact = {f"a {self.id}"} | {f"o {number}" for number in self.named}
        exact |= {f"{letter} {value}" for letter, value in (("i", self.amends), ("m", self.own)) if value}
        long, short = AGAIN.days + _SLACK_DAYS, _SLACK_DAYS
        letter, before, after = ("k", long, short) if self.kind.is_change else ("c", short, long)
        alike = self._subject_keys() | self._at(self._title_keys(letter), before, after)
        return self._with_sketch(exact | self._at(self._number_keys(letter), before, after), alike)

    def _with_sketch(self, exact: Iterable[str], alike: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(alike, self.subject.sketch) | dict.fromkeys(exact, 0)

    def _at(self, keys: Iterable[str], before: int, after: int) -> set[str]:
        """Keys of the half years around the day: notices far apart in time need not be compared."""
        middle = self.day.toordinal()
        first, last = (
            date.fromordinal(min(max(number, 1), date.max.toordinal())) for number in (middle - before, middle + after)
        )
        halves = range(_count_half_years(first), _count_half_years(last) + 1)
        return {f"{key} {half}" for key in keys for half in halves}

    def _subject_keys(self) -> set[str]:
        """Keys of which two profiles share one if their titles are alike enough; none where titles do not count.

        To have so much in common, two sets of words must share one of the first few of each, in any order that is the
        same for both (prefix filtering). Here common words and those of the buyer's name come last.
        """
        if not self.buyer or not self.subject.words or self.kind.is_change or not self.published:
            return set()
        words, numbers = self.subject.words, self.subject.numbers
        needed = max(1, ceil(ALIKE * (len(words) + len(numbers)) - len(numbers) - _EPSILON))
        start = f"t {self.buyer} {' '.join(sorted(numbers))}"
        return {f"{start} {word}" for word in _rare_first(self.buyer, words)[: len(words) - needed + 1]}

    def _number_keys(self, letter: str) -> set[str]:
        """Keys of which a change and what it changes on the same site share one where it names its number."""
        numbers = self.mentions if self.kind.is_change else {self.bare_number or ""} - {""}
        return {f"{letter}n {self.source} {number}" for number in numbers}

    def _title_keys(self, letter: str) -> set[str]:
        """Keys of which a change and what it changes on the same site share one where their titles are alike enough.

        To have so much in common with any change, a title must share two of its first few words with it (prefix
        filtering, as above): pairs, since many titles of a site share one word.
        """
        tokens = self.subject.tokens
        if len(tokens) > _MOST_TOKENS:
            return set()
        if self.kind.is_change:  # whose buyer, and so whose order, may be another
            found = {*tokens, *_pair(tokens)}
        else:
            needed = ceil(ALIKE_CHANGE * len(tokens) - _EPSILON)
            few = _rare_first(self.buyer, tokens)[: len(tokens) - needed + 2]
            found = set(_pair(few) if needed > 1 else few)
        return {f"{letter} {self.source} {part}" for part in found}


@lru_cache(maxsize=1 << 11)  # asked for the keys of all notices of a batch, then for what they look up
def _rare_first(buyer: str, words: frozenset[str]) -> list[str]:
    own = frozenset(buyer.split())
    return sorted(words, key=lambda word: (word in own, _RANKS.get(word, 0), word))


def _count_half_years(day: date) -> int:
    return 2 * day.year + (day.month > 6)


def read_profile(notice: Notice) -> Profile:
    """The profile of a notice."""
    buyer = make_buyer_key(notice.buyer) if notice.buyer else ""
    own = next(_parse_numbers(notice.reference_number or "", buyer, notice.source), None)
    text = f"{notice.title}\n{notice.text}"
    named = _few(_parse_numbers(text, buyer, notice.source))
    mentions = {number.rpartition(" ")[2] for number in named} if notice.kind.is_change else set()
    published = start_of(notice.published_at).date() if notice.published_at else None
    deadline = end_of(notice.deadline_at).date() if notice.deadline_at else None
    first_seen = notice.first_seen_at.date() if notice.first_seen_at else date.max
    return Profile(
        id=notice.id,
        source=notice.source,
        kind=notice.kind,
        buyer=buyer,
        subject=parse_subject(notice.title),
        amount=notice.amount_vnd,
        published=published,
        deadline=deadline,
        day=published or deadline or first_seen,
        own=own,
        named=frozenset(named | ({own} if own else set())),
        mentions=frozenset(mentions),
        amends=notice.amends,
    )


def _pair(tokens: Iterable[str]) -> Iterator[str]:
    return (f"{one} {other}" for one, other in combinations(sorted(tokens), 2))


def _few(numbers: Iterator[str]) -> set[str]:
    found = set(islice(numbers, _MOST_NUMBERS + 1))
    return found if len(found) <= _MOST_NUMBERS else set()


def _parse_numbers(text: str, buyer: str, source: str) -> Iterator[str]:
    """The numbers in a text: the portal's, which are its own everywhere, then those of a buyer, behind its key.

    Where no buyer is named they are those of whoever writes at the source.
    """
    if _MAYBE_PORTAL.search(text):
        for found in _PORTAL_NUMBER.finditer(fold(text)):
            yield found[0].replace(" ", "")
    for place in _MAYBE_LOCAL.findall(text):
        for found in _LOCAL_NUMBER.finditer(fold(place)):
            yield f"{buyer or source} {found[0].replace(' ', '').rstrip('.-/')}"
