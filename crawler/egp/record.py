"""From a record of the portal's list to a notice, with every type that its fields were seen to have."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode, urljoin

from crawler.extract.field.province import parse_province
from crawler.extract.text.passage import FoldedPassage
from timthau.model.award import Award
from timthau.model.moment import HANOI, Moment
from timthau.model.notice import Notice, NoticeKind, make_id
from timthau.store.portal import Edition
from timthau.text.fold import collapse_spaces
from timthau.text.repair import repair
from timthau.text.table import load_rows

#: Statuses that call a notice or its tender off; of all that the portal has, these two alone say "hủy".
_CANCELLED = frozenset({"DHT", "DHTBMT"})
#: What scripts write for a value that is not there.
_NOTHING = frozenset({"", "nan", "null", "none", "undefined"})
#: The lines of a notice's text, as the portal's own page has them; fields of codes among them.
_LINES = ("planNo", "investorName", "procuringEntityName")
_CODES = ("investField", "bidForm", "bidMode", "isMedicine", "isInternet", "isDomestic", "statusForNotify")
_MOST = 2**63  # what the store can keep of an amount
_PORTLET = "egpportalcontractorselectionv2_WAR_egpportalcontractorselectionv2"
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:T|$)")

Record = Mapping[str, Any]


@dataclass(frozen=True)
class RecordReading:
    """What a record says; `unknown` are codes that data/egp.tsv does not have, with their fields."""

    edition: Edition
    provinces: tuple[str, ...]
    unknown: tuple[tuple[str, str], ...]


def read_record(record: Record, *, source: str, home: str, kind: NoticeKind) -> RecordReading:
    """The notice that a record of the list announces, as the edition that the record is.

    `kind` is what the searched type of record announces; a cancelled one is a cancellation. Raises ValueError when
    the record has no number or no name, without which there is no notice.
    """
    key, title = _text(record, "notifyNo"), "; ".join(list_texts(record.get("bidName")))
    if not key or not title:
        raise ValueError(f"a record has no {'name' if key else 'number'}: {key or record.get('id')}")
    version, places = _text(record, "notifyVersion"), tuple(list_places(record.get("locations")))
    provinces = tuple(dict.fromkeys(province for _, province in places if province))
    prices = _prices(record.get("bidPrice"))
    codes = {field: list_texts(record.get(field)) for field in _CODES}
    notice = Notice(
        id=make_id(source, key),
        source=source,
        source_key=key,
        url=_address(record, home, key),
        kind=NoticeKind.CANCELLATION if _CANCELLED & set(codes["statusForNotify"]) else kind,
        title=title,
        buyer=_text(record, "procuringEntityName") or _text(record, "investorName") or None,
        province=provinces[0] if len(provinces) == 1 else None,
        reference_number=key,
        published_at=parse_time(record.get("publicDate")),
        deadline_at=(deadline := parse_time(record.get("bidCloseDate"))),
        deadline_text=_line("bidCloseDate", [str(record["bidCloseDate"])]) if deadline else None,
        amount_vnd=prices[0] if len(prices) == 1 else None,
        delivery_place="; ".join(", ".join(filter(None, place)) for place in places) or None,
        submission_methods=() if "0" in codes["isInternet"] else ("egp",),
        awards=tuple(_awards(record)),
        text="\n".join(_build_lines(record, f"{key}-{version}" if version else key, prices, codes)),
    )
    unknown = ((field, code) for field, found in codes.items() for code in found if code not in _words(field))
    return RecordReading(Edition(_sortable(version), notice), provinces, tuple(unknown))


def parse_time(value: Any) -> Moment | None:
    """A time as the portal writes it: Hanoi time without a zone, or with a "Z" or "+00:00" that is not meant.

    A day alone stays a day. None for anything else.
    """
    text = value.strip() if isinstance(value, str) else ""
    if not _TIME.match(text):
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text).replace(microsecond=0)
        return moment.astimezone(HANOI) if moment.utcoffset() else moment.replace(tzinfo=HANOI)
    except (ValueError, OverflowError):
        return None


def _build_lines(record: Record, number: str, prices: list[int], codes: Mapping[str, list[str]]) -> Iterator[str]:
    yield _line("notifyNo", [number])
    for field in _LINES:
        if name := _text(record, field):
            yield _line(field, [name])
    if len(prices) > 1:
        yield _line("bidPrice", [f"{price:,}".replace(",", ".") for price in prices])
    for field, found in codes.items():
        if said := [words for code in found if (words := _words(field).get(code, code))]:
            yield _line(field, said)
    if winners := list_texts(record.get("contractorName")):
        yield _line("contractorName", winners)
        if won := _prices(record.get("bidWinningPrice")):
            yield _line("bidWinningPrice", [f"{price:,}".replace(",", ".") for price in won])
    for field in ("bidOpenDate", "originalPublicDate", "decisionDate", "publicDateKqlcnt"):
        if moment := parse_time(record.get(field)):
            yield _line(field, [f"{moment:%d/%m/%Y %H:%M}" if isinstance(moment, datetime) else f"{moment:%d/%m/%Y}"])


def _awards(record: Record) -> Iterator[Award]:
    """Who won, for how much where there are as many prices as winners."""
    winners, prices = list_texts(record.get("contractorName")), _prices(record.get("bidWinningPrice"))
    for place, name in enumerate(winners):
        yield Award(supplier=name, amount_vnd=prices[place] if len(prices) == len(winners) else None)


def _line(field: str, said: Iterable[str]) -> str:
    return f"{_words(field)['']}: {'; '.join(said)}"


def _text(record: Record, field: str) -> str:
    return next(iter(list_texts(record.get(field))), "")


def list_texts(value: Any) -> list[str]:
    """The texts of a value that may be a list or not, without repeats; flags and whole numbers as their digits."""
    values = value if isinstance(value, list) else [value]
    plain = (int(entry) if isinstance(entry, bool) or _is_whole(entry) else entry for entry in values)
    texts = (collapse_spaces(repair(str(entry))) for entry in plain if isinstance(entry, str | int | float))
    return [text for text in dict.fromkeys(texts) if text.lower() not in _NOTHING]


def _is_whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _prices(value: Any) -> list[int]:
    """Prices in whole VND; what is no amount of money (NaN, zero) is left out."""
    found = []
    for entry in value if isinstance(value, list) else [value]:
        try:
            price = float(entry)
        except (TypeError, ValueError, OverflowError):
            continue
        if math.isfinite(price) and 0 < price < _MOST:
            found.append(round(price))
    return found


def list_places(value: Any) -> Iterator[tuple[str, str]]:
    """District and province of each location; there may be none yet."""
    seen = set()
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, dict):
            named = _text(entry, "provName")
            place = _text(entry, "districtName"), parse_province(FoldedPassage(""), FoldedPassage(""), named) or named
            if any(place) and place not in seen:
                seen.add(place)
                yield place


def _address(record: Record, home: str, key: str) -> str:
    """The portal's page of this edition, as the portal's own list links to it."""
    known = _text(record, "notifyId") or _text(record, "id")
    said = {
        "p_p_id": _PORTLET,
        "p_p_lifecycle": "0",
        "p_p_state": "normal",
        "p_p_mode": "view",
        f"_{_PORTLET}_render": "detail-v2",
        "type": _text(record, "type") or "es-notify-contractor",
        "stepCode": "notify-contractor-step-1-tbmt",  # the notice's own step: its page stays when the tender goes on
        "id": known,
        "notifyId": known,
        "processApply": _text(record, "processApply"),
        "bidMode": _text(record, "bidMode"),
        "notifyNo": key,
        "planNo": _text(record, "planNo"),
        "step": "tbmt",
        "isInternet": _text(record, "isInternet"),
    }
    return urljoin(home, "/web/guest/contractor-selection?" + urlencode({k: v for k, v in said.items() if v}))


def _sortable(version: str) -> str:
    return version.zfill(4) if version.isdecimal() else version


def _words(field: str) -> Mapping[str, str]:
    """The words for a field's codes; under "" what the field is called."""
    return _load_words()[field]


@cache
def _load_words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for field, code, words in load_rows("egp.tsv", columns=("field", "code", "words")):
        found.setdefault(field, {})[code] = words
    return found
