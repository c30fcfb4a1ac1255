"""Numbers that stand for texts in files and tables, where only equality counts."""

from hashlib import blake2b

_BYTES = 8


def key_of(text: str, *, signed: bool = False) -> int:
    """64 bits that are the same for one text in every process and release; `signed` as databases keep them.

    Two texts may fall together, about once in four billion texts.
    """
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
    return int.from_bytes(digest, "little", signed=signed)
