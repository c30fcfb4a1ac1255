"""Contracts in the Open Contracting Data Standard, as far as results tell of them: who is to supply what."""

from collections.abc import Iterable, Mapping, Sized
from typing import Any

#: Tags beside those of an award, where a release tells of contracts too.
_CONTRACT_TAGS = {"award": "contract", "awardUpdate": "contractUpdate"}
#: Of contractStatus.csv: "proposed, but not yet in force. It may be awaiting signature."
_PENDING = "pending"


def list_contracts(awards: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A contract for each award that names its supplier, pending, as results name decisions and no signatures.

    Its supplier and items are those of the award.
    """
    return [
        {
            "id": f"{award['id']}-contract",
            "awardID": award["id"],
            "title": award.get("title"),
            "status": _PENDING,
            "value": award.get("value"),
        }
        for award in awards
        if award.get("suppliers")
    ]


def list_tags(tag: str, contracts: Sized) -> list[str]:
    """The tags of a release that is tagged as an award, or as a later one, and has these contracts."""
    return [tag, _CONTRACT_TAGS[tag]] if contracts else [tag]
