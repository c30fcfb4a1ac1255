"""The pages of prices, suppliers, and what items and buyers say of what was paid."""

from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.site.award_lines import HOA_BINH, MINH_AN, build_line
from tests.site.webui import Site, build_notice, in_days, open_site
from timthau.model.moment import HANOI
from timthau.model.notice import Item
from timthau.model.supplier import Winner

pytestmark = pytest.mark.usefixtures("at_now")

_BUYER = "Bệnh viện Đa khoa tỉnh Thanh Hóa"
_NAME = "Bơm tiêm sử dụng một lần 10ml"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    items = (
        Item(name="Lô 1: Bơm tiêm dùng 1 lần 10 ml", unit="Cái"),
        Item(name="Máy cộng hưởng từ 3 Tesla", unit="Máy"),
    )
    notices = [
        build_notice("open", title="Mua bơm tiêm", buyer=_BUYER, items=items, deadline_at=in_days(3)),
        build_notice("past", title="Mua bơm tiêm năm ngoái", buyer=_BUYER, items=items, deadline_at=in_days(-300)),
    ]
    opened = open_site(tmp_path_factory.mktemp("site"), notices)
    lines = [
        build_line(
            f"k{n}",
            _NAME,
            900 + n,
            published_at=datetime(2022 + n % 4, 5, 1, 9, 0, tzinfo=HANOI),
            suppliers=(HOA_BINH if n % 3 == 0 else MINH_AN,),
        )
        for n in range(12)
    ]
    lines += [
        build_line("pack", _NAME, 90_000, unit="Hộp 100 cái"),
        build_line("box", _NAME, 88_000, unit="Hộp"),
        build_line("lot", _NAME, None, amount_vnd=None),
        build_line("far", _NAME, 45_000, maker="Terumo", origin="Nhật Bản"),
    ]
    opened.award(*lines)
    return opened


