"""What the page calls the kinds, fields and states that the code has English names for."""

from index.query import Sort
from timthau.model import NoticeKind
from timthau.store import RunStatus
from webui.language import LazyText as _

KINDS = {
    NoticeKind.REQUEST_FOR_QUOTATION: _("Request for quotation"),
    NoticeKind.INVITATION_TO_TENDER: _("Invitation to tender"),
    NoticeKind.CONSULTANT_SELECTION: _("Consultant selection"),
    NoticeKind.PRICE_APPRAISAL: _("Price appraisal"),
    NoticeKind.PLAN: _("Procurement plan"),
    NoticeKind.AWARD: _("Award"),
    NoticeKind.AUCTION: _("Auction"),
    NoticeKind.AMENDMENT: _("Amendment"),
    NoticeKind.CANCELLATION: _("Cancellation"),
    NoticeKind.OTHER: _("Other notice"),
}

SORTS = {
    Sort.RELEVANCE: _("Best match"),
    Sort.NEWEST: _("Newest"),
    Sort.DEADLINE: _("Closing soonest"),
}

SUBMISSION_METHODS = {
    "direct": _("In person"),
    "post": _("By post"),
    "email": _("By e-mail"),
    "egp": _("National e-procurement system"),
}

#: Parameters of a search that narrow it.
FILTERS = {
    "kind": _("Kind"),
    "province": _("Province"),
    "buyer": _("Buyer"),
    "open": _("Deadline"),
    "from": _("Published from"),
    "to": _("Published until"),
    "deadline_from": _("Closing from"),
    "deadline_to": _("Closing until"),
    "min_amount": _("Amount from"),
    "max_amount": _("Amount up to"),
}

#: Where a passage stands; a title is highlighted in place and needs no label.
PLACES = {
    "buyer": _("Buyer"),
    "item": _("Item"),
    "text": _("Text"),
    "attachment": _("Attachment"),
}

RUN_STATUSES = {
    RunStatus.RUNNING: _("Running"),
    RunStatus.OK: _("Good"),
    RunStatus.INCOMPLETE: _("Incomplete"),
    RunStatus.FAILED: _("Failed"),
    RunStatus.INTERRUPTED: _("Interrupted"),
}
HEALTH = {str(status): text for status, text in RUN_STATUSES.items()} | {
    "silent": _("Silent"),
    "imported": _("Imported"),
}

FIELDS = {
    "kind": _("Kind"),
    "title": _("Title"),
    "buyer": _("Buyer"),
    "province": _("Province"),
    "reference_number": _("Reference number"),
    "published_at": _("Published"),
    "deadline_at": _("Deadline"),
    "deadline_text": _("Sentence the deadline was read from"),
    "quotation_validity_days": _("Quotation validity"),
    "amount_vnd": _("Amount"),
    "delivery_place": _("Place of delivery"),
    "contacts": _("Contact"),
    "submission_methods": _("How to hand in"),
    "items": _("Items"),
    "attachments": _("Attachments"),
    "text": _("Text"),
    "url": _("Address of the original"),
}
