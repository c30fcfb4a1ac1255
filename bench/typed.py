"""How well notices are found by what people type: mean reciprocal rank of ten by way of typing and part of a notice.

    python bench/typed.py [--seed 1] [--each 40] [--only WAY,WAY] [--misses]

Needs ../shared/corpus. Pieces of real titles, item lines and buyers, drawn by the seed, are typed in the ways of
tests/quality/typist.py; right is every notice that has the piece. Pieces that many notices have are not asked for.
"""

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.quality.typing import build_engine, load_corpus, make_questions, rank_of


def main() -> None:
    options = parse_options()
    with TemporaryDirectory() as folder:
        measure(options, Path(folder))


def measure(options: argparse.Namespace, folder: Path) -> None:
    """Ask all questions of an index in the folder, and print what came first."""
    corpus = load_corpus()
    engine = build_engine(corpus, folder)
    only = set(filter(None, options.only.split(",")))
    ranks: dict[tuple[str, str], list[float]] = defaultdict(list)
    times = []
    for question in make_questions(corpus, options.seed, each=options.each, only=only):
        started = time.perf_counter()
        rank = rank_of(engine, question)
        times.append(1000 * (time.perf_counter() - started))
        ranks[question.way, question.part].append(rank)
        if options.misses and rank < 1:
            print(f"{rank:.2f} {question.way:18} {question.text}   <- {question.piece}")
    print_table(ranks)
    times.sort()
    print(f"ms p50 {times[len(times) // 2]:.1f} p95 {times[int(len(times) * 0.95)]:.1f}")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--only", default="")
    parser.add_argument("--misses", action="store_true")
    return parser.parse_args()


def print_table(ranks: dict[tuple[str, str], list[float]]) -> None:
    """A line a way, a column a part, the mean over all at the right."""
    parts = list(dict.fromkeys(part for _, part in ranks))
    print(f"{'':20}" + "".join(f"{part:>15}" for part in parts) + f"{'all':>15}")
    for way in dict.fromkeys(way for way, _ in ranks):
        cells = [ranks.get((way, part), []) for part in parts]
        print(f"{way:20}" + "".join(map(format_mean, [*cells, [rank for cell in cells for rank in cell]])))
    print(f"{'ALL':20}" + format_mean([rank for values in ranks.values() for rank in values]))


def format_mean(values: list[float]) -> str:
    return f"{sum(values) / len(values):>9.3f} ({len(values):3})" if values else f"{'':15}"


if __name__ == "__main__":
    main()
