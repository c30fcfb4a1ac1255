"""From a query to what is looked up: words with all that may stand for them, and rows of words that stand together."""

import re
from collections.abc import Collection, Iterable
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import takewhile

from index.language.analysis import CHUNK, Word, exact_key, parse_chunk, prepare, word_key
from index.language.lexicon import PhraseRole, load_lexicon
from index.language.parser import Clause, Operand, Wish
from index.language.spoken import find_spoken, find_written
from index.language.synonym import Synonym, load_synonyms
from index.plan.division import WordRun, find_place_words
from index.plan.lattice import Lattice, WordRow
from index.plan.measure import find_measures, is_year
from index.plan.part import Form, WishPart, list_forms
from index.plan.typed import MOST_WORDS, read_typed
from index.spelling.edge import Edge
from index.spelling.guess import Guess
from timthau.text.fold import fold
from timthau.text.syllable import is_latin, may_be_syllable

_EXPANSION = 0.7  # how much a long form counts beside the abbreviation that was typed, and the other way round
_AMBIGUOUS = 0.4  # the same where it has several meanings
_SYNONYM = 0.8  # a word of the lexicon beside the one that was typed
_INNER = 0.02  # that its words stand in a row is no merit beside what was typed, but one beside scattered words
_OPTIONAL = 0.25  # weight of words that need not be there
_LEAST_WRAPPING = 3  # words that wrap a wish, typed without accents
_CUT = re.compile(r"(?<=\w)\s+\S*(?:…|\.{3})\s*\Z")  # a last word that was cut off: "hệ thống y t…"
_AND, _PLAIN_AND = frozenset({"và", "hoặc", "với"}), frozenset({"va", "hoac"})  # "voi" is "vòi" too


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
class QueryUnit:
    """One word of the query (or one group of choices) with all that may stand for it."""

    alternatives: list[Alternative]
    required: bool = True
    weight: float = 1.0
    exact: int | None = None


@dataclass
class Plan:
    """All that is looked up for a query.

    A document answers when it has an alternative of each required unit, and none of the excluded alternatives; it
    matches when it also has the words of each part together.
    """

    units: list[QueryUnit] = field(default_factory=list)
    parts: list[WishPart] = field(default_factory=list)
    lattices: list[Lattice] = field(default_factory=list)
    excluded: list[Alternative] = field(default_factory=list)
    also_searched: list[str] = field(default_factory=list)
    corrections: list[tuple[str, str]] = field(default_factory=list)
    typed: list[list[tuple[str, Word]]] = field(default_factory=list)  # the runs of plain words, as typed and read
    unsearched: list[str] = field(default_factory=list)  # what is beyond the words that are searched, of each run
    misspelt: bool = False  # whether accents look wrong, so that others are searched too
    standing: str = ""  # the words as what was found has them, for a query of plain words alone
    question: bool = False
    forms: bool = False  # whether all words are forms of the field

    @cached_property
    def rows(self) -> list[WordRow]:
        """Neighbouring words, which order the documents that answer."""
        return [row for lattice in self.lattices for row in lattice.list_rows()]

    def copy(self) -> "Plan":
        """The same plan, to which what a search learns may be added."""
        other = copy(self)
        other.rows, other.parts = self.rows, [*self.parts]
        other.also_searched, other.corrections = [*self.also_searched], [*self.corrections]
        return other


def build_plan(wish: Wish, guess: Guess | None, *, expand: bool, loosely: bool = False) -> Plan:
    """What to look up for a parsed query: without a guess only what was typed, whatever else the index has.

    With `loosely` it divides into more wishes.
    """
    plan, runs = Plan(), list[_Run]()
    for clause in wish.clauses:
        if clause.negated:
            plan.excluded += _forms(replace(clause.operands[0], quoted=True))
        elif clause.plain:
            runs.append(_Run(clause.operands[0].text, guess, plan, expand=expand))
            runs[-1].add(loosely=loosely)
        else:
            _add_choices(clause, plan)
    if not any(unit.required for unit in plan.units):
        plan.forms = not plan.question
        for unit in plan.units:
            unit.required, unit.weight = True, 1.0
    for run in runs:
        text = run.add_parts(all_=plan.forms, loosely=loosely)
        plan.standing = text if len(wish.clauses) == 1 else ""
    return plan


def _words(text: str) -> list[Word]:
    return [word for chunk in CHUNK.findall(prepare(text)) for word in parse_chunk(chunk).words][:MOST_WORDS]


