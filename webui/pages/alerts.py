"""The pages of e-mail alerts: preview and subscribe, confirm, manage, unsubscribe, all that a mail told of.

GET shows, POST acts: whatever follows links in mails on its own (scanners, previews) changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from alerts.bounce import parse_webhook, take_report
from alerts.digest import WEEK, sort_notices
from alerts.hook.delivery import begin_hook
from alerts.link import Purpose
from alerts.preview import DAYS
from alerts.registry import Registry
from alerts.subscription import Subscription, keep_prices, write_query
from alerts.wording import words_of
from index.price.query import PriceQuery
from index.query import Query
from index.standing import write_standing
from timthau.errors import BusyError, DocumentError, HookError, LinkError, SubscriptionError
from timthau.model.alert import Frequency, Mail
from timthau.model.effective import as_it_stands
from webui.http.address import absolute
from webui.http.client import client_network
from webui.http.failure import build_problem
from webui.http.language import LazyText as _
from webui.http.language import current_language
from webui.http.security import csrf
from webui.http.services import now, services
from webui.view.form import parse_form
from webui.view.label import FREQUENCIES
from webui.view.price.form import parse_price_form
from webui.view.price.line import find_lines, list_line_rows

#: Working days before a deadline that the forms offer.
REMINDERS = (1, 2, 3, 5, 10)

REFUSALS = {
    "address": _("This is not an e-mail address. Please check it."),
    "everything": _("This would match every notice. Please search for words, a buyer, a province or a kind first."),
    "reminder": _("This reminder is not available. Please choose one from the list."),
    "language": _("E-mails come in Vietnamese or English."),
}
BUSY = _(
    "Too many e-mails have been requested just now. If this address has confirmed alerts, its e-mail is on the way "
    "all the same; otherwise please try again in an hour."
)
#: What a page says after something was done; the address names it.
DONE = {
    "confirm": _("Confirmed. From now on you get e-mail. To change your alerts, request a link below."),
    "change": _("Changed."),
    "pause": _("Paused. Nothing is sent until you resume it."),
    "resume": _("Resumed."),
    "end": _("Ended. Nothing more is sent for it."),
    "hook": _("Saved. The webhook begins once it has answered its challenge, within a few minutes."),
    "no_hook": _("This is not an address for a webhook: it has to begin with https:// and contain no password."),
    "forget": _("Everything we held about your address has been deleted."),
    "link": _("If there are alerts for this address, an e-mail with a link is on its way."),
}
_FAILURES = {
    "expired": (410, _("This link has expired"), _("Request a new one below.")),
    "used": (410, _("This link was used before"), _("To see or change your alerts, request a link below.")),
    "invalid": (404, _("This link is not valid"), _("It may have been cut off on the way. Request a new one below.")),
}

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Pages that show somebody's alerts are kept by nobody and found by no search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.errorhandler(LinkError)
def show_dead_link(error: LinkError) -> tuple[str, int]:
    """A link that does nothing any more, and how to get a new one."""
    status, title, advice = _FAILURES[error.reason]
    return _show_overview(title=title, advice=advice), status


@blueprint.errorhandler(BusyError)
def show_busy(_error: BusyError) -> Response:
    """Too many mails were asked for, from one network or by all together."""
    answer = Response(_show_overview(refusal=BUSY), 503)
    answer.headers["Retry-After"] = "3600"
    return answer


@blueprint.get("/")
def overview() -> str:
    """What alerts are, and a form that has the link to one's own sent."""
    return _show_overview(done=DONE.get(request.args.get("done", "")))


@blueprint.post("/link")
def send_link() -> AnyResponse | tuple[str, int]:
    """Mail an address the link to its alerts; the answer is the same, and as fast, whether or not it has any."""
    wish = (request.form.get("email", ""), current_language(), now())
    registry, network = _registry(), client_network()
    try:
        registry.check_link_wish(*wish, network=network)
    except SubscriptionError as error:
        return _show_overview(refusal=REFUSALS[error.reason]), 400
    services().aside.do(lambda: registry.send_link(*wish, network=network))
    return redirect(url_for("alerts.overview", done="link"), 303)


@blueprint.get("/new")
def new() -> str | tuple[str, int]:
    """What a search (its parameters) or a notice (`notice`) would have sent, and the form to subscribe."""
    return _show_new()


@blueprint.post("/new")
def subscribe() -> AnyResponse | str | tuple[str, int]:
    """Ask the address to confirm; the answer is the same whether or not it is known."""
    try:
        _registry().subscribe(
            request.form.get("email", ""),
            _read_query(),
            now(),
            notice_id=_read_notice_id(),
            prices=_read_prices(),
            language=current_language(),
            network=client_network(),
            **_read_terms(),
        )
    except SubscriptionError as error:
        return _show_new(refusal=REFUSALS[error.reason])
    return redirect(url_for("alerts.sent"), 303)


