"""`timthau mcp`: the store and its search for assistants that speak the Model Context Protocol. Read only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from index.contract import Engine, Entity
from index.query import Query, Sort, Status
from timthau import __version__
from timthau.exchange.description import describe_notices, describe_related
from timthau.exchange.journal import describe_change, each_change
from timthau.model.moment import HANOI
from timthau.model.notice import NoticeKind
from timthau.store.notice import Store

_MOST = 50  # notices or changes of one answer: an assistant reads all of it
_LONGEST = 20_000  # letters of a text in an answer
_SHORT = ("id", "kind", "title", "buyer", "province", "reference_number", "published_at", "amount_vnd", "url")
_INSTRUCTIONS = (
    "Vietnamese public procurement notices, collected from the agencies' own sites, and guides for citizens. Search in "
    "Vietnamese, with or without accents. Null means that the document does not say; `effective` is what holds now, "
    "after extensions and cancellations. Only the original at `url` counts: name it."
)


class Assistance:
    """What an assistant may ask for; each method is a tool, its docstring what the assistant is told of it."""

    def __init__(self, store: Store, engine: Engine) -> None:
        self._store, self._engine = store, engine

    def search(
        self,
        *,
        query: str = "",
        kind: list[NoticeKind] | None = None,
        province: list[str] | None = None,
        buyer: list[str] | None = None,
        only_open: bool = False,
        sort: Sort | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> dict[str, Any]:
        """Search notices and guides by Vietnamese words and filters; a few facts of each, and where the words stand."""
        wish = Query(
            text=query,
            kinds=tuple(kind or ()),
            provinces=tuple(province or ()),
            buyers=tuple(buyer or ()),
            status=Status.OPEN if only_open else None,
            sort=sort or (Sort.RELEVANCE if query else Sort.NEWEST),
        )
        now = datetime.now(HANOI)
        answer = self._engine.search(wish, limit=_bound(limit), offset=max(0, offset), now=now)
        known = self._store.notices_by_id(hit.id for hit in answer.hits if hit.entity is Entity.NOTICE)
        told = {notice["id"]: notice for notice in describe_notices(self._store, known.values(), now)}
        return {
            "total": answer.total,
            "has_all_words": answer.complete,
            "suggestion": answer.suggestion,
            "notices": [
                {name: told[hit.id][name] for name in (*_SHORT, "effective")}
                | {"passages": [{"where": p.where, "text": "".join(p.parts)} for p in hit.passages]}
                for hit in answer.hits
                if hit.id in told
            ],
            "guides": [{"slug": hit.id, "title": hit.title} for hit in answer.hits if hit.entity is Entity.GUIDE],
        }

    def notice(self, *, notice_id: str, with_texts: bool = False) -> dict[str, Any]:
        """All that one notice says: items, contacts, attachments, awards, what is related; texts where asked for."""
        found = self._store.notice(notice_id)
        if found is None:
            raise ToolError(f"There is no notice {notice_id}.")
        [told] = describe_notices(self._store, [found], datetime.now(HANOI))
        told["related"] = describe_related(self._store, notice_id)
        for part in (told, *told["attachments"]):
            text = part.pop("text", None) or ""
            if with_texts:
                part["text"] = text[:_LONGEST]
                part["text_is_cut"] = len(text) > _LONGEST
        return told

    def changes(self, *, since: int = 0, limit: int = 20) -> dict[str, Any]:
        """What was found or changed after a cursor, oldest first; ask again with the cursor of the answer."""
        found = [describe_change(*entry) for entry in each_change(self._store, since, limit=_bound(limit))]
        return {"changes": found, "cursor": found[-1]["cursor"] if found else since}

    def guide(self, *, slug: str | None = None, language: str = "vi") -> dict[str, Any]:
        """A how-to guide for citizens as Markdown, such as how to log in to VssID; without a slug, which there are."""
        if slug is None:
            return {
                "guides": [{"slug": g.slug, "language": g.language, "title": g.title} for g in self._store.guides()]
            }
        found = self._store.guide(slug, language)
        if found is None:
            raise ToolError(f"There is no guide {slug}.")
        return {"slug": found.slug, "language": found.language, "title": found.title, "body": found.body}


def build_assistance(store: Store, engine: Engine) -> MCPServer[None]:
    """The server, with a tool for each thing that may be asked for."""
    server: MCPServer[None] = MCPServer(
        "timthau", title="TimThau", instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING"
    )
    offered = Assistance(store, engine)
    tools: tuple[Callable[..., dict[str, Any]], ...] = (offered.search, offered.notice, offered.changes, offered.guide)
    for tool in tools:
        server.add_tool(tool, annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
    return server


def _bound(limit: int) -> int:
    return min(max(1, limit), _MOST)
