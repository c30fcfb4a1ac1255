"""Awards of texts and tables that tests draw."""

from collections.abc import Sequence

from crawler.extract.award.award import parse_awards
from crawler.extract.document import Table
from crawler.extract.text.passage import FoldedPassage
from timthau.model.award import Award


def draw_table(text: str) -> Table:
    """A table drawn with bars."""
    return tuple(
        tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in text.strip().splitlines()
    )


def read_awards(text: str, *tables: str) -> Sequence[Award]:
    """The awards of a text in which the places of tables are marked with <>."""
    drawn = [draw_table(table) for table in tables]
    for table in drawn:
        text = text.replace("<>", "\n".join(" | ".join(row) for row in table), 1)
    return parse_awards([(FoldedPassage(text), drawn)])


def list_prices(awards: Sequence[Award]) -> list[tuple[str, int | None, list[tuple[str, int]]]]:
    """Of each winner the name, what it won, and what each thing costs, in whole VND."""
    return [
        (
            award.supplier,
            award.amount_vnd,
            [(item.name, int(item.unit_price_vnd)) for item in award.items if item.unit_price_vnd is not None],
        )
        for award in awards
    ]
