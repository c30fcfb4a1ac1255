"""The articles of the sample site as they stand on disk: what each says, and what a crawl has to find in it."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from timthau.model.moment import HANOI, Moment
from timthau.model.notice import NoticeKind

_RELATIVE = re.compile(r"([+-]\d+)(?: (\d\d:\d\d))?")
_KEYS = frozenset(
    "title shown_title published summary guide kind buyer reference_number deadline deadline_source amount_vnd "
    "items item_source amends files".split()
)


@dataclass(frozen=True, kw_only=True)
class SampleItem:
    """A line of goods or services that a notice lists."""

    name: str
    specification: str
    unit: str
    quantity: float


@dataclass(frozen=True, kw_only=True)
class SampleFile:
    """A file of an article; `made_as` and `text` tell bin/make_sample_files.py what to draw it from.

    One with a `download` number has an address that does not show its name.
    """

    name: str
    made_as: str
    text: str
    download: int | None = None

    @property
    def path(self) -> str:
        return f"/documents/tai-ve?id={self.download}" if self.download else f"/documents/{quote(self.name)}"


@dataclass(frozen=True, kw_only=True)
class SamplePage:
    """One article: a notice when it has a kind, else a guide or something else.

    `title` is what it means, `shown_title` how its page writes it (damaged, sometimes). `body` is a Jinja template.
    `deadline_source` and `item_source` name the only place where those stand: body, pdf, scan, docx, xlsx, image,
    or relative for a deadline counted from the day of publication. `amends` is the slug of an earlier notice.
    """

    section: str
    slug: str
    title: str
    shown_title: str
    published_on: date
    summary: str
    body: str
    guide: bool
    kind: NoticeKind | None
    buyer: str | None
    reference_number: str | None
    deadline_at: Moment | None
    deadline_source: str
    amount_vnd: int | None
    items: tuple[SampleItem, ...]
    item_source: str
    files: tuple[SampleFile, ...]
    amends: str | None

    @property
    def path(self) -> str:
        return f"/web/trang-chu/{self.section}/{self.slug}.html"


def load_page(path: Path, *, today: date, owner: str) -> SamplePage:
    """The article of one file: TOML between two lines of +++, then the text.

    `owner` is the buyer of notices that name no other. Raises ValueError with the file's name for a bad file.
    """
    try:
        _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        said = tomllib.loads(front)
        if unknown := said.keys() - _KEYS:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        return _build_page(said, body, path, today, owner)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error!r}") from error


def _build_page(said: Mapping[str, Any], body: str, path: Path, today: date, owner: str) -> SamplePage:
    published = parse_day(said["published"], today)
    if published is None or isinstance(published, datetime):
        raise ValueError("published is no day")
    kind = NoticeKind(said["kind"]) if "kind" in said else None
    return SamplePage(
        section=path.parent.name,
        slug=path.stem,
        title=said["title"],
        shown_title=said.get("shown_title", said["title"]),
        published_on=published,
        summary=said["summary"],
        body=body,
        guide=said.get("guide", False),
        kind=kind,
        buyer=said.get("buyer", owner) if kind else None,
        reference_number=said.get("reference_number"),
        deadline_at=parse_day(said.get("deadline"), today),
        deadline_source=said.get("deadline_source", "body"),
        amount_vnd=said.get("amount_vnd"),
        items=tuple(
            SampleItem(name=name, specification=specification, unit=unit, quantity=quantity)
            for name, specification, unit, quantity in said.get("items", ())
        ),
        item_source=said.get("item_source", "body"),
        files=tuple(SampleFile(**file) for file in said.get("files", ())),
        amends=said.get("amends"),
    )


def parse_day(value: str | Moment | None, today: date) -> Moment | None:
    """A moment of the content: "+3 16:30" and "-2" count from `today`, a TOML date or time stands as it is.

    Times are Hanoi time. Raises ValueError for any other text.
    """
    if isinstance(value, str):
        match = _RELATIVE.fullmatch(value)
        if not match:
            raise ValueError(f"{value!r} is neither like '+3 16:30' nor like '-2'")
        day = today + timedelta(days=int(match[1]))
        return datetime.combine(day, time.fromisoformat(match[2]), HANOI) if match[2] else day
    return value.replace(tzinfo=HANOI) if isinstance(value, datetime) else value
