"""Which words can be Vietnamese: the closed set of syllables that the script allows."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from timthau.text.fold import fold

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()

# Every rhyme of the written language, without its tone. "êng, êt, êc" follow "gi" (giếng, giết).
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êc êch êm ên êng ênh êp êt êu
i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot
ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc ue uê uêch uênh ui um un ung uơ
uôc uôi uôm uôn uông uôt up ut uy uya uych uynh uyên uyêt uyp uyt uyu
ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
y ynh yêm yên yêng yêt yêu
""".split()

_SYLLABLE = re.compile(
    f"(?:{'|'.join(sorted(_ONSETS, key=len, reverse=True))})?(?:{'|'.join(sorted(_RHYMES, key=len, reverse=True))})"
)
_PLAIN_SYLLABLE = re.compile(
    f"(?:{'|'.join(sorted({fold(onset) for onset in _ONSETS}, key=len, reverse=True))})?"
    f"(?:{'|'.join(sorted({fold(rhyme) for rhyme in _RHYMES}, key=len, reverse=True))})"
)
_FOREIGN = re.compile("[fjwz]|[bdklrsvx]$|[^aeiouy]e$")
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))
_STOPPED = ("c", "ch", "p", "t")
_ACUTE_OR_DOT = ("\u0301", "\u0323")
_LEAST_TELLING = 3  # letters of a word that tells its language, where there is one


def is_latin(words: Iterable[str]) -> bool:
    """Whether words are of another language in Latin letters, numbers aside.

    None of them can be a syllable, and one looks like no slip of a syllable either, by its letters or its end;
    units ("cm", "x") do not tell.
    """
    texts = [word for word in words if word.isalpha()]
    telling = [text for text in texts if len(text) >= _LEAST_TELLING] or texts
    foreign = all(text.isascii() and not is_syllable(text) for text in texts)
    return foreign and any(_FOREIGN.search(text) for text in telling)


@lru_cache(maxsize=20_000)
def may_be_syllable(word: str) -> bool:
    """Whether a word in small letters without accents is a syllable with some: "nguyen" yes, "lift" no."""
    return _PLAIN_SYLLABLE.fullmatch(word) is not None


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether Vietnamese spelling allows the word, in any case and normal form: "Nguyễn" yes, "Müller" no."""
    opened = unicodedata.normalize("NFD", word.lower())
    plain = opened.translate(_TONES)
    tones = len(opened) - len(plain)
    if tones > 1 or _SYLLABLE.fullmatch(unicodedata.normalize("NFC", plain)) is None:
        return False
    # A syllable that ends in a stop takes only two of the tones: "bác, bạc", never "bàc".
    return not (tones and plain.endswith(_STOPPED)) or any(mark in opened for mark in _ACUTE_OR_DOT)
