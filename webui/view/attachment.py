"""The attachments of a notice, by type, with what is known of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from timthau.model.notice import Attachment
from webui.http.language import LazyText as _

#: So many stand in one list, in the order of the notice; more are grouped by type.
_FEW = 4

#: What people call a type, and the endings and media types that tell it.
_TYPES: tuple[tuple[Any, tuple[str, ...], tuple[str, ...]], ...] = (
    ("PDF", (".pdf",), ("application/pdf",)),
    ("Word", (".doc", ".docx", ".odt", ".rtf"), ("wordprocessingml", "msword", "opendocument.text", "rtf")),
    ("Excel", (".xls", ".xlsx", ".xlsb", ".xlsm", ".ods", ".csv"), ("spreadsheet", "ms-excel")),
    (_("Picture"), (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif", ".webp"), ("image/",)),
    (_("Archive"), (".zip", ".rar", ".7z", ".tar", ".tgz", ".gz"), ("zip", "x-rar", "x-7z", "x-tar", "gzip")),
)
_OTHER = _("Other file")


@dataclass(frozen=True)
class FileLine:
    """A file with what it is, how many pages its text has (0 where that is not known), and whether we keep it."""

    file: Attachment
    type: Any
    pages: int
    is_kept: bool


@dataclass(frozen=True)
class FileGroup:
    """Files of one type; the only group of few files has no type."""

    type: Any | None
    files: tuple[FileLine, ...]


def group_files(files: Sequence[Attachment], kept: Collection[str]) -> list[FileGroup]:
    """Few files as they stand in the notice, many by type, the types in a fixed order."""
    lines = [FileLine(file, _find_type(file), _count_pages(file), file.sha256 in kept) for file in files]
    if len(lines) <= _FEW:
        return [FileGroup(None, tuple(lines))] if lines else []
    names = [*(name for name, _endings, _media in _TYPES), _OTHER]
    groups = [FileGroup(name, tuple(line for line in lines if line.type is name)) for name in names]
    return [group for group in groups if group.files]


def _find_type(file: Attachment) -> Any:
    filename, media_type = file.filename.lower(), (file.media_type or "").lower()
    for name, endings, media in _TYPES:
        if filename.endswith(endings) or any(part in media_type for part in media):
            return name
    return _OTHER


def _count_pages(file: Attachment) -> int:
    return file.text.count("\f") + 1 if file.text and "\f" in file.text else 0
