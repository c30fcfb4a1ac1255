"""Where in the list of a search a notice stands, as the address of its page says: the way back, and its neighbours."""

from dataclasses import dataclass

from flask import request, url_for

from index.contract import Entity, Hit
from webui.http.services import now, services
from webui.view.form import SearchForm, parse_form

_MOST_DIGITS = 6
_NEAR = 12  # places by which a notice may have moved while its reader read


@dataclass(frozen=True)
class Place:
    """The search that a reader comes from, its address, and the addresses of the notices before and after this one."""

    form: SearchForm
    back: str
    before: str | None = None
    after: str | None = None


def find_place(notice_id: str) -> Place | None:
    """The place that the address of this request names; None where it names none."""
    form = parse_form(request.args, now().date())
    if not form.given:
        return None
    at = _read_number(request.args.get("at", ""))
    page = (at - 1) // form.size + 1 if at else 1
    back = url_for("search.results") + form.build_address(page=str(page) if page > 1 else None)
    if not at:
        return Place(form, back)
    for before in (2, _NEAR):
        first = max(0, at - before)
        hits = (
            services()
            .engine.search(form.query, limit=2 * before - 1, offset=first, now=now(), passages=False, counts=False)
            .hits
        )
        if found := [place for place, hit in enumerate(hits) if hit.id == notice_id]:
            here = found[0]
            return Place(
                form,
                back,
                _build_address(form, hits[:here][-1:], first + here),
                _build_address(form, hits[here + 1 :][:1], first + here + 2),
            )
    return Place(form, back)


def _build_address(form: SearchForm, hits: tuple[Hit, ...], at: int) -> str | None:
    """The address of a neighbour at a place; None where there is none, or a guide."""
    if not hits or hits[0].entity is not Entity.NOTICE:
        return None
    return url_for("notices.page", notice_id=hits[0].id) + form.build_address(page=None, at=str(at))


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else 0