@blueprint.get("/sent")
def sent() -> str:
    """What comes next: a mail with a link to confirm."""
    return render_template("alerts/sent.html", filed=not services().settings.smtp_url)


@blueprint.get("/confirm/<token>")
def show_confirmation(token: str) -> str:
    """What would be confirmed, and the button that does it."""
    subscription = _registry().pending(token)
    return render_template("alerts/confirm.html", subscription=subscription, about=_describe(subscription))


@blueprint.post("/confirm/<token>")
def confirm(token: str) -> AnyResponse:
    """Start a subscription; the link may have been passed on, so that it opens nothing else of its address."""
    _registry().confirm(token, now())
    return redirect(url_for("alerts.overview", done="confirm"), 303)


@blueprint.get("/manage/<token>")
def manage(token: str) -> str:
    """All alerts of the address that the link was mailed to."""
    subscriptions, stores = _registry().managed(token), services().stores
    return render_template(
        "alerts/manage.html",
        rows=[(one, _describe(one), _find_address(one)) for one in subscriptions],
        hooks={one.id: stores.hooks.hook(one.id) for one in subscriptions},
        feeds={one.id: _find_feed(one) for one in subscriptions},
        done=DONE.get(request.args.get("done", "")),
        frequencies=FREQUENCIES,
        reminders=REMINDERS,
    )


@blueprint.post("/manage/<token>")
def act(token: str) -> AnyResponse | tuple[str, int]:
    """Change, pause, resume or end one alert, or delete all that is known of the address."""
    action = request.form.get("action", "")
    if action == "forget":
        _registry().forget(token)
        return redirect(url_for("alerts.overview", done=action), 303)
    if action not in _ACTIONS:
        abort(400)
    try:
        _ACTIONS[action](token, request.form.get("id", ""))
    except SubscriptionError:
        abort(400)
    except HookError:
        return redirect(url_for("alerts.manage", token=token, done="no_hook"), 303)
    return redirect(url_for("alerts.manage", token=token, done=action), 303)


@blueprint.get("/unsubscribe/<token>")
def show_ending(token: str) -> str:
    """What would end, and the button that does it."""
    subscription = _registry().ending(token)
    return render_template("alerts/unsubscribe.html", about=subscription and _describe(subscription), ended=False)


