"""The words of a wish in plain words with where they stand, and the phrases of data/lexicon/wishes.tsv among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from index.language.analysis import parse_word, parse_words
from timthau.text.table import load_rows

# What people write with signs in it comes before single numbers and words; what has a meaning to the query language
# (quotes, "tinh:", "-word") or is an address stands for itself.
_TOKEN = re.compile(
    r"""(?P<opaque>"[^"]*"?|\w+://\S+|[^\W\d_][\w-]{1,14}:(?=\S)(?:"[^"]*"|\S+)|(?<!\S)-(?=[^\W\d_])\S+)"""
    r"|(?P<day>\d{1,2}(?P<mark>[/.-])\d{1,2}(?P=mark)\d{4}(?!\d)|\d{4}-\d{1,2}-\d{1,2}(?!\d))"
    r"|(?P<month>\d{1,2}[/-](?:20)\d{2}(?!\d))"
    r"|(?P<day_of_year>\d{1,2}/\d{1,2}(?![\d/]))"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>\S)"
)
_QUOTES = str.maketrans("“”„«»", '"""""')


@dataclass(frozen=True)
class Token:
    """A word, number, day or sign of a text; `kind` is the name of its group in the pattern."""

    kind: str
    text: str
    start: int
    end: int
    exact: str
    folded: str

    @property
    def accented(self) -> bool:
        """Whether it has accents."""
        return self.exact != self.folded


@lru_cache(maxsize=256)
def read_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text, which is composed already; one query is read several times."""
    tokens = []
    for match in _TOKEN.finditer(text.translate(_QUOTES)):
        word = parse_word(match[0].lower())
        tokens.append(Token(match.lastgroup or "", match[0], match.start(), match.end(), word.exact, word.folded))
    return tuple(tokens)


class Phrases:
    """Phrases with their roles; one may have several."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._roles: dict[tuple[str, ...], list[tuple[tuple[str, ...], str]]] = {}
        sizes: dict[str, set[int]] = {}
        for phrase, role in rows:
            words = parse_words(phrase)
            key = tuple(word.folded for word in words)
            self._roles.setdefault(key, []).append((tuple(word.exact for word in words), role))
            sizes.setdefault(key[0], set()).add(len(key))
        # Of phrases that begin with a word, the longest first: most words begin none.
        self._sizes = {word: sorted(own, reverse=True) for word, own in sizes.items()}

    def match(self, tokens: Sequence[Token], at: int, *roles: str) -> tuple[int, str] | None:
        """The end and role of the longest phrase of some roles that begins at a token; typed accents must be its."""
        sizes = self._sizes.get(tokens[at].folded, ()) if at < len(tokens) else ()
        for end in [at + size for size in sizes if at + size <= len(tokens)]:
            words = tokens[at:end]
            for exact, role in self._roles.get(tuple(token.folded for token in words), ()):
                if role in roles and all(
                    not token.accented or token.exact == own for token, own in zip(words, exact, strict=True)
                ):
                    return end, role
        return None

    def begins(self, token: Token) -> bool:
        """Whether some phrase begins with a token."""
        return token.folded in self._sizes

    def skip(self, tokens: Sequence[Token], at: int, *roles: str) -> int:
        """Where a phrase of some roles ends that begins at a token, or there itself when none does."""
        found = self.match(tokens, at, *roles)
        return found[0] if found else at


@cache
def load_phrases() -> Phrases:
    """The phrases that come with the program, read once; words that a buyer's name begins with are "buyer"."""
    buyers = [[word, "buyer"] for (word,) in load_rows("lexicon/buyer_words.tsv")]
    return Phrases([*load_rows("lexicon/wishes.tsv"), *buyers])
