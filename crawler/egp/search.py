"""What is asked of the portal's list and how it answers. The form is the portal's own, see docs/portal.md."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from crawler.egp.definition import Portal
from timthau.model.moment import HANOI, Moment, start_of
from timthau.model.notice import NoticeKind

PATH = "/o/egp-portal-home/services/smart/search"
#: More in one page is answered with 400, "PageSize unsatisfactory!!!".
PAGE_SIZE = 10
#: The portal counts no further: this many found are as many or more.
MOST_COUNTED = 10_000

#: So many notices as the portal does not count are not published in a minute: dividing further would not help.
_SHORTEST_SECONDS = 60

_INDEX = "es-contractor-selection"
_KINDS = {"es-notify-contractor": NoticeKind.INVITATION_TO_TENDER, "es-ycbg": NoticeKind.REQUEST_FOR_QUOTATION}
TENDERS, QUOTATIONS = _KINDS


@dataclass(frozen=True)
class PublicationWindow:
    """A stretch of times of publication in Hanoi time, whole seconds, both ends included."""

    since: datetime
    until: datetime

    def halves(self) -> tuple["PublicationWindow", "PublicationWindow"] | None:
        """The later and the earlier half; None when it is too short to be divided."""
        seconds = int((self.until - self.since).total_seconds())
        if seconds < _SHORTEST_SECONDS:
            return None
        middle = self.since + timedelta(seconds=seconds // 2)
        return PublicationWindow(middle + timedelta(seconds=1), self.until), PublicationWindow(self.since, middle)

    def is_far_from(self, moment: Moment | None) -> bool:
        """Whether a time lies a day or more outside: such records answer another question than the one asked."""
        day = timedelta(days=1)
        return moment is not None and not self.since - day < start_of(moment) < self.until + day

    def __str__(self) -> str:
        if self.since.time() == time.min and self.until.date() == self.since.date():
            return f"{self.since:%Y-%m-%d}"
        return f"{self.since:%Y-%m-%d %H:%M:%S} to {self.until:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True)
class Search:
    """What is looked for in every window: a type of record, words in its number or name, fields, medicine."""

    type: str
    keyword: str
    fields: tuple[str, ...]
    medicine: bool
    #: The portal is not asked to choose by province: it would leave out what has no location yet.
    provinces: tuple[str, ...]

    #: Where it is asked, and how many records a page has.
    path: ClassVar[str] = PATH
    page_size: ClassVar[int] = PAGE_SIZE

    def __str__(self) -> str:
        return f"{self.type} {self.keyword}".strip()

    @property
    def kind(self) -> NoticeKind:
        """What its records announce."""
        return _KINDS[self.type]

    @property
    def key(self) -> str:
        """Tells searches apart in the store; what was read for one says nothing of another."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def build_body(self, window: PublicationWindow, page: int) -> str:
        """The request for a page (from 0) of a window, newest first."""
        filters: list[dict[str, Any]] = [
            {"fieldName": "type", "searchType": "in", "fieldValues": [self.type]},
            {"fieldName": "caseKHKQ", "searchType": "not_in", "fieldValues": ["1"]},
            {
                "fieldName": "publicDate",
                "searchType": "range",
                "from": f"{_local(window.since)}.000Z",
                "to": f"{_local(window.until)}.999Z",
            },
        ]
        if self.fields:
            filters.append({"fieldName": "investField", "searchType": "in", "fieldValues": list(self.fields)})
        if self.medicine:
            filters.append({"fieldName": "isMedicine", "searchType": "in", "fieldValues": [1]})
        query = {
            "index": _INDEX,
            "keyWord": self.keyword,
            "keyWordNotMatch": "",
            "matchType": "all-1",
            "matchFields": ["notifyNo", "bidName"],
            "filters": filters,
        }
        body = {"pageSize": PAGE_SIZE, "pageNumber": page, "sortBy": "publicDate", "sortType": "DESC", "query": [query]}
        return json.dumps([body], ensure_ascii=False)


def list_searches(portal: Portal) -> list[Search]:
    """The searches that a definition asks for: one for each keyword, and the same again for quotations."""
    types = (TENDERS, QUOTATIONS) if portal.quotations else (TENDERS,)
    return [
        Search(type_, keyword, portal.fields, portal.medicine, portal.provinces)
        for type_ in types
        for keyword in portal.keywords or ("",)
    ]


@dataclass(frozen=True)
class RecordPage:
    """A page of records, and how many there are in all of the window, up to MOST_COUNTED; which page it says it is."""

    records: tuple[dict[str, Any], ...]
    total: int
    number: int | None = None


def parse_answer(body: bytes) -> RecordPage:
    """The answer of one of the portal's lists, or of an export, which counts nothing.

    Raises ValueError when it has another shape.
    """
    try:
        answer = json.loads(body)
        exported = answer.get("resultList")
        page = answer["page"] if exported is None else {"content": exported, "totalElements": len(exported)}
        records, total = page["content"], page["totalElements"]
    except (AttributeError, KeyError, TypeError, RecursionError) as error:
        raise ValueError("has no page of records") from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise ValueError("has no list of records")
    if isinstance(total, bool) or not isinstance(total, int):
        raise ValueError("does not count its records")
    number = page.get("currentPage")
    return RecordPage(tuple(records), total, number if type(number) is int else None)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%Y-%m-%dT%H:%M:%S}"
