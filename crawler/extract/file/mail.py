"""Pages saved with all that belongs to them in the form of a mail (MHT), and mails: their pages and files."""

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage

from crawler.extract.document import Content
from crawler.extract.file.page import read_page
from crawler.extract.word.docx import Inner

#: Pages, and files, that are read of one mail; no workbook has so many sheets.
_MOST_PARTS = 300


def read_mail(content: bytes, inner: Inner, warn: Callable[[str], None]) -> Content:
    """The pages of a saved web archive in their order (a workbook's sheets are one each), else its plain text.

    Files that a mail carries follow, each under its name. What is beyond a few hundred is warned of.
    """
    message = email.message_from_bytes(content, policy=email.policy.default)
    parts = [part for part in message.walk() if isinstance(part, EmailMessage) and not part.is_multipart()]
    pages = [part for part in parts if part.get_content_type() == "text/html" and not part.is_attachment()]
    plain = [part for part in parts if part.get_content_type() == "text/plain" and not part.is_attachment()]
    blocks: Content = []
    texts, attached = pages or plain, [part for part in parts if part.is_attachment()]
    if (most := max(len(texts), len(attached))) > _MOST_PARTS:
        warn(f"only the first {_MOST_PARTS} of {most} parts were read")
    for part in texts[:_MOST_PARTS]:
        if payload := _payload(part):
            blocks += read_page(payload, encoding=part.get_content_charset())
    for part in attached[:_MOST_PARTS]:
        if payload := _payload(part):
            name = part.get_filename() or ""
            blocks += [name, *inner(name, payload)]
    return blocks


def _payload(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
