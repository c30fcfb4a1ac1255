"""Guides from files named `<slug>.<language>.md`: TOML front matter between two lines of `+++`, then Markdown."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from timthau.errors import ConfigError
from timthau.model.notice import Guide
from timthau.text.fold import nfc

_NAME = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<language>[a-z]{2})\.md")
_PARTS = re.compile(r"\+\+\+\r?\n(?P<front>.*?)^\+\+\+\r?\n(?P<body>.*)", re.DOTALL | re.MULTILINE)
_FIELDS: dict[str, type] = {"title": str, "summary": str, "keywords": list, "url": str, "checked_on": date}


def load_guides(folder: Path) -> list[Guide]:
    """All guides of a folder, by slug and language.

    Raises ConfigError naming the file that cannot be used, or the folder when it cannot be read.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no folder of guides")
    return [_load_guide(path) for path in sorted(folder.glob("*.md"))]


def parse_guide(text: str, slug: str, language: str) -> Guide:
    """The guide that a file's text holds. Raises ValueError saying what is wrong with it."""
    parts = _PARTS.fullmatch(nfc(text).removeprefix("\ufeff"))
    if parts is None:
        raise ValueError("does not begin with front matter between two lines of +++")
    front = tomllib.loads(parts["front"].replace("\r\n", "\n"))
    for name, value in front.items():
        if name not in _FIELDS:
            raise ValueError(f"{name} is no field of a guide; there are {', '.join(_FIELDS)}")
        if not isinstance(value, _FIELDS[name]):
            raise ValueError(f"{name} is no {_FIELDS[name].__name__}")
    body = parts["body"].strip()
    for name, value in (("title", front.get("title", "").strip()), ("a body", body)):
        if not value:
            raise ValueError(f"{name} is missing")
    return Guide(slug=slug, language=language, body=body, **front | {"keywords": _parse_keywords(front)})


def _load_guide(path: Path) -> Guide:
    name = _NAME.fullmatch(path.name)
    if name is None:
        raise ConfigError(f"{path}: a guide is called <slug>.<language>.md, in small letters, digits and hyphens")
    try:
        return parse_guide(path.read_text(encoding="utf-8"), name["slug"], name["language"])
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise ConfigError(f"{path}: {error}") from error


def _parse_keywords(front: dict[str, Any]) -> tuple[str, ...]:
    keywords = front.get("keywords", [])
    if not all(isinstance(word, str) for word in keywords):
        raise ValueError("keywords holds something that is no text")
    return tuple(keywords)
