"""What was paid, in a real browser: from an item of an open notice to its history, to a supplier and back."""

import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import RULES, find_violations


@pytest.fixture(scope="session")
def priced(address: str, notices: dict[str, str]) -> str:
    """The path of a notice with an item that was bought before."""
    for path in notices.values():
        with urllib.request.urlopen(address + path, timeout=30) as answer:
            if 'class="paid"' in answer.read().decode():
                return path
    raise AssertionError("no notice has an item that was bought before")


def look(page: Page, *, script: bool, width: int) -> None:
    """Nothing wider than the screen, and nothing that axe finds, which runs where scripts do."""
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not script or find_violations(page, RULES) == []


@pytest.mark.parametrize(
    ("width", "script", "is_mobile"),
    [(1280, True, False), (360, True, True), (360, False, True)],
    ids=["desk", "phone", "phone-without-script"],
)
def test_from_an_item_to_its_history_to_a_supplier_and_back(
    open_page, priced: str, width: int, script: bool, is_mobile: bool
) -> None:
    page = open_page(priced, width=width, java_script_enabled=script, is_mobile=is_mobile, has_touch=is_mobile)
    paid = page.locator(".paid").first
    expect(paid).to_contain_text("từng mua: trung vị")
    look(page, script=script, width=width)
    paid.click()
    expect(page).to_have_url(re.compile(r"/prices\?thing=[0-9a-f]{16}&unit="))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Giá trúng thầu:")
    expect(page.locator(".price:visible").first).to_be_visible()
    expect(page.get_by_text("Giá đi cùng điều kiện của từng hợp đồng")).to_have_count(1)
    for wide in {width, 360}:
        look(page, script=script, width=wide)
    page.set_viewport_size({"width": width, "height": 800})
    supplier = page.locator(".lines a[href^='/suppliers/']").first
    name = supplier.inner_text()
    supplier.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("heading", name=re.compile("^Đã trúng"))).to_be_visible()
    look(page, script=script, width=width)
    page.locator(".lines a[href^='/prices?thing=']").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Giá trúng thầu:")
    page.locator("#q").fill("chat nhay")  # a combobox, with scripts
    page.get_by_role("button", name="Tìm giá").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Giá trúng thầu: chat nhay")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
