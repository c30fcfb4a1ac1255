"""What is new since a visit, what was saved, and notices side by side: all from the address, nobody is known."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from tests.site.webui import NOW, Site, build_notice, in_days, open_site
from timthau.model.moment import format_moment
from timthau.model.notice import Item, NoticeKind

_TAB = re.compile(r'<a rel="nofollow" href="(/search[^"]*)"[^>]*>([^<]+) <span class="count">(\d+)</span></a>')

pytestmark = pytest.mark.usefixtures("at_now")

OPEN = build_notice("open", title="Mua máy thở", deadline_at=in_days(4), published_at=in_days(-1), amount_vnd=5_000_000)
LATER = build_notice("later", title="Mua giường", deadline_at=in_days(9), items=(Item(name="Giường", quantity=3),))
OLD = build_notice("old", title="Mua ghế", deadline_at=in_days(-300), published_at=in_days(-310))
AWARD = build_notice("award", title="Kết quả mua tủ", kind=NoticeKind.AWARD, published_at=in_days(-2))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    with time_machine.travel(NOW, tick=False):
        site = open_site(tmp_path_factory.mktemp("site"), [OPEN, LATER, OLD, AWARD])
    with time_machine.travel(in_days(0.5), tick=False):
        site.save(build_notice("open", title="Mua máy thở cao tần", deadline_at=in_days(4)), seen_at=in_days(0.5))
    return site


def shown(html: str) -> list[str]:
    return re.findall(r'class="entry" data-id="([a-z0-9]+)"', html)


def news(site: Site, since: timedelta) -> str:
    return site.get("/new", query_string={"since": format_moment(NOW + since)})


def test_what_was_found_since_a_moment_is_new_unless_it_is_long_over(site: Site) -> None:
    with time_machine.travel(in_days(0.6), tick=False):
        html = news(site, -timedelta(hours=1))
        assert shown(html) == [OPEN.id, AWARD.id, LATER.id]
        assert html.count('<span class="fresh">Mới</span>') == 3
        assert site.client.get("/new/count").get_json()["total"] == 3


def test_what_is_new_is_told_of_a_search_alone(site: Site) -> None:
    with time_machine.travel(in_days(0.6), tick=False):
        since = {"since": format_moment(NOW - timedelta(hours=1)), "q": "giuong"}
        assert shown(site.get("/new", query_string=since)) == [LATER.id]
        assert site.client.get("/new/count", query_string=since).get_json()["total"] == 1
        assert 'data-count="/new/count?q=giuong"' in site.get("/search?q=giuong")


def test_what_was_found_before_and_changed_since_says_that_it_changed(site: Site) -> None:
    with time_machine.travel(in_days(0.6), tick=False):
        html = news(site, timedelta(hours=1))
    assert shown(html) == [OPEN.id]
    assert '<span class="fresh">Thay đổi</span>' in html


def test_nothing_new_says_so_and_offers_mail(site: Site) -> None:
    with time_machine.travel(in_days(2), tick=False):
        assert "Không có tin mới" in news(site, timedelta(days=1))


@pytest.mark.parametrize("since", ["", "gestern", "9999-12-31T23:59:59-12:00", "0001-01-01"])
def test_a_moment_that_cannot_be_understood_is_no_error(site: Site, since: str) -> None:
    site.get("/new", query_string={"since": since})


def test_saved_notices_are_those_of_the_address_and_open_ones_come_first(site: Site) -> None:
    html = site.get(f"/saved?id={OLD.id}&id={LATER.id}&id={OPEN.id}&id={OPEN.id}&id=nothing")
    assert shown(html) == [OPEN.id, LATER.id, OLD.id]
    assert shown(site.get("/saved")) == []


def test_up_to_four_notices_stand_side_by_side_in_the_order_of_the_address(site: Site) -> None:
    html = site.get(f"/compare?id={LATER.id}&id={OPEN.id}")
    assert re.findall(r'<th scope="col" lang="vi"><a href="/notices/([a-z0-9]+)"', html) == [LATER.id, OPEN.id]
    assert "Giường: 3" in html
    assert site.get("/compare?" + "&".join(f"id={key}" for key in "abcde")).count('scope="col" lang="vi"') == 0


def test_an_award_has_no_deadline_and_none_is_missed(site: Site) -> None:
    [entry] = site.get("/search?kind=award").split('<li class="entry"')[1:]
    assert "deadline" not in entry


def test_the_first_page_is_what_is_open_closing_soonest_first_with_the_count_of_every_tab(site: Site) -> None:
    html = site.get("/")
    assert shown(html) == [OPEN.id, LATER.id]
    tabs = re.findall(
        r'<a rel="nofollow" href="(/search[^"]*)"[^>]*>([^<]+) <span class="count">(\d+)</span></a>', html
    )
    assert [(name, count) for _, name, count in tabs] == [
        ("Sắp hết hạn", "1"), ("Còn hạn", "2"), ("Kết quả thầu", "1"), ("Đã hết hạn", "1"), ("Tất cả", "4"),
    ]  # fmt: skip
    assert re.search(r'aria-current="true">Còn hạn', html)
    for address, _, count in tabs:
        assert len(shown(site.get(address.replace("&amp;", "&")))) == int(count)


def test_tabs_keep_their_counts_when_one_is_chosen(site: Site) -> None:
    paths = ("/search", "/search?open=soon", "/search?open=0", "/search?kind=award", "/search?open=1")
    counts = [[count for _, _, count in _TAB.findall(site.get(path))] for path in paths]
    assert counts == [["1", "2", "1", "1", "4"]] * 5


def test_a_first_page_without_open_notices_shows_the_newest(tmp_path: Path) -> None:
    html = open_site(tmp_path, [OLD]).get("/")
    assert "Hiện không có gói nào còn hạn." in html
    assert shown(html) == [OLD.id]


def test_a_first_page_without_notices_says_how_far_the_sources_have_been_read(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    assert "Chưa thu thập nguồn nào." in site.get("/")
    site.store.start_run("benh-vien-mau", NOW)
    assert re.search(r"Đang thu thập: đã xong 0/\d\d nguồn", site.get("/"))


def test_a_source_is_named_as_people_know_it(tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "benh-vien-mau.toml").write_text('title = "Bệnh viện Mẫu"\nhome = "https://mau.example.vn/"\n', "utf-8")
    portal = build_notice("p", source="egp", url="https://muasamcong.mpi.gov.vn/web/guest/x", deadline_at=in_days(1))
    html = open_site(tmp_path, [OPEN, portal]).get("/")
    assert "Bệnh viện Mẫu" in html
    assert "Hệ thống mạng đấu thầu quốc gia" in html
    assert ">egp<" not in html
