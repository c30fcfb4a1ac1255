"""Webhooks of subscriptions, what is posted to them, and which finds it tells of."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("subscription_id", sa.String(32), sa.ForeignKey("subscription.id"), primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.String(25), nullable=False),
        sa.Column("confirmed_at", sa.String(25)),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_table(
        "hook_delivery",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("subscription_id", sa.String(32), sa.ForeignKey("subscription.id"), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("challenge", sa.String(64), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.String(25)),
        sa.Column("created_at", sa.String(25), nullable=False),
        sa.Column("settled_at", sa.String(25)),
    )
    op.create_index("hook_delivery_next_try", "hook_delivery", ["settled_at", "next_try_at"])
    op.create_index("hook_delivery_subscription", "hook_delivery", ["subscription_id"])
    op.add_column("alert_match", sa.Column("delivery_id", sa.String(32)))
