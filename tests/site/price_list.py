"""A stand-in for the portal's winning prices, fed with records of its form; what is known of the real one stands in
docs/portal.md.

Kept to here: the body is a list of one search; no more than ten thousand are counted or given; times of publication are
asked for as milliseconds or as texts, and the other form is refused with 400; the lines of a result share one time, and
nothing sorts them further.
"""

import json
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

from tests.site.loopback import Answer, Site

PATH = "/o/egp-portal-personal-page/services/smart/search_prc"
_MOST = 10_000
_JSON = {"Content-Type": "application/json;charset=UTF-8"}
_NAME_OF = {"THUOC_TAN_DUOC": "tenThuoc", "THIET_BI_VAT_TU_Y_TE": "tenThietBi", "HANG_HOA": "danhMucHangHoa"}
#: The fields that a search's filters name, as records call them.
_FIELDS = {"ma_tbmt": "maTbmt", "medicine_type": "medicineType"}

Record = dict[str, Any]


def make_price(key: str, at: datetime, tab: str = "THIET_BI_VAT_TU_Y_TE", **said: Any) -> Record:
    """A record of the prices: syringes, published at a time."""
    record: Record = {
        "id": key,
        "type": "HANG_HOA",
        "tab": tab,
        _NAME_OF[tab]: f"Bơm tiêm {key}",
        "kyMaHieu": "BT-5",
        "nhanHieu": "Vinahankook",
        "hangSanXuat": "Công ty Cổ phần Y tế Thử Nghiệm",
        "xuatXu": "Việt Nam",
        "namSanXuat": "Từ năm 2025 trở về sau",
        "cauHinh": "'- Dung tích 5 ml",
        "donViTinh": "Cái",
        "khoiLuongDouble": 1000.0,
        "donGia": 650.5,
        "winningName": ["CÔNG TY TNHH THIẾT BỊ THỬ NGHIỆM"],
        "winningCode": ["vn0100000009"],
        "soQuyetDinh": "12/QĐ-BV",
        "ngayBanHanhQuyetDinh": f"{at:%Y-%m-%d}T23:59:59",
        "ngayDangTaiKqlcnt": f"{at:%Y-%m-%dT%H:%M:%S}",
        "maTbmt": "IB2600000001",
        "tenCdtBmt": "Bệnh viện Đa khoa Thử Nghiệm",
        "diaDiem": [{"provName": "Tỉnh Thanh Hóa", "districtName": "Phường Hạc Thành"}],
        "soNhaThauThamDu": 2.0,
    }
    medicines = {"medicines": "0"} if tab == "THUOC_TAN_DUOC" else {}
    return record | medicines | said


def record_of(line: Mapping[str, Any]) -> Record:
    """The record that the portal would have for a line of the corpus of prices.

    The corpus has no tabs: those of goods and medicines are taken from what the tender is called. A line without a time
    of publication has that of its decision. The list knows neither lots, nor amounts of lots, nor names of tenders.
    """
    title = line["title"].lower()
    tab = "HANG_HOA" if not any(word in title for word in _MEDICAL) else "THIET_BI_VAT_TU_Y_TE"
    tab = "THUOC_TAN_DUOC" if "thuốc" in title else tab
    at = datetime.fromisoformat((line["published_at"] or line["decision_date"])[:19])
    said = {
        _NAME_OF[tab]: line["name"],
        "kyMaHieu": line["model"],
        "nhanHieu": line["brand"],
        "hangSanXuat": line["maker"],
        "xuatXu": line["origin"],
        "namSanXuat": line["year"],
        "cauHinh": line["specification"],
        "donViTinh": line["unit"],
        "khoiLuongDouble": line["quantity"],
        "donGia": line["unit_price_vnd"],
        "winningName": line["suppliers"],
        "winningCode": [line["supplier_code"]] if line["supplier_code"] else None,
        "soQuyetDinh": line["decision_no"],
        "ngayBanHanhQuyetDinh": line["decision_date"],
        "maTbmt": line["notify_no"],
        "tenCdtBmt": line["buyer"],
        "diaDiem": [{"provName": line["province"]}],
    }
    medicines = {"medicines": str(crc32(line["id"].encode()) % 3)} if tab == "THUOC_TAN_DUOC" else {}
    return make_price(line["id"], at, tab, **said, **medicines)


