"""What the page calls the kinds, fields and states that the code has English names for."""

from index.price.query import PriceSort
from index.query import Sort
from timthau.locale import label
from timthau.model.alert import Frequency, MailKind, MailState, SubscriptionState
from timthau.model.desk.decision import APART
from timthau.model.desk.record import Work
from timthau.model.hook import HookState
from timthau.model.record import RunStatus
from timthau.model.relation import RelationKind
from webui.http.language import LazyText as _

KINDS = {kind: _(text) for kind, text in label.KINDS.items()}

STATES = {state: _(text) for state, text in label.STATES.items()}

PURCHASES = {field: _(text) for field, text in label.PURCHASES.items()}

SORTS = {
    Sort.RELEVANCE: _("Best match"),
    Sort.NEWEST: _("Newest"),
    Sort.DEADLINE: _("Closing soonest"),
}

PRICE_SORTS = {
    PriceSort.NEWEST: _("Newest"),
    PriceSort.CHEAPEST: _("Cheapest first"),
    PriceSort.DEAREST: _("Most expensive first"),
}

SUBMISSION_METHODS = {
    "direct": _("In person"),
    "post": _("By post"),
    "email": _("By e-mail"),
    "egp": _("National e-procurement system"),
}

#: Parameters of a search that narrow it.
FILTERS = {name: _(text) for name, text in label.FILTERS.items()}

#: Where a passage stands; a title is highlighted in place and needs no label.
PLACES = {
    "buyer": _("Buyer"),
    "item": _("Item"),
    "text": _("Text"),
    "attachment": _("Attachment"),
}

HOOK_STATES = {
    HookState.PENDING: _("Waits for the answer to its challenge"),
    HookState.ACTIVE: _("Confirmed, finds are posted"),
    HookState.FAILED: _("Given up; save it again to start anew"),
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
    "paused": _("Paused"),
}

FIELDS = {name: _(text) for name, text in label.FIELDS.items()}

FREQUENCIES = {
    Frequency.IMMEDIATE: _("Immediately, when something is found"),
    Frequency.DAILY: _("Once a day, in the morning"),
    Frequency.WEEKLY: _("Once a week, on Monday morning"),
}

SUBSCRIPTION_STATES = {
    SubscriptionState.PENDING: _("Not confirmed yet"),
    SubscriptionState.ACTIVE: _("Active"),
    SubscriptionState.PAUSED: _("Paused"),
    SubscriptionState.DISABLED: _("Stopped, because e-mail to this address was returned"),
    SubscriptionState.DELETED: _("Ended"),
}

#: What another notice is to the one that is shown: by kind, and whether the other one is the later of the two.
RELATIONS = {
    (RelationKind.AMENDS, False): _("Changed by this notice"),
    (RelationKind.AMENDS, True): _("Change or cancellation"),
    (RelationKind.REPEATS, False): _("Earlier call"),
    (RelationKind.REPEATS, True): _("Called again"),
    (RelationKind.SAME, False): _("The same notice elsewhere"),
    (RelationKind.SAME, True): _("The same notice elsewhere"),
    (RelationKind.PLANNED, False): _("Plan"),
    (RelationKind.PLANNED, True): _("Call under this plan"),
    (RelationKind.AWARDS, False): _("Call for this result"),
    (RelationKind.AWARDS, True): _("Award"),
}

#: What a person may decide about two notices, as said of the first, and about buyers.
VERDICTS = {
    "amends": _("changes or cancels"),
    "repeats": _("calls again for"),
    "same": _("is the same as"),
    "planned": _("stands in the plan"),
    "awards": _("is the award of"),
    APART: _("has nothing to do with"),
}

#: What can be asked for at the desk, the parts that are fit or not, and the kinds of trouble of sources.
WORKS = {
    Work.CRAWL: _("Collect"),
    Work.REREAD: _("Read again"),
    Work.CHECK: _("Trial"),
    Work.ADD: _("Trial and definition"),
}
PARTS = {
    "store": _("Store"),
    "index": _("Search index"),
    "prices": _("Prices"),
    "alerts": _("Alerts"),
    "schedule": _("Schedule"),
    "mail": _("E-mails"),
    "disk": _("Disk"),
    "sources": _("Sources"),
    "workers": _("Workers"),
}
CAUSES = {
    "late": _("Late: the schedule has not reached it"),
    "tls": _("Encryption or certificate"),
    "refused": _("The site refuses access"),
    "broken": _("The site is out of order"),
    "unreachable": _("The site does not answer"),
    "cut_short": _("The collection was cut short"),
    "fewer": _("Less was found than expected"),
    "unread": _("What stands there cannot be read"),
    "other": _("Other trouble"),
    "none": _("In order"),
}
MAIL_KINDS = {
    MailKind.CONFIRMATION: _("Confirmation"),
    MailKind.LINK: _("Link"),
    MailKind.DIGEST: _("Digest"),
    MailKind.REMINDER: _("Reminder"),
    MailKind.CANARY: _("Test e-mail"),
}
MAIL_STATES = {
    MailState.WAITING: _("Waiting"),
    MailState.SENT: _("Sent"),
    MailState.FILED: _("Written to a file"),
    MailState.FAILED: _("Failed"),
    MailState.DROPPED: _("Dropped"),
}
