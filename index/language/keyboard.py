"""Vietnamese typed with the input method switched off: Telex ("thuyr tinh theer") and VNI ("thuy3 tinh the63")."""

import re
import unicodedata

from timthau.text.fold import place_tones
from timthau.text.syllable import is_syllable

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_TELEX_TONES = {"s": _ACUTE, "f": _GRAVE, "r": _HOOK, "x": _TILDE, "j": _DOT}
_VNI_TONES = {"1": _ACUTE, "2": _GRAVE, "3": _HOOK, "4": _TILDE, "5": _DOT}
_VOWELS = "aeiouy"
# Which vowel of a syllable carries the tone: the marked one, else by these rules of spelling.
_FIRST_OF_PAIR = {"ai", "ao", "au", "ay", "eo", "ia", "iu", "oi", "ua", "ui", "oa", "oe", "uy"}

_TELEX_WORD = re.compile("[A-Za-z]{2,12}")
_VNI_WORD = re.compile(r"(?=[A-Za-z]*\d)[A-Za-z][A-Za-z1-9]{1,14}")
_STRAY_TONE = re.compile(r"([A-Za-z][A-Za-z6-9]{1,9})([^\w\s]+)([sfrxjSFRXJ1-5])(?![A-Za-z0-9])")


def decode(text: str, *, strict: bool = True) -> str | None:
    """The syllable that the keys make with either input method; None when they make none.

    Not `strict`, also what is no syllable: names of places such as "Đăk" are none.
    """
    found = decode_telex(text) or decode_vni(text)
    return found if found is None or not strict or is_syllable(found) else None


def move_stray_tones(text: str) -> str:
    """The text with tone keys that were typed behind the sign after their word put before it: "loai,j", "hang)2"."""
    return _STRAY_TONE.sub(lambda m: f"{m[1]}{m[3]}{m[2]}" if decode(m[1] + m[3]) else m[0], text)


def decode_telex(text: str) -> str | None:
    """The syllable that the keys make on a Telex keyboard; None when they make none, or no accent."""
    if not _TELEX_WORD.fullmatch(text):
        return None
    keys = text.lower()
    tone = ""
    start = next((i for i, key in enumerate(keys) if key in _VOWELS), len(keys))
    for place in range(len(keys) - 1, start, -1):
        if keys[place] in _TELEX_TONES:
            tone, keys = _TELEX_TONES[keys[place]], keys[:place] + keys[place + 1 :]
            break
    if keys.startswith("dd"):
        keys = "đ" + keys[2:]
    elif keys.startswith("d") and keys.endswith("d") and len(keys) > 2:
        keys = "đ" + keys[1:-1]
    marked = _mark_telex(keys)
    return _finish(marked, tone) if tone or marked != text.lower() else None


def decode_vni(text: str) -> str | None:
    """The syllable that the keys make on a VNI keyboard; None when they make none."""
    if not _VNI_WORD.fullmatch(text):
        return None
    letters: list[str] = []
    tone = ""
    for key in text.lower():
        if key in _VNI_TONES:
            if tone:
                return None
            tone = _VNI_TONES[key]
        elif not key.isdigit():
            letters.append(key)
        elif not _mark_vni(letters, key):
            return None
    return _finish("".join(letters), tone)


def _mark_telex(keys: str) -> str:
    # A key that marks a vowel may come after the end of the syllable: "tieng" + "e", "duong" + "w".
    for vowel in "aeo":
        keys = re.sub(rf"{vowel}([^aeiouy]*){vowel}", rf"{vowel}{_CIRCUMFLEX}\1", keys, count=1)
    keys = re.sub(r"uw?o([^aeiouyw]*)w|uwo", rf"u{_HORN}o{_HORN}\1", keys, count=1)
    keys = re.sub(r"(?<!q)ua([^aeiouyw]*)w", rf"u{_HORN}a\1", keys, count=1)
    keys = re.sub(r"a([^aeiouy]*)w", rf"a{_BREVE}\1", keys, count=1)
    keys = re.sub(r"([ou])([^aeiouy]*)w", rf"\1{_HORN}\2", keys, count=1)
    return keys.replace("w", f"u{_HORN}")


def _mark_vni(letters: list[str], key: str) -> bool:
    if key == "9":
        if letters[0] != "d":
            return False
        letters[0] = "đ"
        return True
    wanted, mark = {"6": ("aeo", _CIRCUMFLEX), "7": ("ou", _HORN), "8": ("a", _BREVE)}.get(key, ("", ""))
    place = next((i for i in range(len(letters) - 1, -1, -1) if letters[i] in wanted), None) if wanted else None
    if place is None:
        return False
    if key == "7" and letters[place] == "o" and letters[place - 1] == "u":
        letters[place - 1] += mark
    letters[place] += mark
    return True


def _finish(letters: str, tone: str) -> str | None:
    syllable = unicodedata.normalize("NFC", letters)
    if tone:
        place = _tone_place(syllable)
        if place is None:
            return None
        syllable = place_tones(syllable[: place + 1] + tone + syllable[place + 1 :])
    syllable = unicodedata.normalize("NFC", syllable)
    return None if syllable.isascii() else syllable


def _tone_place(syllable: str) -> int | None:
    opened = [unicodedata.normalize("NFD", letter) for letter in syllable]
    vowels = [i for i, letter in enumerate(opened) if letter[0] in _VOWELS]
    # The u of "qu" and the i of "gi" belong to the consonant when another vowel follows.
    if len(vowels) > 1 and syllable[: vowels[0] + 1] in ("qu", "gi"):
        vowels = vowels[1:]
    if not vowels:
        return None
    marked = [i for i in vowels if len(opened[i]) > 1]
    if marked:
        return marked[-1]
    closed = vowels[-1] < len(syllable) - 1
    if len(vowels) == 1:
        return vowels[0]
    if len(vowels) == 2:
        pair = syllable[vowels[0]] + syllable[vowels[1]]
        return vowels[0] if not closed and pair in _FIRST_OF_PAIR else vowels[1]
    return vowels[1]
