"""Since when a notice is no longer on its site."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("notice", sa.Column("gone_at", sa.String(25)))
