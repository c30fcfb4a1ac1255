"""From a query to what is looked up: words with all that may stand for them, and rows of words that stand together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from index.analysis import (
    CHUNK,
    Keys,
    Word,
    accents_of,
    exact_keys,
    pair_keys,
    parse_chunk,
    prepare,
    triple_keys,
    word_key,
)
from index.guess import Guess
from index.language import Clause, Operand, Wish
from index.lexicon import Role, load_lexicon
from index.spelling import Edge, keys_of
from timthau.text import fold

_EXPANSION = 0.7  # how much a long form counts beside the abbreviation that was typed, and the other way round
_AMBIGUOUS = 0.4  # the same where it has several meanings
_INNER = 0.02  # that its words stand in a row is no merit beside what was typed, but one beside scattered words
_GLUED = 0.9  # a code written in one beside its parts
_OPTIONAL = 0.25  # weight of words that need not be there
_MOST_WORDS = 40  # of a query; what follows is not searched
_MOST_EDGES = 8  # at one place of the query


@dataclass(frozen=True)
class Alternative:
    """Words that must all be in a document; with `phrase` also in a row, with these accents.

    With `prefix` instead of words: any word whose folded form begins with it.
    """

    keys: tuple[int, ...] = ()
    weight: float = 1.0
    phrase: tuple[Word, ...] = ()
    prefix: str = ""


@dataclass
class Unit:
    """One word of the query (or one group of choices) with all that may stand for it."""

    alternatives: list[Alternative]
    required: bool = True
    weight: float = 1.0
    exact: int | None = None


@dataclass(frozen=True)
class Row:
    """Neighbouring words of the query; of several forms the best one counts.

    `accents` tell how the first form is accented; None when no accents were typed.
    """

    keys: tuple[int, ...]
    weights: tuple[float, ...]
    size: int
    accents: int | None = None


@dataclass
class Plan:
    """All that is looked up for a query.

    A document answers when it has an alternative of each required unit, and none of the excluded alternatives.
    """

    units: list[Unit] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    excluded: list[Alternative] = field(default_factory=list)
    also_searched: list[str] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)
    question: bool = False


@dataclass(frozen=True)
class _Token:
    word: Word
    raw: str


def build_plan(wish: Wish, guess: Guess | None, *, expand: bool) -> Plan:
    """What to look up for a parsed query: without a guess only what was typed, whatever else the index has."""
    plan = Plan()
    for clause in wish.clauses:
        if clause.negated:
            plan.excluded += _forms(replace(clause.operands[0], quoted=True))
        elif clause.plain:
            _Run(clause.operands[0].text, guess, plan, expand=expand).add()
        else:
            _add_choices(clause, plan)
    if not any(unit.required for unit in plan.units):
        for unit in plan.units:
            unit.required, unit.weight = True, 1.0
    return plan


def _words(text: str) -> list[Word]:
    return [word for chunk in CHUNK.findall(prepare(text)) for word in parse_chunk(chunk).words][:_MOST_WORDS]


def _forms(operand: Operand) -> list[Alternative]:
    """What an operand looks for: its words, in a row if they are quoted."""
    words = tuple(_words(operand.text))
    keys = tuple(word_key(word.folded) for word in words)
    if operand.prefix and len(words) == 1:
        # The word itself too: "kỹ" is kept as "ki", which does not begin with "ky".
        return [Alternative(keys), Alternative(prefix=fold(operand.text))]
    row = operand.quoted and (len(words) > 1 or words[0].exact != words[0].folded)
    return [Alternative(keys, phrase=words if row else ())]


def _add_choices(clause: Clause, plan: Plan) -> None:
    alternatives: list[Alternative] = []
    for operand in clause.operands:
        alternatives += _forms(operand)
        keys = keys_of(word.folded for word in _words(operand.text))
        plan.rows += [Row((int(key),), (1.0,), 2) for key in pair_keys(keys[:-1], keys[1:])]
    if alternatives:
        plan.units.append(Unit(alternatives))


class _Run:
    """A run of plain words: a lattice of what may stand for what, from which units and rows are read."""

    def __init__(self, text: str, guess: Guess | None, plan: Plan, *, expand: bool) -> None:
        self._guess, self._plan = guess, plan
        self._tokens, self._edges = _read(self._decode(text, guess) if guess else text)
        self._folded = [token.word.folded for token in self._tokens]
        if expand:
            self._expand()
        if guess:
            self._correct(guess)

    def add(self) -> None:
        """Add the run's units and rows to the plan."""
        roles = self._find_roles()
        paths = self._list_paths()
        for i, token in enumerate(self._tokens):
            key = word_key(token.word.folded)
            alternatives = [Alternative((key,))]
            alternatives += [
                Alternative(tuple(map(word_key, edge.words)), edge.weight)
                for edge in self._edges
                if edge.start <= i < edge.end
            ]
            accented = token.word.exact != token.word.folded
            exact = int(exact_keys(np.array([word_key(token.word.exact)], np.uint64))[0]) if accented else None
            self._plan.units.append(Unit(alternatives, i not in roles, _OPTIONAL if i in roles else 1.0, exact))
        self._plan.rows += paths
        self._plan.question |= Role.QUESTION in roles.values()

    def _decode(self, text: str, guess: Guess) -> str:
        decoded = guess.decode(text)
        if decoded != text:
            self._plan.also_searched.append(decoded)
        return decoded

    def _expand(self) -> None:
        for start, end, expansion in load_lexicon().find_expansions(self._folded):
            if self._guess and not self._guess.knows(expansion.words):
                continue
            weight = _EXPANSION if expansion.rivals == 1 else _AMBIGUOUS
            self._edges.append(Edge(start, end, expansion.words, weight, expansion.shown, inner=_INNER))
            if expansion.shown not in self._plan.also_searched:
                self._plan.also_searched.append(expansion.shown)

    def _correct(self, guess: Guess) -> None:
        spellings = guess.find_spellings(self._folded)
        self._edges += spellings
        best = {edge.start: edge for edge in reversed(spellings) if edge.corrects}
        for place, edge in sorted(best.items()):
            shown = " ".join(map(guess.most_frequent_spelling, edge.words))
            self._plan.corrections.append((self._tokens[place].raw, shown))

    def _find_roles(self) -> dict[int, Role]:
        roles: dict[int, Role] = {}
        for start, end, role in load_lexicon().find_phrases(self._folded):
            roles |= dict.fromkeys(range(start, end), role)
        return roles

    def _list_paths(self) -> list[Row]:
        """The pairs and triples along all ways through the lattice, those that begin at one word together."""
        starts: dict[int, list[Edge]] = {}
        typed = [Edge(i, i + 1, (word,), 1.0) for i, word in enumerate(self._folded)]
        for edge in typed + self._edges:
            starts.setdefault(edge.start, []).append(edge)
        rows: dict[tuple[int, int, int], dict[tuple[str, ...], float]] = {}
        for start, edges in starts.items():
            for number, edge in enumerate(edges[:_MOST_EDGES]):
                for offset, size in product(range(len(edge.words)), (2, 3)):
                    # The inner rows of a longer form are evidence of their own, not rivals of what was typed.
                    forms = rows.setdefault((start, 100 * number + offset if offset else 0, size), {})
                    for row, worth in _follow(edge, offset, size, starts):
                        forms[row] = max(forms.get(row, 0.0), worth)
        return [
            self._build_row(forms, None if offset else start, size)
            for (start, offset, size), forms in rows.items()
            if forms
        ]

    def _build_row(self, forms: dict[tuple[str, ...], float], start: int | None, size: int) -> Row:
        """The row of some forms; `start` is where the first of them was typed, None when it was not."""
        keys = _row_keys(list(forms), size)
        accents = None
        typed = [] if start is None else [token.word for token in self._tokens[start : start + size]]
        if len(typed) == size and any(word.exact != word.folded for word in typed):
            accents = int(accents_of(_row_keys([tuple(word.exact for word in typed)], size))[0])
        return Row(tuple(keys.tolist()), tuple(forms.values()), size, accents)


