"""The corrections that hold: loaded, and put on top of whatever is read."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from timthau.batch import batched
from timthau.model.desk.correction import Correction, put_value, read_value
from timthau.model.notice import Notice
from timthau.store.desk.table import correction as corrections
from timthau.store.row import read_time

_PARAMETERS = 500  # of one statement
HOLDS = corrections.c.reverted_at.is_(None)


def correct_all(connection: Connection, batch: Sequence[Notice]) -> list[Notice]:
    """What was read with the corrections that hold on top; what the pages say now is kept beside each."""
    held = load_held(connection, [notice.id for notice in batch])
    return [_correct(connection, notice, held[notice.id]) if notice.id in held else notice for notice in batch]


def _correct(connection: Connection, notice: Notice, held: Iterable[Correction]) -> Notice:
    read = notice
    for one in held:
        if (said := read_value(read, one.field)) != one.said:
            this = corrections.c.id == one.id
            connection.execute(update(corrections).where(this).values(said=write_value(said)))
        notice = put_value(notice, one.field, one.value)
    return notice


def load_held(connection: Connection, ids: Iterable[str]) -> dict[str, list[Correction]]:
    """The corrections that hold, oldest first, by notice."""
    found: defaultdict[str, list[Correction]] = defaultdict(list)
    for some in batched(ids, _PARAMETERS):
        rows = select(corrections).where(HOLDS, corrections.c.notice_id.in_(some)).order_by(corrections.c.id)
        for row in connection.execute(rows):
            found[row.notice_id].append(read_correction(row))
    return dict(found)


def write_value(value: Any) -> str:
    """A value of Notice JSON as it is stored."""
    return json.dumps(value, ensure_ascii=False)


def read_correction(row: Any) -> Correction:
    """The correction of a row."""
    return Correction(
        id=row.id,
        notice_id=row.notice_id,
        field=row.field,
        value=json.loads(row.value),
        said=json.loads(row.said),
        reason=row.reason,
        made_by=row.made_by,
        made_at=read_time(row.made_at),
        reverted_by=row.reverted_by,
        reverted_at=row.reverted_at and read_time(row.reverted_at),
    )
