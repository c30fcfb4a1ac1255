"""Which texts can be written down."""


def is_writable(text: str) -> bool:
    """Whether a text can be encoded: JSON can spell half of a surrogate pair, which no encoding of text has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
