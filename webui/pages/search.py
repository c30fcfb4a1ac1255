"""The search page."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from flask import Blueprint, render_template, request

from alerts.subscription import is_narrow
from index.contract import Answer, Entity, Hit, Passage
from index.language.symptom import find_asked_guide
from index.language.wish import understand
from timthau.model.notice import Guide, NoticeKind
from timthau.model.record import Summary
from timthau.text.amount import parse_amount, parse_day
from timthau.text.fold import fold
from webui.http.language import DEFAULT, current_language, gettext, ngettext
from webui.http.services import now, services
from webui.view import label, wording
from webui.view.facet import Facets
from webui.view.form import MAX_PAGE, SOON_DAYS, SearchForm, parse_form
from webui.view.syntax import GROUPS
from webui.view.understanding import explain

PAGE_SIZE = 20
BROWSE_SIZE = 50  # without words people scan a list by date, and no passages make it long
_PASSAGES = 2
VERBATIM = frozenset({"province", "buyer", "not_province"})  # filters whose values are names out of documents
_WORD = re.compile(r"\w+")
_CLOSED = {"0", "false", "no", "off"}

blueprint = Blueprint("search", __name__)


@blueprint.app_template_filter("input_day")
def format_input_day(text: str) -> str:
    """A day of the address as a date field wants it: ISO 8601, or nothing."""
    return parse_day(text).isoformat() if text else ""


@dataclass(frozen=True)
class ResultLine:
    """A line of the result list: a notice or a guide, title and buyer with what matched, and where else words stand."""

    notice: Summary | None
    guide: Guide | None
    title: tuple[str, ...]
    buyer: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Chip:
    """A filter in use and the address without it; `verbatim` where its text is as Vietnamese documents have it."""

    name: Any
    text: Any
    address: str
    verbatim: bool


@blueprint.get("/", endpoint="home")
@blueprint.get("/search", endpoint="results")
def show() -> str:
    """The result list with facets; without words and filters the newest notices, under a word of welcome."""
    form = parse_form(request.args, now().date())
    engine = services().engine
    size = PAGE_SIZE if form.query.text else BROWSE_SIZE
    answer = engine.search(form.query, limit=size, offset=(form.page - 1) * size, now=now())
    rows = [row for row in list_rows(answer.hits) if row.notice or form.query.text]  # without words, no guides
    facets = Facets(engine, form, answer, now())
    return render_template(
        "search/results.html",
        form=form,
        heading=build_heading(form, answer),
        first_number=(form.page - 1) * size + 1,
        answer=answer,
        rows=[row for row in rows if row.notice],
        guides=[row.guide for row in rows if row.guide and is_question(form.query.text, row.guide)],
        other_guides=[row.guide for row in rows if row.guide and not is_question(form.query.text, row.guide)],
        facets=facets.list_names(),
        spans=facets.list_spans(),
        states=facets.count_states(),
        chips=list_chips(form),
        understanding=explain(form, answer),
        pages=list_pages(form.page, answer.total, size),
        welcome=request.endpoint == "search.home" and not form.given,
        soon_days=SOON_DAYS,
        verbatim=VERBATIM,
        narrow=is_narrow(understand(form.query, now().date(), standing=True).query),
    )


@blueprint.get("/search/help")
def help_page() -> str:
    """What the search box understands."""
    return render_template("search/syntax.html", groups=GROUPS)


def build_heading(form: SearchForm, answer: Answer) -> str:
    """How many notices there are, and for which words."""
    total = answer.notice_total
    if form.query.text and not total and answer.total:
        return gettext("Guides for “%(words)s”", words=form.query.text)
    count = ngettext("%(count)s notice", "%(count)s notices", total, count=wording.format_number(total))
    return gettext("%(count)s for “%(words)s”", count=count, words=form.query.text) if form.query.text else count


def list_rows(hits: Iterable[Hit]) -> list[ResultLine]:
    """What the store knows of hits, in their order; a hit that the store has no more is left out."""
    hits = list(hits)
    store = services().store
    summaries = store.summaries(hit.id for hit in hits if hit.entity is Entity.NOTICE)
    slugs = {hit.id for hit in hits if hit.entity is Entity.GUIDE}
    guides = _guides_in_language(store.guides_by_slug(slugs)) if slugs else {}
    rows = []
    for hit in hits:
        notice = summaries.get(hit.id) if hit.entity is Entity.NOTICE else None
        guide = guides.pop(hit.id, None) if hit.entity is Entity.GUIDE else None
        if found := notice or guide:
            rows.append(_build_row(hit, notice, guide, found.title))
    return rows


def _build_row(hit: Hit, notice: Summary | None, guide: Guide | None, title: str) -> ResultLine:
    """The row of a hit: what is shown anyway is marked where it stands, other places are passages."""
    passages = {"".join(p.parts): replace(p, parts=join_matches(p.parts)) for p in hit.passages}
    marked_title = passages.pop(title, None)
    buyer = notice.buyer if notice else None
    marked_buyer = passages.pop(buyer, None) if buyer else None
    others = [passage for passage in passages.values() if passage.where not in {"title", "buyer"}]
    return ResultLine(
        notice=notice,
        guide=guide,
        title=marked_title.parts if marked_title else (title,),
        buyer=marked_buyer.parts if marked_buyer else (buyer or "",),
        passages=tuple(others[:_PASSAGES]),
    )


def join_matches(parts: Sequence[str]) -> tuple[str, ...]:
    """The parts of a passage with matches that only a space divides made one: "vật tư", not "vật", "tư"."""
    joined = list(parts[:2])
    for plain, match in zip(parts[2::2], [*parts[3::2], ""], strict=False):
        if plain.isspace() and match:
            joined[-1] += plain + match
        else:
            joined += [plain, match] if match else [plain]
    return tuple(joined)


def is_question(text: str, guide: Guide) -> bool:
    """Whether words ask for a guide: by a trouble that it answers, or by words all of its title and keywords."""
    if find_asked_guide(text) == guide.slug:
        return True
    known = set(_WORD.findall(fold(" ".join((guide.title, *guide.keywords)))))
    return known.issuperset(_WORD.findall(fold(text)))


def list_chips(form: SearchForm) -> list[Chip]:
    """The filters in use, each with the address that removes it."""
    return [
        Chip(label.FILTERS[name], _name_value(name, value), form.build_address_without(name, value), name in VERBATIM)
        for name, value in form.given
        if name in label.FILTERS
    ]


def list_pages(page: int, total: int, size: int) -> list[int | None]:
    """The numbers of the pages to offer around this one; None where some are left out."""
    last = min(MAX_PAGE, max(1, ceil(total / size)))
    shown = sorted({1, last, *(n for n in range(page - 2, page + 3) if 1 <= n <= last)})
    pages: list[int | None] = []
    for number in shown:
        if pages and pages[-1] is not None and number - pages[-1] > 1:
            pages.append(None)
        pages.append(number)
    return pages


def _name_value(name: str, value: str) -> Any:
    if name == "kind":
        return label.KINDS[NoticeKind(value)]
    if name == "field":
        return label.PURCHASES[value]
    if name == "open":
        return _name_status(value)
    if name in {"min_amount", "max_amount"}:
        return wording.format_amount(parse_amount(value))
    return value if name in VERBATIM else wording.format_day(parse_day(value))


def _name_status(value: str) -> str:
    if value == "soon":
        return gettext("closing within %(days)s days", days=SOON_DAYS)
    return str(gettext("closed") if value in _CLOSED else gettext("still open"))


def _guides_in_language(guides: Iterable[Guide]) -> dict[str, Guide]:
    """Of each guide the page's language, else Vietnamese, else any, by slug."""
    order = [current_language(), DEFAULT]
    ranked = sorted(guides, key=lambda guide: order.index(guide.language) if guide.language in order else len(order))
    return {guide.slug: guide for guide in reversed(ranked)}
