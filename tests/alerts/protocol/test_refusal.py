"""Refusals for good: a mailbox that is not there, or a mail that is not wanted."""

import pytest

from alerts.protocol.refusal import speaks_of_policy, tells_dead_mailbox


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 no such user",
        "550 no such user",
        "550 5.1.1 <a@spam.example>: Recipient address rejected: User unknown in local recipient table",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking",
        "550 spam@policy.example unknown user",
        "554 delivery error: dd This user doesn't have a yahoo.com account (a@yahoo.com)",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "5.1.2 bad destination system",
    ],
)
def test_these_mailboxes_are_dead(answer: str) -> None:
    assert tells_dead_mailbox(answer)
    assert not speaks_of_policy(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "550 blocked using zen.spamhaus.example; see list",
        "550 5.7.1 blocked",
        "550 5.7.606 Access denied, banned sending IP",
        "550 5.1.1 blocked by policy, see https://list.example/1",
        "550 5.1.1 sender rejected: listed in our RBL",
        "554 5.7.1 rate limit exceeded",
        "550 Access denied - see list",
        "550 High probability of spam",
        "550-5.7.26 This mail is unauthenticated: neither SPF nor DKIM passed",
        "550 5.4.1 Recipient address rejected: Access denied",
        "552 5.7.0 This message was blocked because its content presents a potential security issue",
    ],
)
def test_these_are_refusals_of_policy(answer: str) -> None:
    assert speaks_of_policy(answer)
    assert not tells_dead_mailbox(answer)


@pytest.mark.parametrize(
    "answer",
    ["550", "550 5.2.1 disabled", "552 5.2.2 full", "550 5.1.8 bad sender", "550 mailbox unavailable", "4.4.1", ""],
)
def test_in_doubt_a_mailbox_lives(answer: str) -> None:
    assert not tells_dead_mailbox(answer)
