"""How well the fields of labelled real notices are read, and the floors below which that must not fall.

    python -m tests.quality.extraction            prints the figures beside the floors
    python -m tests.quality.extraction --raise    writes the figures that are better than their floors
    python -m tests.quality.extraction --lower    writes all figures, also those that are worse

The labels are in ../shared/notices and are described there.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crawler.extract.document import Article
from crawler.extract.notice import read_notice
from crawler.extract.paper import Paper
from crawler.extract.text.folding import fold_in_place
from tests import SHARED, TESTS

FLOORS = TESTS / "floors" / "extraction.json"
LABELS = SHARED / "notices"


def measure(labels: Path) -> dict[str, float]:
    """The share of right answers by field, from 0 to 1, over the labelled notices and other pages of a folder."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for field, is_right in _answers(labels):
        asked[field] += 1
        right[field] += is_right
    return {field: round(right[field] / asked[field], 4) for field in sorted(asked)}


def load_floors() -> dict[str, float]:
    return dict(json.loads(FLOORS.read_text(encoding="utf-8")))


def _answers(labels: Path) -> Iterator[tuple[str, bool]]:
    for path in sorted((labels / "notices").glob("*.json")):
        yield from _answers_on_notice(json.loads(path.read_text(encoding="utf-8")))
    for path in sorted((labels / "other_pages").glob("*.json")):
        yield "other pages refused", _read(json.loads(path.read_text(encoding="utf-8")))["kind"] is None


def _answers_on_notice(labelled: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    said, gold = _read(labelled), labelled["gold"]
    yield "recognised", said["kind"] is not None
    yield "kind", said["kind"] in (gold["notice_type"], *labelled.get("notice_type_also_ok", ()))
    if labelled["text_status"] == "title_only":
        return
    deadline = said.get("deadline_at") or ""
    if gold["deadline"]:
        yield "deadline", deadline[: len(gold["deadline"])] == gold["deadline"]
    else:
        yield "no deadline invented", not deadline
    for field in ("amount_vnd", "quotation_validity_days"):
        asked = field if gold[field] is not None else f"no {field} invented"
        yield asked, said.get(field) == gold[field]
    for field in ("buyer", "reference_number"):
        if gold[field]:
            mine, its = fold_in_place(said.get(field) or ""), fold_in_place(gold[field])
            yield field, bool(mine) and (mine in its or its in mine)


def _read(labelled: dict[str, Any]) -> dict[str, Any]:
    article = Article(url="https://example.vn/tin/1.html", title=labelled["title"], text=labelled["text"])
    notice = read_notice(Paper(article), source="example", source_key="1")
    return notice.to_json() if notice else {"kind": None}


def main(flags: list[str]) -> None:
    floors, figures = load_floors() if FLOORS.exists() else {}, measure(LABELS)
    for field, figure in figures.items():
        print(f"{field:40} {figure:6.2f}   floor {floors.get(field, 0):.2f}")
    if "--raise" in flags or "--lower" in flags:
        kept = {} if "--lower" in flags else floors
        better = {field: max(figure, kept.get(field, 0)) for field, figure in figures.items()}
        FLOORS.write_text(json.dumps(better, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
