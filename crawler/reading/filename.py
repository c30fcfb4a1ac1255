"""The names of files: what the server says, what people see, what stands in the address."""

import mimetypes
import re
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from crawler.extract.document import FileLink
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair

_EXTENDED_NAME = re.compile(r"filename\*\s*=", re.IGNORECASE)
_LONGEST = 250  # letters, as long as names are in file systems
_PLAIN_NAME = re.compile(r"""filename\s*=\s*(?:"[^"]*"|[^;]*)\s*;?""", re.IGNORECASE)


def parse_disposition(stated: str | None) -> str | None:
    """The name in a Content-Disposition header, in any of the ways it may be written; None without one."""
    if not stated:
        return None
    if _EXTENDED_NAME.search(stated):  # the plain name beside it is for those who do not know it (RFC 6266)
        stated = _PLAIN_NAME.sub("", stated)
    message = Message()
    message["Content-Disposition"] = stated
    name = message.get_filename()
    return PurePosixPath(unquote(name).replace("\\", "/")).name if name else None


def name_in(url: str) -> str:
    """The last part of an address; empty where there is none."""
    return PurePosixPath(unquote(urlsplit(url).path)).name


def name_file(link: FileLink, stated: str | None = None, media_type: str | None = None) -> str:
    """The name people see if it says its type, else the server's or the address's, else with the type's ending."""
    named = tuple(map(_plain, (link.filename, stated or "", name_in(link.url))))
    telling = next((name for name in named if name and mimetypes.guess_type(name)[0]), None)
    if telling:
        return telling
    ending = mimetypes.guess_extension(media_type) if media_type else None
    return next(filter(None, named), link.url) + (ending or "")


def _plain(name: str) -> str:
    """A name without signs that turn the writing, end lines or steer a terminal; of a long one the end."""
    return collapse_spaces(repair(name))[-_LONGEST:]
