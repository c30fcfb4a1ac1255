"""Alerts: subscriptions, matches, windows, reminders, mails and what came back about them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("notice_id", sa.String(32)),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("reminder_days", sa.Integer),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", sa.String(25), nullable=False),
        sa.Column("confirmed_at", sa.String(25)),
        sa.Column("since_seq", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "alert_match",
        sa.Column("subscription_id", sa.String(32), sa.ForeignKey("subscription.id"), primary_key=True),
        sa.Column("notice_id", sa.String(32), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("found_at", sa.String(25), nullable=False),
        sa.Column("mail_id", sa.String(32)),
    )
    op.create_table(
        "alert_window",
        sa.Column("frequency", sa.String(16), primary_key=True),
        sa.Column("ends_at", sa.String(25), primary_key=True),
        sa.Column("starts_at", sa.String(25), nullable=False),
        sa.Column("finished_at", sa.String(25)),
    )
    op.create_table(
        "alert_reminder",
        sa.Column("subscription_id", sa.String(32), sa.ForeignKey("subscription.id"), primary_key=True),
        sa.Column("notice_id", sa.String(32), primary_key=True),
        sa.Column("deadline_at", sa.String(25), primary_key=True),
        sa.Column("mail_id", sa.String(32), nullable=False),
    )
    op.create_table(
        "alert_cursor",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("looked_at", sa.String(25)),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subscription_id", sa.String(32)),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("window_starts_at", sa.String(25)),
        sa.Column("window_ends_at", sa.String(25)),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", sa.String(25)),
        sa.Column("created_at", sa.String(25), nullable=False),
        sa.Column("settled_at", sa.String(25)),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_table(
        "mail_report",
        sa.Column("id", _sequence, primary_key=True, autoincrement=True),
        sa.Column("mail_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("reported_at", sa.String(25), nullable=False),
        sa.Column("diagnostic", sa.Text, nullable=False),
    )
    op.create_index("subscription_email", "subscription", ["email"])
    op.create_index("alert_match_notice", "alert_match", ["notice_id"])
    op.create_index("alert_match_mail", "alert_match", ["mail_id", "subscription_id"])
    op.create_index("mail_next_try", "mail", ["state", "next_try_at"])
    op.create_index("mail_email", "mail", ["email", "created_at"])
    op.create_index("mail_subscription", "mail", ["subscription_id"])
    op.create_index("mail_report_once", "mail_report", ["mail_id", "kind"], unique=True)
