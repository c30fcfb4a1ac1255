"""E-mail addresses that a page hides from programs, read as its visitors see them."""

import base64
import binascii
import html
import re

from bs4 import BeautifulSoup, Tag

from crawler.extract.page.tree import find_named

_CF_LINK = "/cdn-cgi/l/email-protection#"
# Joomla builds the address in a script: var addy1 = 'nam' + '&#64;'; addy1 = addy1 + 'benhvien' + '&#46;' + 'vn';
_ADDY = re.compile(
    r"\b(addy\w*)\s*=\s*((?:addy\w*\s*\+\s*)?(?:'[^']*'|\"[^\"]*\")(?:\s*\+\s*(?:'[^']*'|\"[^\"]*\"))*)\s*;"
)
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_CLOAK_ID = re.compile(r"getElementById\(\s*['\"](cloak\w+)['\"]")
_SPELLED = re.compile(
    r"(?<![\w.])([\w.+-]{2,64})\s?[\[({]\s?(?:at|a còng|@)\s?[\])}]\s?"
    r"([\w-]{2,63}(?:(?:\.|\s?[\[({]\s?(?:dot|chấm)\s?[\])}]\s?)[\w-]{2,63}){1,4})",
    re.I,
)
_SPELLED_DOT = re.compile(r"\s?[\[({]\s?(?:dot|chấm)\s?[\])}]\s?", re.I)


def reveal_addresses(soup: BeautifulSoup) -> None:
    """Put hidden addresses into the tree where a visitor reads them: Joomla's scripts and tags, Cloudflare's codes."""
    for tag in find_named(soup, "script", "a", "span", "joomla-hidden-mail"):
        address: str | None = None
        if tag.name == "script":
            _uncloak_script(soup, tag)
            continue
        if tag.name == "joomla-hidden-mail":
            address = _join_base64(str(tag.get("first", "")), str(tag.get("last", "")))
        elif tag.get("data-cfemail"):
            address = _decode_cloudflare(str(tag["data-cfemail"]))
        elif _CF_LINK in str(tag.get("href", "")):
            address = _decode_cloudflare(str(tag["href"]).split("#", 1)[1])
            if address and tag.get_text(strip=True) and "protected" not in tag.get_text():
                tag["href"] = f"mailto:{address}"
                continue
        if address:
            tag.clear()
            tag.append(address)


def spell_out(text: str) -> str:
    """The text with addresses written "ten (at) benhvien (dot) vn" in their usual form."""
    if "(" not in text and "[" not in text and "{" not in text:
        return text
    return _SPELLED.sub(lambda m: f"{m[1]}@{_SPELLED_DOT.sub('.', m[2])}", text)


def _decode_cloudflare(code: str) -> str | None:
    """Hexadecimal: the first byte is the key that every other one is xor-ed with."""
    try:
        raw = bytes.fromhex(code)
    except ValueError:
        return None
    decoded = bytes(byte ^ raw[0] for byte in raw[1:]) if raw else b""
    return decoded.decode("utf-8", "replace").split("?")[0] if b"@" in decoded else None


def _join_base64(first: str, last: str) -> str | None:
    try:
        return f"{base64.b64decode(first).decode()}@{base64.b64decode(last).decode()}"
    except (binascii.Error, UnicodeDecodeError):
        return None


def _uncloak_script(soup: BeautifulSoup, script: Tag) -> None:
    code = script.get_text()
    if "addy" not in code:
        return
    values: dict[str, str] = {}
    for name, expression in _ADDY.findall(code):
        joined = html.unescape("".join(a or b for a, b in _QUOTED.findall(expression)))
        values[name] = values.get(name, "") + joined if expression.startswith(name) else joined
    address = next((value for value in values.values() if "@" in value), None)
    if address is None:
        return
    identifier = _CLOAK_ID.search(code)
    place = soup.find(id=identifier[1]) if identifier else None
    if isinstance(place, Tag):
        place.clear()
        place.append(address)
    else:
        script.insert_before(address)
