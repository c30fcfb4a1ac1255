"""Completions while typing: item names, buyers and titles that have the words, the last one perhaps unfinished."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from index.analysis import parse_words, word_key
from index.document import Part
from index.order import best_first
from index.plan import Alternative, Plan, Unit, find_prefixed
from index.query import Query, Sort
from index.ranking import rank
from index.snapshot import Snapshot

_LOOKED_AT = 60  # documents whose lines are candidates
_LONGEST = 120  # letters of a completion
_CHOICES = 24  # ways to finish the last word


def suggest(snapshot: Snapshot, prefix: str, limit: int, now: datetime) -> Sequence[str]:
    """The lines that complete what was typed: first those that begin with it, then by how often they occur."""
    words = [word.folded for word in parse_words(prefix)]
    if not words:
        return ()
    endings = find_prefixed(words[-1], snapshot)[:_CHOICES] if prefix[-1:].isalnum() else [words[-1]]
    units = [Unit([Alternative((word_key(word),))]) for word in words[:-1]]
    units.append(Unit([Alternative((word_key(word),)) for word in endings]))
    ranked = rank(snapshot, Plan(units), Query(), now)
    if not ranked.complete:
        return ()
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for segment, doc, _ in best_first(ranked, Sort.RELEVANCE, _LOOKED_AT):
        for part, line in zip(segment.lines(doc).parts.tolist(), segment.text(doc)[2], strict=True):
            if part in (Part.TITLE, Part.BUYER, Part.ITEM) and len(line) <= _LONGEST and _has(line, words):
                folded = " ".join(word.folded for word in parse_words(line))
                counts[folded] += 1
                shown.setdefault(folded, line)
    typed = " ".join(words)
    best = sorted(counts, key=lambda line: (not line.startswith(typed), typed not in line, -counts[line], line))
    return tuple(shown[line] for line in best[:limit])


def _has(line: str, words: Sequence[str]) -> bool:
    found = [word.folded for word in parse_words(line)]
    return all(word in found for word in words[:-1]) and any(word.startswith(words[-1]) for word in found)
