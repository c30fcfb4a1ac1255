"""A back-fill of the portal that is killed is taken up at the page where it was: nothing lost, nothing read twice."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.crawler.process.test_run import children_of, said
from tests.site.loopback import serve
from tests.site.portal import Portal, Record, make_record
from tests.site.price_list import PriceList, make_price
from timthau.config import Settings
from timthau.model.moment import HANOI
from timthau.store.notice import Store

pytestmark = pytest.mark.slow

NameHome = Callable[[Path], dict[str, str]]

NOON = datetime.now(HANOI).replace(hour=12, minute=0, second=0, microsecond=0)
_SINCE = (NOON - timedelta(days=9)).date()
_SCRIPT = """
import sys
from datetime import date
from crawler.process.run import crawl
from timthau.config import Settings
settings, since = Settings.load(), date.fromisoformat(sys.argv[2])
(report,) = crawl([sys.argv[1]], settings=settings, since=since, delay=0)
print(report.status, report.found)
"""


def closed(number: str, at: datetime) -> Record:
    """A notice that is open no more, so that days are all there is to read."""
    return make_record(number, at, bidCloseDate=f"{NOON - timedelta(days=1):%Y-%m-%dT%H:%M:%S}")


def back_fill(definition: Path, home: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _SCRIPT, str(definition), _SINCE.isoformat()]
    return subprocess.Popen(command, env=os.environ | home, stdout=subprocess.PIPE, text=True)


def kill_at(portal: Portal | PriceList, search: int, definition: Path, home: dict[str, str]) -> None:
    """Start a back-fill and kill all its processes while that search waits for its answer."""
    asked, killed = threading.Event(), threading.Event()

    def hold(number: int) -> None:
        if number == search:
            asked.set()
            killed.wait(60)

    portal.watch = hold
    process = back_fill(definition, home)
    assert asked.wait(60), "the back-fill did not come to the search to be killed at"
    below = children_of(process.pid)
    for pid in (process.pid, *below):
        os.kill(pid, signal.SIGKILL)
    process.communicate()
    killed.set()
    portal.watch = lambda number: None


def test_a_killed_back_fill_is_taken_up_without_loss_or_repeats(tmp_path: Path, name_home: NameHome) -> None:
    records = [
        closed(f"IB{days:02}{n:04}", NOON - timedelta(days=days, seconds=n)) for days in range(1, 10) for n in range(25)
    ]
    undisturbed, disturbed = name_home(tmp_path / "undisturbed"), name_home(tmp_path / "disturbed")
    portal = Portal(records)
    definition = tmp_path / "cong.toml"
    with serve(portal) as url:
        definition.write_text(f'title = "Cổng"\nhome = "{url}/"\nplatform = "egp"\nreread_days = 3\nfollow_days = 0\n')
        assert back_fill(definition, undisturbed).communicate()[0] == "ok 225\n"
        needed = len(portal.searches)
        assert needed == 1 + 9 * 3
        portal.searches.clear()
        kills = (3, 14, 26)  # in the last days, and twice in the middle of an older day
        for search in kills:
            kill_at(portal, search, definition, disturbed)
        assert back_fill(definition, disturbed).communicate()[0] == "ok 225\n"
    # Each kill costs the search that was not answered, and today, which goes on.
    assert len(portal.searches) == needed + 2 * len(kills)
    stores = [Settings.load(home) for home in (undisturbed, disturbed)]
    assert said(stores[0]) == said(stores[1])
    assert {notice["version"] for notice in said(stores[1])} == {1}


def test_a_killed_back_fill_of_prices_is_taken_up_and_a_correction_is_a_version(
    tmp_path: Path, name_home: NameHome
) -> None:
    records = [
        make_price(f"{days:02}{n:04}", NOON - timedelta(days=days, seconds=n // 4), tab)
        for days in range(1, 10)
        for n, tab in enumerate(["THIET_BI_VAT_TU_Y_TE"] * 12 + ["HANG_HOA"] * 5)
    ]
    prices, home, definition = PriceList(records), name_home(tmp_path / "home"), tmp_path / "gia.toml"
    with serve(prices) as url:
        said = f'title = "Giá"\nhome = "{url}/"\nplatform = "egp-prices"\nreread_days = 3\npage_size = 5\n'
        definition.write_text(said + 'tabs = ["THIET_BI_VAT_TU_Y_TE", "HANG_HOA"]\n')
        kill_at(prices, 12, definition, home)  # in the middle of an older day
        assert back_fill(definition, home).communicate()[0] == "ok 153\n"
        with closing(Store.open(Settings.load(home).database_url)) as store:
            lines = list(store.awards.each_line())
            assert sorted(line.source_key for line in lines) == sorted(record["id"] for record in records)
            assert {line.version for line in lines} == {1}
            seen = store.awards.last_change()
            assert seen == len(records)
            prices.publish(records[0] | {"donGia": 600})
            assert back_fill(definition, home).communicate()[0] == "ok 34\n"
            (change,) = store.awards.changes_after(seen, 10)
            assert (change.line.source_key, change.line.version) == (records[0]["id"], 2)
