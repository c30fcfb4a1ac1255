"""The API: searches, notices, changes and suggestions as JSON. Read only; described in `webui.api.openapi`."""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from statistics import median_low
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, stream_with_context

from index.contract import Answer, Entity, Hit, Passage
from timthau.exchange.description import describe_notices, describe_related
from timthau.exchange.journal import describe_change, each_change
from timthau.model.notice import Notice
from webui.api.example import list_examples
from webui.api.openapi import DEFAULT_CHANGES, DEFAULT_LIMIT, MAX_CHANGES, MAX_LIMIT, MAX_OFFSET, build_openapi
from webui.http.address import absolute, absolute_url
from webui.http.failure import build_problem
from webui.http.services import now, services
from webui.view.form import SearchForm, parse_form

# What a script of another page may read beside the body, to ask again in time and only for news.
_EXPOSED = ("ETag", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After")

#: Places by which the last hits of a page mostly have moved until the next one is asked for: up, and down.
_PULLED, _PUSHED = 50, 200
_REMEMBERED = 5  # hits at the end of a page that its cursor knows, in case the last ones are gone

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
    offset = _find_offset(form) if request.args.get("cursor") else (form.page - 1) * limit
    found = services().engine.search(form.query, limit=limit, offset=offset, now=now())
    after = offset + limit
    more = after < min(found.total, MAX_OFFSET)
    following = form.build_address(page=None, limit=str(limit), cursor=_cursor(after, found.hits))
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
            "broader_total": found.broader_total,
            "next": absolute(f"/api/v1/notices{following}") if more else None,
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


def _cursor(offset: int, hits: Sequence[Hit]) -> str:
    """Where the next page begins: behind the last hits of this one, wherever they will stand then."""
    # Opaque, so that what it holds may change without breaking anyone.
    place = {"o": offset, "k": [hit.id for hit in hits[: -_REMEMBERED - 1 : -1]]}
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _find_offset(form: SearchForm) -> int:
    """How many hits stand before the page that a cursor asks for.

    That page begins behind the last hit of the one before that still stands among its neighbours, so that nothing is
    given twice however many notices came meanwhile. Where all of them are gone, it begins where it would have.
    """
    offset, keys = _read_cursor()
    first = max(0, offset - 1 - _PULLED)
    for start, length in ((first, _PULLED + _PUSHED), (0, MAX_OFFSET)) if keys else ():
        hits = services().engine.search(form.query, limit=length, offset=start, now=now(), passages=False).hits
        if places := [place for place, hit in enumerate(hits, start=start) if hit.id in keys]:
            middle = median_low(places)
            return 1 + max(place for place in places if place - middle <= _REMEMBERED)
    return offset


def _read_cursor() -> tuple[int, list[str]]:
    text = request.args["cursor"]
    try:
        place = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        offset, keys = place["o"], place["k"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        abort(400, "cursor has to be one that an answer gave.")
    is_usable = isinstance(keys, list) and len(keys) <= _REMEMBERED and all(isinstance(key, str) for key in keys)
    if not is_usable or type(offset) is not int or not 0 <= offset <= MAX_OFFSET:
        abort(400, "cursor has to be one that an answer gave.")
    return offset, keys


def answer(data: Any, *, mimetype: str = "application/json") -> Response:
    """Data as JSON, with an ETag."""
    response = Response(json.dumps(data, ensure_ascii=False), mimetype=mimetype)
    response.cache_control.public = True
    response.cache_control.no_cache = True  # keep, but ask again whether it still holds
    response.add_etag()
    response.make_conditional(request)
    return response
