"""What pages say reaches the terminal as text, whatever signs are in it; cells reach spreadsheets as text."""

import json

import pytest

from cli.terminal import say, say_json
from timthau.text.table import guard_cell


def test_signs_that_steer_a_terminal_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b]0;title\x07b\r\x9b2Jc\u202ed\ttab")
    assert capsys.readouterr().out == "a\\x1b]0;title\\x07b\\x0d\\x9b2Jc\\x202ed\ttab\n"


def test_signs_that_steer_a_terminal_are_escaped_in_json_and_mean_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"title": "Máy\x1b]0;x\x07 thở\x9b2J\u202e\x7f"}
    say_json(value)
    shown = capsys.readouterr().out
    assert json.loads(shown) == value
    assert "Máy" in shown
    assert shown.strip().isprintable()


@pytest.mark.parametrize("text", ["=1+1", "  =1+1", "\u3000=1", "＝1+1", "＋1", "－1", "＠A1", "\t=1", "-2"])
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guard_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Máy thở", "1 = 1", 5, None, ""])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert guard_cell(value) == value
