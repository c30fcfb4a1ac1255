"""What people come for, done in a real browser from the first page to the last click."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.site.webui import build_notice, leave_out_facets, open_site

pytestmark = pytest.mark.slow


def press_until(page: Page, key: str, wanted: str, most: int = 60) -> None:
    """Press a key until the element in focus is the wanted one."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{key} does not lead to {wanted}")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_from_words_to_a_date_in_the_calendar(open_page, script: bool, tmp_path: Path) -> None:
    page = open_page("/", java_script_enabled=script)
    page.get_by_role("searchbox" if not script else "combobox").fill("kinh hien vi")
    page.get_by_role("button", name="Tìm kiếm").click()
    expect(page).to_have_url(re.compile(r"/search\?q=kinh\+hien\+vi"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("kinh hien vi")
    page.get_by_role("complementary").get_by_role("link", name=re.compile("^Yêu cầu báo giá")).click()
    expect(page.get_by_role("list", name="Bộ lọc đang dùng")).to_contain_text("Yêu cầu báo giá")
    page.get_by_role("link", name="Yêu cầu báo giá mua kính hiển vi phẫu thuật mắt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yêu cầu báo giá mua kính hiển vi phẫu thuật mắt")
    with page.expect_download() as download:
        page.get_by_role("link", name="Thêm vào lịch").click()
    download.value.save_as(tmp_path / "han.ics")
    lines = (tmp_path / "han.ics").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "BEGIN:VCALENDAR"
    assert any(line.startswith("SUMMARY:") and "kính hiển vi" in line for line in lines)


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_range_of_days_and_amounts_narrows_and_a_chip_takes_it_back(open_page, script: bool) -> None:
    page = open_page("/search?q=mua", java_script_enabled=script)
    before = page.get_by_role("heading", level=1).inner_text()
    page.locator("summary", has_text="khoảng khác (Giá trị)").click()
    page.locator("#min_amount").fill("500 triệu")
    page.get_by_role("button", name="Áp dụng (Giá trị)").click()
    expect(page.get_by_role("list", name="Bộ lọc đang dùng")).to_contain_text("500 triệu đồng")
    assert page.get_by_role("heading", level=1).inner_text() != before
    page.get_by_role("list", name="Bộ lọc đang dùng").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(before)


@pytest.mark.parametrize(
    "pasted",
    [
        "không nhận được mã OTP",
        "Hệ thống đang bảo trì, vui lòng quay lại sau",
        "tài khoản định danh mức 2 chưa kích hoạt",
        "dang nhap vssid bang vneid",
    ],
)
def test_an_error_message_leads_to_the_guide(open_page, pasted: str) -> None:
    page = open_page("/")
    page.get_by_role("combobox").fill(pasted)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("VssID")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("VssID")
    expect(page.get_by_role("heading", name=re.compile("^Bước 1"))).to_be_visible()


def test_a_phone_opens_filters_over_the_list(open_page) -> None:
    page = open_page("/search?q=mua", width=360)
    filters = page.locator("#filters")
    expect(filters).to_be_hidden()
    page.get_by_role("button", name="Bộ lọc").click()
    expect(filters).to_be_visible()
    filters.get_by_role("link", name=re.compile("^Yêu cầu báo giá")).click()
    expect(page.get_by_role("list", name="Bộ lọc đang dùng")).to_contain_text("Yêu cầu báo giá")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_vendor_saves_compares_hides_and_takes_it_along(open_page, tmp_path: Path) -> None:
    page = open_page("/")
    entries = page.locator(".entries > .entry")
    title = entries.first.locator("h3").inner_text()
    entries.first.get_by_role("button", name=re.compile("^☆ Lưu")).click()
    expect(page.get_by_role("link", name="★ Đã lưu 1")).to_be_visible()
    for entry in (entries.first, entries.nth(1)):
        entry.get_by_role("button", name=re.compile("^So sánh")).click()
    entries.nth(1).get_by_role("button", name=re.compile("^Ẩn")).click()
    expect(page.get_by_text("Đã ẩn 1 thông báo trên trang này.")).to_be_visible()
    page.get_by_role("link", name="So sánh 2 thông báo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("So sánh thông báo")
    page.get_by_role("link", name="★ Đã lưu 1").click()
    expect(page.locator("#saved-list h2")).to_have_text(title)
    with page.expect_download() as download:
        page.get_by_role("button", name="Lưu ra tệp").click()
    download.value.save_as(tmp_path / "saved.json")
    elsewhere = open_page("/saved")
    elsewhere.locator("#saved-import").set_input_files(tmp_path / "saved.json")
    expect(elsewhere.get_by_text("Hiện đã lưu 1 thông báo.")).to_be_visible()
    expect(elsewhere.locator("#saved-list h2")).to_have_text(title)


def test_filters_change_results_in_place_and_keys_lead_through_them(open_page) -> None:
    page = open_page("/search?q=mua")
    before = page.get_by_role("heading", level=1).inner_text()
    page.evaluate("window.stayed = true")
    page.get_by_role("complementary").get_by_role("link", name=re.compile("^Yêu cầu báo giá")).click()
    expect(page.get_by_role("list", name="Bộ lọc đang dùng")).to_contain_text("Yêu cầu báo giá")
    expect(page).to_have_url(re.compile("kind=request_for_quotation"))
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('.entry h2 a')")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(before)
    assert page.evaluate("window.stayed")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


@pytest.fixture
def uncounted(tmp_path: Path) -> Iterator[str]:
    """The address of a site whose engine answers sooner without facets."""
    site = open_site(tmp_path, [build_notice(str(number), province="Gia Lai") for number in range(3)])
    leave_out_facets(site.client.application)
    server = make_server("127.0.0.1", 0, site.client.application, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    serving.join()


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_filters_that_cost_more_come_after_the_results(open_page, uncounted: str, script: bool) -> None:
    page = open_page(f"{uncounted}/search?q=bao+gia", own=uncounted, java_script_enabled=script)
    expect(page.locator(".entry")).to_have_count(3)
    if not script:
        page.get_by_role("link", name="Hiện bộ lọc").click()
    filters = page.get_by_role("complementary")
    filters.get_by_role("link", name=re.compile("^Gia Lai 3")).click()
    expect(page.get_by_role("list", name="Bộ lọc đang dùng")).to_contain_text("Gia Lai")
    expect(page).to_have_url(f"{uncounted}/search?q=bao+gia&province=Gia+Lai")
    if script:
        expect(filters.get_by_role("link", name=re.compile("^Gia Lai .*bỏ chọn"))).to_be_visible()


def test_the_keyboard_alone_is_enough(open_page) -> None:
    page = open_page("/")
    press_until(page, "Tab", "#q")
    page.keyboard.type("kinh hi")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("combobox").input_value()
    assert chosen != "kinh hi"
    expect(page.locator('[role=option][aria-selected="true"]')).to_have_text(chosen)
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox")).to_have_value("kinh hi")
    page.keyboard.type("en vi")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=kinh\+hien\+vi"))
    press_until(page, "Tab", ".ticks a")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_be_visible()
    press_until(page, "Tab", ".entry a", most=120)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/notices/"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"q=kinh\+hien\+vi"))
    expect(page.locator(".chips")).to_be_visible()


def test_the_keyboard_leads_from_a_search_to_an_alert(open_page) -> None:
    page = open_page("/")
    press_until(page, "Tab", "#q")
    page.keyboard.type("thuy tinh the")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=thuy\+tinh\+the"))
    press_until(page, "Tab", '.result-head a[href^="/alerts/new"]')
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/alerts/new"))
    press_until(page, "Tab", "input[type=email]")
    page.keyboard.type("ban.phim@cong-ty.example")
    press_until(page, "Tab", "main button[type=submit], main button:not([type])")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vui lòng kiểm tra hộp thư")).to_be_visible()


def test_the_first_tab_skips_to_the_content(open_page) -> None:
    page = open_page("/search?q=mua")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_language_stays_chosen(open_page) -> None:
    page = open_page("/search?q=kinh")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("notice")
    page.get_by_role("link", name="Statistics").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Statistics")


def test_what_documents_say_never_runs(open_page, pages: dict[str, str]) -> None:
    for path in (pages["notice-markup"], "/search?q=dam", pages["buyer-markup"], pages["notice-endless"]):
        page = open_page(path)
        assert page.evaluate("window.broken") is None
        assert page.locator("main script:not([type='application/ld+json']), main [onerror]").count() == 0


def test_print_leaves_out_what_paper_cannot_use(open_page, pages: dict[str, str]) -> None:
    page = open_page(pages["notice"])
    page.emulate_media(media="print")
    expect(page.locator(".site-header")).to_be_hidden()
    expect(page.locator(".actions")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("width", [640, 320], ids=["200-percent", "400-percent"])
def test_nothing_is_lost_when_words_are_large(open_page, pages: dict[str, str], width: int) -> None:
    """A window of 1,280 pixels has 640 of them left at 200 %, and 320 at 400 %."""
    page = open_page("/", width=width)
    for path in (
        pages["search"],
        pages["notice"],
        pages["statistics"],
        *(pages[name] for name in ("prices", "supplier", "compare", "saved", "sources", "buyer")),
        pages["guide"],
        pages["alert-new"],
        pages["api"],
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.get_by_role("button", name="Trình đơn").click()
        menu = page.get_by_role("navigation", name="Trình đơn chính")
        for link in menu.get_by_role("link").all():
            expect(link).to_be_in_viewport(ratio=1)
        page.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("language", "theme", "width", "script"),
    [("vi", "dark", 360, True), ("en", "light", 1280, True), ("en", "dark", 360, False), ("vi", "light", 640, True)],
    ids=["vietnamese-dark-phone", "english-light-desk", "english-dark-phone-without-script", "200-percent"],
)
def test_a_vendor_opens_filters_judges_and_comes_back(
    open_page, language: str, theme: str, width: int, script: bool
) -> None:
    page = open_page(f"/?lang={language}", width=width, color_scheme=theme, java_script_enabled=script)
    if width < 800:
        page.locator(".open-filters").first.click()
    page.locator("#filters .ticks a[href*='kind=request_for_quotation']").click()
    if width < 800 and script:
        page.locator(".filters-foot button").click()
    expect(page.locator(".results > .chips")).to_be_visible()
    first = page.locator(".entries > .entry h2 a").first
    title = first.inner_text()
    first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator(".notice-side .deadline")).to_be_visible()
    if script:
        page.locator(".actions button").first.click()
    page.locator(".way a").first.click()
    expect(page.locator(".results > .chips")).to_be_visible()
    if script:
        expect(page.locator("[data-saved] .count")).to_have_text("1")
        expect(page.locator(".entry.is-read").first).to_contain_text(title)


def test_a_search_says_how_much_of_it_is_new_since_the_last_visit(open_page) -> None:
    page = open_page("/search?q=kinh")
    page.evaluate("localStorage.timthau = JSON.stringify({ seen: Date.now() - 3600000 })")
    page.evaluate("(before) => { memory.before = before; showNews(); }", 1)
    link = page.locator("#news")
    expect(link).to_contain_text("Mới trong tìm kiếm này")
    count = link.locator(".count").inner_text()
    link.click()
    assert int(count) == page.locator(".entries > .entry").count() > 0


def test_the_map_and_the_columns_are_reached_by_keyboard_and_named(open_page) -> None:
    page = open_page("/stats", java_script_enabled=False)
    expect(page.get_by_role("group", name="Bản đồ các tỉnh, thành")).to_be_visible()
    province = page.locator(".map a").first
    name, count = str(province.get_attribute("aria-label")).rsplit(": ", 1)
    press_until(page, "Tab", ".plot.wide a")
    press_until(page, "Tab", ".map a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{count} thông báo")
    expect(page.locator(".results > .chips")).to_contain_text(name)


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_every_trouble_is_at_most_two_taps_away(open_page, script: bool) -> None:
    page = open_page("/", width=360, java_script_enabled=script)
    page.locator(".shortcuts a[href$='vssid-vneid']").click()
    troubles = page.locator("details.trouble")
    assert troubles.count() >= 12
    for trouble in troubles.all():
        trouble.locator("summary").click()
        expect(trouble.locator("div")).to_be_visible()
