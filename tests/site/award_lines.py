"""Made-up award lines for tests."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI
from timthau.model.notice import make_id
from timthau.model.supplier import Winner

MINH_AN = Winner(name="Công ty TNHH Thiết bị y tế Minh An", tax_code="0101234567")
HOA_BINH = Winner(name="Công ty cổ phần Dược phẩm Hòa Bình", tax_code="0307654321")


def build_line(key: str, name: str, price: object = None, **values: Any) -> AwardLine:
    """A line with what most have; `values` replace or add fields."""
    filled = {
        "source": "egp-prices",
        "source_key": key,
        "url": f"https://muasamcong.example.vn/{key}",
        "unit": "Cái",
        "quantity": 100.0,
        "unit_price_vnd": None if price is None else Decimal(str(price)),
        "suppliers": (MINH_AN,),
        "maker": "Vinahankook",
        "origin": "Việt Nam",
        "buyer": "Bệnh viện Đa khoa tỉnh Thanh Hóa",
        "province": "Thanh Hóa",
        "tender_number": "IB2500000001",
        "published_at": datetime(2025, 5, 12, 9, 0, tzinfo=HANOI),
    } | values
    return AwardLine(id=make_id(str(filled["source"]), key), name=name, **filled)