_MEDICAL = ("y tế", "vật tư", "hóa chất", "hoá chất", "thiết bị", "sinh phẩm", "xét nghiệm")


class PriceList(Site):
    """The winning prices with their records.

    `form` is the only one in which it takes days: "milliseconds" or "text". `trouble` are answers (or functions that
    make one) given to the next searches in place of records; `watch` is called with the number of each search before it
    is answered. `searches` are the searches that were asked for. With `most` a few records stand for ten thousand.
    """

    def __init__(
        self,
        records: Iterable[Record] = (),
        *,
        form: str = "milliseconds",
        largest_page: int = 200,
        most: int = _MOST,
    ) -> None:
        super().__init__({"/robots.txt": Answer("User-Agent: *\nDisallow:\n", 200, {"Content-Type": "text/plain"})})
        self.pages[PATH] = self._search
        self.pages[PATH + "/export"] = self._search
        self.form, self.largest_page, self.most = form, largest_page, most
        self.trouble: list[Answer | Callable[[], Answer | None]] = []
        self.watch: Callable[[int], None] = lambda number: None
        self.searches: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._records: dict[str, Record] = {}
        self._order: list[tuple[str, str]] = []
        self.publish(*records)

    def publish(self, *records: Record) -> None:
        """Add records; one with a known id is a correction and takes its place."""
        self._records |= {record["id"]: record for record in records}
        self._sort()

    def withdraw(self, *keys: str) -> None:
        """Take records away."""
        for key in keys:
            del self._records[key]
        self._sort()

    def days_asked(self) -> list[str]:
        """The first day of each search's range of publication, in order."""
        return [_range(search["query"][0])[0][:10] for search in self.searches]

    def _sort(self) -> None:
        self._order = sorted((record["ngayDangTaiKqlcnt"], key) for key, record in self._records.items())

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
            is_number = isinstance(_rule(query)["from"], int)
            if is_number != (self.form == "milliseconds") or query["index"] != "es-smart-pricing":
                return Answer('{"message":"Bad Request"}', 400, _JSON)
            found = list(self._find(query))[: self.most]
            if target.endswith("/export"):
                return Answer(json.dumps({"resultList": found}, ensure_ascii=False), 200, _JSON)
            if int(asked["pageSize"]) > self.largest_page:
                return Answer("PageSize unsatisfactory!!!", 400, {"Content-Type": "text/plain"})
            return Answer(json.dumps(_page(asked, found, self.most), ensure_ascii=False), 200, _JSON)

    def _find(self, query: Mapping[str, Any]) -> Iterator[Record]:
        since, until = _range(query)
        rules = [rule for rule in query["filters"] if rule["searchType"] == "in"]
        first = bisect_left(self._order, (since,))
        for _, key in self._order[first : bisect_right(self._order, (until, "\uffff"))]:
            record = self._records[key]
            if all(record.get(_FIELDS.get(r["fieldName"], r["fieldName"])) in r["fieldValues"] for r in rules):
                yield record


def _page(asked: Mapping[str, Any], found: list[Record], most: int) -> dict[str, Any]:
    number, size = int(asked["pageNumber"]), int(asked["pageSize"])
    total = _MOST if len(found) == most else len(found)
    page = {
        "content": found[number * size : (number + 1) * size],
        "totalElements": total,
        "totalPages": -(-total // size),
        "currentPage": number,
        "pageSize": size,
    }
    return {"page": page, "agg": [{"buckets": [{"docCount": total}]}]}


def _rule(query: Mapping[str, Any]) -> Mapping[str, Any]:
    (rule,) = (rule for rule in query["filters"] if rule["searchType"] == "range")
    assert rule["fieldName"] == "ngay_dang_tai_kqlcnt"
    return rule


def _range(query: Mapping[str, Any]) -> tuple[str, str]:
    rule = _rule(query)
    return _local(rule["from"]), _local(rule["to"])


def _local(bound: int | str) -> str:
    """A bound as records write times: both forms mark as UTC what is Hanoi time."""
    if isinstance(bound, str):
        return bound[:19]
    return f"{datetime.fromtimestamp(bound / 1000, UTC):%Y-%m-%dT%H:%M:%S}"
