"""Tables of charge-back and of savings, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vlms.billing.rules.charge_back import Giving, Part
from vlms.core.money import Money
from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Table, Total

GIVING_WORDS: dict[Giving, Text] = {
    Giving.GIVEN: _("Given to a person"),
    Giving.WAITING: _("Not given yet"),
    Giving.PACK: _("Pack that several draw from"),
}
NOTES = (
    _("Each code bears its share of its order line; the shares add up to the line (P3)."),
    _("A code counts for the cost centre of its assignment, else for that of its order."),
    _("Orders that were cancelled do not count. Amounts of different currencies stay apart."),
)


def charge_back_table(
    parts: Sequence[Part], ordered: Sequence[Money], made_at: datetime
) -> Table[Part]:
    """`ordered` are the sums of the order lines: a file that says otherwise is not finished."""
    amount: Column[Part] = Column(_("Amount"), lambda part: part.amount, Kind.MONEY)
    columns: tuple[Column[Part], ...] = (
        Column(_("Currency"), lambda part: part.amount.currency),
        Column(_("Department"), lambda part: part.bearer.department),
        Column(_("Cost centre"), lambda part: part.bearer.cost_centre),
        Column(_("State"), lambda part: GIVING_WORDS[part.bearer.giving]),
        Column(_("Codes"), lambda part: part.code_count, Kind.INTEGER),
        amount,
    )
    return Table(
        _("Charge-back"),
        columns,
        parts,
        made_at,
        totals=(Total(amount, tuple(ordered)),),
        notes=NOTES,
        marks=(_("Before tax"),),
    )
