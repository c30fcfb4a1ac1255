"""Who asked for mails on the pages, by which limits count."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "mail_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("asked_at", sa.String(25), nullable=False),
        sa.Column("mailbox", sa.String(254), nullable=False),
        sa.Column("network", sa.String(45), nullable=False),
        sa.Column("known", sa.Boolean, nullable=False),
    )
    op.create_index("mail_request_asked_at", "mail_request", ["asked_at"])
    op.create_index("mail_request_mailbox", "mail_request", ["mailbox"])
