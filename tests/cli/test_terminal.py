"""What pages say reaches the terminal as text, whatever signs are in it; cells reach spreadsheets as text."""

import pytest

from cli.terminal import say
from timthau.text.table import guard_cell


def test_signs_that_steer_a_terminal_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b]0;title\x07b\r\x9b2Jc\u202ed\ttab")
    assert capsys.readouterr().out == "a\\x1b]0;title\\x07b\\x0d\\x9b2Jc\\x202ed\ttab\n"


@pytest.mark.parametrize("text", ["=1+1", "  =1+1", "\u3000=1", "＝1+1", "＋1", "－1", "＠A1", "\t=1", "-2"])
def test_what_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guard_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["Máy thở", "1 = 1", 5, None, ""])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert guard_cell(value) == value
