"""Settings from the environment, in one table: name, type, default, help."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any, Self

from timthau.errors import ConfigError
from timthau.setting import (
    Setting,
    parse_count,
    parse_days,
    parse_hops,
    parse_log_format,
    parse_minutes,
    parse_ocds_prefix,
    parse_place,
    parse_relay,
    parse_sender,
    parse_switch,
    parse_url,
    parse_web_address,
)

_LEAST_KEY = 8

SETTINGS = (
    Setting(
        name="HOME",
        attribute="home",
        type="folder",
        default="./var",
        help="Where everything lives that TimThau writes.",
        parse=lambda text: Path(text).resolve(),
    ),
    Setting(
        name="DATABASE_URL",
        attribute="database_url",
        type="URL",
        default="sqlite:///{home}/timthau.db",
        help="The store, as an SQLAlchemy URL: SQLite, or PostgreSQL (postgresql+psycopg://…).",
        parse=parse_url,
    ),
    Setting(
        name="INDEX_URL",
        attribute="index_url",
        type="URL",
        default="whoosh:{home}/index",
        help="The search index, built from the store: a folder, or opensearch+https://HOST[,HOST]/NAME.",
        parse=parse_url,
    ),
    Setting(
        name="BASE_URL",
        attribute="base_url",
        type="URL",
        default="",
        help="The address people reach the page at, for links in feeds; also the only host that is answered. "
        "Empty: this machine, IP addresses and names of a local network.",
        parse=lambda text: parse_web_address(text) if text else "",
    ),
    Setting(
        name="TRUSTED_PROXIES",
        attribute="trusted_proxies",
        type="number",
        default="0",
        help="How many proxies of yours stand before the page, each adding to X-Forwarded-For: 1 behind nginx or "
        "Caddy. Limits see the client that the first of them saw; with 0 the header is not believed.",
        parse=parse_hops,
    ),
    Setting(
        name="SECRET_KEY",
        attribute="secret_key",
        type="text",
        default="",
        help="Signs cookies and the links in mails. Empty: made once and kept in TIMTHAU_HOME/secret_key.",
    ),
    Setting(
        name="OCDS_PREFIX",
        attribute="ocds_prefix",
        type="text",
        default="ocds-000000",
        help="Begins the ids of contracting processes in OCDS exports. The default is a placeholder, registered to "
        "nobody: before publishing, get a prefix of your own from the Open Contracting Partnership (free).",
        parse=parse_ocds_prefix,
    ),
    Setting(
        name="CONTACT",
        attribute="contact",
        type="text",
        default="",
        help="Address or page that the crawler's User-Agent names, so that a site's operator can reach you.",
    ),
    Setting(
        name="CRAWLS_AT_ONCE",
        attribute="crawls_at_once",
        type="number",
        default="20",
        help="How many sources are read side by side; each is asked at its own pace all the same. Those whose sites "
        "are silent do not count, up to half as many again.",
        parse=parse_count,
    ),
    Setting(
        name="ORIGINALS_URL",
        attribute="originals_url",
        type="place",
        default="{home}/originals",
        help="Where the files of notices are kept as they were: a folder, s3://BUCKET/PREFIX (with AWS_ENDPOINT_URL, "
        "AWS_ACCESS_KEY_ID and the like of any S3-compatible store), or none.",
        parse=parse_place,
    ),
    Setting(
        name="ORIGINALS_GB",
        attribute="originals_gb",
        type="number",
        default="20",
        help="How many gigabytes of originals are kept at most; the files of later notices are read, but not kept.",
        parse=parse_count,
    ),
    Setting(
        name="DOWNLOADS_GB",
        attribute="downloads_gb",
        type="number",
        default="5",
        help="How many gigabytes of what was read from files are kept, so that none is read twice; the oldest go.",
        parse=parse_count,
    ),
    Setting(
        name="NOTICE_MB",
        attribute="notice_mb",
        type="number",
        default="5",
        help="How many million letters a notice keeps at most, with its items and the text of its files; what goes "
        "beyond is left out, and its files say so.",
        parse=parse_count,
    ),
    Setting(
        name="VERSIONS",
        attribute="versions",
        type="number",
        default="50",
        help="How many versions of a notice are kept: the first, and so many of the newest.",
        parse=parse_count,
    ),
    Setting(
        name="LOG_FORMAT",
        attribute="log_format",
        type="lines or json",
        default="lines",
        help="How logs are written: lines to read, or one JSON object a line; both name the run.",
        parse=parse_log_format,
    ),
    Setting(
        name="LOGS",
        attribute="logs",
        type="number",
        default="20",
        help="How many logs of runs are kept of each source.",
        parse=parse_count,
    ),
    Setting(
        name="MAIL_DAYS",
        attribute="mails_kept",
        type="days",
        default="90",
        help="For how many days it is kept to whom which mail was sent.",
        parse=parse_days,
    ),
    Setting(
        name="SMTP_URL",
        attribute="smtp_url",
        type="URL",
        default="",
        help="The relay for mails: smtps://USER:PASSWORD@HOST, or smtp://… (STARTTLS where the relay offers it, "
        "demanded when there is a password). Empty: mails are written to TIMTHAU_HOME/outbox.",
        parse=lambda text: parse_relay(text) if text else "",
    ),
    Setting(
        name="MAIL_FROM",
        attribute="mail_from",
        type="address",
        default="TimThau <timthau@localhost>",
        help="The sender of mails, to whom bounces return; its domain also names the mails.",
        parse=parse_sender,
    ),
    Setting(
        name="REPLY_TO",
        attribute="reply_to",
        type="address",
        default="",
        help="The person who reads what subscribers answer. Empty: answers return to TIMTHAU_MAIL_FROM, as bounces do.",
        parse=lambda text: parse_sender(text) if text else "",
    ),
    Setting(
        name="POSTAL_ADDRESS",
        attribute="postal_address",
        type="text",
        default="",
        help="Who sends the mails and where they can be written to, for the foot of every mail: name, street, town.",
    ),
    Setting(
        name="MAIL_ALLOW",
        attribute="mail_allow",
        type="list",
        default="",
        help="Who gets real mail, separated by commas: addresses, domains (@example.vn), or * for everybody, as in "
        "production. Mail to others is written to TIMTHAU_HOME/outbox.",
        parse=lambda text: tuple(part.strip().lower() for part in text.split(",") if part.strip()),
    ),
    Setting(
        name="DIGEST_TIME",
        attribute="digest_time",
        type="time",
        default="08:00",
        help="When digests and reminders are sent, in Hanoi time; weekly ones on Mondays.",
        parse=time.fromisoformat,
    ),
    Setting(
        name="GATHER_MINUTES",
        attribute="gather",
        type="minutes",
        default="15",
        help="For how long after the first find a mail that comes at once gathers what else is found; 0: not at all.",
        parse=parse_minutes,
    ),
    Setting(
        name="HOOKS_INSIDE",
        attribute="hooks_inside",
        type="0 or 1",
        default="0",
        help="1: webhooks may lead to machines of this network, and over plain HTTP. Leave it at 0 where strangers can "
        "subscribe.",
        parse=parse_switch,
    ),
    Setting(
        name="REPORTS_TOKEN",
        attribute="reports_token",
        type="text",
        default="",
        help="What a mail service has to show when it posts reports to /alerts/reports: as a bearer token, or as token "
        "in the address. Empty: no reports are taken there.",
    ),
    Setting(
        name="NEWS_DAYS",
        attribute="news",
        type="days",
        default="14",
        help="A notice that has closed when it is found, as many in a first crawl or an import, is news for alerts up "
        "to so many days after it was published; older ones are counted in one line of the next mail.",
        parse=parse_days,
    ),
    Setting(
        name="CANARY",
        attribute="canary",
        type="address",
        default="",
        help="A mailbox of yours that gets one mail with every daily digest; alarm is raised when it was not sent.",
        parse=lambda text: parse_sender(text) if text else "",
    ),
)


# Of a URL, as errors must not show it.
_PASSWORD = re.compile(r"\A([^:/]*+://[^:/@]*+:).*(@)")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process; see SETTINGS for what each means."""

    home: Path
    database_url: str
    index_url: str
    base_url: str
    trusted_proxies: int
    secret_key: str
    ocds_prefix: str
    contact: str
    crawls_at_once: int
    originals_url: str
    originals_gb: int
    downloads_gb: int
    notice_mb: int
    versions: int
    log_format: str
    logs: int
    mails_kept: timedelta
    smtp_url: str
    mail_from: str
    reply_to: str
    postal_address: str
    mail_allow: tuple[str, ...]
    digest_time: time
    gather: timedelta
    hooks_inside: bool
    reports_token: str
    news: timedelta
    canary: str

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings of this environment. Raises ConfigError naming the variable that cannot be used."""
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            given = environ.get(setting.variable) or setting.default.format(home=values.get("home", ""))
            try:
                values[setting.attribute] = setting.parse(given)
            except ValueError as error:
                shown = _PASSWORD.sub(r"\1***\2", given)
                raise ConfigError(f"{setting.variable}={shown!r}: {error}") from error
        try:
            values["home"].mkdir(mode=0o700, parents=True, exist_ok=True)
            values["secret_key"] = values["secret_key"] or _load_secret_key(values["home"])
        except OSError as error:
            raise ConfigError(f"TIMTHAU_HOME={values['home']}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"the secret key in {values['home'] / 'secret_key'} is no text: delete it") from error
        if len(values["secret_key"].strip()) < _LEAST_KEY:
            raise ConfigError(
                f"the secret key has fewer than {_LEAST_KEY} letters, so that anybody could forge links: set "
                f"TIMTHAU_SECRET_KEY, or delete {values['home'] / 'secret_key'} to have one made"
            )
        return cls(**values)

    @property
    def price_index_url(self) -> str:
        """The index over award lines: beside that of notices, in a folder of its own where those are on a cluster."""
        return self.index_url if self.index_url.startswith("whoosh:") else f"whoosh:{self.home / 'index'}"


def data_dir() -> Path:
    """The folder that people edit without Python: beside the packages in a checkout, inside timthau in a wheel."""
    packaged = Path(__file__).parent / "data"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "data"


def _load_secret_key(home: Path) -> str:
    path = home / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=home) as file:  # readable by its owner only
            file.write(secrets.token_urlsafe(32))
            file.flush()
            # Linking is all or nothing: of two processes that start at once, both use the same key.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text(encoding="utf-8")
