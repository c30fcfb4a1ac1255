"""Handing mails to relays as they are: with TLS and a password, picky, gone."""

import email
import email.policy
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult, LoginPassword

from alerts.letter import SUBSCRIPTION_HEADER
from alerts.mailer import DeliveryOutcome, SmtpMailer, is_allowed, open_mailer
from alerts.worker import Worker
from index.query import Query
from tests.site import postfix
from tests.site.alert_stores import NOON, READER, StaffedStores
from tests.site.smtp_relay import run_relay
from timthau.errors import MailError
from timthau.model.alert import Mail, MailKind, MailState


@pytest.fixture
def mail(stores: StaffedStores) -> Mail:
    stores.registry.subscribe(READER, Query(text="băng phim"), NOON)
    return stores.mails.mails()[0]


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postfix.Postfix]:
    if not postfix.is_installed():
        pytest.skip("needs Debian's postfix, sasl2-bin and root")
    with postfix.run_postfix(tmp_path_factory.mktemp("postfix") / "postfix") as running:
        yield running


def _send(url: str, mail: Mail) -> Any:
    mailer = SmtpMailer(url, "timthau@localhost")
    try:
        return mailer.send(mail)
    finally:
        mailer.close()


def test_postfix_takes_mail_over_starttls_with_a_password_and_delivers_it_unharmed(
    stores: StaffedStores, relay: postfix.Postfix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(relay.certificate))
    with time_machine.travel(NOON):
        stores.registry.subscribe("here@cong-ty.vn", Query(text="thủy tinh thể"), NOON)
        stores.registry.subscribe("nobody@cong-ty.vn", Query(text="thủy tinh thể"), NOON)
        settings = replace(stores.settings, smtp_url=relay.url(), mail_allow=("*",))
        with open_mailer(settings) as mailer:
            tally = Worker(stores, mailer).run().tally
    assert (tally.sent, tally.failed, tally.trouble) == (1, 1, "")
    deadline = time.monotonic() + 20
    while not relay.messages():
        assert time.monotonic() < deadline, (relay.root / "log").read_text()
        time.sleep(0.05)  # Postfix delivers after it has accepted
    parse: Any = partial(email.message_from_bytes, policy=email.policy.default)
    (delivered,) = map(parse, relay.messages())
    (sent,) = [mail for mail in stores.mails.mails() if mail.state is MailState.SENT]
    written = parse(sent.message.encode())
    for name in ("Subject", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", SUBSCRIPTION_HEADER):
        assert delivered[name] == written[name]
    assert "ESMTPSA" in str(delivered["Received"])
    texts = [message.get_body(("plain",)).get_content() for message in (delivered, written)]
    assert texts[0].split() == texts[1].split()
    (refused,) = [mail for mail in stores.mails.mails() if mail.state is MailState.FAILED]
    assert refused.answer.startswith("550 5.1.1")


def test_a_wrong_password_is_the_relays_trouble_and_not_the_mails(
    mail: Mail, relay: postfix.Postfix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(relay.certificate))
    with pytest.raises(MailError, match="535"):
        _send(relay.url(password="wrong"), mail)


def test_a_password_is_not_given_to_a_relay_whose_certificate_nobody_vouches_for(
    mail: Mail, relay: postfix.Postfix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(MailError, match="certificate verify failed"):
        _send(relay.url(), mail)


def test_a_password_is_not_given_without_tls(mail: Mail) -> None:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        raise AssertionError("the password was given")

    with run_relay(authenticator=check, auth_require_tls=False) as plain, pytest.raises(MailError, match="STARTTLS"):
        _send(plain.url.replace("//", "//user:secret@"), mail)
    assert plain.accepted == []


def test_a_relay_without_tls_takes_mail_where_no_password_is_needed(mail: Mail) -> None:
    with run_relay() as plain:
        assert _send(plain.url, mail).outcome is DeliveryOutcome.ACCEPTED


def test_a_connection_that_the_relay_ended_is_opened_again(mail: Mail) -> None:
    with run_relay() as plain:
        mailer = SmtpMailer(plain.url, "timthau@localhost")
        assert mailer.send(mail).outcome is DeliveryOutcome.ACCEPTED
        assert mailer._connection
        assert mailer._connection.sock
        mailer._connection.sock.shutdown(socket.SHUT_RDWR)
        assert mailer.send(mail).outcome is DeliveryOutcome.ACCEPTED
        mailer.close()
    assert len(plain.accepted) == 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such user", DeliveryOutcome.UNKNOWN_ADDRESS),
        ("550 no such user", DeliveryOutcome.UNKNOWN_ADDRESS),
        ("550 5.7.1 blocked", DeliveryOutcome.REFUSED),
        ("550 blocked using zen.example, see list", DeliveryOutcome.REFUSED),
        ("552 5.2.2 mailbox full", DeliveryOutcome.REFUSED),
        ("554 refused", DeliveryOutcome.REFUSED),
        ("450 4.2.1 try later", DeliveryOutcome.TRY_LATER),
        ("421 4.7.0 too many", DeliveryOutcome.TRY_LATER),
    ],
)
def test_refusals_of_a_recipient_are_told_apart(mail: Mail, answer: str, outcome: DeliveryOutcome) -> None:
    with run_relay() as picky:
        picky.refuse_recipient = lambda address: answer
        delivery = _send(picky.url, mail)
    assert delivery.outcome is outcome
    assert delivery.answer == answer


@pytest.mark.parametrize("answer", ["550 5.1.1 odd but about the message", "554 5.6.0 bad", "552 5.3.4 too big"])
def test_a_refused_message_says_nothing_about_the_address(mail: Mail, answer: str) -> None:
    with run_relay() as picky:
        picky.refuse_data = lambda address: answer
        assert _send(picky.url, mail).outcome is DeliveryOutcome.REFUSED


def test_the_list_of_allowed_addresses_has_addresses_domains_and_everybody() -> None:
    assert is_allowed("a@cong-ty.vn", ("@cong-ty.vn",))
    assert is_allowed("a@cong-ty.vn", ("b@x.vn", "a@cong-ty.vn"))
    assert is_allowed("a@cong-ty.vn", ("*",))
    assert not is_allowed("a@xcong-ty.vn", ("@cong-ty.vn",))
    assert not is_allowed("a@cong-ty.vn", ())


def test_an_outbox_that_cannot_be_written_keeps_the_mail(stores: StaffedStores, mail: Mail, tmp_path: Path) -> None:
    (stores.settings.home / "outbox").write_text("a file where the folder should be")
    with time_machine.travel(NOON), open_mailer(stores.settings) as mailer:
        assert "outbox" in Worker(stores, mailer).run().tally.trouble
    (kept,) = [one for one in stores.mails.mails() if one.kind is MailKind.CONFIRMATION]
    assert kept.state is MailState.WAITING
