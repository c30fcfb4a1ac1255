"""The guides that ship answer what people ask, and leave searches for notices to the notices."""

import random
from collections.abc import Iterator
from datetime import datetime

import pytest

from index.contract import Entity
from index.embedded.engine import WhooshEngine
from index.language.symptom import find_asked_guide
from index.query import Query, Sort
from tests.quality.typist import WAYS
from timthau.config import data_dir
from timthau.model.guide import load_guides
from timthau.model.moment import HANOI
from timthau.model.notice import Notice, NoticeKind

NOW = datetime(2026, 11, 23, tzinfo=HANOI)
VSSID, QUOTING = "vssid-vneid", "tra-loi-yeu-cau-bao-gia"
QUESTIONS = {
    VSSID: (
        "không đăng nhập được vssid",
        "vneid báo lỗi",
        "vssid quên mật khẩu",
        "otp không về",
        "không nhận được mã otp vssid",
        "tài khoản định danh mức 2 chưa kích hoạt",
        "làm sao để đăng nhập vssid bằng vneid",
        "app bảo hiểm xã hội không vào được",
        "vssid hệ thống đang bảo trì",
        "vssid không có nút đăng nhập bằng vneid",
        "quên passcode vneid",
        "vssid tài khoản bị khóa phải làm gì",
        "vssid giả mạo",
        "ko vào dc vssid",
        "login vssid with vneid",
    ),
    QUOTING: (
        "cách trả lời yêu cầu báo giá",
        "hướng dẫn làm báo giá",
        "YCBG là gì",
        "hạn nộp báo giá xem ở đâu",
        "hiệu lực báo giá là gì",
    ),
}
TITLES = (
    "Mua phần mềm giám định bảo hiểm y tế năm 2026",
    "Nâng cấp phần mềm kết nối cổng bảo hiểm xã hội",
    "Mua bảo hiểm cháy nổ bắt buộc cho bệnh viện",
    "Xây dựng phần mềm đăng nhập một lần bằng tài khoản định danh điện tử VNeID",
    "Cung cấp dịch vụ tin nhắn OTP cho bệnh viện",
    "Yêu cầu báo giá thiết bị y tế",
    "Sửa chữa máy siêu âm bị lỗi đầu dò",
    "Bảo trì hệ thống phần mềm quản lý bệnh viện",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    opened = WhooshEngine(tmp_path_factory.mktemp("index"))
    notices = [
        Notice(id=f"n{i}", source="s", source_key=f"n{i}", url="u", kind=NoticeKind.PLAN, title=title)
        for i, title in enumerate(TITLES)
    ]
    opened.apply([*notices, *load_guides(data_dir() / "guides")], (), cursor=1)
    yield opened
    opened.close()


@pytest.mark.parametrize("way", ["exact", "no_accents", "drop", "telex"])
def test_questions_are_answered_by_their_guide_however_they_are_typed(engine: WhooshEngine, way: str) -> None:
    chance = random.Random(3)
    asked = [(slug, WAYS[way](text.split(), chance)) for slug, texts in QUESTIONS.items() for text in texts]
    first = {text: engine.search(Query(text=text), limit=1, now=NOW).hits[:1] for _, text in asked}
    wrong = [text for slug, text in asked if not first[text] or first[text][0].id != slug]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "chưa kích hoạt mức 2",
        "chua kich hoat muc 2",
        "sai mật khẩu",
        "vnied",
        "vneiid không đăng nhập được",
        "tài khoản không tồn tại",
        "thẻ bảo hiểm y tế điện tử",
        "the bhyt dien tu",
        "không nhận otp",
        "mã otp không về",
        "đăng nhập bảo hiểm xã hội bằng căn cước công dân",
        "vssid giả",
        "VNEID",
    ],
)
def test_a_trouble_brings_its_guide_before_all_notices_in_every_order(engine: WhooshEngine, text: str) -> None:
    for sort in Sort:
        hits = engine.search(Query(text=text, sort=sort), now=NOW).hits
        assert hits[0].id == hits[1].id == VSSID
        assert len({(hit.id, hit.language) for hit in hits}) == len(hits)
    assert all(hit.entity is Entity.NOTICE for hit in engine.search(Query(text=text, provinces=("Huế",))).hits)


@pytest.mark.parametrize(
    "text",
    [
        "phần mềm vneid",
        "máy đọc thẻ căn cước công dân",
        "bảo trì hệ thống",
        "mua đầu đọc cccd",
        "khóa cửa",
        "thẻ nhớ",
        "",
    ],
)
def test_words_for_goods_ask_for_no_guide(text: str) -> None:
    assert find_asked_guide(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "phần mềm bảo hiểm",
        "phan mem bao hiem xa hoi",
        "bảo hiểm cháy nổ",
        "phần mềm vneid",
        "phần mềm đăng nhập",
        "tin nhắn otp",
        "yêu cầu báo giá thiết bị y tế",
        "máy siêu âm bị lỗi",
        "bảo trì hệ thống phần mềm",
        "yêu cầu báo giá",
    ],
)
def test_searches_for_notices_are_not_drowned_by_guides(engine: WhooshEngine, text: str) -> None:
    assert engine.search(Query(text=text), limit=1, now=NOW).hits[0].entity is Entity.NOTICE
