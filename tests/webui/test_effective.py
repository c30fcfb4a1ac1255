"""What is true of a notice now stands on its page, in lists, filters, calendars, feeds and the API, with the reason."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.site.webui import Site, build_notice, in_days, open_site
from timthau.model.moment import format_moment
from timthau.model.notice import Notice, NoticeKind, make_id

pytestmark = pytest.mark.usefixtures("at_now")

TITLE = "mua sắm kính hiển vi phẫu thuật"
CALL = build_notice("call", title=f"Yêu cầu báo giá {TITLE}", published_at=date(2026, 11, 16), deadline_at=in_days(4))
Tell = Callable[..., Site]


def _change(key: str, kind: NoticeKind, **said: Any) -> Notice:
    return build_notice(key, kind=kind, title=f"Thông báo {key} {TITLE}", published_at=date(2026, 11, 23), **said)


EXTENSION = _change("gia hạn", NoticeKind.AMENDMENT, deadline_at=in_days(9))
CANCELLATION = _change("hủy", NoticeKind.CANCELLATION)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site that had shown the notice as open before anything became of it."""
    site = open_site(tmp_path, [CALL])
    assert _find(site, "/api/v1/notices?open=1") == [CALL.id]
    return site


def _find(site: Site, path: str) -> list[str]:
    return [notice["id"] for notice in json.loads(site.get(path))["notices"]]


def _lines(calendar: str) -> dict[str, str]:
    return dict(line.split(":", 1) for line in calendar.split("\r\n") if ":" in line)


def test_a_cancelled_notice_is_open_nowhere(site: Site) -> None:
    site.save(CANCELLATION)
    assert _find(site, "/api/v1/notices?open=1") == []
    assert set(_find(site, "/api/v1/notices?open=0")) == {CALL.id}
    answer = json.loads(site.get("/api/v1/notices"))
    assert answer["facets"]["status"] == [{"value": "closed", "count": 1}]
    assert answer["facets"].get("deadline", []) == []
    page = site.get(f"/notices/{CALL.id}?lang=vi")
    assert "còn 4 ngày" not in page
    assert '<p class="deadline closed"><strong>Đã hủy</strong>' in page
    assert f'href="/notices/{CANCELLATION.id}"' in page.partition('class="note warn"')[2].partition("</p>")[0]
    for path in (f"/search?q=kinh&lang=vi&kind={CALL.kind}", f"/alerts/new?notice={CALL.id}&lang=vi"):
        assert "<strong>Đã hủy</strong>" in site.get(path)
    assert "còn 4 ngày" not in site.get("/search?q=kinh&lang=vi")


def test_what_another_site_says_of_a_notice_is_shown_with_its_doubt_and_changes_nothing(site: Site) -> None:
    number = "IB2500214908"
    call = build_notice("so", title="Mua máy siêu âm", reference_number=number, buyer="BV Mắt", deadline_at=in_days(4))
    forged = build_notice(
        "gia",
        source="trang-khac.example",
        kind=NoticeKind.CANCELLATION,
        title=f"Hủy gói thầu {number}",
        buyer="Công ty khác",
        text=f"Hủy thông báo mời thầu số {number}",
    )
    own = replace(forged, id=make_id(call.source, "huy"), source=call.source, source_key="huy")
    doubt = "không làm thay đổi thông báo này"
    site.save(call, forged)
    page = site.get(f"/notices/{call.id}?lang=vi")
    assert doubt in page.partition(f'href="/notices/{forged.id}"')[2].partition("</dd>")[0]
    assert "còn 4 ngày" in page
    told = json.loads(site.get(f"/api/v1/notices/{call.id}"))
    assert [(related["id"], related["is_doubtful"]) for related in told["related"]] == [(forged.id, True)]
    assert told["effective"]["state"] == "stated"
    site.save(own)
    told = json.loads(site.get(f"/api/v1/notices/{call.id}"))
    assert {related["id"]: related["is_doubtful"] for related in told["related"]} == {forged.id: True, own.id: False}
    page = site.get(f"/notices/{call.id}?lang=vi")
    assert (
        doubt
        not in page.partition('class="related"')[2].partition(f'href="/notices/{own.id}"')[2].partition("</dd>")[0]
    )
    assert "còn 4 ngày" not in page


def test_a_separate_extension_moves_the_deadline_everywhere(site: Site) -> None:
    site.save(EXTENSION)
    late = f"/api/v1/notices?deadline_from={in_days(8).date()}&sort=deadline"
    assert set(_find(site, late)) == {CALL.id, EXTENSION.id}
    page = site.get(f"/notices/{CALL.id}?lang=vi")
    assert "<strong>còn 9 ngày</strong>" in page
    assert "Gia hạn" in page.partition('class="note warn"')[2].partition("</p>")[0]
    feed = site.get("/feed.atom?q=kinh&lang=vi")
    assert feed.count(f"{in_days(9):%d/%m/%Y %H:%M}") == 2
    assert f"{in_days(4):%d/%m/%Y %H:%M}" not in feed


def test_the_api_says_what_is_true_beside_the_words_of_the_notice(site: Site) -> None:
    plain = json.loads(site.get(f"/api/v1/notices/{CALL.id}"))
    assert plain["effective"] == {
        "state": "stated",
        "is_open": True,
        "deadline_at": plain["deadline_at"],
        "ended_at": None,
        "because": None,
    }
    site.save(EXTENSION)
    told = json.loads(site.get(f"/api/v1/notices/{CALL.id}"))
    assert told["deadline_at"] == plain["deadline_at"]
    assert told["effective"] == plain["effective"] | {
        "state": "extended",
        "deadline_at": format_moment(in_days(9)),
        "because": EXTENSION.id,
    }
    assert json.loads(site.get(f"/api/v1/notices/{EXTENSION.id}"))["amends"] == CALL.id
    changes = json.loads(site.get("/api/v1/changes"))["changes"]
    assert [change["id"] for change in changes if change["entity"] == "state"] == [CALL.id]


def test_an_event_moves_and_is_called_off_with_a_growing_sequence(site: Site) -> None:
    path = f"/notices/{CALL.id}.ics"
    first = _lines(site.get(path))
    assert (first["SEQUENCE"], first["STATUS"]) == ("0", "CONFIRMED")
    site.save(EXTENSION)
    moved = _lines(site.get(path))
    assert (moved["SEQUENCE"], moved["STATUS"], moved["UID"]) == ("1", "CONFIRMED", first["UID"])
    assert moved["DTSTART"] == f"{in_days(9):%Y%m%d}T020000Z"
    site.save(CANCELLATION)
    assert (_lines(site.get(path))["SEQUENCE"], _lines(site.get(path))["STATUS"]) == ("2", "CANCELLED")
    assert "STATUS:CANCELLED" in site.get("/calendar.ics?q=kinh")
    site.save(replace(CALL, title=f"{CALL.title} đợt cuối"))
    assert _lines(site.get(path))["SEQUENCE"] == "3"


def test_a_change_of_a_change_reaches_the_notice_that_it_changes(site: Site) -> None:
    site.save(EXTENSION)
    site.save(replace(EXTENSION, deadline_at=in_days(20)))
    assert CALL.id in _find(site, f"/api/v1/notices?deadline_from={in_days(19).date()}")
    site.save(replace(EXTENSION, title="Thông báo tuyển sinh", deadline_at=in_days(20)))
    assert CALL.id not in _find(site, f"/api/v1/notices?deadline_from={in_days(8).date()}")
    assert "<strong>còn 4 ngày</strong>" in site.get(f"/notices/{CALL.id}?lang=vi")
