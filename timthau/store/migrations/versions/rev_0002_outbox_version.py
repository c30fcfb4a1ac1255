"""Outbox rows name the version that they announce, so that two quick changes of a notice are two changes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Every notice row was written together with one new version, so the n-th row of a notice announces version n.
_NUMBER = """
UPDATE outbox SET version = numbered.version
FROM (
    SELECT seq, ROW_NUMBER() OVER (PARTITION BY entity_id ORDER BY seq) AS version FROM outbox WHERE entity = 'notice'
) AS numbered
WHERE numbered.seq = outbox.seq
"""


def upgrade() -> None:
    op.add_column("outbox", sa.Column("version", sa.Integer))
    op.execute(_NUMBER)
