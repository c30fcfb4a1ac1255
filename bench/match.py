"""What it costs to match notices with saved searches, beside one search for each.

    python bench/match.py [--count 100000] [--notices 450] [--corpus ../shared/corpus/egp_medical.jsonl.gz]

The searches are made from the corpus' own titles, items, buyers and provinces (tests/site/saved_search.py), the
notices are those published last, and it is the moment when the last of them was. One thread; times are processor
time, so that what else the machine does counts little.
"""

import argparse
import gzip
import itertools
import json
import random
import resource
import statistics
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from alerts.match import Matcher
from index.embedded.engine import WhooshEngine
from index.query import Query
from tests.site.saved_search import make_searches
from timthau.model.moment import start_of
from timthau.model.notice import Notice

_SMALL = 5  # notices of what comes in between two crawls
_SAMPLE = 1000  # searches that are also run one by one


def main() -> None:
    """Measure and print a table; exits with 1 when the sample's matches differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--notices", type=int, default=450)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus" / "egp_medical.jsonl.gz")
    options = parser.parse_args()
    with gzip.open(options.corpus, "rt", encoding="utf-8") as lines:
        corpus = [Notice.from_json(json.loads(line)) for line in lines]
    corpus = sorted((n for n in corpus if n.published_at), key=lambda n: start_of(n.published_at))  # type: ignore[arg-type]  # none is None
    batch = corpus[-options.notices :]
    now = start_of(batch[-1].published_at)  # type: ignore[arg-type]  # as above
    made = itertools.islice(make_searches(corpus, random.Random(2026)), options.count)
    subscriptions = [(f"s{number}", query) for number, query in enumerate(made)]
    sample = dict(random.Random(1).sample(subscriptions, min(_SAMPLE, len(subscriptions))))
    before = _peak()
    found = measure(subscriptions, batch, now, sample)
    print(f"peak memory {_peak()} MB, of which notices and searches {before} MB")
    if search(sample, batch, now, len(subscriptions)) != found:
        sys.exit("the sample's matches differ")


def measure(
    subscriptions: list[tuple[str, Query]], batch: list[Notice], now: datetime, sample: dict[str, Query]
) -> set[tuple[str, str]]:
    """Build, match the whole batch and small ones, print what each takes; the pairs of the sample."""
    began = time.process_time()
    matcher = Matcher(subscriptions)
    built = time.process_time()
    found, count = set(), 0
    for pair in matcher.match(batch, now):
        count += 1
        if pair[0] in sample:
            found.add(pair)
    matched = time.process_time()
    print(f"{len(subscriptions):,} subscriptions, {len(batch)} notices: {count:,} pairs")
    print(f"building {built - began:.1f} s, matching {matched - built:.1f} s, together {matched - began:.1f} s")
    took = []
    for start in range(0, min(len(batch), 20 * _SMALL), _SMALL):
        began = time.process_time()
        list(matcher.match(batch[start : start + _SMALL], now))
        took.append(time.process_time() - began)
    print(f"{_SMALL} notices, matcher kept: {1000 * statistics.median(took):.0f} ms, at most {1000 * max(took):.0f} ms")
    return found


def search(sample: dict[str, Query], batch: list[Notice], now: datetime, count: int) -> set[tuple[str, str]]:
    """What a sample of the searches finds, run one by one; prints what that would take for all."""
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        engine.apply(batch, (), cursor=1)
        began = time.process_time()
        found = {
            (identity, hit.id)
            for identity, query in sample.items()
            for hit in engine.search(replace(query, literal=True), limit=len(batch), now=now, passages=False).hits
        }
        each = (time.process_time() - began) / len(sample)
        engine.close()
    print(f"one search each: {1000 * each:.1f} ms, for all {each * count:.0f} s")
    return found


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
