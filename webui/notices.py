"""The page of one notice."""

import re

from flask import Blueprint, abort, render_template

from index.contract import Entity
from index.query import Query
from timthau.model import Notice
from timthau.store import Summary
from webui.access import access, now
from webui.change import find_moved_deadline, list_revisions

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

_RELATED = 5
_TITLE_WORDS = 16  # enough to know a purchase by, few enough to stay fast


@blueprint.get("/<notice_id>")
def page(notice_id: str) -> str:
    """All that a notice says, what it said before, and where it was found."""
    store = access().store
    notice = store.notice(notice_id)
    if notice is None:
        abort(404)
    versions = store.versions(notice_id)
    return render_template(
        "notices/page.html",
        notice=notice,
        versions=versions,
        revisions=list_revisions(versions),
        moved_from=find_moved_deadline(versions),
        amended=store.notice(notice.amends) if notice.amends else None,
        related=list_related(notice),
    )


def list_related(notice: Notice) -> list[Summary]:
    """Notices whose words are most like this one's title, best first."""
    words = re.findall(r"\w+", notice.title)[:_TITLE_WORDS]
    if not words:
        return []
    answer = access().engine.search(Query(text=" ".join(words)), limit=_RELATED + 1, now=now())
    ids = [hit.id for hit in answer.hits if hit.entity is Entity.NOTICE and hit.id != notice.id][:_RELATED]
    summaries = access().store.summaries(ids)
    return [summaries[found] for found in ids if found in summaries]
