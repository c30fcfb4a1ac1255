"""A notice's page shows all that the notice says, as text, with its history."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import escape, unescape
from pathlib import Path

import pytest
import time_machine

from tests.site.webui import NOW, Site, build_notice, in_days, open_site
from timthau.model.award import Award, AwardItem
from timthau.model.notice import Attachment, Contact, Item, NoticeKind
from timthau.original import open_originals

FULL = build_notice(
    "full",
    title="Yêu cầu báo giá thủy tinh thể nhân tạo",
    buyer="Bệnh viện Mắt Mẫu",
    province="Thanh Hóa",
    reference_number="12/YCBG-BVM",
    published_at=date(2026, 11, 20),
    deadline_at=in_days(3),
    deadline_text="Hạn nộp: trước 09h ngày 26 tháng 11 năm 2026.",
    quotation_validity_days=120,
    amount_vnd=1_250_000_000,
    delivery_place="Khoa Dược",
    contacts=(Contact(name="Nguyễn Văn Mẫu", phone="0237 3123456", email="mau@benhvien.example.vn"),),
    submission_methods=("direct", "fax"),
    items=(
        Item(position=1, name="Thủy tinh thể mềm", specification="Acrylic <b>6.0</b>", unit="Cái", quantity=1200),
        Item(name="Đầu rửa hút", unit="Bộ", quantity=2.5),
    ),
    attachments=(
        Attachment(
            url="https://benhvien.example.vn/a.pdf", filename="YCBG.pdf", size=1_500_000, text="Bản quét", ocr=True
        ),
        Attachment(url="javascript:alert(1)", filename='<b>"x".doc</b>'),
    ),
    text="Kính gửi: <b>Các đơn vị</b>\n</script><script>alert(1)</script>",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    old = replace(
        FULL,
        deadline_at=in_days(1),
        amount_vnd=None,
        kind=NoticeKind.OTHER,
        items=FULL.items[:1],
        text=f"{FULL.text}\nDòng đã bỏ",
    )
    site = open_site(tmp_path_factory.mktemp("site"), [old])
    site.save(FULL, build_notice("other", title="Yêu cầu báo giá thủy tinh thể nhân tạo lần 2"), seen_at=in_days(-0.5))
    site.save(build_notice("amends", title="Gia hạn", url="javascript:alert(2)", amends=FULL.id))
    return site


@pytest.fixture(scope="module")
def html(site: Site) -> str:
    with time_machine.travel(NOW, tick=False):
        return site.get(f"/notices/{FULL.id}")


@pytest.mark.parametrize(
    "shown",
    [
        "Bệnh viện Mắt Mẫu", "Thanh Hóa", "12/YCBG-BVM", "20/11/2026", "26/11/2026 09:00", "còn 3 ngày",
        "Hạn nộp: trước 09h ngày 26 tháng 11 năm 2026.", "120 ngày", "1.250.000.000 đồng", "(1,25 tỷ đồng)",
        "Khoa Dược",
        "Nguyễn Văn Mẫu", 'href="tel:02373123456"', 'href="mailto:mau@benhvien.example.vn"', "Trực tiếp; fax",
        "1.200", "2,5", "1,5 MB", "đọc từ bản quét (OCR)", "Bản quét", 'href="https://benhvien.example.vn/full.html"',
    ],
)  # fmt: skip
def test_the_page_shows_every_field(html: str, shown: str) -> None:
    assert shown in html


def test_the_page_says_that_and_how_the_deadline_moved(html: str) -> None:
    warning = html.split("Hạn nộp đã dời.")[1].split("</p>", maxsplit=1)[0]
    assert "24/11/2026 09:00" in warning
    assert "26/11/2026 09:00" in warning


def test_history_shows_old_and_new_of_each_changed_field(html: str) -> None:
    history = html.split("Những gì đã thay đổi")[1]
    assert re.search(r"<del>.*?Thông báo khác</del>.*?<ins>.*?Yêu cầu báo giá</ins>", history)
    assert re.search(r"<del>.*?không nêu.*?</del>.*?<ins>.*?1.250.000.000 đồng</ins>", history)
    assert '<ins class="line">Đầu rửa hút: 2.5 Bộ</ins>' in history
    assert '<del class="line">Dòng đã bỏ</del>' in history


def test_what_a_document_says_is_never_markup_or_a_script_link(html: str) -> None:
    assert "<script>" not in html
    assert html.count("<script") == html.count("<script src=") + html.count('<script type="application/ld+json"')
    assert "<b>" not in html
    assert "javascript:" not in html
    assert "Kính gửi: &lt;b&gt;Các đơn vị&lt;/b&gt;" in html


def test_a_notice_whose_address_is_no_web_address_has_no_button(site: Site) -> None:
    page = site.get(f"/notices/{build_notice('amends').id}")
    assert "javascript:" not in page
    assert "Mở bản gốc" not in page


def test_an_amendment_leads_to_what_it_amends(site: Site) -> None:
    page = site.get(f"/notices/{build_notice('amends').id}")
    assert f'href="/notices/{FULL.id}">Yêu cầu báo giá thủy tinh thể nhân tạo</a>' in page


def test_similar_notices_are_offered_and_never_the_notice_itself(tmp_path: Path) -> None:
    site = open_site(
        tmp_path, [FULL, build_notice("again", title=FULL.title), build_notice("far", title="Sửa thang máy")]
    )
    related = site.get(f"/notices/{FULL.id}").split("Thông báo tương tự")[1]
    assert f"/notices/{build_notice('again').id}" in related
    assert f'href="/notices/{FULL.id}' not in related


def test_a_notice_that_says_next_to_nothing_has_a_page(site: Site, tmp_path: Path) -> None:
    bare = build_notice("bare", title="?")
    page = open_site(tmp_path, [bare]).get(f"/notices/{bare.id}")
    assert "không nêu hạn nộp" in page
    assert "Tệp đính kèm" not in page


def test_an_english_page_marks_what_stays_vietnamese(site: Site) -> None:
    page = site.client.application.test_client().get(f"/notices/{FULL.id}?lang=en").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert '<h1 lang="vi">' in page
    assert "1,250,000,000 VND" in page


def test_a_notice_is_described_for_machines(html: str) -> None:
    data = json.loads(html.split('<script type="application/ld+json">')[1].split("</script>", maxsplit=1)[0])
    assert data["name"] == "Bệnh viện Mắt Mẫu"
    assert data["seeks"]["@type"] == "Demand"
    assert data["seeks"]["validThrough"] == "2026-11-26T09:00:00+07:00"


def test_a_notice_can_be_put_in_a_calendar_and_cited(html: str) -> None:
    assert f'href="/notices/{FULL.id}.ics"' in html
    citation = html.split('class="citation"')[1].split("</details>", maxsplit=1)[0]
    assert "“Yêu cầu báo giá thủy tinh thể nhân tạo”, số 12/YCBG-BVM, 20/11/2026" in citation


def test_a_mistake_is_reported_by_a_mail_that_names_the_notice(tmp_path: Path) -> None:
    site = open_site(tmp_path, [FULL], contact="op@timthau.example.vn")
    link = site.get(f"/notices/{FULL.id}").split('href="mailto:op@timthau.example.vn?')[1].split('"')[0]
    assert FULL.id in link
    assert "mailto:op" not in open_site(tmp_path, contact="https://timthau.example.vn").get(f"/notices/{FULL.id}")


def test_what_is_bought_finds_similar_notices_under_another_title(tmp_path: Path) -> None:
    notice = build_notice("a", title="Mua sắm thủy tinh thể nhân tạo năm 2026 của BV Mẫu", buyer="BV Mẫu")
    like = build_notice("b", title="Gói thầu số 2: Cung cấp thủy tinh thể nhân tạo")
    far = build_notice("c", title="Mua sắm giường bệnh năm 2026 của BV Mẫu", buyer="BV Mẫu")
    related = open_site(tmp_path, [notice, like, far]).get(f"/notices/{notice.id}").split("Thông báo tương tự")[1]
    assert f"/notices/{like.id}" in related
    assert f"/notices/{far.id}" not in related


def test_notices_that_belong_together_are_shown_with_the_reason(tmp_path: Path) -> None:
    said = {"title": "Mua máy thở", "buyer": "Bệnh viện Mắt", "amount_vnd": 5}
    plan = build_notice("plan", kind=NoticeKind.PLAN, reference_number="PL2600333444", title="Kế hoạch")
    first = build_notice("a", published_at=in_days(-30), text="thuộc KHLCNT PL2600333444", **said)
    again = build_notice("b", published_at=in_days(-2), **said)
    site = open_site(tmp_path, [plan, first, again])
    html = site.get(f"/notices/{first.id}")
    assert "<dt>Kế hoạch</dt>" in html
    assert "Lý do: cùng nêu số PL2600333444, độ tin cậy 95%." in html
    assert "<dt>Mời lại</dt>" in html
    assert "cùng bên mời thầu, tiêu đề giống nhau 100%, độ tin cậy 85%" in html
    assert "<dt>Lần mời trước</dt>" in site.get(f"/notices/{again.id}")
    assert "Thông báo liên quan" not in site.get(f"/notices/{build_notice('x').id}", status=404)


def test_a_result_shows_winners_and_unit_prices(tmp_path: Path) -> None:
    gauze = AwardItem(
        name="Gạc", unit="Cuộn", quantity=1200, unit_price_vnd=Decimal("4500.5"), maker="Hãng <b>", origin="Đức"
    )
    awards = (
        Award(supplier="Công ty A", tax_code="0101234567", lot="Lô 1", amount_vnd=5_400_600, items=(gauze,)),
        Award(supplier="Công ty B", amount_vnd=7_000_000),
    )
    site = open_site(tmp_path, [build_notice("result", kind=NoticeKind.AWARD, awards=awards)])
    page = site.get(f"/notices/{build_notice('result').id}")
    for said in (
        "Đơn vị trúng thầu",
        "Công ty A",
        "0101234567",
        "5.400.600",
        "Công ty B",
        "4.500,5",
        "Hãng &lt;b&gt;",
        "Đức",
    ):
        assert said in page


def test_a_kept_file_is_saved_and_never_shown_inside_the_page(tmp_path: Path) -> None:
    page = b"<script>alert(1)</script>"
    sha256 = hashlib.sha256(page).hexdigest()
    file = Attachment(url="https://bv.example/a", filename='thư "mời".html', sha256=sha256, size=len(page))
    site = open_site(tmp_path, [build_notice("kept", attachments=(file,)), build_notice("other")])
    address = f"/notices/{build_notice('kept').id}/files/{sha256}"
    assert site.client.get(address).status_code == 404
    originals = open_originals(site.settings.originals_url, 1, site.store)
    assert originals
    originals.keep(sha256, page, "text/html", NOW)
    answer = site.client.get(address)
    assert answer.data == page
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''th%C6%B0%20%22m%E1%BB%9Di%22.html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert f'href="{address}" download>Bản lưu' in site.get(f"/notices/{build_notice('kept').id}")
    assert site.client.get(f"/notices/{build_notice('other').id}/files/{sha256}").status_code == 404


GOODS = build_notice(
    "goods",
    title="Mua vật tư",
    kind=NoticeKind.INVITATION_TO_TENDER,
    items=(
        *(Item(name=f"Găng tay cỡ {number}", unit="Hộp", quantity=1) for number in range(10)),
        Item(name="Kính hiển vi phẫu thuật", specification="Có đèn"),
    ),
)


@pytest.fixture(scope="module")
def goods(tmp_path_factory: pytest.TempPathFactory) -> Site:
    others = [
        build_notice(f"k{number}", title=f"Mua kính hiển vi {number}", published_at=in_days(-number))
        for number in (1, 2)
    ]
    return open_site(tmp_path_factory.mktemp("goods"), [GOODS, *others])


def test_a_notice_keeps_the_search_that_led_to_it(goods: Site) -> None:
    results = goods.get("/search?q=kinh+hien+vi&sort=newest")
    [first, second] = [unescape(link) for link in re.findall(r'href="(/notices/[^"]+at=[12])"', results)]
    page = goods.get(first)
    assert 'value="kinh hien vi"' in page
    assert 'href="/search?q=kinh+hien+vi&amp;sort=newest">← Về kết quả tìm kiếm' in page
    assert f'rel="next" href="{escape(second)}"' in page
    assert 'rel="prev"' not in page
    assert f'rel="prev" href="{escape(first)}"' in goods.get(second)


def test_items_that_a_search_looks_for_come_first_and_are_marked(goods: Site) -> None:
    rows = goods.get(f"/notices/{GOODS.id}?q=kinh+hien+vi").split("<tr")[2:]
    assert "<mark>Kính hiển vi</mark> phẫu thuật" in rows[0]
    assert "<td>11</td>" in rows[0]
    assert len(rows) == 11
    assert "<mark>" not in "".join(rows[1:])


def test_items_are_narrowed_by_words_without_a_script(goods: Site) -> None:
    page = goods.get(f"/notices/{GOODS.id}?q=mua&item=gang+tay")
    assert page.count("Găng tay cỡ") == 10
    assert "Kính hiển vi phẫu thuật" not in page
    assert '<input type="hidden" name="q" value="mua">' in page


def test_many_items_are_cut_and_all_are_one_click_away(tmp_path: Path) -> None:
    many = build_notice("many", items=tuple(Item(name=f"Thuốc {number}") for number in range(230)))
    site = open_site(tmp_path, [many])
    page = site.get(f"/notices/{many.id}")
    assert page.count("<td>Thuốc ") == 100
    assert 'href="?items=all#items"' in page
    assert site.get(f"/notices/{many.id}?items=all").count("<td>Thuốc ") == 230


def test_many_files_are_grouped_by_type_with_size_and_pages(tmp_path: Path) -> None:
    files = [Attachment(url=f"https://bv.example.vn/{n}.pdf", filename=f"{n}.pdf", text="a\fb\fc") for n in range(4)]
    files.append(Attachment(url="https://bv.example.vn/x", filename="x", media_type="application/msword", size=40_000))
    page = open_site(tmp_path, [build_notice("f", attachments=tuple(files))]).get(f"/notices/{build_notice('f').id}")
    assert re.search(
        r'<h3>PDF <span class="count">4</span></h3>.*<h3>Word <span class="count">1</span></h3>', page, re.DOTALL
    )
    assert "3 trang" in page
    assert "40 kB" in page


def test_a_bare_notice_says_what_it_does_not_give(tmp_path: Path) -> None:
    portal = build_notice("bare", source="egp", kind=NoticeKind.INVITATION_TO_TENDER)
    page = open_site(tmp_path, [portal]).get(f"/notices/{portal.id}")
    assert "ở trên Hệ thống mạng đấu thầu quốc gia" in page
    assert "Thông báo không nêu: Hạn nộp, Giá trị, Nơi giao hàng, Liên hệ." in page
    assert "Không đọc được thêm nội dung: xem bản gốc." in page
