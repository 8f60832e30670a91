"""The two sides that are compared: a charge of ours, a row of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vlms.reconciliation.rules.differences import MatchRule


@dataclass(frozen=True, slots=True)
class OurCharge:
    """A charge; amounts in minor units, `unit_price` for 12 months.

    `tax` is the one that was invoiced, None while none was; `percent` what the tables say.
    """

    key: str
    # "O-2026-000001/1" names the order line.
    reference: str
    order_number: str
    customer: str
    product: str
    reason: str
    quantity: int
    unit_price: Decimal
    months: int
    net: int
    currency: str
    start: date
    end: date
    charged_on: date
    tax: int | None = None
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TheirRow:
    """A row of a file; what it does not tell is None. `product` is ours where it is known.

    `identity` names the row whatever its figures, also when the file comes again.
    """

    key: str
    row: int
    net: int
    currency: str
    order_number: str | None = None
    reference: str | None = None
    customer: str | None = None
    product: str | None = None
    quantity: int | None = None
    unit_price: Decimal | None = None
    tax: int | None = None
    start: date | None = None
    end: date | None = None
    code_count: int | None = None
    identity: str = ""

    @property
    def content(self) -> tuple[object, ...]:
        """What makes it the same as another row, whatever its place in the file."""
        return (self.currency, self.net, self.quantity, self.start, self.end, self.unit_price)


@dataclass(frozen=True, slots=True)
class Pair:
    """Charges and rows that tell of the same; one side is empty where nothing was found.

    `repeats` is the row that was counted, where the row of this pair says it again.
    """

    rule: MatchRule | None
    ours: tuple[OurCharge, ...]
    theirs: tuple[TheirRow, ...]
    repeats: TheirRow | None = None


def quantity_of(rows: Sequence[TheirRow]) -> int | None:
    """What the rows add up to; None where one tells no quantity."""
    told = [row.quantity for row in rows if row.quantity is not None]
    return sum(told) if len(told) == len(rows) else None
