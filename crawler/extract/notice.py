"""From the article of a page and the texts of its files to a notice."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from crawler.extract.document import Article, FileText
from crawler.extract.field.buyer import parse_buyer
from crawler.extract.field.contact import parse_contacts
from crawler.extract.field.deadline import Deadline, parse_deadline
from crawler.extract.field.item_table import parse_tables
from crawler.extract.field.item_text import find_bar_tables, parse_listing
from crawler.extract.field.money import parse_amount
from crawler.extract.field.place import parse_place
from crawler.extract.field.price_table import parse_table_amount
from crawler.extract.field.province import parse_province
from crawler.extract.field.reference_number import parse_number
from crawler.extract.field.submission import parse_methods
from crawler.extract.field.validity import parse_validity
from crawler.extract.kind.kind import classify
from crawler.extract.text.folding import fold_in_place
from crawler.extract.text.label import Concept
from crawler.extract.text.line import parse_lines
from crawler.extract.text.moment import parse_stamps
from timthau.model.moment import Moment
from timthau.model.notice import Attachment, Item, Notice, NoticeKind, make_id

Value = TypeVar("Value")

#: Kinds that ask for nothing to be handed in.
_WITHOUT_DEADLINE = frozenset({NoticeKind.CANCELLATION, NoticeKind.AWARD, NoticeKind.PLAN})
# A body shorter than this leaves it to its files to say what the page is.
_STUB = 600
_POSTED = re.compile(r"^(?:\d{1,2}:\d\d[,\s]|(?:dang|cap nhat) (?:luc|ngay)|ngay dang)")


def read_notice(
    article: Article,
    files: Sequence[tuple[Attachment, FileText]] = (),
    *,
    source: str,
    source_key: str,
) -> Notice | None:
    """The notice that an article is; None for any other page.

    Each field is read from the article, and from the files in their order where the article does not say it. `amends`
    stays None: which notice an amendment changes cannot be seen on its own page.
    """
    texts = [article.text, *(file.text for _, file in files if file.text)]
    kind = _classify(article, texts)
    if kind is None:
        return None
    published = article.published_at or _published(article.text)
    deadline = None if kind in _WITHOUT_DEADLINE else _find_deadline(article, texts, published)
    buyer = _first(texts, lambda text: parse_buyer(article.title, text, kind))
    return Notice(
        id=make_id(source, source_key),
        source=source,
        source_key=source_key,
        url=article.url,
        kind=kind,
        title=article.title,
        buyer=buyer,
        province=_first(texts, lambda text: parse_province(article.title, text, buyer)),
        reference_number=_first(texts, lambda text: parse_number(article.title, text)),
        published_at=published,
        deadline_at=deadline.at if deadline else None,
        deadline_text=deadline.sentence if deadline else None,
        quotation_validity_days=_first(texts, parse_validity),
        amount_vnd=_find_amount(article, [file for _, file in files], kind),
        delivery_place=_first(texts, parse_place),
        contacts=_first(texts, parse_contacts) or (),
        submission_methods=_first(texts, lambda text: parse_methods(text, auction=kind is NoticeKind.AUCTION)) or (),
        items=_find_items(article, [file for _, file in files]),
        attachments=tuple(_with_text(attachment, file) for attachment, file in files),
        text=article.text,
    )


def _first(texts: Sequence[str], parse: Callable[[str], Value | None]) -> Value | None:
    """What the first text says that says something."""
    return next((value for text in texts if (value := parse(text))), None)


def _classify(article: Article, texts: Sequence[str]) -> NoticeKind | None:
    """The kind by title and body; files are asked only where there is hardly any body."""
    kind = classify(article.title, article.text)
    if kind is None and len(texts) > 1 and len(article.text) < _STUB:
        kind = classify(article.title, "\n".join(texts))
    return kind


def _find_deadline(article: Article, texts: Sequence[str], published: Moment | None) -> Deadline | None:
    return _first(_with_title(article, texts), lambda text: parse_deadline(text, published=published))


def _find_amount(article: Article, files: Sequence[FileText], kind: NoticeKind) -> int | None:
    """What text or tables say: those of the article, its title, then each file's."""
    documents = [(article.text, article.tables), (article.title, ()), *((file.text, file.tables) for file in files)]
    found = (
        parse_amount(text, kind) or parse_table_amount(tables or find_bar_tables(text), kind)
        for text, tables in documents
    )
    return next(filter(None, found), None)


def _with_title(article: Article, texts: Sequence[str]) -> Sequence[str]:
    """The body, the title, which says things that the body leaves out, and the files."""
    return (texts[0], article.title, *texts[1:])


def _published(text: str) -> Moment | None:
    """When the notice says it was posted: "Thời điểm đăng tải: …", or a clock and a day alone above the text."""
    for number, line in enumerate(parse_lines(text)):
        if line.concept is Concept.PUBLISHED or (number < 3 and _POSTED.match(line.plain) and len(line.text) < 60):
            stamp = next(parse_stamps(line.text), None)
            if stamp and (moment := stamp.moment()):
                return moment
    return None


def _find_items(article: Article, files: Sequence[FileText]) -> tuple[Item, ...]:
    """The items of the article, else those of the files; a file that lists what another does adds nothing."""
    items = parse_tables(article.tables) or parse_listing(article.text)
    if items:
        return items
    found = [parse_tables(file.tables) or parse_listing(file.text) for file in _read_best_first(files)]
    longest = sorted(found, key=len, reverse=True)
    result: list[Item] = []
    for one in longest:
        known = {fold_in_place(item.name) for item in result}
        repeated = sum(fold_in_place(item.name) in known for item in one)
        if not result or (repeated == 0 and len(one) != len(result)):
            result += one
    return tuple(result)


def _read_best_first(files: Sequence[FileText]) -> list[FileText]:
    """Files with letters of their own; scans only where there are no others, as their letters are guessed."""
    written = [file for file in files if file.text and not file.ocr]
    return written or [file for file in files if file.text]


def _with_text(attachment: Attachment, file: FileText) -> Attachment:
    return replace(
        attachment,
        media_type=file.media_type or attachment.media_type,
        text=file.paged_text() or None,
        ocr=file.ocr,
        warning=file.warning or attachment.warning,
    )
