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
from webui.api.price_schema import build_price_paths
from webui.api.schema import (
    DAY,
    MAYBE_DECIMAL,
    MAYBE_NUMBER,
    MAYBE_PRICE,
    MAYBE_TEXT,
    MOMENT,
    TEXT,
    build_limit,
    build_operation,
    build_parameter,
    list_of,
    object_of,
    ref,
)
from webui.api.supplier_schema import build_supplier_paths, build_supplier_schemas

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
DEFAULT_CHANGES = 100
MAX_CHANGES = 1000

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
            "/api/v1/notices/{id}": build_operation(
                "getNotice", "One notice as it is now", ref("WholeNotice"), [_ID], 404
            ),
            "/api/v1/notices/{id}/versions": build_operation(
                "listVersions",
                "All that a notice has said, oldest first",
                object_of({"versions": list_of(ref("Notice"))}),
                [_ID],
                404,
            ),
            "/api/v1/changes": build_operation(
                "listChanges",
                "What was stored or changed after a cursor; come back with the cursor of the answer",
                object_of(
                    {"changes": list_of(ref("Change")), "cursor": {"type": "integer"}, "more": {"type": "boolean"}}
                ),
                [
                    build_parameter(
                        "since", {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}, "the last cursor seen"
                    ),
                    build_parameter("limit", build_limit(DEFAULT_CHANGES, MAX_CHANGES), "changes in one answer"),
                ],
                400,
            ),
            "/api/v1/suggest": build_operation(
                "suggest",
                "Completions of what is being typed",
                object_of({"q": TEXT, "suggestions": list_of(TEXT)}),
                [build_parameter("q", TEXT, "what has been typed so far")],
            ),
            **build_price_paths(DEFAULT_LIMIT, MAX_LIMIT),
            **build_supplier_paths(DEFAULT_LIMIT, MAX_LIMIT),
        },
        "components": {"schemas": _schemas() | build_supplier_schemas()},
    }


def _search() -> dict[str, Any]:
    day = {"type": "string", "pattern": DAY, "description": "2026-11-05 or 5/11/2026"}
    amount = {
        "type": "string",
        "pattern": r"^\s*($|[0-9])",
        "description": "VND: 500000000, 500.000.000, 500 triệu, 1,5 tỷ",
    }
    status = {"type": "string", "enum": ["", "1", "0", "soon", "true", "false", "yes", "no", "on", "off"]}
    flag = status | {"enum": [word for word in status["enum"] if word != "soon"]}
    parameters = [
        build_parameter("q", TEXT, "words, with or without accents; the first 300 characters count"),
        build_parameter("kind", list_of({"type": "string", "enum": ["", *_KIND["enum"]]}), "any of these kinds"),
        build_parameter("field", list_of({"type": "string", "enum": ["", *map(str, Field)]}), "any of these is bought"),
        build_parameter("province", list_of(TEXT), "any of these provinces"),
        build_parameter("buyer", list_of(TEXT), "any of these buyers"),
        build_parameter("source", list_of(TEXT), "any of these sources, by the keys of their definitions"),
        build_parameter("not_province", list_of(TEXT), "none of these provinces"),
        build_parameter("open", status, "1: still open, 0: closed, soon: closing within 7 days"),
        build_parameter("from", day, "published on this day or later"),
        build_parameter("to", day, "published on this day or earlier"),
        build_parameter("deadline_from", day, "closing on this day or later"),
        build_parameter("deadline_to", day, "closing on this day or earlier"),
        build_parameter("min_amount", amount, "at least this much"),
        build_parameter("max_amount", amount, "at most this much"),
        build_parameter("sort", {"type": "string", "enum": ["", *map(str, Sort)]}, "relevance when there are words"),
        build_parameter("expand", flag, "0: no abbreviations"),
        build_parameter("literal", flag, "1: only what has all words as they are typed; nothing is mended or given up"),
        build_parameter("broader", flag, "1: also what has the words of one wish far apart, in other lines"),
        build_parameter("limit", build_limit(DEFAULT_LIMIT, MAX_LIMIT), "notices in one answer"),
        build_parameter("cursor", TEXT, "from `next` of the answer before"),
        build_parameter("page", {"type": "integer", "minimum": 1, "maximum": 500}, "instead of a cursor"),
    ]
    counts = list_of(object_of({"value": TEXT, "count": {"type": "integer"}}))
    answer = object_of(
        {
            "total": {"type": "integer", "description": "matching notices"},
            "notices": list_of(ref("FoundNotice")),
            "facets": {
                "type": "object",
                "additionalProperties": counts,
                "description": "counts by kind, field, province, buyer, source and status; published: within so many "
                "days up to today; deadline: within so many days from today; closing: of what is open; "
                "amount: low..high in VND",
            },
            "suggestion": MAYBE_TEXT,
            "complete": {"type": "boolean", "description": "false when no document has all the words"},
            "also_searched": list_of(TEXT) | {"description": "abbreviations and synonyms as well; off with expand=0"},
            "understood": list_of(object_of({"words": TEXT, "filters": list_of(list_of(TEXT))}))
            | {"description": "words that were read as filters, each a parameter and its value; off with literal=1"},
            "parts": list_of(TEXT) | {"description": "the wishes of the words, each of which stands together"},
            "relaxed": list_of({"type": "string", "enum": [str(what) for what in Relaxation]})
            | {"description": "what was given up as nothing matched otherwise"},
            "unsearched": TEXT | {"description": "words of a very long query that were left out"},
            "broader_total": {"type": "integer", "description": "how many more broader=1 finds"},
            "next": MAYBE_TEXT | {"description": "the address of the next page"},
        }
    )
    return build_operation("searchNotices", "Notices that match words and filters", answer, parameters, 400)


