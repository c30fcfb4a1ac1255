"""Every page, in light and dark, on a desk and on a phone: nothing that axe finds, nothing wider than the screen."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.e2e.axe import RULES, find_violations

pytestmark = pytest.mark.slow

#: Where the pictures go that bin/write_screenshots.py puts together, where they are asked for.
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
_TAKES_PICTURES = bool(os.environ.get("TIMTHAU_PICTURES"))
PAGES = (
    "home", "search", "search-nothing", "search-guide", "notice", "notice-markup", "notice-endless", "prices",
    "supplier", "alert-prices", "guides", "guide", "guide-trouble", "saved", "compare",
    "buyer", "buyer-markup", "statistics", "sources", "help", "api",
    "alerts", "alert-new", "alert-watch", "alert-everything", "not-found",
)  # fmt: skip
#: Made by the same templates as others, with other words.
_ALIKE = {"notice-markup", "buyer-markup", "search-nothing", "guide-trouble", "alert-watch", "alert-everything"}
SIZES = {"desk": (1280, 900), "phone": (360, 760)}
#: What a theme can change; everything else is looked at once a size.
_COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
_TALLEST = 1600  # pixels of a picture: nobody looks further down, and more takes long
#: Of neighbours that differ in their words alone, as the lines of a list do, two say as much as a hundred.
_THIN_OUT = """() => {
  const told = /^(class|role|type|aria-(current|pressed|selected))$/;
  const attributes = (one) => [...one.attributes].map((a) => (told.test(a.name) ? a.name + a.value : a.name));
  const look = (one) => [one.tagName, ...attributes(one), [...one.children].map(look)].join();
  for (const parent of document.querySelectorAll("ol, ul, tbody, dl, svg")) {
    const seen = {};
    for (const child of [...parent.children]) {
      const key = look(child);
      seen[key] = (seen[key] ?? 0) + 1;
      if (seen[key] > 2) child.remove();
    }
  }
}"""


def check_views(page: Page, name: str) -> None:
    """Look at a page in both sizes, and in the dark: what axe has against it, and whether it is too wide."""
    if _TAKES_PICTURES:
        _take_pictures(page, name)
    found = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{size}: {wide} pixels wide")
    page.evaluate(_THIN_OUT)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark") if size == "desk" else ("light",):  # a phone has the colours of a desk
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            rules = RULES if theme == "light" else _COLOURS
            found += [f"{size} {theme}: {violation}" for violation in find_violations(page, rules)]
    assert found == []


def _take_pictures(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            tall = min(page.evaluate("document.documentElement.scrollHeight"), _TALLEST)
            shown = {"x": 0, "y": 0, "width": width, "height": tall}
            page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{theme}.png", full_page=True, clip=shown)


def test_every_page_is_looked_at(pages: dict[str, str]) -> None:
    assert set(PAGES) == set(pages)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.nightly if name in _ALIKE else ()) for name in PAGES]
)
def test_page_is_for_everybody(open_page, pages: dict[str, str], name: str) -> None:
    check_views(open_page(pages[name]), name)


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["notice", "statistics"])
def test_english_page_is_for_everybody(open_page, pages: dict[str, str], name: str) -> None:
    check_views(open_page(f"{pages[name]}?lang=en"), f"{name}-english")


def test_the_page_for_a_foreign_host_is_for_everybody(open_page, address: str) -> None:
    page = open_page(
        f"http://foreign.example:{urlsplit(address).port}/", own=f"http://foreign.example:{urlsplit(address).port}"
    )
    assert page.title().startswith("Không hiểu được")
    check_views(page, "bad-request")


def test_open_filters_on_a_phone_are_for_everybody(open_page) -> None:
    page = open_page("/search?q=mua", width=360)
    page.get_by_role("button", name="Bộ lọc").click()
    assert find_violations(page, RULES) == []


def test_open_suggestions_are_for_everybody(open_page) -> None:
    page = open_page("/")
    page.get_by_role("combobox").press_sequentially("may")
    page.get_by_role("option").first.wait_for()
    assert find_violations(page, RULES) == []
