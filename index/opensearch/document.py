"""Documents as the cluster takes them, with the very weights that a segment of the embedded engine would hold."""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.contract import Entity
from index.embedded.segment.document import MISSING, IndexDocument, Part, order_number
from index.embedded.segment.inversion import Collector
from index.embedded.segment.weight import ACCENT_BITS
from index.language.analysis import CHUNK, Keys, exact_keys, parse_chunk, prepare, word_key
from index.language.field import field_bits
from index.language.name import name_key
from timthau.model.province import name_today
from timthau.model.purchase import FIELDS

Source = dict[str, Any]
_STATED = ("published", "deadline", "amount")


def feature(key: int) -> str:
    """The name under which the cluster keeps the weight of a term."""
    return base64.urlsafe_b64encode(int(key).to_bytes(8, "big"))[:11].decode()


def accented_row_keys(keys: Keys, accents: Any) -> Keys:
    """The keys under which rows of words with just these accents are counted."""
    return exact_keys(keys ^ (accents.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))


@dataclass(frozen=True)
class Taken:
    """A batch of documents taken apart: what is sent of each, and in how many of them each term and spelling is."""

    sources: list[Source]
    keys: Keys
    counts: Any
    spellings: dict[str, str]


def take_apart(documents: Sequence[IndexDocument]) -> Taken:
    """The sources of some documents, no two of which have the same key, and what they add to the vocabulary."""
    collector = Collector()
    for document in documents:
        collector.add(document)
    arrays = collector.build()
    keys, counts = arrays["term_key"], np.diff(arrays["term_at"])
    words = np.concatenate([arrays["fold_key"], exact_keys(arrays["exact_key"])])
    term = np.repeat(np.arange(len(keys)), counts)
    is_row = ~np.isin(keys, words)[term]
    accents = arrays["post_impact"] & ((1 << ACCENT_BITS) - 1)
    rows, often = np.unique(accented_row_keys(keys[term[is_row]], accents[is_row]), return_counts=True)
    weights: list[dict[str, int]] = [{} for _ in documents]
    names = [feature(key) for key in keys.tolist()]
    columns = (term.tolist(), arrays["post_doc"].tolist(), arrays["post_impact"].tolist(), is_row.tolist())
    for number, doc, impact, row in zip(*columns, strict=True):
        own = weights[doc]
        if row:
            own[names[number]] = own[f"{names[number]}{impact & 7}"] = impact >> ACCENT_BITS
        else:
            own[names[number]] = impact
    spellings: dict[str, str] = {}
    sources = [_build_source(*pair, spellings) for pair in zip(documents, weights, strict=True)]
    return Taken(sources, np.concatenate([keys, rows]), np.concatenate([counts, often]), spellings)


def _build_source(document: IndexDocument, weights: dict[str, int], spellings: dict[str, str]) -> Source:
    exact, folded, codes = [], [], set()
    for line in prepare("\n".join(line for _, line in document.lines)).split("\n"):
        chunks = [parse_chunk(chunk) for chunk in CHUNK.findall(line)]
        words = [word for chunk in chunks for word in chunk.words]
        glued = [word for chunk in chunks for word in chunk.glued]
        spellings |= {word.exact: word.folded for word in (*words, *glued)}
        codes |= {word.folded for word in glued}
        exact.append(" ".join(word.exact for word in words))
        folded.append(" ".join(word.folded for word in words))
    about = [document.owner, document.source, document.source_key, document.language, document.title]
    source: Source = {
        "weights": weights,
        "exact": exact,
        "folded": folded,
        "codes": sorted(codes),
        "entity": str(document.entity),
        "owner": document.owner,
        "order": order_number(document.owner),
        "tie": word_key(document.key),
        "about": json.dumps(about),
        "short": _write([line for line in document.lines if line[0] <= Part.ITEM], [], []),
        "text": _pack(_write(document.lines, document.files, document.places)),
        "field": [str(field) for field in FIELDS if document.fields & field_bits([field])],
    }
    if document.entity is Entity.NOTICE:
        source |= {"kind": document.kind, "source": document.source}
    if key := name_key("buyer", document.buyer):
        source |= {"buyer": key, "buyer_name": document.buyer}
    if key := name_key("province", document.province):
        today = name_today(document.province)
        source |= {"province": key, "province_today": name_key("province", today), "province_name": today}
    stated = {name: getattr(document, name) for name in _STATED}
    return source | {name: value for name, value in stated.items() if value != MISSING}


def read_source(key: str, source: Source) -> IndexDocument:
    """A document as far as its passages and its terms need it, from what the cluster gives back of it."""
    lines, files, places = json.loads(_unpack(source["text"]) if "text" in source else source["short"])
    owner, name, source_key, language, _ = json.loads(source["about"])
    return IndexDocument(
        key=key,
        owner=owner,
        entity=Entity(source["entity"]),
        source=name,
        source_key=source_key,
        language=language,
        kind="",
        province="",
        buyer="",
        lines=tuple((Part(part), line) for part, line in lines),
        files=tuple((filename, ocr) for filename, ocr in files),
        places=tuple((file, page) for file, page in places),
    )


def count_terms(documents: Iterable[IndexDocument]) -> Counter[int]:
    """In how many of some documents each term is."""
    taken = take_apart(list(documents))
    return Counter(dict(zip(taken.keys.tolist(), taken.counts.tolist(), strict=True)))


def _write(*parts: Any) -> str:
    return json.dumps(parts)


def _pack(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode("utf-8", "replace"), 1)).decode()


def _unpack(data: str) -> str:
    return zlib.decompress(base64.b64decode(data)).decode()
