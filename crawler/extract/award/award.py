"""Who won, for how much, and what each thing cost: from the text, the tables and the files of a result."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from crawler.extract.award.draft import AwardDraft
from crawler.extract.award.item import find_item_lines, find_labelled_item
from crawler.extract.award.place import find_owners
from crawler.extract.award.supplier import supplier_key
from crawler.extract.award.table import AwardRow, parse_award_tables
from crawler.extract.award.text import RESULT, find_codes, find_worth, read_text
from crawler.extract.document import Table
from crawler.extract.text.money import find_unit
from crawler.extract.text.passage import FoldedPassage
from timthau.model.award import Award

_TELLS_RESULT = re.compile(
    rf"{RESULT.pattern}"
    r"|\bket qua (?:lua chon (?:nha (?:thau|cung cap)|don vi)|mua sam|chi dinh thau|chao hang|dau thau)\b"
)


def parse_awards(documents: Sequence[tuple[FoldedPassage, Sequence[Table]]]) -> tuple[Award, ...]:
    """The winners that a result's text and files name, in order, each with what it won; nothing is guessed.

    Rows without a winner are of that of their lot, else of the one above their table, else of the only one that the
    document names; of several nobody can tell.
    """
    found: list[AwardDraft] = []
    for passage, all_tables in documents:
        said = read_text(passage)
        drafts = said.winners
        tables = [table for table in all_tables if table]
        result = bool(drafts) or _TELLS_RESULT.search(passage.plain[:4000]) is not None
        unit = next((size[2] for line in passage.lines if (size := find_unit(line.plain))), 1)
        rows = parse_award_tables(tables, unit=unit, result=result)
        owners = find_owners(passage.text, tables, [one.supplier for one in (*drafts, *said.headings)])
        listed = {supplier_key(one.supplier): one for one in said.listed}
        _add_rows(drafts, _known(rows, drafts), owners, listed)
        _add_worth(drafts, passage)
        codes = find_codes(passage) if any(draft.tax_code is None for draft in drafts) else {}
        for draft in drafts:
            draft.tax_code = draft.tax_code or codes.get(supplier_key(draft.supplier))
        if len(drafts) == 1 and not drafts[0].items:
            drafts[0].items += find_item_lines(passage)
            if not drafts[0].items and (item := find_labelled_item(passage)):
                drafts[0].items.append(item)
        _merge(found, drafts)
    return tuple(draft.finish() for draft in found)


def _known(rows: Sequence[AwardRow], drafts: Sequence[AwardDraft]) -> Iterator[AwardRow]:
    """Rows without those of bidders of whom nothing else says that they won."""
    won = {supplier_key(draft.supplier) for draft in drafts}
    won |= {supplier_key(row.supplier) for row in rows if row.supplier and not row.offered}
    priced = any(row.item and row.item.unit_price_vnd is not None for row in rows if not row.offered)
    return (row for row in rows if not row.offered or (_has_won(row, won) and not (row.compared and priced)))


def _has_won(row: AwardRow, won: Collection[str]) -> bool:
    """Whether a bidder's row is a winner's: of several winners nobody can tell who won what was compared."""
    return row.supplier is not None and supplier_key(row.supplier) in won and not (row.compared and len(won) > 1)


def _add_rows(
    drafts: list[AwardDraft], rows: Iterable[AwardRow], owners: Mapping[int, str], listed: Mapping[str, AwardDraft]
) -> None:
    """Rows go to the winner they name, for the lot they name; others to that of their table, or to the only winner.

    `listed` are the companies above tables that are headed as winners'.
    """
    named = {supplier_key(draft.supplier) for draft in drafts}
    sole = drafts[0].supplier if len(named) == 1 else None
    rows = list(rows)
    lots = _owners_of_lots(rows)
    for row in rows:
        name = row.supplier or lots.get(row.lot or "") or owners.get(row.table) or sole
        if name is None or not (row.supplier or row.won or supplier_key(name) in named | listed.keys()):
            continue  # a company above a list of prices that nothing calls won
        draft = _find(drafts, name, row)
        if draft is None:
            draft = AwardDraft(name, lot=row.lot)
            drafts.append(draft)
        draft.tax_code = draft.tax_code or row.tax_code or _code_of(listed, name)
        draft.lot = draft.lot or (row.lot if row.item is None else None)
        draft.amount_vnd = row.amount_vnd if draft.amount_vnd is None or row.proven else draft.amount_vnd
        draft.proven = draft.proven or row.proven
        draft.offered_vnd = row.offered_vnd if draft.offered_vnd is None else draft.offered_vnd
        if row.item is not None and row.item not in draft.items:
            draft.items.append(row.item)


def _owners_of_lots(rows: Iterable[AwardRow]) -> dict[str, str]:
    """The winner of each lot that rows of tables name with one alone."""
    named: dict[str, set[str]] = {}
    for row in rows:
        if row.supplier and row.lot and not row.offered:
            named.setdefault(row.lot, set()).add(row.supplier)
    return {lot: suppliers.pop() for lot, suppliers in named.items() if len(suppliers) == 1}


def _add_worth(drafts: Sequence[AwardDraft], passage: FoldedPassage) -> None:
    """What lines say that winners known without a sum won; a label without a name is of the only winner."""
    missing = [draft for draft in drafts if draft.amount_vnd is None]
    for name, vnd in find_worth(passage) if missing else ():
        own = [one for one in missing if name is None or supplier_key(one.supplier) == supplier_key(name)]
        if len(own) == 1 and (name is not None or len(drafts) == 1):
            own[0].amount_vnd = vnd if own[0].amount_vnd is None else own[0].amount_vnd


def _code_of(listed: Mapping[str, AwardDraft], name: str) -> str | None:
    draft = listed.get(supplier_key(name))
    return draft.tax_code if draft else None


def _find(drafts: Sequence[AwardDraft], name: str, row: AwardRow) -> AwardDraft | None:
    """The winner of a row among those known: for a lot of its own only what is of that lot or of none."""
    same = [draft for draft in drafts if supplier_key(draft.supplier) == supplier_key(name)]
    if row.item is not None and row.lot is None:
        return same[0] if same else None
    fitting = [
        draft
        for draft in same
        if (row.lot in (None, draft.lot) or draft.lot is None)
        and (
            None in (row.amount_vnd, draft.amount_vnd)
            or row.amount_vnd == draft.amount_vnd
            or (row.proven and not draft.proven)
        )
    ]
    return fitting[0] if fitting else None


def _merge(found: list[AwardDraft], drafts: Sequence[AwardDraft]) -> None:
    """What another document of the same result says more: winners, codes, amounts, prices of things."""
    for draft in drafts:
        alike = [
            one
            for one in found
            if supplier_key(one.supplier) == supplier_key(draft.supplier)
            and (None in (one.lot, draft.lot) or one.lot == draft.lot)
            and (None in (one.amount_vnd, draft.amount_vnd) or one.amount_vnd == draft.amount_vnd)
        ]
        if not alike:
            found.append(draft)
            continue
        one = alike[0]
        one.tax_code, one.lot = one.tax_code or draft.tax_code, one.lot or draft.lot
        one.amount_vnd = draft.amount_vnd if one.amount_vnd is None else one.amount_vnd
        one.offered_vnd = draft.offered_vnd if one.offered_vnd is None else one.offered_vnd
        one.items += [item for item in draft.items if item not in one.items]
