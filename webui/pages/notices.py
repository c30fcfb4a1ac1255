"""The page of one notice."""

import re
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, abort, render_template, request

from index.contract import Entity
from index.excerpt import build_marker
from index.language.wish import understand
from index.price.contract import Recollection
from index.price.thing import parse_thing
from index.query import Query
from timthau.model.award_line import TENDER_SOURCES
from timthau.model.buyer import make_buyer_id
from timthau.model.change import find_moved_deadline, list_revisions
from timthau.model.desk.correction import Correction, put_value
from timthau.model.effective import OVER, Effective, by_itself
from timthau.model.moment import end_of, format_moment, start_of
from timthau.model.notice import Notice
from timthau.model.record import Summary
from timthau.text.fold import fold
from webui.http.address import absolute_url
from webui.http.language import gettext
from webui.http.services import now, services
from webui.view.attachment import group_files
from webui.view.form import clean
from webui.view.item import FILTERED, SHOWN, ItemList, list_items
from webui.view.place import Place, find_place
from webui.view.relation import find_related, list_related
from webui.view.wording import format_day, web_link

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

_SIMILAR = 5
_AMONG = 30  # of each search that looks for similar ones
_ITEMS, _ITEM_WORDS = 4, 8  # that are looked for elsewhere: items, words of each
_UNKNOWN = "application/octet-stream"
#: Types that an original is sent as; all others, those that browsers run among them, go as bytes.
_SAVED_AS = {
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "image/jpeg",
    "image/png",
}
_MAIL = re.compile(r"[^@\s<>?&]+@[^@\s<>?&]+")
_WORD = re.compile(r"\w+")
# Words of procurement itself: they say that something is bought, not what.
_GENERIC = frozenset(
    "goi thau so mua sam yeu cau bao gia thu moi cung cap cung ung thong bao ve viec cho cua tai nam lan bo sung"
    " phuc vu thuoc du toan cac mat hang danh muc theo va dot phan nha chao hang canh tranh su dung kinh gui".split()
)
_RECALLED = 400  # items whose prices are looked up: more would make the page slow
#: What who wants to offer has to know.
_EXPECTED = ("deadline_at", "amount_vnd", "delivery_place", "submission_methods", "contacts")
_SHOWN_VERSIONS = 20  # each may have megabytes of text
_TITLE_WORDS = 16  # enough to know a purchase by, few enough to stay fast


@blueprint.get("/<notice_id>")
def page(notice_id: str) -> str:
    """All that a notice says, what it said before, and where it was found."""
    store = services().store
    notice = store.notice(notice_id)
    if notice is None:
        abort(404)
    versions = store.versions(notice_id, limit=_SHOWN_VERSIONS)
    stands = store.effective.of([notice_id]).get(notice_id) or by_itself(notice)
    related = list_related(store, notice.id)
    amended = next(iter(store.relations.amended([notice_id]).get(notice_id, ())), notice.amends)
    place = find_place(notice_id)
    kept = store.kept_originals([file.sha256 for file in notice.attachments if file.sha256])
    return render_template(
        "notices/page.html",
        notice=notice,
        place=place,
        form=place and place.form,
        files=group_files(notice.attachments, kept),
        listed=find_items(notice, stands, place),
        item_words=_read_item_words(),
        all_items_address=build_all_items_address(),
        item_filter=len(notice.items) > FILTERED,
        unsaid=list_unsaid(notice),
        on_portal=notice.source in TENDER_SOURCES,
        versions=versions,
        revisions=list_revisions(versions),
        moved_from=find_moved_deadline(versions),
        corrections=list_corrections(notice),
        stands=stands,
        because=find_related(store, related, stands.because),
        amended=store.notice(amended) if amended else None,
        related=related,
        similar=list_similar(notice),
        buyer_id=notice.buyer and make_buyer_id(notice.buyer),
        data=build_demand(notice, stands),
        citation=build_citation(notice),
        report_link=build_report_link(notice),
    )


def list_corrections(notice: Notice) -> list[tuple[Correction, Any]]:
    """What people corrected in a notice, each with what the page says, oldest first."""
    held = services().store.corrections.held([notice.id]).get(notice.id, [])
    return [(one, getattr(put_value(notice, one.field, one.said), one.field)) for one in held]


def find_items(notice: Notice, stands: Effective, place: Place | None) -> ItemList:
    """The items to show: those with the words of `item` alone, those that the search looks for first."""
    words = _read_item_words()
    query = understand(place.form.query, now().date()).query if place else Query()
    marker = build_marker(query) if query.text else None
    most = None if words or request.args.get("items") == "all" else SHOWN
    return list_items(notice.items, recall_prices(notice, stands), marker, words, most=most)


