"""What descriptions of the API are made of."""

from typing import Any

# Like the page's own form, the API takes an empty value for none.
DAY = r"^\s*(|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4})\s*$"
TEXT: dict[str, Any] = {"type": "string"}
MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
MAYBE_DECIMAL: dict[str, Any] = {"type": ["number", "null"]}
MAYBE_PRICE: dict[str, Any] = {
    "type": ["number", "string", "null"],
    "description": "VND; a text where a number would lose digits",
}
MAYBE_NUMBER: dict[str, Any] = {"type": ["integer", "null"]}
MOMENT = {
    "type": ["string", "null"],
    "description": "ISO 8601 with +07:00; a day alone where the document states no hour",
}


def build_operation(
    name: str, summary: str, answer: dict[str, Any], parameters: list[dict[str, Any]], *failures: int
) -> dict[str, Any]:
    """A GET with its answer, parameters and the statuses of its failures."""
    texts = {400: "a parameter cannot be used", 404: "there is no such notice", 429: "too many requests; Retry-After"}
    problem = {"content": {"application/problem+json": {"schema": ref("Problem")}}}
    responses: dict[str, Any] = {
        "200": {"description": summary, "content": {"application/json": {"schema": answer}}},
        "304": {"description": "nothing new since the ETag in If-None-Match"},
    }
    responses |= {str(code): {"description": texts[code]} | problem for code in (*failures, 429)}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}}


def build_parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    """A parameter of the query."""
    return {"name": name, "in": "query", "description": description, "schema": schema}


def object_of(properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has all of these properties."""
    return {"type": "object", "properties": properties, "required": list(properties)}


def build_limit(default: int, most: int) -> dict[str, Any]:
    """How many may be in one answer."""
    return {"type": "integer", "minimum": 1, "maximum": most, "default": default}


def list_of(entry: dict[str, Any]) -> dict[str, Any]:
    """A list of entries."""
    return {"type": "array", "items": entry}


def ref(name: str) -> dict[str, Any]:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}
