"""The files that an article offers: links, viewers and pictures, with the names that people see."""

import mimetypes
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, unquote, urldefrag, urljoin, urlsplit

from bs4 import Tag

from crawler.extract.document import FileLink
from crawler.extract.page.press import pressed_address
from crawler.extract.page.tree import has_named
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair

_DOCUMENT = r"pdf|docx?|docm|xlsx?|xlsm|xlsb|pptx?|rtf|odt|ods|zip|rar|7z|tar|tgz|tar\.gz|tiff?|csv"
_PICTURE = "jpe?g|png|webp|bmp|gif"
_HAS_EXTENSION = re.compile(rf"\.(?:{_DOCUMENT}|{_PICTURE})$", re.I)
_DOCUMENT_NAME = re.compile(rf"[^/\\?&=]{{1,200}}\.(?:{_DOCUMENT})(?![\w.])", re.I)
_PICTURE_NAME = re.compile(rf"\.(?:{_PICTURE})$", re.I)
# Addresses that hand out a file without naming its type.
_DOWNLOAD = re.compile(
    r"[?&/](?:download|downloads|dl|getfile|downloadfile|fileticket|wpdmdl|tai-?ve|tai-?xuong|tai-?file|dinh-?kem"
    r"|attachments?)\b"
    r"|fileticket=|wpdmdl=|download\.(?:aspx|ashx|php)|linkclick\.aspx|task=(?:\w*download|callelement)|doc_download",
    re.I,
)
_NO_NAME = re.compile(
    r"(?:(?:bấm|click|nhấn|vui lòng)?\s*+(?:vào|xem)?\s*+(?:tại|ở)?\s*+đây"
    r"|tải(?: về| xuống| file| tệp)?(?: (?:tại )?đây)?"
    r"|download|xem(?: chi tiết| file| tệp)?|chi tiết|(?:file|tệp)(?: tin)? đính kèm|view|here)[.:\s]*",
    re.I,
)
_NAME_PREFIX = re.compile(
    r"^(?:(?:tải (?:về|xuống)|tải|download|xem|file|tệp|tập tin|tệp tin|đính kèm|nội dung)\s*)+"
    r"(?:[:：\-]\s*|\s(?=\S{3,}\.\w{3,4}$))",
    re.I,
)
_SHARED = re.compile(
    r"^https?://(?:(?:drive|docs)\.google\.com/(?:file/d/|open\?|uc\?|document/d/|spreadsheets/d/|drive/folders/)"
    r"|(?:\w+\.)?1drv\.ms/|onedrive\.live\.com/|[\w-]+\.sharepoint\.com/:|(?:www\.)?dropbox\.com/s)",
    re.I,
)
#: A document's address in quotes, in a script.
_SHOWN = re.compile(rf"[\"']([^\"'<>\s]{{1,500}}\.(?:{_DOCUMENT})(?:[?#][^\"'<>\s]*)?)[\"']", re.I)
_VIEWER_KEYS = ("url", "src", "file", "SourceUrl", "sourcedoc", "pdf")
_VIEWER = re.compile(r"gview|/viewer|viewerng|officeapps\.live|viewer\.html|pdfjs|embed|\.aspx|flowpaper|flip", re.I)
_NO_CONTENT = re.compile(
    r"emoji|smil(?:ey|ies)|/icons?[/_.-]|[/_-]icon|favicon|\blogo\b|logo[_.-]|[_-]logo|avatar|gravatar|spacer"
    r"|blank\.|pixel|loading|"
    r"/banner|wp-includes|/themes?/|/skins?/|/templates?/|facebook|zalo|youtube|twitter|share|rating|captcha"
    r"|qr-?code-?zalo",
    re.I,
)
_THUMBNAIL = re.compile(r"-\d{2,4}x\d{2,4}(?=\.(?:jpe?g|png|webp|gif)$)", re.I)
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file", "data-large-file", "data-full-url", "src")
_VIEWER_ATTRIBUTES = (
    "src",
    "data",
    "data-src",
    "data-url",
    "data-pdf",
    "data-pdf-url",
    "data-file",
    "data-source",
    "source",
)


def find_files(region: Tag, *, url: str, body: Tag, skip: frozenset[int] = frozenset()) -> tuple[FileLink, ...]:
    """The files that the region of an article offers, in order and each once; pictures count only in its body.

    `url` is what relative addresses are relative to. Elements whose `id()` is in `skip` are left out with all
    they hold. Links to Google Drive and the like are kept as they are; a viewer's own address never is.
    """
    found: dict[str, FileLink] = {}
    shown: set[str] = set()
    for tag in _walk(region, skip):
        for link in _read(tag, url, body):
            key = urldefrag(link.url).url
            known = found.get(key)
            if known is None or _clearness(link) > _clearness(known):
                found[key] = link
            if tag.name != "a":
                shown.add(key)
    # What a viewer shows below the link to a file is that file, though it comes from another address.
    linked = {link.filename for key, link in found.items() if key not in shown}
    return tuple(link for key, link in found.items() if key not in shown or link.inline or link.filename not in linked)


