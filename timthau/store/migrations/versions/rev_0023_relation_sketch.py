"""Profiles of relations are numbered, and their keys have a sketch of the title; relations are worked out anew."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.drop_table("relation_key")
    op.drop_table("relation_profile")
    op.create_table(
        "relation_key",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("profile", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sketch", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relation_profile",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("notice_id", sa.String(32), nullable=False, unique=True),
        sa.Column("profile", sa.Text, nullable=False),
    )
    op.execute("DELETE FROM relation_state")
