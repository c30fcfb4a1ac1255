"""What was asked for at the desk is done by a process beside it, and its outcome can be read."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from cli.demo.site import SampleSite, serve
from desk.notice import NoticeDesk
from desk.office import Office, open_office, present
from desk.report import Cause
from desk.source import SourceDesk
from desk.worker import ErrandWorker
from timthau.config import Settings, data_dir
from timthau.errors import SourceError
from timthau.model.desk.record import Operator, Work
from timthau.model.moment import HANOI

LAN = Operator(name="lan", network="192.0.2.1")
#: Nothing listens there.
NOWHERE = 'title = "Không đâu"\nhome = "http://127.0.0.1:9/"\n'


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with open_office(settings) as opened:
        yield opened


def test_a_source_is_run_and_a_corrected_notice_stays_right_when_it_is_read_again(office: Office) -> None:
    worker = ErrandWorker(office, now=present, delay=0)
    sources, notices = SourceDesk(office, LAN), NoticeDesk(office, LAN)
    with serve(SampleSite(data_dir() / "sample_site", today=date(2026, 11, 20))) as url:
        sources.define("mau", f'title = "Mẫu"\nhome = "{url}/"\nrequest_limit = 16\n', present())
        number = sources.ask_run("mau", present())
        assert sources.ask_run("mau", present()) == number  # it waits already
        (run,) = worker.work_off()
        assert " notices found, " in run.outcome
        view = sources.view("mau")
        assert [errand.work for errand in view.errands] == [Work.CRAWL]
        assert view.report.cause is Cause.CUT_SHORT
        store = office.stores.store
        notice = next(one for one in store.each_notice() if one.deadline_at)
        right = datetime(2027, 1, 8, 16, 30, tzinfo=HANOI)
        notices.correct(notice.id, "deadline_at", "8/1/2027 16:30", "điện thoại của bên mời", present())
        notices.ask_reread(notice.id, present())
        (again,) = worker.work_off()
        assert again.outcome.startswith("version 2, before 2; ")
        current = store.notice(notice.id)
        assert current is not None
        assert current.deadline_at == right
    done = [deed.what for deed in office.deeds.deeds()]
    assert done == ["reread", "correct", "source run", "source run", "source define"]


def test_a_look_by_a_definition_keeps_nothing_and_says_why_it_failed(office: Office, tmp_path: Path) -> None:
    desk = SourceDesk(office, LAN)
    desk.ask_check("khong-dau", NOWHERE, present())
    desk.ask_add("http://127.0.0.1:9/", present())
    done, added = ErrandWorker(office, now=present, delay=0).work_off()
    assert done.outcome.startswith("cannot be read\nkhong-dau: failed")
    assert added.outcome.startswith("failed: no definition was written: ")
    assert not (office.settings.home / "sources").exists()
    assert office.stores.store.runs("khong-dau") == []
    with pytest.raises(SourceError):
        desk.ask_check("../../etc/cron", NOWHERE, present())


def test_what_is_interrupted_waits_for_the_next_process(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    office.errands.ask(Work.CRAWL, "mau", by="lan", at=present())
    with monkeypatch.context() as patch:
        patch.setattr("desk.worker.crawl", stop)
        with pytest.raises(KeyboardInterrupt):
            ErrandWorker(office, now=present).work_off()
    assert office.errands.count_waiting() == 1


def test_what_fails_says_why_and_what_was_lost_is_ended(office: Office) -> None:
    office.errands.ask(Work.REREAD, "nobody", by="lan", at=datetime(2026, 11, 1, tzinfo=HANOI))
    office.errands.take(datetime(2026, 11, 1, tzinfo=HANOI))  # by a worker that was killed
    office.errands.ask(Work.REREAD, "nobody", by="lan", at=present())
    (done,) = ErrandWorker(office, now=lambda: datetime(2026, 11, 20, tzinfo=HANOI)).work_off()
    assert done.outcome == "failed: there is no notice nobody"
    assert [errand.outcome.partition(":")[0] for errand in office.errands.errands()] == ["failed", "lost"]
