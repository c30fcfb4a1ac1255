"""Bounces, complaints and arrivals: who reported what about which mail."""

import json
import mailbox
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from alerts.bounce import Report, load_messages, parse_message, parse_report, parse_webhook, take_report
from alerts.letter import new_mail_id
from cli.main import main
from index.query import Query
from tests.site.alert_stores import NOON, READER, StaffedStores, read
from timthau.errors import DocumentError
from timthau.model.alert import Mail, MailKind, ReportKind, SubscriptionState

_DSN = """\
From: MAILER-DAEMON@relay.example
To: timthau@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="XX"

--XX
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--XX
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{address}>: Recipient address rejected

--XX
Content-Type: {original}

Return-Path: <timthau@localhost>
Message-ID: {message_id}
Subject: =?utf-8?q?M=E1=BB=9Bi?=

--XX--
"""
_COMPLAINT = """\
From: <abusedesk@mail.example>
To: timthau@localhost
Subject: FW: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="XX"

--XX
Content-Type: text/plain

This is an email abuse report.

--XX
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--XX
Content-Type: message/rfc822

{message}

--XX--
"""


@pytest.fixture
def mail(stores: StaffedStores) -> Mail:
    stores.subscribe("băng phim")
    stores.subscribe("găng tay")
    return stores.mails.mails()[0]


@pytest.fixture
def other(stores: StaffedStores, mail: Mail) -> Mail:
    """Another mail of the same alert."""
    mail_id = new_mail_id()
    stores.mails.add(replace(mail, id=mail_id, message=mail.message.replace(mail.id, mail_id)))
    found = stores.mails.mail(mail_id)
    assert found
    return found


def _take(stores: StaffedStores, source: bytes) -> bool:
    report = parse_report(parse_message(source))
    return report is not None and take_report(stores, report, NOON)


def _bounce(
    mail: Mail,
    status: str = "5.1.1",
    action: str = "failed",
    original: str = "text/rfc822-headers",
    message_id: str = "",
) -> bytes:
    named = message_id or str(read(mail)["Message-ID"])
    text = _DSN.format(address=mail.email, status=status, action=action, original=original, message_id=named)
    return text.encode()


def _states(stores: StaffedStores, mail: Mail | None = None) -> set[SubscriptionState]:
    """The states of all alerts, or of the one that a mail is of."""
    rows = stores.subscriptions.all()
    return {row.state for row in rows if mail is None or row.id == mail.subscription_id}


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822", "message/rfc822-headers"])
def test_hard_bounces_of_two_mails_of_an_alert_disable_it_and_no_other(
    stores: StaffedStores, mail: Mail, other: Mail, original: str
) -> None:
    report = parse_report(parse_message(_bounce(mail, original=original)))
    if original == "message/rfc822-headers":  # no registered type: nobody can say what is in it
        assert report in (None, Report(mail.id, ReportKind.HARD_BOUNCE, report.diagnostic if report else ""))
        return
    assert report
    assert report.kind is ReportKind.HARD_BOUNCE
    assert take_report(stores, report, NOON)
    assert not take_report(stores, report, NOON)
    assert _states(stores) == {SubscriptionState.ACTIVE}
    assert _take(stores, _bounce(other, original=original))
    assert _states(stores, mail) == {SubscriptionState.DISABLED}
    assert _states(stores) == {SubscriptionState.DISABLED, SubscriptionState.ACTIVE}


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "5.3.4"])
def test_a_full_mailbox_or_an_unwanted_mail_does_not_disable_an_address(
    stores: StaffedStores, mail: Mail, status: str
) -> None:
    report = parse_report(parse_message(_bounce(mail, status=status)))
    assert report
    assert report.kind is ReportKind.SOFT_BOUNCE
    assert take_report(stores, report, NOON)
    assert _states(stores) == {SubscriptionState.ACTIVE}


