"""E-mail addresses: which are taken, and which of them are one mailbox."""

import re

import idna

from timthau.errors import SubscriptionError

# Letters of RFC 5321 without quoted local parts: what real addresses are made of, and nothing that could end a header,
# also not as an encoded word, which the email package would decode.
_ADDRESS = re.compile(
    r"(?=.{3,254}\Z)(?!.*=\?)(?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?\Z"
)
# Providers whose mailboxes have several domains, and those at which dots of the local part mean nothing.
_SAME_DOMAIN = {"googlemail.com": "gmail.com", "proton.me": "protonmail.com", "pm.me": "protonmail.com"}
_DOTLESS = frozenset(("gmail.com", "protonmail.com"))


def parse_address(text: str) -> str:
    """An e-mail address in the form it is kept in: small letters, the domain as the name system writes it (IDNA).

    Raises SubscriptionError when it is none.
    """
    local, at, domain = text.strip().lower().rpartition("@")
    if at and not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            domain = ""
    address = f"{local}{at}{domain}"
    if not _ADDRESS.match(address):
        raise SubscriptionError("address", f"{text!r:.80} is no e-mail address")
    return address


def name_mailbox(address: str) -> str:
    """The mailbox that an address leads to, as limits count it: +tags, and dots where they mean nothing, left aside."""
    local, _, domain = address.rpartition("@")
    domain = _SAME_DOMAIN.get(domain, domain)
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '') if domain in _DOTLESS else local}@{domain}"
