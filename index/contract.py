"""What every search engine of TimThau must do, in plain types; tests/index_contract.py holds each engine to it."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from index.origin import Origin
from index.query import Query, Reading
from timthau.model.notice import Guide, Notice

_E_co = TypeVar("_E_co", covariant=True)

#: Where in an order something stands, as an answer gave it; `index.embedded.order` says what the numbers are.
Place = tuple[float, ...]


class Entity(StrEnum):
    """What a hit is."""

    NOTICE = "notice"
    GUIDE = "guide"


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A piece of a document around a match.

    `where` names the part it stands in: title, buyer, item, text, or attachment. Of an attachment, `filename` says
    which, `page` on which page (from 1; None where it has no pages), `ocr` whether its text was read from a scan.
    `parts` alternate between plain text and matched text and start with a plain one, which may be empty.
    """

    where: str
    parts: tuple[str, ...]
    filename: str | None = None
    page: int | None = None
    ocr: bool = False


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One found document; `id` is the notice's id or the guide's slug, `score` is comparable within one answer.

    `language` is a guide's; None for a notice.
    """

    entity: Entity
    id: str
    source: str
    source_key: str
    title: str
    score: float
    passages: tuple[Passage, ...] = ()
    language: str | None = None


class Relaxation(StrEnum):
    """What a search gave up of the words, because nothing had them as they were typed; in the order of trying."""

    QUOTES = "quotes"  # the words of a quoted phrase need not stand in a row
    ACCENTS = "accents"  # the words may have other accents
    LINE = "line"  # the words of one wish may stand further from each other on one line
    FEWER = "fewer"  # a wish may be without its last words, or its first
    APART = "apart"  # the words of one wish may stand anywhere in the document
    MOST = "most"  # some words may be missing


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One page of hits with what there is in all.

    `total` counts notices and guides that match; `facets` count the notices by value of a property (kind, field,
    province, buyer, source), most frequent first, one may have several fields; and within spans (status, closing,
    published, deadline, amount), those that have any. Where they were left out it is not `counted`; `notice_total` says
    how many notices match, guides left aside, either way. `complete` is False when no document had all the words and
    the best of most are given.

    `parts` are the wishes that the words were read as: the words of each stand together in a document that matches.
    `relaxed` names what was given up as nothing matched otherwise; empty mostly. `broader_total` counts the
    documents that have all words but not together, and so do not match: `Query.broader` finds them too.

    `understood` are the words of the query that were read as filters, see `index.language.wish`.

    `suggestion` is a spelling that would find more; `also_searched` names the expansions that took part. `standing` are
    the words as what was found has them, see `index.standing`; empty where a query is more than plain words.
    `unsearched` are the words of a very long query that were left out.

    `end` is where this page ends, for `Engine.search` to go on `after` it; None where nothing follows.
    """

    hits: tuple[Hit, ...]
    total: int
    notice_total: int
    facets: dict[str, tuple[tuple[str, int], ...]]
    counted: bool = True
    complete: bool = True
    parts: tuple[str, ...] = ()
    relaxed: tuple[Relaxation, ...] = ()
    broader_total: int = 0
    understood: tuple[Reading, ...] = ()
    suggestion: str | None = None
    also_searched: tuple[str, ...] = ()
    standing: str = ""
    unsearched: str = ""
    end: Place | None = None
    took_ms: float = 0.0


class Engine(Protocol):
    """A search engine over notices and guides.

    Any number of reader processes, which pick up newer commits by themselves; what is read may be ahead of the cursor
    that is told, never behind it. Writers at the same time neither lose nor double anything. Errors: IndexDamagedError
    when what is kept cannot be used, IndexUnavailableError while it cannot be reached.
    """

    def cursor(self) -> int:
        """The outbox number up to which the committed index is complete; 0 for an empty one."""

    def count(self) -> int:
        """How many notices and guides are indexed."""

    def apply(
        self,
        documents: Iterable[Notice | Guide],
        removed: Iterable[str],
        *,
        cursor: int,
        since: int | None = None,
    ) -> None:
        """Add or replace documents by id (a guide's is its slug), drop removed ids, and remember the cursor.

        All is visible when this comes back; a batch that was cut off can be applied again. Guides in several languages
        share a slug: each language is a document of its own; removing the slug removes them all. Removals come
        first, so a document that is in both is there afterwards. A batch that is older than what is committed
        (`cursor` below the engine's) is ignored, and so is one that was read from a later point (`since` above it).
        """

    def settle(self) -> None:
        """Put in order what many changes left behind, as far as searches gain by it; called when long work is over."""

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        after: Place | None = None,
        now: datetime | None = None,
        passages: bool = True,
        counts: bool = True,
    ) -> Answer:
        """The best documents for a query; `now` (aware, default the present) decides what is open.

        They begin at an offset, or behind the `end` of an earlier page of the same query, so that nothing comes twice
        or is left out however many documents came and went meanwhile. It holds for the same `now`: give it again.
        Scores depend on what else there is: where the last document is gone, its score of then counts.
        Raises ValueError for an `after` that no page of this query can have ended at.

        `passages` False leaves them out, for callers that do not show them: finding them is half of the work. `counts`
        False lets an engine leave out the facets where they cost more than the hits.
        A literal query gives exactly the documents that answer it; `complete` is True even if there are none.
        """

    def suggest(self, prefix: str, *, limit: int = 8) -> Sequence[str]:
        """Completions of what is being typed, from titles, item names and buyers, best first."""

    def close(self) -> None:
        """Give back files and memory; the engine is not used after this."""


class Home(Protocol[_E_co]):
    """Where an engine of some kind keeps its index; one for each scheme of TIMTHAU_INDEX_URL."""

    @property
    def name(self) -> str:
        """What people call the place: a folder, an address."""

    @property
    def origin(self) -> Origin:
        """What is kept of the database that the index was made from."""

    def exists(self) -> bool:
        """Whether an index was ever put into use here."""

    def open(self) -> _E_co:
        """The index in use, an empty one when there is none. Raises IndexDamagedError."""

    def building(self) -> AbstractContextManager[_E_co]:
        """An empty index beside the one in use, which takes its place when the block ends well.

        A kill at any point leaves the old or the new one in use; open readers go on and pick up the new one.
        """
