"""Telex and VNI typed with the input method switched off."""

import pytest

from index.language.keyboard import decode, decode_telex, decode_vni, move_stray_tones


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("thuyr", "thủy"),
        ("theer", "thể"),
        ("ddaafu", "đầu"),
        ("daauf", "dầu"),
        ("nghieemj", "nghiệm"),
        ("nghiemej", "nghiệm"),
        ("duowngf", "dường"),
        ("truwowngf", "trường"),
        ("dduwowngf", "đường"),
        ("nguwowif", "người"),
        ("muaw", "mưa"),
        ("quys", "quý"),
        ("giays", "giáy"),
        ("hoas", "hóa"),
        ("tuw", "tư"),
        ("tw", "tư"),
        ("nawm", "năm"),
        ("cungj", "cụng"),
    ],
)
def test_telex(keys: str, syllable: str) -> None:
    assert decode_telex(keys) == syllable
    assert decode_telex(keys.upper()) == syllable


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("thuy3", "thủy"),
        ("the63", "thể"),
        ("d9a6u2", "đầu"),
        ("dau962", "đầu"),
        ("nu7o7c1", "nước"),
        ("nuoc71", "nước"),
        ("na8m", "năm"),
    ],
)
def test_vni(keys: str, syllable: str) -> None:
    assert decode_vni(keys) == syllable


@pytest.mark.parametrize(
    "text", ["Intrepid", "phaco", "cobas", "CD33", "bs125", "MEK9100", "may", "x", "", "thở", "123"]
)
def test_what_is_no_typing_is_left_alone(text: str) -> None:
    assert decode(text) is None


def test_tone_keys_behind_signs_are_moved_to_their_word() -> None:
    assert move_stray_tones("loai,j cacs hang)2 a,b") == "loaij, cacs hang2) a,b"
