"""Logs are lines or JSON, and name the run."""

import json
import logging
import sys

from timthau.logline import build_formatter


def _record(**said: str) -> logging.LogRecord:
    record = logging.LogRecord("crawler", logging.WARNING, __file__, 1, "%s: hỏng", ("bv",), None)
    vars(record).update(said)
    return record


def test_a_line_names_the_run_or_none() -> None:
    form = build_formatter("lines")
    assert form.format(_record(run="bv/20261123-090000")).endswith(" bv/20261123-090000 [crawler] WARNING: bv: hỏng")
    assert form.format(_record()).endswith(" - [crawler] WARNING: bv: hỏng")


def test_json_is_one_object_a_line_with_the_run_and_the_traceback() -> None:
    record = _record(run="bv/20261123-090000")
    try:
        raise ValueError("x\ny")
    except ValueError:
        record.exc_info = sys.exc_info()
    (line,) = build_formatter("json").format(record).splitlines()
    said = json.loads(line)
    assert (said["level"], said["run"], said["message"]) == ("warning", "bv/20261123-090000", "bv: hỏng")
    assert said["at"].endswith("+07:00")
    assert "ValueError" in said["traceback"]
