"""Units of measure of goods and services."""

import re

from crawler.extract.text.folding import fold_in_place

# Folded; a dot stands for the blank inside a unit.
_WORDS = """
cai chiec bo hop lo chai can kg g gam gram mg tan lit l ml met m md m2 m3 mm cm km to quyen cuon ram goi tui
tuyp ong vien vi lieu test kit binh cuon doi soi may he.thong ht thang nam quy lan suat chuyen vi.tri phan.he
phong mau thung bao tam thanh cay con nguoi cong ca gio ngay khay dia the que mieng bich cap xe ban luot tram
set pack pcs unit ampoule ampule hang.muc chuong.trinh goi.thau license tai.khoan dot khoan tap to.hop qua trai
cu day vong khoi phan mon dau.dich dau.viec bai cum gian can.ho o nghin.vien nghin.cai bong lop mui bang bot ly
coc hu keo la lan.do thanh.pham user san.pham sp don.vi nha cong.trinh ha mau.in hoc.vien doan lop.hoc trang ky
bo.kit vial tube roll box each ea piece bottle bag tien.trinh luong nhan.khau tan.suat khach bua suat.an
"""
_PLAIN = frozenset(word.replace(".", " ") for word in _WORDS.split())
#: A unit inside a line, the longest first.
UNIT_PATTERN = "|".join(sorted(map(re.escape, _PLAIN), key=len, reverse=True))


def is_unit(text: str) -> bool:
    """Whether a cell holds a unit: "Cái", "Bộ/năm", "Hộp (50 cái)"."""
    plain = fold_in_place(text).strip(" .")
    head = re.split(r"\s?[/(]", plain, maxsplit=1)[0].strip()
    return 0 < len(plain) <= 30 and head in _PLAIN
