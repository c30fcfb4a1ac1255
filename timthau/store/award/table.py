"""The tables of award lines and suppliers."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from timthau.store.schema import metadata

_IS_GONE = text("gone_at IS NOT NULL")

#: `document` is Award line JSON of what a line says now, `dated_at` when that was published, else decided. `change_seq`
#: grows with each change of any line, in the order of commits; a line that its source took back has `gone_at`.
award_line = Table(
    "award_line",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", Text, nullable=False),
    Column("tab", String(32)),
    Column("notice_id", String(32)),
    Column("tender_number", String(32)),
    Column("buyer_id", String(32)),
    Column("dated_at", String(25)),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("first_seen_at", String(25), nullable=False),
    Column("last_seen_at", String(25), nullable=False),
    Column("gone_at", String(25)),
    Column("change_seq", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Index("award_line_change", "change_seq", unique=True),
    Index("award_line_notice", "notice_id"),
    Index("award_line_tender", "tender_number"),
    Index("award_line_buyer", "buyer_id", "dated_at"),
    Index("award_line_source", "source", "dated_at"),
    Index("award_line_seen", "source", "last_seen_at"),
    # Of few lines: how many there are is counted without looking at any.
    Index("award_line_gone", "gone_at", sqlite_where=_IS_GONE, postgresql_where=_IS_GONE),
)

#: What a line said before it said what it says now.
award_version = Table(
    "award_version",
    metadata,
    Column("line_id", ForeignKey("award_line.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seen_at", String(25), nullable=False),
    Column("document", Text, nullable=False),
)

#: Who won a line. A name without a code belongs to the supplier of the only code that the name has elsewhere.
award_winner = Table(
    "award_winner",
    metadata,
    Column("line_id", ForeignKey("award_line.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("supplier_id", String(32), nullable=False),
    Column("name_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("tax_code", String(32)),
    Column("dated_at", String(25)),
    Index("award_winner_supplier", "supplier_id", "dated_at"),
    Index("award_winner_name", "name_key", "tax_code"),
)

#: Suppliers, a projection of their names; one that turned out to be another has `moved_to`.
supplier = Table(
    "supplier",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("tax_code", String(32)),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("last_at", String(25)),
    Column("moved_to", String(32)),
    Index("supplier_tax_code", "tax_code"),
    Index("supplier_lines", "lines"),
)

#: Under which names a supplier won, with (`is_stated`) and without its code beside it, how often, and when last.
supplier_name = Table(
    "supplier_name",
    metadata,
    Column("supplier_id", String(32), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("is_stated", Boolean, primary_key=True),
    Column("name_key", Text, nullable=False),
    Column("tax_code", String(32)),
    Column("lines", Integer, nullable=False),
    Column("last_at", String(25)),
    Index("supplier_name_key", "name_key"),
)

#: By which rules notices have given the lines that they carry, up to which id; one row.
award_state = Table(
    "award_state",
    metadata,
    Column("rules", Integer, primary_key=True, autoincrement=False),
    Column("after_id", String(32), nullable=False),
    Column("done", Boolean, nullable=False),
)
