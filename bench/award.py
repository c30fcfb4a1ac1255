"""A back-fill of all lines of ../shared/corpus/egp_prices.jsonl.gz from the stand-in, and an import of the same file.

    python bench/award.py

As a user does it: `timthau crawl` is killed (SIGKILL) after a third and given again; then the portal corrects a line,
takes another back, and is crawled once more. Prints how long each took, whether the lines are as many for each tab and
tender as the corpus has, whether three lines of each tender say the same in every field that the portal's list has,
and what became of the corrections.
"""

import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import SHARED
from tests.site.loopback import serve
from tests.site.price_list import PriceList, record_of
from timthau.config import Settings
from timthau.exchange.award import read_award_line
from timthau.exchange.intake import import_file
from timthau.model.award_line import AwardLine
from timthau.store.notice import Store
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair

CORPUS = SHARED / "corpus" / "egp_prices.jsonl.gz"
TABS = ["THIET_BI_VAT_TU_Y_TE", "THUOC_TAN_DUOC", "HANG_HOA"]
FIELDS = (
    *("name", "model", "brand", "maker", "origin", "year", "unit", "quantity", "unit_price_vnd", "buyer"),
    *("decision_number", "decided_at", "loose_tax_code"),
)


def main() -> None:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as packed:
        said = [json.loads(text, parse_float=Decimal) for text in packed]
    records = [record_of(json.loads(json.dumps(line, default=float))) for line in said]
    with tempfile.TemporaryDirectory() as folder:
        back_fill(Path(folder) / "portal", said, records)
        take_in(Path(folder) / "file")


def back_fill(home: Path, said: list[dict[str, Any]], records: list[dict[str, Any]]) -> None:
    """Read all days of the corpus from the stand-in, and compare."""
    home.mkdir()
    days = sorted(record["ngayDangTaiKqlcnt"][:10] for record in records)
    prices, definition = PriceList(records), home / "gia.toml"
    settings = Settings.load({"TIMTHAU_HOME": str(home)})
    with serve(prices) as url, closing(Store.open(settings.database_url)) as store:
        tabs = json.dumps(TABS)
        definition.write_text(f'title = "Giá"\nhome = "{url}/"\nplatform = "egp-prices"\ntabs = {tabs}\n')
        begun = time.perf_counter()
        crawl = run_crawl(definition, home, "--since", days[0], kill=(prices, len(records) // 50))
        print(f"killed: {crawl}, {store.awards.count()} lines, {time.perf_counter() - begun:.0f} s", flush=True)
        begun, asked = time.perf_counter(), len(prices.searches)
        print(run_crawl(definition, home, "--since", days[0]))
        print(f"taken up: {len(prices.searches) - asked} requests, {time.perf_counter() - begun:.0f} s", flush=True)
        show_stored(said, records, {line.source_key: line for line in store.awards.each_line()})
        seen, asked = store.awards.last_change(), len(prices.searches)
        wrong, gone = [record for record in records if record["ngayDangTaiKqlcnt"].startswith(days[-1])][:2]
        prices.publish(wrong | {"donGia": 123.5})
        prices.withdraw(gone["id"])
        print(run_crawl(definition, home, "--full", "--since", days[-1]))
        changes = store.awards.changes_after(seen, 100)
        told = [(one.line.source_key, one.line.version, one.is_gone) for one in changes]
        expected = [(wrong["id"], 2, False), (gone["id"], 1, True)]
        print(f"corrections: {len(prices.searches) - asked} requests, as they are: {sorted(told) == sorted(expected)}")


def run_crawl(definition: Path, home: Path, *options: str, kill: tuple[PriceList, int] | None = None) -> str:
    """The last line of `timthau crawl`; with `kill` all of it is killed at the search of that number."""
    command = [sys.executable, "-m", "cli", "crawl", str(definition), "--delay", "0", *options]
    told = os.environ | {"PYTHONPATH": str(ROOT), "TIMTHAU_HOME": str(home)}
    crawl = subprocess.Popen(
        command, env=told, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    if kill:
        prices, number = kill
        prices.watch = lambda asked: os.killpg(crawl.pid, signal.SIGKILL) if asked == number else None
    printed, _ = crawl.communicate()
    if kill:
        prices.watch = lambda _: None
    return f"exit {crawl.returncode}: {printed.strip().splitlines()[-1] if printed.strip() else ''}"


def show_stored(said: list[dict[str, Any]], records: list[dict[str, Any]], stored: dict[str, AwardLine]) -> None:
    """Compare what is stored with what the corpus has."""
    wanted = Counter((record["tab"], record["maTbmt"]) for record in records)
    found = Counter((line.tab, line.tender_number) for line in stored.values())
    wrong = sum(wanted[key] != found[key] for key in wanted | found)
    print(f"tabs and tenders: {len(wanted)}, with another count: {wrong}")
    print(f"by tab: {dict(Counter(line.tab for line in stored.values()))}")
    print(f"versions: {dict(Counter(line.version for line in stored.values()))}")
    compared, different = compare(said, stored)
    print(f"lines compared: {compared}, different: {len(different)} {different[:3]}")


def compare(said: Iterable[dict[str, Any]], stored: dict[str, AwardLine]) -> tuple[int, list[Any]]:
    """Three lines of each tender, field by field."""
    seen: Counter[str] = Counter()
    different: list[tuple[Any, ...]] = []
    for line in said:
        seen[line["notify_no"]] += 1
        if seen[line["notify_no"]] > 3:
            continue
        own, other = stored[line["id"]], read_award_line(line)
        for name in FIELDS:
            if plain(getattr(own, name)) != plain(getattr(other, name)):
                different.append((line["id"], name, getattr(own, name), getattr(other, name)))
        if [(plain(w.name), w.tax_code) for w in own.suppliers] != [
            (plain(w.name), w.tax_code) for w in other.suppliers
        ]:
            different.append((line["id"], "suppliers"))
    return sum(min(3, count) for count in seen.values()), different


def plain(value: Any) -> Any:
    return collapse_spaces(repair(value)) if isinstance(value, str) else value


def take_in(home: Path) -> None:
    """Import the file, and once more."""
    settings = Settings.load({"TIMTHAU_HOME": str(home)})
    with closing(Store.open(settings.database_url)) as store:
        for name in ("import", "the same again"):
            begun = time.perf_counter()
            report = import_file(store, CORPUS, progress=lambda _: None)
            seconds = time.perf_counter() - begun
            print(f"{name}: {report.total} lines, {seconds:.0f} s, {report.total / seconds:.0f} a second")
        total, _ = store.awards.find_suppliers()
        print(f"suppliers: {total}")


if __name__ == "__main__":
    main()
