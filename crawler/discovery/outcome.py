"""What became of a fetched address."""

from enum import StrEnum


class PageOutcome(StrEnum):
    """What stood at an address, as it is remembered in the store."""

    NOTICE = "notice"
    GUIDE = "guide"
    OTHER = "other"
    TWIN = "twin"
    SKIPPED = "skipped"
    GONE = "gone"
    CLOSED = "closed"
    FAILED = "failed"
    LIST = "list"
    BARREN = "barren"
    DOOR = "door"