def _walk(region: Tag, skip: frozenset[int]) -> Iterator[Tag]:
    stack = [region]
    while stack:
        tag = stack.pop()
        if id(tag) in skip:
            continue
        yield tag
        stack.extend(child for child in reversed(tag.contents) if type(child) is Tag)


def _clearness(link: FileLink) -> int:
    """How well a link names its file: people's name with its type, the address's, mere words, a picture in the flow."""
    if link.inline:
        return 0
    if _HAS_EXTENSION.search(link.filename) is None:
        return 1
    return 2 if link.filename == _last_segment(link.url) else 3


def _read(tag: Tag, base: str, body: Tag) -> Iterator[FileLink]:
    if tag.name == "script":
        yield from _read_script(tag, base)
        return
    if not tag.attrs:
        return
    found: FileLink | None = None
    if tag.name == "a":
        found = _read_anchor(tag, base)
    elif tag.name == "img":
        found = _read_picture(tag, base) if body in tag.parents else None
    elif tag.name in ("iframe", "object", "embed", "div", "span", "p"):
        found = _read_viewer(tag, base)
    if found := found or _read_pressed(tag, base):
        yield found


def _read_anchor(tag: Tag, base: str) -> FileLink | None:
    url = _target(str(tag.get("href", "")), base)
    if url is None:
        return None
    text = _label(tag)
    if _SHARED.match(url):
        return FileLink(url=url, filename=_name_of_shared(url, text))
    offered = str(tag.get("download", "")) if tag.has_attr("download") else None
    declared = str(tag.get("type", "")).partition(";")[0].strip().lower()
    in_url = _name_in_url(url)
    if in_url is None and _PICTURE_NAME.search(urlsplit(url).path):
        # A picture behind a picture is its original; behind words it is a file like any other.
        return _link(url, _last_segment(url), inline=has_named(tag, "img"))
    says_so = _HAS_EXTENSION.search(text) or _is_document_type(declared)
    hands_out = _DOWNLOAD.search(url) and (len(text) > 3 or has_named(tag, "img"))
    if in_url or offered is not None or says_so or hands_out:
        return _link(url, _choose_name(offered, in_url, text, tag, url), declared)
    return None


def _read_script(tag: Tag, base: str) -> Iterator[FileLink]:
    """The documents that a script is told to show: PDFObject, DearFlip and the like."""
    if "ld+json" in str(tag.get("type", "")):
        return
    for quoted in _SHOWN.findall(str(tag.string or "")):
        url = _target(quoted.replace("\\/", "/"), base)
        if url and (name := _name_in_url(url)):
            yield _link(url, name)


def _read_pressed(tag: Tag, base: str) -> FileLink | None:
    """The document that opens when something is pressed that is no link."""
    pressed = pressed_address(f"{tag.get('onclick', '')} {tag.get('href', '')}")
    url = _target(pressed or str(tag.get("data-href", "")), base)
    if url is None:
        return None
    text = _label(tag)
    if _SHARED.match(url):
        return FileLink(url=url, filename=_name_of_shared(url, text))
    in_url = _name_in_url(url)
    if in_url or (_DOWNLOAD.search(url) and len(text) > 3):
        return _link(url, _choose_name(None, in_url, text, tag, url))
    return None


def _read_viewer(tag: Tag, base: str) -> FileLink | None:
    declared = str(tag.get("type", ""))
    for attribute in _VIEWER_ATTRIBUTES:
        url = _target(str(tag[attribute]), base) if attribute in tag.attrs else None
        if url is None:
            continue
        if _SHARED.match(url):
            shared = re.sub(r"/preview\b.*", "/view", url)
            return FileLink(url=shared, filename=_name_of_shared(url, str(tag.get("title", ""))))
        name = _name_in_url(url)
        if name is None and tag.name in ("object", "embed") and _is_document_type(declared):
            name = _last_segment(url)
        if name:
            return _link(url, name, declared)
    return None


