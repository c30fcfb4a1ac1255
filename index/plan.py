"""From a query to what is looked up: words with all that may stand for them, and rows of words that stand together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from index.analysis import CHUNK, Word, exact_keys, pair_keys, parse_chunk, parse_word, prepare, triple_keys, word_key
from index.keyboard import decode, move_stray_tones
from index.language import Clause, Operand, Wish
from index.lexicon import Role, load_lexicon
from index.snapshot import Snapshot
from index.spelling import Edge, find_spellings, keys_of
from timthau.text import nfc

_EXPANSION = 0.7  # how much a long form counts beside the abbreviation that was typed, and the other way round
_AMBIGUOUS = 0.4  # the same where it has several meanings
_INNER = 0.02  # that its words stand in a row is no merit beside what was typed, but one beside scattered words
_GLUED = 0.9  # a code written in one beside its parts
_OPTIONAL = 0.25  # weight of words that need not be there
_MOST_WORDS = 40  # of a query; what follows is not searched
_MOST_EDGES = 8  # at one place of the query
_MOST_PREFIXED = 60  # words that begin with a prefix


@dataclass(frozen=True)
class Alternative:
    """Words that must all be in a document; with `phrase` also in a row, with these accents."""

    keys: tuple[int, ...]
    weight: float = 1.0
    phrase: tuple[Word, ...] = ()


@dataclass
class Unit:
    """One word of the query (or one group of choices) with all that may stand for it."""

    alternatives: list[Alternative]
    required: bool = True
    weight: float = 1.0
    exact: int | None = None


@dataclass(frozen=True)
class Row:
    """Neighbouring words of the query; of several forms the best one counts."""

    keys: tuple[int, ...]
    weights: tuple[float, ...]
    size: int


@dataclass
class Plan:
    """All that is looked up for a query."""

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


def build_plan(wish: Wish, snapshot: Snapshot, *, expand: bool) -> Plan:
    """What to look up for a parsed query in this state of the index."""
    plan = Plan()
    for clause in wish.clauses:
        if clause.negated:
            plan.excluded += [_phrase(operand) for operand in clause.operands if _words(operand.text)]
        elif clause.plain:
            _Run(clause.operands[0].text, snapshot, plan, expand=expand).add()
        else:
            _add_choices(clause, snapshot, plan)
    if not any(unit.required for unit in plan.units):
        for unit in plan.units:
            unit.required, unit.weight = True, 1.0
    return plan


def _words(text: str) -> list[Word]:
    return [word for chunk in CHUNK.findall(prepare(text)) for word in parse_chunk(chunk).words][:_MOST_WORDS]


def _phrase(operand: Operand) -> Alternative:
    words = tuple(_words(operand.text))
    keys = tuple(word_key(word.folded) for word in words)
    return Alternative(keys, phrase=words if len(words) > 1 or words[0].exact != words[0].folded else ())


def _add_choices(clause: Clause, snapshot: Snapshot, plan: Plan) -> None:
    alternatives: list[Alternative] = []
    for operand in clause.operands:
        words = _words(operand.text)
        if operand.prefix and len(words) == 1:
            alternatives += [Alternative((word_key(word),)) for word in find_prefixed(words[0].folded, snapshot)]
            alternatives = alternatives or [Alternative((word_key(words[0].folded),))]
        elif words:
            alternatives.append(_phrase(operand) if operand.quoted else replace(_phrase(operand), phrase=()))
        keys = keys_of(word.folded for word in words)
        plan.rows += [Row((int(key),), (1.0,), 2) for key in pair_keys(keys[:-1], keys[1:])]
    if alternatives:
        plan.units.append(Unit(alternatives))


def is_row(text: str, snapshot: Snapshot) -> bool:
    """Whether each two neighbouring words of a text stand beside each other in some document."""
    keys = keys_of(word.folded for word in _words(text))
    return len(keys) > 1 and bool(snapshot.frequencies(pair_keys(keys[:-1], keys[1:])).all())


def find_prefixed(prefix: str, snapshot: Snapshot) -> list[str]:
    """The folded words that begin with a prefix, the most frequent first."""
    found: set[str] = set()
    for segment in snapshot.segments:
        found.update(segment.words_from(prefix))
    words = sorted(found)
    frequencies = snapshot.frequencies(keys_of(words)).tolist()
    ranked = sorted(zip(frequencies, words, strict=True), key=lambda row: (-row[0], row[1]))
    return [word for frequency, word in ranked[:_MOST_PREFIXED] if frequency]


class _Run:
    """A run of plain words: a lattice of what may stand for what, from which units and rows are read."""

    def __init__(self, text: str, snapshot: Snapshot, plan: Plan, *, expand: bool) -> None:
        self._snapshot, self._plan = snapshot, plan
        self._tokens, self._edges = self._read(text)
        self._folded = [token.word.folded for token in self._tokens]
        if expand:
            self._expand()
        spellings = find_spellings(self._folded, snapshot)
        self._edges += spellings
        best = {edge.start: edge for edge in reversed(spellings) if edge.corrects}
        for place in sorted(best):
            self._correct(best[place])

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

    def _read(self, text: str) -> tuple[list[_Token], list[Edge]]:
        tokens: list[_Token] = []
        edges: list[Edge] = []
        for raw in CHUNK.findall(prepare(_Keyboard(self._snapshot).decode(text, self._plan))):
            chunk = parse_chunk(raw)
            start = len(tokens)
            tokens += [_Token(word, raw if len(chunk.words) == 1 else word.exact) for word in chunk.words]
            edges += [Edge(start, len(tokens), (word.folded,), _GLUED) for word in chunk.glued[:1]]
        return tokens[:_MOST_WORDS], [edge for edge in edges if edge.end <= _MOST_WORDS]

    def _expand(self) -> None:
        found = list(load_lexicon().find_expansions(self._folded))
        keys = [keys_of(expansion.words) for _, _, expansion in found]
        for (start, end, expansion), own in zip(found, keys, strict=True):
            if not self._snapshot.frequencies(own).all():
                continue
            weight = _EXPANSION if expansion.rivals == 1 else _AMBIGUOUS
            self._edges.append(Edge(start, end, expansion.words, weight, expansion.shown, inner=_INNER))
            if expansion.shown not in self._plan.also_searched:
                self._plan.also_searched.append(expansion.shown)

    def _correct(self, edge: Edge) -> None:
        shown = " ".join(most_frequent_spelling(word, self._snapshot) for word in edge.words)
        self._plan.corrections.append((self._tokens[edge.start].raw, shown))

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
        return [_build_row(forms, size) for (_, _, size), forms in rows.items() if forms]


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


def _build_row(forms: dict[tuple[str, ...], float], size: int) -> Row:
    columns = [keys_of(words[i] for words in forms) for i in range(size)]
    keys = pair_keys(columns[0], columns[1]) if size == 2 else triple_keys(columns[0], columns[1], columns[2])
    return Row(tuple(keys.tolist()), tuple(forms.values()), size)


def most_frequent_spelling(folded: str, snapshot: Snapshot) -> str:
    """How documents mostly write a folded word."""
    spellings = sorted({text for segment in snapshot.segments for text in segment.spellings(word_key(folded))})
    accented = [text for text in spellings if text != folded]
    if not accented:
        return folded
    counts = snapshot.frequencies(exact_keys(keys_of(accented))).tolist()
    return min(zip(counts, accented, strict=True), key=lambda row: (-row[0], row[1]))[1]


_RAW = re.compile(r"(?<![^\W_])[A-Za-z][A-Za-z0-9]*(?![^\W_])")


def _raw_words(text: str) -> Sequence[str]:
    """The words of a text that are typed without any accent."""
    return list(dict.fromkeys(_RAW.findall(nfc(text))))


class _Keyboard:
    """Undoes Telex and VNI typing, where what was typed is no word of the index."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def decode(self, text: str, plan: Plan) -> str:
        """The text with raw keys turned into the syllables they stand for."""
        decoded = {raw: found for raw in _raw_words(text) if (found := decode(raw))}
        if not decoded:
            return text
        known = self._frequencies(decoded, exact=False)
        sure = [raw for raw in decoded if not known[raw]]
        if not sure:
            return text
        wanted = {raw: decoded[raw] for raw in sure}
        if len(sure) > 1:  # then the other words were typed the same way
            text = move_stray_tones(text)
            decoded = {raw: found for raw in _raw_words(text) if (found := decode(raw))}
            typed = self._frequencies(decoded, exact=False)
            meant = self._frequencies(decoded, exact=True)
            wanted = {raw: found for raw, found in decoded.items() if meant[raw] >= typed[raw]}
        shown = _RAW.sub(lambda m: wanted.get(m[0], m[0]), text)
        plan.also_searched.append(shown)
        return shown

    def _frequencies(self, decoded: dict[str, str], *, exact: bool) -> dict[str, int]:
        """How many documents have what was typed, or exactly what the keys would make."""
        texts = [parse_word(decoded[raw]).exact if exact else parse_word(raw.lower()).folded for raw in decoded]
        keys = exact_keys(keys_of(texts)) if exact else keys_of(texts)
        return dict(zip(decoded, self._snapshot.frequencies(keys).tolist(), strict=True))
