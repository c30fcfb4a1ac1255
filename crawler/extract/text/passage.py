"""A text being read, with what several readings ask of it, each worked out once."""

from functools import cached_property

from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.line import Line, parse_lines
from crawler.extract.text.money import find_unit
from crawler.extract.text.organization import Name, find_names
from crawler.extract.text.wrapped import join_wrapped


class FoldedPassage:
    """A title, a body or the text of a file; `plain` is it folded in place, `names` stand in the text as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> str:
        return fold_in_place(self.text)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return parse_lines(join_wrapped(self.text))

    @cached_property
    def unit(self) -> tuple[int, int, int] | None:
        return find_unit(self.plain)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        return tuple(find_names(self.text, self.plain))
