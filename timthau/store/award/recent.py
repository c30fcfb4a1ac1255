"""Award lines that were written a moment ago, for what reads them next: the index of the same process."""

from threading import Lock

from timthau.model.award_line import AwardLine


class RecentLines:
    """Up to `most` lines by id and by the hash of what they say, so that one that was changed since is never given.

    Each is given once; those that were kept first are forgotten first. Safe for threads.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._lock = Lock()
        self._kept: dict[tuple[str, str], AwardLine] = {}

    def keep(self, content_hash: str, line: AwardLine) -> None:
        """Keep a line of this hash."""
        with self._lock:
            if len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[line.id, content_hash] = line

    def take(self, line_id: str, content_hash: str) -> AwardLine | None:
        """The line of an id that says what this hash stands for, if it is here."""
        with self._lock:
            return self._kept.pop((line_id, content_hash), None)
