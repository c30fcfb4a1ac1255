"""What was paid: award lines and suppliers."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "award_line",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("tab", sa.String(32)),
        sa.Column("notice_id", sa.String(32)),
        sa.Column("tender_number", sa.String(32)),
        sa.Column("buyer_id", sa.String(32)),
        sa.Column("dated_at", sa.String(25)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("first_seen_at", sa.String(25), nullable=False),
        sa.Column("last_seen_at", sa.String(25), nullable=False),
        sa.Column("gone_at", sa.String(25)),
        sa.Column("change_seq", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_index("award_line_change", "award_line", ["change_seq"], unique=True)
    op.create_index("award_line_notice", "award_line", ["notice_id"])
    op.create_index("award_line_tender", "award_line", ["tender_number"])
    op.create_index("award_line_buyer", "award_line", ["buyer_id", "dated_at"])
    op.create_index("award_line_source", "award_line", ["source", "dated_at"])
    op.create_table(
        "award_version",
        sa.Column("line_id", sa.String(32), sa.ForeignKey("award_line.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("seen_at", sa.String(25), nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    _create_suppliers()


def _create_suppliers() -> None:
    op.create_table(
        "award_winner",
        sa.Column("line_id", sa.String(32), sa.ForeignKey("award_line.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("supplier_id", sa.String(32), nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("tax_code", sa.String(32)),
        sa.Column("dated_at", sa.String(25)),
    )
    op.create_index("award_winner_supplier", "award_winner", ["supplier_id", "dated_at"])
    op.create_index("award_winner_name", "award_winner", ["name_key", "tax_code"])
    op.create_table(
        "supplier",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("tax_code", sa.String(32)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("last_at", sa.String(25)),
        sa.Column("moved_to", sa.String(32)),
    )
    op.create_index("supplier_tax_code", "supplier", ["tax_code"])
    op.create_index("supplier_lines", "supplier", ["lines"])
    op.create_table(
        "supplier_name",
        sa.Column("supplier_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("is_stated", sa.Boolean, primary_key=True),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("tax_code", sa.String(32)),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("last_at", sa.String(25)),
    )
    op.create_index("supplier_name_key", "supplier_name", ["name_key"])
