"""`timthau sources`: listing, checking and adding sites."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.demo.site import SampleSite, serve
from cli.main import main
from crawler.egp.search import list_searches
from crawler.source import load_source
from tests.site.loopback import Answer, Site
from tests.site.loopback import serve as serve_loopback
from tests.site.portal import Portal, make_record
from tests.site.small_site import one_list
from timthau.config import data_dir
from timthau.model.moment import HANOI
from timthau.model.record import Failure, Run, RunStatus
from timthau.store.notice import Store
from timthau.store.portal import PortalDay


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIMTHAU_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with serve(SampleSite(data_dir() / "sample_site", today=date(2026, 11, 20))) as url:
        yield url


def _run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["sources", *arguments])
    assert result.exit_code == code, result.output
    return result


def test_adding_a_site_says_what_it_is_and_writes_a_definition_that_can_be_crawled(
    site: str, tmp_path: Path, home: Path
) -> None:
    out = _run("add", site, "--name", "mat-song-trang", "--folder", str(tmp_path), "--delay", "0").stdout
    assert "platform: thanhhoa" in out
    assert re.search(rf"section: +\d+  Yêu cầu báo giá  {site}/web/trang-chu/yeu-cau-bao-gia.htm", out)
    assert out.count("2026-11-") == 5
    source = load_source(tmp_path / "mat-song-trang.toml")
    assert (source.home, source.platform) == (f"{site}/", "thanhhoa")
    assert "Bệnh viện Mắt Sông Trăng" in source.title
    assert source.expected_minimum >= 10
    assert not (home / "timthau.db").exists()


def test_a_definition_is_never_overwritten(site: str, tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text("mine")
    assert "already" in _run("add", site, "--name", "x", "--folder", str(tmp_path), code=1).stderr
    assert path.read_text() == "mine"


def test_a_site_that_does_not_answer_gets_no_definition(tmp_path: Path) -> None:
    out = _run("add", "http://127.0.0.1:9/", "--folder", str(tmp_path), "--delay", "0", code=1)
    assert "no definition was written" in out.stderr
    assert list(tmp_path.glob("*.toml")) == []


def test_checking_names_what_cannot_be_read(site: str) -> None:
    out = _run("check", site, "http://127.0.0.1:9/", "--delay", "0", code=1)
    assert f"ok  {site}: thanhhoa" in out.stdout
    assert "BAD http://127.0.0.1:9/" in out.stdout
    assert "cannot be read: http://127.0.0.1:9/" in out.stderr


def test_a_look_that_lost_something_does_not_say_ok() -> None:
    pages = one_list("/bg/{}.html", 4, **{"/bg/2.html": Answer("", 503)})
    with serve_loopback(Site(pages)) as url:
        out = _run("check", f"{url}/", "--delay", "0").stdout
    assert out.startswith(f"gap {url}/: generic, 3 notices found, not read: 1 ({url}/bg/2.html: answers 503)")


def test_a_look_that_a_limit_cut_off_does_not_say_ok(tmp_path: Path) -> None:
    with serve_loopback(Site(one_list("/bg/{}.html", 9))) as url:
        path = tmp_path / "kho.toml"
        path.write_text(f'title = "Kho"\nhome = "{url}/"\nrequest_limit = 10\n', encoding="utf-8")
        out = _run("check", str(path), "--delay", "0").stdout
    assert out.startswith("gap ")
    assert "stopped after 10 requests" in out


def test_checking_the_portal_costs_one_search_and_says_what_there_is(tmp_path: Path) -> None:
    at = datetime.now(HANOI) - timedelta(days=1)
    portal = Portal(make_record(f"IB{number:010}", at - timedelta(minutes=number)) for number in range(34))
    path = tmp_path / "cong.toml"
    with serve_loopback(portal) as url:
        path.write_text(f'title = "Cổng"\nhome = "{url}/"\nplatform = "egp"\n')
        out = _run("check", str(path), "--delay", "0").stdout
        since = (datetime.now(HANOI) - timedelta(days=6)).date()
        assert out == f"ok  {path}: egp, 10 notices found, 10 new, 0 changed; 34 published since {since}\n"
        assert len(portal.searches) == 1
        portal.trouble = [Answer("", 403)]
        assert "answers 403; it is left alone" in _run("check", str(path), "--delay", "0", code=1).stdout


def test_every_shipped_source_is_listed_as_not_yet_crawled() -> None:
    out = _run("list").stdout
    assert out.count("never crawled") == len(list((data_dir() / "sources").glob("*.toml")))
    assert "not yet checked" in out
    assert "no day of publication read" in out


def test_the_portal_is_listed_with_the_days_that_were_read(home: Path) -> None:
    source = load_source(data_dir() / "sources" / "muasamcong.mpi.gov.vn.toml")
    assert source.portal is not None
    (search,) = list_searches(source.portal)
    read_at = datetime(2026, 11, 23, tzinfo=HANOI)
    store = Store.open(f"sqlite:///{home}/timthau.db")
    for number in (20, 21, 22):
        day = PortalDay(
            source=source.name,
            search=search.key,
            day=date(2026, 11, number),
            pages=2,
            received=20,
            total=20,
            complete=number != 21,
            read_at=read_at,
        )
        store.save_portal_page([], day, read_at)
    store.close()
    assert (
        "    days of publication read: 2, 2026-11-20 to 2026-11-22, not complete: 2026-11-21\n" in _run("list").stdout
    )


def _define(home: Path, name: str, url: str) -> Path:
    (home / "sources").mkdir(parents=True, exist_ok=True)
    path = home / "sources" / f"{name}.toml"
    path.write_text(f'title = "X"\nhome = "{url}/"\n')
    return path


def test_an_added_site_stands_beside_the_shipped_ones_and_can_be_removed(site: str, home: Path) -> None:
    _run("add", site, "--name", "mat", "--path", "/web", "--delay", "0")
    assert load_source(home / "sources" / "mat.toml").path == "/web"
    assert "mat  " in _run("list").stdout
    _run("remove", "mat")
    assert "mat  " not in _run("list").stdout
    assert "ships with TimThau" in _run("remove", "choray.vn", code=1).stderr
    assert "there is no source mat" in _run("remove", "mat", code=1).stderr


def test_a_folder_is_looked_at_before_the_site_is(tmp_path: Path) -> None:
    out = _run("add", "http://127.0.0.1:9/", "--folder", str(tmp_path / "nowhere"), "--delay", "0", code=1)
    assert "is no folder" in out.stderr


def test_http_is_suggested_where_tls_does_not_answer(tmp_path: Path) -> None:
    out = _run("add", "https://127.0.0.1:9/", "--delay", "0", code=1)
    assert "try http://127.0.0.1:9/" in out.stderr


def test_paused_sources_say_so_until_they_are_resumed(home: Path) -> None:
    _define(home, "mine", "https://mine.example")
    _run("pause", "mine", "choray.vn")
    assert _run("list").stdout.count("(paused)") == 2
    _run("resume", "choray.vn")
    assert _run("list").stdout.count("(paused)") == 1
    assert "there is no source nobody" in _run("pause", "nobody", code=1).stderr


def test_what_fails_is_listed_for_programs_and_shown_with_every_failure(home: Path) -> None:
    _define(home, "bad", "https://bad.example")
    at = datetime.now(HANOI).replace(microsecond=0)
    store = Store.open(f"sqlite:///{home}/timthau.db")
    for name, status in (("bad", RunStatus.INCOMPLETE), ("choray.vn", RunStatus.OK)):
        number = store.start_run(name, at)
        failure = Failure(url="https://bad.example/tin/7", status=503, reason="answers 503", at=at)
        run = Run(id=number, source=name, started_at=at, finished_at=at, status=status, message="2 found")
        store.finish_run(run, [failure] if name == "bad" else [])
    store.close()
    (line,) = _run("list", "--failing", "--json").stdout.splitlines()
    said = json.loads(line)
    assert (said["name"], said["status"], said["message"]) == ("bad", "incomplete", "2 found")
    out = _run("show", "bad").stdout
    assert f"{at:%H:%M:%S} 503 https://bad.example/tin/7: answers 503" in out
    assert str(home / "sources" / "bad.toml") in out
    assert "there is no source nobody" in _run("show", "nobody", code=1).stderr
