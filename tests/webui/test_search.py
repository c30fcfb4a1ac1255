"""The search page finds, filters, counts and pages, and bears whatever is typed into its address."""

import gzip
import json
import re
from datetime import datetime
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.site.webui import Site, build_notice, in_days, leave_out_facets, open_site
from timthau.model.notice import Attachment, Item, NoticeKind
from webui.pages.search import join_matches, list_pages

pytestmark = pytest.mark.usefixtures("at_now")

KINDS = [NoticeKind.REQUEST_FOR_QUOTATION, NoticeKind.INVITATION_TO_TENDER, NoticeKind.AWARD]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    notices = [
        build_notice(
            f"n{i}",
            title=f"Mua sắm vật tư y tế đợt {i}",
            kind=KINDS[i % 3],
            buyer="Bệnh viện Mắt" if i % 2 else "Trung tâm Y tế Mẫu",
            province="Thanh Hóa" if i % 4 else "Gia Lai",
            published_at=in_days(-i - 1),
            deadline_at=in_days(i - 20),
            amount_vnd=(i + 1) * 100_000_000,
        )
        for i in range(45)
    ]
    notices.append(
        build_notice(
            "odd",
            title='<script>alert("x")</script> & "kính" <b>hiển vi</b>',
            buyer="<img src=x onerror=alert(1)>",
            items=(Item(name="Đầu rửa <i>hút</i> phaco"),),
        )
    )
    return open_site(tmp_path_factory.mktemp("site"), notices)


