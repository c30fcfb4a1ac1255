"""What is true of notices now."""

import json

import sqlalchemy as sa
from alembic import op

from timthau.model.notice import Notice

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "effective",
        sa.Column("notice_id", sa.String(32), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("deadline_at", sa.String(25)),
        sa.Column("ended_at", sa.String(25)),
        sa.Column("because", sa.String(32)),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("decided_at", sa.String(25), nullable=False),
    )
    op.create_index("effective_because", "effective", ["because"])
    _hash_anew()
    op.add_column("relation_state", sa.Column("judged", sa.Boolean, nullable=False, server_default=sa.true()))


def _hash_anew() -> None:
    """What a notice amends is no part of what it says any more: the same page must not become a new version."""
    connection = op.get_bind()
    linked = connection.execute(
        sa.text(
            "SELECT notice.id, version.document FROM notice JOIN version ON version.notice_id = notice.id "
            "AND version.version = notice.version WHERE version.document NOT LIKE :none"
        ),
        {"none": '%"amends": null%'},
    ).all()
    for key, document in linked:
        values = {"key": key, "hash": Notice.from_json(json.loads(document)).content_hash()}
        connection.execute(sa.text("UPDATE notice SET content_hash = :hash WHERE id = :key"), values)
