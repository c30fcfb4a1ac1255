"""What programs ask of the API mostly, in curl and Python: shown on its page, and run by a test as it stands there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A task and the commands or the program that do it; `language` is that of the code."""

    task: str
    language: str
    code: str


_SEARCH = """\
curl --get {address}/api/v1/notices \\
  --data-urlencode "q=kính hiển vi" --data open=1 --data sort=deadline"""

_TABLE = """\
curl --get {address}/search.csv --data-urlencode "q=kính hiển vi" --output ket-qua.csv"""

_WALK = """\
import json
from urllib.parse import urlencode
from urllib.request import urlopen

address = "{address}/api/v1/notices?" + urlencode({{"q": "mua sắm", "open": 1, "limit": 100}})
while address:
    with urlopen(address) as answer:
        found = json.load(answer)
    for notice in found["notices"]:
        print(notice["effective"]["deadline_at"], notice["title"], notice["page"])
    address = found["next"]  # null on the last page"""

_FOLLOW = """\
import json
from pathlib import Path
from urllib.request import urlopen

kept = Path("cursor.txt")  # what was seen up to now; without it, everything
cursor = kept.read_text() if kept.exists() else "0"
more = True
while more:
    with urlopen(f"{address}/api/v1/changes?since={{cursor}}&limit=1000") as answer:
        found = json.load(answer)
    for change in found["changes"]:
        print(change["changed_at"], change["change"], change["title"])
    cursor, more = str(found["cursor"]), found["more"]
    kept.write_text(cursor)"""


def list_examples(address: str) -> tuple[Example, ...]:
    """The examples for an API that stands at an address."""
    return tuple(
        Example(task, language, code.format(address=address))
        for task, language, code in (
            ("Search: open notices, closing soonest first", "curl", _SEARCH),
            ("Keep the notices of a search as a table", "curl", _TABLE),
            ("Go through all notices of a search", "python", _WALK),
            ("Ask again and again for what is new or has changed, and miss nothing", "python", _FOLLOW),
        )
    )
