"""Documents as the cluster takes them, with the very weights that a segment of the embedded engine would hold."""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from operator import attrgetter
from typing import Any

import numpy as np

from index.contract import Entity
from index.language.analysis import CHUNK, Keys, exact_keys, parse_chunk, prepare, word_key
from index.language.field import field_bits
from index.language.name import name_key
from index.segment.arrayfile import offsets_of
from index.segment.column import NOTICES
from index.segment.document import MISSING, IndexDocument, Part, order_number
from index.segment.inversion import Collector
from index.segment.weight import ACCENT_BITS
from timthau.model.province import name_today
from timthau.model.purchase import FIELDS

Source = dict[str, Any]
_TERMS_ALONE = replace(NOTICES, texts=False)
_EXACT, _FOLDED = attrgetter("exact"), attrgetter("folded")
_STATED = ("published", "deadline", "amount")


def feature(key: int) -> str:
    """The name under which the cluster keeps the weight of a term."""
    return features(np.array([key], np.uint64))[0]


def features(keys: Keys) -> list[str]:
    """The same for many terms."""
    padded = np.zeros((len(keys), 9), np.uint8)  # nine bytes are twelve letters, of which eight make eleven
    padded[:, :8] = keys.astype(">u8").view(np.uint8).reshape(-1, 8)
    letters = base64.urlsafe_b64encode(padded.tobytes()).decode()
    return [letters[start : start + 11] for start in range(0, len(letters), 12)]


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
    collector = Collector(_TERMS_ALONE)
    for document in documents:
        collector.add(document)
    arrays = collector.build()
    keys, counts = arrays["term_key"], np.diff(arrays["term_at"])
    words = np.concatenate([arrays["fold_key"], exact_keys(arrays["exact_key"])])
    term = np.repeat(np.arange(len(keys)), counts)
    is_row = ~np.isin(keys, words)[term]
    accents = arrays["post_impact"] & ((1 << ACCENT_BITS) - 1)
    rows, often = np.unique(accented_row_keys(keys[term[is_row]], accents[is_row]), return_counts=True)
    chunks = _Chunks()
    weights = _list_weights(features(keys), term, arrays["post_doc"], arrays["post_impact"], is_row)
    sources = [_build_source(*pair, chunks) for pair in zip(documents, weights, strict=True)]
    counts = np.concatenate([counts, often])
    return Taken(sources, np.concatenate([keys, rows]), counts, chunks.spellings)


def _list_weights(names: Sequence[str], term: Any, doc: Any, impact: Any, is_row: Any) -> Iterator[dict[str, int]]:
    """The weights of each document by the names of its terms; a row has one also by its accents."""
    accented, number = np.unique(
        (term[is_row] << ACCENT_BITS) | (impact[is_row] & ((1 << ACCENT_BITS) - 1)), return_inverse=True
    )
    said = [f"{names[row >> ACCENT_BITS]}{row & ((1 << ACCENT_BITS) - 1)}" for row in accented.tolist()]
    steps = np.where(is_row, impact >> ACCENT_BITS, impact)
    docs = np.concatenate([doc, doc[is_row]])
    order = np.argsort(docs, kind="stable")
    own = np.array([*names, *said], object)[np.concatenate([term, number + len(names)])[order]].tolist()
    values = np.concatenate([steps, steps[is_row]])[order].tolist()
    for start, end in pairwise(offsets_of(np.bincount(docs)).tolist()):
        yield dict(zip(own[start:end], values[start:end], strict=True))


class _Chunks(dict[str, tuple[str, str]]):
    """The words of chunks, with and without accents; collects the codes and the spellings that it meets."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: dict[str, list[str]] = {}
        self.spellings: dict[str, str] = {}

    def __missing__(self, text: str) -> tuple[str, str]:
        chunk = parse_chunk(text)
        self.spellings |= {word.exact: word.folded for word in (*chunk.words, *chunk.glued)}
        if chunk.glued:
            self.codes[text] = [word.folded for word in chunk.glued]
        exact, folded = (" ".join(map(form, chunk.words)) for form in (_EXACT, _FOLDED))
        self[text] = words = (exact, folded)
        return words


def _build_source(document: IndexDocument, weights: dict[str, int], chunks: _Chunks) -> Source:
    lines = [CHUNK.findall(line) for line in prepare("\n".join([line for _, line in document.lines])).split("\n")]
    words = [list(map(chunks.__getitem__, line)) for line in lines]
    coded = chunks.codes.keys() & chain.from_iterable(lines)
    about = [document.owner, document.source, document.source_key, document.language, document.title]
    source: Source = {
        "weights": weights,
        "exact": [" ".join([exact for exact, _ in line]) for line in words],
        "folded": [" ".join([folded for _, folded in line]) for line in words],
        "codes": sorted({code for text in coded for code in chunks.codes[text]}),
        "entity": str(document.entity),
        "owner": document.owner,
        "order": order_number(document.owner),
        "tie": word_key(document.key),
        "about": json.dumps(about, ensure_ascii=False),
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
    return json.dumps(parts, ensure_ascii=False)


def _pack(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode("utf-8", "replace"), 1)).decode()


def _unpack(data: str) -> str:
    return zlib.decompress(base64.b64decode(data)).decode()