def build_all_items_address() -> str:
    """The address of this page with every item."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "items"]
    return "?" + urlencode([*kept, ("items", "all")]) + "#items"


def _read_item_words() -> str:
    return clean(request.args.get("item", ""))[:100]


def list_unsaid(notice: Notice) -> list[str]:
    """What a call for offers should say and does not; nothing for other notices."""
    return [name for name in _EXPECTED if not getattr(notice, name)] if notice.kind.is_call else []


def recall_prices(notice: Notice, stands: Effective) -> list[Recollection | None]:
    """What each item of a notice that is open was paid before; nothing for other notices."""
    if not notice.kind.is_call or stands.state in OVER or (stands.closes_at and end_of(stands.closes_at) < now()):
        return []
    things = [(parse_thing(item.name, item.specification), item.unit) for item in notice.items[:_RECALLED]]
    found = services().prices.recall(things)
    return found if any(found) else []


@blueprint.get("/<notice_id>/files/<sha256>")
def original(notice_id: str, sha256: str) -> Response:
    """The file of a notice as it was when it was read, to be saved and never shown inside the page."""
    rooms = services()
    file = rooms.store.find_file(notice_id, sha256)
    kept = rooms.store.original(sha256) if file else None
    content = rooms.originals.read(sha256) if kept and rooms.originals else None
    if file is None or kept is None or content is None:
        abort(404)
    answer = Response(content, content_type=kept.media_type if kept.media_type in _SAVED_AS else _UNKNOWN)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def build_demand(notice: Notice, stands: Effective) -> dict[str, Any] | None:
    """The notice as schema.org's Demand, which its buyer seeks; None for kinds that ask for nothing (plan, award …)."""
    if not notice.kind.is_call or not notice.buyer:
        return None
    said = {
        "name": notice.title,
        "identifier": notice.reference_number,
        "url": absolute_url("notices.page", notice_id=notice.id),
        "validFrom": format_moment(notice.published_at),
        "validThrough": format_moment(stands.closes_at),
        "areaServed": notice.province,
    }
    demand = {"@type": "Demand"} | {name: value for name, value in said.items() if value is not None}
    return {"@context": "https://schema.org", "@type": "Organization", "name": notice.buyer, "seeks": demand}


def build_citation(notice: Notice) -> str:
    """The notice as one names it in a letter: buyer, title, number, day, address, and when it was seen there."""
    parts: list[Any] = [notice.buyer, f"“{notice.title}”"]
    parts += [notice.reference_number and gettext("no. %(number)s", number=notice.reference_number)]
    parts += [notice.published_at and format_day(notice.published_at), web_link(notice.url)]
    if notice.last_seen_at:
        parts.append(gettext("seen on %(day)s", day=format_day(notice.last_seen_at)))
    return ", ".join(str(part) for part in parts if part) + "."


def build_report_link(notice: Notice) -> str | None:
    """A mail to the operator that names the notice; None when the settings name no e-mail address."""
    contact = services().settings.contact
    if not _MAIL.fullmatch(contact):
        return None
    subject = gettext("Mistake in notice %(id)s", id=notice.id)
    body = "\n".join(
        (notice.title, absolute_url("notices.page", notice_id=notice.id), "", gettext("What is wrong:"), "")
    )
    return f"mailto:{contact}?subject={quote(subject)}&body={quote(body)}"


def list_similar(notice: Notice) -> list[Summary]:
    """Notices that buy the same, open ones first, then those that share more: items, or the subject of the title."""
    shared: Counter[str] = Counter()
    for words in list_similar_words(notice):
        answer = services().engine.search(Query(text=words), limit=_AMONG, now=now(), passages=False, counts=False)
        if answer.complete and not answer.relaxed:  # what has some of the words buys something else
            shared.update({hit.id for hit in answer.hits if hit.entity is Entity.NOTICE} - {notice.id})
    found = services().store.summaries(key for key, _ in shared.most_common(_AMONG))

    def rank(summary: Summary) -> tuple[bool, int, float]:
        published = start_of(summary.published_at).timestamp() if summary.published_at else 0.0
        return not summary.stands.is_open(now()), -shared[summary.id], -published

    return sorted(found.values(), key=rank)[:_SIMILAR]


def list_similar_words(notice: Notice) -> list[str]:
    """What to search for to find notices like this one: its title, its subject, and the first of its items."""
    words = _WORD.findall(notice.title)
    buyer = {fold(word) for word in _WORD.findall(notice.buyer or "")}
    subject = [w for w in words if not w.isdecimal() and fold(w) not in _GENERIC and fold(w) not in buyer]
    items = [_WORD.findall(item.name) for item in notice.items[:_ITEMS]]
    searches = (words[:_TITLE_WORDS], subject[:5], subject[:3], *(item[:_ITEM_WORDS] for item in items))
    return list(dict.fromkeys(" ".join(search) for search in searches if len(search) > 1))
