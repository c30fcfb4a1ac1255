"""Who may sit at the desk: accounts with a password and, where wanted, a second factor; sessions that end."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from desk.office import Office
from timthau.errors import DeskError, RefusedError
from timthau.model.desk.record import Account, Operator, Session
from timthau.model.moment import CLOCKS_APART, is_ahead

#: A session ends after so long, and when nothing was done for so long.
LONGEST_SESSION = timedelta(hours=12)
IDLE_SESSION = timedelta(hours=1)
#: So many wrong passwords of one account, or from one network, are heard within so long; then nobody is let in.
TRIES_OF_ACCOUNT, TRIES_OF_NETWORK, TRIES_WITHIN = 10, 20, timedelta(minutes=15)
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 12, 200  # letters; argon2 has to work through them
_TELLING_NAME = 4  # letters; a shorter one stands in many words
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_KNOWN_FOR = timedelta(days=30)
_NOTED = timedelta(minutes=1)  # between two notes that somebody does something
_STEP = timedelta(seconds=30)  # of a code
_ISSUER = "TimThau"
_REFUSED, _ENTERED = "login refused", "login"

#: OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@dataclass(frozen=True)
class Secret:
    """A new second factor: what is typed into an authenticator, and the address that it can read as a picture."""

    code_secret: str
    address: str


class Accounts:
    """The accounts of an installation, and who sits at its desk."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._accounts = office.accounts

    @property
    def exist(self) -> bool:
        """Whether there is anybody who may sit at the desk; without anybody there is no desk."""
        return self._accounts.count_accounts() > 0

    def create(self, name: str, password: str, operator: Operator, now: datetime) -> None:
        """Make an account. Raises DeskError when there is one of that name, or the password is weak."""
        if not _NAME.fullmatch(name):
            raise DeskError("a name has small letters, digits, dots, hyphens and underscores, 64 at most")
        hashed = _hash(name, password)
        if not self._accounts.add(
            Account(name=name, password_hash=hashed, code_secret=None, code_step=0, created_at=now)
        ):
            raise DeskError(f"there is an account {name} already")
        self._office.deeds.note(operator, "account create", name, now)

    def change_password(self, name: str, password: str, operator: Operator, now: datetime) -> None:
        """Give an account another password, and end its sessions."""
        self._demand(name)
        self._accounts.change_password(name, _hash(name, password))
        self._office.deeds.note(operator, "account password", name, now)

    def begin_code(self, name: str, operator: Operator, now: datetime) -> Secret:
        """Ask an account for a code of an authenticator from now on, and end its sessions."""
        self._demand(name)
        secret = pyotp.random_base32()
        self._accounts.change_code(name, secret)
        self._office.deeds.note(operator, "account second factor", name, now)
        return Secret(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=_ISSUER))

    def end_code(self, name: str, operator: Operator, now: datetime) -> None:
        """Ask an account for its password alone."""
        self._demand(name)
        self._accounts.change_code(name, None)
        self._office.deeds.note(operator, "account without second factor", name, now)

    def remove(self, name: str, operator: Operator, now: datetime) -> None:
        """Delete an account and end its sessions."""
        if not self._accounts.remove_account(name):
            raise DeskError(f"there is no account {name}")
        self._office.deeds.note(operator, "account remove", name, now)

    def enter(self, name: str, password: str, code: str, network: str, now: datetime) -> str:
        """Let somebody in; gives the token that the browser keeps.

        Raises RefusedError, which never says what was wrong; an unknown name takes as long as a wrong password. After
        too many tries it says how long to wait, even to who knows the password.
        """
        known = name if _NAME.fullmatch(name) else "?"
        self._check_tries(known, network, now)
        account = self._accounts.account(known)
        fits = _verify(account.password_hash if account else _nobodys_hash(), password[: _LONGEST_PASSWORD + 1])
        if account is None or not fits or not self._fits_code(account, code, now):
            self._office.deeds.note(Operator(name=known, network=network), _REFUSED, known, now)
            raise RefusedError("name, password or code is wrong")
        token = secrets.token_urlsafe(32)
        self._forget_old(now)
        self._accounts.begin_session(_hash_token(token), account.name, now)
        self._office.deeds.note(Operator(name=account.name, network=network), _ENTERED, account.name, now)
        return token

    def find(self, token: str, now: datetime) -> Session | None:
        """The session of a token; None when there is none, or it is over."""
        hashed = _hash_token(token)
        session = self._accounts.session(hashed)
        if session is None:
            return None
        is_over = now - session.begun_at >= LONGEST_SESSION or now - session.seen_at >= IDLE_SESSION
        if is_over or is_ahead(session.begun_at, now):  # or it would last until a clock that was ahead is right
            self._accounts.end_session(hashed)
            return None
        if now - session.seen_at > _NOTED:
            self._accounts.note_seen(hashed, now)
        return session

    def leave(self, token: str, operator: Operator, now: datetime) -> None:
        """End a session."""
        self._accounts.end_session(_hash_token(token))
        self._office.deeds.note(operator, "logout", operator.name, now)

    def _demand(self, name: str) -> None:
        if self._accounts.account(name) is None:
            raise DeskError(f"there is no account {name}")

    def _check_tries(self, name: str, network: str, now: datetime) -> None:
        """Who came in from a network lately is heard from there whatever others try, so that nobody locks them out."""
        since = now - TRIES_WITHIN
        deeds = self._office.deeds
        is_known = deeds.count(_ENTERED, now - _KNOWN_FOR, now, target=name, network=network) > 0
        tried = 0 if is_known else deeds.count(_REFUSED, since, now, target=name)
        if tried >= TRIES_OF_ACCOUNT or deeds.count(_REFUSED, since, now, network=network) >= TRIES_OF_NETWORK:
            raise RefusedError("too many tries", wait=TRIES_WITHIN)

    def _fits_code(self, account: Account, code: str, now: datetime) -> bool:
        """Whether a code is that of now, or of the step before or after, and no code of that step was used before."""
        if account.code_secret is None:
            return True
        digits = "".join(code.split())
        totp = pyotp.TOTP(account.code_secret, interval=_STEP.seconds)
        step = int(now.timestamp()) // _STEP.seconds
        fitting = [s for s in (step - 1, step, step + 1) if pyotp.utils.strings_equal(digits, totp.generate_otp(s))]
        return bool(fitting) and self._accounts.use_code(account.name, fitting[-1], step + CLOCKS_APART // _STEP)

    def _forget_old(self, now: datetime) -> None:
        self._accounts.forget_sessions(begun_before=now - LONGEST_SESSION, seen_before=now - IDLE_SESSION)


def _hash(name: str, password: str) -> str:
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise DeskError(f"a password has {_SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} letters")
    is_named = len(name) >= _TELLING_NAME and name in password.lower()
    if is_named or len(set(password)) < _SHORTEST_PASSWORD // 2:
        raise DeskError("the password is easily guessed: it holds the name, or few different letters")
    return _hasher.hash(password)


def _verify(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
