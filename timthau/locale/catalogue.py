"""The texts of pages and mails: `python -m timthau.locale.catalogue` brings the catalogues up to date with the code.

The code speaks English. The English catalogue repeats it, which gives plurals; the Vietnamese one is written by hand.
"""

from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from timthau.locale import CATALOGUES

_ROOT = Path(__file__).parents[2]
_ROOMS = ("timthau", "alerts", "webui")
_TEMPLATES = ("templates/**.html", "templates/**.xml", "templates/**.txt")
_METHODS = [("**.py", "python"), *((pattern, "jinja2") for pattern in _TEMPLATES)]
_JINJA = {"trimmed": "true", "silent": "false"}
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "LazyText": None, "ngettext": (1, 2)}


def extract_messages() -> Catalog:
    """All messages of code and templates, with where they stand."""
    catalog = Catalog(project="TimThau", charset="utf-8")
    for room in _ROOMS:
        found = extract_from_dir(
            _ROOT / room,
            _METHODS,
            dict.fromkeys(_TEMPLATES, _JINJA),
            keywords=_KEYWORDS,
            strip_comment_tags=True,
        )
        for filename, line, message, comments, _context in found:
            catalog.add(message, locations=[(f"{room}/{filename}", line)], auto_comments=comments)
    return catalog


def load_catalogue(language: str) -> Catalog:
    """The catalogue of a language; an empty one where there is none."""
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language, project="TimThau", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def refresh() -> list[str]:
    """Write all catalogues anew and compile them; gives the Vietnamese messages that still have to be written."""
    messages = extract_messages()
    missing: list[str] = []
    for language in ("vi", "en"):
        catalog = load_catalogue(language)
        catalog.update(messages, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        for message in catalog:
            if message.id and language == "en":
                message.string = message.id
            elif message.id and not any(_texts(message.string)):
                missing.append(_texts(message.id)[0])
        path = _path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, sort_by_file=True, omit_header=False, width=0, include_lineno=False)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
    return missing


def _texts(message: str | Sequence[str] | None) -> list[str]:
    return [message] if isinstance(message, str) else list(message or ())


def _path(language: str) -> Path:
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


if __name__ == "__main__":
    for text in refresh():
        print(f"missing in Vietnamese: {text}")