def _schemas() -> dict[str, Any]:
    item = {"position": MAYBE_NUMBER, "name": TEXT, "specification": MAYBE_TEXT, "unit": MAYBE_TEXT}
    item |= {"quantity": MAYBE_DECIMAL, "unit_price_vnd": MAYBE_PRICE}
    bought = {"name": TEXT, "unit": MAYBE_TEXT, "quantity": MAYBE_DECIMAL, "unit_price_vnd": MAYBE_PRICE}
    bought |= {"maker": MAYBE_TEXT, "origin": MAYBE_TEXT}
    award = {"supplier": TEXT, "tax_code": MAYBE_TEXT, "lot": MAYBE_TEXT, "amount_vnd": MAYBE_NUMBER}
    attachment = {"url": TEXT, "filename": TEXT, "media_type": MAYBE_TEXT, "size": MAYBE_NUMBER}
    attachment |= {"sha256": MAYBE_TEXT, "ocr": {"type": "boolean"}, "warning": MAYBE_TEXT}
    attachment |= {"text": MAYBE_TEXT | {"description": "a form feed before each page but the first"}}
    contact = dict.fromkeys(("name", "department", "phone", "email", "address"), MAYBE_TEXT)
    notice = {
        "id": TEXT,
        "source": TEXT,
        "source_key": TEXT,
        "url": TEXT,
        "kind": _KIND,
        "title": TEXT,
        "buyer": MAYBE_TEXT,
        "province": MAYBE_TEXT,
        "reference_number": MAYBE_TEXT,
        "published_at": MOMENT,
        "deadline_at": MOMENT,
        "deadline_text": MAYBE_TEXT | {"description": "the sentence the deadline was read from"},
        "quotation_validity_days": MAYBE_NUMBER,
        "amount_vnd": MAYBE_NUMBER,
        "amount_min_vnd": MAYBE_NUMBER | {"description": "of a range or of several lots, which have no amount_vnd"},
        "amount_max_vnd": MAYBE_NUMBER,
        "delivery_place": MAYBE_TEXT,
        "contacts": list_of(object_of(contact)),
        "submission_methods": list_of(TEXT),
        "items": list_of(object_of(item)),
        "attachments": list_of(object_of(attachment)),
        "awards": list_of(object_of(award | {"items": list_of(object_of(bought))})),
        "text": TEXT,
        "first_seen_at": MOMENT,
        "last_seen_at": MOMENT,
        "version": {"type": "integer"},
        "amends": MAYBE_TEXT | {"description": "the id of the notice this one changes"},
        "page": TEXT | {"description": "its page here"},
    }
    part = object_of({"text": TEXT, "match": {"type": "boolean"}})
    passage: dict[str, Any] = {
        "where": {"type": "string", "enum": ["title", "buyer", "item", "text", "attachment"]},
        "filename": MAYBE_TEXT | {"description": "of the attachment"},
        "page": MAYBE_NUMBER | {"description": "of the attachment, from 1; null where it has no pages"},
        "ocr": {"type": "boolean", "description": "read from a scan"},
        "parts": list_of(part),
    }
    effective = {"effective": _effective(), "corrected": list_of(object_of(_correction()))}
    found = effective | {"score": {"type": "number"}, "passages": list_of(object_of(passage))}
    problem = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}
    return {
        "Notice": object_of(notice),
        "WholeNotice": {"allOf": [ref("Notice"), object_of(effective | {"related": list_of(object_of(_relation()))})]},
        "FoundNotice": {"allOf": [ref("Notice"), object_of(found)]},
        "Change": object_of(_change()),
        "Problem": object_of(problem),
    }


