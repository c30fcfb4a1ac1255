"""How much a word in a part of a document weighs: BM25F, worked out when a document is indexed.

Field weights and lengths are constants, so the weight of a word in a document depends on that document alone. It is
kept as one byte beside the document's number; ranking multiplies it by the word's rarity.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

# Title, buyer, item, text, attachment. The title says what a notice is about; items and buyer are what people look
# for by name; the text repeats forms and laws.
_WORD_WEIGHT = np.array([3.0, 2.0, 2.0, 1.0, 0.8], np.float32)
# Words of a usual part: a longer one dilutes its words. Measured on real tenders (title 17, buyer 6, items 90).
_USUAL_LENGTH = np.array([17, 6, 90, 300, 600], np.float32)
# How much length dilutes; a title is short by nature.
_DILUTION = np.array([0.25, 0.1, 0.25, 0.5, 0.5], np.float32)
# Weight at which a word has half of its possible effect.
_HALF = np.float32(2.0)
# Words next to each other are evidence by standing there once: a list of items that says them ten times is not ten
# times as good as a title that says them. Only the best place counts.
_ROW_WEIGHT = np.array([1.0, 0.9, 0.9, 0.0, 0.0], np.float32)
_ROW_DILUTION = np.array([0.1, 0.02, 0.02, 0.0, 0.0], np.float32)
#: Parts whose neighbouring words are indexed; doing it for whole texts makes an index several times larger.
ROW_PARTS = 3

#: Bits of a row's byte that tell its accents from others of the same folded words; the rest is its weight.
ACCENT_BITS = 3
# Words in a row that are accented as they were typed say more than the same letters with other accents.
ROW_ACCENTED = 0.25

_LEVELS = np.float32(255)
ROW_LEVELS = np.float32(31)


def word_weights(lengths: npt.NDArray[np.int64]) -> Floats:
    """What one occurrence of a word counts, for parts of these lengths (documents x parts)."""
    return np.asarray(_WORD_WEIGHT / (1 - _DILUTION + _DILUTION * (lengths / _USUAL_LENGTH)), np.float32)


def row_weights(lengths: npt.NDArray[np.int64]) -> Floats:
    """The same for words next to each other."""
    return np.asarray(_ROW_WEIGHT / (1 - _ROW_DILUTION + _ROW_DILUTION * (lengths / _USUAL_LENGTH)), np.float32)


def word_impact(sums: Floats) -> Bytes:
    """The saturated weight of all occurrences of a word in a document, in 255 steps; never 0."""
    return _quantise(sums / (sums + _HALF))


def row_impact(weights: Floats, accents: Bytes) -> Bytes:
    """The weight of a place where words stand next to each other, in 31 steps, and how they are accented.

    The greater byte is the better place; never 0.
    """
    steps = np.maximum(np.rint(np.minimum(weights, np.float32(1)) * ROW_LEVELS), 1).astype(np.uint8)
    return (steps << np.uint8(ACCENT_BITS)) | accents


def row_values(accents: int | None) -> Floats:
    """What each byte of a row stands for; rows with these accents count more than those with others."""
    table = np.arange(256) >> ACCENT_BITS
    values = (table / ROW_LEVELS).astype(np.float32)
    if accents is not None:
        values *= np.where(np.arange(256) % (1 << ACCENT_BITS) == accents, np.float32(1 + ROW_ACCENTED), np.float32(1))
    return values


def _quantise(values: Floats) -> Bytes:
    steps: Bytes = np.maximum(np.rint(values * _LEVELS), 1).astype(np.uint8)
    return steps
