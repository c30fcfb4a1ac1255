"""What an operator decides about what belongs together: buyers that are one or two, notices that are related or not."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from desk.notice import check_reason
from desk.office import Office
from timthau.errors import DeskError
from timthau.model.desk.decision import APART, SAME, VERDICTS, About, Decision, Proposal
from timthau.model.desk.record import Operator
from timthau.model.moment import format_moment
from timthau.text.fold import collapse_spaces

_LONGEST_NAME = 500


class DecisionDesk:
    """Decisions, for one operator; each is kept with who and when, and can be undone.

    Raises DeskError with one line.
    """

    def __init__(self, office: Office, operator: Operator) -> None:
        self._office, self._operator = office, operator
        self._decisions = office.stores.store.decisions

    def join_buyers(self, name: str, into: str, reason: str, now: datetime) -> int:
        """Let two names, with all their spellings, be one buyer, which keeps the page of the second."""
        return self._decide(Proposal(About.BUYER, _check_name(name), _check_name(into), SAME), reason, now)

    def part_buyer(self, name: str, reason: str, now: datetime) -> int:
        """Let a spelling be a buyer of its own."""
        return self._decide(Proposal(About.BUYER, _check_name(name), "", APART), reason, now)

    def join_notices(self, later: str, kind: str, earlier: str, reason: str, now: datetime) -> int:
        """Let one notice amend, repeat, award … another one, or be the same."""
        if kind == APART or kind not in VERDICTS[About.NOTICE]:
            raise DeskError(f"{kind!r:.40} is no relation; there are: {', '.join(VERDICTS[About.NOTICE][:-1])}")
        return self._decide(Proposal(About.NOTICE, later, earlier, kind), reason, now)

    def part_notices(self, one: str, other: str, reason: str, now: datetime) -> int:
        """Let two notices have nothing to do with each other."""
        return self._decide(Proposal(About.NOTICE, one, other, APART), reason, now)

    def undo(self, number: int, now: datetime) -> Decision:
        """Let a decision hold no more: the rules count again."""
        decision = self._decisions.revert(number, by=self._operator.name, at=now)
        self._office.deeds.note(self._operator, "undo", str(number), now, detail=_describe(decision))
        return decision

    def export(self) -> list[dict[str, Any]]:
        """All decisions with those that were undone, oldest first, as plain values."""
        return [
            asdict(one) | {"made_at": format_moment(one.made_at), "reverted_at": format_moment(one.reverted_at)}
            for one in reversed(self._decisions.all())
        ]

    def _decide(self, proposal: Proposal, reason: str, now: datetime) -> int:
        why = check_reason(reason)
        if proposal.one == proposal.other:
            raise DeskError("that is one and the same")
        number = self._decisions.decide(proposal, reason=why, by=self._operator.name, at=now)
        what = "part" if proposal.verdict == APART else "join"
        self._office.deeds.note(
            self._operator, f"{proposal.about} {what}", str(number), now, detail=_describe(proposal)
        )
        return number


def _describe(proposal: Proposal) -> str:
    return " ".join(filter(None, (proposal.one, proposal.verdict, proposal.other)))


def _check_name(name: str) -> str:
    said = collapse_spaces(name)
    if not said or len(said) > _LONGEST_NAME:
        raise DeskError(f"a buyer's name has 1 to {_LONGEST_NAME} letters")
    return said