def _forms(operand: Operand) -> list[Alternative]:
    """What an operand looks for: its words, in a row if they are quoted."""
    words = tuple(_words(operand.text))
    keys = tuple(word_key(word.folded) for word in words)
    if operand.prefix and len(words) == 1:
        # The word itself too: "kỹ" is kept as "ki", which does not begin with "ky".
        return [Alternative(keys), Alternative(prefix=fold(operand.text))]
    row = operand.quoted and (len(words) > 1 or words[0].accented)
    return [Alternative(keys, phrase=words if row else ())]


def _add_choices(clause: Clause, plan: Plan) -> None:
    alternatives: list[Alternative] = []
    for operand in clause.operands:
        alternatives += _forms(operand)
        plan.lattices.append(Lattice(_words(operand.text), sizes=(2,)))
    if alternatives:
        plan.units.append(QueryUnit(alternatives))
    if alternatives and not any(operand.prefix for operand in clause.operands):
        forms: list[Form] = [tuple(_words(operand.text)) for operand in clause.operands]
        plan.parts.append(WishPart((tuple(forms),), " | ".join(operand.text for operand in clause.operands)))


class _Run:
    """A run of plain words: a lattice of what may stand for what, from which units and rows are read."""

    def __init__(self, text: str, guess: Guess | None, plan: Plan, *, expand: bool) -> None:
        self._guess, self._plan, self._first = guess, plan, 0
        text = _CUT.sub("", text) if guess else text
        self._tokens, self._edges, self._spellings, unsearched = read_typed(
            self._decode(text, guess, expand=expand) if guess else text
        )
        plan.unsearched += [unsearched] if unsearched else []
        self._latin = is_latin([token.word.exact for token in self._tokens])
        turned = guess is not None and self._turn(guess, text if expand else "")
        self._folded = [token.word.folded for token in self._tokens]
        self._unfinished = text[-1:].isalnum() and not turned
        self._roles: dict[int, PhraseRole] = {}
        self._spoken: list[Synonym] = []
        self._named: set[int] = set()  # places of words that the lexicon has as they were typed
        if expand:
            self._expand()
        self._edges += self._spellings
        if guess:
            self._correct(guess)
        if expand:
            words = [token.word for token in self._tokens]
            meant = [Synonym(edge.start, edge.end, edge.words, edge.shown) for edge in self._spellings if edge.shown]
            slips = {edge.start for edge in self._spellings}  # a word alone that documents have is mostly none
            found = find_written(words, [*meant, *self._spoken])
            said = [
                own for own in found if own.end - own.start > 1 or own.start not in slips or not self._has(own.start)
            ]
            self._add_synonyms(said)

    def add(self, *, loosely: bool) -> None:
        """Add the run's units and rows to the plan; with `loosely` each "and" joins two wishes."""
        roles = self._find_roles(loosely=loosely)
        self._first = len(self._plan.units)
        for i, token in enumerate(self._tokens):
            key = word_key(token.word.folded)
            alternatives = [Alternative((key,))]
            alternatives += [
                Alternative(tuple(map(word_key, edge.words)), edge.weight)
                for edge in self._edges
                if edge.start <= i < edge.end
            ]
            exact = exact_key(token.word.exact) if token.word.accented else None
            self._plan.units.append(QueryUnit(alternatives, i not in roles, _OPTIONAL if i in roles else 1.0, exact))
        self._plan.lattices.append(Lattice([token.word for token in self._tokens], self._edges))
        self._plan.question |= PhraseRole.QUESTION in roles.values()
        self._roles = roles

    def add_parts(self, *, all_: bool, loosely: bool) -> str:
        """Add the wishes of the run to the plan: with `all_` the words too that need not be there beside others.

        Gives its words as they were read, with a comma before each wish.
        """
        words = [token.word for token in self._tokens]
        stops = [i for i, token in enumerate(self._tokens) if token.stop]
        self._plan.typed.append([(token.raw, token.word) for token in self._tokens])
        run = WordRun(words, self._edges, () if all_ else self._roles, stops)
        wrong = set(self._guess.find_wrong_accents(words)) - self._named if self._guess else set[int]()
        wrong -= {i for i in wrong if words[i].folded in find_place_words(words)}
        self._plan.misspelt |= bool(wrong)
        forms = list_forms(words, self._edges, wrong)
        divides = self._guess is not None and (loosely or not self._guess.whole)
        parts = run.divide(self._guess.vocabulary if self._guess and divides else None, loosely=loosely)
        for places in parts:
            text = " ".join(self._tokens[i].raw for i in places)
            between = places[-1] - places[0] + 1 - len(places)
            units = tuple(self._first + i for i in places)
            part = WishPart(tuple(forms[i] for i in places), text, between, units=units)
            self._plan.parts.append(part.with_measures(find_measures([words[i] for i in places])))
        return self._write({*stops, *(places[0] for places in parts)}, wrong)

    def _write(self, beginnings: Collection[int], wrong: Collection[int]) -> str:
        """The words with what they may be spellings of, those whose accents are `wrong` without any."""
        words = [token.word for token in self._tokens]
        counted = {*self._spoken} - {*find_spoken(words)}  # numbers, as far as the index tells
        meant = [*self._spellings, *(Edge(own.start, own.end, own.words, _SYNONYM, own.shown) for own in counted)]
        text, i = "", 0
        while i < len(words):
            text += ("," if text and i in beginnings else "") + (" " if text else "")
            others = [edge for edge in meant if edge.start == i and edge.shown]
            longer = next((edge for edge in others if edge.end > i + 1 or len(edge.words) > 1), None)
            shown = list(dict.fromkeys(edge.shown for edge in others))
            if longer and not self._has(i, longer.end):
                text, i = text + longer.shown, longer.end
                continue
            typed = [words[i].folded if i in wrong else self._tokens[i].raw]
            text += "|".join(typed * (len(shown) != 1 or self._has(i, i + 1)) + shown * (longer is None))
            i += 1
        return text

    def _has(self, start: int, end: int = 0) -> bool:
        """Whether documents have a word, or some in a row, as typed."""
        return self._guess is None or self._guess.knows(self._folded[start : end or start + 1])

    def _decode(self, text: str, guess: Guess, *, expand: bool) -> str:
        decoded = guess.decode(text)
        if decoded != text and expand:  # what the lexicon knows stays, but to look for that costs more
            decoded = guess.decode(text, kept=_find_known(text))
        if decoded != text:
            self._plan.also_searched.append(decoded)
        return decoded

    def _turn(self, guess: Guess, text: str) -> bool:
        """Put words that were typed in a hurry, without accents, in the order that was meant; whether that is another.

        What the lexicon knows of a text is not parted.
        """
        if any(token.word.accented for token in self._tokens):
            return False
        joined = {i for i, token in enumerate(self._tokens) if token.stop}
        spans = [*_find_spans(text), *((edge.start, edge.end) for edge in self._edges)]
        joined |= {i for start, end in spans for i in range(start + 1, end)}
        words = [token.word.folded for token in self._tokens]
        first = guess.find_beginning(words, joined, latin=self._latin)
        if first:  # what was typed beside each other still says something
            self._plan.lattices.append(Lattice([token.word for token in self._tokens[first - 1 : first + 1]]))
        self._tokens = self._tokens[first:] + self._tokens[:first]
        self._edges = [
            replace(edge, start=(edge.start - first) % len(words), end=(edge.end - 1 - first) % len(words) + 1)
            for edge in self._edges
        ]
        return first > 0

    def _expand(self) -> None:
        for start, end, expansion in load_lexicon().find_expansions(self._folded):
            if self._guess and not self._guess.knows(expansion.words):
                continue
            weight = _EXPANSION if expansion.rivals == 1 else _AMBIGUOUS
            self._edges.append(Edge(start, end, expansion.words, weight, expansion.shown, inner=_INNER))
            if expansion.shown not in self._plan.also_searched:
                self._plan.also_searched.append(expansion.shown)

        words = [token.word for token in self._tokens]
        synonyms = [*load_synonyms().find(words)]
        self._spoken = [*find_spoken(words, self._guess.is_row if self._guess else None)]
        self._named = {i for own in synonyms if own.end - own.start > 1 for i in range(own.start, own.end)}
        self._named |= {i for own in self._spoken for i in range(own.start, own.end)}
        self._add_synonyms([*synonyms, *self._spoken])

    def _add_synonyms(self, synonyms: Iterable[Synonym]) -> None:
        known = {(edge.start, edge.end, edge.words) for edge in self._edges}
        measured = {i for own in find_measures([token.word for token in self._tokens]) for i in own}
        for synonym in synonyms:
            if (synonym.start, synonym.end, synonym.words) in known or (
                self._guess and not self._guess.knows(synonym.words)
            ):
                continue
            # A longer name has more rows in it; together they count as those of what was typed.
            inner = max(
                _INNER, min(1.0, _count_rows(synonym.end - synonym.start) / max(1, _count_rows(len(synonym.words))))
            )
            self._edges.append(Edge(synonym.start, synonym.end, synonym.words, _SYNONYM, synonym.shown, inner=inner))
            unit = measured.issuperset(range(synonym.start, synonym.end))  # other names of it say nothing
            shown = self._show(synonym)
            if not unit and shown not in self._plan.also_searched:
                self._plan.also_searched.append(shown)

    def _show(self, synonym: Synonym) -> str:
        """How a person writes what was added: a number with the word behind or before it ("6 cần", "cấp 2")."""
        if not synonym.shown.isdecimal():
            return synonym.shown
        behind = [token.raw for token in self._tokens[synonym.end : synonym.end + 1]]
        before = [token.raw for token in self._tokens[max(synonym.start - 1, 0) : synonym.start]]
        return " ".join([synonym.shown, *behind] if behind else [*before, synonym.shown])

    def _correct(self, guess: Guess) -> None:
        words = [token.word for token in self._tokens]
        short = {self._folded[edge.start] for edge in self._edges if edge.end == edge.start + 1}
        kept = find_place_words(words) | {self._folded[i] for i in self._named}
        kept |= {word for word in short if not may_be_syllable(word)}
        kept |= {word.folded for word in words if is_year(word)}
        spellings = guess.find_spellings(words, kept, unfinished=self._unfinished, latin=self._latin)
        self._edges += spellings
        self._spellings += spellings
        best = {edge.start: edge for edge in reversed(spellings) if edge.corrects}
        accented = any(word.accented for word in words)
        for place, edge in sorted(best.items()):
            before, after = (words[place - 1] if place else None), (words[edge.end] if edge.end < len(words) else None)
            # Who types no accents reads the word without them too.
            shown = guess.spell(edge.words, before, after) if accented else " ".join(edge.words)
            self._plan.corrections.append((self._tokens[place].raw, shown))

    def _find_roles(self, *, loosely: bool) -> dict[int, PhraseRole]:
        roles: dict[int, PhraseRole] = {}
        for start, end, role in load_lexicon().find_phrases(self._folded):
            if end - start > 1 or role is not PhraseRole.CHAT or self._may_wrap(start):
                roles |= dict.fromkeys(range(start, end), role)
        joints = [i for i in range(1, len(self._tokens) - 1) if i not in roles and self._only_joins(i, loosely=loosely)]
        return self._find_wrapping(roles | dict.fromkeys(joints, PhraseRole.CHAT))

    def _only_joins(self, i: int, *, loosely: bool) -> bool:
        """Whether a word says "and" between two wishes: behind a comma, or where documents hardly have it there."""
        words = [token.word for token in self._tokens]
        accented = any(word.accented for word in words)
        if words[i].exact not in (_AND if accented else _PLAIN_AND):
            return False
        if loosely or self._tokens[i].stop or self._tokens[i + 1].stop:
            return True
        return self._guess is not None and self._guess.is_joint(words, i)

    def _may_wrap(self, place: int) -> bool:
        """Whether one word is chat: "tim" is "tìm" at the beginning, and a heart behind other words."""
        if any(token.word.accented for token in self._tokens):
            return self._tokens[place].word.exact in load_lexicon().wrappers
        return place == 0

    def _find_wrapping(self, roles: dict[int, PhraseRole]) -> dict[int, PhraseRole]:
        """The words around a wish, from the beginning and from the end on.

        Typed without accents they are the same as words of the field ("cần" and "cân"), so there must be several.
        """
        words = [token.word.exact for token in self._tokens]
        accented = words != self._folded
        lexicon = load_lexicon()
        known = lexicon.wrappers if accented else lexicon.plain_wrappers
        least = 1 if accented else _LEAST_WRAPPING
        named = {i for edge in self._edges if edge.end - edge.start > 1 for i in range(edge.start, edge.end)} - {*roles}
        found: dict[int, PhraseRole] = {}
        for inwards in (range(len(words)), range(len(words) - 1, -1, -1)):
            run = list(takewhile(lambda i: i not in named and (i in roles or words[i] in known), inwards))
            found |= dict.fromkeys(run if len(run) >= least else (), PhraseRole.CHAT)
        return found | roles


def _find_known(text: str) -> frozenset[str]:
    """The words of a text that the lexicon knows where they stand: "TW", "dental chair"."""
    words = _words(text)
    return frozenset(words[i].exact for start, end in _find_spans(text) for i in range(start, end))


@lru_cache(maxsize=256)
def _find_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where words of a text begin and end that the lexicon knows."""
    words = _words(text)
    spans = ((start, end) for start, end, _ in load_lexicon().find_expansions([word.folded for word in words]))
    return *spans, *load_synonyms().find_spans(words)


def _count_rows(words: int) -> int:
    """How many pairs and triples so many words in a row have."""
    return max(2 * words - 3, 0)
