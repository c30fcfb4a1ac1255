"""Notices with their versions, guides, the outbox, crawled pages and runs."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("source_key", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("buyer", sa.Text),
        sa.Column("province", sa.Text),
        sa.Column("published_at", sa.String(25)),
        sa.Column("deadline_at", sa.String(25)),
        sa.Column("amount_vnd", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("first_seen_at", sa.String(25), nullable=False),
        sa.Column("last_seen_at", sa.String(25), nullable=False),
    )
    op.create_index("notice_source_key", "notice", ["source", "source_key"], unique=True)
    op.create_table(
        "version",
        sa.Column("notice_id", sa.String(32), sa.ForeignKey("notice.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("seen_at", sa.String(25), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "guide",
        sa.Column("slug", sa.String(200), primary_key=True),
        sa.Column("language", sa.String(8), primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
    _create_journals()


def _create_journals() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", _sequence, primary_key=True, autoincrement=True),
        sa.Column("entity", sa.String(8), nullable=False),
        sa.Column("entity_id", sa.String(200), nullable=False),
        sa.Column("changed_at", sa.String(25), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "page",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("notice_id", sa.String(32)),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("content_hash", sa.String(64)),
        sa.Column("checked_at", sa.String(25), nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", _sequence, primary_key=True, autoincrement=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(25), nullable=False),
        sa.Column("finished_at", sa.String(25)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("full", sa.Boolean, nullable=False),
        sa.Column("found", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
    )
    op.create_index("run_source", "run", ["source", "started_at"])
