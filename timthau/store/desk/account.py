"""Accounts of the desk and their sessions, in the database."""

from datetime import datetime

from sqlalchemy import delete, func, insert, or_, select, update

from timthau.model.desk.record import Account, Session
from timthau.model.moment import format_moment
from timthau.store.database import Tables
from timthau.store.desk.table import account as accounts
from timthau.store.desk.table import session as sessions
from timthau.store.row import read_time


class AccountStore(Tables):
    """Who may sit at the desk, and who does."""

    def add(self, account: Account) -> bool:
        """Keep a new account; False when there is one of that name."""
        values = vars(account) | {"created_at": format_moment(account.created_at)}
        with self._writer.begin() as connection:
            if connection.execute(select(accounts.c.name).where(accounts.c.name == account.name)).first():
                return False
            connection.execute(insert(accounts).values(values))
            return True

    def account(self, name: str) -> Account | None:
        """The account of that name."""
        with self._engine.connect() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == name)).mappings().first()
            return Account(**(dict(row) | {"created_at": read_time(row["created_at"])})) if row else None

    def names(self) -> list[str]:
        """The names of all accounts."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(accounts.c.name).order_by(accounts.c.name)).scalars())

    def count_accounts(self) -> int:
        """How many accounts there are; without any there is no desk."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(accounts)).scalar_one()

    def change_password(self, name: str, password_hash: str) -> None:
        """Give an account another password; whoever sits there has to come in anew."""
        with self._writer.begin() as connection:
            connection.execute(update(accounts).where(accounts.c.name == name).values(password_hash=password_hash))
            connection.execute(delete(sessions).where(sessions.c.account == name))

    def change_code(self, name: str, secret: str | None) -> None:
        """Give an account a second factor, or with None take it away."""
        with self._writer.begin() as connection:
            connection.execute(update(accounts).where(accounts.c.name == name).values(code_secret=secret, code_step=0))
            connection.execute(delete(sessions).where(sessions.c.account == name))

    def use_code(self, name: str, step: int, latest: int) -> bool:
        """Note that the code of a time step was used; False when it, or a later one, was used before.

        One later than `latest` was used by a clock that was ahead, and does not count.
        """
        unused = (accounts.c.name == name) & or_(accounts.c.code_step < step, accounts.c.code_step > latest)
        with self._writer.begin() as connection:
            return bool(connection.execute(update(accounts).where(unused).values(code_step=step)).rowcount)

    def remove_account(self, name: str) -> bool:
        """Delete an account and end its sessions; False when there is none of that name."""
        with self._writer.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.account == name))
            return bool(connection.execute(delete(accounts).where(accounts.c.name == name)).rowcount)

    def begin_session(self, token_hash: str, name: str, at: datetime) -> None:
        """Let an account sit down."""
        values = {
            "token_hash": token_hash,
            "account": name,
            "begun_at": format_moment(at),
            "seen_at": format_moment(at),
        }
        with self._writer.begin() as connection:
            connection.execute(insert(sessions).values(values))

    def session(self, token_hash: str) -> Session | None:
        """The session of a token, whatever its age."""
        with self._engine.connect() as connection:
            row = connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).first()
        if row is None:
            return None
        return Session(account=row.account, begun_at=read_time(row.begun_at), seen_at=read_time(row.seen_at))

    def note_seen(self, token_hash: str, at: datetime) -> None:
        """Note that somebody does something."""
        with self._writer.begin() as connection:
            this = sessions.c.token_hash == token_hash
            connection.execute(update(sessions).where(this).values(seen_at=format_moment(at)))

    def end_session(self, token_hash: str) -> None:
        """End a session."""
        with self._writer.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def forget_sessions(self, *, begun_before: datetime, seen_before: datetime) -> None:
        """Delete sessions that are over."""
        old = or_(sessions.c.begun_at < format_moment(begun_before), sessions.c.seen_at < format_moment(seen_before))
        with self._writer.begin() as connection:
            connection.execute(delete(sessions).where(old))
