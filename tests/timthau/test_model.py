"""Notice JSON, moments and ids."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timthau.model.award import Award, AwardItem
from timthau.model.moment import HANOI, end_of, parse_moment, start_of
from timthau.model.notice import Attachment, Contact, Item, Notice, NoticeKind, make_id

MakeNotice = Callable[..., Notice]

# Hanoi has kept +07:00 since 1975; its clocks jumped before, so that some of their times never were.
_SETTLED = datetime(2000, 1, 1)  # noqa: DTZ001  # the strategy adds the zone
_texts = st.text(max_size=20)
_moments = (
    st.none()
    | st.dates(_SETTLED.date())
    | st.datetimes(_SETTLED, timezones=st.just(HANOI)).map(lambda moment: moment.replace(microsecond=0))
)
_prices = st.decimals(0, 10**12, places=2)
_notices = st.builds(
    Notice,
    id=st.just("x"),
    source=st.text(min_size=1),
    source_key=st.text(min_size=1),
    url=st.text(min_size=1),
    kind=st.sampled_from(NoticeKind),
    title=st.text(min_size=1),
    buyer=st.none() | _texts,
    published_at=_moments,
    deadline_at=_moments,
    amount_vnd=st.none() | st.integers(0, 10**15),
    contacts=st.lists(st.builds(Contact, email=_texts)).map(tuple),
    items=st.lists(
        st.builds(Item, name=_texts, quantity=st.none() | st.floats(0, 1e9), unit_price_vnd=st.none() | _prices)
    ).map(tuple),
    awards=st.lists(
        st.builds(
            Award,
            supplier=st.text(min_size=1),
            tax_code=st.none() | _texts,
            lot=st.none() | _texts,
            amount_vnd=st.none() | st.integers(0, 10**15),
            items=st.lists(
                st.builds(AwardItem, name=st.text(min_size=1), unit_price_vnd=st.none() | _prices, maker=_texts)
            ).map(tuple),
        )
    ).map(tuple),
    attachments=st.lists(st.builds(Attachment, url=_texts, filename=_texts)).map(tuple),
    submission_methods=st.lists(st.sampled_from(["direct", "post", "email", "egp"])).map(tuple),
    text=_texts,
)


@given(_notices)
def test_notice_json_reads_back_as_the_same_notice(notice: Notice) -> None:
    notice = replace(notice, id=make_id(notice.source, notice.source_key))
    assert Notice.from_json(json.loads(json.dumps(notice.to_json()))) == notice


def test_times_are_written_in_hanoi_time_and_a_day_stays_a_day(make_notice: MakeNotice) -> None:
    said = make_notice(published_at=date(2026, 11, 2), deadline_at=datetime(2026, 12, 1, 10, 0, tzinfo=UTC)).to_json()
    assert said["published_at"] == "2026-11-02"
    assert said["deadline_at"] == "2026-12-01T17:00:00+07:00"


def test_a_time_without_a_zone_is_hanoi_time() -> None:
    assert parse_moment("2026-12-01T17:00") == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def test_a_day_lasts_from_midnight_to_midnight_in_hanoi() -> None:
    day = date(2026, 12, 1)
    assert start_of(day) == datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert end_of(day) == datetime(2026, 12, 1, 16, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"title": None}, "title is missing"),
        ({"kind": "sale"}, "kind cannot be read"),
        ({"deadline_at": "tomorrow"}, "deadline_at cannot be read"),
        ({"amount_vnd": 1.5}, "amount_vnd is not a whole number"),
        ({"items": [{"unit": "cái"}]}, "items cannot be read"),
        ({"items": 3}, "items is not a list"),
        ({"first_seen_at": "2026-12-01"}, "first_seen_at has no hour"),
        ({"buyer": 7}, "buyer is not a text"),
        ({"title": "half a letter: \ud800"}, "title is not a text"),
        ({"amount_vnd": 2**63}, "amount_vnd is not a whole number"),
        ({"deadline_at": "0001-01-01T00:00:00+14:00"}, "deadline_at cannot be read"),
        ({"submission_methods": [{}]}, "submission_methods is not a text"),
        ({"contacts": ["0237 3000 152"]}, "contacts cannot be read"),
        ({"contacts": [{"phone": 2373000152}]}, "contacts cannot be read"),
        ({"items": [{"name": "Băng phim", "quantity": "3"}]}, "items cannot be read"),
        ({"items": [{"name": "Băng phim", "quantity": float("nan")}]}, "items cannot be read"),
        ({"items": [{"name": "Băng phim", "position": True}]}, "items cannot be read"),
        ({"attachments": [{"url": "a", "filename": "b", "ocr": "no"}]}, "attachments cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named(make_notice: MakeNotice, change: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Notice.from_json(make_notice().to_json() | change)


def test_ids_are_short_stable_and_differ_by_source() -> None:
    assert make_id("egp", "IB2300166916") == "ict43gn5pjltaknc"
    assert make_id("egp", "1") != make_id("bv", "1")


def test_layout_and_time_of_reading_do_not_change_the_meaning(make_notice: MakeNotice) -> None:
    notice = make_notice(text="Kính mời\nbáo giá")
    again = make_notice(text="Kính  mời báo giá", last_seen_at=datetime(2026, 12, 1, tzinfo=HANOI), version=4)
    assert notice.content_hash() == again.content_hash()
    assert notice.content_hash() != make_notice(text="Kính mời báo giá lần 2").content_hash()


def test_unit_prices_keep_their_decimals_and_whole_ones_stay_whole(make_notice: MakeNotice) -> None:
    bought = (
        AwardItem(name="Kim", unit_price_vnd=Decimal("1234.56")),
        AwardItem(name="Gạc", unit_price_vnd=Decimal(5)),
        AwardItem(name="Vít", unit_price_vnd=Decimal("12345678901234.56789")),
    )
    said = make_notice(awards=(Award(supplier="Công ty A", items=bought),)).to_json()
    prices = [item["unit_price_vnd"] for item in said["awards"][0]["items"]]
    assert json.dumps(prices) == '[1234.56, 5, "12345678901234.56789"]'
    assert Notice.from_json(said).awards[0].items == bought


@pytest.mark.parametrize(
    "award",
    [{}, {"supplier": 5}, {"supplier": "A", "amount_vnd": 1.5}, {"supplier": "A", "items": [{"name": ""}]}, [], "A"]
    + [{"supplier": "A", "items": [{"name": "Gạc", "unit_price_vnd": price}]} for price in ("năm", float("nan"), 2e30)],
)
def test_awards_that_are_none_are_refused(make_notice: MakeNotice, award: object) -> None:
    with pytest.raises(ValueError, match="awards cannot be read"):
        Notice.from_json(make_notice().to_json() | {"awards": [award]})


def test_a_notice_that_says_nothing_of_winners_keeps_its_hash(make_notice: MakeNotice) -> None:
    """Stored notices were hashed before Notice JSON had awards, ranges and unit prices."""
    notice = make_notice(items=(Item(name="Gạc"),))
    said = notice.to_json()
    for name in ("id", "first_seen_at", "last_seen_at", "version", "amount_min_vnd", "amount_max_vnd", "awards"):
        del said[name]
    del said["items"][0]["unit_price_vnd"]
    old = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    assert notice.content_hash() == old
    assert replace(notice, awards=(Award(supplier="Công ty A"),)).content_hash() != old


def test_a_notice_keeps_no_more_letters_than_there_is_room_for_and_its_files_say_so(make_notice: MakeNotice) -> None:
    files = tuple(Attachment(url=f"https://bv.example/{n}", filename=f"{n}.pdf", text="x" * 400) for n in range(3))
    notice = make_notice(items=(Item(name="Gạc"), Item(name="Kim")), text="y" * 100, attachments=files)
    assert notice.within(10_000) is notice
    kept = notice.within(1000)
    assert (kept.items, kept.text, kept.attachments[0]) == (notice.items, notice.text, files[0])
    assert [len(file.text or "") for file in kept.attachments[1:]][-1] == 0
    assert all("TIMTHAU_NOTICE_MB" in (file.warning or "") for file in kept.attachments[1:])
    assert len(json.dumps(replace(notice, items=(Item(name="Gạc" * 50),) * 10_000).within(5000).to_json())) < 20_000


def test_a_file_is_what_its_text_says_and_where_it_has_none_its_bytes(make_notice: MakeNotice) -> None:
    def hash_with(**said: Any) -> str:
        file = Attachment(url="https://bv.example/1.pdf", filename="1.pdf", **said)
        return make_notice(attachments=(file,)).content_hash()

    assert hash_with(text="Gạc", sha256="a", size=1) == hash_with(text="Gạc", sha256="b", size=2)
    assert hash_with(text="Gạc", sha256="a") != hash_with(text="Kim", sha256="a")
    assert hash_with(sha256="a", size=1) != hash_with(sha256="b", size=1)