def _read(text: str) -> tuple[list[_Token], list[Edge]]:
    """The words of a text, and the codes among them written in one."""
    tokens: list[_Token] = []
    edges: list[Edge] = []
    for raw in CHUNK.findall(prepare(text)):
        chunk = parse_chunk(raw)
        start = len(tokens)
        tokens += [_Token(word, raw if len(chunk.words) == 1 else word.exact) for word in chunk.words]
        edges += [Edge(start, len(tokens), (word.folded,), _GLUED) for word in chunk.glued[:1]]
    return tokens[:_MOST_WORDS], [edge for edge in edges if edge.end <= _MOST_WORDS]


def _follow(
    edge: Edge, offset: int, size: int, starts: dict[int, list[Edge]], *, inside: bool = True
) -> Iterator[tuple[tuple[str, ...], float]]:
    """Rows of a size from a word of an edge on, with what they are worth."""
    words = edge.words[offset : offset + size]
    if len(words) == size:
        yield words, edge.weight * (edge.inner if inside else 1.0)
        return
    for more in starts.get(edge.end, [])[:_MOST_EDGES]:
        for rest, worth in _follow(more, 0, size - len(words), starts, inside=False):
            yield words + rest, worth * edge.weight


def _row_keys(rows: Sequence[tuple[str, ...]], size: int) -> Keys:
    columns = [keys_of(row[i] for row in rows) for i in range(size)]
    return pair_keys(columns[0], columns[1]) if size == 2 else triple_keys(columns[0], columns[1], columns[2])
