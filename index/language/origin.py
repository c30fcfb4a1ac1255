"""Where things are made: the names that results have for one country, as one key."""

import re
from functools import lru_cache

from timthau.text.fold import fold

#: Names of one country, folded, the one in use here first; each is a run of whole words.
_COUNTRIES = (
    "viet nam, vietnam, viet nan",
    "trung quoc, china, chinese, prc, p r china, tq",
    "duc, germany, german, deutschland",
    "my, hoa ky, usa, us, u s a, america, united states",
    "nhat ban, nhat, japan",
    "an do, india",
    "phap, france",
    "tay ban nha, spain",
    "han quoc, korea, south korea, korea republic of, republic of korea",
    "nga, russia, lien bang nga, russian federation",
    "pakistan",
    "ai len, ireland, ai-len, ailen",
    "tho nhi ky, turkey, turkiye, tho nhy ky",
    "anh, vuong quoc anh, anh quoc, uk, united kingdom, england, great britain",
    "y, italy, italia",
    "ai cap, egypt",
    "malaysia",
    "mexico, me hi co",
    "ba lan, poland",
    "hungary, hung ga ri, hungari",
    "thai lan, thailand",
    "dai loan, taiwan",
    "bi, belgium",
    "singapore, xin ga po",
    "canada, ca na da",
    "thuy si, switzerland, swiss",
    "sec, czech, czech republic, cong hoa sec, ch sec, ch czech, czechia",
    "ao, austria",
    "thuy dien, sweden",
    "phan lan, finland",
    "costa rica",
    "hy lap, greece",
    "ha lan, netherlands, the netherlands, holland",
    "argentina",
    "dan mach, denmark",
    "na uy, norway",
    "brazil, bra xin",
    "israel",
    "indonesia",
    "bulgaria",
    "uc, australia",
    "new zealand",
    "bo dao nha, portugal",
    "romania, rumani",
    "lithuania, litva",
    "philippines",
    "jordan",
    "slovenia",
    "slovakia",
    "ukraine",
)
_KEY_OF = {name.strip(): group.split(",")[0] for group in _COUNTRIES for name in group.split(",")}
_LONGEST = max(len(name.split()) for name in _KEY_OF)
#: Short names that are also words or syllables of companies' names: they count where they stand alone or after a sign.
_SHORT = frozenset("my y anh bi ao uc nga duc us tq sec nhat".split())
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"(?<!\s)\s*(?:[/,;()\n]|\b\d+\s*\.|\s[-–]\s)\s*")


@lru_cache(maxsize=1 << 14)
def make_origin_key(name: str) -> str:
    """What the names of one country share, also where the maker stands before it: "Roche - Germany" is "duc".

    Of several countries, and of none that is known, it is all that the name says.
    """
    found: set[str] = set()
    for part in _PART.split(fold(name)):
        words = [_write_i(word) for word in _WORD.findall(part)]
        found |= set(_find_countries(words))
    return found.pop() if len(found) == 1 else " ".join(_write_i(word) for word in _WORD.findall(fold(name)))


def _find_countries(words: list[str]) -> list[str]:
    """The countries that the words of one part name, the longest name first at each place."""
    found, place = [], 0
    while place < len(words):
        for size in range(min(_LONGEST, len(words) - place), 0, -1):
            name = " ".join(words[place : place + size])
            if name in _KEY_OF and (name not in _SHORT or len(words) == size):
                found.append(_KEY_OF[name])
                place += size - 1
                break
        place += 1
    return found


def _write_i(word: str) -> str:
    """Switzerland is written "Thụy Sỹ" too."""
    return "si" if word == "sy" else word
