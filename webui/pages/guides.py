"""The guides: a list, a page for each, and one for each trouble that a guide answers."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from timthau.model.notice import Guide
from webui.http.address import absolute_url
from webui.http.language import DEFAULT, current_language
from webui.http.services import services
from webui.view.markup import GuideTrouble, build_html, flatten, list_steps, quote_text, split_body

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
    """One guide; in Vietnamese where it has no other language. With `large` in large type, nothing folded away."""
    guide = services().store.guide(slug, current_language())
    if guide is None:
        abort(404)
    if guide.source:  # of a site that anybody may write: a text, not a page of ours
        return render_template("guides/page.html", guide=guide, before=quote_text(guide.body), data=[])
    body = split_body(guide.body)
    return render_template(
        "guides/page.html",
        guide=guide,
        before=build_html(body.before),
        troubles=[(trouble, build_html(trouble.answer)) for trouble in body.troubles],
        after=build_html(body.after),
        large=request.args.get("large") == "1",
        data=[data for data in (build_how_to(guide), build_questions(guide, body.troubles)) if data],
    )


@blueprint.get("/<slug>/<name>")
def trouble(slug: str, name: str) -> str:
    """What helps with one trouble."""
    guide = services().store.guide(slug, current_language())
    troubles = split_body(guide.body).troubles if guide and not guide.source else ()
    found = next((one for one in troubles if one.name == name), None)
    if guide is None or found is None:
        abort(404)
    return render_template(
        "guides/trouble.html",
        guide=guide,
        trouble=found,
        answer=build_html(found.answer),
        others=[one for one in troubles if one is not found],
        data=build_questions(guide, [found]),
    )


def _is_foreign(guide: Guide) -> bool:
    return bool(guide.source)


def build_how_to(guide: Guide) -> dict[str, Any] | None:
    """The guide as schema.org's HowTo; None when it has no steps."""
    steps = [{"@type": "HowToStep", "name": step.name, "text": step.text} for step in list_steps(guide.body)]
    if not steps:
        return None
    described = {"name": guide.title, "description": guide.summary, "inLanguage": guide.language}
    return {"@context": "https://schema.org", "@type": "HowTo"} | described | {"step": steps}


def build_questions(guide: Guide, troubles: list[GuideTrouble] | tuple[GuideTrouble, ...]) -> dict[str, Any] | None:
    """Troubles and what helps as schema.org's FAQPage; None when there are none."""
    questions = [
        {
            "@type": "Question",
            "name": trouble.question,
            "url": absolute_url("guides.trouble", slug=guide.slug, name=trouble.name),
            "acceptedAnswer": {"@type": "Answer", "text": flatten(trouble.answer)},
        }
        for trouble in troubles
    ]
    if not questions:
        return None
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": guide.language,
        "mainEntity": questions,
    }
