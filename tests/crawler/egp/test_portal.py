"""The stand-in of the portal keeps to what is known of the real one."""

import json
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.site.loopback import serve
from tests.site.portal import PATH, Portal, make_record

AT = datetime(2026, 9, 25, 10, 0)  # noqa: DTZ001 - times of the portal have no zone
WHOLE_DAY = {"from": "2026-09-25T00:00:00.000Z", "to": "2026-09-25T23:59:59.059Z"}


def search(portal: Portal, *, filters: tuple[dict[str, Any], ...] = (), keyword: str = "", **said: Any) -> Any:
    """Ask in the words in which the form was reported."""
    rules = [
        {"fieldName": "type", "searchType": "in", "fieldValues": ["es-notify-contractor"]},
        {"fieldName": "caseKHKQ", "searchType": "not_in", "fieldValues": ["1"]},
        {"fieldName": "publicDate", "searchType": "range", **WHOLE_DAY},
        *filters,
    ]
    query = {
        "index": "es-contractor-selection",
        "keyWord": keyword,
        "keyWordNotMatch": "",
        "matchType": "all-1",
        "matchFields": ["notifyNo", "bidName"],
        "filters": rules,
    }
    body = [{"pageSize": 10, "pageNumber": 0, "sortBy": "publicDate", "sortType": "DESC", "query": [query]} | said]
    with serve(portal) as url, urlopen(Request(url + PATH, json.dumps(body).encode())) as answer:
        return json.load(answer)["page"]


def test_pages_are_of_ten_newest_first() -> None:
    portal = Portal(make_record(f"IB{n}", AT + timedelta(minutes=n)) for n in range(23))
    page = search(portal, pageNumber=2)
    assert [record["notifyNo"] for record in page["content"]] == ["IB2", "IB1", "IB0"]
    assert (page["totalElements"], page["totalPages"], page["currentPage"], page["last"]) == (23, 3, 2, True)


def test_larger_pages_are_refused() -> None:
    with pytest.raises(HTTPError) as error:
        search(Portal(), pageSize=20)
    with error.value as answer:
        assert (answer.code, answer.read()) == (400, b"PageSize unsatisfactory!!!")


def test_no_more_than_ten_thousand_are_counted_or_given() -> None:
    portal = Portal(make_record(f"IB{n}", AT) for n in range(10_005))
    assert search(portal)["totalElements"] == 10_000
    assert len(search(portal, pageNumber=999)["content"]) == 10
    assert search(portal, pageNumber=1000)["content"] == []


def test_records_are_chosen_by_fields_and_words() -> None:
    portal = Portal(
        [
            make_record("IB1", AT, bidName=["Mua máy thở"]),
            make_record("IB2", AT, investField=["XL"]),
            make_record("IB3", AT, caseKHKQ="1"),
            make_record("IB4", AT - timedelta(days=1)),
        ]
    )
    goods = {"fieldName": "investField", "searchType": "in", "fieldValues": ["HH"]}
    assert [record["notifyNo"] for record in search(portal, filters=(goods,))["content"]] == ["IB1"]
    assert search(portal)["totalElements"] == 2
    assert search(portal, keyword="thở máy")["totalElements"] == 1
    assert search(portal, keyword="máy chụp")["totalElements"] == 0


def test_a_new_edition_takes_the_place_of_the_one_before() -> None:
    portal = Portal([make_record("IB1", AT), make_record("IB1", AT + timedelta(hours=1), notifyVersion="01")])
    (record,) = search(portal)["content"]
    assert (record["notifyVersion"], record["publicDate"]) == ("01", "2026-09-25T11:00:00")
