"""Pictures of pages within a file's limits: how many are read, for how long, and what is said where they are not."""

import subprocess

from crawler.extract.document import Content
from crawler.extract.file.progress import ReadingProgress, UnreadableError
from crawler.extract.layout.ink import Grey
from crawler.extract.layout.ocr import ocr_available, read_picture
from crawler.extract.layout.picture import PictureError, open_pictures

NO_OCR = "a scan that was not read: Tesseract with Vietnamese is not installed"


def read_image(content: bytes, progress: ReadingProgress) -> list[Content]:
    """The pages of a picture, most of which have one. Raises UnreadableError."""
    most = progress.ocr.max_pages if progress.ocr else 1
    pages: list[Content] = []
    try:
        for number, grey in enumerate(open_pictures(content)):
            if number and progress.scans >= most:
                progress.warn(f"only the first {progress.scans} scanned pages were read")
                break
            progress.scans += 1
            pages.append(read_scan(grey, progress))
    except PictureError as error:
        if not pages:
            raise UnreadableError(str(error)) from error
        progress.warn(f"not all was read: {error}")
    return pages


def read_scan(grey: Grey, progress: ReadingProgress) -> Content:
    """What OCR reads; nothing, with a warning, when it is not there or takes too long."""
    left = progress.seconds_left()
    if progress.ocr is None:
        progress.warn("a scan that was not read")
    elif not ocr_available():
        progress.warn(NO_OCR)
    elif left < 1:
        progress.warn("not all pages were read: it takes too long")
    else:
        try:
            parts = read_picture(grey, progress.ocr, seconds=left)
        except subprocess.TimeoutExpired:
            progress.warn("a page was not read: it takes too long")
        except (subprocess.CalledProcessError, OSError):
            progress.warn("a page was not read: Tesseract failed")
        else:
            progress.read_by_ocr = True
            return parts
    return []
