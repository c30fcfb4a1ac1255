"""The keys of relations become hashes, in one table of keys; relations are worked out anew."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.drop_table("relation_key")
    op.create_table(
        "relation_key",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("notice_id", sa.String(32), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM relation_state")
