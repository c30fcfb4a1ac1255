"""Source definitions: what is taken, and what is refused with one line that names file and key."""

from pathlib import Path
from typing import Any

import pytest

from crawler.platforms import PLATFORMS
from crawler.source import Portal, Source, find_sources, load_source, load_sources, parse_source, source_of
from timthau.config import data_dir
from timthau.errors import SourceError

GOOD = {"title": "Bệnh viện Thử", "home": "https://bv.example/"}
EGP = GOOD | {"platform": "egp"}


def write(folder: Path, text: str, name: str = "bv.example.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_definition_needs_a_title_and_a_home_only(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, 'title = "Bệnh viện Thử"\nhome = "https://www.bv.example/"\n'))
    assert (source.name, source.title, source.enabled, source.delay) == ("bv.example", "Bệnh viện Thử", True, None)
    assert source.site_hosts == {"bv.example"}


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"title": "x"}, "home is missing"),
        (GOOD | {"home": "ftp://bv.example/"}, "'ftp://bv.example/' is no http or https address"),
        (GOOD | {"lists": ["/bao-gia/"]}, "'/bao-gia/' is no http or https address"),
        (GOOD | {"delay": "2"}, "delay = '2' has the wrong type"),
        (GOOD | {"delay": True}, "delay = True has the wrong type"),
        (GOOD | {"delay": -1}, "delay = -1 is below zero"),
        (GOOD | {"hosts": [1]}, "hosts must be a list of texts"),
        (GOOD | {"titel": "x"}, "titel is not known"),
        (GOOD | {"platform": "drupal"}, "platform = 'drupal' is not known"),
        (GOOD | {"tls_ciphers": "nonsense"}, "tls_ciphers = 'nonsense' is no list of ciphers"),
        (GOOD | {"fields": ["HH"]}, "fields is for no other than platform = 'egp'"),
        (EGP | {"lists": ["https://bv.example/"]}, "lists is not for platform = 'egp'"),
        (EGP | {"fields": ["HH", "PT"]}, "fields = 'PT' is not known; known are HH, XL, TV, PTV, HON_HOP"),
        (EGP | {"medicine": 1}, "medicine = 1 has the wrong type"),
        (EGP | {"provinces": ["Thanh Hóa", "Atlantis"]}, "provinces = 'Atlantis' is not known"),
        (EGP | {"keywords": "thuốc"}, "keywords = 'thuốc' has the wrong type"),
        (EGP | {"reread_days": 0}, "reread_days must be 1 or more"),
        (EGP | {"follow_days": -1}, "follow_days = -1 is below zero"),
    ],
)
def test_a_wrong_key_is_named(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(SourceError) as error:
        parse_source("bv", said)
    assert str(error.value).startswith(complaint)


def test_errors_of_a_file_name_the_file_on_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, 'title = "x"\nhome = ')
    with pytest.raises(SourceError) as error:
        load_source(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_a_bare_address_is_a_source_named_after_its_host() -> None:
    assert source_of("HTTPS://WWW.BV.example/tin?utm_source=x").home == "https://www.bv.example/tin"
    assert source_of("https://www.bv.example").name == "bv.example"
    assert source_of("http://127.0.0.1:8801/").name == "127.0.0.1-8801"


def test_targets_are_names_addresses_or_files(tmp_path: Path) -> None:
    write(tmp_path, 'title = "A"\nhome = "https://a.example/"\ndelay = 5\n', "a.example.toml")
    write(tmp_path, 'title = "B"\nhome = "https://b.example/"\nenabled = false\n', "b.example.toml")
    other = write(tmp_path / "..", 'title = "C"\nhome = "https://c.example/"\n', "c.toml")
    assert [source.name for source in find_sources([], [tmp_path])] == ["a.example"]
    assert [source.name for source in find_sources(["b.example", str(other)], [tmp_path])] == ["b.example", "c"]
    assert find_sources(["https://a.example"], [tmp_path])[0].delay == 5
    with pytest.raises(SourceError, match="nowhere is neither a source"):
        find_sources(["nowhere"], [tmp_path])


def test_shipped_definitions_can_be_read_and_are_marked_as_unchecked() -> None:
    shipped = load_sources([data_dir() / "sources"])
    assert len(shipped) >= 20
    assert all(isinstance(source, Source) and source.checked_on is None for source in shipped)
    hosts = [host for source in shipped if source.prices is None for host in source.site_hosts]
    assert len(set(hosts)) == len(hosts) == len(shipped) - 1  # prices come from the portal's host


def test_a_definition_may_name_every_platform() -> None:
    for platform in PLATFORMS:
        assert parse_source("bv", GOOD | {"platform": platform.name}).platform == platform.name


def test_the_portal_is_chosen_from_by_field_medicine_province_and_keyword() -> None:
    said = {"fields": ["HH"], "medicine": True, "provinces": ["Thanh Hoá", "TP.HCM"], "keywords": ["máy thở"]}
    source = parse_source("egp", EGP | said | {"reread_days": 3, "quotations": True})
    assert source.portal == Portal(
        fields=("HH",),
        medicine=True,
        provinces=("Thanh Hoá", "TP.HCM"),
        keywords=("máy thở",),
        reread_days=3,
        quotations=True,
    )
    assert parse_source("bv", GOOD).portal is None
    assert parse_source("egp", EGP).portal == Portal()
