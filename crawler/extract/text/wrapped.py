"""Sentences and points in time that were cut at the ends of lines, as text that was copied from paper is."""

import re

from crawler.extract.text.line import CAPITALS

# The end of a line comes first in the patterns: it is looked for much faster than what stands before it.
_MOMENT = re.compile(
    r"\n(?:(?<=\bgiờ\n)(?=[0-5]?\d phút\b|[0-5]\d,? ngày\b|,? ?ngày \d)|(?<=\bphút\n)(?=,? ?ngày \d)"
    r"|(?<=\bphút,\n)(?=ngày \d|\d{1,2}/\d)|(?<=\bngày\n)(?=\d{1,2}(?: tháng|\s?[/.-]\s?\d))"
    r"|(?<=\d\n)(?=tháng \d{1,2}\b|năm 20\d\d\b)|(?<=\btháng\n)(?=\d{1,2}(?: năm|\s?[/.-]\s?20\d\d))"
    r"|(?<=\bnăm\n)(?=20\d\d\b))"
)
# A line as long as those of a page that ends within a sentence, and one that goes on with it.
_SENTENCE = re.compile(
    rf"\n(?:(?:(?<=[^\W\d_]\n)|(?<=,\n))(?=[^\W\d_{CAPITALS}][^|\n]*(?:\n|$))"
    r"|(?:(?<=\bsố\n)|(?<=\blà\n))(?=\d)|(?<=\d\n)(?=đồng\b))"
)
_SHORTEST = 55


def join_wrapped(text: str) -> str:
    """The text, as long as it was, with blanks for ends of lines within a point in time or a sentence."""
    if "\n" not in text:
        return text
    text = _MOMENT.sub(" ", text)
    return _SENTENCE.sub(lambda end: " " if _is_long(text, end.start()) else "\n", text)


def _is_long(text: str, end: int) -> bool:
    """Whether the line that ends here is as long as lines that are wrapped are, and no row of a table."""
    line = text[text.rfind("\n", 0, end) + 1 : end]
    return len(line) >= _SHORTEST and " | " not in line
