"""Notices that were stored before their award lines were: how far they have given theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "award_state",
        sa.Column("rules", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("after_id", sa.String(32), nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )
