"""Cues: wordings that tell what stands beside them. Each concept keeps its own table of them."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from crawler.extract.text.folding import fold_in_place, is_accented

Role = TypeVar("Role", bound=Hashable)


@dataclass(frozen=True)
class Cue(Generic[Role]):
    """A wording and the role it gives.

    `pattern` is a regular expression over folded text; `form` is the wording as documents have it, which the
    pattern must match; `spelled` must be found in the original where that has accents at all ("hủy" is not "huy").
    """

    role: Role
    pattern: str
    form: str
    spelled: str | None = None


@dataclass(frozen=True)
class CueMatch(Generic[Role]):
    """A cue's place in a text."""

    role: Role
    start: int
    end: int


class CueTable(Generic[Role]):
    """Cues looked for together; where several begin at one place, the earlier in the table counts."""

    def __init__(self, *cues: Cue[Role]) -> None:
        self.cues = cues
        alternatives = "|".join(rf"(?P<c{n}>(?:{cue.pattern})\b)" for n, cue in enumerate(cues))
        self._pattern = re.compile(rf"\b(?:{alternatives})")  # one look at each letter that begins no word

    def find(self, text: str, plain: str | None = None) -> Iterator[CueMatch[Role]]:
        """The cues of a text from left to right, none within another. `plain` is the text folded in place."""
        plain = fold_in_place(text) if plain is None else plain
        position = 0
        while match := self._pattern.search(plain, position):
            assert match.lastgroup is not None  # every alternative is a named group
            cue = self.cues[int(match.lastgroup[1:])]
            if _is_spelled(cue, text[match.start() : match.end()]):
                yield CueMatch(cue.role, match.start(), match.end())
                position = max(match.end(), match.start() + 1)
            else:
                position = match.start() + 1

    def first(self, text: str, plain: str | None = None) -> CueMatch[Role] | None:
        """The leftmost cue."""
        return next(self.find(text, plain), None)

    def last(self, text: str, plain: str | None = None) -> CueMatch[Role] | None:
        """The rightmost cue: the nearest one when the text ends at the thing in question."""
        found = None
        for found in self.find(text, plain):  # noqa: B007  # only the last one is wanted
            pass
        return found


def _is_spelled(cue: Cue[Role], slice_: str) -> bool:
    return cue.spelled is None or not is_accented(slice_) or re.search(cue.spelled, slice_.lower()) is not None
