"""Which notices and files are read again although nothing says that they changed."""

from collections.abc import Sequence
from datetime import datetime

from crawler.discovery.lead import Lead
from crawler.reading.survey import Survey
from timthau.model.record import Run, RunStatus
from timthau.store.notice import Store

#: A second crawl may make 15 % of the first one's requests; what is left of it, with some room for repeats, goes to
#: reading notices again.
_SHARE = 0.11
_MORE_RECHECKS = 10
#: Of that share, what goes to the files of notices whose pages have not changed.
_FILE_SHARE = 0.02
_FEWEST_FILES = 3
#: So many are read again in any case, open ones first: lists and doors may use up what a small or busy site allows.
_FEWEST_RECHECKS = 3


def choose_rechecks(site: Survey, store: Store, *, earlier: Sequence[Run], made: int, now: datetime) -> list[Lead]:
    """The notices to read again, open ones first; `made` are the requests of this run so far.

    What the run's changes amend is doubted. The files of known notices share in what a second crawl may cost.
    """
    agenda = site.agenda
    if agenda.changes:
        store.relations.catch_up()
        for amended in store.relations.amended(agenda.changes).values():
            for notice_id in amended:
                agenda.suspect(notice_id)
    ids = [page.notice_id for page in agenda.known.values() if page.notice_id]
    usual = max((run.requests for run in earlier if run.status is RunStatus.OK), default=0)
    allowance = max(_FEWEST_RECHECKS, int(_SHARE * usual) - made)
    if agenda.has_news:  # where something is new, somebody was at work, and more may have changed
        allowance += _MORE_RECHECKS
    leads = agenda.rechecks(store.summaries(ids), now, allowance)
    site.reader.choose_files(leads, max(_FEWEST_FILES, int(_FILE_SHARE * usual)))
    return leads
