"""What kinds, fields and filters are called: English messages, which the catalogues beside this translate."""

from timthau.model.effective import State
from timthau.model.notice import NoticeKind


def _(message: str) -> str:
    """Marks a message for the catalogues."""
    return message


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

#: What has become of a notice, besides its own words.
STATES = {
    State.CORRECTED: _("Corrected"),
    State.EXTENDED: _("Deadline extended"),
    State.SHORTENED: _("Deadline brought forward"),
    State.GONE: _("No longer on its site"),
    State.AWARDED: _("Awarded"),
    State.CANCELLED: _("Cancelled"),
}

#: What is bought, by the names of `index.language.parser.field`.
PURCHASES = {
    "medicine": _("Medicines, vaccines"),
    "chemical": _("Chemicals, reagents, tests"),
    "consumable": _("Consumables"),
    "equipment": _("Equipment, instruments"),
    "gas": _("Gases, fuel"),
    "it": _("Computers, software"),
    "office": _("Office supplies, printing"),
    "furniture": _("Furniture"),
    "textile": _("Textiles, clothing"),
    "food": _("Food, catering"),
    "vehicle": _("Vehicles"),
    "utility": _("Power, water, air, fire safety"),
    "construction": _("Construction, renovation"),
    "maintenance": _("Maintenance, repair, calibration"),
    "cleaning": _("Cleaning, laundry"),
    "waste": _("Waste, wastewater"),
    "consulting": _("Consulting, appraisal"),
    "service": _("Other services, rent"),
}

#: Parameters of a search that narrow it.
FILTERS = {
    "kind": _("Kind"),
    "field": _("What is bought"),
    "province": _("Province"),
    "buyer": _("Buyer"),
    "not_province": _("Not in"),
    "source": _("Source"),
    "open": _("Deadline"),
    "from": _("Published from"),
    "to": _("Published until"),
    "deadline_from": _("Closing from"),
    "deadline_to": _("Closing until"),
    "min_amount": _("Amount from"),
    "max_amount": _("Amount up to"),
}

FIELDS = {
    "kind": _("Kind"),
    "title": _("Title"),
    "buyer": _("Buyer"),
    "province": _("Province"),
    "reference_number": _("Reference number"),
    "published_at": _("Published"),
    "deadline_at": _("Deadline"),
    "deadline_text": _("Sentence that states the deadline"),
    "quotation_validity_days": _("Quotation validity"),
    "amount_vnd": _("Amount"),
    "amount_min_vnd": _("Amount, at least"),
    "amount_max_vnd": _("Amount, at most"),
    "delivery_place": _("Place of delivery"),
    "contacts": _("Contact"),
    "submission_methods": _("How to submit"),
    "items": _("Items"),
    "awards": _("Winners and prices"),
    "attachments": _("Attachments"),
    "text": _("Text"),
    "url": _("Address of the original"),
}