@blueprint.post("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """End a subscription, as often as asked."""
    _registry().unsubscribe(token, now())
    return render_template("alerts/unsubscribe.html", about=None, ended=True)


@blueprint.post("/reports")
def take_reports() -> AnyResponse:
    """What a mail service says of our mails: bounces and complaints as JSON; gives how many were news.

    Nothing is read of who has not shown the token.
    """
    token = services().settings.reports_token
    if not token:
        abort(404)
    bearer = request.authorization.token if request.authorization else None
    if not compare_digest(token.encode(), (bearer or request.args.get("token", "")).encode()):
        return build_problem(401, "Unauthorized", "The token of TIMTHAU_REPORTS_TOKEN is missing or wrong.")
    try:
        reports = parse_webhook(request.get_data())
    except DocumentError as error:
        return build_problem(400, "Bad Request", str(error))
    return jsonify(taken=sum(take_report(services().stores, report, now()) for report in reports))


# Programs post to these without cookies: the token (RFC 8058), or the id that only a mail's receiver knows, is proof.
for _view in (unsubscribe, take_reports):
    csrf.exempt(_view)


@blueprint.get("/mails/<token>")
def mail(token: str) -> str:
    """All that a mail told of, in its order, as it is now."""
    stores = services().stores
    letter, matches = _registry().mailed(token)
    row = stores.subscriptions.get(letter.subscription_id or "")
    if row is None:
        raise LinkError("expired", "the subscription is not kept any more")
    latest = {match.notice_id: match.version for match in sorted(matches, key=lambda match: match.version)}
    versions = list(stores.store.versions_at(latest.items()).values())
    if _is_weekly(letter):
        closing = stores.alerts.closing(row.id, row.email, letter.created_at, letter.created_at + WEEK)
        versions += stores.store.notices_by_id(key for key in closing if key not in latest).values()
    found = stores.store.effective.of(one.id for one in versions).items()
    effects = {key: stands for key, stands in found if stands.decided_at and stands.decided_at <= letter.created_at}
    older = {match.notice_id for match in matches if match.is_old}
    ordered = sort_notices((as_it_stands(one, effects.get(one.id)) for one in versions), letter.created_at)
    told = [one.id for one in sorted(ordered, key=lambda one: one.id in older)]
    summaries = stores.store.summaries(told)
    subscription = Subscription.from_row(row)
    return render_template(
        "alerts/mail.html",
        lines=list_line_rows(find_lines(list(latest))) if subscription.prices else [],
        about=_describe(subscription),
        address=_find_address(subscription),
        notices=[summaries[notice_id] for notice_id in told if notice_id in summaries],
        sent_at=letter.created_at,
    )


def _is_weekly(letter: Mail) -> bool:
    starts, ends = letter.window_starts_at, letter.window_ends_at
    return starts is not None and ends is not None and ends - starts >= WEEK


def _change(token: str, subscription_id: str) -> None:
    _registry().change(token, subscription_id, language=request.form.get("language", ""), **_read_terms())


def _begin_hook(token: str, subscription_id: str) -> None:
    begin_hook(services().stores, _registry().own(token, subscription_id), request.form.get("url", ""), now())


_ACTIONS: dict[str, Callable[[str, str], None]] = {
    "change": _change,
    "hook": _begin_hook,
    "pause": lambda token, subscription_id: _registry().pause(token, subscription_id),
    "resume": lambda token, subscription_id: _registry().resume(token, subscription_id),
    "end": lambda token, subscription_id: _registry().end(token, subscription_id, now()),
}


def _read_query() -> Query:
    """The search that the address asks for, written so that an alert finds what its page shows.

    One for what closes soon is kept as one for what is open.
    """
    form = parse_form(request.args, now().date())
    query = replace(form.query, deadline_to=None) if form.value("open") == "soon" else form.query
    return write_standing(services().engine, query, now())


def _read_prices() -> PriceQuery | None:
    """The award lines to watch, if the address asks for prices."""
    return parse_price_form(request.args).query if request.args.get("prices") == "1" else None


def _read_notice_id() -> str | None:
    """The notice to watch, if the address names one; 404 when there is none such."""
    notice_id = request.args.get("notice")
    if notice_id and services().store.notice(notice_id) is None:
        abort(404)
    return notice_id or None


def _read_terms() -> dict[str, Any]:
    """Frequency and reminder as the form says; 400 for what no form of ours sends."""
    days = request.form.get("reminder_days", "")
    try:
        frequency = Frequency(request.form.get("frequency", Frequency.DAILY))
        return {"frequency": frequency, "reminder_days": int(days[:9]) if days else None}
    except ValueError:
        abort(400)


def _show_new_prices(query: PriceQuery, refusal: Any) -> str | tuple[str, int]:
    lately = now().date() - timedelta(days=DAYS)
    try:
        kept = keep_prices(query)
        found = services().prices.search(replace(kept, published_from=lately), limit=1, now=now()).total
    except SubscriptionError as error:
        kept, found, refusal = query, None, REFUSALS[error.reason]
    page = render_template(
        "alerts/new_prices.html",
        about=_registry().describe_prices(kept, words_of(current_language())),
        found=found,
        days=DAYS,
        refusal=refusal,
        given=request.form,
        frequencies=FREQUENCIES,
    )
    return (page, 400) if refusal else page


def _show_new(refusal: Any = None) -> str | tuple[str, int]:
    if (prices := _read_prices()) is not None:
        return _show_new_prices(prices, refusal)
    notice_id, query = _read_notice_id(), _read_query()
    rooms, past = services(), None
    if notice_id is None:
        try:
            past = rooms.previews.get(
                query,
                store=rooms.store,
                alerts=rooms.stores.alerts,
                engine=rooms.engine,
                now=now(),
                recent=rooms.settings.news,
            )
        except SubscriptionError as error:
            refusal = REFUSALS[error.reason]
    page = render_template(
        "alerts/new.html",
        about=words_of(current_language()).query(query),
        mended=past and past.suggestion and write_query(replace(query, text=past.suggestion)),
        phrased=past and past.phrase and write_query(replace(query, text=past.phrase)),
        notice=rooms.store.summaries([notice_id]).get(notice_id) if notice_id else None,
        preview=past,
        refusal=refusal,
        given=request.form,
        frequencies=FREQUENCIES,
        reminders=REMINDERS,
    )
    return (page, 400) if refusal else page


def _show_overview(**said: Any) -> str:
    return render_template("alerts/overview.html", **said)


def _registry() -> Registry:
    return services().stores.registry


def _describe(subscription: Subscription) -> str:
    return _registry().describe(subscription, words_of(current_language()))


def _find_address(subscription: Subscription) -> str:
    """Where the pages show the same as the subscription's mails."""
    if subscription.notice_id:
        return url_for("notices.page", notice_id=subscription.notice_id)
    if subscription.prices:
        return f"{url_for('prices.page')}?{urlencode(subscription.prices.to_params())}"
    return f"{url_for('search.results')}?{write_query(subscription.query)}"


def _find_feed(subscription: Subscription) -> str:
    """The private address of an alert's feed."""
    return absolute(f"/alerts/feed/{services().stores.stationery.links.token(Purpose.FEED, subscription.id)}")
