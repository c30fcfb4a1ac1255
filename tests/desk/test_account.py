"""Who may sit at the desk: passwords, codes, sessions that end, and tries that are counted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pyotp
import pytest

from desk.account import (
    IDLE_SESSION,
    LONGEST_SESSION,
    TRIES_OF_ACCOUNT,
    TRIES_OF_NETWORK,
    TRIES_WITHIN,
    Accounts,
)
from desk.office import Office, open_office
from timthau.config import Settings
from timthau.errors import DeskError, RefusedError
from timthau.model.desk.record import Operator
from timthau.model.moment import HANOI

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=HANOI)
PASSWORD = "một mật khẩu khá dài"  # of a test
ROOT = Operator(name="root (terminal)")


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    with open_office(settings) as opened:
        yield opened


@pytest.fixture
def accounts(office: Office) -> Accounts:
    made = Accounts(office)
    assert not made.exist
    made.create("lan", PASSWORD, ROOT, NOW)
    return made


def test_a_session_ends_when_nothing_is_done_and_after_half_a_day(accounts: Accounts) -> None:
    token = accounts.enter("lan", PASSWORD, "", "192.0.2.1", NOW)
    session = accounts.find(token, NOW + timedelta(minutes=50))
    assert session is not None
    assert session.account == "lan"
    assert accounts.find(token, NOW + timedelta(minutes=100)) is not None
    assert accounts.find(token, NOW + timedelta(minutes=100) + IDLE_SESSION) is None
    assert accounts.find(token, NOW + timedelta(minutes=100)) is None  # gone for good

    token, moment = accounts.enter("lan", PASSWORD, "", "192.0.2.1", NOW), NOW
    while moment < NOW + LONGEST_SESSION - timedelta(minutes=30):
        moment += timedelta(minutes=30)
        assert (accounts.find(token, moment) is None) == (moment >= NOW + LONGEST_SESSION)
    assert accounts.find(token, NOW + LONGEST_SESSION) is None


def test_leaving_another_password_and_removal_end_sessions(accounts: Accounts) -> None:
    def enter() -> str:
        return accounts.enter("lan", PASSWORD, "", "192.0.2.1", NOW)

    token = enter()
    accounts.leave(token, Operator(name="lan"), NOW)
    assert accounts.find(token, NOW) is None
    token = enter()
    accounts.change_password("lan", PASSWORD, ROOT, NOW)
    assert accounts.find(token, NOW) is None
    token = enter()
    accounts.remove("lan", ROOT, NOW)
    assert accounts.find(token, NOW) is None
    assert not accounts.exist


def test_a_code_is_asked_for_fits_for_a_minute_and_counts_once(accounts: Accounts) -> None:
    secret = accounts.begin_code("lan", ROOT, NOW)
    assert secret.address.startswith("otpauth://totp/TimThau:lan?secret=")
    totp = pyotp.TOTP(secret.code_secret)
    code = totp.at(NOW)
    for wrong in ("", "000000", totp.at(NOW - timedelta(minutes=5))):
        with pytest.raises(RefusedError):
            accounts.enter("lan", PASSWORD, wrong, "192.0.2.1", NOW)
    assert accounts.enter("lan", PASSWORD, f"{code[:3]} {code[3:]}", "192.0.2.1", NOW + timedelta(seconds=20))
    with pytest.raises(RefusedError):
        accounts.enter("lan", PASSWORD, code, "192.0.2.1", NOW + timedelta(seconds=25))
    assert accounts.enter("lan", PASSWORD, totp.at(NOW + timedelta(minutes=2)), "192.0.2.1", NOW + timedelta(minutes=2))


def test_too_many_tries_shut_out_and_say_nothing_of_the_password(accounts: Accounts) -> None:
    for number in range(TRIES_OF_ACCOUNT):
        with pytest.raises(RefusedError, match="wrong"):
            accounts.enter("lan", "not it at all", "", f"192.0.2.{number}", NOW)
    with pytest.raises(RefusedError) as told:
        accounts.enter("lan", PASSWORD, "", "192.0.2.99", NOW)
    assert told.value.wait == TRIES_WITHIN
    assert accounts.enter("lan", PASSWORD, "", "192.0.2.99", NOW + TRIES_WITHIN)


def test_strangers_cannot_lock_out_who_came_in_from_a_network_before(accounts: Accounts) -> None:
    accounts.enter("lan", PASSWORD, "", "198.51.100.7", NOW - timedelta(days=3))
    for number in range(TRIES_OF_ACCOUNT):
        with pytest.raises(RefusedError):
            accounts.enter("lan", "not it at all", "", f"192.0.2.{number}", NOW)
    assert accounts.enter("lan", PASSWORD, "", "198.51.100.7", NOW)


def test_one_network_that_tries_many_names_is_shut_out(accounts: Accounts) -> None:
    for number in range(TRIES_OF_NETWORK):
        with pytest.raises(RefusedError):
            accounts.enter(f"name{number}", "not it at all", "", "192.0.2.1", NOW)
    with pytest.raises(RefusedError) as told:
        accounts.enter("lan", PASSWORD, "", "192.0.2.1", NOW)
    assert told.value.wait
    assert accounts.enter("lan", PASSWORD, "", "192.0.2.2", NOW)


@pytest.mark.parametrize("password", ["short", "x" * 201, "aaaaaaaaaaaaaaa", "lan lan lan lan 1"])
def test_weak_passwords_are_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(DeskError):
        accounts.change_password("lan", password, ROOT, NOW)


@pytest.mark.parametrize("name", ["", "Lan", "../x", "a b", "a" * 65])
def test_names_that_could_be_mistaken_are_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(DeskError):
        accounts.create(name, PASSWORD, ROOT, NOW)


def test_what_is_kept_is_no_password_and_no_token(accounts: Accounts, office: Office) -> None:
    token = accounts.enter("lan", PASSWORD, "", "192.0.2.1", NOW)
    account = office.accounts.account("lan")
    assert account is not None
    assert account.password_hash.startswith("$argon2id$")
    assert office.accounts.session(token) is None
    assert [(deed.who, deed.what, deed.network) for deed in office.deeds.deeds()] == [
        ("lan", "login", "192.0.2.1"),
        ("root (terminal)", "account create", ""),
    ]


def test_there_is_one_account_of_a_name(accounts: Accounts) -> None:
    with pytest.raises(DeskError):
        accounts.create("lan", PASSWORD, ROOT, NOW)
    for act in (accounts.remove, accounts.end_code, accounts.begin_code):
        with pytest.raises(DeskError):
            act("minh", ROOT, NOW)


def test_a_clock_that_was_ahead_leaves_no_endless_session_and_locks_nobody_out(accounts: Accounts) -> None:
    later = NOW + timedelta(days=3650)
    totp = pyotp.TOTP(accounts.begin_code("lan", ROOT, NOW).code_secret)
    for _ in range(TRIES_OF_ACCOUNT - 1):
        with pytest.raises(RefusedError, match="wrong"):
            accounts.enter("lan", "falsches Kennwort", "", "192.0.2.1", later)
    token = accounts.enter("lan", PASSWORD, totp.at(later), "192.0.2.1", later)
    with pytest.raises(RefusedError, match="wrong"):
        accounts.enter("lan", "falsches Kennwort", "", "192.0.2.7", later)
    assert accounts.find(token, later) is not None
    assert accounts.find(token, NOW) is None
    assert accounts.enter("lan", PASSWORD, totp.at(NOW), "192.0.2.9", NOW)
    with pytest.raises(RefusedError, match="wrong"):
        accounts.enter("lan", PASSWORD, totp.at(NOW), "192.0.2.9", NOW)
