"""When what lines of a name were paid is enough to be shown beside an item: cases, and the labelled pairs."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from index.price.evidence import SHOWN, Evidence, rate
from index.price.thing import parse_thing
from tests import ROOT

#: Of prices that are shown, how many are right at least.
_PRECISION = 0.95
_LABELLED = ROOT / "tests" / "quality" / "price"
_ONE = Evidence(unit="cái", buyers=1, width=1.0, share=1.0, sized=0.0)
_SEVERAL = replace(_ONE, buyers=3, width=1.6)


@pytest.mark.parametrize(
    ("name", "evidence", "is_shown"),
    [
        ("Kim luồn tĩnh mạch 20G", _ONE, True),
        ("Chỉ phẫu thuật nylon 3/0", _ONE, True),
        ("Chỉ phẫu thuật không tiêu 3/0", _ONE, False),  # of which material
        ("Băng thun 2 móc", _ONE, False),
        ("Đĩa kháng sinh Meropenem", replace(_ONE, unit="khoanh/đĩa"), True),
        ("Bao camera nội soi", _ONE, False),  # a thing of pieces may have sizes
        ("Bao camera nội soi", _SEVERAL, True),
        ("Test chẩn đoán viêm gan", replace(_ONE, unit="test"), False),
        ("Bao camera nội soi", replace(_SEVERAL, width=2.5), False),
        ("Bao camera nội soi", replace(_SEVERAL, share=0.1), False),
        ("Bao camera nội soi", replace(_SEVERAL, sized=0.5), False),
        ("Kim luồn tĩnh mạch 20G", replace(_ONE, sized=0.5), True),
        ("Hóa chất xét nghiệm Ferritin", replace(_SEVERAL, unit="hộp"), False),
        ("Hóa chất xét nghiệm Ferritin", replace(_SEVERAL, unit="hộp 50 ml"), True),
        ("Dung dịch rửa tay chlorhexidine 500ml", replace(_SEVERAL, unit="chai"), True),
        ("Bao camera nội soi", replace(_SEVERAL, unit=""), False),
        ("Van điện từ", _SEVERAL, False),
    ],
)
def test_a_price_is_shown_where_nothing_that_matters_is_left_open(
    name: str, evidence: Evidence, is_shown: bool
) -> None:
    assert (rate(parse_thing(name), evidence) >= SHOWN) is is_shown


@pytest.mark.parametrize(
    ("files", "least"),
    [(["dev", "heldout", "fresh", "second", "third"], 50), (["looked"], 100), (["once"], 150)],
)
def test_prices_that_are_shown_are_right(files: list[str], least: int) -> None:
    counts: Counter[tuple[bool, bool]] = Counter()
    texts = [(_LABELLED / f"{file}.jsonl").read_text("utf-8") for file in files]
    for row in map(json.loads, "".join(texts).splitlines()):
        is_shown = "paid" in row and rate(parse_thing(row["item"]), Evidence(**row["paid"])) >= SHOWN
        counts[is_shown, row["same"]] += 1
    assert counts[True, True] / (counts[True, True] + counts[True, False]) >= _PRECISION
    assert counts[True, True] >= least
