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


def find_faults(raw: bytes, *, subscribed: bool) -> list[str]:
    """What a postmaster would object to in a whole mail; `subscribed` ones come because of a subscription."""
    head, _, _ = raw.partition(b"\r\n\r\n")
    fields = [line.split(":", 1) for line in re.sub(rb"\r\n(?=[ \t])", b"", head).decode("ascii").split("\r\n")]
    names = [name.lower() for name, _ in fields]
    values = {name.lower(): value.strip() for name, value in fields}
    once = ["from", "to", "subject", "date", "message-id", "mime-version", "content-type", "auto-submitted"]
    once += ["x-auto-response-suppress"]
    lists = ["list-id", "list-unsubscribe", "list-unsubscribe-post", "x-timthau-alert"]
    rules = {
        "ASCII throughout": raw.isascii(),
        "lines end in CRLF": b"\n" not in raw.replace(b"\r\n", b""),
        "no line above 998 octets": max(map(len, raw.split(b"\r\n"))) <= 998,
        "below 102 KB": len(raw) < 102 * 1024,
        "every header once": all(names.count(name) == 1 for name in once) and len(set(names)) == len(names),
        "headers fold at 76": all(
            is_well_folded(field)
            for field in re.split(r"\r\n(?![ \t])", head.decode())
            if not field.startswith("List-")
        ),
        "a Message-ID with a domain": bool(re.fullmatch(r"<[0-9a-f]{32}@[a-z0-9.-]+>", values["message-id"])),
        "said to be automatic": values["auto-submitted"] == "auto-generated",
        "no holiday notes": values["x-auto-response-suppress"] == "All",
        "lists name themselves, others do not": all((name in values) is subscribed for name in lists),
        "text before HTML": raw.find(b"text/plain") < raw.find(b"text/html"),
    }
    if subscribed:
        rules |= {
            "one list": bool(re.fullmatch(r"TimThau <alerts\.[a-z0-9.-]+>", values["list-id"])),
            "ends over http": bool(re.fullmatch(r"<https?://\S+/alerts/unsubscribe/\S+>", values["list-unsubscribe"])),
            "ends with one click": values["list-unsubscribe-post"] == "List-Unsubscribe=One-Click",
        }
    return [rule for rule, kept in rules.items() if not kept]