def _text(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def test_a_price_page_shows_one_unit_with_its_figures_and_sources(site: Site) -> None:
    page = site.get("/prices?q=bom+tiem+10ml")
    text = _text(page)
    assert "16 lượt trúng thầu, trong đó 15 lượt có đơn giá" in text
    assert "906" in text
    assert "trung vị của 13 giá" in text
    assert "1 giá chênh lệch nhiều so với phần lớn." in text
    assert text.count("Giá đi cùng điều kiện của từng hợp đồng") == 1
    soup = BeautifulSoup(page, "html.parser")
    assert [a.get_text(" ", strip=True) for a in soup.select("nav.choices a[href*='unit=']")] == [
        "cái 13",
        "hộp 1",
        "hộp 100 cái 1",
    ]
    assert len(soup.select(".plot.wide .price")) == 13
    assert len(soup.select(".plot.wide .price.outside")) == 1
    years = [row.th.get_text() for row in soup.select("section.panel table tbody tr") if row.th]
    assert years == ["2025", "2024", "2023", "2022"]
    assert soup.select(".lines tbody tr time")
    assert soup.select(".lines a[href^='https://muasamcong.example.vn/']")


def test_what_a_box_holds_is_said_to_be_unknown(site: Site) -> None:
    assert "Không ghi một “hộp” chứa bao nhiêu" in site.get("/prices?q=bơm+tiêm&unit=hộp")
    assert "chứa bao nhiêu" not in site.get("/prices?q=bơm+tiêm&unit=hộp+100+cái")


def test_filters_leave_what_they_name_and_can_be_taken_away(site: Site) -> None:
    page = site.get("/prices?q=bơm+tiêm&maker=terumo")
    assert "1 lượt trúng thầu" in _text(page)
    assert 'href="?q=b%C6%A1m+ti%C3%AAm"' in page
    assert "13 dòng" not in _text(site.get(f"/prices?q=bơm+tiêm&supplier={HOA_BINH.id}"))
    assert "bỏ qua: from=xyz" in _text(site.get("/prices?q=bơm+tiêm&from=xyz"))


def test_nothing_asked_and_nothing_known_are_said(site: Site) -> None:
    assert "16 lượt trúng thầu" in _text(site.get("/prices"))
    assert "Chưa có giá nào." in _text(site.get("/prices?q=xe+cứu+thương"))


def test_an_item_of_an_open_notice_says_what_it_was_paid_before(site: Site) -> None:
    notices = {notice.source_key: notice.id for notice in map(site.store.notice, _ids(site)) if notice}
    soup = BeautifulSoup(site.get(f"/notices/{notices['open']}"), "html.parser")
    said = soup.select(".paid")
    assert [" ".join(a.get_text().split()) for a in said] == [
        "từng mua: trung vị 906 đồng/cái, 13 lần, gần nhất 12/05/2025"
    ]
    rests_on = _text(site.get(str(said[0]["href"])))
    assert "trung vị của 13 giá" in rests_on
    assert "96% trường hợp" in _text(str(soup))
    assert "theo 13 đơn giá, gần nhất ngày 12/05/2025" in _text(str(soup.select_one(".facts")))
    assert soup.find("a", string="Biểu đồ giá của mặt hàng có nhiều dữ liệu nhất")["href"] == said[0]["href"]
    assert "từng mua" not in site.get(f"/notices/{notices['past']}")


def _ids(site: Site) -> list[str]:
    return [notice.id for notice in site.store.each_notice()]


def test_buyers_and_suppliers_show_what_they_bought_and_won(site: Site) -> None:
    page = site.get(f"/suppliers/{MINH_AN.id}")
    text = _text(page)
    assert "Mã số thuế 0101234567" in text
    assert "12 lượt trúng thầu. Nhà thầu này trúng" in text
    assert "Nhà thầu khác cũng trúng các mặt hàng này Công ty cổ phần Dược phẩm Hòa Bình 4" in text
    soup = BeautifulSoup(page, "html.parser")
    buyer = next(a for a in soup.select(".lines a") if a.get_text() == _BUYER)
    bought = site.get(str(buyer["href"]))
    assert "Đã mua gần đây" in bought
    assert f'href="/suppliers/{MINH_AN.id}"' in bought
    site.get("/suppliers/unknown", status=404)
    site.get(f"/suppliers/{MINH_AN.id}?page=x", status=404)


def test_a_name_that_turned_out_to_be_of_a_code_leads_to_its_page(site: Site) -> None:
    nameless = Winner(name="Công ty TNHH Thiết bị Y tế Minh An")
    answer = site.client.get(f"/suppliers/{nameless.id}")
    assert answer.status_code in (301, 404)  # the name never stood without its code here


def test_pages_stay_small(site: Site, tmp_path: Path) -> None:
    own = open_site(tmp_path)
    own.award(*(build_line(f"n{n}", _NAME, 500 + n % 97, maker=f"Hãng {n % 60}") for n in range(700)))
    answer = own.client.get("/prices?q=bơm+tiêm", headers={"Accept-Encoding": "gzip"})
    assert len(answer.data) < 60_000
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "median of 700 prices" in _text(own.get("/prices?q=bơm+tiêm&lang=en"))


def test_the_api_gives_figures_by_unit_and_lines(site: Site) -> None:
    told = site.client.get("/api/v1/prices?q=bơm+tiêm&limit=2").get_json()
    assert (told["total"], told["priced"], told["unit"]) == (16, 15, "cái")
    assert [(own["unit"], own["count"]) for own in told["units"]] == [("cái", 13), ("hộp", 1), ("hộp 100 cái", 1)]
    assert [own["year"] for own in told["years"]] == [2022, 2023, 2024, 2025]
    assert len(told["lines"]) == 2
    assert told["lines"][0]["unit_price_vnd"] > 0
    assert site.client.get("/api/v1/prices").get_json()["total"] == 0
    for wrong in ("?q=x&from=y", "?q=x&thing=zz", "?q=x&limit=0"):
        assert site.client.get(f"/api/v1/prices{wrong}").status_code == 400


def test_an_alert_for_prices_offers_no_reminder_as_nothing_closes(site: Site) -> None:
    form = site.get("/alerts/new?prices=1&q=kim+lu%E1%BB%93n")
    assert 'name="frequency"' in form
    assert "reminder_days" not in form
    assert "reminder_days" in site.get("/alerts/new?q=kim+lu%E1%BB%93n")
