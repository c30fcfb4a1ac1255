"""How far the reading of one file has come: what it may still take, and what it has to warn of."""

import time
from dataclasses import dataclass, field

from crawler.extract.limit import Limits, Ocr

#: Files in files in files: deeper than this was made to hurt.
MOST_DEPTH = 4
#: The warning for a file whose end is missing.
CUT_SHORT = "the file was cut short: its end is missing"


class UnreadableError(Exception):
    """Raised while a file is read, with the one line that says why it is not."""


@dataclass
class ReadingProgress:
    """Shared by all that one file holds; `until` (monotonic seconds) is when it gives what it has.

    `members` and `size` are how many files, and bytes of them, may still be taken out of it; `scans` counts the pages
    that were given to OCR.
    """

    limits: Limits
    ocr: Ocr | None
    warnings: list[str] = field(default_factory=list)
    read_by_ocr: bool = False
    scans: int = 0
    depth: int = 0
    until: float = field(init=False)
    members: int = field(init=False)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.until = time.monotonic() + self.limits.seconds
        self.members = self.limits.members
        self.size = 2 * self.limits.size

    def warn(self, text: str) -> None:
        """Say on the notice what is not read."""
        self.warnings.append(text)

    def seconds_left(self) -> float:
        return self.until - time.monotonic()
