"""Vietnam's provinces: the 63 until 30 June 2025 and the 34 that they are in since."""

from dataclasses import dataclass
from functools import cache

from timthau.config import data_dir


@dataclass(frozen=True)
class Province:
    """A province by the name it had until 30 June 2025, the one it is in since, and other ways to write it."""

    name: str
    now: str
    aliases: tuple[str, ...] = ()


@cache
def load_provinces() -> tuple[Province, ...]:
    """The 63 provinces of data/provinces.tsv."""
    text = (data_dir() / "provinces.tsv").read_text(encoding="utf-8")
    rows = [row.split("\t") for row in text.splitlines() if row and not row.startswith("#")]
    return tuple(
        Province(name, now, tuple(alias for alias in aliases.split(" | ") if alias)) for name, now, aliases in rows[1:]
    )
