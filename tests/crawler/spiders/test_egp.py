"""Reading the national portal, replayed on a stand-in over real HTTP."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.process.job import RunReport
from crawler.process.run import crawl
from tests.site.loopback import Answer, serve
from tests.site.portal import Portal, Record, make_record, slow
from timthau.config import Settings
from timthau.exchange.journal import each_change
from timthau.model.change import Revision
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.model.record import RunStatus
from timthau.store.notice import Store

NOON = datetime.now(HANOI).replace(hour=12, minute=0, second=0, microsecond=0)

Read = Callable[..., RunReport]


def ago(days: int, **more: int) -> datetime:
    """About noon, some days ago."""
    return NOON - timedelta(days=days) + timedelta(**more)


def day(days: int) -> str:
    return f"{ago(days):%Y-%m-%d}"


def many(count: int, days: int) -> list[Record]:
    return [make_record(f"IB{days:04}{n:06}", ago(days, seconds=n)) for n in range(count)]


def sized(content: list[Record], total: int) -> Answer:
    """An answer that counts what it likes."""
    return Answer(json.dumps({"page": {"content": content, "totalElements": total}}))


def write_definition(folder: Path, url: str, **said: Any) -> str:
    values = {"title": "Cổng", "home": f"{url}/", "platform": "egp", "reread_days": 3, "follow_days": 30} | said
    path = folder / "cong.toml"
    path.write_text("\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()))
    return str(path)


@pytest.fixture
def read(settings: Settings, tmp_path: Path) -> Iterator[Read]:
    """Read a portal once, each at one address; what is said by name goes into the definition."""
    with ExitStack() as servers:
        address = cache(lambda portal: servers.enter_context(serve(portal)))

        def run(portal: Portal, *, days: int | None = None, **said: Any) -> RunReport:
            portal.searches.clear()
            since = ago(days).date() if days is not None else None
            definition = write_definition(tmp_path, address(portal), **said)
            return crawl([definition], settings=settings, since=since, delay=0)[0]

        yield run


def history(store: Store, number: str) -> list[Notice]:
    return store.versions(make_id("cong", number))


def numbers(store: Store) -> set[str]:
    return {notice.source_key for notice in store.each_notice()}


# --- windows and pages


def test_the_last_days_are_read_page_by_page(read: Read, store: Store) -> None:
    portal = Portal([*many(25, 1), *many(7, 2), *many(3, 9)])
    report = read(portal)
    assert (report.status, report.found, report.new, report.requests) == ("ok", 32, 32, 6)
    assert portal.days_asked() == [day(0), day(1), day(1), day(1), day(2)]
    assert [search["pageNumber"] for search in portal.searches] == [0, 0, 1, 2, 0]
    assert {search["pageSize"] for search in portal.searches} == {10}
    assert store.runs("cong")[0].status is RunStatus.OK


def test_a_back_fill_reads_each_day_once(read: Read, store: Store) -> None:
    portal = Portal([record for days in range(1, 9) for record in many(3, days)])
    assert read(portal, days=8).found == 24
    assert portal.days_asked() == [day(number) for number in range(9)]
    report = read(portal, days=10)
    assert (report.status, report.new) == ("ok", 0)
    asked = portal.days_asked()
    assert asked[:3] == [day(0), day(1), day(2)]
    assert asked[-2:] == [day(9), day(10)]
    assert store.count() == 24


def test_requests_keep_their_distance_and_say_who_asks(settings: Settings, tmp_path: Path) -> None:
    portal = Portal(many(15, 1))
    with serve(portal) as url:
        crawl([write_definition(tmp_path, url)], settings=settings, delay=0.3)
    assert len(portal.times) > 2
    # All of them together: single ones may be held up on their way.
    assert portal.times[-1] - portal.times[0] > 0.25 * (len(portal.times) - 1)
    assert all(headers["user-agent"].startswith("TimThau/") for headers in portal.headers)


def test_fields_medicine_and_keywords_are_asked_for(read: Read, store: Store) -> None:
    records = many(5, 1)
    records[0] |= {"isMedicine": 1, "bidName": ["Mua thuốc generic"]}
    records[1] |= {"isMedicine": 1, "investField": ["XL"], "bidName": ["Mua thuốc generic"]}
    records[2] |= {"isMedicine": 1, "bidName": ["Thuốc biệt dược"]}
    records[3] |= {"isMedicine": 1, "bidName": ["Vắc xin"]}
    portal = Portal(records)
    read(portal, fields=["HH"], medicine=True, keywords=["thuốc generic", "biệt dược"])
    assert numbers(store) == {records[0]["notifyNo"], records[2]["notifyNo"]}
    assert len(portal.searches) == 2 * 3


def test_another_search_is_not_taken_for_read(read: Read, store: Store) -> None:
    portal = Portal([make_record("IB1", ago(6)), make_record("IB2", ago(6), investField=["XL"])])
    read(portal, days=6, fields=["HH"])
    read(portal, days=6)
    assert numbers(store) == {"IB1", "IB2"}


def test_provinces_are_chosen_here_and_a_place_that_comes_late_loses_nothing(read: Read, store: Store) -> None:
    late, elsewhere, old_name = make_record("IB1", ago(1)), make_record("IB2", ago(1)), make_record("IB3", ago(1))
    places = late["locations"]
    late["locations"] = None
    elsewhere["locations"] = [{"provName": "Tỉnh Nghệ An"}]
    old_name["locations"] = [{"provName": "Tỉnh Bình Định"}]
    portal = Portal([late, elsewhere, old_name])
    read(portal, provinces=["Thanh Hóa", "Gia Lai"])
    assert numbers(store) == {"IB1", "IB3"}
    portal.revise("IB1", locations=places)
    read(portal, provinces=["Thanh Hóa", "Gia Lai"])
    portal.revise("IB1", locations=[])
    read(portal, provinces=["Thanh Hóa", "Gia Lai"])
    assert [version.province for version in history(store, "IB1")] == [None, "Thanh Hóa"]


def test_a_bound_on_pages_stops_the_run_and_the_next_one_goes_on(settings: Settings, tmp_path: Path) -> None:
    portal = Portal(many(45, 1))
    with serve(portal) as url:
        definition = write_definition(tmp_path, url)
        report = crawl([definition], settings=settings, delay=0, max_pages=4)[0]
        assert (report.status, report.message.endswith("(stopped at the bound on pages)")) == ("incomplete", True)
        asked = len(portal.searches)
        report = crawl([definition], settings=settings, delay=0)[0]
    assert (report.status, report.found) == ("ok", 45)
    assert len(portal.searches) <= asked + 1 + 5  # today again, and what was left of five pages and a day


def test_words_of_a_notice_are_not_taken_for_a_challenge(read: Read) -> None:
    portal = Portal([make_record("IB1", ago(1), bidName=["Mua phần mềm reCAPTCHA, g-recaptcha, hcaptcha"])])
    assert read(portal).status == "ok"


# --- what happens to a notice


def test_the_story_of_tenders_gives_the_expected_versions(read: Read, store: Store) -> None:
    portal = Portal([make_record(f"IB{n}", ago(5)) for n in range(4)])
    assert read(portal, days=6).new == 4

    # A moved deadline is a new edition with a time of publication of its own.
    later = f"{ago(-9):%Y-%m-%dT09:30:00}"
    portal.publish(make_record("IB1", ago(1), notifyVersion="01", bidCloseDate=later, bidOpenDate=later))
    portal.revise("IB2", statusForNotify="DHTBMT")
    report = read(portal)
    assert (report.status, report.new, report.changed) == ("ok", 0, 2)
    assert [(v.version, v.deadline_at) for v in history(store, "IB1")] == [
        (1, ago(-4)),
        (2, ago(-9).replace(hour=9, minute=30)),
    ]
    assert [v.kind for v in history(store, "IB2")] == [NoticeKind.INVITATION_TO_TENDER, NoticeKind.CANCELLATION]

    portal.revise("IB3", statusForNotify="CNTTT")
    assert read(portal).changed == 1
    first, awarded = history(store, "IB3")
    assert awarded.kind is first.kind is NoticeKind.INVITATION_TO_TENDER
    assert set(awarded.text.splitlines()) - set(first.text.splitlines()) == {"Trạng thái: Có nhà thầu trúng thầu"}

    assert read(portal).changed == 0
    assert len(history(store, "IB0")) == 1
    opening = f"Thời điểm mở thầu: {ago(-9):%d/%m/%Y} 09:30"
    assert [told(revision) for _, revision in each_change(store, 0)] == [
        *((f"IB{number}", "new", set(), set()) for number in "3210"),
        ("IB1", "extended", {"published_at", "deadline_at", "url"}, {"Mã TBMT: IB1-01", opening}),
        ("IB2", "cancelled", {"kind"}, {"Trạng thái: Đã hủy thông báo mời thầu"}),
        ("IB3", "changed", set(), {"Trạng thái: Có nhà thầu trúng thầu"}),
    ]


def told(revision: Revision | None) -> tuple[str, str, set[str], set[str]]:
    """Whose change it is, of what kind, the fields that changed, and the lines that came."""
    assert revision is not None
    fields = {change.field for change in revision.fields}
    return (
        revision.notice.source_key,
        str(revision.kind),
        fields,
        {line for part in revision.lines for line in part.added},
    )


def test_open_notices_are_read_again_ten_at_a_time(read: Read, store: Store) -> None:
    later = f"{ago(-5):%Y-%m-%d}T09:00:00"
    still_open = [make_record(f"IB1{n:04}", ago(20, seconds=n), bidCloseDate=later) for n in range(12)]
    closed = [make_record(f"IB2{n:04}", ago(21, seconds=n), bidCloseDate=f"{ago(3):%F}T09:00:00") for n in range(30)]
    portal = Portal([*still_open, *closed])
    read(portal, days=21)
    portal.revise("IB10003", statusForNotify="DHT")
    report = read(portal)
    assert report.changed == 1
    assert portal.days_asked() == [day(0), day(1), day(2), day(20), day(20)]
    assert history(store, "IB10003")[-1].kind is NoticeKind.CANCELLATION


@pytest.mark.parametrize("keeps_editions", [False, True])
def test_editions_stand_in_their_order_when_old_days_are_read_after_new_ones(
    read: Read, store: Store, keeps_editions: bool
) -> None:
    portal = Portal([make_record("IB1", ago(8))], keeps_editions=keeps_editions)
    portal.publish(make_record("IB1", ago(5), notifyVersion="01"), make_record("IB1", ago(1), notifyVersion="02"))
    read(portal)
    read(portal, days=9)
    read(portal, days=9)
    found = [version.text.splitlines()[0] for version in history(store, "IB1")]
    assert found == [f"Mã TBMT: IB1-{number}" for number in (("00", "01", "02") if keeps_editions else ("02",))]
    current = store.notice(make_id("cong", "IB1"))
    assert current is not None
    assert current.text.startswith("Mã TBMT: IB1-02\n")
    assert store.last_change() == 1


def test_unknown_codes_are_kept_and_the_run_says_them(read: Read, settings: Settings, store: Store) -> None:
    report = read(Portal([make_record("IB1", ago(1), bidForm="ABC", statusForNotify="MOI")]))
    assert report.status == "ok"
    assert report.message.endswith("; unknown codes: bidForm=ABC, statusForNotify=MOI")
    assert "Trạng thái: MOI" in history(store, "IB1")[0].text
    (file,) = (settings.home / "logs").rglob("*.log")
    log = file.read_text(encoding="utf-8")
    assert log.count("is not in data/egp.tsv") == 2


def test_a_record_without_a_name_is_a_gap_and_the_rest_is_kept(read: Read, store: Store) -> None:
    report = read(Portal([*many(3, 1), make_record("IB1", ago(2), bidName=None)]))
    assert (report.status, report.found, report.failed) == ("incomplete", 3, 1)
    assert "a record has no name: IB1" in report.message


# --- when the portal does not do as expected


def test_a_count_that_is_not_reached_makes_the_run_incomplete_and_the_next_one_reads_the_day_again(
    read: Read, store: Store
) -> None:
    portal = Portal(many(2, 5))
    portal.trouble = [lambda: None, lambda: None, lambda: None, *[sized(many(2, 3), 3)] * 3]
    report = read(portal, days=5)
    assert (report.status, report.found) == ("incomplete", 4)
    assert f"es-notify-contractor {day(3)}: 2 of 3 records came" in report.message
    portal.publish(*many(3, 3))
    assert read(portal).status == "ok"
    assert day(3) in portal.days_asked()
    assert store.count() == 5


def test_records_that_are_added_while_a_day_is_read_are_not_missed(read: Read, store: Store) -> None:
    portal = Portal(many(25, 1))

    def add(number: int) -> None:
        if number == 3:
            portal.publish(make_record("IB9", ago(1, hours=1)))

    portal.watch = add
    report = read(portal)
    assert (report.status, report.found) == ("ok", 26)


def test_a_window_with_more_than_the_portal_counts_is_divided(read: Read, store: Store) -> None:
    portal = Portal(many(5, 1))
    portal.trouble = [lambda: None, sized(many(1, 1), 10_000), sized(many(1, 1), 10_000)]
    report = read(portal)
    assert (report.status, report.found) == ("ok", 5)
    divided = [search["query"][0]["filters"][2] for search in portal.searches[1:6]]
    assert [(f["from"][11:19], f["to"][11:19]) for f in divided] == [
        ("00:00:00", "23:59:59"),
        ("12:00:00", "23:59:59"),
        ("00:00:00", "11:59:59"),
        ("18:00:00", "23:59:59"),
        ("12:00:00", "17:59:59"),
    ]


@pytest.mark.parametrize(
    ("trouble", "complaint"),
    [
        (Answer("Forbidden", 403), "answers 403; it is left alone"),
        (Answer("<html><script src='/recaptcha/api.js'></script>captcha</html>"), "asks whether a person is reading"),
        (Answer("<html><body>Hệ thống đang bảo trì</body></html>"), "does not answer as the portal's list"),
        (Answer('{"error": "x"}'), "does not answer as the portal's list: has no page of records"),
        (Answer("PageSize unsatisfactory!!!", 400), "the search is refused (400): PageSize unsatisfactory!!!"),
        (sized(many(3, 90), 3), "answers with records of other days than asked for"),
    ],
)
def test_a_portal_that_answers_otherwise_is_left_alone_at_once(read: Read, trouble: Answer, complaint: str) -> None:
    portal = Portal(many(25, 1))
    portal.trouble = [lambda: None, trouble]
    report = read(portal)
    assert report.status == "failed"
    assert complaint in report.message
    assert len(portal.searches) == 2


def test_robots_txt_is_obeyed(read: Read) -> None:
    portal = Portal(many(3, 1))
    portal.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /o/\n", 200, {"Content-Type": "text/plain"})
    report = read(portal)
    assert (report.status, report.message, portal.searches) == ("failed", "Forbidden by robots.txt", [])


def test_a_pause_that_is_asked_for_is_kept_and_a_second_refusal_ends_the_run(read: Read) -> None:
    refusal = Answer("Too many requests", 429, {"Retry-After": "1"})
    portal = Portal(many(3, 1))
    portal.trouble = [lambda: None, refusal]
    assert read(portal).status == "ok"
    assert max(b - a for a, b in zip(portal.times, portal.times[1:], strict=False)) >= 1
    portal.trouble = [lambda: None, refusal, refusal]
    report = read(portal)
    assert (report.status, len(portal.searches)) == ("failed", 3)
    assert "goes on refusing" in report.message


def test_errors_of_the_server_are_retried_and_then_leave_a_gap(read: Read, store: Store) -> None:
    portal = Portal([*many(3, 1), *many(2, 2)])
    portal.trouble = [Answer("", 502), slow(0.5), *[Answer("", 503)] * 3]
    report = read(portal)
    assert (report.status, report.failed) == ("incomplete", 1)
    assert f"{day(1)}: answers 503" in report.message
    assert read(portal).status == "ok"
    assert store.count() == 5


def test_a_portal_that_is_down_is_not_asked_on_and_on(read: Read) -> None:
    portal = Portal(many(3, 1))
    portal.trouble = [Answer("", 500)] * 500
    report = read(portal, days=100)
    assert report.status == "failed"
    assert "3 windows in a row could not be read" in report.message
    assert len(portal.searches) == 9


def test_quotations_that_are_refused_leave_the_tenders_readable(read: Read, store: Store) -> None:
    portal = Portal(many(3, 1))
    report = read(portal, quotations=True)
    assert (report.status, store.count()) == ("incomplete", 3)
    assert "es-ycbg" in report.message
    assert "the search is refused (400)" in report.message
    assert sum("es-ycbg" in str(search) for search in portal.searches) == 1


def test_quotations_that_are_answered_are_requests_for_quotation(read: Read, store: Store) -> None:
    quotation = make_record("RQ2600000001", ago(1), type="es-ycbg", bidName=["Báo giá kim luồn"])
    report = read(Portal([*many(1, 1), quotation], quotes=True), quotations=True)
    assert (report.status, report.found) == ("ok", 2)
    assert history(store, "RQ2600000001")[0].kind is NoticeKind.REQUEST_FOR_QUOTATION


# --- health


def test_too_few_notices_fail_a_run_as_for_any_source(read: Read) -> None:
    portal = Portal(many(20, 1))
    report = read(portal, expected_minimum=50)
    assert (report.status, report.message) == ("failed", "20 notices found, at least 50 expected")


def test_a_sudden_drop_fails_a_run_but_a_back_fill_is_no_measure(read: Read) -> None:
    portal = Portal([*many(20, 1), *many(90, 6)])
    assert read(portal, days=7).found == 110
    assert read(portal, days=7, follow_days=0).status == "ok"
    assert read(portal, follow_days=0).status == "ok"
    sparse = Portal(many(2, 1))
    assert read(sparse, follow_days=0).message == "2 notices found, 110 usually"
