"""Award lines whose buyer is another one since people decided which names are one buyer."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from timthau.model.buyer import Corrections, correct_key, identify_buyer
from timthau.store.award.table import award_line as lines

_AT_ONCE = 500
_MOVED: dict[str, Any] = {"buyer_id": bindparam("moved_to"), "change_seq": bindparam("seq")}


def move_lines(connection: Connection, keys: Iterable[str], corrections: Corrections) -> None:
    """Give the lines of buyers, by their keys until now, to the buyers that they have under some corrections."""
    for buyer_id in map(identify_buyer, keys):
        after = ""
        of_buyer = select(lines.c.id, lines.c.document).where(lines.c.buyer_id == buyer_id).order_by(lines.c.id)
        while rows := connection.execute(of_buyer.where(lines.c.id > after).limit(_AT_ONCE)).all():
            after = rows[-1].id
            names = {row.id: json.loads(row.document)["buyer"] for row in rows}
            found = {key: identify_buyer(correct_key(name, corrections)) for key, name in names.items()}
            seq = connection.execute(select(func.max(lines.c.change_seq))).scalar() or 0
            moved = [(key, to) for key, to in found.items() if to != buyer_id]
            values = [{"key": key, "moved_to": to, "seq": seq + n} for n, (key, to) in enumerate(moved, start=1)]
            if values:
                connection.execute(update(lines).where(lines.c.id == bindparam("key")).values(_MOVED), values)
