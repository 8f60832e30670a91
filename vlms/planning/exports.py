"""Tables of money at risk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from vlms.catalog.models import Product
from vlms.core.text import Name, _
from vlms.exports.table import Column, Kind, Table
from vlms.planning.outlook import Risk
from vlms.planning.outlook_words import NOTES, place_of


def product_name(product: Product) -> Name:
    """As its reader's language has it."""
    return Name(product.name_en, chinese=product.name_zh)


def a_week(risk: Risk) -> Decimal:
    """The uses of a week as they are shown: one decimal; none of what no school may draw."""
    return Decimal(f"{risk.pace.a_week if risk.stock.is_given_out else 0:.1f}")


RISK_COLUMNS: tuple[Column[Risk], ...] = (
    Column(_("Agreement"), lambda risk: risk.stock.agreement.number),
    Column(_("Product"), lambda risk: product_name(risk.stock.product)),
    Column(_("School"), place_of),
    Column(_("Pack"), lambda risk: risk.stock.pack.number if risk.stock.pack else None),
    Column(_("Last day"), lambda risk: risk.part.last_day, Kind.DATE),
    Column(_("Days left"), lambda risk: risk.days_left, Kind.INTEGER),
    Column(_("Not assigned"), lambda risk: risk.counted.unassigned, Kind.INTEGER),
    Column(_("Assigned, unused"), lambda risk: risk.counted.assigned, Kind.INTEGER),
    Column(_("With an appointment"), lambda risk: risk.counted.booked, Kind.INTEGER),
    Column(_("Use a week"), lambda risk: f"{a_week(risk):f}"),
    Column(_("Expected left-over"), lambda risk: risk.left.expected, Kind.INTEGER),
    Column(_("At least"), lambda risk: risk.left.low, Kind.INTEGER),
    Column(_("At most"), lambda risk: risk.left.high, Kind.INTEGER),
    Column(_("Currency"), lambda risk: risk.stock.agreement.currency),
    Column(_("Value unused"), lambda risk: risk.counted.value, Kind.MONEY),
    Column(_("Expected loss"), lambda risk: risk.amounts.expected, Kind.MONEY),
    Column(_("Loss at least"), lambda risk: risk.amounts.low, Kind.MONEY),
    Column(_("Loss at most"), lambda risk: risk.amounts.high, Kind.MONEY),
)


def risk_table(risks: Sequence[Risk], made_at: datetime) -> Table[Risk]:
    """Money at risk, row by row, as on its page."""
    return Table(
        _("Money at risk"),
        RISK_COLUMNS,
        risks,
        made_at,
        notes=NOTES,
        marks=(_("Before tax"),),
    )
