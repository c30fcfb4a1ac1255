"""Feeds and calendars are well formed, stable, and carry what a notice says as plain text."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from tests.site.webui import NOW, Site, build_notice, in_days, open_site
from timthau.model.moment import HANOI
from timthau.model.notice import Item, NoticeKind
from webui.api import feeds, workbook
from webui.api.calendar import Event, build_calendar

pytestmark = pytest.mark.usefixtures("at_now")

ATOM = "{http://www.w3.org/2005/Atom}"
TITLE = 'Mua <b>kính</b> & "đèn", loại 1; \x0c\x00 rất dài ' + "ơ" * 80
ONE = build_notice("one", title=TITLE, buyer="Bệnh viện", deadline_at=in_days(3), published_at=date(2026, 11, 20))


def _count_documents(site: Site, path: str) -> int:
    """How many versions of notices the store reads for an answer."""
    read = 0

    def count(connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        nonlocal read
        read += "version.document" in statement

    event.listen(Engine, "before_cursor_execute", count)
    try:
        site.get(path)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return read


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    notices = [
        ONE,
        build_notice(
            "two",
            title="Mua kính lúp",
            items=(Item(name="Kính lúp"), Item(name="Hộp kính")),
            deadline_at=date(2026, 12, 1),
            published_at=date(2026, 11, 21),
        ),
        build_notice("old", title="Mua kính cũ", deadline_at=in_days(-200), published_at=date(2026, 1, 1)),
        build_notice("bare", title="Mua kính không hạn", published_at=date(2026, 11, 19)),
    ]
    return open_site(tmp_path_factory.mktemp("site"), notices)


def entries(xml: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(xml.encode()).findall(f"{ATOM}entry")


def unfold(calendar: str) -> list[str]:
    assert calendar.endswith("\r\n")
    lines = calendar.removesuffix("\r\n").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    return re.sub(r"\r\n ", "", calendar).split("\r\n")


@pytest.mark.parametrize("path", ["/search.csv?q=kinh", "/feed.atom?q=kinh", "/calendar.ics?q=kinh"])
def test_what_notices_said_before_is_not_read_for_a_list(tmp_path: Path, path: str) -> None:
    notices = [build_notice(key, title=f"Mua kính {key}", deadline_at=in_days(4)) for key in ("a", "b")]
    site = open_site(tmp_path, notices)
    before = _count_documents(site, path)
    site.save(*(replace(notice, deadline_at=in_days(5)) for notice in notices))
    assert _count_documents(site, path) == before == 1


def test_a_feed_holds_the_newest_notices_of_its_search(site: Site) -> None:
    answer = site.client.get("/feed.atom?q=kinh")
    assert answer.mimetype == "application/atom+xml"
    found = entries(answer.get_data(as_text=True))
    titles = [entry.findtext(f"{ATOM}title") for entry in found]
    assert titles[0] == "Mua kính lúp"
    assert titles[-1] == "Mua kính cũ"
    assert all((entry.findtext(f"{ATOM}id") or "").startswith("urn:timthau:notice:") for entry in found)
    assert all(datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "").tzinfo for entry in found)


def test_a_hostile_title_is_text_in_the_feed(site: Site) -> None:
    titles = [entry.findtext(f"{ATOM}title") or "" for entry in entries(site.get("/feed.atom?q=kinh"))]
    assert any(title.startswith('Mua <b>kính</b> & "đèn", loại 1;') for title in titles)


def test_the_same_feed_is_not_sent_twice(site: Site) -> None:
    first = site.client.get("/feed.atom?q=kinh")
    assert site.client.get("/feed.atom?q=kinh", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_empty_feed_is_a_feed(site: Site) -> None:
    assert entries(site.get("/feed.atom?q=qqqqzzzz&kind=nonsense")) == []


def test_a_calendar_holds_the_deadlines_of_its_search(site: Site) -> None:
    lines = unfold(site.get("/calendar.ics?q=kinh"))
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 2
    assert "DTSTART:20261126T020000Z" in lines
    assert "DTSTART;VALUE=DATE:20261201" in lines
    assert "DTEND:20261126T021500Z" in lines
    assert "DTEND;VALUE=DATE:20261202" in lines
    assert lines.count("TRIGGER:-P1D") == lines.count("BEGIN:VEVENT")
    assert unfold(site.get("/calendar.ics?q=kinh&deadline_from=2026-01-01")).count("BEGIN:VEVENT") == 3


def test_a_deadline_on_the_last_day_that_there_is_has_an_event() -> None:
    event = Event(
        notice_id="a",
        sequence=0,
        changed_at=NOW,
        deadline_at=date.max,
        is_cancelled=False,
        summary="",
        description="",
        url="https://x.vn/",
    )
    assert "DTSTART;VALUE=DATE:99991231" in unfold(build_calendar("", [event]))


def test_an_event_keeps_its_uid_and_its_sequence_grows(site: Site) -> None:
    def lines() -> dict[str, str]:
        return dict(line.split(":", 1) for line in unfold(site.get(f"/notices/{ONE.id}.ics")) if ":" in line)

    first = lines()
    site.save(replace(ONE, deadline_at=in_days(9)), seen_at=in_days(0.1))
    second = lines()
    site.save(replace(ONE, deadline_at=in_days(9), kind=NoticeKind.CANCELLATION), seen_at=in_days(0.2))
    third = lines()
    assert first["UID"] == second["UID"] == third["UID"]
    assert [event["SEQUENCE"] for event in (first, second, third)] == ["0", "1", "2"]
    assert first["LAST-MODIFIED"] < second["LAST-MODIFIED"] < third["LAST-MODIFIED"]
    assert [event["STATUS"] for event in (first, second, third)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]


def test_a_notice_without_deadline_has_no_calendar(site: Site) -> None:
    site.get(f"/notices/{build_notice('bare').id}.ics", status=404)
    site.get("/notices/none.ics", status=404)


@given(st.text(), st.text(max_size=30))
def test_any_text_makes_a_calendar_of_short_lines_that_say_it(title: str, name: str) -> None:
    event = Event(
        notice_id="a",
        sequence=0,
        changed_at=NOW,
        deadline_at=datetime(2026, 12, 1, 17, 0, tzinfo=HANOI),
        is_cancelled=False,
        summary=title.encode(errors="ignore").decode(),
        description="",
        url="https://x.vn/",
    )
    lines = unfold(build_calendar(name.encode(errors="ignore").decode(), [event]))
    assert sum(line.startswith("SUMMARY:") for line in lines) == 1
    assert lines.count("END:VEVENT") == 1


def test_the_site_map_names_notices_and_guides_under_the_base_url(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = open_site(tmp_path_factory.mktemp("site"), [ONE], base_url="https://timthau.example.vn")
    pages = [e.text for e in ElementTree.fromstring(site.get("/sitemap.xml")).iter() if e.tag.endswith("loc")]
    assert f"https://timthau.example.vn/notices/{ONE.id}" in pages
    assert "https://timthau.example.vn/guides/vssid-vneid" in pages
    assert "Sitemap: https://timthau.example.vn/sitemap.xml" in site.get("/robots.txt")


def test_browsers_learn_how_to_search_here(site: Site) -> None:
    xml = ElementTree.fromstring(site.get("/opensearch.xml"))
    templates = [element.get("template", "") for element in xml if element.tag.endswith("Url")]
    assert any(template.endswith("/search?q={searchTerms}") for template in templates)
    assert any(template.endswith("/api/v1/suggest/browser?q={searchTerms}") for template in templates)
    assert "/opensearch.xml" in site.get("/")


def test_a_table_that_is_cut_says_so_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "TABLE_LENGTH", 3)
    said = "Mới có 3 trong số 4 thông báo. Hãy thu hẹp tìm kiếm để lấy đủ."
    *_, last = csv.reader(io.StringIO(site.get("/search.csv?q=kinh")))
    assert last == [said]
    book = openpyxl.load_workbook(io.BytesIO(site.client.get("/search.xlsx?q=kinh").data))
    assert book.worksheets[-1]["A2"].value == said
    monkeypatch.setattr(workbook, "MOST_ITEMS", 1)
    cut = openpyxl.load_workbook(io.BytesIO(site.client.get("/search.xlsx?q=kinh").data))
    assert cut["Danh mục hàng hóa"].max_row == 2
    assert cut.worksheets[-1]["A3"].value == "Mới có 1 mặt hàng đầu tiên. Hãy thu hẹp tìm kiếm để lấy đủ."


def test_a_search_can_be_taken_away_as_a_table(site: Site) -> None:
    rows = list(csv.DictReader(io.StringIO(site.get("/search.csv?q=kinh&sort=newest").removeprefix("\ufeff"))))
    assert rows[0]["title"] == "Mua kính lúp"
    assert len(rows) == 4
    book = openpyxl.load_workbook(io.BytesIO(site.client.get("/search.xlsx?q=kinh").data))
    assert book.active.max_row == 5
    assert book.active.auto_filter.ref == "A1:W5"
    assert [cell.value for cell in book.active[1]][1:4] == ["Loại thông báo", "Tiêu đề", "Bên mời thầu"]
    assert book.sheetnames == ["Danh sách thông báo", "Danh mục hàng hóa"]
    assert all(json.loads(line)["title"] for line in site.get("/search.jsonl?q=kinh").splitlines())
    site.get("/search.exe?q=kinh", status=404)
