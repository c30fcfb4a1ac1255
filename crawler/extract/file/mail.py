"""Pages saved with all that belongs to them in the form of a mail (MHT), and mails: their pages and files."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from crawler.extract.document import Content
from crawler.extract.file.page import read_page
from crawler.extract.word.docx import Inner


def read_mail(content: bytes, inner: Inner) -> Content:
    """The pages of a saved web archive in their order (a workbook's sheets are one each), else its plain text.

    Files that a mail carries follow, each under its name.
    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = [part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart()]
    pages = [part for part in parts if part.get_content_type() == "text/html" and not part.is_attachment()]
    plain = [part for part in parts if part.get_content_type() == "text/plain" and not part.is_attachment()]
    blocks: Content = []
    for part in pages or plain:
        if payload := _payload(part):
            blocks += read_page(payload, encoding=part.get_content_charset())
    for name, payload in _attached(parts):
        blocks += [name, *inner(name, payload)]
    return blocks


def _attached(parts: list[EmailMessage]) -> Iterator[tuple[str, bytes]]:
    for part in parts:
        if part.is_attachment() and (payload := _payload(part)):
            yield part.get_filename() or "", payload


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
