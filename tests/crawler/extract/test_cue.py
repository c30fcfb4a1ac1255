"""The tables of wordings: every rule must match the form that it was written for."""

import re
from typing import Any

import pytest

from crawler.extract.field import money, submission, topic
from crawler.extract.field.item_table import HEADS as COLUMN_HEADS
from crawler.extract.field.item_table import find_column
from crawler.extract.kind import act
from crawler.extract.text.cue import Cue, CueTable
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import LABELS, parse_label

TABLES: dict[str, Any] = {
    "act": act.ACTS,
    "deadline": topic.TOPICS,
    "money": money.WORTHS,
    "submission": submission.METHODS,
}
CUES = [pytest.param(table, cue, id=f"{name}: {cue.form}") for name, table in TABLES.items() for cue in table.cues]


@pytest.mark.parametrize(("table", "cue"), CUES)
def test_each_cue_finds_its_form_and_gives_its_role(table: CueTable[Any], cue: Cue[Any]) -> None:
    assert re.search(rf"\b(?:{cue.pattern})\b", fold_in_place(cue.form))
    assert cue.role in [found.role for found in table.find(cue.form)]


@pytest.mark.parametrize(("concept", "form"), [(concept, form) for concept, rows in LABELS for _, form in rows])
def test_each_label_is_known_by_its_form(concept: object, form: str) -> None:
    assert parse_label(form) is concept


@pytest.mark.parametrize(("column", "form"), [(column, form) for column, _, form in COLUMN_HEADS])
def test_each_head_of_a_column_is_known_by_its_form(column: object, form: str) -> None:
    assert find_column(form) is column


def test_a_word_with_other_accents_is_another_word() -> None:
    table = CueTable(Cue("off", r"huy", "hủy", spelled="hủy|huỷ"))
    assert table.first("Thông báo hủy thầu") is not None
    assert table.first("Thong bao huy thau") is not None
    assert table.first("Nguyễn Gia Huý") is None


def test_the_nearest_cue_is_the_last_one() -> None:
    table = CueTable(Cue("open", r"mo thau", "mở thầu"), Cue("close", r"dong thau", "đóng thầu"))
    found = table.last("đóng thầu 9h00, mở thầu 9h30")
    assert found is not None
    assert found.role == "open"


@pytest.mark.parametrize("text", ["Đấu thầu – “V/v”", "ÀÁẢÃẠ đĐ …", "İstanbul ß", "a\u0301b"])
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)
