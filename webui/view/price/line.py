"""Award lines as pages list them: with the pages of buyer, suppliers and notice that they lead to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.price.thing import parse_thing
from timthau.model.award_line import TENDER_SOURCES, AwardLine
from timthau.model.buyer import make_buyer_id
from timthau.model.notice import make_id
from timthau.model.unit import parse_unit
from webui.http.services import services


@dataclass(frozen=True)
class LineRow:
    """A line with what it leads to; `buyer_id` and `notice_id` where there is such a page."""

    line: AwardLine
    suppliers: tuple[tuple[str, str], ...]
    buyer_id: str | None
    notice_id: str | None
    thing: str
    unit: str
    is_outside: bool = False


def list_line_rows(lines: Iterable[AwardLine], outside: Mapping[str, bool] | None = None) -> list[LineRow]:
    """Rows for lines, in their order."""
    lines = list(lines)
    if not lines:
        return []
    buyers = services().overview.get().buyers
    winners = _name_winners(lines)
    notices = _find_notices(lines)
    rows = []
    for line in lines:
        buyer_id = make_buyer_id(line.buyer) if line.buyer else None
        rows.append(
            LineRow(
                line,
                winners.get(line.id, ()),
                buyer_id if buyer_id in buyers else None,
                next((key for key in _list_notice_ids(line) if key in notices), None),
                f"{parse_thing(line.name).key:016x}",
                parse_unit(line.unit).key,
                (outside or {}).get(line.id, False),
            )
        )
    return rows


def find_lines(ids: Sequence[str]) -> list[AwardLine]:
    """Lines by id, in the order of the ids; those that the store has no more are left out."""
    found = services().store.awards.lines_by_id(ids)
    return [found[key] for key in ids if key in found]


def _name_winners(lines: Sequence[AwardLine]) -> dict[str, tuple[tuple[str, str], ...]]:
    awards = services().store.awards
    ids = awards.winners_of(line.id for line in lines)
    known = awards.suppliers_by_id({key for keys in ids.values() for key in keys})
    return {line: tuple((known[key].id, known[key].name) for key in keys if key in known) for line, keys in ids.items()}


def _list_notice_ids(line: AwardLine) -> list[str]:
    of_tender = [make_id(source, line.tender_number) for source in TENDER_SOURCES] if line.tender_number else []
    return [*([line.notice_id] if line.notice_id else []), *of_tender]


def _find_notices(lines: Sequence[AwardLine]) -> set[str]:
    return set(services().store.summaries({key for line in lines for key in _list_notice_ids(line)}))
