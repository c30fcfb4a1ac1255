"""The description of the API in OpenAPI 3.1."""

from typing import Any

from index.contract import Relaxation
from index.query import Sort
from timthau import __version__
from timthau.model.change import ChangeKind
from timthau.model.effective import State
from timthau.model.notice import NoticeKind
from timthau.model.purchase import Field
from timthau.model.relation import Basis, RelationKind

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_OFFSET = 10_000
DEFAULT_CHANGES = 100
MAX_CHANGES = 1000

# Like the page's own form, the API takes an empty value for none.
_DAY = r"^\s*(|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})\s*$"
_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_MAYBE_DECIMAL: dict[str, Any] = {"type": ["number", "null"]}
_MAYBE_NUMBER: dict[str, Any] = {"type": ["integer", "null"]}
_MOMENT = {
    "type": ["string", "null"],
    "description": "ISO 8601 with +07:00; a day alone where the document states no hour",
}
_KIND = {"type": "string", "enum": [str(kind) for kind in NoticeKind]}


def build_openapi(address: str) -> dict[str, Any]:
    """The description, for an API that stands at an address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "TimThau API",
            "version": __version__,
            "description": "Vietnamese public procurement notices. Read only, without a key; at most 600 requests a "
            "minute and address. Null means: the document does not say.",
        },
        "servers": [{"url": address}],
        "paths": {
            "/api/v1/notices": _search(),
            "/api/v1/notices/{id}": _operation("getNotice", "One notice as it is now", _ref("WholeNotice"), [_ID], 404),
            "/api/v1/notices/{id}/versions": _operation(
                "listVersions",
                "All that a notice has said, oldest first",
                _object({"versions": _list(_ref("Notice"))}),
                [_ID],
                404,
            ),
            "/api/v1/changes": _operation(
                "listChanges",
                "What was stored or changed after a cursor; come back with the cursor of the answer",
                _object({"changes": _list(_ref("Change")), "cursor": {"type": "integer"}, "more": {"type": "boolean"}}),
                [
                    _parameter(
                        "since", {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, "the last cursor seen"
                    ),
                    _parameter("limit", _limit(DEFAULT_CHANGES, MAX_CHANGES), "changes in one answer"),
                ],
                400,
            ),
            "/api/v1/suggest": _operation(
                "suggest",
                "Completions of what is being typed",
                _object({"q": _TEXT, "suggestions": _list(_TEXT)}),
                [_parameter("q", _TEXT, "what has been typed so far")],
            ),
        },
        "components": {"schemas": _schemas()},
    }


def _search() -> dict[str, Any]:
    day = {"type": "string", "pattern": _DAY, "description": "2026-11-05 or 5/11/2026"}
    amount = {
        "type": "string",
        "pattern": r"^\s*($|[0-9])",
        "description": "VND: 500000000, 500.000.000, 500 triệu, 1,5 tỷ",
    }
    status = {"type": "string", "enum": ["", "1", "0", "soon", "true", "false", "yes", "no", "on", "off"]}
    flag = status | {"enum": [word for word in status["enum"] if word != "soon"]}
    parameters = [
        _parameter("q", _TEXT, "words, with or without accents; the first 300 characters count"),
        _parameter("kind", _list({"type": "string", "enum": ["", *_KIND["enum"]]}), "any of these kinds"),
        _parameter("field", _list({"type": "string", "enum": ["", *map(str, Field)]}), "any of these is bought"),
        _parameter("province", _list(_TEXT), "any of these provinces"),
        _parameter("buyer", _list(_TEXT), "any of these buyers"),
        _parameter("not_province", _list(_TEXT), "none of these provinces"),
        _parameter("open", status, "1: still open, 0: closed, soon: closing within 7 days"),
        _parameter("from", day, "published on this day or later"),
        _parameter("to", day, "published on this day or earlier"),
        _parameter("deadline_from", day, "closing on this day or later"),
        _parameter("deadline_to", day, "closing on this day or earlier"),
        _parameter("min_amount", amount, "at least this much"),
        _parameter("max_amount", amount, "at most this much"),
        _parameter("sort", {"type": "string", "enum": ["", *map(str, Sort)]}, "relevance when there are words"),
        _parameter("expand", flag, "0: no abbreviations"),
        _parameter("literal", flag, "1: only what has all words as they are typed; nothing is mended or given up"),
        _parameter("broader", flag, "1: also what has the words of one wish far apart, in other lines"),
        _parameter("limit", _limit(DEFAULT_LIMIT, MAX_LIMIT), "notices in one answer"),
        _parameter("cursor", _TEXT, "from `next` of the answer before"),
        _parameter("page", {"type": "integer", "minimum": 1, "maximum": 500}, "instead of a cursor"),
    ]
    counts = _list(_object({"value": _TEXT, "count": {"type": "integer"}}))
    answer = _object(
        {
            "total": {"type": "integer", "description": "matching notices"},
            "notices": _list(_ref("FoundNotice")),
            "facets": {
                "type": "object",
                "additionalProperties": counts,
                "description": "counts by kind, field, province, buyer and status; published: within so many days up "
                "to today; deadline: within so many days from today; amount: low..high in VND",
            },
            "suggestion": _MAYBE_TEXT,
            "complete": {"type": "boolean", "description": "false when no document has all the words"},
            "also_searched": _list(_TEXT) | {"description": "abbreviations and synonyms as well; off with expand=0"},
            "understood": _list(_object({"words": _TEXT, "filters": _list(_list(_TEXT))}))
            | {"description": "words that were read as filters, each a parameter and its value; off with literal=1"},
            "parts": _list(_TEXT) | {"description": "the wishes of the words, each of which stands together"},
            "relaxed": _list({"type": "string", "enum": [str(what) for what in Relaxation]})
            | {"description": "what was given up as nothing matched otherwise"},
            "broader_total": {"type": "integer", "description": "how many more broader=1 finds"},
            "next": _MAYBE_TEXT | {"description": "the address of the next page"},
        }
    )
    return _operation("searchNotices", "Notices that match words and filters", answer, parameters, 400)


def _schemas() -> dict[str, Any]:
    item = {"position": _MAYBE_NUMBER, "name": _TEXT, "specification": _MAYBE_TEXT, "unit": _MAYBE_TEXT}
    item |= dict.fromkeys(("quantity", "unit_price_vnd"), _MAYBE_DECIMAL)
    bought = {"name": _TEXT, "unit": _MAYBE_TEXT, "quantity": _MAYBE_DECIMAL, "unit_price_vnd": _MAYBE_DECIMAL}
    bought |= {"maker": _MAYBE_TEXT, "origin": _MAYBE_TEXT}
    award = {"supplier": _TEXT, "tax_code": _MAYBE_TEXT, "lot": _MAYBE_TEXT, "amount_vnd": _MAYBE_NUMBER}
    attachment = {"url": _TEXT, "filename": _TEXT, "media_type": _MAYBE_TEXT, "size": _MAYBE_NUMBER}
    attachment |= {"sha256": _MAYBE_TEXT, "ocr": {"type": "boolean"}, "warning": _MAYBE_TEXT}
    attachment |= {"text": _MAYBE_TEXT | {"description": "a form feed before each page but the first"}}
    contact = dict.fromkeys(("name", "department", "phone", "email", "address"), _MAYBE_TEXT)
    notice = {
        "id": _TEXT,
        "source": _TEXT,
        "source_key": _TEXT,
        "url": _TEXT,
        "kind": _KIND,
        "title": _TEXT,
        "buyer": _MAYBE_TEXT,
        "province": _MAYBE_TEXT,
        "reference_number": _MAYBE_TEXT,
        "published_at": _MOMENT,
        "deadline_at": _MOMENT,
        "deadline_text": _MAYBE_TEXT | {"description": "the sentence the deadline was read from"},
        "quotation_validity_days": _MAYBE_NUMBER,
        "amount_vnd": _MAYBE_NUMBER,
        "amount_min_vnd": _MAYBE_NUMBER | {"description": "of a range or of several lots, which have no amount_vnd"},
        "amount_max_vnd": _MAYBE_NUMBER,
        "delivery_place": _MAYBE_TEXT,
        "contacts": _list(_object(contact)),
        "submission_methods": _list(_TEXT),
        "items": _list(_object(item)),
        "attachments": _list(_object(attachment)),
        "awards": _list(_object(award | {"items": _list(_object(bought))})),
        "text": _TEXT,
        "first_seen_at": _MOMENT,
        "last_seen_at": _MOMENT,
        "version": {"type": "integer"},
        "amends": _MAYBE_TEXT | {"description": "the id of the notice this one changes"},
        "page": _TEXT | {"description": "its page here"},
    }
    part = _object({"text": _TEXT, "match": {"type": "boolean"}})
    passage: dict[str, Any] = {
        "where": {"type": "string", "enum": ["title", "buyer", "item", "text", "attachment"]},
        "filename": _MAYBE_TEXT | {"description": "of the attachment"},
        "page": _MAYBE_NUMBER | {"description": "of the attachment, from 1; null where it has no pages"},
        "ocr": {"type": "boolean", "description": "read from a scan"},
        "parts": _list(part),
    }
    effective = {"effective": _effective()}
    found = effective | {"score": {"type": "number"}, "passages": _list(_object(passage))}
    problem = {"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT}
    return {
        "Notice": _object(notice),
        "WholeNotice": {"allOf": [_ref("Notice"), _object(effective | {"related": _list(_object(_relation()))})]},
        "FoundNotice": {"allOf": [_ref("Notice"), _object(found)]},
        "Change": _object(_change()),
        "Problem": _object(problem),
    }


def _change() -> dict[str, Any]:
    value = {"description": "as in Notice; null where it was not stated"}
    lines = {"removed": _list(_TEXT), "added": _list(_TEXT), "more": {"type": "integer", "description": "not listed"}}
    return {
        "cursor": {"type": "integer"},
        "entity": {
            "type": "string",
            "enum": ["notice", "guide", "state"],
            "description": "state: what is true of the notice has changed, not its words",
        },
        "id": _TEXT,
        "version": _MAYBE_NUMBER | {"description": "the one that the notice got by it; null for guides"},
        "change": {"enum": [*map(str, ChangeKind), None]},
        "changed_at": _MOMENT,
        "kind": {"enum": [*map(str, NoticeKind), None]},
        "title": _MAYBE_TEXT,
        "buyer": _MAYBE_TEXT,
        "url": _MAYBE_TEXT,
        "fields": _list(_object({"field": _TEXT, "old": value, "new": value})),
        "lines": _list(_object({"field": _TEXT} | lines)),
    }


def _effective() -> dict[str, Any]:
    return _object(
        {
            "state": {"type": "string", "enum": list(map(str, State))},
            "is_open": {"type": ["boolean", "null"], "description": "null where no deadline is known"},
            "deadline_at": _MOMENT | {"description": "the deadline that holds, whoever moved it"},
            "ended_at": _MOMENT | {"description": "when it was cancelled or awarded, or left its site"},
            "because": _MAYBE_TEXT | {"description": "the id of the notice that made it so"},
        }
    ) | {"description": "what is true of the notice now; its own words stand beside this as they are"}


def _relation() -> dict[str, Any]:
    return {
        "id": _TEXT | {"description": "the other notice"},
        "kind": {
            "type": "string",
            "enum": list(map(str, RelationKind)),
            "description": "what the later is to the earlier",
        },
        "is_later": {"type": "boolean", "description": "whether the other notice is the later one"},
        "basis": {"type": "string", "enum": list(map(str, Basis))},
        "evidence": _TEXT | {"description": "the number in both, or how much their titles share"},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "page": _TEXT,
    }


def _operation(
    name: str, summary: str, answer: dict[str, Any], parameters: list[dict[str, Any]], *failures: int
) -> dict[str, Any]:
    texts = {400: "a parameter cannot be used", 404: "there is no such notice", 429: "too many requests; Retry-After"}
    problem = {"content": {"application/problem+json": {"schema": _ref("Problem")}}}
    responses: dict[str, Any] = {
        "200": {"description": summary, "content": {"application/json": {"schema": answer}}},
        "304": {"description": "nothing new since the ETag in If-None-Match"},
    }
    responses |= {str(code): {"description": texts[code]} | problem for code in (*failures, 429)}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _limit(default: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}


def _list(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": entry}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_ID: dict[str, Any] = {"name": "id", "in": "path", "required": True, "schema": _TEXT, "description": "the notice's id"}
