"""What a file really is: by its content, whatever name and declaration say."""

import io
import lzma
import mimetypes
import re
import zipfile
import zlib

from crawler.extract.file.tar import is_tar

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
ENCRYPTED_OFFICE = "application/x-ole-encrypted"
RTF, ZIP, RAR, SEVEN_ZIP = "application/rtf", "application/zip", "application/vnd.rar", "application/x-7z-compressed"
TAR, GZIP = "application/x-tar", "application/gzip"
HEIC, AVIF = "image/heic", "image/avif"
HTML, MHTML, XML, TEXT = "text/html", "message/rfc822", "text/xml", "text/plain"
UNKNOWN = "application/octet-stream"

# What a file begins with; formats that hold several others are looked into.
_MAGICS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"Rar!", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN_ZIP),
    (b"\x1f\x8b\x08", GZIP),
    (b"{\\rtf", RTF),
)
# The part that makes an office file what it is, inside a ZIP.
_ZIP_PARTS = (("word/document", DOCX), ("xl/workbook.bin", XLSB), ("xl/workbook", XLSX), ("ppt/presentation", PPTX))
_OLE_STREAMS = (
    ("EncryptedPackage", ENCRYPTED_OFFICE),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", PPT),
)
# What pictures in boxes of MPEG call themselves: telephones write HEIC.
_BRANDS = dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), HEIC) | {b"avif": AVIF}
_HTML_START = re.compile(
    rb"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+"
    rb"<(?:!doctype\s+html|html|head|body|table|div|p|meta)\b",
    re.I | re.S,
)
# A mail or a saved page begins with fields, one of which says of what kind it is.
_MAIL_START = re.compile(rb"\s*[A-Za-z][\w-]{1,40}:[ \t]?[^\r\n]*\r?\n")
_MAIL_FIELD = re.compile(rb"^(?:MIME-Version|Content-Type):", re.I | re.M)
_UNPACKING = (zlib.error, lzma.LZMAError)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def find_media_type(content: bytes, *, filename: str = "", declared: str | None = None) -> str:
    """The media type of a file; name and declaration are asked only where the content does not tell.

    An empty file has the type that its name promises.
    """
    start = content[:4096]
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _find_zip_type(content)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for name, kind in _OLE_STREAMS if name.encode("utf-16-le") in content), UNKNOWN)
    if b"%PDF-" in start[:1100]:
        return PDF
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "image/webp"
    if start[4:8] == b"ftyp" and start[8:12] in _BRANDS:
        return _BRANDS[start[8:12]]
    known = TAR if is_tar(start) else next((kind for magic, kind in _MAGICS if start.startswith(magic)), None)
    found = known or _find_text_type(start)
    promised = _promised(filename, declared)
    return found or (UNKNOWN if promised.startswith("text/") and _is_binary(start) else promised)


def _is_binary(start: bytes) -> bool:
    """Whether bytes cannot be text in any encoding: one in a hundred is a sign that texts never hold."""
    return 100 * len(_CONTROL.findall(start.replace(b"\0", b""))) > len(start)


def _find_zip_type(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:5000]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                if kind in (ODT, ODS):
                    return kind
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, *_UNPACKING):
        # Cut short: without its directory the names of the parts still stand in the data.
        return next((kind for part, kind in _ZIP_PARTS if part.encode() in content), ZIP)
    return next((kind for part, kind in _ZIP_PARTS if any(name.startswith(part) for name in names)), ZIP)


def _find_text_type(start: bytes) -> str | None:
    if not start:
        return None
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff")) and len(start) % 2 == 0
    plain = start.decode("utf-16", "replace").encode() if wide else start
    plain = plain.removeprefix(b"\xef\xbb\xbf")
    if _MAIL_START.match(plain) and _MAIL_FIELD.search(plain):
        return MHTML
    if _HTML_START.match(plain) or (b"<html" in plain.lower() and not _is_binary(plain)):
        return HTML
    if _CONTROL.search(plain):
        return None
    return XML if plain.lstrip().startswith(b"<?xml") else TEXT


def _promised(filename: str, declared: str | None) -> str:
    return mimetypes.guess_type(filename)[0] or (declared or "").partition(";")[0].strip().lower() or UNKNOWN
