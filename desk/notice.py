"""What an operator does to notices: read again, correct, hide; and joining or parting buyers."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from crawler.discovery.address import canonical
from desk.office import Office
from timthau.errors import DeskError
from timthau.model.desk.correction import Correction, Hiding, parse_value
from timthau.model.desk.record import Operator, Work
from timthau.model.moment import format_moment
from timthau.model.notice import Notice

_LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """A notice as it is stored, with what people decided about it."""

    notice: Notice
    corrections: list[Correction]
    hiding: Hiding | None


class NoticeDesk:
    """Notices, for one operator; everything done is kept with who and when. Raises DeskError with one line."""

    def __init__(self, office: Office, operator: Operator) -> None:
        self._office, self._operator = office, operator
        self._store = office.stores.store

    def view(self, notice_id: str) -> NoticeView:
        """A notice, hidden or not, with all its corrections, newest first."""
        notice = self._store.corrections.stored(notice_id)
        if notice is None:
            raise DeskError(f"there is no notice {notice_id}")
        corrections = self._store.corrections.all(notice_id=notice_id)
        return NoticeView(notice=notice, corrections=corrections, hiding=self._store.corrections.hiding(notice_id))

    def correct(self, notice_id: str, field: str, text: str, reason: str, now: datetime) -> None:
        """Put what a person typed in place of what the page says; empty means that nothing is stated."""
        value = parse_value(field, text)
        why = check_reason(reason)
        self._store.corrections.correct(notice_id, field, value, reason=why, by=self._operator.name, at=now)
        self._note("correct", notice_id, now, f"{field} = {value}: {why}")

    def revert(self, notice_id: str, field: str, now: datetime) -> None:
        """Let what the page says count again."""
        held = self._store.corrections.held([notice_id]).get(notice_id, [])
        one = next((one for one in held if one.field == field), None)
        if one is None:
            raise DeskError(f"{field} of the notice {notice_id} is not corrected")
        self._store.corrections.revert(one.id, by=self._operator.name, at=now)
        self._note("revert", notice_id, now, field)

    def hide(self, notice_id: str, reason: str, now: datetime) -> None:
        """Show a notice to nobody; a reason is demanded."""
        why = check_reason(reason)
        if not why:
            raise DeskError("say why the notice is hidden")
        self._store.corrections.hide(notice_id, reason=why, by=self._operator.name, at=now)
        self._note("hide", notice_id, now, why)

    def unhide(self, notice_id: str, now: datetime) -> None:
        """Show a notice again."""
        self._store.corrections.unhide(notice_id)
        self._note("unhide", notice_id, now)

    def find_pages(self, notice_id: str) -> list[str]:
        """The addresses that a notice is read from again."""
        url = canonical(self.view(notice_id).notice.url)
        if not any(page.notice_id == notice_id for page in self._store.notice_pages(url)):
            raise DeskError(f"the notice {notice_id} was not read from a page of its own: crawl its source again")
        return [url]

    def ask_reread(self, notice_id: str, now: datetime) -> int:
        """Ask for a notice to be read again by the process that crawls; gives the errand's number."""
        self.find_pages(notice_id)
        number = self._office.errands.ask(Work.REREAD, notice_id, by=self._operator.name, at=now)
        self._note("reread", notice_id, now)
        return number

    def note_reread(self, notice_id: str, now: datetime) -> None:
        """Keep that a notice is read again at once."""
        self._note("reread", notice_id, now)

    def export_corrections(self) -> list[dict[str, Any]]:
        """All corrections with those that were reverted, oldest first, as plain values."""
        return [
            asdict(one) | {"made_at": format_moment(one.made_at), "reverted_at": format_moment(one.reverted_at)}
            for one in reversed(self._store.corrections.all())
        ]

    def _note(self, what: str, notice_id: str, now: datetime, detail: str = "") -> None:
        self._office.deeds.note(self._operator, what, notice_id, now, detail=detail)


def check_reason(reason: str) -> str:
    """A reason as it is kept. Raises DeskError when it is too long."""
    said = " ".join(reason.split())
    if len(said) > _LONGEST_REASON:
        raise DeskError(f"the reason has more than {_LONGEST_REASON} letters")
    return said
