"""The columns of an index: what is kept of each document beside its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.contract import Entity


@dataclass(frozen=True)
class Layout:
    """The columns with one value a document and their types; the numbers of `named` ones stand for names.

    `texts` says whether a segment keeps what its documents say, of which passages are made; `titled`, whether lines of
    items go on from the title, which they do not repeat.
    """

    types: Mapping[str, Any]
    named: tuple[str, ...]
    texts: bool = True
    titled: bool = False


#: Notices and guides.
NOTICES = Layout(
    {
        "entity": np.uint8,
        "kind": np.uint32,
        "province": np.uint32,
        "buyer": np.uint32,
        "source": np.uint32,
        "published": np.int64,
        "deadline": np.int64,
        "amount": np.int64,
        "fields": np.uint32,
        "order": np.uint64,
        "key": np.uint64,
        "owner": np.uint64,
    },
    named=("kind", "province", "buyer", "source"),
)
ENTITIES = (Entity.NOTICE, Entity.GUIDE)
