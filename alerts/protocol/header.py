"""Header lines that every mail program reads alike (RFC 5322, RFC 2047).

The email package folds long headers between encoded words, beside plain ones, in ways that lose spaces in decoding.
Here a text with other letters than ASCII is one run of encoded words, with its spaces inside them.
"""

import base64
import re
from collections.abc import Iterator
from email.headerregistry import Address

_LINE = 76  # letters of a line with encoded words
_WORD = 75  # letters of an encoded word
_SHELL = len("=?utf-8?q??=")
# What stands for itself in a word of a text and of a name alike (RFC 2047, 5.3).
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
# A name that needs neither quotes nor encoding.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*\Z")

#: Control characters, and those that change the direction of what follows.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")


def write_text(name: str, text: str) -> str:
    """The value of a header such as Subject, folded; `text` is one line."""
    if text.isascii() and "=?" not in text:
        return "\r\n ".join(_fold(text, len(name) + 2))
    return "\r\n ".join(_encode(text, len(name) + 2))


def write_address(name: str, address: Address) -> str:
    """The value of a header with one address, folded."""
    shown = address.display_name
    if not shown:
        return address.addr_spec
    if _ATOMS.match(shown) and "=?" not in shown:
        return f"{shown} <{address.addr_spec}>"
    if shown.isascii() and "=?" not in shown:
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address.addr_spec}>'
    words = list(_encode(shown, len(name) + 2))
    return "\r\n ".join([*words, f"<{address.addr_spec}>"])


def one_line(text: str, most: int) -> str:
    """A text that fits into a header: one line without unseen characters, cut to so many letters."""
    plain = " ".join(UNSEEN.sub(" ", text).split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def _fold(text: str, used: int) -> Iterator[str]:
    """Lines of whole words."""
    line = ""
    for word in text.split(" "):
        if line and used + len(line) + 1 + len(word) > _LINE:
            yield line
            line, used = word, 1
        else:
            line = f"{line} {word}" if line else word
    yield line


def _encode(text: str, used: int) -> Iterator[str]:
    """Encoded words, one a line, each of whole letters, in the shorter of the two encodings."""
    quoted, packed = _quote(text), _pack(text)
    encoding, write = ("q", _quote) if len(quoted) <= len(packed) else ("b", _pack)
    piece = ""
    for letter in text:
        if piece and _SHELL + len(write(piece + letter)) > min(_WORD, _LINE - used):
            yield f"=?utf-8?{encoding}?{write(piece)}?="
            piece, used = letter, 1
        else:
            piece += letter
    yield f"=?utf-8?{encoding}?{write(piece)}?="


def _quote(text: str) -> str:
    return "".join(
        chr(octet) if octet in _PLAIN else "_" if octet == ord(" ") else f"={octet:02X}"
        for octet in text.encode("utf-8", "replace")
    )


def _pack(text: str) -> str:
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
