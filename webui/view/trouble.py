"""Which of the troubles that a guide answers is meant by what somebody typed."""

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from timthau.text.fold import fold
from webui.view.markup import GuideTrouble, flatten

_WORD = re.compile(r"\w+")
_HEADING = 3  # what a word of the question weighs beside one of the answer
_LEAST = 0.5  # of what all typed words weigh that troubles have; below, none of them is meant


def find_trouble(text: str, title: str, troubles: Sequence[GuideTrouble]) -> GuideTrouble | None:
    """The trouble that has most of the words in its question and answer, rare words before common ones.

    Words of the guide's own `title` ask for all of it.
    """
    typed = _words(text) - _words(title)
    said = [(_words(one.question), _words(flatten(one.answer))) for one in troubles]
    spread = Counter(word for question, answer in said for word in question | answer)
    weights = {word: log((len(troubles) + 1) / spread[word]) for word in typed if word in spread}
    most = _HEADING * sum(weights.values())
    scores = [
        sum(weight * (_HEADING if word in question else word in answer) for word, weight in weights.items())
        for question, answer in said
    ]
    best = max(scores, default=0.0)
    return troubles[scores.index(best)] if best > _LEAST * most else None


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))
