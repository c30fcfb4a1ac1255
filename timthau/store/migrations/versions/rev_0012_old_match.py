"""Matches that were of no use any more when they were found."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("alert_match", sa.Column("is_old", sa.Boolean, nullable=False, server_default=sa.false()))
