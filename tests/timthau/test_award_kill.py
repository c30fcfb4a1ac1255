"""A killed import of award lines loses nothing and counts nothing twice: the same import again completes it."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests import ROOT
from tests.site.award_lines import HOA_BINH, MINH_AN, build_line
from timthau.exchange.intake import import_file
from timthau.store.notice import Store

LINES = 4000  # two batches
_IMPORT = """
import sys
from pathlib import Path
from timthau.exchange.intake import import_file
from timthau.store.notice import Store
import_file(Store.open(sys.argv[1]), Path(sys.argv[2]), progress=lambda _: None)
"""


def _count(database: Path) -> int:
    if not database.exists():
        return 0
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM award_line").fetchone()[0])
        except sqlite3.OperationalError:  # it is being made
            return 0


def _said(store: Store) -> list[Any]:
    suppliers = [supplier.to_json() for supplier in store.awards.find_suppliers()[1]]
    lines = [line.to_json() | {"first_seen_at": None, "last_seen_at": None} for line in store.awards.each_line()]
    return [suppliers, lines]


def test_a_killed_import_of_prices_is_completed_by_the_same_import(tmp_path: Path) -> None:
    prices = tmp_path / "prices.jsonl"
    winners = ((MINH_AN,), (HOA_BINH,), (MINH_AN, HOA_BINH))
    lines = (build_line(str(n), f"Gạc số {n}", n + 1, suppliers=winners[n % 3]) for n in range(LINES))
    prices.write_text("\n".join(json.dumps(line.to_json()) for line in lines), "utf-8")
    whole, killed = (Store.open(f"sqlite:///{tmp_path}/{name}.db") for name in ("whole", "killed"))
    with closing(whole), closing(killed):
        import_file(whole, prices, progress=lambda _: None)
        command = [sys.executable, "-c", _IMPORT, f"sqlite:///{tmp_path}/killed.db", str(prices)]
        process = subprocess.Popen(command, cwd=ROOT)
        until = time.monotonic() + 300
        while process.poll() is None and not _count(tmp_path / "killed.db"):
            assert time.monotonic() < until
            time.sleep(0.002)  # polling another process; nothing waits for a duration
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert killed.awards.count() >= 2000
        import_file(killed, prices, progress=lambda _: None)
        assert _said(killed) == _said(whole)
        assert killed.awards.last_change() == LINES
