"""Speed of the index of award lines on made-up ones: how fast they are taken in, and how long price pages take.

    python bench/prices.py [--count 1000000] [--distinct 125000] [--work DIR]

`distinct` lines are made up and indexed; the index is doubled until there are `count`, as taking in the others would
only repeat what was measured. Times are of the processor, which a machine that others use too distorts least.
"""

import argparse
import random
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import cycle, islice, product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from index.embedded.codec import ArrayWriter
from index.embedded.price.document import LINES
from index.embedded.price.engine import EmbeddedPriceEngine
from index.price.query import PriceQuery
from index.price.thing import parse_thing
from timthau.batch import batched
from timthau.model.award_line import AwardLine
from timthau.model.moment import HANOI
from timthau.model.notice import make_id
from timthau.model.supplier import Winner

_BATCH = 10_000
_ROUNDS = 7
HEADS = (
    "Bơm tiêm", "Kim luồn tĩnh mạch", "Găng tay khám", "Khẩu trang y tế", "Dây truyền dịch", "Chỉ phẫu thuật nylon",
    "Băng keo lụa", "Ống nghiệm EDTA", "Hóa chất xét nghiệm Glucose", "Test nhanh HIV", "Túi đựng nước tiểu",
    "Ống nội khí quản", "Phim X-quang", "Cồn y tế", "Nẹp khóa xương đùi", "Vít xương cứng", "Stent mạch vành",
    "Máy theo dõi bệnh nhân", "Bông y tế", "Dung dịch rửa", "Quả lọc thận", "Gạc phẫu thuật", "Que thử đường huyết",
)  # fmt: skip
FORMS = (
    "",
    " vô trùng",
    " có bột",
    " không bột",
    " dùng một lần",
    " các cỡ",
    " an toàn",
    " loại 1",
    " có khóa",
    " nhựa",
)
SIZES = ("", " 1ml", " 5ml", " 10ml", " 50ml", " 3/0", " 4/0", " 22G", " 24G", " 10cm x 10cm", " 2 nhánh", " 500 test")
_UNITS = ("Cái", "cái", "Chiếc", "Hộp", "Hộp 100 cái", "Bộ", "Test", "ml")
_QUERIES = ("găng tay khám", "bơm tiêm 5ml", "bom tiem", "kim luồn tĩnh mạch 22G", "test HIV", "máy theo dõi bệnh nhân")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, default=125_000)
    parser.add_argument("--work", type=Path, default=Path("/tmp/timthau-bench/prices"))
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    engine = EmbeddedPriceEngine(options.work)
    started = time.process_time()
    for lines in batched(make_lines(options.distinct), _BATCH):
        engine.apply(lines, (), cursor=1)
    seconds = time.process_time() - started
    print(f"taken in: {options.distinct / seconds:,.0f} lines a second, making them up included")
    grow(engine, options.count, cursor=1)
    size = sum(file.stat().st_size for file in options.work.rglob("*") if file.is_file())
    print(f"lines: {engine.count():,}; on the disk: {size / 1e6:,.0f} MB")
    show_times(engine)


def make_lines(count: int) -> Iterator[AwardLine]:
    """Lines of a few thousand things, each with prices around its own."""
    chance = random.Random(5)
    things = ["".join(parts) for parts in product(HEADS, FORMS, SIZES)]
    middle = {thing: 10 ** chance.uniform(2.5, 7) for thing in things}
    for number, thing in enumerate(islice(cycle(chance.sample(things, len(things))), count)):
        code = f"{chance.randrange(2000):010}"
        yield AwardLine(
            id=make_id("bench", str(number)),
            source="bench",
            source_key=str(number),
            url=f"https://example.vn/{number}",
            name=thing,
            model=f"{chance.choice('ABCDEFGH')}{chance.randrange(9000)}",
            brand=f"Nhãn {chance.randrange(300)}",
            maker=f"Công ty sản xuất số {chance.randrange(800)}",
            origin=chance.choice(("Việt Nam", "Trung Quốc", "Đức", "Mỹ", "Nhật Bản")),
            unit=chance.choice(_UNITS),
            quantity=float(chance.randrange(1, 5000)),
            unit_price_vnd=Decimal(str(round(middle[thing] * chance.lognormvariate(0, 0.4), 2))),
            suppliers=(Winner(name=f"Công ty {code}", tax_code=code),),
            buyer=f"Bệnh viện số {chance.randrange(700)}",
            province=f"Tỉnh {chance.randrange(34)}",
            tender_number=f"IB25{number // 40:08}",
            published_at=datetime(2021, 1, 1, tzinfo=HANOI) + timedelta(days=chance.randrange(2000)),
        )


def grow(engine: EmbeddedPriceEngine, count: int, *, cursor: int) -> None:
    """Add to the index what it has, until there are enough lines; then it is complete up to a change of the store."""
    engine.optimize()
    index = engine._index  # what a bench of its inside needs
    while engine.count() < count:
        with index._writing():
            writer = ArrayWriter(index._open_index(), LINES, cursor=cursor)
            for segment in index._open_index()._segments():
                writer.add_segment(segment)
            writer.commit()


def show_times(engine: EmbeddedPriceEngine) -> None:
    """The middle and the worst time of each search, the first one apart."""
    items = [(parse_thing(f"{head} vô trùng{size}"), None) for head in HEADS for size in SIZES]
    tasks: list[tuple[str, Callable[[], object]]] = [
        (text, lambda text=text: engine.search(PriceQuery(text=text))) for text in _QUERIES
    ]
    tasks.append(("a maker", lambda: engine.search(PriceQuery(makers=("Công ty sản xuất số 7",)))))
    tasks.append((f"{len(items)} items recalled", lambda: engine.recall(items)))
    print(f"{'search':<32}{'first ms':>10}{'median ms':>11}{'worst ms':>10}")
    for name, task in tasks:
        times = [time_task(task) for _ in range(_ROUNDS)]
        print(f"{name:<32}{times[0]:>10.0f}{statistics.median(times[1:]):>11.0f}{max(times[1:]):>10.0f}")


def time_task(task: Callable[[], object]) -> float:
    """Milliseconds of this process that a task takes."""
    started = time.process_time()
    task()
    return 1000 * (time.process_time() - started)


if __name__ == "__main__":
    main()
