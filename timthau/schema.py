"""The tables of the store. Moments are ISO 8601 text in Hanoi time: they sort, and a day alone stays a day."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()

# SQLite numbers rows by itself only for INTEGER keys.
_Sequence = BigInteger().with_variant(Integer, "sqlite")

notice = Table(
    "notice",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("title", Text, nullable=False),
    Column("buyer", Text),
    Column("province", Text),
    Column("published_at", String(25)),
    Column("deadline_at", String(25)),
    Column("amount_vnd", BigInteger),
    Column("version", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("first_seen_at", String(25), nullable=False),
    Column("last_seen_at", String(25), nullable=False),
    Index("notice_source_key", "source", "source_key", unique=True),
    Index("notice_published", "source", "published_at"),
)

#: What a notice said, each time its meaning changed; `document` is Notice JSON, `edition` the source's own number.
version = Table(
    "version",
    metadata,
    Column("notice_id", ForeignKey("notice.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seen_at", String(25), nullable=False),
    Column("document", Text, nullable=False),
    Column("edition", String(16)),
)

guide = Table(
    "guide",
    metadata,
    Column("slug", String(200), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("document", Text, nullable=False),
)

#: One row for each change that others have to follow, written in the same transaction as the change; `version` is the
#: one that a notice got by it. Numbers grow in the order of commits, see `timthau.database`.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("entity", String(8), nullable=False),
    Column("entity_id", String(200), nullable=False),
    Column("changed_at", String(25), nullable=False),
    Column("version", Integer),
    sqlite_autoincrement=True,  # a number is never given twice, so that a cursor stays true
)

#: What is known of an address that was crawled, so that the next run need not fetch it again.
page = Table(
    "page",
    metadata,
    Column("source", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("outcome", String(16), nullable=False),
    Column("notice_id", String(32)),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("content_hash", String(64)),
    Column("checked_at", String(25), nullable=False),
)

#: How far what a search of a portal finds was read, for each day of publication.
portal_day = Table(
    "portal_day",
    metadata,
    Column("source", Text, primary_key=True),
    Column("search", Text, primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("pages", Integer, nullable=False),
    Column("received", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("read_at", String(25), nullable=False),
)

run = Table(
    "run",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("started_at", String(25), nullable=False),
    Column("finished_at", String(25)),
    Column("status", String(16), nullable=False),
    Column("full", Boolean, nullable=False),
    Column("found", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Index("run_source", "source", "started_at"),
)
