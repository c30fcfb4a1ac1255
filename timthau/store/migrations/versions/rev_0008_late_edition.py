"""Editions that are met late keep all numbers as they are and say before which version they stand."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("version", sa.Column("stands_before", sa.Integer))
