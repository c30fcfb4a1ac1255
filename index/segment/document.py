"""What the index keeps of a notice or guide: lines of text by the part they stand in, and values to filter by."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from index.contract import Entity
from index.language.analysis import compose
from index.language.field import field_bits, find_fields
from timthau.model.moment import Moment, end_of, start_of
from timthau.model.notice import Attachment, Guide, Notice

_LINE = 240  # letters; a passage is made of one line
_SHORT_SPECIFICATION = 200  # letters up to which a specification reads like a part of the item's name

#: Stands for "the document does not say" in columns of numbers.
MISSING = -(1 << 62)


class Part(IntEnum):
    """Where a line stands."""

    TITLE = 0
    BUYER = 1
    ITEM = 2
    TEXT = 3
    ATTACHMENT = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexDocument:
    """A notice or guide as the index takes it in; times in seconds since 1970, MISSING where nothing is said.
    `fields` are the bits of what it buys.

    `key` is the document's own, `owner` the id that the outside removes it by. `files` are the names of the
    attachments, and whether each was read from a scan; `places` the number of attachment of each ATTACHMENT line and
    of the page it stands on (from 1; 0 where there are none). `terms` are keys by which it is found beside its words.
    """

    key: str
    owner: str
    entity: Entity
    source: str
    source_key: str
    language: str | None
    kind: str
    province: str
    buyer: str
    published: int = MISSING
    deadline: int = MISSING
    amount: int = MISSING
    fields: int = 0
    lines: tuple[tuple[Part, str], ...]
    files: tuple[tuple[str, bool], ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    terms: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        return self.lines[0][1]


def read_document(document: Notice | Guide) -> IndexDocument:
    """The index's view of a notice or guide; the first line is always the title."""
    return _read_guide(document) if isinstance(document, Guide) else _read_notice(document)


def guide_key(slug: str, language: str) -> str:
    """The key of a guide in a language; no notice id has a colon."""
    return f"{slug}:{language}"


def order_number(identity: str) -> int:
    """The first eight bytes of an id as a number, so that ties are broken by id in a column."""
    return int.from_bytes(identity.encode()[:8].ljust(8, b"\0"), "big")


def _read_guide(guide: Guide) -> IndexDocument:
    lines = [(Part.TITLE, flat(guide.title))]
    lines += [(Part.ITEM, flat(keyword)) for keyword in guide.keywords]
    lines += [(Part.TEXT, line) for line in split_lines(f"{guide.summary}\n{guide.body}")]
    return IndexDocument(
        key=guide_key(guide.slug, guide.language),
        owner=guide.slug,
        entity=Entity.GUIDE,
        source=guide.source or "timthau",
        source_key=guide.slug,
        language=guide.language,
        kind="",
        province="",
        buyer="",
        lines=tuple(lines),
    )


def _read_notice(notice: Notice) -> IndexDocument:
    lines = [(Part.TITLE, flat(notice.title))]
    if notice.buyer:
        lines.append((Part.BUYER, flat(notice.buyer)))
    for item in notice.items:
        lines.append((Part.ITEM, flat(item.name)))
        if item.specification:
            short = len(item.specification) <= _SHORT_SPECIFICATION
            said = [flat(item.specification)] if short else split_lines(item.specification)
            lines += [(Part.ITEM if short else Part.TEXT, line) for line in said]
    about = (notice.reference_number, notice.province, notice.delivery_place)
    lines += [(Part.TEXT, flat(text)) for text in about if text]
    lines += [(Part.TEXT, line) for line in split_lines(notice.text)]
    places: list[tuple[int, int]] = []
    for number, file in enumerate(notice.attachments):
        for page, line in _read_file(file):
            lines.append((Part.ATTACHMENT, line))
            places.append((number, page))
    return IndexDocument(
        key=notice.id,
        owner=notice.id,
        entity=Entity.NOTICE,
        source=notice.source,
        source_key=notice.source_key,
        language=None,
        kind=str(notice.kind),
        province=flat(notice.province or ""),
        buyer=flat(notice.buyer or ""),
        published=seconds_of(notice.published_at, start_of),
        deadline=seconds_of(notice.deadline_at, end_of),
        amount=MISSING if notice.amount_vnd is None else notice.amount_vnd,
        fields=field_bits(find_fields(notice.title, (item.name for item in notice.items), notice.buyer)),
        lines=tuple(lines),
        files=tuple((file.filename, file.ocr) for file in notice.attachments),
        places=tuple(places),
    )


def _read_file(file: Attachment) -> Iterator[tuple[int, str]]:
    """The lines of a file, its name first, with the page each stands on."""
    yield 0, flat(file.filename)
    pages = (file.text or "").split("\f")
    for number, page in enumerate(pages, start=1):
        for line in split_lines(page):
            yield (number if len(pages) > 1 else 0), line


def split_lines(text: str) -> Iterator[str]:
    """The lines of a text, long ones cut between words."""
    for line in text.splitlines():
        rest = flat(line)
        while len(rest) > _LINE:
            cut = max(rest.rfind(". ", _LINE // 2, _LINE) + 1, rest.rfind("; ", _LINE // 2, _LINE) + 1)
            cut = cut or rest.rfind(" ", 1, _LINE) + 1 or _LINE
            yield rest[:cut].rstrip()
            rest = rest[cut:].lstrip()
        if rest:
            yield rest


def flat(text: str) -> str:
    """The text on one line, composed."""
    return compose(" ".join(text.split()))


def seconds_of(moment: Moment | None, bound: Callable[[Moment], datetime]) -> int:
    """The second that a bound of a moment falls in; MISSING for none."""
    return MISSING if moment is None else int(bound(moment).timestamp())
