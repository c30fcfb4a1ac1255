"""In which order words were meant that were typed in another one: what stands last in documents was typed first."""

from collections.abc import Collection, Container, Sequence

from index.language.analysis import keys_of, pair_keys
from index.spelling.speller import measure_beginnings
from index.spelling.vocabulary import Vocabulary

_LEAST, _MOST = 4, 16  # words; of fewer nobody can tell which order was meant, and more were copied
_HARDLY = 0.03  # of the documents that have a word, those that have it beside one that does not belong to it
_CLEARLY = 1.5  # how much likelier, as a logarithm, words in another order are meant in that


def find_beginning(
    words: Sequence[str], joined: Collection[int], vocabulary: Vocabulary, kept: Container[str], *, latin: bool
) -> int:
    """The place of the folded word that the others were meant to follow; 0 where they stand as they were meant.

    Only where one slip is seen so: else the words say the same in any order. Before the places `joined` they are not
    parted: what people write commas between stands as they mean it. Words `kept` are no slips.
    """
    if not _LEAST <= len(words) <= _MOST:
        return 0
    keys = keys_of(words)
    counts = vocabulary.frequencies(keys)
    beside = vocabulary.frequencies(pair_keys(keys[:-1], keys[1:]))
    weak = beside <= _HARDLY * (counts[:-1] + counts[1:]) / 2
    places = [i for i in range(1, len(words)) if weak[i - 1] and i not in joined]
    costs = measure_beginnings(words, vocabulary, kept, latin=latin) if places else []
    likely = [i for i in places if costs and costs[i][1] == 1 and costs[i][0] + _CLEARLY < costs[0][0]]
    return min(likely, key=lambda i: costs[i][0], default=0)
