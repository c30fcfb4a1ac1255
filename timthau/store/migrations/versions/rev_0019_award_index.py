"""Award lines are counted, and those seen since a time found, without going through all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    gone = sa.text("gone_at IS NOT NULL")
    op.create_index("award_line_seen", "award_line", ["source", "last_seen_at"])
    op.create_index("award_line_gone", "award_line", ["gone_at"], sqlite_where=gone, postgresql_where=gone)
