"""The names of a segment's columns."""

import numpy as np

from index.contract import Entity

#: Columns with one number a document, and their types.
COLUMNS = {
    "entity": np.uint8,
    "kind": np.uint32,
    "province": np.uint32,
    "buyer": np.uint32,
    "published": np.int64,
    "deadline": np.int64,
    "amount": np.int64,
    "fields": np.uint32,
    "order": np.uint64,
    "key": np.uint64,
    "owner": np.uint64,
}
#: Columns whose numbers stand for names.
NAMED = ("kind", "province", "buyer")
#: Columns with bytes of any length a document: what a hit shows, and its text.
STORED = ("head", "text")
ENTITIES = (Entity.NOTICE, Entity.GUIDE)
