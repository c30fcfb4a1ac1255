"""The operator's desk: nobody is let in without right, whatever they send; who is, finds faults and mends them."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from desk.account import TRIES_OF_NETWORK, Accounts
from desk.office import Office, open_office
from tests.site.webui import NOW, Site, build_notice, in_days, open_site
from timthau.model.alert import Mail, MailKind, MailState
from timthau.model.buyer import make_buyer_id
from timthau.model.desk.record import Operator
from timthau.model.notice import NoticeKind
from timthau.model.record import Failure, Run, RunStatus
from webui.desk.door import COOKIE
from webui.http.limit import Limiter

PASSWORD = "một mật khẩu khá dài"  # of a test
NOTICE = build_notice("a", title="Yêu cầu báo giá <b>băng</b>", deadline_at=in_days(3))
SOURCE = "bvbachmai.test"
DEFINITION = 'title = "Bệnh viện Mẫu"\nhome = "https://bv.example/"\n'

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / f"{SOURCE}.toml").write_text(DEFINITION, encoding="utf-8")
    return open_site(tmp_path, [NOTICE])


@pytest.fixture
def office(site: Site) -> Iterator[Office]:
    with open_office(site.settings) as opened:
        Accounts(opened).create("lan", PASSWORD, Operator(name="root"), NOW)
        yield opened


def _token(site: Site, path: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', site.client.get(path).text)
    assert found
    return found[1]


def _enter(site: Site, **said: str) -> int:
    form = {"name": "lan", "password": PASSWORD, "csrf_token": _token(site, "/admin/login")} | said
    return site.client.post("/admin/login", data=form).status_code


def _post(site: Site, path: str, **form: str) -> int:
    return site.client.post(path, data=form | {"csrf_token": _token(site, "/admin/mails")}).status_code


def _rules(site: Site) -> list[Rule]:
    return [rule for rule in site.client.application.url_map.iter_rules() if rule.rule.startswith("/admin")]


def _address(rule: Rule) -> str:
    return rule.rule.replace("<name>", SOURCE).replace("<notice_id>", NOTICE.id)


def _forms(site: Site) -> dict[str, Callable[..., object]]:
    """Every address that takes a form, with what answers there."""
    views = site.client.application.view_functions
    posts = [rule for rule in _rules(site) if "POST" in (rule.methods or ())]
    found: dict[str, Callable[..., object]] = {_address(rule): views[rule.endpoint] for rule in posts}
    assert len(found) >= 7
    return found


def test_there_is_no_desk_until_there_is_an_account(site: Site) -> None:
    assert {site.client.get(_address(rule)).status_code for rule in _rules(site) if "GET" in (rule.methods or ())} == {
        404
    }
    assert "/admin" not in site.client.get("/").text


@pytest.mark.parametrize("cookie", ["", "x", "a" * 4000, "'; DROP TABLE session; --"])
def test_every_page_and_method_is_shut_to_who_has_no_session(site: Site, office: Office, cookie: str) -> None:
    site.client.application.config["WTF_CSRF_ENABLED"] = False  # nothing is refused for want of one
    if cookie:
        site.client.set_cookie(COOKIE, cookie, path="/admin")
    answers = {
        (rule.endpoint, method): site.client.open(_address(rule), method=method, data={"action": "hide", "reason": "x"})
        for rule in _rules(site)
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
        if rule.endpoint not in ("desk.login", "desk.enter")
    }
    assert {answer.status_code for answer in answers.values()} <= {303, 403, 405, 200}
    for (endpoint, method), answer in answers.items():
        if answer.status_code == 200:
            assert method == "OPTIONS"
        elif answer.status_code == 303:
            assert answer.headers["Location"] == "/admin/login", endpoint
        assert "Yêu cầu báo giá" not in answer.text
    assert site.store.notice(NOTICE.id)
    assert [deed.what for deed in office.deeds.deeds()] == ["account create"]


def test_no_form_works_without_its_token(site: Site, office: Office) -> None:
    assert _enter(site) == 303
    for path in _forms(site):
        for token in ("", "forged"):
            form = {"action": "hide", "reason": "x", "csrf_token": token}
            assert site.client.post(path, data=form).status_code == 400, path
    assert site.store.notice(NOTICE.id)
    assert office.deeds.count("hide", in_days(-1), in_days(0)) == 0


def test_a_session_that_was_planted_before_is_none_after_the_login(site: Site, office: Office) -> None:
    site.client.set_cookie(COOKIE, "planted", path="/admin")
    before = _token(site, "/admin/login")
    answer = site.client.post("/admin/login", data={"name": "lan", "password": PASSWORD, "csrf_token": before})
    cookies = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{COOKIE}=")]
    (cookie,) = cookies
    assert "planted" not in cookie
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/admin"))
    assert _token(site, "/admin/mails") != before
    site.client.set_cookie(COOKIE, "planted", path="/admin")
    assert site.client.get("/admin/").status_code == 303


def test_the_cookie_is_for_encrypted_sites_alone_where_the_site_is_one(tmp_path: Path) -> None:
    site = open_site(tmp_path, base_url="https://localhost")
    with open_office(site.settings) as office:
        Accounts(office).create("lan", PASSWORD, Operator(name="root"), NOW)
    base = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/admin/login"}}
    found = re.search(r'name="csrf_token" value="([^"]+)"', site.client.get("/admin/login", **base).text)
    assert found
    form = {"name": "lan", "password": PASSWORD, "csrf_token": found[1]}
    answer = site.client.post("/admin/login", data=form, **base)
    assert answer.status_code == 303
    assert "Secure" in "".join(answer.headers.getlist("Set-Cookie"))


def test_leaving_ends_the_session_for_good(site: Site, office: Office) -> None:
    _enter(site)
    kept = site.client.get_cookie(COOKIE, path="/admin")
    assert kept
    assert _post(site, "/admin/logout") == 303
    site.client.set_cookie(COOKIE, kept.value, path="/admin")
    assert site.client.get("/admin/").status_code == 303


def test_wrong_passwords_are_counted_and_then_nobody_is_heard(
    site: Site, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limiter, "take", lambda *_: (True, 1, 0))  # the limit on forms, which has tests of its own
    for number in range(TRIES_OF_NETWORK):
        assert _enter(site, name=f"name{number}", password="not it") == 403
    form = {"name": "lan", "password": PASSWORD, "csrf_token": _token(site, "/admin/login")}
    answer = site.client.post("/admin/login", data=form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


def test_the_way_in_leads_nowhere_else(site: Site, office: Office) -> None:
    token = _token(site, "/admin/login?next=https://evil.example/")
    form = {"name": "lan", "password": PASSWORD, "csrf_token": token, "next": "//evil.example"}
    answer = site.client.post("/admin/login?next=https://evil.example/&url=//evil.example", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/")


def test_every_page_of_the_desk_is_whole_private_and_in_both_languages(site: Site, office: Office) -> None:
    _enter(site)
    for rule in _rules(site):
        if "GET" in (rule.methods or ()):
            for language in ("vi", "en"):
                answer = site.client.get(f"{_address(rule)}?lang={language}")
                assert answer.status_code == 200, rule
                assert answer.headers["Cache-Control"] == "no-store"
                assert "<b>băng" not in answer.text


@pytest.mark.parametrize("junk", ["%00", "../../etc/passwd", "a" * 3000, "é%FF", "'\""])
def test_no_address_and_no_form_brings_a_page_down(site: Site, office: Office, junk: str) -> None:
    _enter(site)
    for path in (f"/admin/sources/{junk}", f"/admin/notices/{junk}", f"/admin/notices?id={junk}", f"/admin/{junk}"):
        assert site.client.get(path).status_code < 500, path
    token = _token(site, "/admin/mails")
    for path, view in _forms(site).items():
        words = set(re.findall(r'"([a-z-]+)"', inspect.getsource(view)))  # the actions and the fields that it knows
        for action in {"", junk} | words if path not in ("/admin/login", "/admin/logout") else ():
            form = dict.fromkeys(words, junk) | {"action": action, "csrf_token": token}
            assert site.client.post(path, data=form).status_code < 500, (path, action)


def test_a_wrong_deadline_is_found_corrected_shown_as_corrected_and_reverted(site: Site, office: Office) -> None:
    _enter(site)
    page = f"/admin/notices/{NOTICE.id}"
    assert site.client.get(f"/admin/notices?id=http://localhost/notices/{NOTICE.id}").headers["Location"] == page
    assert (
        _post(site, page, action="correct", field="deadline_at", value="8/12/2026 16:30", reason="công văn 12") == 303
    )
    site.settle()
    shown = site.get(f"/notices/{NOTICE.id}")
    assert "Sửa thủ công" in shown
    assert "08/12/2026 16:30" in shown
    assert "26/11/2026 09:00" in shown  # what the page says
    site.store.save(NOTICE, in_days(1))
    assert "công văn 12" in site.get(page)
    (line,) = site.get("/admin/corrections.jsonl").splitlines()
    assert json.loads(line)["made_by"] == "lan"
    (told,) = json.loads(site.get(f"/api/v1/notices/{NOTICE.id}"))["corrected"]
    assert (told["field"], told["said"]) == ("deadline_at", "2026-11-26T09:00:00+07:00")
    assert _post(site, page, action="revert", field="deadline_at") == 303
    assert "Sửa thủ công" not in site.get(f"/notices/{NOTICE.id}")
    assert _post(site, page, action="correct", field="deadline_at", value="mai") == 400


def test_two_buyers_are_joined_under_the_page_of_one_until_it_is_undone(tmp_path: Path) -> None:
    one, other = build_notice("a", buyer="Bệnh viện Nhi cũ"), build_notice("b", buyer="Bệnh viện Nhi mới")
    site = open_site(tmp_path, [one, other])
    with open_office(site.settings) as opened:
        Accounts(opened).create("lan", PASSWORD, Operator(name="root"), NOW)
    _enter(site)
    old, new = (f"/buyers/{make_buyer_id(notice.buyer or '')}" for notice in (one, other))
    said = {"one": "Bệnh viện Nhi cũ", "other": "Bệnh viện Nhi mới", "reason": "đổi tên"}
    assert _post(site, "/admin/decisions", action="join-buyers", **said) == 303
    site.settle()
    assert site.client.get(old).headers["Location"] == new
    assert all(notice.id in site.get(new) for notice in (one, other))
    assert all(text in site.get("/admin/decisions") for text in ("đổi tên", "Hoàn tác"))
    (line,) = site.get("/admin/decisions.jsonl").splitlines()
    assert json.loads(line)["made_by"] == "lan"
    assert _post(site, "/admin/decisions", action="undo", target="1") == 303
    site.settle()
    assert one.id not in site.get(f"/search?buyer={other.buyer}")
    assert _post(site, "/admin/decisions", action="undo", target="1") == 400


def test_notices_are_joined_and_parted_on_the_page_of_one(tmp_path: Path) -> None:
    call, change = build_notice("a", title="Mua băng"), build_notice("b", title="Mua phim", kind=NoticeKind.AMENDMENT)
    site = open_site(tmp_path, [call, change])
    with open_office(site.settings) as opened:
        Accounts(opened).create("lan", PASSWORD, Operator(name="root"), NOW)
    _enter(site)
    two = {"one": change.id, "other": call.id}
    assert _post(site, "/admin/decisions", action="join-notices", kind="amends", **two) == 303
    site.settle()
    assert "do người vận hành trang này xác định" in site.get(f"/notices/{call.id}")
    assert "Tách hai thông báo" in site.get(f"/admin/notices/{call.id}")
    assert _post(site, "/admin/decisions", action="part-notices", **two) == 303
    site.settle()
    assert "do người vận hành" not in site.get(f"/notices/{call.id}")


def test_a_hidden_notice_is_on_no_page_but_the_desks(site: Site, office: Office) -> None:
    _enter(site)
    page = f"/admin/notices/{NOTICE.id}"
    assert _post(site, page, action="hide", reason="tên người bệnh") == 303
    site.settle()
    assert site.client.get(f"/notices/{NOTICE.id}").status_code == 404
    assert NOTICE.id not in site.get("/search?q=băng")
    assert "tên người bệnh" in site.get(page)
    assert _post(site, page, action="unhide") == 303
    site.settle()
    assert NOTICE.id in site.get("/search?q=băng")
    assert [deed.what for deed in office.deeds.deeds(target=NOTICE.id)] == ["unhide", "hide"]


def test_a_failing_source_is_found_understood_paused_repaired_and_run(site: Site, office: Office) -> None:
    number = site.store.start_run(SOURCE, NOW)
    failure = Failure(url="https://bv.example/tin/7", status=503, reason="answers 503", at=NOW)
    run = Run(id=number, source=SOURCE, started_at=NOW, status=RunStatus.FAILED, message="the home page answers 503")
    site.store.finish_run(run, [failure])
    _enter(site)
    assert '<th scope="row"></th>' not in site.get("/admin/")  # every part that is looked at has a name
    overview = site.get("/admin/sources")
    assert overview.index("Trang đang gặp sự cố") < overview.index(SOURCE)
    page = f"/admin/sources/{SOURCE}"
    assert all(said in site.get(page) for said in ("https://bv.example/tin/7", "answers 503", "Trang đang gặp sự cố"))
    assert _post(site, page, action="pause") == 303
    assert site.store.standings()[SOURCE].paused_at == NOW
    assert _post(site, page, action="define", definition="title = 5") == 400
    mended = DEFINITION.replace("https://bv.example/", "https://moi.bv.example/")
    assert _post(site, page, action="check", definition=mended) == 200
    assert "moi.bv.example" not in (site.settings.home / "sources" / f"{SOURCE}.toml").read_text()
    assert _post(site, page, action="define", definition=mended) == 303
    assert "moi.bv.example" in (site.settings.home / "sources" / f"{SOURCE}.toml").read_text()
    assert _post(site, page, action="resume") == _post(site, page, action="run") == 303
    assert [errand.work for errand in office.errands.errands(target=SOURCE)] == ["crawl", "check"]
    assert _post(site, page, action="remove") == 303
    assert site.client.get(page).status_code == 400


def test_mails_are_seen_sent_again_and_a_person_is_forgotten(site: Site, office: Office) -> None:
    _enter(site)
    mail = Mail(id="m1", kind=MailKind.LINK, email="a@b.vn", message="x", created_at=NOW)
    office.stores.mails.add(mail)
    office.stores.mails.settle("m1", MailState.FAILED, NOW, "550 no such <user>")
    assert "550 no such &lt;user&gt;" in site.get("/admin/mails")
    assert _post(site, "/admin/mails", action="resend", target="m1") == 303
    again = office.stores.mails.mail("m1")
    assert again is not None
    assert (again.state, again.attempts) == (MailState.WAITING, 0)
    assert _post(site, "/admin/mails", action="resend", target="m1") == 400
    assert _post(site, "/admin/mails", action="forget", target="A@b.vn ") == 303
    assert office.stores.mails.mail("m1") is None
    assert "a@b.vn" not in "".join(deed.detail for deed in office.deeds.deeds()).removeprefix("a@b.vn")