def test_a_wish_whose_confirmation_bounces_is_over_and_not_merely_disabled(stores: StaffedStores) -> None:
    stores.registry.subscribe(READER, Query(text="thuốc"), NOON)
    report = parse_report(parse_message(_bounce(stores.mails.mails()[0])))
    assert report
    assert take_report(stores, report, NOON)
    assert _states(stores) == {SubscriptionState.DELETED}


def test_a_delay_is_no_bounce(mail: Mail) -> None:
    assert parse_report(parse_message(_bounce(mail, status="4.4.1", action="delayed"))) is None


def test_a_forged_bounce_that_does_not_know_the_message_id_does_nothing(stores: StaffedStores, mail: Mail) -> None:
    forged = parse_report(parse_message(_bounce(mail, message_id=f"<{'0' * 32}@localhost>")))
    assert forged
    assert not take_report(stores, forged, NOON)
    assert parse_report(parse_message(_bounce(mail, message_id="<x@localhost>"))) is None
    assert _states(stores) == {SubscriptionState.ACTIVE}


def test_a_complaint_ends_the_alert_of_its_mail_and_no_more_than_its_link_would(
    stores: StaffedStores, mail: Mail
) -> None:
    report = parse_report(parse_message(_COMPLAINT.format(message=mail.message.replace("\r\n", "\n")).encode()))
    assert report
    assert report.kind is ReportKind.COMPLAINT
    assert take_report(stores, report, NOON)
    ended = {row.id: row.state for row in stores.subscriptions.all()}
    assert ended.pop(mail.subscription_id or "") is SubscriptionState.DELETED
    assert set(ended.values()) == {SubscriptionState.ACTIVE}


def test_an_ordinary_mail_or_an_answer_to_one_is_no_report(stores: StaffedStores, mail: Mail) -> None:
    answer = EmailMessage()
    answer["Subject"], answer["Message-ID"] = "Re: Mới", "<abc@cong-ty.vn>"
    answer["In-Reply-To"] = read(mail)["Message-ID"]
    answer.set_content("Cảm ơn")
    assert parse_report(answer) is None
    arrived = parse_report(read(mail))
    assert arrived
    assert not take_report(stores, arrived, NOON)  # only canaries are looked for


def test_who_was_forwarded_one_mail_cannot_end_the_other_alerts_with_reports_about_it(
    stores: StaffedStores, mail: Mail
) -> None:
    entry = {"message_id": read(mail)["Message-ID"], "diagnostic": "550 5.1.1 unknown"}
    for kind in ("hard_bounce", "complaint", "hard_bounce", "complaint"):
        for report in parse_webhook(json.dumps({"reports": [entry | {"kind": kind}]}).encode()):
            take_report(stores, report, NOON)
    states = {row.id: row.state for row in stores.subscriptions.all()}
    assert states.pop(mail.subscription_id or "") is SubscriptionState.DELETED
    assert set(states.values()) == {SubscriptionState.ACTIVE}


def test_who_was_forwarded_a_mail_of_each_alert_disables_none_with_reports_about_them(stores: StaffedStores) -> None:
    for text in ("băng phim", "găng tay", "kim tiêm"):
        stores.subscribe(text)
    entries = [{"message_id": read(mail)["Message-ID"], "kind": "hard_bounce"} for mail in stores.mails.mails()]
    assert len(entries) == 3
    for report in parse_webhook(json.dumps({"reports": entries * 2}).encode()):
        take_report(stores, report, NOON)
    assert _states(stores) == {SubscriptionState.ACTIVE}


def test_a_hard_bounce_that_is_about_policy_is_a_soft_one() -> None:
    entry = {"message_id": f"<{'a' * 32}@x>", "kind": "hard_bounce", "diagnostic": "550 5.7.1 blocked, see list"}
    (report,) = parse_webhook(json.dumps({"reports": [entry]}).encode())
    assert report.kind is ReportKind.SOFT_BOUNCE


