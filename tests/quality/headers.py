"""A decoder of header texts by the letter of RFC 2047, independent of the email package, and checks of whole mails."""

import base64
import re

_ENCODED = re.compile(r"=\?([!-~]+?)\?([bq])\?([!->@-~]*)\?=", re.IGNORECASE)


def decode_strictly(folded: str) -> str:
    """The text of an unstructured header: unfolded, encoded words decoded, space between two of them dropped."""
    out: list[str] = []
    before_is_encoded = False
    for gap, word in re.findall(r"([ \t]*)([^ \t]+)", re.sub(r"\r\n(?=[ \t])", "", folded)):
        found = _ENCODED.fullmatch(word)
        if not (found and before_is_encoded):
            out.append(gap)
        out.append(_decode(*found.groups()) if found else word)
        before_is_encoded = bool(found)
    return "".join(out)


def is_well_folded(header: str) -> bool:
    """Whether lines have 76 letters at most, unless they are one word, and encoded words 75."""
    lines = header.split("\r\n")
    return all(
        (len(line) <= 76 or " " not in line.partition(": ")[2].strip())
        and all(len(word[0]) <= 75 for word in _ENCODED.finditer(line))
        for line in lines
    )


def _decode(charset: str, encoding: str, text: str) -> str:
    if encoding.lower() == "b":
        return base64.b64decode(text, validate=True).decode(charset)
    spaced = text.replace("_", " ")
    octets = re.sub(rb"=([0-9A-F]{2})", lambda code: bytes([int(code[1], 16)]), spaced.encode("ascii"))
    return octets.decode(charset)
