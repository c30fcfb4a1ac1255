"""Both languages have every message, and what is compiled is what is written."""

from io import BytesIO

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo

from timthau.locale import CATALOGUES
from timthau.locale.catalogue import extract_messages, load_catalogue

LANGUAGES = ("vi", "en")


def _ids(catalog: Catalog) -> set[object]:
    return {message.id for message in catalog if message.id}


def _strings(catalog: Catalog) -> list[tuple[object, object]]:
    return sorted(((m.id, m.string) for m in catalog if m.id), key=str)


def test_the_catalogues_have_exactly_the_messages_of_the_page() -> None:
    messages = _ids(extract_messages())
    assert all(_ids(load_catalogue(language)) == messages for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_its_placeholders(language: str) -> None:
    catalog = load_catalogue(language)
    for message in catalog:
        if message.id:
            texts = [message.string] if isinstance(message.string, str) else list(message.string)
            assert all(text.strip() for text in texts), message.id
            assert not message.fuzzy
            assert not list(message.check(catalog)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_up_to_date(language: str) -> None:
    fresh = BytesIO()
    write_mo(fresh, load_catalogue(language))
    fresh.seek(0)
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        assert _strings(read_mo(file)) == _strings(read_mo(fresh))
