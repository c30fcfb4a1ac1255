"""Outbox rows are found by what they announce."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("outbox_entity", "outbox", ["entity_id", "seq"])
