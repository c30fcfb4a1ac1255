"""Since when a notice is no longer on its site."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("notice", sa.Column("gone_at", sa.String(25)))
