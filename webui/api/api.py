"""The API: searches, notices, changes and suggestions as JSON. Read only; described in `webui.api.openapi`."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from math import isfinite
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context

from index.contract import Answer, Entity, Passage, Place
from timthau.exchange.description import describe_notices, describe_related
from timthau.exchange.journal import describe_change, each_change
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from webui.api.example import list_examples
from webui.api.openapi import DEFAULT_CHANGES, DEFAULT_LIMIT, MAX_CHANGES, MAX_LIMIT, build_openapi
from webui.http.address import absolute, absolute_url
from webui.http.failure import build_problem
from webui.http.services import now, services
from webui.view.form import SearchForm, parse_form

# What a script of another page may read beside the body, to ask again in time and only for news.
_EXPOSED = ("ETag", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After")

#: For so long a cursor sees what is open as its first page did.
_KEPT = timedelta(days=1)

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.after_request
def open_to_all(response: Response) -> Response:
    """Pages of other sites may read: all of it is public, and no cookie changes it."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = ", ".join(_EXPOSED)
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


@blueprint.get("/notices")
def notices() -> Response:
    """The notices that a search finds, page by page."""
    form = parse_form(request.args, now().date())
    limit = read_number("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    _refuse_ignored(form)
    found, moment = _search(form, limit)
    cursor = _build_cursor(found.end, moment) if found.end else ""
    following = form.build_address(page=None, limit=str(limit), cursor=cursor)
    return answer(
        {
            "total": found.notice_total,
            "notices": _list_found(found),
            "facets": {name: [{"value": v, "count": n} for v, n in counts] for name, counts in found.facets.items()},
            "suggestion": found.suggestion,
            "complete": found.complete,
            "also_searched": list(found.also_searched),
            "understood": [{"words": r.words, "filters": [list(f) for f in r.filters]} for r in found.understood],
            "parts": list(found.parts),
            "relaxed": list(found.relaxed),
            "unsearched": found.unsearched,
            "broader_total": found.broader_total,
            "next": absolute(f"/api/v1/notices{following}") if found.end else None,
        }
    )


@blueprint.get("/notices/<notice_id>")
def notice(notice_id: str) -> Response:
    """One notice as it is now."""
    found = services().store.notice(notice_id)
    if found is None:
        abort(404, f"There is no notice {notice_id}.")
    return answer(_describe_all([found])[0] | {"related": _list_related(notice_id)})


@blueprint.get("/notices/<notice_id>/versions")
def versions(notice_id: str) -> Response:
    """All that a notice has said, oldest first."""
    found = services().store.each_version(notice_id)
    first = next(found, None)
    if first is None:
        abort(404, f"There is no notice {notice_id}.")
    return Response(stream_with_context(_write_versions(first, found)), mimetype="application/json")


@blueprint.get("/changes")
def changes() -> Response:
    """What was stored or changed after a cursor: come back with the cursor of the answer and miss nothing."""
    since = read_number("since", 0, 0, 2**63 - 1)
    limit = read_number("limit", DEFAULT_CHANGES, 1, MAX_CHANGES)
    found = [describe_change(*entry) for entry in each_change(services().store, since, limit=limit)]
    return answer(
        {
            "changes": found,
            "cursor": found[-1]["cursor"] if found else since,
            "more": len(found) == limit,
        }
    )


@blueprint.get("/suggest")
def suggest() -> Response:
    """Completions of what is being typed."""
    typed = parse_form(request.args, now().date()).query.text
    return answer({"q": typed, "suggestions": _suggest(typed)})


@blueprint.get("/suggest/browser")
def suggest_browser() -> Response:
    """The same in the form that browsers ask for in their address bar (OpenSearch suggestions)."""
    typed = parse_form(request.args, now().date()).query.text
    return answer([typed, _suggest(typed)], mimetype="application/x-suggestions+json")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return answer(build_openapi(absolute("")))


@blueprint.get("/")
def documentation() -> str:
    """The description for people."""
    address = absolute("")
    return render_template("api/documentation.html", api=build_openapi(address), examples=list_examples(address))


@blueprint.route("/<path:_unknown>")
def unknown(_unknown: str) -> Response:
    """Every other address under the API is a problem, in JSON."""
    return build_problem(404, "Not Found", "There is no such resource; see /api/v1/openapi.json.")


def _write_versions(first: Notice, others: Iterable[Notice]) -> Iterator[str]:
    """The answer, written as it is read: all together may be too large for the memory."""
    begin = '{"versions": ['
    for version in chain([first], others):
        yield begin + json.dumps(_add_page(version.to_json()), ensure_ascii=False)
        begin = ", "
    yield "]}"


def _suggest(typed: str) -> list[str]:
    return list(services().engine.suggest(typed)) if typed else []


def _list_found(answer: Answer) -> list[dict[str, Any]]:
    hits = [hit for hit in answer.hits if hit.entity is Entity.NOTICE]
    stored = services().store.notices_by_id(hit.id for hit in hits)
    found = [hit for hit in hits if hit.id in stored]
    return [
        told | {"score": hit.score, "passages": [_describe_passage(p) for p in hit.passages]}
        for told, hit in zip(_describe_all(stored[hit.id] for hit in found), found, strict=True)
    ]


def _describe_all(found: Iterable[Notice]) -> list[dict[str, Any]]:
    return [_add_page(told) for told in describe_notices(services().store, found, now())]


def _list_related(notice_id: str) -> list[dict[str, Any]]:
    return [_add_page(told) for told in describe_related(services().store, notice_id)]


def _add_page(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"page": absolute_url("notices.page", notice_id=told["id"])}


def _describe_passage(passage: Passage) -> dict[str, Any]:
    marked = [{"text": text, "match": bool(n % 2)} for n, text in enumerate(passage.parts) if text]
    about = {"where": passage.where, "filename": passage.filename, "page": passage.page, "ocr": passage.ocr}
    return about | {"parts": marked}


def _refuse_ignored(form: SearchForm) -> None:
    if form.ignored:
        abort(400, "Cannot be used: " + ", ".join(f"{name}={value}" for name, value in form.ignored))


def read_number(name: str, default: int, least: int, most: int) -> int:
    """A whole number of the address; stops with 400 for what is none, or is out of range."""
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
        abort(400, f"{name} has to be a whole number from {least} to {most}.")
    return int(text)


def _build_cursor(end: Place, moment: datetime) -> str:
    """Where the next page begins, and the moment that the first one was asked for, from which all pages are seen."""
    # Opaque, so that what it holds may change without breaking anyone.
    place = json.dumps([moment.timestamp(), *end], separators=(",", ":"))
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[Place, datetime]:
    """Raises ValueError for what no answer gave."""
    try:
        moment, first, *others = map(_read_figure, json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))
        asked_at = datetime.fromtimestamp(moment, HANOI)
    except (TypeError, OverflowError, OSError, RecursionError) as error:
        raise ValueError("not a place and a moment") from error
    return (first, *others), min(max(asked_at, now() - _KEPT), now())


def _read_figure(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not isfinite(value):
        raise ValueError("not a number")
    return value


def _search(form: SearchForm, limit: int) -> tuple[Answer, datetime]:
    """The page that was asked for, by number or by cursor, and the moment from which it is seen."""
    engine, cursor = services().engine, request.args.get("cursor")
    if not cursor:
        return engine.search(form.query, limit=limit, offset=(form.page - 1) * limit, now=now()), now()
    try:
        place, moment = _read_cursor(cursor)
        return engine.search(form.query, limit=limit, after=place, now=moment), moment
    except ValueError:
        abort(400, "cursor has to be one that an answer to this search gave.")


def answer(data: Any, *, mimetype: str = "application/json") -> Response:
    """Data as JSON, with an ETag."""
    response = Response(json.dumps(data, ensure_ascii=False), mimetype=mimetype)
    response.cache_control.public = True
    response.cache_control.no_cache = True  # keep, but ask again whether it still holds
    response.add_etag()
    response.make_conditional(request)
    return response
