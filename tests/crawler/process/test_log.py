"""The logs of runs take no more room than was said, however often a source is read and however much a run says."""

from datetime import datetime, timedelta
from pathlib import Path

from crawler.process.log import RunLog, find_log
from timthau.model.moment import HANOI

_BEGUN = datetime(2026, 11, 30, 9, tzinfo=HANOI)


def test_the_newest_logs_of_a_source_are_kept_and_those_of_others_left_alone(tmp_path: Path) -> None:
    RunLog(tmp_path, "other", _BEGUN, 3).close()
    ahead = RunLog(tmp_path, "bv", _BEGUN + timedelta(days=400), 3)  # by a clock that was wrong
    ahead.close()
    logs = [RunLog(tmp_path, "bv", _BEGUN + timedelta(minutes=number), 3) for number in range(5)]
    for number, log in enumerate(logs):
        log.write(f"run {number}")
        log.close()
    assert sorted((tmp_path / "bv").iterdir()) == [log.path for log in logs[-3:]]
    assert find_log(tmp_path, "bv") == logs[-1].path
    assert find_log(tmp_path, "other") is not None
    assert logs[-1].path.read_text() == "run 4\n"


def test_a_run_that_says_too_much_ends_its_log_and_goes_on(tmp_path: Path) -> None:
    log = RunLog(tmp_path, "bv", _BEGUN, 1)
    for _ in range(8):
        log.write("x" * 1_000_000)
    log.close()
    assert log.path.stat().st_size < 5_100_000
    assert log.path.read_text().splitlines()[-1] == "the log ends here: the run says too much"
