"""Every title of a file of notices as a subject, through two decoders and one written by the letter of RFC 2047.

    python bench/mail.py NOTICES.jsonl[.gz]

Prints how many come back changed from each; exits with 1 when any does.
"""

import argparse
import email
import email.header
import email.policy
import gzip
import json
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from alerts.protocol.header import one_line, write_text
from tests.quality.headers import decode_strictly, is_well_folded

_SUBJECT = 140


def main() -> None:
    """Read the file and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notices", type=Path)
    path = parser.parse_args().notices
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines]
    changed: Counter[str] = Counter()
    for title in titles:
        subject = one_line(f"Mới, hạn 05/12: {title}", _SUBJECT)
        folded = write_text("Subject", subject)
        message = email.message_from_string(f"Subject: {folded}\r\n\r\n", policy=email.policy.default)
        legacy = email.header.make_header(email.header.decode_header(folded.replace("\r\n", "")))
        changed["email.policy.default"] += message["Subject"] != subject
        changed["email.header"] += str(legacy) != subject
        changed["RFC 2047 by the letter"] += decode_strictly(folded) != subject
        changed["badly folded"] += not is_well_folded(f"Subject: {folded}")
    print(f"{len(titles)} titles")
    print("\n".join(f"{name:<24}{number:>6} changed" for name, number in changed.items()))
    sys.exit(any(changed.values()))


if __name__ == "__main__":
    main()
