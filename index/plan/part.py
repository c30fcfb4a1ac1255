"""A wish of a query: words that stand together in a document that matches."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import Self

from index.language.analysis import Word, parse_chunk, parse_form
from index.spelling.edge import Edge
from timthau.text.syllable import is_syllable

_WIDE = 24  # words of a line among which a wish stands whose words are nowhere near each other
_APART = 8  # words that may stand between goods and a measure of them
_CODE = range(2, 7)  # letters of a code that is written with signs between them too

#: Words in a row that may stand at a place of the query; those with accents only with these.
Form = tuple[Word, ...]


@dataclass(frozen=True)
class WishPart:
    """For each word of a wish the forms that may stand for it; `text` is what was typed.

    `between` words of the query that need not be there stood among them, or may. A `wide` one may stand all over a
    line. Each of the wishes `within` it stands together by itself too: goods, and a measure of them. `units` are the
    places of its words among those of the plan.
    """

    places: tuple[tuple[Form, ...], ...]
    text: str = field(default="", compare=False)
    between: int = 0
    wide: bool = False
    within: tuple["WishPart", ...] = ()
    units: tuple[int, ...] = field(default=(), compare=False)

    @property
    def reach(self) -> int:
        """Words of a line among which all of the wish must stand: two beside each other, of more every other apart.

        What stands between two words mostly makes another thing of them ("máy in", "máy siêu âm in phim").
        """
        near = len(self.places) + self.between + (len(self.places) - 1) // 2
        return max(near, _WIDE) if self.wide else near

    @property
    def trivial(self) -> bool:
        """Whether a document that has a form of each place has the wish: it is one word without accents."""
        return len(self.places) == 1 and all(len(form) == 1 and not form[0].accented for form in self.places[0])

    def widened(self) -> Self:
        """The same wish with its words anywhere on a line of usual length."""
        return replace(self, wide=True)

    def list_ends(self) -> Iterator[Self]:
        """The wish without its last words, or its first ones: two thirds of them at least, the longest first."""
        words, size = self.text.split(), len(self.places)
        for length in range(size - 1, (2 * size + 2) // 3 - 1, -1):
            for start in (0, size - length):
                yield self._piece(slice(start, start + length), words)

    def list_halves(self) -> Iterator[tuple[Self, Self]]:
        """The wish as two, of two words at least each; no measure is parted."""
        words = self.text.split()
        whole = {own.units[i : i + 2] for own in self.within[1:] for i in range(len(own.units) - 1)}
        for at in range(2, len(self.places) - 1):
            if self.units[at - 1 : at + 1] in whole:
                continue
            yield self._piece(slice(at), words), self._piece(slice(at, None), words)

    def _piece(self, own: slice, words: Sequence[str]) -> Self:
        text = " ".join(words[own])
        return replace(self, places=self.places[own], text=text, between=0, within=(), units=self.units[own])

    def with_measures(self, measures: Sequence[Sequence[int]]) -> Self:
        """The same wish where measures, by places of its words, stand on a line with its other words, but apart."""
        words = self.text.split()
        inside = [i for own in measures for i in own]
        goods = [i for i in range(len(self.places)) if i not in inside]
        if not inside or not goods:
            return self
        within = tuple(self._choose(own, words) for own in (goods, *measures))
        return replace(self, between=self.between + _APART, within=within)

    def _choose(self, own: Sequence[int], words: Sequence[str]) -> Self:
        return replace(
            self,
            places=tuple(self.places[i] for i in own),
            text=" ".join(words[i] for i in own),
            between=self.between + own[-1] + 1 - own[0] - len(own),
            units=tuple(self.units[i] for i in own),
        )

    def without_accents(self) -> Self:
        """The same wish with any accents of what was typed; what stands for it keeps its own."""
        return replace(
            self,
            places=tuple(
                (tuple(Word(word.folded, word.folded) for word in typed), *others) for typed, *others in self.places
            ),
            within=tuple(own.without_accents() for own in self.within),
        )


def list_forms(words: Sequence[Word], edges: Sequence[Edge], wrong: Collection[int] = ()) -> list[tuple[Form, ...]]:
    """For each of some words of a query what may stand for it in a line, the word itself first.

    Words at places that are `wrong` have any accents.
    """
    forms: list[dict[Form, None]] = []
    for i, word in enumerate(words):
        beside = (words[i - 1].exact if i else "", words[i + 1].exact if i + 1 < len(words) else "")
        of_code = any(other.isdigit() for other in beside)
        meant = Word(word.folded, word.folded) if i in wrong else word
        forms.append(dict.fromkeys(_split_code(word) if of_code else [(meant,)]))
    for edge in edges:
        form = _read_form(edge)
        for place in range(edge.start, edge.end):
            forms[place][form] = None
    return [tuple(own) for own in forms]


def _read_form(edge: Edge) -> Form:
    """The words of an edge as lines have them: with the accents that it is shown with, of a code its pieces."""
    shown = parse_form(edge.shown)
    if tuple(word.folded for word in shown) == edge.words:
        return shown
    return tuple(piece for word in edge.words for piece in parse_chunk(word).words)


def _split_code(word: Word) -> Iterator[Form]:
    """The ways in which signs may part the letters of a code: "xnl" is written "XN-L" too."""
    yield (word,)
    text = word.exact
    if not text.isascii() or not text.isalpha() or len(text) not in _CODE or is_syllable(text):
        return
    for count in (1, 2):
        for cuts in combinations(range(1, len(text)), count):
            yield tuple(Word(text[a:b], text[a:b]) for a, b in pairwise((0, *cuts, len(text))))
