"""Headers that every decoder reads alike, on titles of real tenders; the whole corpus with bench/mail.py."""

import email
import email.header
import email.policy
from email.headerregistry import Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.protocol.header import one_line, write_address, write_text
from tests.quality.headers import decode_strictly, is_well_folded

_TITLES = [
    "Mới, hạn 05/12: Yêu cầu báo giá cho gói thầu mua thuỷ tinh thể nhân tạo của Bệnh viện Mắt Thanh Hoá năm 2025-2027",
    "Gói thầu số 03: Mua sắm vật tư y tế, hóa chất xét nghiệm   (lần 2) “gói A_B=C?”",
    "Báo giá",
    "a" * 300,
    "ASCII alone, with many words that do not fit into one line of a header at all: 12345 67890",
    "=?utf-8?q?=0D=0ABcc=3A_x?= và =? ?=",
]


@pytest.mark.parametrize("title", _TITLES)
def test_titles_come_back_whole_from_every_decoder(title: str) -> None:
    _check(title)


@given(st.text(max_size=150))
@example("ế" * 140)
@example("a ế " * 30)
def test_any_text_comes_back_whole(text: str) -> None:
    _check(text)


def _check(text: str) -> None:
    subject = one_line(text, 140)
    folded = write_text("Subject", subject)
    assert is_well_folded(f"Subject: {folded}")
    message = email.message_from_string(f"Subject: {folded}\r\n\r\n", policy=email.policy.default)
    legacy = str(email.header.make_header(email.header.decode_header(folded.replace("\r\n", ""))))
    assert decode_strictly(folded) == subject
    if subject == message["Subject"].strip() or not subject.isascii():
        assert (message["Subject"], legacy) == (subject, subject)


@pytest.mark.parametrize("name", ["TimThau", "Tìm Thầu, Sở Y tế (tin)", 'Say "hi"', "A, B", ""])
def test_names_come_back_whole(name: str) -> None:
    folded = write_address("From", Address(display_name=name, addr_spec="tin@tim.example"))
    message = email.message_from_string(f"From: {folded}\r\n\r\n", policy=email.policy.default)
    (read,) = message["From"].addresses
    assert (read.display_name, read.addr_spec) == (name, "tin@tim.example")


def test_a_long_name_comes_back_whole() -> None:  # not from Python 3.11, which puts spaces between encoded words
    name = "Sở Y tế, tỉnh Thanh Hóa (tin đấu thầu) của mọi bệnh viện trong tỉnh"
    folded = write_address("From", Address(display_name=name, addr_spec="tin@tim.example"))
    assert is_well_folded(f"From: {folded}")
    assert decode_strictly(folded) == f"{name} <tin@tim.example>"
