"""Text repair: damage is undone, and good text is left alone."""

import gzip
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from timthau.text.encoding import decode_viscii, recover_legacy, vietnamese_share
from timthau.text.fold import nfc
from timthau.text.repair import repair
from timthau.text.syllable import is_syllable

_CLEAN = """
Căn cứ nhu cầu sử dụng, Trung tâm Y tế Bản Nhài kính mời các đơn vị quan tâm gửi báo giá cho gói thầu: Mua sắm
hóa chất, vật tư xét nghiệm năm 2026; thời hạn đến 16 giờ 30 phút ngày 30/11/2026 (trong giờ hành chính).
Giường Nguyễn thuở khuỷu quỵt khuyên nghiêng rượu hươu ngoằn ngoèo giếng giặt quần Quỳnh thoắt loẹt xoong
""".split()
# The codes of TCVN 5712-3 and of VNI-Windows for the sentences below, as their published tables give them.
_TCVN3 = {
    "Yêu cầu báo giá vật tư y tế": "Yªu cÇu b¸o gi¸ vËt t\u00ad y tÕ",
    "Năm học": "N¨m häc",
    "Trường Đại học Hồng Lĩnh": "Tr\u00adêng §¹i häc Hång LÜnh",
    "thời hạn nộp hồ sơ": "thêi h¹n nép hå s¬",
    "Địa chỉ: số 5, ngõ 12": "§Þa chØ: sè 5, ngâ 12",
}
_VNI = {
    "Thông báo mời thầu": "Thoâng baùo môøi thaàu",
    "Bệnh viện đa khoa tỉnh": "Beänh vieän ña khoa tænh",
    "ĐỊA ĐIỂM NHẬN HỒ SƠ": "ÑÒA ÑIEÅM NHAÄN HOÀ SÔ",
}


@pytest.mark.parametrize(("right", "seen"), [*_TCVN3.items(), *_VNI.items()])
def test_legacy_fonts_are_read_anew(right: str, seen: str) -> None:
    assert repair(seen) == right


def test_headings_in_capital_fonts_become_capitals() -> None:
    assert repair("CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM") == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"


def test_a_hyphen_that_a_pdf_has_for_u_with_horn_is_read_anew_only_in_legacy_text() -> None:
    assert repair("tr-êng ®¹i häc") == "trường đại học"
    assert repair("mã IB-2026, trường e-GP") == "mã IB-2026, trường e-GP"


def test_a_legacy_line_within_good_text_is_read_anew_and_the_rest_stays() -> None:
    assert repair("Kính gửi: Quý đơn vị\nYªu cÇu b¸o gi¸\nHết hạn") == "Kính gửi: Quý đơn vị\nYêu cầu báo giá\nHết hạn"


def test_words_of_one_font_within_a_line_of_another_are_read_anew() -> None:
    assert repair("Số 12 của §Þa chØ nhËn hå s¬") == "Số 12 của Địa chỉ nhận hồ sơ"


@pytest.mark.parametrize(
    "text",
    [
        'Phaco® Centurion™, kim 23G × 1½", 5 µm, 10 µl, 37 °C ± 0,5, m², H₂O',
        "10 µm, 20 µg, 5 µl và 3 µM",
        "Müller & Söhne GmbH, Großhändler für Ärzte in Köln",
        "Hôpital Saint-Antoine, café crème à la carte, où est la fenêtre",
        "El Niño y la señora de España; mañana, año, niño",
        "São Paulo, Ação, João, coração, não",
        "Bệnh viện Nhi Đồng 2, 1234/YCBG-BVM, IB2600554925-00, 22/2023/QH15",
        "và là cá có đá, hoà toà loà, khoẻ, thuý, quý",
        "XÃ\u00a0HỘI",
        "mô men xiết 5 N·m",
        "Árvíztűrő tükörfúrógép",
        "þetta er góður ðagur",
        "print('a&b') == x ? 1 : 0; # <b>",
    ],
)
def test_good_text_of_other_kinds_stays(text: str) -> None:
    assert repair(text) == nfc(text).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("seen", "right"),
    [
        ("ðấu thầu, Ðơn vị, QÐ-UBND, 100.000 VNÐ", "đấu thầu, Đơn vị, QĐ-UBND, 100.000 VNĐ"),
        ("ñủ ñiều kiện, ÑỦ", "đủ điều kiện, ĐỦ"),
        ("trƣớc, Ƣu tiên, ngƣời", "trước, Ưu tiên, người"),
        ("𝐓𝐡𝐨̂𝐧𝐠 𝐛𝐚́𝐨 𝟐𝟎𝟐𝟔", "Thông báo 2026"),
        ("Ｔhông báo ﬁle Ⅳ", "Thông báo file IV"),
        ("V&#x002F;v mua s&#7855;m A&amp;amp;B", "V/v mua sắm A&B"),
        ("a\u00a0b\u2009c\u200bd\u00ade\ufefff", "a b cdef"),
        ("giá\u202excod.\u2066exe\u2069\u061c\U000e0041 nửa \ud800chữ", "giáxcod.exe nửa chữ"),
        ("dòng 1\r\ndòng 2\rdòng 3\x00", "dòng 1\ndòng 2\ndòng 3"),
        (unicodedata.normalize("NFD", "Thủy tinh thể nhân tạo"), "Thủy tinh thể nhân tạo"),
        ("số 12\u201134", "số 12-34"),
    ],
)
def test_look_alikes_and_invisible_signs_get_one_form(seen: str, right: str) -> None:
    assert repair(seen) == right


