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
from index.query import SOON_DAYS, Query, Sort
from timthau.model.notice import Guide, NoticeKind
from timthau.model.record import Summary
from timthau.text.amount import parse_amount, parse_day
from timthau.text.fold import fold
from webui.http.language import DEFAULT, current_language, gettext, ngettext
from webui.http.services import now, services
from webui.view import label, source, wording
from webui.view.facet import Facets
from webui.view.form import MAX_PAGE, PAGE_SIZE, TABLE_LENGTH, SearchForm, parse_form
from webui.view.markup import GuideTrouble, split_body
from webui.view.syntax import GROUPS
from webui.view.tab import list_tabs, parse_today
from webui.view.trouble import find_trouble
from webui.view.understanding import explain

_PASSAGES = 2
VERBATIM = frozenset({"province", "buyer", "not_province", "source"})  # filters whose values are names out of documents
_WORD = re.compile(r"\w+")
_COUNTED = "counts"  # asks a page for its facets where an engine answers sooner without them
_CLOSED = {"0", "false", "no", "off"}

blueprint = Blueprint("search", __name__)


@blueprint.app_template_filter("input_day")
def format_input_day(text: str) -> str:
    """A day of the address as a date field wants it: ISO 8601, or nothing."""
    return parse_day(text).isoformat() if text else ""


@dataclass(frozen=True)
class ResultLine:
    """A line of the result list: a notice or a guide, title and buyer with what matched, and where else words stand.

    `place` are the parameters that lead from the notice's page back to this place of the list.
    """

    notice: Summary | None
    guide: Guide | None
    title: tuple[str, ...]
    buyer: tuple[str, ...]
    passages: tuple[Passage, ...]
    place: str = ""


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
    """The result list with facets; without words and filters the newest notices, under a word of welcome.

    Where facets cost more than the hits the page is there before them, and says where it is to be had with them.
    """
    form = parse_form(request.args, now().date())
    welcome = request.endpoint == "search.home" and not form.given
    if welcome:
        form = parse_today(now())
    engine = services().engine
    size = form.size
    answer = engine.search(
        form.query, limit=size, offset=(form.page - 1) * size, now=now(), counts=_COUNTED in request.args
    )
    rows = list_rows(answer.hits, form, (form.page - 1) * size)
    rows = [row for row in rows if row.notice or form.query.text]  # without words, no guides
    guides = [(row.guide, find_answer(form.query.text, row.guide)) for row in rows if row.guide]
    facets = Facets(engine, form, answer, now()) if answer.counted else None
    return render_template(
        "search/results.html",
        form=form,
        heading=build_heading(form, answer),
        first_number=(form.page - 1) * size + 1,
        answer=answer,
        rows=[row for row in rows if row.notice],
        guides=[told for told in guides if is_question(form.query.text, told[0])],
        other_guides=[told for told in guides if not is_question(form.query.text, told[0])],
        facets=facets.list_names() if facets else [],
        spans=facets.list_spans() if facets else {},
        counted_address=form.build_address_with(_COUNTED, "1"),
        tabs=list_tabs(engine, form, answer, now()),
        chips=[] if welcome else list_chips(form),
        understanding=explain(form, answer),
        pages=list_pages(form.page, answer.total, size),
        welcome=welcome,
        table_length=TABLE_LENGTH,
        newest=list_newest() if welcome and not answer.total else [],
        progress=source.find_progress() if welcome and not answer.total else None,
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


def list_rows(hits: Iterable[Hit], form: SearchForm | None = None, before: int = 0) -> list[ResultLine]:
    """What the store knows of hits, in their order; a hit that the store has no more is left out.

    Those of a search (`form`) know their place in its list, of which `before` hits stand before them.
    """
    hits = list(hits)
    store = services().store
    summaries = store.summaries(hit.id for hit in hits if hit.entity is Entity.NOTICE)
    slugs = {hit.id for hit in hits if hit.entity is Entity.GUIDE}
    guides = _guides_in_language(store.guides_by_slug(slugs)) if slugs else {}
    rows = []
    for number, hit in enumerate(hits, start=before + 1):
        notice = summaries.get(hit.id) if hit.entity is Entity.NOTICE else None
        guide = guides.pop(hit.id, None) if hit.entity is Entity.GUIDE else None
        if found := notice or guide:
            place = form.build_address_with("at", str(number)) if form else ""
            rows.append(replace(_build_row(hit, notice, guide, found.title), place=place))
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


def find_answer(text: str, guide: Guide) -> GuideTrouble | None:
    """What of a guide of ours answers the words, where it has an answer to what they say."""
    return None if guide.source else find_trouble(text, guide.title, split_body(guide.body).troubles)


def is_question(text: str, guide: Guide) -> bool:
    """Whether words ask for a guide: by a trouble that it answers, or by words all of its title and keywords."""
    if find_asked_guide(text) == guide.slug:
        return True
    known = set(_WORD.findall(fold(" ".join((guide.title, *guide.keywords)))))
    return known.issuperset(_WORD.findall(fold(text)))


def list_newest() -> list[ResultLine]:
    """The notices published last, for a first page on which nothing is open."""
    answer = services().engine.search(Query(sort=Sort.NEWEST), limit=PAGE_SIZE, now=now(), passages=False, counts=False)
    return [row for row in list_rows(answer.hits) if row.notice]


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
    if name == "source":
        return source.name(value)
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
