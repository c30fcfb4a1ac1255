"""Numbers of letters that a scan shows with one sign misread: "217/YGBG-BVSIL" of Bệnh viện Sông Lam."""

import re
from collections.abc import Iterator

from crawler.extract.text.folding import fold_in_place

# Letters for what a paper is, with the words for which they stand.
_PAPERS = {
    "YCBG": "yeu cau bao gia",
    "YCCG": "yeu cau chao gia",
    "TMBG": "thu moi bao gia",
    "TMCG": "thu moi chao gia",
    "TBMT": "thong bao moi thau",
}
_LEAST = 4  # letters that are too many to agree by chance
_PART = re.compile(r"[A-ZĐ]{4,12}")


def correct_number(number: str, plain: str, buyer: str | None) -> str:
    """The number with each part that is one sign away from what it must be: the paper's letters, or the buyer's.

    `plain` is the folded text, which names the paper. A part stays where several corrections fit, or none.
    """
    initials = "".join(word[0].upper() for word in (buyer or "").split() if word[0].isalpha())

    def correct(match: re.Match[str]) -> str:
        part = match[0]
        meant = {code for code, words in _PAPERS.items() if words in plain}
        if part in meant or _abbreviates(part, initials):
            return part
        near = {
            one for one in _one_away(part, "".join(meant) + initials) if one in meant or _abbreviates(one, initials)
        }
        return near.pop() if len(near) == 1 else part

    return _PART.sub(correct, number)


def _abbreviates(part: str, initials: str) -> bool:
    """Whether letters begin words of a name, in their order and from its first two on."""
    left = iter(fold_in_place(initials))
    folded = fold_in_place(part)
    return len(part) >= _LEAST and part[:2] == initials[:2] and all(letter in left for letter in folded)


def _one_away(part: str, letters: str) -> Iterator[str]:
    """The part without one of its signs, and with one of them replaced."""
    for place in range(len(part)):
        yield part[:place] + part[place + 1 :]
        yield from (part[:place] + letter + part[place + 1 :] for letter in set(letters))
