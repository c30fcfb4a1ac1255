"""`timthau search`: what the page finds, as a list to read or as JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

import click

from cli.terminal import say, say_json
from timthau.config import Settings
from timthau.locale.wording import format_time
from timthau.model.moment import HANOI, end_of
from timthau.model.notice import NoticeKind

if TYPE_CHECKING:  # as in `cli.main`
    from index.contract import Answer
    from index.query import Query
    from timthau.model.purchase import Field
    from timthau.model.record import Summary


@click.command()
@click.argument("query", required=False, default="")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([str(kind) for kind in NoticeKind]))
@click.option("--field", "fields", multiple=True, help="What is bought, such as medicine or hóa chất.")
@click.option("--province", "provinces", multiple=True, help="Name of a province, with or without accents.")
@click.option("--buyer", "buyers", multiple=True, help="Name of a buyer, with or without accents.")
@click.option("--open", "only_open", is_flag=True, help="Only notices whose deadline has not passed.")
@click.option("--sort", type=click.Choice(["relevance", "newest", "deadline"]), default="relevance")
@click.option("-n", "limit", type=click.IntRange(1, 1000), default=10, help="How many to show.", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a query instead of a list to read.")
@click.option(
    "--queries", type=click.File(encoding="utf-8", errors="replace"), help="Read queries from a file, one a line."
)
def search(query: str, limit: int, as_json: bool, queries: IO[str] | None, **filters: Any) -> None:
    """Search notices and guides.

    \b
    Example: timthau search "thuy tinh the" --open --sort deadline
    """
    from cli.session import open_search

    if bool(queries) == bool(query):
        raise click.UsageError("give a QUERY or --queries FILE, one of them")
    with open_search(Settings.load()) as (store, engine):
        for text in (line.rstrip("\r\n") for line in queries) if queries else [query]:
            answer = engine.search(_build_query(text, **filters), limit=limit, passages=False, counts=False)
            if as_json:
                _print_json(text, answer)
            else:
                _print_list(text, answer, store.summaries(hit.id for hit in answer.hits))


def _parse_field(name: str) -> "Field":
    from index.language.field import find_named_field
    from timthau.model.purchase import FIELDS

    try:
        return find_named_field(name)
    except ValueError as error:
        raise click.BadParameter(f"{name!r} is none of {', '.join(FIELDS)}", param_hint="--field") from error


def _build_query(text: str, **filters: Any) -> "Query":
    from index.query import Query, Sort, Status

    return Query(
        text=text,
        kinds=tuple(NoticeKind(kind) for kind in filters["kinds"]),
        fields=tuple(map(_parse_field, filters["fields"])),
        provinces=filters["provinces"],
        buyers=filters["buyers"],
        status=Status.OPEN if filters["only_open"] else None,
        sort=Sort(filters["sort"]),
    )


def _print_json(text: str, answer: "Answer") -> None:
    hits = [
        {"id": h.id, "source": h.source, "source_key": h.source_key, "title": h.title, "score": round(h.score, 4)}
        for h in answer.hits
    ]
    line = {"q": text, "took_ms": round(answer.took_ms, 3), "total": answer.total, "hits": hits}
    understood = [{"words": reading.words, "filters": reading.filters} for reading in answer.understood]
    said = {"understood": understood, "also_searched": answer.also_searched, "relaxed": answer.relaxed}
    say_json(line | said | {"unsearched": answer.unsearched, "broader_total": answer.broader_total})


def _print_list(text: str, answer: "Answer", notices: Mapping[str, "Summary"]) -> None:
    say(f"{text}: {answer.total} found" + ("" if answer.complete else ", none with all words"))
    for reading in answer.understood:
        say(f"  understood: {reading.words} = " + ", ".join(f"{name} {value}" for name, value in reading.filters))
    if answer.also_searched:
        say(f"  also searched: {', '.join(answer.also_searched)}")
    if answer.unsearched:
        say(f"  left out, as the query is too long: {answer.unsearched}")
    if answer.relaxed:
        say(f"  given up, as nothing matched: {', '.join(answer.relaxed)}")
    if answer.broader_total:
        say(f"  {answer.broader_total} more have the words apart from each other, or with other accents")
    for hit in answer.hits:
        say(f"  {hit.id}  {hit.title}")
        if notice := notices.get(hit.id):
            say(f"    {_describe(notice)}")


def _describe(notice: "Summary") -> str:
    """Until when a notice is open, and whose it is."""
    stands = notice.stands
    said = [notice.buyer, notice.province]
    if stands.deadline_at:
        is_past = end_of(stands.deadline_at) < datetime.now(HANOI)
        said.insert(0, f"{'closed' if is_past else 'closes'} {format_time(stands.deadline_at, 'vi')}")
    if stands.state.value in ("cancelled", "awarded"):
        said.insert(0, stands.state.value)
    return " | ".join(part for part in said if part) or "no deadline and no buyer stated"
