"""A winner while a result is read."""

from dataclasses import dataclass, field

from timthau.model.award import Award, AwardItem


@dataclass
class AwardDraft:
    """A winner while its lines are read."""

    supplier: str
    lot: str | None = None
    tax_code: str | None = None
    amount_vnd: int | None = None
    items: list[AwardItem] = field(default_factory=list)
    offered_vnd: int | None = None
    proven: bool = False  # the amount is what its items come to

    def finish(self) -> Award:
        return Award(
            supplier=self.supplier,
            lot=self.lot,
            tax_code=self.tax_code,
            amount_vnd=self.offered_vnd if self.amount_vnd is None else self.amount_vnd,
            items=tuple(self.items),
        )
