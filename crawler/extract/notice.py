"""From the article of a page and the texts of its files to a notice."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from crawler.extract.award.award import parse_awards
from crawler.extract.document import FileText, Table
from crawler.extract.field.buyer import find_host, parse_buyer
from crawler.extract.field.contact import parse_contacts
from crawler.extract.field.deadline import Deadline, parse_deadline
from crawler.extract.field.item_table import parse_tables
from crawler.extract.field.item_text import find_bar_tables, parse_listing
from crawler.extract.field.money import Amount, find_line_unit, parse_amount
from crawler.extract.field.package import parse_packages
from crawler.extract.field.price_table import parse_table_amount
from crawler.extract.field.province import parse_province
from crawler.extract.field.reference_number import parse_number
from crawler.extract.field.submission import parse_methods
from crawler.extract.field.term import parse_place, parse_validity
from crawler.extract.kind.kind import classify
from crawler.extract.paper import Paper
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.known_name import correct_name
from crawler.extract.text.label import Concept
from crawler.extract.text.moment import parse_stamps
from crawler.extract.text.passage import FoldedPassage
from crawler.extract.text.scanned_number import correct_number
from timthau.model.award import Award
from timthau.model.moment import Moment
from timthau.model.notice import Attachment, Item, Notice, NoticeKind, make_id

Value = TypeVar("Value")

#: Kinds that ask for nothing to be handed in.
_WITHOUT_DEADLINE = frozenset({NoticeKind.CANCELLATION, NoticeKind.AWARD, NoticeKind.PLAN})
# A body shorter than this leaves it to its files to say what the page is.
_STUB = 600
_POSTED = re.compile(r"^(?:\d{1,2}:\d\d[,\s]|(?:dang|cap nhat) (?:luc|ngay)|ngay dang)")


@dataclass(frozen=True)
class _ReadFile:
    """A file that had text, and that text as a passage."""

    passage: FoldedPassage
    file: FileText


def read_notice(
    paper: Paper,
    files: Sequence[tuple[Attachment, FileText]] = (),
    *,
    source: str,
    source_key: str,
) -> Notice | None:
    """The notice that a paper is; None for any other page.

    Each field is read from the article, and from the files in their order where the article does not say it. `amends`
    stays None: which notice an amendment changes cannot be seen on its own page.
    """
    article = paper.article
    read = [_ReadFile(FoldedPassage(file.text), file) for _, file in files if file.text]
    texts = [paper.body, *(one.passage for one in read)]
    kind = _classify(paper, texts)
    if kind is None:
        return None
    published = article.published_at or _published(paper.body)
    deadline = None if kind in _WITHOUT_DEADLINE else _find_deadline(paper, texts, published)
    buyer = _find_buyer(paper, read, kind)
    awards = _find_awards(paper, read) if kind is NoticeKind.AWARD else ()
    amount = _find_amount(paper, read, kind)
    if (amount is None or amount.planned) and (won := _sole_amount(awards)) is not None:
        amount = Amount(won, won)
    return Notice(
        id=make_id(source, source_key),
        source=source,
        source_key=source_key,
        url=article.url,
        kind=kind,
        title=article.title,
        buyer=buyer,
        province=_first(texts, lambda text: parse_province(paper.title, text, buyer)),
        reference_number=_find_number(paper, read, kind, buyer),
        published_at=published,
        deadline_at=deadline.at if deadline else None,
        deadline_text=deadline.sentence if deadline else None,
        quotation_validity_days=_first(texts, parse_validity),
        amount_vnd=amount.vnd if amount else None,
        amount_min_vnd=amount.low if amount and amount.vnd is None else None,
        amount_max_vnd=amount.high if amount and amount.vnd is None else None,
        delivery_place=_first(texts, parse_place),
        contacts=_first(texts, parse_contacts) or (),
        submission_methods=_first(texts, lambda text: parse_methods(text, auction=kind is NoticeKind.AUCTION)) or (),
        items=_find_items(paper, read) or (_find_packages(paper, read) if kind is NoticeKind.PLAN else ()),
        awards=awards,
        attachments=tuple(_with_text(attachment, file) for attachment, file in files),
        text=article.text,
    )


def _first(texts: Sequence[FoldedPassage], parse: Callable[[FoldedPassage], Value | None]) -> Value | None:
    """What the first text says that says something."""
    return next((value for text in texts if (value := parse(text))), None)


def _classify(paper: Paper, texts: Sequence[FoldedPassage]) -> NoticeKind | None:
    """The kind by title and body; files are asked only where there is hardly any body."""
    if paper.kind is None and len(texts) > 1 and len(paper.body.text) < _STUB:
        return classify(paper.title, FoldedPassage("\n".join(passage.text for passage in texts)))
    return paper.kind


def _find_buyer(paper: Paper, files: Sequence[_ReadFile], kind: NoticeKind) -> str | None:
    """Who buys; a name that was read from a scan as known names have it."""
    of_files = ((one.passage, one.file.ocr) for one in files)
    for passage, ocr in ((paper.body, paper.article.ocr), *of_files):
        if buyer := parse_buyer(paper.title, passage, kind):
            return correct_name(buyer) if ocr else buyer
    return find_host(paper.article.site_name, paper.body)


def _find_number(paper: Paper, files: Sequence[_ReadFile], kind: NoticeKind, buyer: str | None) -> str | None:
    """The number that the first text bears; one that was read from a scan as paper and buyer have it."""
    for passage, ocr in ((paper.body, paper.article.ocr), *((one.passage, one.file.ocr) for one in files)):
        if number := parse_number(paper.title, passage, kind=kind, buyer=buyer):
            return correct_number(number, passage.plain, buyer) if ocr else number
    return None


def _find_deadline(paper: Paper, texts: Sequence[FoldedPassage], published: Moment | None) -> Deadline | None:
    return _first((paper.body, paper.title, *texts[1:]), lambda text: parse_deadline(text, published=published))


def _find_amount(paper: Paper, files: Sequence[_ReadFile], kind: NoticeKind) -> Amount | None:
    """What text or tables say: those of the article, its title, then each file's; one sum before several."""
    of_files = ((one.passage, one.file.tables) for one in files)
    unit = find_line_unit(paper.title)
    ranges: list[Amount] = []
    for passage, tables in ((paper.body, paper.article.tables), (paper.title, ()), *of_files):
        for found in (parse_amount(passage, kind, unit=unit), _table_amount(passage, tables, kind)):
            if found and found.vnd is not None:
                return found
            ranges += [found] if found else []
    return ranges[0] if ranges else None


