"""What people who run TimThau decide: corrections, hidden notices, accounts, sessions, deeds, errands."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_Sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "correction",
        sa.Column("id", _Sequence, primary_key=True, autoincrement=True),
        sa.Column("notice_id", sa.String(32), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(25), nullable=False),
        sa.Column("reverted_by", sa.Text),
        sa.Column("reverted_at", sa.String(25)),
    )
    op.create_index("correction_notice", "correction", ["notice_id", "field"])
    op.create_table(
        "hidden",
        sa.Column("notice_id", sa.String(32), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("hidden_by", sa.Text, nullable=False),
        sa.Column("hidden_at", sa.String(25), nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("code_secret", sa.String(64)),
        sa.Column("code_step", sa.BigInteger, nullable=False),
        sa.Column("created_at", sa.String(25), nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("begun_at", sa.String(25), nullable=False),
        sa.Column("seen_at", sa.String(25), nullable=False),
    )
    op.create_index("session_account", "session", ["account"])
    op.create_table(
        "deed",
        sa.Column("id", _Sequence, primary_key=True, autoincrement=True),
        sa.Column("done_at", sa.String(25), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("network", sa.String(45), nullable=False),
    )
    op.create_index("deed_done", "deed", ["what", "done_at"])
    op.create_table(
        "errand",
        sa.Column("id", _Sequence, primary_key=True, autoincrement=True),
        sa.Column("work", sa.String(16), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Text, nullable=False),
        sa.Column("asked_at", sa.String(25), nullable=False),
        sa.Column("begun_at", sa.String(25)),
        sa.Column("ended_at", sa.String(25)),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    op.create_index("errand_ended", "errand", ["ended_at"])
