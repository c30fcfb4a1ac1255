"""The words of the field from data/lexicon: abbreviations with their long forms, phrases that carry little meaning."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from index.language.analysis import parse_word, parse_words
from timthau.model.notice import NoticeKind
from timthau.model.province import find_merged, load_provinces
from timthau.text.syllable import is_syllable
from timthau.text.table import load_rows

Folded = tuple[str, ...]
_LONGEST = 8  # words of a phrase


class PhraseRole(StrEnum):
    """Why a phrase need not be in a document."""

    STOP = "stop"
    CHAT = "chat"
    WRAPPER = "wrapper"
    QUESTION = "question"


@dataclass(frozen=True)
class Expansion:
    """Words that can stand for others; `shown` is how a person writes them.

    `rivals` is how many meanings there are; a province of today is itself or one of those that went into it.
    """

    words: Folded
    shown: str
    rivals: int


@dataclass(frozen=True)
class Lexicon:
    """The first two by folded words; `wrappers` are exact words that say nothing at a query's beginning and end."""

    expansions: dict[Folded, tuple[Expansion, ...]]
    phrases: dict[Folded, PhraseRole]
    wrappers: frozenset[str]

    @cached_property
    def _begin_expansions(self) -> frozenset[str]:
        return frozenset(words[0] for words in self.expansions)

    @cached_property
    def _begin_phrases(self) -> frozenset[str]:
        return frozenset(words[0] for words in self.phrases)

    @cached_property
    def plain_wrappers(self) -> frozenset[str]:
        """The wrappers as they are typed without accents."""
        return frozenset(parse_word(wrapper).folded for wrapper in self.wrappers)

    def find_expansions(self, words: Sequence[str]) -> Iterator[tuple[int, int, Expansion]]:
        """Where in the words something has another form, as start and end."""
        for start, end, found in _spans(words, self.expansions, self._begin_expansions):
            for expansion in self.expansions[found]:
                yield start, end, expansion

    def find_phrases(self, words: Sequence[str]) -> Iterator[tuple[int, int, PhraseRole]]:
        """Where in the words a phrase stands, the longest at each place."""
        longest: dict[int, tuple[int, Folded]] = {}
        for start, end, found in _spans(words, self.phrases, self._begin_phrases):
            longest[start] = max(longest.get(start, (0, ())), (end, found))
        for start, (end, found) in longest.items():
            yield start, end, self.phrases[found]


@cache
def load_lexicon() -> Lexicon:
    """The lexicon that comes with the program, read once."""
    # One that reads like a syllable ("VAT", "TƯ") would be seen in every "vật tư".
    pairs = [row for row in load_rows("lexicon/abbreviations.tsv") if not is_syllable(" ".join(_fold(row[0])))]
    pairs += [[alias, province.name] for province in load_provinces() for alias in province.aliases]
    meanings: dict[Folded, list[str]] = {}
    for short, long in pairs:
        meanings.setdefault(_fold(short), []).append(long)
        meanings.setdefault(_fold(long), []).append(short)
    expansions = {
        words: tuple(Expansion(_fold(form), form, len(forms)) for form in dict.fromkeys(forms))
        for words, forms in meanings.items()
    }
    for short, long in load_rows("lexicon/shorthand.tsv"):
        expansions[_fold(short)] = (*expansions.get(_fold(short), ()), Expansion(_fold(long), long, 1))
    for now in {province.now for province in load_provinces()}:
        merged = find_merged(now)
        own = tuple(Expansion(_fold(name), name, 1 + len(merged)) for name in merged)
        expansions[_fold(now)] = expansions.get(_fold(now), ()) + own
    rows = [(phrase, PhraseRole(role)) for phrase, role in load_rows("lexicon/phrases.tsv")]
    phrases: dict[Folded, PhraseRole] = {_fold(phrase): role for phrase, role in rows if role is not PhraseRole.WRAPPER}
    wrappers = frozenset(parse_words(phrase)[0].exact for phrase, role in rows if role is PhraseRole.WRAPPER)
    return Lexicon(expansions, phrases, wrappers)


@cache
def load_kinds() -> dict[str, NoticeKind]:
    """The kinds of notices by the folded names that people give them."""
    rows = load_rows("lexicon/kinds.tsv")
    return {" ".join(_fold(name)): NoticeKind(kind) for name, kind in rows}


def _fold(text: str) -> Folded:
    return tuple(word.folded for word in parse_words(text))


def _spans(
    words: Sequence[str], known: Container[Folded], begins: Container[str], longest: int = _LONGEST
) -> Iterator[tuple[int, int, Folded]]:
    """Where words stand that are known; one of `begins` is their first."""
    for start in range(len(words)):
        if words[start] in begins:
            for end in range(start + 1, min(start + longest, len(words)) + 1):
                found = tuple(words[start:end])
                if found in known:
                    yield start, end, found
