"""The API of suppliers and award lines answers as its description says, page by page."""

from datetime import date
from decimal import Decimal

import pytest

from tests.site.webui import Site, open_site
from tests.webui.test_api import ask, check_described
from timthau.model.award_line import AwardLine
from timthau.model.notice import make_id
from timthau.model.supplier import Winner

pytestmark = pytest.mark.usefixtures("at_now")
CODED = Winner(name="Công ty TNHH A", tax_code="0101234567")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    opened = open_site(tmp_path_factory.mktemp("site"))
    opened.award(
        *(
            AwardLine(
                id=make_id("egp", str(number)),
                source="egp",
                source_key=str(number),
                url="https://egp.example/",
                name="Bơm tiêm 5 ml",
                maker="Vinahankook",
                unit="Cái" if number else "Hộp 100 cái",
                quantity=1.5,
                unit_price_vnd=Decimal("650.5") + number if number else Decimal("12345678901234567.89"),
                suppliers=(CODED if number % 2 else Winner(name="CÔNG TY TNHH A"), Winner(name="Công ty TNHH B")),
                tender_number="IB2600000001",
                published_at=date(2026, 3, 1 + number),
            )
            for number in range(25)
        )
    )
    return opened


def test_an_award_line_has_its_versions_and_all_its_digits(site: Site) -> None:
    data = ask(site, f"/api/v1/prices/{make_id('egp', '0')}")
    check_described(site, "/api/v1/prices/{id}", data)
    assert [version["unit_price_vnd"] for version in data["versions"]] == ["12345678901234567.89"]
    ask(site, "/api/v1/prices/none", status=404)


def test_suppliers_are_found_by_name_and_tax_code(site: Site) -> None:
    data = ask(site, "/api/v1/suppliers?q=cong+ty+a&limit=1")
    check_described(site, "/api/v1/suppliers", data)
    (found,) = data["suppliers"]
    assert (data["total"], found["tax_code"], found["lines"]) == (1, "0101234567", 25)
    assert ask(site, "/api/v1/suppliers?q=0101234567")["suppliers"] == [found]
    assert ask(site, "/api/v1/suppliers")["total"] == 2


def test_a_supplier_has_what_it_won_page_by_page(site: Site) -> None:
    data = ask(site, f"/api/v1/suppliers/{CODED.id}?limit=20")
    check_described(site, "/api/v1/suppliers/{id}", data)
    assert (len(data["won"]), data["won"][0]["published_at"]) == (20, "2026-03-25")
    assert len(ask(site, f"/api/v1/suppliers/{CODED.id}?limit=20&page=2")["won"]) == 5
    assert ask(site, "/api/v1/suppliers?limit=1&page=2")["suppliers"] != [data]
    ask(site, "/api/v1/suppliers/none", status=404)
    ask(site, "/api/v1/suppliers?page=0", status=400)
