"""What a setting is, and how the texts of environment variables become values."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from timthau.logline import JSON, LINES

_MOST_MINUTES = 24 * 60
_MOST_DAYS = 3650
_MOST_HOPS = 10


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One environment variable; `default` is text with {home} for TIMTHAU_HOME, `parse` raises ValueError."""

    name: str
    attribute: str
    type: str
    default: str
    help: str
    parse: Callable[[str], Any] = str

    @property
    def variable(self) -> str:
        return f"TIMTHAU_{self.name}"


def parse_url(text: str) -> str:
    """A URL of any kind. Raises ValueError."""
    if ":" not in text:
        raise ValueError("is no URL")
    return text


def parse_web_address(text: str) -> str:
    """An http or https address without a slash at its end. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("is no http or https address")
    return text.rstrip("/")


def parse_relay(text: str) -> str:
    """The URL of a relay for mails. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0:
        raise ValueError("expected smtp://… or smtps://… with a host")
    if not unquote(f"{parts.username}{parts.password}").isascii():
        raise ValueError("user and password must be ASCII, which is all that SMTP agrees on")
    return text


def parse_place(text: str) -> str:
    """A folder, an S3 place, or none. Raises ValueError."""
    parts = urlsplit(text)
    if parts.scheme and (parts.scheme != "s3" or not parts.hostname):
        raise ValueError("is neither a folder nor s3://BUCKET/PREFIX")
    return "" if text == "none" else text


def parse_count(text: str) -> int:
    """A number of 1 or more. Raises ValueError."""
    if (number := int(text)) < 1:
        raise ValueError("must be 1 or more")
    return number


def parse_sender(text: str) -> str:
    """An e-mail address, perhaps with a name. Raises ValueError."""
    _, address = parseaddr(text)
    if "@" not in address or not address.isascii() or any(letter in text for letter in "\r\n"):
        raise ValueError("is no address")
    return text


def parse_switch(text: str) -> bool:
    """0 or 1. Raises ValueError."""
    if text not in ("0", "1"):
        raise ValueError("is neither 0 nor 1")
    return text == "1"


def parse_hops(text: str) -> int:
    """A number of proxies. Raises ValueError."""
    if not (text.isdecimal() and int(text) <= _MOST_HOPS):
        raise ValueError(f"expected a whole number up to {_MOST_HOPS}")
    return int(text)


def parse_minutes(text: str) -> timedelta:
    """Whole minutes. Raises ValueError."""
    if not (text.isdecimal() and int(text) <= _MOST_MINUTES):
        raise ValueError(f"expected whole minutes up to {_MOST_MINUTES}")
    return timedelta(minutes=int(text))


def parse_days(text: str) -> timedelta:
    """Whole days. Raises ValueError."""
    if not (text.isdecimal() and int(text) <= _MOST_DAYS):
        raise ValueError(f"expected whole days up to {_MOST_DAYS}")
    return timedelta(days=int(text))


def parse_ocds_prefix(text: str) -> str:
    """A prefix of OCDS. Raises ValueError."""
    if not re.fullmatch("ocds-[a-z0-9]{6}", text):
        raise ValueError("is not like ocds-a1b2c3")
    return text


def parse_log_format(text: str) -> str:
    """How logs are written. Raises ValueError."""
    if text not in (LINES, JSON):
        raise ValueError(f"is neither {LINES} nor {JSON}")
    return text
