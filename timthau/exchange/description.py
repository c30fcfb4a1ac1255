"""Notices in plain values with what is known of them besides their own words."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from timthau.batch import batched
from timthau.model.desk.correction import Correction
from timthau.model.effective import by_itself, may_speak
from timthau.model.moment import format_moment
from timthau.model.notice import Notice
from timthau.store.notice import Store

_BATCH = 200


def describe_notices(store: Store, notices: Iterable[Notice], now: datetime) -> Iterator[dict[str, Any]]:
    """Notice JSON of each with what it amends and, under `effective`, what is true of it at a moment.

    `corrected` has the fields that a person put right, with what the page says in them and since when.
    """
    for some in batched(notices, _BATCH):
        ids = [notice.id for notice in some]
        effects = store.effective.of(ids)
        corrected = store.corrections.held(ids)
        amended = store.relations.amended(notice.id for notice in some if notice.kind.is_change)
        for notice in some:
            effective = effects.get(notice.id) or by_itself(notice)
            yield notice.to_json() | {
                "amends": notice.amends or next(iter(amended.get(notice.id, ())), None),
                "effective": effective.to_json(now),
                "corrected": [_describe(one) for one in corrected.get(notice.id, ())],
            }


def describe_related(store: Store, notice_id: str) -> list[dict[str, Any]]:
    """The relations of a notice, the surest first; `is_doubtful` where what the other says changes nothing of it."""
    relations = store.relations.of(notice_id)
    known = store.summaries([notice_id, *(relation.partner_of(notice_id) for relation in relations)])
    own = known.get(notice_id)
    related = []
    for relation in relations:
        other = known.get(relation.partner_of(notice_id))
        is_doubtful = own is None or other is None or not may_speak(own, other, relation)
        related.append(relation.describe(notice_id) | {"is_doubtful": is_doubtful})
    return related


def _describe(correction: Correction) -> dict[str, Any]:
    return {"field": correction.field, "said": correction.said, "corrected_at": format_moment(correction.made_at)}


def write_described(store: Store, notices: Iterable[Notice], out: BinaryIO, now: datetime) -> None:
    """Write Notice JSON lines in UTF-8, each with what is true of it and with its relations."""
    for told in describe_notices(store, notices, now):
        told["related"] = describe_related(store, told["id"])
        out.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
