"""Statistics: of everything or of a search, in units in which they can be read."""

from pathlib import Path

import pytest

from tests.site.webui import build_notice, in_days, open_site

pytestmark = pytest.mark.usefixtures("at_now")


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