def test_a_webhook_brings_the_same_reports(stores: StaffedStores, mail: Mail) -> None:
    entry = {"message_id": read(mail)["Message-ID"], "kind": "hard_bounce", "diagnostic": "5.1.1 unknown"}
    stranger = {"message_id": "<somebody@else>", "kind": "complaint"}
    (report,) = parse_webhook(json.dumps({"reports": [entry, stranger]}).encode())
    assert report == Report(mail.id, ReportKind.HARD_BOUNCE, "5.1.1 unknown")
    assert take_report(stores, report, NOON)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"reports": 1}', b'{"reports": [{}]}', b'{"reports": ["x"]}'])
def test_a_webhook_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(DocumentError):
        parse_webhook(body)


@given(st.binary(max_size=400), st.integers(0, 900))
def test_whatever_comes_is_read_or_left(noise: bytes, at: int) -> None:
    source = _DSN.format(
        address=READER, status="5.1.1", action="failed", original="message/rfc822", message_id=f"<{'a' * 32}@x>"
    ).encode()
    parse_report(parse_message(source[:at] + noise + source[at:]))


_PARTS = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(5000))


@pytest.mark.parametrize(
    "message",
    [
        _PARTS,
        "Content-Type: message/rfc822\n\n" * 5000,
        "Content-Type: multipart/report" + "".join(f"; a{n}*{n}=x" for n in range(50_000)) + "\n\nx",
        f"Subject: {'=?utf-8?q?a?= ' * 100_000}\n\nx",
        f"Message-ID: {'<' * 1_000_000}\n\nx",
    ],
    ids=["parts in parts", "mails in mails", "parameters", "words", "an id"],
)
def test_a_message_that_is_made_to_hurt_keeps_no_other_from_being_read(
    mail: Mail, tmp_path: Path, message: str
) -> None:
    folder = mailbox.Maildir(tmp_path / "Maildir")
    for content in (message.encode(), _bounce(mail)):
        folder.add(content)
    reports = [parse_report(found) for found in load_messages(tmp_path / "Maildir")]
    assert sorted(report.mail_id if report else "" for report in reports) == ["", mail.id]
    assert not list((tmp_path / "Maildir" / "new").iterdir())


def test_the_command_reads_a_maildir_once_an_mbox_a_file_and_stdin(
    stores: StaffedStores, mail: Mail, other: Mail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMTHAU_HOME", str(stores.settings.home))
    folder = mailbox.Maildir(tmp_path / "Maildir")
    folder.add(_bounce(mail, status="5.2.2"))
    box = mailbox.mbox(tmp_path / "mbox")
    box.add(_bounce(mail))
    box.add(_bounce(other))
    box.close()
    run = CliRunner().invoke
    assert "1 soft_bounce" in run(main, ["alerts", "bounce", str(tmp_path / "Maildir")]).output
    assert "nothing new" in run(main, ["alerts", "bounce", str(tmp_path / "Maildir")]).output
    assert "2 hard_bounce" in run(main, ["alerts", "bounce", str(tmp_path / "mbox")]).output
    assert "1 known or not ours" in run(main, ["alerts", "bounce", "-"], input=_bounce(mail)).output
    assert _states(stores, mail) == {SubscriptionState.DISABLED}
    with pytest.raises(DocumentError):
        list(load_messages(tmp_path / "nothing"))


def test_asking_again_and_resuming_brings_a_disabled_address_back(
    stores: StaffedStores, mail: Mail, other: Mail
) -> None:
    for one in (mail, other):
        assert _take(stores, _bounce(one))
    assert _states(stores, mail) == {SubscriptionState.DISABLED}
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON)
    (link,) = [mail for mail in stores.mails.mails() if mail.kind is MailKind.LINK]
    for row in stores.subscriptions.all():
        stores.subscriptions.resume(row.id)
    assert _take(stores, _bounce(link))  # one alone says no more than the first one did
    assert _states(stores) == {SubscriptionState.ACTIVE}
