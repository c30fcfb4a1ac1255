"""Up to which change of award lines their alerts are matched."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("alert_cursor", sa.Column("line_seq", sa.BigInteger, nullable=False, server_default="0"))
