"""A year of alerts, simulated day by day with crashes; prints a ledger of every mail.

    python bench/year.py [--days 365] [--subscribers 1000] [--seed 1] [--crash-rate 0.01] [--workers 1] [--postgresql]

A real store and the real worker, or several of them at once; the clock is moved by hand, the relay is played
(tests/site/alert_year.py). With --postgresql the store is a database of a server of its own.
"""

import argparse
import logging
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.site.alert_year import Year
from tests.site.postgresql import run_server
from timthau.config import Settings


def main() -> None:
    """Simulate and print the ledger; exits with 1 when something is missing, doubled or late."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crash-rate", type=float, default=0.01, help="at each commit and each mail")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.ERROR)  # a relay that is down is told once a round
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home, run_server() if arguments.postgresql else nullcontext() as url:
        year = Year(
            Settings.load({"TIMTHAU_HOME": home} | ({"TIMTHAU_DATABASE_URL": url} if url else {})),
            days=arguments.days,
            subscribers=arguments.subscribers,
            seed=arguments.seed,
            crash_rate=arguments.crash_rate,
            workers=arguments.workers,
        )
        ledger = year.simulate(lambda day: print(f"day {day}", end="\r", file=sys.stderr, flush=True))
    what = f"{arguments.days} days, {arguments.subscribers} subscribers, {arguments.workers} workers"
    print(f"{what}, {time.monotonic() - started:.0f} s")
    print("\n".join(ledger.lines()))
    wrong = (
        ledger.address_told_twice
        + len(ledger.missing)
        + len(ledger.unexpected)
        + ledger.told_twice
        + len(ledger.late)
        + ledger.after_the_end
        + len(ledger.past)
    )
    sys.exit(bool(wrong) or ledger.sent_twice > ledger.crashes["accepted"])


if __name__ == "__main__":
    main()
