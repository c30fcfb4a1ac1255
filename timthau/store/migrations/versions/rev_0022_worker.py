"""Processes that work on the store."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("machine", sa.Text, primary_key=True),
        sa.Column("process", sa.Integer, primary_key=True),
        sa.Column("part", sa.String(16), primary_key=True),
        sa.Column("begun_at", sa.String(25), nullable=False),
        sa.Column("seen_at", sa.String(25), nullable=False),
        sa.Column("holds", sa.Text, nullable=False),
    )
