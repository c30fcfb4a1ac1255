"""Which texts can be written down."""

import re

# JSON can spell half of a surrogate pair, which no encoding of text has.
_HALF_LETTER = re.compile("[\ud800-\udfff]")


def is_writable(text: str) -> bool:
    """Whether a text can be encoded."""
    return text.isascii() or _HALF_LETTER.search(text) is None
