"""Award lines from JSON: our own, and lists of prices as others gather them from the portal."""

from collections.abc import Mapping
from typing import Any

from timthau.model.award_line import AwardLine

#: Where the portal shows winning prices; a single line has no page of its own.
PRICES_PAGE = "https://muasamcong.mpi.gov.vn/web/guest/winning-bid-data"
#: The source whose lines such lists hold.
PRICES_SOURCE = "egp-prices"

#: What others call our fields.
_NAMES = {
    "source_key": "id",
    "tender_number": "notify_no",
    "tender_title": "title",
    "decision_number": "decision_no",
    "decided_at": "decision_date",
    "loose_tax_code": "supplier_code",
}


def is_award_line(data: Mapping[str, Any]) -> bool:
    """Whether an object tells of an award line: what was bought, and from whom. Notices have a kind."""
    return "kind" not in data and "name" in data and "suppliers" in data


def read_award_line(data: Mapping[str, Any]) -> AwardLine:
    """The line that an object describes, by our names of fields or, without a source of its own, by those of others.

    Raises ValueError with the field's name when a value cannot be used.
    """
    if "source" in data:
        return AwardLine.from_json(data)
    named = dict(data) | {own: data[theirs] for own, theirs in _NAMES.items() if data.get(theirs) is not None}
    return AwardLine.from_json({"source": PRICES_SOURCE, "url": PRICES_PAGE} | named).settled()
