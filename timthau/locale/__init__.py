"""Words of pages and mails: labels, wording, catalogues of translations."""

from pathlib import Path

#: The catalogues of both languages, which pages and mails read.
CATALOGUES = Path(__file__).parent / "translations"