def _read_picture(tag: Tag, base: str) -> FileLink | None:
    source = next((str(tag[key]) for key in _LAZY if tag.get(key) and not str(tag[key]).startswith("data:")), "")
    url = _absolute(source, base)
    if (
        url is None
        or _NO_CONTENT.search(urlsplit(url).path)
        or _NO_CONTENT.search(f"{tag.get('class', '')} {tag.get('alt', '')}")
    ):
        return None
    if any(size is not None and size < 120 for size in (_pixels(tag, "width"), _pixels(tag, "height"))):
        return None
    path = urlsplit(url).path
    if path.lower().endswith((".svg", ".ico")):
        return None
    if "/uploads/" in path:
        # WordPress keeps the original beside its thumbnails.
        url = url.replace(path, _THUMBNAIL.sub("", path))
    return _link(url, _last_segment(url), inline=True)


def _link(url: str, filename: str, declared: str = "", *, inline: bool = False) -> FileLink:
    name = collapse_spaces(repair(filename))[:200] or "file"
    media_type = declared if "/" in declared else mimetypes.guess_type(name)[0]
    return FileLink(url=url, filename=name, media_type=media_type, inline=inline)


def _choose_name(offered: str | None, in_url: str | None, text: str, tag: Tag, url: str) -> str:
    """The name with an extension that people see: offered, written, in the address; else the words of the link."""
    title = str(tag.get("title", "") or tag.get("aria-label", ""))
    written = _NAME_PREFIX.sub("", text)
    for name in (offered, written, _NAME_PREFIX.sub("", title)):
        if name and _HAS_EXTENSION.search(name.strip()) and "://" not in name:
            return name.strip().rsplit("/", 1)[-1]
    if in_url:
        return in_url
    named = _DOCUMENT_NAME.search(text)
    if named:
        return _NAME_PREFIX.sub("", named[0])
    return next(
        (words for words in (offered, written, title) if words and not _NO_NAME.fullmatch(words)), _last_segment(url)
    )


def _name_in_url(url: str) -> str | None:
    """A document's name from the address: the last path segment, Liferay's middle one, a parameter."""
    parts = urlsplit(url)
    for segment in reversed([unquote(part).replace("+", " ") for part in parts.path.split("/")[-3:]]):
        match = _DOCUMENT_NAME.fullmatch(segment.strip())
        if match:
            return match[0].strip()
    for values in parse_qs(parts.query).values():
        name = values[0].rsplit("/", 1)[-1].rsplit("\\", 1)[-1]
        if _DOCUMENT_NAME.fullmatch(name):
            return name
    return None


def _name_of_shared(url: str, text: str) -> str:
    if text and "://" not in text and "google.com" not in text and not _NO_NAME.fullmatch(text):
        return collapse_spaces(repair(_NAME_PREFIX.sub("", text)))[:200]
    identifier = re.search(r"/d/([\w-]{8,})|[?&]id=([\w-]{8,})|/folders/([\w-]{8,})", url)
    return next(filter(None, identifier.groups())) if identifier else urlsplit(url).path.rsplit("/", 1)[-1] or "file"


def _target(href: str, base: str) -> str | None:
    """Where a link leads; for a viewer (gview?url=…, viewer.html?file=…, ViewerJS/#…) what it shows."""
    url = _absolute(href, base)
    if url is None:
        return None
    viewer, _, shown = url.partition("#")
    if shown and _DOCUMENT_NAME.search(shown) and _name_in_url(viewer) is None:
        return _absolute(shown, viewer) or url  # ViewerJS/#../x.pdf
    if _VIEWER.search(url) is None:
        return url
    query = parse_qs(urlsplit(url).query)
    for key in _VIEWER_KEYS:
        value = query.get(key, [""])[0]
        if value.startswith(("http", "/", "..")) or _HAS_EXTENSION.search(value.split("?")[0]):
            beside = viewer if value.startswith("..") else base  # a viewer's own page is where it goes up from
            return _absolute(quote(value, safe="%/:?=&#+,;@!$'()*~[]"), beside) or url
    return url


def _absolute(href: str, base: str) -> str | None:
    href = href.strip()
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:", "about:")):
        return None
    try:
        url = urljoin(base, re.sub(r"[\t\r\n]", "", href))
        parts = urlsplit(url)
    except ValueError:  # such as an address with half an IPv6 host
        return None
    return url if parts.scheme in ("http", "https", "ftp") and parts.netloc else None


def _label(tag: Tag) -> str:
    return collapse_spaces(tag.get_text(" "))


def _last_segment(url: str) -> str:
    return unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])


def _is_document_type(declared: str) -> bool:
    return bool(re.match(r"application/(?:pdf|msword|rtf|zip|vnd\.|x-rar|x-zip)", declared.strip(), re.I))


def _pixels(tag: Tag, name: str) -> int | None:
    value = re.match(r"\s*(\d{1,5})(?:px)?\s*$", str(tag.get(name, "")))
    return int(value[1]) if value else None
