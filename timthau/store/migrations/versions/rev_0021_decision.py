"""What people decide about what belongs together: buyers and notices."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_Sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "decision",
        sa.Column("id", _Sequence, primary_key=True, autoincrement=True),
        sa.Column("about", sa.String(8), nullable=False),
        sa.Column("one", sa.Text, nullable=False),
        sa.Column("other", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.String(25), nullable=False),
        sa.Column("reverted_by", sa.Text),
        sa.Column("reverted_at", sa.String(25)),
    )
    op.create_index("decision_one", "decision", ["about", "one"])
    op.create_index("decision_other", "decision", ["about", "other"])
