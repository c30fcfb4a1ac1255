"""What the index keeps of an award line: what the thing is called, and what prices are filtered and counted by."""

from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap

import numpy as np

from index.contract import Entity
from index.price.beside import lead_key, list_beside
from index.price.thing import (
    code_key,
    list_codes,
    list_keys,
    list_measured,
    list_traits,
    sized_key,
    sort_key,
    states_size,
)
from index.segment.column import NOTICES, Layout
from index.segment.document import IndexDocument, Part, seconds_of
from index.segment.document import flat as flat_once
from timthau.model.award_line import AwardLine
from timthau.model.moment import start_of
from timthau.model.unit import parse_unit

#: The columns of award lines; `price` is NaN where none is printed.
LINES = Layout(
    {
        **NOTICES.types,
        "unit": np.uint32,
        "maker": np.uint32,
        "origin": np.uint32,
        "supplier": np.uint32,
        "price": np.float64,
        "lead": np.uint64,
    },
    named=(*NOTICES.named, "unit", "maker", "origin", "supplier"),
    texts=False,
    titled=True,
)
_LONGEST = 400  # letters of a line
#: What names buyers, makers and things is met again and again.
flat = lru_cache(maxsize=1 << 14)(flat_once)
#: A field of models may hold a whole catalogue: it is divided, and so many parts of it count.
_PART, _MOST_PARTS = 300, 12


@dataclass(frozen=True, kw_only=True, slots=True)
class LineDocument(IndexDocument):
    """An award line as the index takes it in; `supplier` are the ids of all winners, `price` in VND.

    `lead` is the key of its first noun.
    """

    unit: str
    maker: str
    origin: str
    supplier: str
    price: float
    lead: int


def read_line(line: AwardLine) -> LineDocument:
    """The index's view of an award line.

    Its words are those of the thing, its ingredient, maker, brand and model: who bought it is a filter, and what a
    specification mentions is often another thing. Its amounts count where the name states none.
    """
    name = flat(line.name)
    measured = [] if states_size(line.name) else list_measured(line.specification)
    marks = [flat(mark) for mark in (line.active_ingredient, line.brand, line.maker) if mark]
    lines = [(Part.TITLE, name)]
    lines += [(Part.ITEM, one) for one in (*measured, *([" ".join(marks)[:_LONGEST]] if marks else ()))]
    lines += [(Part.ITEM, part) for part in _divide(flat(line.model or ""))]
    lines += [(Part.TEXT, flat(text)) for text in (line.tender_number, line.decision_number, line.hs_code) if text]
    keys = list_keys(line.name, line.specification, (line.brand, line.maker, line.model))
    traits = list_traits(line.name, *measured, *marks, line.model or "")
    price = line.unit_price_vnd
    return LineDocument(
        key=line.id,
        owner=line.id,
        entity=Entity.NOTICE,
        source=line.source,
        source_key=line.source_key,
        language=None,
        kind=line.tab or "",
        province=flat(line.province or ""),
        buyer=flat(line.buyer or ""),
        published=seconds_of(line.dated_at, start_of),
        lines=tuple(lines),
        terms=(
            *(key for key in (*keys, sort_key(line.name), sized_key(line.name)) if key),
            *traits,
            *list_beside(line.name, line.brand, line.maker),
            *map(code_key, list_codes(line.model) if line.model else ()),
        ),
        unit=parse_unit(line.unit).key,
        maker=flat(line.maker or ""),
        origin=flat(line.origin or ""),
        supplier=" ".join(winner.id for winner in line.suppliers),
        price=float(price) if price is not None and price > 0 else float("nan"),
        lead=lead_key(name),
    )


def _divide(models: str) -> list[str]:
    """A field of models in parts, cut between words."""
    if len(models) <= _PART:
        return [models] if models else []
    return wrap(models, _PART, break_on_hyphens=False)[:_MOST_PARTS]