def _change() -> dict[str, Any]:
    value = {"description": "as in Notice; null where it was not stated"}
    lines = {"removed": list_of(TEXT), "added": list_of(TEXT), "more": {"type": "integer", "description": "not listed"}}
    return {
        "cursor": {"type": "integer"},
        "entity": {
            "type": "string",
            "enum": ["notice", "guide", "state", "decision"],
            "description": "state: what is true of the notice has changed, not its words; decision: the operator has "
            "joined or parted its buyer, or the notice and another one",
        },
        "id": TEXT,
        "version": MAYBE_NUMBER | {"description": "the one that the notice got by it; null for guides"},
        "change": {"enum": [*map(str, ChangeKind), None]},
        "changed_at": MOMENT,
        "kind": {"enum": [*map(str, NoticeKind), None]},
        "title": MAYBE_TEXT,
        "buyer": MAYBE_TEXT,
        "url": MAYBE_TEXT,
        "fields": list_of(object_of({"field": TEXT, "old": value, "new": value})),
        "lines": list_of(object_of({"field": TEXT} | lines)),
    }


def _correction() -> dict[str, Any]:
    return {
        "field": TEXT | {"description": "in which a person put something right; the notice has what is right"},
        "said": {"description": "what the page says there"},
        "corrected_at": MOMENT,
    }


def _effective() -> dict[str, Any]:
    return object_of(
        {
            "state": {"type": "string", "enum": list(map(str, State))},
            "is_open": {"type": ["boolean", "null"], "description": "null where no deadline is known"},
            "deadline_at": MOMENT | {"description": "the deadline that holds, whoever moved it"},
            "ended_at": MOMENT | {"description": "when it was cancelled or awarded, or left its site"},
            "because": MAYBE_TEXT | {"description": "the id of the notice that made it so"},
        }
    ) | {"description": "what is true of the notice now; its own words stand beside this as they are"}


def _relation() -> dict[str, Any]:
    return {
        "id": TEXT | {"description": "the other notice"},
        "kind": {
            "type": "string",
            "enum": list(map(str, RelationKind)),
            "description": "what the later is to the earlier",
        },
        "is_later": {"type": "boolean", "description": "whether the other notice is the later one"},
        "basis": {"type": "string", "enum": list(map(str, Basis)), "description": "person: the operator"},
        "evidence": TEXT | {"description": "the number in both, or how much their titles share"},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "is_doubtful": {
            "type": "boolean",
            "description": "whether the other stands on another site, for another buyer or for none: "
            "what it says changes nothing under effective",
        },
        "page": TEXT,
    }


_ID: dict[str, Any] = {"name": "id", "in": "path", "required": True, "schema": TEXT, "description": "the notice's id"}
