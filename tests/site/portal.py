"""A stand-in for the national portal: its open list as it behaves over HTTP, fed with records of its form.

Known of the real one, and kept to here: the body is a list of one search; pages of more than ten are refused; no more
than ten thousand are counted or given; a new edition of a notice has a new id and time of publication; times are local
with a false "Z"; numbers come as floats in lists, "NaN" as a text, locations late or never.
"""

import json
import threading
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.site.loopback import Answer, Site
from timthau.text.fold import fold

PATH = "/o/egp-portal-home/services/smart/search"
_MOST = 10_000
_JSON = {"Content-Type": "application/json;charset=UTF-8"}

Record = dict[str, Any]


def make_record(number: str, at: datetime, **said: Any) -> Record:
    """A record of the list: a tender for goods, published at a time, open for nine days."""
    record = {
        "notifyNo": number,
        "notifyVersion": "00",
        "type": "es-notify-contractor",
        "planNo": number.replace("IB", "PL"),
        "bidId": str(uuid5(NAMESPACE_URL, f"bid {number}")),
        "bidName": [f"Gói thầu {number}: mua sắm vật tư y tế tiêu hao"],
        "investField": ["HH"],
        "bidPrice": [4194000000.0],
        "bidForm": "DTRR",
        "bidMode": "1_MTHS",
        "isMedicine": 0,
        "isInternet": 1,
        "isDomestic": 1,
        "investorName": "Bệnh viện Đa khoa Thử Nghiệm",
        "investorCode": "vn0313270903",
        "locations": [
            {"provCode": "38", "provName": "Tỉnh Thanh Hóa", "districtCode": "380", "districtName": "Phường Hạc Thành"}
        ],
        "publicDate": _local(at),
        "originalPublicDate": _local(at),
        "bidCloseDate": _local(at + timedelta(days=9)),
        "bidOpenDate": _local(at + timedelta(days=9)),
        "stepCode": "notify-contractor-step-1-tbmt",
        "status": "01",
        "statusForNotify": "",
        "caseKHKQ": "0",
        "score": "NaN",
    } | said
    known = str(uuid5(NAMESPACE_URL, f"{number} {record['notifyVersion']}"))
    return {"id": known, "notifyId": known} | record


def _local(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}"


class Portal(Site):
    """The portal with its records; of each notice the newest edition, or with `keeps_editions` all of them.

    `trouble` are answers (or functions that make one) given to the next searches in place of records; `watch` is
    called with the number of each search before it is answered. `searches` are the searches that were asked for.
    """

    def __init__(self, records: Iterable[Record] = (), *, keeps_editions: bool = False, quotes: bool = False) -> None:
        super().__init__({"/robots.txt": Answer("User-Agent: *\nDisallow:\n", 200, {"Content-Type": "text/plain"})})
        self.pages[PATH] = self._search
        self.keeps_editions, self.quotes = keeps_editions, quotes
        self.trouble: list[Answer | Callable[[], Answer | None]] = []
        self.watch: Callable[[int], None] = lambda number: None
        self.searches: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._records: dict[str, Record] = {}
        self._published: dict[str, str] = {}
        self._order: list[tuple[str, str]] = []
        self._sorted = True
        self.publish(*records)

    def publish(self, *records: Record) -> None:
        """Add records; a further edition of a notice takes the place of the one before, unless all are kept."""
        for added in records:
            first = self._published.setdefault(added["notifyNo"], added["originalPublicDate"])
            record = added | {"originalPublicDate": first}
            name = record["id"] if self.keeps_editions else record["notifyNo"]
            self._records[name] = record
        self._sorted = False

    def revise(self, number: str, **said: Any) -> None:
        """Change what the newest edition of a notice says, with no new edition."""
        name = max((n for n, r in self._records.items() if r["notifyNo"] == number), key=self._edition)
        self._records[name] = self._records[name] | said
        self._sorted = False

    def days_asked(self) -> list[str]:
        """The first day of each search's range of publication, in order."""
        return [_range(search)[0][:10] for search in self.searches]

    def _edition(self, name: str) -> str:
        return str(self._records[name]["notifyVersion"])

    def _search(self, site: Site, target: str) -> Answer:
        body = self.bodies[-1]
        with self._lock:
            try:
                (asked,) = json.loads(body)
                query = asked["query"][0]
            except (ValueError, KeyError, TypeError):
                return Answer('{"message":"Bad Request"}', 400, _JSON)
            self.searches.append(asked)
            self.watch(len(self.searches))
            if self.trouble:
                trouble = self.trouble.pop(0)
                answer = trouble() if callable(trouble) else trouble
                if answer:
                    return answer
            if int(asked["pageSize"]) > 10:
                return Answer("PageSize unsatisfactory!!!", 400, {"Content-Type": "text/plain"})
            if not self.quotes and any("es-ycbg" in f.get("fieldValues", ()) for f in query["filters"]):
                return Answer('{"message":"Bad Request"}', 400, _JSON)
            return Answer(json.dumps({"page": self._page(asked, query)}, ensure_ascii=False), 200, _JSON)

    def _page(self, asked: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
        number, size = int(asked["pageNumber"]), int(asked["pageSize"])
        found = list(self._find(query, _range(asked)))[:_MOST]
        if asked.get("sortType") == "DESC":
            found.reverse()
        content = found[number * size : (number + 1) * size]
        pages = -(-len(found) // size)
        return {
            "content": content,
            "totalPages": pages,
            "totalElements": len(found),
            "currentPage": number,
            "pageSize": size,
            "last": number + 1 >= pages,
        }

    def _find(self, query: dict[str, Any], between: tuple[str, str]) -> Iterator[Record]:
        if not self._sorted:
            self._order = sorted((record["publicDate"] or "", name) for name, record in self._records.items())
            self._sorted = True
        first = bisect_left(self._order, (between[0][:19],))
        for _, name in self._order[first : bisect_right(self._order, (between[1][:19], "\uffff"))]:
            record = self._records[name]
            if all(_passes(record, rule) for rule in query["filters"]) and _has_words(record, query):
                yield record


def _range(asked: dict[str, Any]) -> tuple[str, str]:
    (rule,) = (rule for rule in asked["query"][0]["filters"] if rule["fieldName"] == "publicDate")
    return rule["from"], rule["to"]


def _passes(record: Record, rule: dict[str, Any]) -> bool:
    values = [str(value) for value in _values(record, rule["fieldName"])]
    if rule["searchType"] == "range":
        return any(rule["from"] <= f"{value[:19]}.000Z" <= rule["to"] for value in values)
    wanted = set(map(str, rule["fieldValues"]))
    return bool(wanted & set(values)) == (rule["searchType"] == "in")


def _values(record: Record, name: str) -> list[Any]:
    found: list[Any] = [record]
    for part in name.split("."):
        found = [value.get(part) for value in found if isinstance(value, dict)]
        found = [entry for value in found for entry in (value if isinstance(value, list) else [value])]
    return [value for value in found if value is not None]


def _has_words(record: Record, query: dict[str, Any]) -> bool:
    text = fold(" ".join(str(value) for name in query["matchFields"] for value in _values(record, name)))
    return all(word in text.split() for word in fold(query["keyWord"]).split())


def slow(seconds: float) -> Callable[[], None]:
    """A trouble: the answer is right, but comes late."""
    return lambda: time.sleep(seconds)  # what is tested is how slow answers are met
