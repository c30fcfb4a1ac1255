"""Statistics: of everything or of a search, in units in which they can be read."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.site.webui import build_notice, in_days, open_site
from timthau.model.province import load_map, load_provinces
from timthau.model.record import Summary
from timthau.store.overview.count import Overview, build_overview
from webui.pages import statistics

pytestmark = pytest.mark.usefixtures("at_now")


def test_statistics_of_a_search_are_worked_out_once_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = open_site(tmp_path, [build_notice("a", title="Mua băng phim", province="Huế")])
    worked_out: list[int] = []

    def count_anew(notices: Iterable[Summary]) -> Overview:
        found = list(notices)
        worked_out.append(len(found))
        return build_overview(found)

    monkeypatch.setattr(statistics, "build_overview", count_anew)
    for path in ("/stats?q=băng+phim", "/stats/provinces.csv?q=băng++phim", "/stats?q=băng+phim"):
        assert "Huế" in site.get(path)
    assert worked_out == [1]
    site.save(build_notice("b", title="Mua băng phim", province="Cần Thơ"))
    assert "Cần Thơ" in site.get("/stats?q=băng+phim")
    assert worked_out == [1, 2]
    assert "Cần Thơ" not in site.get("/stats?q=giường")
    site.store.close()


@pytest.mark.parametrize(
    ("amount_vnd", "title", "other"),
    [
        (2_400_000_000, "Giá trị theo tháng, triệu đồng", "tỷ đồng"),
        (1_613_157_000_000, "Giá trị theo tháng, tỷ đồng", "triệu đồng"),
    ],
)
def test_values_are_shown_in_a_unit_of_few_digits(tmp_path: Path, amount_vnd: int, title: str, other: str) -> None:
    site = open_site(tmp_path, [build_notice("a", amount_vnd=amount_vnd, published_at=in_days(-3))])
    html = site.get("/stats")
    assert title in html
    assert f"tháng, {other}" not in html
    assert "e+" not in html
    assert str(amount_vnd) in site.get("/stats/values.csv")
    site.store.close()


def test_the_map_has_all_provinces_of_today_and_leads_to_those_with_notices(tmp_path: Path) -> None:
    assert {name for name, _, _ in load_map()} == {province.now for province in load_provinces()}
    assert len({(column, row) for _, column, row in load_map()}) == 34
    site = open_site(tmp_path, [build_notice("a", province="Quảng Nam", published_at=in_days(-3))])
    drawn = BeautifulSoup(site.get("/stats"), "html.parser").select_one("svg.map")
    assert drawn is not None
    assert len(drawn.select("rect")) == 34
    [link] = drawn.select("a")
    assert link["aria-label"] == "Đà Nẵng: 1"
    assert 'class="entry"' in site.get(str(link["href"]))
    site.store.close()
