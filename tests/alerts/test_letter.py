"""Whole mails as an expert would sign them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.digest import DigestEntry, Occasion, build_digest, build_reminder
from alerts.letter import MOST_OCTETS, Letter, Stationery
from alerts.subscription import Subscription
from index.contract import Passage
from index.query import Query
from tests.quality.headers import find_faults
from tests.site.alert_stores import NOON, READER, html_of, read, text_of
from timthau.config import Settings
from timthau.model.alert import Frequency, Mail, MailKind
from timthau.model.notice import Notice

MakeNotice = Callable[..., Notice]
_TITLE = "Mua sắm vật tư y tế, hóa chất xét nghiệm phục vụ công tác khám bệnh, chữa bệnh năm 2026 của Bệnh viện"


def _subscription(frequency: Frequency = Frequency.DAILY, language: str = "vi") -> Subscription:
    return Subscription(
        id="a" * 16, email=READER, query=Query(text="băng phim"), frequency=frequency, language=language,
        created_at=NOON, confirmed_at=NOON,
    )  # fmt: skip


def _write(settings: Settings, letter: Letter) -> Mail:
    return Stationery(settings).write(letter, NOON)


_OCCASION = Occasion(about="“băng phim”", now=NOON, page_url="https://tim.example", see_url="https://tim.example/s")


@pytest.fixture
def signed(settings: Settings) -> Settings:
    return replace(
        settings,
        reply_to="Nguyễn Thị Hạnh <hanh@tim.example>",
        postal_address="Công ty Tìm Thầu, 1 Lê Lợi, Thanh Hóa",
        mail_from="Tìm Thầu <tin@tim.example>",
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_mails_keep_every_rule_of_headers(signed: Settings, make_notice: MakeNotice, language: str) -> None:
    subscription = _subscription(language=language)
    notices = [make_notice(str(n), title=f"{_TITLE} {n}", buyer="Bệnh viện Mắt") for n in range(30)]
    for count in (1, 30):
        letters = [
            build_digest(subscription, [DigestEntry(notice) for notice in notices[:count]], _OCCASION),
            build_reminder(subscription, notices[:count], {}, _OCCASION),
        ]
        for letter in letters:
            assert find_faults(_write(signed, letter).message.encode(), subscribed=True) == []
    canary = Letter(
        kind=MailKind.CANARY, email=READER, language=language, subject="x", template="canary", values={"lines": ["a"]}
    )
    assert find_faults(_write(signed, canary).message.encode(), subscribed=False) == []


def test_the_subject_says_what_a_reader_decides_by(settings: Settings, make_notice: MakeNotice) -> None:
    def subject(*notices: Notice) -> str:
        letter = build_digest(_subscription(), [DigestEntry(notice) for notice in notices], _OCCASION)
        return str(read(_write(settings, letter))["Subject"])

    first, second = (
        make_notice("a", title="Mua băng phim"),
        make_notice("b", title="Mua phim X-quang", deadline_at=None),
    )
    over = make_notice("c", title="Mua phim cũ", deadline_at=NOON - timedelta(days=1))
    assert subject(first) == "Mới, hạn 01/12: Mua băng phim"
    assert subject(second) == "Mới: Mua phim X-quang"
    assert subject(over, second, first) == "3 thông báo, hạn gần nhất 01/12: Mua băng phim"
    ours = [replace(notice, buyer="Bệnh viện Mắt") for notice in (first, second)]
    assert subject(*ours) == "2 thông báo, hạn gần nhất 01/12: Bệnh viện Mắt"
    assert subject(over, second) == "2 thông báo: Mua phim X-quang"


def test_the_foot_has_ways_to_stop_a_person_and_where_to_write_to(signed: Settings, make_notice: MakeNotice) -> None:
    mail = _write(signed, build_digest(_subscription(), [DigestEntry(make_notice())], _OCCASION))
    assert str(read(mail)["Reply-To"]) == "Nguyễn Thị Hạnh <hanh@tim.example>"
    body, _, foot = text_of(mail).replace("\r\n", "\n").partition("\n-- \n")
    assert "Yêu cầu báo giá" in body
    for said in ("/alerts/unsubscribe/", "/alerts/", "có người đọc", "1 Lê Lợi, Thanh Hóa", READER):
        assert said in foot
    assert "/alerts/manage/" not in mail.message
    html = html_of(mail)
    assert "1 Lê Lợi, Thanh Hóa" in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert html.index("“băng phim”") < html.index("TimThau</a>")  # the preheader stands first


def test_a_very_long_mail_loses_notices_and_never_its_foot(signed: Settings, make_notice: MakeNotice) -> None:
    line = Passage(where="item", parts=("ế" * 300, "băng phim", "ộ" * 300))
    notices = [make_notice(str(n), title=f"{_TITLE * 3} {n}", buyer=_TITLE, province="Thanh Hóa") for n in range(60)]
    entries = [DigestEntry(notice, passage=line, alerts=("một", "hai")) for notice in notices]
    mail = _write(signed, build_digest(_subscription(), entries, _OCCASION))
    assert len(mail.message) <= MOST_OCTETS
    assert find_faults(mail.message.encode(), subscribed=True) == []
    kept = html_of(mail).count("/notices/")
    assert 10 < kept < 40
    assert f"Còn {60 - kept} thông báo nữa" in text_of(mail)
    assert "/alerts/unsubscribe/" in html_of(mail)
    assert "1 Lê Lợi, Thanh Hóa" in html_of(mail)


def test_each_hit_shows_the_line_that_matched(settings: Settings, make_notice: MakeNotice) -> None:
    line = Passage(where="attachment", parts=("Mục 3: ", "băng phim", " 3M <khổ 35>"), filename="Phụ lục.pdf", page=2)
    mail = _write(settings, build_digest(_subscription(), [DigestEntry(make_notice(), passage=line)], _OCCASION))
    assert "Phụ lục.pdf: Mục 3: «băng phim» 3M <khổ 35>" in text_of(mail)
    assert ">băng phim</b> 3M &lt;khổ 35&gt;" in html_of(mail)


def test_a_weekly_digest_begins_with_what_closes_within_a_week(settings: Settings, make_notice: MakeNotice) -> None:
    entries = [
        DigestEntry(make_notice("far", title="Mua xa", deadline_at=NOON + timedelta(days=20))),
        DigestEntry(make_notice("near", title="Mua gần", deadline_at=NOON + timedelta(days=6))),
    ]
    text = text_of(_write(settings, build_digest(_subscription(Frequency.WEEKLY), entries, _OCCASION)))
    order = ["Hết hạn trong vòng một tuần", "Mua gần", "Muộn hơn, hoặc không ghi hạn", "Mua xa"]
    assert sorted(order, key=text.index) == order
    assert "Muộn hơn" not in text_of(_write(settings, build_digest(_subscription(), entries, _OCCASION)))
