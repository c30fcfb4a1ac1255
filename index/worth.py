"""What counts how much when it is decided what stands first, whichever engine decides it."""

# A word typed with accents: found with exactly these it counts 1.4 times what it counts with others or none.
FOLDED, EXACT = 0.6, 0.8
# Two words in the query's order say more than either; three in a row hardly happen by chance.
ROW_WORTH = {2: 1.0, 3: 1.0}
# When no document has all words: those with at least this share of the best document's weight of words.
BEST_OF_MOST = 0.7
# A tender that is open is worth more than a closed one, a new one more than an old one; both only part near-equals.
OPEN, RECENT = 0.03, 0.03
# "How do I …" is asked of guides.
QUESTION = 2.0
# "Yêu cầu báo giá" alone asks for notices, though guides explain it at length.
FORMS = 0.5

# What has the words of a wish apart stands below all that has them together.
APART = 0.001
