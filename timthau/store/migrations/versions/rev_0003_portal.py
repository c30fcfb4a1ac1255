"""Numbered editions of notices, and the days of publication that were read of a portal."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("version", sa.Column("edition", sa.String(16)))
    op.create_index("notice_published", "notice", ["source", "published_at"])
    op.create_table(
        "portal_day",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("search", sa.Text, primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("received", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("read_at", sa.String(25), nullable=False),
    )