def main_of(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def titles(html: str) -> list[str]:
    found = re.findall(r'<h[23] lang="vi"><a href="/notices/[^"]+">(.*?)</a>', html)
    return [unescape(re.sub(r"</?mark>", "", title)) for title in found]


def test_the_first_page_shows_what_is_open_closing_soonest_first_and_the_login_guide(site: Site) -> None:
    html = site.get("/")
    assert titles(html) == [f"Mua sắm vật tư y tế đợt {number}" for number in range(20, 45)]
    assert 'href="/guides/vssid-vneid"' in html


@pytest.mark.parametrize("typed", ["vật tư y tế", "vat tu y te", "VẬT TƯ Y TẾ"])
def test_words_find_with_and_without_accents_and_are_marked(site: Site, typed: str) -> None:
    html = site.get("/search?" + urlencode({"q": typed}))
    assert len(titles(html)) == 20
    assert "<mark>vật tư y tế</mark>" in html


def test_a_filter_narrows_and_is_a_chip_that_removes_it(site: Site) -> None:
    html = site.get("/search?q=vat+tu&kind=award&open=1")
    assert 'class="chips"' in html
    assert '<span class="sr">Bỏ lọc </span>' in html
    assert 'href="?q=vat+tu&amp;open=1"' in html
    assert 'href="?q=vat+tu&amp;kind=award"' in html
    shown = [int(title.rsplit(" ", 1)[1]) for title in titles(html)]
    assert shown
    assert all(number % 3 == 2 and number >= 20 for number in shown)


def test_where_facets_cost_more_the_page_is_there_before_them(tmp_path: Path) -> None:
    site = open_site(tmp_path, [build_notice(f"n{i}", kind=KINDS[i % 3], published_at=in_days(-i)) for i in range(5)])
    address = "/search?q=bao+gia&from=2026-01-01"
    whole = site.get(address)
    leave_out_facets(site.client.application)
    first = site.get(address)
    assert titles(first) == titles(whole)
    assert "5 thông báo" in first
    assert 'class="ticks"' not in first
    assert 'class="count"' not in main_of(first)
    assert '<input form="search" type="hidden" name="from" value="2026-01-01">' in first
    (later,) = re.findall(r'data-later rel="nofollow" href="([^"]+)"', first)
    counted = site.get(f"/search{unescape(later)}")
    assert main_of(counted) == main_of(whole)


def test_a_facet_in_use_still_counts_its_other_values(site: Site) -> None:
    html = site.get("/search?q=vat+tu&province=gia+lai")
    facet = html.split("<h2>Tỉnh, thành</h2>")[1].split("</section>")[0]
    assert 'class="chosen"' in facet
    assert re.search(r'Gia Lai</span>.*?<span class="count">12</span>', facet)
    assert re.search(r'Thanh Hóa</span> <span class="count">33</span>', facet)


def test_what_is_bought_is_a_facet_a_filter_and_a_chip(tmp_path: Path) -> None:
    titles_ = ("Mua hóa chất", "Mua hóa chất, vật tư y tế", "Bảo trì thang máy")
    site = open_site(tmp_path, [build_notice(title, title=title) for title in titles_])
    facet = site.get("/search").split("<h2>Lĩnh vực</h2>")[1].split("</section>")[0]
    assert re.search(r'Hóa chất, sinh phẩm, xét nghiệm</span> <span class="count">2</span>', facet)
    html = site.get("/search?field=consumable")
    assert titles(html) == ["Mua hóa chất, vật tư y tế"]
    assert "Lĩnh vực:</span> <span>Vật tư, vật tư tiêu hao</span>" in html
    assert titles(site.get("/search?" + urlencode({"q": 'linh-vuc:"bảo trì"'}))) == ["Bảo trì thang máy"]


def test_spans_of_days_and_amounts_are_chosen_with_one_click_and_left_with_another(site: Site) -> None:
    html = site.get("/search?q=vat+tu")
    address, count = re.search(
        r'href="(\?q=vat\+tu&amp;from=2026-11-17)"[^>]*>(?:(?!</a>).)*7 ngày qua</span> <span class="count">(\d+)<',
        html,
    ).groups()
    chosen = site.get("/search" + unescape(address))
    assert len(titles(chosen)) == int(count) > 1
    assert re.search(r'class="chosen" rel="nofollow" href="\?q=vat\+tu"', chosen)
    assert re.search(r'href="[^"]*min_amount=500000000&amp;max_amount=1000000000"', html)
    assert 'Còn hạn <span class="count">' in html


def test_pages_follow_one_another_without_gap_or_repetition(site: Site) -> None:
    pages = [titles(site.get(f"/search?q=vat+tu&sort=newest&page={page}")) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    numbers = [int(title.rsplit(" ", 1)[1]) for page in pages for title in page]
    assert numbers == list(range(45))


def test_closing_soonest_comes_first_when_asked(site: Site) -> None:
    html = site.get("/search?q=vat+tu&sort=deadline&open=1&kind=request_for_quotation&kind=invitation_to_tender")
    days = [datetime.fromisoformat(day) for day in re.findall(r'Hạn nộp: .*?<time datetime="([^"]+)"', html)]
    assert len(days) == 16
    assert all(earlier <= later for earlier, later in pairwise(days))


def test_amounts_filter_as_people_type_them(site: Site) -> None:
    html = site.get("/search?" + urlencode({"q": "vat tu", "min_amount": "1 tỷ", "max_amount": "1.200 triệu"}))
    assert len(titles(html)) == 3
    assert "1 tỷ đồng" in html


def test_a_deadline_is_said_as_a_date_and_as_days_left(site: Site) -> None:
    html = site.get("/search?" + urlencode({"q": "đợt 24"}))
    entry = html.split('class="entry"')[1]
    assert "còn 4 ngày" in entry
    assert "Thứ Sáu" in entry
    assert "27/11/2026 09:00" in entry


@pytest.mark.parametrize(
    "typed", ["đăng nhập vssid", "dang nhap vneid", "định danh mức 2", "không đăng nhập được vssid"]
)
def test_the_login_guide_stands_first_for_what_people_type(site: Site, typed: str) -> None:
    html = site.get("/search?" + urlencode({"q": typed}))
    assert html.index('class="guide-card"') < html.index("</main>")
    card = html.split('class="guide-card"')[1].split("</section>")[0]
    assert "/guides/vssid-vneid" in card
    assert html.count('class="guide-card"') <= 2


def test_a_guide_that_merely_shares_a_word_stands_below_the_notices(tmp_path: Path) -> None:
    site = open_site(tmp_path, [build_notice(f"n{i}", title=f"Yêu cầu báo giá máy {i}") for i in range(3)])
    main = site.get("/search?q=bao+gia+may").split("<main")[1]
    assert 'class="entries"' in main
    assert 'class="guide-card"' not in main.split('class="entries"')[0]


def test_an_english_page_shows_the_english_guide(site: Site) -> None:
    reader = site.client.application.test_client()
    html = reader.get("/search?q=dang+nhap+vneid&lang=en").get_data(as_text=True)
    assert "Logging in to VssID with a VNeID account" in html


def test_hostile_titles_and_items_are_text(site: Site) -> None:
    html = site.get("/search?q=phaco")
    assert "<img" not in html.split("<main")[1]
    assert "<script>alert" not in html
    assert titles(html) == ['<script>alert("x")</script> & "kính" <b>hiển vi</b>']
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%FF%FE", "q=%22", "q=%22%22", "q=(", "q=((a", "q=a+AND", "q=OR", "q=-", "q=*", "q=a*", "q=%5B1+TO",
        "q=%3Cscript%3E", "q=%F0%9F%98%80", "q=title:", "q=%5C", "q='", "q=a~9", "q=^^", "q=%E2%80%AE", "q=+++",
        "page=99999999", "page=abc", "page=-1", "page=0", "page=1e9", "kind=nonsense", "open=?", "sort=up", "from=x",
        "to=0000-00-00", "deadline_from=9999-12-31", "deadline_to=0001-01-01", "min_amount=-5", "max_amount=∞",
        "lang=xx",        "province=%00", "buyer=%22%3E%3Cscript%3E", "expand=2", "q=" + "a" * 5000,
        "&".join(["kind=plan"] * 300), "&&&===",
        "province=" + quote("Thành phố Đà Nẵng"), "min_amount=5&max_amount=1", "from=2027-01-01&to=2026-01-01",
    ],
)  # fmt: skip
def test_odd_addresses_give_a_page(site: Site, query: str) -> None:
    assert "</html>" in site.get("/search?" + query)


@given(st.text())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_give_a_page_that_shows_them_as_text(site: Site, typed: str) -> None:
    html = site.get("/search?" + urlencode({"q": typed}, errors="surrogatepass"))
    assert "</html>" in html
    assert html.count("<script") == 0 or "<script src=" in html


def test_what_was_not_understood_is_said(site: Site) -> None:
    html = site.get("/search?q=vat+tu&kind=nonsense&page=abc")
    assert "<code>kind=nonsense</code>" in html
    assert len(titles(html)) == 20


def test_a_page_past_the_end_leads_back(site: Site) -> None:
    html = site.get("/search?q=vat+tu&page=400")
    assert "Danh sách không có đến trang này." in html
    assert 'href="?q=vat+tu"' in html


def test_of_a_very_long_query_the_page_says_what_was_left_out(site: Site) -> None:
    words = " ".join(["vật tư y tế"] * 10)
    html = unescape(site.get(f"/search?q={quote(words + ' băng phim số 7')}"))
    assert "Đã bỏ qua các từ kể từ: băng phim số 7" in re.sub(r"<[^>]+>", "", html)
    assert "Đã bỏ qua" not in site.get(f"/search?q={quote(words)}")


def test_nothing_found_says_how_to_go_on(site: Site) -> None:
    html = site.get("/search?q=qqqzzzxxx&kind=plan")
    assert "Không tìm thấy kết quả nào." in html
    assert "Tìm lại không dùng bộ lọc" in html


def test_a_literal_search_mends_nothing_and_can_be_left(site: Site) -> None:
    mended = site.get("/search?q=vat+tu+yy+te")
    assert titles(mended)
    assert 'href="?q=vat+tu+yy+te&amp;literal=1"' in mended
    literal = site.get("/search?q=vat+tu+yy+te&literal=1")
    assert titles(literal) == []
    assert "Chỉ gồm thông báo có đủ các từ đúng như bạn gõ." in literal
    assert 'href="?q=vat+tu+yy+te"' in literal
    assert '<input type="hidden" name="literal" value="1">' in literal


def test_words_and_filters_stay_in_the_form(site: Site) -> None:
    html = site.get("/search?q=%22v%E1%BA%ADt+t%C6%B0%22&kind=plan&min_amount=5+tr&from=1/2/2026")
    assert 'value="&#34;vật tư&#34;"' in html
    assert '<input type="hidden" name="kind" value="plan">' in html
    assert 'name="min_amount" type="text" value="5 tr"' in html
    assert 'name="from" type="date" value="2026-02-01"' in html


@pytest.mark.parametrize(
    "path", ["/", "/search?q=vat+tu", "/search?q=vat+tu&kind=plan&open=1", "/stats", "/guides/vssid-vneid"]
)
def test_a_page_is_lighter_than_60_kilobytes_with_its_style(site: Site, path: str) -> None:
    page = site.client.get(path, headers={"Accept-Encoding": "gzip"})
    assets = re.findall(r'(?:src|href)="(/static/[^"]+)"', gzip.decompress(page.data).decode())
    weight = len(page.data)
    for asset in set(assets):
        weight += len(site.client.get(unescape(asset), headers={"Accept-Encoding": "gzip"}, buffered=True).data)
    assert 1000 < weight <= 60_000


def test_the_page_shows_what_was_stored_after_it_started(tmp_path: Path) -> None:
    site = open_site(tmp_path, [build_notice("a", title="Mua giường bệnh")])
    assert not titles(site.get("/search?q=noi+soi"))
    site.save(build_notice("b", title="Mua hệ thống nội soi"))
    assert titles(site.get("/search?q=noi+soi")) == ["Mua hệ thống nội soi"]


def test_a_match_in_the_buyer_is_marked_in_its_line(tmp_path: Path) -> None:
    site = open_site(tmp_path, [build_notice("a", title="Mua giường", buyer="Bệnh viện Mắt Mẫu")])
    html = site.get("/search?q=benh+vien+mat")
    assert re.search(r'class="entry-buyer" lang="vi">.*<mark>.*Mắt.*</mark>', html)
    assert 'class="passage"' not in html


def test_a_match_in_a_file_says_which_page_and_that_it_is_a_scan(tmp_path: Path) -> None:
    file = Attachment(url="https://x.vn/a", filename="danh-muc.pdf", text="Trang đầu\n\fBàn khám mắt", ocr=True)
    site = open_site(tmp_path, [build_notice("a", title="Mua sắm", attachments=(file,))])
    passage = site.get("/search?q=ban+kham+mat").split('class="passage"')[1].split("</p>")[0]
    place = " ".join(re.sub("<[^>]+>", " ", passage.split(">", 1)[1]).split())
    assert place == "Tệp đính kèm danh-muc.pdf , trang 2 OCR Bàn khám mắt"
    found = site.client.get("/api/v1/notices?q=ban+kham+mat").get_json()["notices"][0]["passages"]
    assert [(p["where"], p["filename"], p["page"], p["ocr"]) for p in found] == [
        ("attachment", "danh-muc.pdf", 2, True)
    ]


def test_matches_with_only_a_space_between_are_marked_as_one() -> None:
    assert join_matches(("Mua ", "vật", " ", "tư", " y ", "tế", "")) == ("Mua ", "vật tư", " y ", "tế", "")
    assert join_matches(("", "vật", " ", "tư")) == ("", "vật tư")
    assert join_matches(("không có",)) == ("không có",)


def test_page_numbers_leave_out_the_far_ones() -> None:
    assert list_pages(1, 0, 20) == [1]
    assert list_pages(1, 100, 20) == [1, 2, 3, None, 5]
    assert list_pages(10, 400, 20) == [1, None, 8, 9, 10, 11, 12, None, 20]
    assert list_pages(1, 10**9, 20)[-1] == 500


def test_what_was_understood_is_said_and_each_part_can_be_taken_back(site: Site) -> None:
    html = site.get("/search?" + urlencode({"q": "vật tư dưới 500 triệu ở Gia Lai", "lang": "vi"}))
    assert re.findall(r'<h1 class="result-title">(\d+)', html) == ["2"]
    said = html[html.index("Hiểu là:") :]
    chips = re.findall(r'href="([^"]+)"><span class="sr">Bỏ lọc </span><span class="chip-name">([^<]+):</span>', said)
    assert [name for _, name in chips] == ["Giá trị đến", "Tỉnh, thành"]
    assert unescape(chips[0][0]) == "?" + urlencode({"q": "vật tư ở Gia Lai"})
    assert "literal=1" in said[: said.index("</div>")]
    for plain in ('"vật tư dưới 500 triệu"', "vật tư y tế"):
        assert "Hiểu là:" not in site.get("/search?" + urlencode({"q": plain, "lang": "vi"}))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mắt", "có từ này nhưng với dấu khác"),
        ("băng phim", "đứng rời nhau hoặc với dấu khác"),
        ("bang phim", "có các từ này nhưng đứng rời nhau."),
    ],
)
def test_how_broader_results_have_the_words_is_said(tmp_path: Path, typed: str, told: str) -> None:
    notices = [
        build_notice("a", title="Mua băng phim bệnh viện mắt"),
        build_notice("b", title="Mua phim và mặt hàng băng"),
    ]
    html = unescape(open_site(tmp_path, notices).get(f"/search?q={quote(typed)}"))
    assert told in html


def test_a_day_that_wishes_wait_for_is_told_as_one(site: Site) -> None:
    html = unescape(site.get("/search?" + urlencode({"q": "vật tư sắp hết hạn", "lang": "en"})))
    assert re.search(r"still open, until \d", html)


def test_the_api_says_what_was_understood(site: Site) -> None:
    answer = json.loads(site.get("/api/v1/notices?" + urlencode({"q": "vật tư dưới 500 triệu"})))
    assert answer["understood"] == [{"words": "dưới 500 triệu", "filters": [["max_amount", "500000000"]]}]
    assert answer["total"] == 5
