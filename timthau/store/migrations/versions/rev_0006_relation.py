"""Relations of notices, what they are found by, and how far they follow the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "relation",
        sa.Column("notice_id", sa.String(32), primary_key=True),
        sa.Column("other_id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
    )
    op.create_index("relation_other", "relation", ["other_id"])
    op.create_table(
        "relation_key",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("notice_id", sa.String(32), primary_key=True),
    )
    op.create_index("relation_key_notice", "relation_key", ["notice_id"])
    op.create_table(
        "relation_profile",
        sa.Column("notice_id", sa.String(32), primary_key=True),
        sa.Column("profile", sa.Text, nullable=False),
    )
    op.create_table(
        "relation_state",
        sa.Column("rules", sa.Integer, primary_key=True),
        sa.Column("cursor", sa.BigInteger, nullable=False),
    )
