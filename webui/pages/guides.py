"""The guides: a list, and a page for each."""

from typing import Any

from flask import Blueprint, abort, render_template

from timthau.model.notice import Guide
from webui.http.language import DEFAULT, current_language
from webui.http.services import services
from webui.view.markup import build_html, list_steps, quote_text

blueprint = Blueprint("guides", __name__, url_prefix="/guides")


@blueprint.get("")
def overview() -> str:
    """All guides, each in the page's language where it has one; ours come first."""
    guides: dict[str, Guide] = {}
    for guide in services().store.guides():
        if guide.language == current_language() or (guide.slug not in guides and guide.language == DEFAULT):
            guides[guide.slug] = guide
    return render_template("guides/overview.html", guides=sorted(guides.values(), key=_is_foreign))


@blueprint.get("/<slug>")
def page(slug: str) -> str:
    """One guide; in Vietnamese where it has no other language."""
    guide = services().store.guide(slug, current_language())
    if guide is None:
        abort(404)
    if guide.source:  # of a site that anybody may write: a text, not a page of ours
        return render_template("guides/page.html", guide=guide, html=quote_text(guide.body), data=None)
    return render_template("guides/page.html", guide=guide, html=build_html(guide.body), data=build_how_to(guide))


def _is_foreign(guide: Guide) -> bool:
    return bool(guide.source)


def build_how_to(guide: Guide) -> dict[str, Any] | None:
    """The guide as schema.org's HowTo; None when it has no steps."""
    steps = [{"@type": "HowToStep", "name": step.name, "text": step.text} for step in list_steps(guide.body)]
    if not steps:
        return None
    described = {"name": guide.title, "description": guide.summary, "inLanguage": guide.language}
    return {"@context": "https://schema.org", "@type": "HowTo"} | described | {"step": steps}
