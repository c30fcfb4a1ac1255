"""What runs could not read, and how the schedule holds each source."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "run_failure",
        sa.Column("run_id", sa.BigInteger, sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("failed_at", sa.String(25), nullable=False),
    )
    op.create_table(
        "standing",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("paused_at", sa.String(25)),
        sa.Column("due_at", sa.String(25)),
    )
