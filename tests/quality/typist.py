"""Ways in which people type a wish: each takes words as a document writes them and gives what may be typed for them.

They are general (which letters sound alike, which keys lie side by side) and know nothing of the documents, so that
what they measure is rules and not answers.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence

from index.language.lexicon import load_lexicon
from timthau.text.fold import fold, nfc

Way = Callable[[list[str], random.Random], str]

_TONES = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_VNI = dict(zip(_TONES, "12345", strict=True))
_TELEX_MARKS, _VNI_MARKS = {"\u0306": "w", "\u031b": "w"}, {"\u0302": "6", "\u031b": "7", "\u0306": "8"}
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = ("aăâ", "eê", "oôơ", "uư")
# Sounds that are one in the speech of the South or of the North, at the beginning and at the end of a syllable.
_ONSETS = (("s", "x"), ("tr", "ch"), ("gi", "d"), ("r", "g"), ("d", "v"), ("l", "n"), ("r", "d"), ("qu", "w"))
_ENDINGS = (("n", "ng"), ("t", "c"))
_SHORT = {
    "không": "ko", "được": "dc", "bệnh viện": "bv", "thiết bị": "tb", "với": "vs", "gì": "j", "vật tư": "vt", "và": "&",
    "trung tâm": "tt", "người": "ng", "trong": "trog", "của": "cua", "hóa chất": "hc", "trước": "trc",
}  # fmt: skip
_CHAT = (
    "cần mua {} giá rẻ", "có bệnh viện nào mua {} không", "cho hỏi {} ở đâu", "tìm {}", "mình cần báo giá {} với ạ",
    "bên em bán {} có nơi nào cần không", "đang tìm gói thầu {}", "{} giá bao nhiêu vậy", "ai biết chỗ nào đang mua {}",
)  # fmt: skip


def opened(text: str) -> str:
    return unicodedata.normalize("NFD", nfc(text))


def _map_tones(word: str, new: Callable[[str], str]) -> str:
    return nfc("".join(new(letter) if letter in _TONES else letter for letter in opened(word)))


def _letters(words: Sequence[str], least: int = 3) -> list[int]:
    """The places of the words that a slip can happen in."""
    fitting = [i for i, word in enumerate(words) if word.isalpha() and len(word) >= least]
    return fitting or [max(range(len(words)), key=lambda i: len(words[i]))]


def _in_one_word(change: Callable[[str, random.Random], str], least: int = 3) -> Way:
    """A way that changes one word; of words that the change leaves as they are, another one is taken."""

    def retype(words: list[str], chance: random.Random) -> str:
        places = _letters(words, least)
        chance.shuffle(places)
        for place in places:
            changed = change(words[place], chance)
            if changed != words[place]:
                return " ".join([*words[:place], changed, *words[place + 1 :]])
        return " ".join(words)

    return retype


def _in_all_words(change: Callable[[str, random.Random], str]) -> Way:
    return lambda words, chance: " ".join(change(word, chance) for word in words)


def _folded(way: Way) -> Way:
    return lambda words, chance: fold(way(words, chance))


# --- slips of one word


def _drop(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    return word[:place] + word[place + 1 :]


def _swap(word: str, chance: random.Random) -> str:
    places = [i for i in range(len(word) - 1) if word[i] != word[i + 1]]
    if not places:
        return word
    i = chance.choice(places)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _double(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    return word[: place + 1] + word[place:]


def _neighbour(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    base = fold(word[place])
    row = next((row for row in _KEYBOARD if base in row), None)
    if row is None:
        return word
    at = row.index(base)
    return word[:place] + chance.choice([key for key in (row[max(at - 1, 0)], row[min(at + 1, len(row) - 1)])
                                         if key != base]) + word[place + 1 :]  # fmt: skip


def _any_slip(word: str, chance: random.Random) -> str:
    return chance.choice((_drop, _swap, _double, _neighbour))(word, chance)


def _retone(word: str, chance: random.Random) -> str:
    return _map_tones(word, lambda tone: chance.choice([other for other in _TONES if other != tone]))


def _hook_tilde(word: str, chance: random.Random) -> str:
    return _map_tones(word, lambda tone: {"\u0309": "\u0303", "\u0303": "\u0309"}.get(tone, tone))


def _remark(word: str, chance: random.Random) -> str:
    """Another vowel of the same letter: o for ô, a for â."""
    out = []
    for letter in nfc(word):
        marks = opened(letter)
        tone = "".join(mark for mark in marks if mark in _TONES)
        base = nfc("".join(mark for mark in marks if mark not in _TONES))
        family = next((family for family in _VOWELS if base in family), None)
        out.append(nfc(chance.choice([v for v in family if v != base]) + tone) if family else letter)
    return "".join(out)


def _sound(word: str, chance: random.Random) -> str:
    """As the word sounds in another part of the country."""
    lower = word.lower()
    ways = []
    for one, other in _ONSETS:
        for old, new in ((one, other), (other, one)):
            longer = old in ("t", "d", "n") or (old == "g" and lower[1:2] in "hi")
            if lower.startswith(old) and not longer and opened(lower[len(old) : len(old) + 1])[:1] in "aeiouy":
                ways.append(new + lower[len(old) :])
    for short, long in _ENDINGS:
        if lower.endswith(long) and not lower.endswith(("ach", "êch", "ich")):
            ways.append(lower[: -len(long)] + short)
        elif lower.endswith(short):
            ways.append(lower[: -len(short)] + long)
    return chance.choice(ways) if ways else word


# --- keyboards


def _keys(word: str, tones: dict[str, str], marks: dict[str, str], stroke: str) -> str:
    """What is typed for a word, with its tone at the end."""
    made, tone = "", ""
    for letter in nfc(word.lower()):
        base, *accents = unicodedata.normalize("NFD", letter)
        made += stroke if base == "đ" else base
        for accent in accents:
            tone = tones.get(accent, tone)
            made += marks.get(accent, base if accent == "\u0302" and "\u0302" not in marks else "")
    return made + tone


def telex(word: str, chance: random.Random) -> str:
    return _keys(word, _TONES, _TELEX_MARKS, "dd")


def vni(word: str, chance: random.Random) -> str:
    return _keys(word, _VNI, _VNI_MARKS, "d9")


def _telex_in_place(word: str, chance: random.Random) -> str:
    """Each tone right behind its vowel: "thuyr tinhs" is also typed "thuryr"."""
    made = ""
    for letter in nfc(word.lower()):
        typed = telex(letter, chance)
        made += typed
    return made


def _telex_in_part(word: str, chance: random.Random) -> str:
    """Some words lack their tone, or all keys."""
    return chance.choice([telex(word, chance)] * 2 + [fold(word), telex(_map_tones(word, lambda _: ""), chance)])


# --- several words


def _joined(words: list[str], chance: random.Random) -> str:
    place = chance.randrange(len(words) - 1)
    return " ".join([*words[:place], words[place] + words[place + 1], *words[place + 2 :]])


def _split(words: list[str], chance: random.Random) -> str:
    place = chance.choice(_letters(words, 4))
    cut = chance.randrange(1, max(2, len(words[place]) - 1))
    return " ".join([*words[:place], words[place][:cut], words[place][cut:], *words[place + 1 :]])


def _reordered(words: list[str], chance: random.Random) -> str:
    if len(words) < 4:  # of fewer, nobody can tell which order was meant
        return " ".join(words)
    place = chance.randrange(1, len(words))
    return " ".join(words[place:] + words[:place])


def _mixed(words: list[str], chance: random.Random) -> str:
    """Without accents, in another order, and with a slip: what hurried people type."""
    return fold(_in_one_word(_any_slip)(_reordered(words, chance).split(), chance))


def _two_words(words: list[str], chance: random.Random) -> str:
    places = chance.sample(_letters(words), min(2, len(_letters(words))))
    return " ".join(_any_slip(word, chance) if i in places else word for i, word in enumerate(words))


def _two_in_one(words: list[str], chance: random.Random) -> str:
    if not any(word.isalpha() and len(word) > 5 for word in words):
        return " ".join(words)
    place = max(_letters(words), key=lambda i: (len(words[i]), i))
    return " ".join([*words[:place], _any_slip(_any_slip(words[place], chance), chance), *words[place + 1 :]])


def _slip_longest(words: list[str], chance: random.Random) -> str:
    place = max(range(len(words)), key=lambda i: len(words[i]))
    return " ".join([*words[:place], _any_slip(words[place], chance), *words[place + 1 :]])


def _in_part(words: list[str], chance: random.Random) -> str:
    return " ".join(chance.choice((word, fold(word))) for word in words)


def _chatty(words: list[str], chance: random.Random) -> str:
    return chance.choice(_CHAT).format(" ".join(words))


def _shortened(words: list[str], chance: random.Random) -> str:
    text = nfc(" ".join(words).lower())
    for long, short in _SHORT.items():
        text = re.sub(rf"(?<!\w){long}(?!\w)", short, text)
    return text


def _cut(words: list[str], chance: random.Random) -> str:
    """Still typing: the last word is not there as a whole."""
    return " ".join([*words[:-1], words[-1][: max(2, len(words[-1]) - 1 - chance.randrange(2))]])


def _abbreviated(words: list[str], chance: random.Random, *, glue: str = " ") -> str:
    """A phrase that the lexicon knows in its other form, anywhere in the words."""
    folded = [fold(word).strip(".,;()") for word in words]
    found = [(s, e, x) for s, e, x in load_lexicon().find_expansions(folded) if x.rivals == 1]
    if not found:
        return " ".join(words)
    start, end, expansion = max(found, key=lambda row: row[1] - row[0])
    rest = words[end:]
    shown = expansion.shown + (glue + rest.pop(0) if rest and glue != " " else "")
    return " ".join([*words[:start], shown, *rest])


def _digit(words: list[str], chance: random.Random) -> str:
    places = [i for i, word in enumerate(words) if sum(map(str.isdigit, word)) > 1]
    if not places:
        return " ".join(words)
    place = chance.choice(places)
    at = chance.choice([i for i, letter in enumerate(words[place]) if letter.isdigit()])
    slips = [words[place][:at] + words[place][at + 1 :], words[place][:at] + words[place][at] + words[place][at:]]
    return " ".join([*words[:place], chance.choice(slips), *words[place + 1 :]])


def _spaced_code(words: list[str], chance: random.Random) -> str:
    """Letters and digits parted or joined in another way: "5 ml", "5ml", "XN-L550", "XNL 550"."""
    text = " ".join(words)
    glue = chance.choice(("", " ", "-"))
    text = re.sub(r"(?<=[^\W\d_])[ -]?(?=\d)", glue, text, count=1)
    return re.sub(r"(?<=\d) ?(?=(?:ml|mm|cm|mg|kg|g|l)\b)", chance.choice(("", " ")), text)


#: By name: how words that stand in a row in a document may be typed.
WAYS: dict[str, Way] = {
    "exact": lambda words, _: " ".join(words),
    "no_accents": lambda words, _: fold(" ".join(words)),
    "nfd": lambda words, _: opened(" ".join(words)),
    "capitals": lambda words, _: " ".join(words).upper(),
    "vowels": lambda words, _: " ".join(_map_tones(word, lambda tone: "") for word in words),
    "in_part": _in_part,
    "wrong_tone": _in_one_word(_retone, 2),
    "all_tones_wrong": _in_all_words(_retone),
    "hook_tilde": _in_all_words(_hook_tilde),
    "wrong_vowel": _in_one_word(_remark, 2),
    "sound": _in_one_word(_sound, 2),
    "sound_folded": _folded(_in_one_word(_sound, 2)),
    "drop": _in_one_word(_drop),
    "swap": _in_one_word(_swap),
    "double": _in_one_word(_double),
    "neighbour": _in_one_word(_neighbour),
    "slip_folded": _folded(_in_one_word(_any_slip)),
    "slip_longest": _slip_longest,
    "slip_longest_folded": _folded(_slip_longest),
    "two_words": _two_words,
    "two_words_folded": _folded(_two_words),
    "two_in_one": _two_in_one,
    "joined": _joined,
    "joined_folded": _folded(_joined),
    "all_joined": lambda words, _: "".join(words),
    "all_joined_folded": lambda words, _: fold("".join(words)),
    "split": _split,
    "reordered": _reordered,
    "reordered_folded": _folded(_reordered),
    "mixed": _mixed,
    "chatty": _chatty,
    "chatty_folded": _folded(_chatty),
    "telex": _in_all_words(telex),
    "telex_in_place": _in_all_words(_telex_in_place),
    "telex_in_part": _in_all_words(_telex_in_part),
    "telex_capitals": lambda words, chance: " ".join(telex(word, chance) for word in words).upper(),
    "telex_joined": lambda words, chance: _joined([telex(word, chance) for word in words], chance),
    "vni": _in_all_words(vni),
    "shortened": _shortened,
    "abbreviated": _abbreviated,
    "abbreviated_glued": lambda words, chance: _abbreviated(words, chance, glue="-"),
    "cut": _cut,
    "cut_folded": _folded(_cut),
    "digit": _digit,
    "spaced_code": _spaced_code,
}
