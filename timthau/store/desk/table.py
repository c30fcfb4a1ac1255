"""The tables of the operator's desk."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, select

from timthau.store.schema import metadata, notice

_Sequence = BigInteger().with_variant(Integer, "sqlite")

#: What a person put in place of what a page says; of one field of a notice one at most is not reverted. `value` and
#: `said` are JSON, `said` is kept up to date with the page.
correction = Table(
    "correction",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("notice_id", String(32), nullable=False),
    Column("field", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", String(25), nullable=False),
    Column("reverted_by", Text),
    Column("reverted_at", String(25)),
    Index("correction_notice", "notice_id", "field"),
)

#: Notices that are shown to nobody.
hidden = Table(
    "hidden",
    metadata,
    Column("notice_id", String(32), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("hidden_by", Text, nullable=False),
    Column("hidden_at", String(25), nullable=False),
)

#: Of notices those that are not hidden.
VISIBLE = notice.c.id.not_in(select(hidden.c.notice_id))

#: What a person decided about what belongs together: names of buyers or ids of notices; of one pair of them one at most
#: is not reverted.
decision = Table(
    "decision",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("about", String(8), nullable=False),
    Column("one", Text, nullable=False),
    Column("other", Text, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", String(25), nullable=False),
    Column("reverted_by", Text),
    Column("reverted_at", String(25)),
    Index("decision_one", "about", "one"),
    Index("decision_other", "about", "other"),
)

#: Who may sit at the desk; `code_step` is the latest time step whose code was used, so that none is used twice.
account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password_hash", Text, nullable=False),
    Column("code_secret", String(64)),
    Column("code_step", BigInteger, nullable=False),
    Column("created_at", String(25), nullable=False),
)

#: Who sits there now; only a hash of what the browser keeps is known here.
session = Table(
    "session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("begun_at", String(25), nullable=False),
    Column("seen_at", String(25), nullable=False),
    Index("session_account", "account"),
)

#: Who did what and when; rows are only added, and forgotten when they are old.
deed = Table(
    "deed",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("done_at", String(25), nullable=False),
    Column("who", Text, nullable=False),
    Column("what", String(32), nullable=False),
    Column("target", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("network", String(45), nullable=False),
    Index("deed_done", "what", "done_at"),
)

#: Work that was asked for on the desk's pages, which a process beside them does; `outcome` is empty until it is over.
errand = Table(
    "errand",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("work", String(16), nullable=False),
    Column("target", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", String(25), nullable=False),
    Column("begun_at", String(25)),
    Column("ended_at", String(25)),
    Column("outcome", Text, nullable=False),
    Index("errand_ended", "ended_at"),
)
