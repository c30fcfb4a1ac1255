"""What became of a fetched address."""

from enum import StrEnum


class PageOutcome(StrEnum):
    """What stood at an address, as it is remembered in the store.

    COPY says word for word what another address of the site says, TWIN leads to another one. FORBIDDEN is what
    robots.txt asks not to read, or leads to another site, and ELSEWHERE lies there: notices that the site names and
    that are not read.
    """

    NOTICE = "notice"
    GUIDE = "guide"
    OTHER = "other"
    TWIN = "twin"
    COPY = "copy"
    SKIPPED = "skipped"
    GONE = "gone"
    CLOSED = "closed"
    FORBIDDEN = "forbidden"
    ELSEWHERE = "elsewhere"
    FAILED = "failed"
    LIST = "list"
    BARREN = "barren"
    DOOR = "door"
