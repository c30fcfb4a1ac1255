"""Which guide a query asks for: troubles that people describe, from data/lexicon/symptoms.tsv."""

from collections.abc import Sequence
from functools import cache

from rapidfuzz.distance import OSA

from index.language.analysis import compose
from index.language.phrasing import Phrases, Token, read_tokens
from timthau.text.table import load_rows

_LEAST_NAME = 5  # letters of a name in which a slip of the hand is still seen
_MOST_TOKENS = 25  # a longer text was pasted


def find_asked_guide(text: str) -> str | None:
    """The slug of the guide that a text asks for; None for words that look for notices."""
    tokens = [token for token in read_tokens(compose(text)) if token.kind != "sign"]
    if not 0 < len(tokens) <= _MOST_TOKENS:
        return None
    return next((slug for slug, phrases in _load_symptoms().items() if _asks(tokens, phrases)), None)


def _asks(tokens: Sequence[Token], phrases: Phrases) -> bool:
    if _find(tokens, phrases, "buying"):
        return False
    if _find(tokens, phrases, "symptom"):
        return True
    names = _find(tokens, phrases, "name") | {i for i, token in enumerate(tokens) if _is_slip(token)}
    if not names:
        return bool(_find(tokens, phrases, "subject")) and _logs_in(tokens, phrases)
    return len(names) == len(tokens) or bool(_find(tokens, phrases, "trouble") - names)


def _logs_in(tokens: Sequence[Token], phrases: Phrases) -> bool:
    """Whether words that also stand in notices are about logging in."""
    return any(tokens[i].folded in ("nhap", "login", "otp") for i in _find(tokens, phrases, "trouble"))


def _find(tokens: Sequence[Token], phrases: Phrases, role: str) -> set[int]:
    """The tokens that belong to phrases of a role."""
    found: set[int] = set()
    for at in range(len(tokens)):
        found |= set(range(at, phrases.skip(tokens, at, role)))
    return found


def _is_slip(token: Token) -> bool:
    """Whether a word is one slip away from a name that is no word of the language."""
    return len(token.folded) >= _LEAST_NAME - 1 and any(
        OSA.distance(token.folded, name, score_cutoff=1) <= 1 for name in _load_names()
    )


@cache
def _load_symptoms() -> dict[str, Phrases]:
    """The phrases of each guide, read once."""
    rows = [*load_rows("lexicon/symptoms.tsv")]
    slugs = dict.fromkeys(slug for _, slug, _ in rows)
    return {slug: Phrases([(phrase, role) for phrase, own, role in rows if own == slug]) for slug in slugs}


@cache
def _load_names() -> tuple[str, ...]:
    """Names of one word that are long enough for a slip to be seen."""
    names = [phrase for phrase, _, role in load_rows("lexicon/symptoms.tsv") if role == "name"]
    return tuple(name for name in names if name.isascii() and name.isalpha() and len(name) >= _LEAST_NAME)