@pytest.mark.parametrize("codec", ["cp1252", "latin-1"])
def test_utf8_that_was_read_as_latin_is_read_anew(codec: str) -> None:
    right = "Đấu thầu thiết bị y tế – Bệnh viện “Hồng Lĩnh”, mời thầu ưu tiên"
    raw = right.encode()
    # As browsers do it: codes that cp1252 leaves free become control characters.
    seen = "".join(
        bytes([b]).decode(codec, "replace") if bytes([b]).decode(codec, "replace") != "\ufffd" else chr(b) for b in raw
    )
    assert repair(seen) == right


@given(st.lists(st.sampled_from(_CLEAN), min_size=1, max_size=30))
def test_clean_vietnamese_stays(words: list[str]) -> None:
    text = " ".join(words)
    assert repair(text) == text


@given(st.text())
@example("&amp;amp;lt;")
@example("Ã\u00a0ðñƣ\u0301")
@example("Ａ&#38;nbsp;")
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    once = repair(text)
    assert repair(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(alphabet="aàạäâbchntgN¨äªÇ®¹§Þ³\u00adùøûõïñöÃÆáº»\u0090\u00a0° -\n", max_size=60))
def test_repairing_legacy_looking_text_twice_changes_nothing_more(text: str) -> None:
    once = repair(text)
    assert repair(once) == once
    assert once.count("\n") == text.count("\n")


@given(st.text(alphabet=st.characters(max_codepoint=0x7E, min_codepoint=0x20, exclude_characters="&")))
def test_ascii_stays(text: str) -> None:
    assert repair(text) == text


def test_real_titles_and_items_stay(shared: Path) -> None:
    changed = []
    with gzip.open(shared / "corpus" / "egp_medical.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            notice = json.loads(line)
            for text in (notice["title"], *(item["name"] for item in notice["items"])):
                plain = "".join(c for c in nfc(text or "") if c.isprintable())
                if recover_legacy(plain) != plain:
                    changed.append(text)
    assert changed == []


def test_syllables_are_told_from_foreign_words() -> None:
    assert all(map(is_syllable, ["Nguyễn", "giường", "quốc", "NGHIÊNG", "khuỷu", "ừ", "thuở", "gì", "bác", "bạc"]))
    assert not any(map(is_syllable, ["Müller", "bàc", "señor", "µg", "thöôøng", "häc", "stent", "qqô", ""]))


def test_share_of_vietnamese_words() -> None:
    assert vietnamese_share("Bệnh viện đa khoa") == 1.0
    assert vietnamese_share("Beänh vieän") < 0.5
    assert vietnamese_share("plain ASCII") == 0.0


def test_viscii_is_read_by_its_bytes_and_in_a_text_that_was_read_wrongly() -> None:
    said = "Thời hạn tiếp nhận báo giá vật tư y tế của Bệnh viện Đa khoa: trước 16 giờ"
    letters = {decode_viscii(bytes([code])): code for code in range(0x80, 0x100)}
    coded = bytes(letters.get(letter, ord(letter) & 0x7F) for letter in said)
    assert decode_viscii(coded) == said
    assert repair(coded.decode("cp1252", "replace")) == said