def _table_amount(passage: FoldedPassage, tables: Sequence[Table], kind: NoticeKind) -> Amount | None:
    return parse_table_amount(tables or find_bar_tables(passage.text), kind, unit=find_line_unit(passage))


def _published(body: FoldedPassage) -> Moment | None:
    """When the notice says it was posted: "Thời điểm đăng tải: …", or a clock and a day alone above the text."""
    for number, line in enumerate(body.lines):
        if line.concept is Concept.PUBLISHED or (number < 3 and _POSTED.match(line.plain) and len(line.text) < 60):
            stamp = next(parse_stamps(line.text, line.plain), None)
            if stamp and (moment := stamp.moment()):
                return moment
    return None


def _items(passage: FoldedPassage, tables: Sequence[Table]) -> tuple[Item, ...]:
    found = parse_tables(tables, unit=find_line_unit(passage)) if tables else ()
    return found or parse_listing(passage)


def _find_items(paper: Paper, files: Sequence[_ReadFile]) -> tuple[Item, ...]:
    """The items of the article, else those of the files; a file that lists what another does adds nothing."""
    items = _items(paper.body, paper.article.tables)
    if items:
        return items
    found = [_items(one.passage, one.file.tables) for one in _best(files)]
    longest = sorted(found, key=len, reverse=True)
    result: list[Item] = []
    for one in longest:
        known = {fold_in_place(item.name) for item in result}
        repeated = sum(fold_in_place(item.name) in known for item in one)
        if not result or (repeated == 0 and len(one) != len(result)):
            result += one
    return tuple(result)


def _find_packages(paper: Paper, files: Sequence[_ReadFile]) -> tuple[Item, ...]:
    """The packages of a plan, from the article, else from the first file that lists any."""
    found = (parse_packages(tables) for tables in (paper.article.tables, *(one.file.tables for one in files)))
    return next(filter(None, found), ())


def _find_awards(paper: Paper, files: Sequence[_ReadFile]) -> tuple[Award, ...]:
    documents = [(paper.body, paper.article.tables), *((one.passage, one.file.tables) for one in files)]
    return parse_awards([(passage, tables or find_bar_tables(passage.text)) for passage, tables in documents])


def _sole_amount(awards: Sequence[Award]) -> int | None:
    """What the only winner won."""
    return awards[0].amount_vnd if len(awards) == 1 else None


def _best(files: Sequence[_ReadFile]) -> Sequence[_ReadFile]:
    """Files with letters of their own; scans only where there are no others, as their letters are guessed."""
    return [one for one in files if not one.file.ocr] or files


def _with_text(attachment: Attachment, file: FileText) -> Attachment:
    return replace(
        attachment,
        media_type=file.media_type or attachment.media_type,
        text=file.paged_text() or None,
        ocr=file.ocr,
        warning=file.warning or attachment.warning,
    )
