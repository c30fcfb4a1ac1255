"""Searches for machines that come again: Atom, iCalendar, and what tells browsers and crawlers what is here."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, render_template, request, stream_with_context

from alerts.wording import words_of
from index.contract import Answer, Entity
from index.query import Query, Sort
from timthau.batch import batched
from timthau.errors import LinkError
from timthau.exchange.table import build_line, write_csv
from timthau.model.alert import Match
from timthau.model.effective import Effective, State, by_itself
from timthau.model.moment import HANOI
from timthau.model.notice import Notice
from webui.api.calendar import Event, build_calendar
from webui.api.workbook import describe_cut, write_workbook
from webui.http.address import absolute, absolute_url
from webui.http.language import current_language, gettext
from webui.http.services import now, services
from webui.view import label
from webui.view.form import TABLE_LENGTH, SearchForm, parse_form
from webui.view.price.line import LineRow, find_lines, list_line_rows

FEED_LENGTH = 50
FEED_AMONG = 1000  # the last published ones, among which those that were found or changed last are looked for
CALENDAR_LENGTH = 300
_BATCH = 50
_TABLE_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}
SITEMAP_LENGTH = 50_000  # of one file, by the sitemap protocol
_NEVER = datetime(1970, 1, 1, tzinfo=HANOI)
_PAST_DAYS = 30  # how long a deadline stays in a calendar that asks for no days
# What XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

blueprint = Blueprint("feeds", __name__)


@dataclass(frozen=True)
class ChangedNotice:
    """A notice, what is true of it now, and when this, or what it says, last changed."""

    notice: Notice
    stands: Effective
    changed_at: datetime


@blueprint.get("/feed.atom")
def atom() -> Response:
    """The notices of a search that were found or changed last."""
    form = parse_form(request.args, now().date())
    entries = list_latest(form.query)
    body = render_template(
        "feeds/feed.xml",
        title=build_title(form),
        entries=entries,
        updated=max((entry.changed_at for entry in entries), default=now().replace(hour=0, minute=0, second=0)),
        self_address=absolute(request.full_path.rstrip("?")),
        page_address=absolute(f"/search{form.build_address()}"),
    )
    return _answer(body, "application/atom+xml")


@blueprint.get("/alerts/feed/<token>")
def private_atom(token: str) -> Response:
    """What an alert found last, at an address that only its owner knows."""
    registry = services().stores.registry
    try:
        subscription, matches = registry.followed(token, FEED_LENGTH)
    except LinkError:
        abort(404)
    find = list_awarded if subscription.prices else list_matched
    template, entries, updated = find(matches)
    body = render_template(
        template,
        title=f"TimThau: {registry.describe(subscription, words_of(current_language()))}",
        entries=entries,
        updated=updated or subscription.created_at,
        self_address=absolute(request.path),
        page_address=absolute("/alerts/"),
    )
    response = Response(_NOT_XML.sub("", body), mimetype="application/atom+xml")
    response.headers.update({"Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex"})
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/calendar.ics")
def calendar() -> Response:
    """The deadlines of a search; those of the last 30 days and all to come, unless the search says which days."""
    form = parse_form(request.args, now().date())
    query = replace(form.query, sort=Sort.DEADLINE)
    if query.deadline_from is None:
        query = replace(query, deadline_from=now().date() - timedelta(days=_PAST_DAYS))
    answer = services().engine.search(query, limit=CALENDAR_LENGTH, now=now(), passages=False, counts=False)
    entries = (entry for some in batched(_each(list_ids(answer)), _BATCH) for entry in date_notices(some))
    events = [event for entry in entries if (event := build_event(entry))]
    return _answer(build_calendar(build_title(form), events), "text/calendar")


@blueprint.get("/search.<any(csv, xlsx, jsonl):name>")
def table(name: str) -> Response:
    """The notices of a search as a file: a table, a workbook, or Notice JSON lines."""
    form = parse_form(request.args, now().date())
    answer = services().engine.search(form.query, limit=TABLE_LENGTH, now=now(), passages=False, counts=False)
    ids, total = list_ids(answer), answer.notice_total
    if name == "jsonl":  # with the text of all files it may be too large for the memory
        response = Response(stream_with_context(map(build_line, _each(ids))), mimetype=_TABLE_TYPES[name])
    else:
        out = io.BytesIO()
        if name == "xlsx":
            write_workbook(lambda: _each(ids), out, count=len(ids), total=total)
        else:
            write_csv(_each(ids), out)
            out.write(f"{describe_cut(len(ids), total)}\r\n".encode() if len(ids) < total else b"")
        response = Response(out.getvalue(), mimetype=_TABLE_TYPES[name])
    part = f"-{len(ids)}-of-{total}" if len(ids) < total else ""
    response.headers["Content-Disposition"] = f'attachment; filename="timthau{part}.{name}"'
    return response


@blueprint.get("/notices/<notice_id>.ics")
def notice_calendar(notice_id: str) -> Response:
    """The deadline of one notice."""
    notice = services().store.notice(notice_id)
    event = build_event(date_notices([notice])[0]) if notice else None
    if notice is None or event is None:
        abort(404)
    response = _answer(build_calendar(notice.title, [event]), "text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="timthau-{notice_id}.ics"'
    return response


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """What a browser needs to search here from its address bar."""
    search = absolute_url("search.results")
    return _answer(render_template("feeds/opensearch.xml", search=search), "application/opensearchdescription+xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Crawlers are welcome to notices and guides; pages of results say themselves that they are not to be indexed."""
    lines = [
        "User-agent: *",
        "Disallow: /api/",
        "Disallow: /alerts/",
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return _answer("\n".join(lines) + "\n", "text/plain")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses of all guides and the newest notices, put together once until something changes."""
    key = (request.host_url, services().store.last_change(), services().engine.cursor(), now().date())
    return _answer(services().sitemaps.get(key, _build_sitemap), "application/xml")


def _build_sitemap() -> str:
    answer = services().engine.search(
        Query(sort=Sort.NEWEST), limit=SITEMAP_LENGTH, now=now(), passages=False, counts=False
    )
    pages = [absolute_url("search.home"), absolute_url("guides.overview"), absolute_url("status.sources")]
    pages += sorted({absolute_url("guides.page", slug=guide.slug) for guide in services().store.guides()})
    prefix = absolute("/notices/")
    pages += [prefix + hit.id for hit in answer.hits if hit.entity is Entity.NOTICE]
    return render_template("feeds/sitemap.xml", pages=pages[:SITEMAP_LENGTH])


def list_ids(answer: Answer) -> list[str]:
    """The ids of the notices found, in their order."""
    return [hit.id for hit in answer.hits if hit.entity is Entity.NOTICE]


def _each(ids: Sequence[str]) -> Iterator[Notice]:
    """Notices in the order of their ids, a few in memory at a time: each may have megabytes."""
    for some in batched(ids, _BATCH):
        notices = services().store.notices_by_id(some)
        yield from (notices[found] for found in some if found in notices)


def list_latest(query: Query) -> list[ChangedNotice]:
    """The notices of a search that were found or changed last, the latest first, among those published last."""
    answer = services().engine.search(
        replace(query, sort=Sort.NEWEST), limit=FEED_AMONG, now=now(), passages=False, counts=False
    )
    ids = list_ids(answer)
    store = services().store
    effects = store.effective.of(ids)
    changed = {
        key: max(at, (effects[key].decided_at or _NEVER) if key in effects else _NEVER)
        for key, at in store.changed_at(ids).items()
    }
    latest = sorted((key for key in ids if key in changed), key=lambda key: changed[key], reverse=True)[:FEED_LENGTH]
    notices = store.notices_by_id(latest)
    return date_notices([notices[key] for key in latest if key in notices])


def list_matched(matches: Sequence[Match]) -> tuple[str, list[ChangedNotice], datetime | None]:
    """The notices that an alert found, with the template that shows them and when one of them last changed."""
    notices = services().store.notices_by_id(match.notice_id for match in matches)
    found = dict.fromkeys(match.notice_id for match in matches if match.notice_id in notices)
    entries = date_notices([notices[notice_id] for notice_id in found])
    return "feeds/feed.xml", entries, max((entry.changed_at for entry in entries), default=None)


def list_awarded(matches: Sequence[Match]) -> tuple[str, list[tuple[datetime, LineRow]], datetime | None]:
    """The award lines that an alert found, each with when, with the template that shows them and the last such time."""
    found_at = {match.notice_id: match.found_at for match in reversed(matches)}
    latest = sorted(found_at, key=lambda key: found_at[key], reverse=True)
    entries = [(found_at[row.line.id], row) for row in list_line_rows(find_lines(latest))]
    return "feeds/awards.xml", entries, max((at for at, _ in entries), default=None)


def date_notices(notices: Sequence[Notice]) -> list[ChangedNotice]:
    """The notices, each with when it last changed."""
    ids = [notice.id for notice in notices]
    changed, effects = services().store.changed_at(ids), services().store.effective.of(ids)
    stands = {notice.id: effects.get(notice.id) or by_itself(notice) for notice in notices}
    return [
        ChangedNotice(notice, stands[notice.id], max(changed[notice.id], stands[notice.id].decided_at or _NEVER))
        for notice in notices
        if notice.id in changed
    ]


def build_event(entry: ChangedNotice) -> Event | None:
    """A notice's deadline as an event; None when it states none."""
    notice, stands = entry.notice, entry.stands
    if stands.deadline_at is None:
        return None
    own = notice.deadline_text if stands.deadline_at == notice.deadline_at else None
    said = (label.KINDS[notice.kind], label.STATES.get(stands.state), notice.buyer, notice.reference_number, own)
    return Event(
        notice_id=notice.id,
        sequence=notice.version - 1 + stands.sequence,
        changed_at=entry.changed_at,
        deadline_at=stands.deadline_at,
        is_cancelled=stands.state is State.CANCELLED,
        summary=gettext("Deadline: %(title)s", title=notice.title),
        description="\n".join(str(part) for part in said if part),
        url=absolute_url("notices.page", notice_id=notice.id),
    )


def build_title(form: SearchForm) -> str:
    """What a search is called in a feed reader or calendar."""
    values = [form.query.text, *(value for name, value in form.given if name in {"province", "buyer"})]
    values += [str(label.KINDS[kind]) for kind in form.query.kinds]
    values += [str(label.PURCHASES[field]) for field in form.query.fields]
    asked = ", ".join(value for value in values if value)
    return f"TimThau: {asked}" if asked else "TimThau"


def _answer(body: str, mimetype: str) -> Response:
    clean = body if mimetype == "text/calendar" else _NOT_XML.sub("", body)
    response = Response(clean, mimetype=mimetype)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.cache_control.public = True
    response.cache_control.max_age = 300
    response.add_etag()
    response.make_conditional(request)
    return response
