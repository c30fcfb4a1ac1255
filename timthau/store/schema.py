"""The tables of the store. Moments are ISO 8601 text in Hanoi time: they sort, and a day alone stays a day."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    true,
)

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
    Column("gone_at", String(25)),
    Index("notice_source_key", "source", "source_key", unique=True),
    Index("notice_published", "source", "published_at"),
)

#: What a notice said, each time its meaning changed; `document` is Notice JSON, `edition` the source's own number.
#: Numbers are given once, in the order in which versions are met; one that is met late has a number below 1, and
#: `stands_before` says before which version it belongs.
version = Table(
    "version",
    metadata,
    Column("notice_id", ForeignKey("notice.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("seen_at", String(25), nullable=False),
    Column("document", Text, nullable=False),
    Column("edition", String(16)),
    Column("stands_before", Integer),
)

guide = Table(
    "guide",
    metadata,
    Column("slug", String(200), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("document", Text, nullable=False),
)

#: One row for each change that others have to follow, written in the same transaction as the change; `version` is the
#: one that a notice got by it. Numbers grow in the order of commits, see `timthau.store.database`.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", _Sequence, primary_key=True, autoincrement=True),
    Column("entity", String(8), nullable=False),
    Column("entity_id", String(200), nullable=False),
    Column("changed_at", String(25), nullable=False),
    Column("version", Integer),
    Index("outbox_entity", "entity_id", "seq"),
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

#: What a run could not read, in the order in which it happened; kept of the latest runs of each source.
run_failure = Table(
    "run_failure",
    metadata,
    Column("run_id", BigInteger, ForeignKey("run.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("status", Integer),
    Column("reason", Text, nullable=False),
    Column("failed_at", String(25), nullable=False),
)

#: Which bytes of attachments are kept, by their hash; they lie where TIMTHAU_ORIGINALS_URL says.
original = Table(
    "original",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("stored_at", String(25), nullable=False),
)

#: How the schedule holds a source.
standing = Table(
    "standing",
    metadata,
    Column("source", Text, primary_key=True),
    Column("paused_at", String(25)),
    Column("due_at", String(25)),
)

#: Who wants to be told of what; `query` is the address parameters of a search. Changes up to `since_seq` of the outbox
#: are not for this subscription: they came before it was confirmed or while it was paused.
subscription = Table(
    "subscription",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False),
    Column("query", Text, nullable=False),
    Column("notice_id", String(32)),
    Column("frequency", String(16), nullable=False),
    Column("reminder_days", Integer),
    Column("language", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", String(25), nullable=False),
    Column("confirmed_at", String(25)),
    Column("since_seq", BigInteger, nullable=False),
    Index("subscription_email", "email"),
)

#: A version of a notice that a subscription has to be told of; `mail_id` is empty until a mail was written for it.
#: One that `is_old` makes no mail by itself and is only counted in the next.
alert_match = Table(
    "alert_match",
    metadata,
    Column("subscription_id", ForeignKey("subscription.id"), primary_key=True),
    Column("notice_id", String(32), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("found_at", String(25), nullable=False),
    Column("mail_id", String(32)),
    Column("delivery_id", String(32)),
    Column("is_old", Boolean, nullable=False, server_default=false()),
    Index("alert_match_notice", "notice_id"),
    Index("alert_match_mail", "mail_id", "subscription_id"),
)

#: A span of time that digests of one frequency (or reminders) were written for; open until `finished_at`.
alert_window = Table(
    "alert_window",
    metadata,
    Column("frequency", String(16), primary_key=True),
    Column("ends_at", String(25), primary_key=True),
    Column("starts_at", String(25), nullable=False),
    Column("finished_at", String(25)),
)

#: A deadline that a subscription was reminded of; a moved deadline is another one.
alert_reminder = Table(
    "alert_reminder",
    metadata,
    Column("subscription_id", ForeignKey("subscription.id"), primary_key=True),
    Column("notice_id", String(32), primary_key=True),
    Column("deadline_at", String(25), primary_key=True),
    Column("mail_id", String(32), nullable=False),
)

#: One row: up to which change of the outbox all matches are written, and when the worker last looked.
alert_cursor = Table(
    "alert_cursor",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("looked_at", String(25)),
    Column("line_seq", BigInteger, nullable=False, server_default="0"),
)

#: Mails as they are or were handed to the relay; `next_try_at` is also until when a worker has claimed one.
mail = Table(
    "mail",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subscription_id", String(32)),
    Column("email", String(254), nullable=False),
    Column("window_starts_at", String(25)),
    Column("window_ends_at", String(25)),
    Column("message", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", String(25)),
    Column("created_at", String(25), nullable=False),
    Column("settled_at", String(25)),
    Column("answer", Text, nullable=False),
    Index("mail_next_try", "state", "next_try_at"),
    Index("mail_email", "email", "created_at"),
    Index("mail_subscription", "subscription_id"),
)

#: What came back about a mail: bounces, complaints, and our own canaries that arrived.
mail_report = Table(
    "mail_report",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("mail_id", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reported_at", String(25), nullable=False),
    Column("diagnostic", Text, nullable=False),
    Index("mail_report_once", "mail_id", "kind", unique=True),
)

#: Where the finds of a subscription are posted to, if it has a webhook.
hook = Table(
    "hook",
    metadata,
    Column("subscription_id", ForeignKey("subscription.id"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", String(25), nullable=False),
    Column("confirmed_at", String(25)),
    Column("answer", Text, nullable=False),
)

#: What is, or was, posted to a webhook; `next_try_at` is also until when a worker has claimed one.
hook_delivery = Table(
    "hook_delivery",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subscription_id", ForeignKey("subscription.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("challenge", String(64), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", String(25)),
    Column("created_at", String(25), nullable=False),
    Column("settled_at", String(25)),
    Index("hook_delivery_next_try", "settled_at", "next_try_at"),
    Index("hook_delivery_subscription", "subscription_id"),
)

#: Mails that somebody asked for on a page within the last day, by which limits count.
mail_request = Table(
    "mail_request",
    metadata,
    Column("id", _Sequence, primary_key=True, autoincrement=True),
    Column("asked_at", String(25), nullable=False),
    Column("mailbox", String(254), nullable=False),
    Column("network", String(45), nullable=False),
    Column("known", Boolean, nullable=False),
    Index("mail_request_asked_at", "asked_at"),
    Index("mail_request_mailbox", "mailbox"),
)

#: Processes that work on this store, with their last sign of life; `holds` are names, one a line.
worker = Table(
    "worker",
    metadata,
    Column("machine", Text, primary_key=True),
    Column("process", Integer, primary_key=True),
    Column("part", String(16), primary_key=True),
    Column("begun_at", String(25), nullable=False),
    Column("seen_at", String(25), nullable=False),
    Column("holds", Text, nullable=False),
)

#: What notices are to each other, as `timthau.model.relation` finds; these four tables can be emptied and filled again.
relation = Table(
    "relation",
    metadata,
    Column("notice_id", String(32), primary_key=True),
    Column("other_id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Index("relation_other", "other_id"),
)

#: What two notices have to share before they are compared, as a hash of 64 bits; `profile` is the number of one, and
#: `sketch` that of its title where only those alike count, else 0.
relation_key = Table(
    "relation_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("profile", BigInteger, primary_key=True, autoincrement=False),
    Column("sketch", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

#: What of a notice decides its relations, as JSON, so that no documents have to be read.
relation_profile = Table(
    "relation_profile",
    metadata,
    Column("number", _Sequence, primary_key=True, autoincrement=False),
    Column("notice_id", String(32), nullable=False, unique=True),
    Column("profile", Text, nullable=False),
)

#: By which rules relations were worked out, and up to which outbox number; `judged` when what is true now follows them.
relation_state = Table(
    "relation_state",
    metadata,
    Column("rules", Integer, primary_key=True),
    Column("cursor", BigInteger, nullable=False),
    Column("judged", Boolean, nullable=False, server_default=true()),
)

#: What is true of notices now where it is not, or was not, just what they say; as `timthau.model.effective` finds.
effective = Table(
    "effective",
    metadata,
    Column("notice_id", String(32), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("deadline_at", String(25)),
    Column("ended_at", String(25)),
    Column("because", String(32)),
    Column("sequence", Integer, nullable=False),
    Column("decided_at", String(25), nullable=False),
    Index("effective_because", "because"),
)
