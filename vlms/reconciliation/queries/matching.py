"""Reads the charges of a month as plain values.

Columns, not records: a month may have some hundred thousand lines.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.billing.models.charges import Charge
from vlms.billing.queries.handed_over import LineName, names_of_handed_over
from vlms.billing.queries.statements import of_charges
from vlms.billing.queries.taxes import TaxTerms, tax_terms
from vlms.catalog.models import Product
from vlms.core.parts import in_parts
from vlms.core.reading import search_key
from vlms.orders.models import Order, OrderLine
from vlms.reconciliation.queries.delivered import Invoiced
from vlms.reconciliation.queries.months import Month
from vlms.reconciliation.rules.sides import OurCharge


@dataclass(frozen=True, slots=True)
class Names:
    """The records that a charge belongs to."""

    organisation_id: UUID
    agreement_id: UUID
    order_id: UUID
    line_id: UUID


def charges_of(
    session: Session, month: Month, names: dict[str, Names], invoiced: Mapping[UUID, Invoiced]
) -> list[OurCharge]:
    """The charges of the month; `names` is filled by their references."""
    return _charges(session, month.charges, names, invoiced)


def charges_elsewhere(
    session: Session, month: Month, order_numbers: Collection[str], names: dict[str, Names]
) -> list[OurCharge]:
    """Charges of other months for these orders."""
    found: list[OurCharge] = []
    other = ~Charge.charged_on.between(month.first, month.last)
    for some in in_parts(sorted(order_numbers)):
        conditions = (
            *month.until_now,
            other,
            Order.number.in_([number.upper() for number in some]),
        )
        found += _charges(session, conditions, names, {})
    return found


def _charges(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    names: dict[str, Names],
    invoiced: Mapping[UUID, Invoiced],
) -> list[OurCharge]:
    rows = session.execute(_statement(conditions)).all()
    gone = names_of_handed_over([row.order_line_id for row in rows if row.number is None])
    taxes = _Taxes(session)
    # All at once: the session would lie idle too long between two of them.
    for country, day in {(row.country, row.charged_on) for row in rows}:
        taxes.percent(country, day, "")
    found = []
    for row in rows:
        name = gone.get(row.order_line_id) or LineName(row.number, row.position, None)
        reference = f"{name.order_number}/{name.position}"
        names[reference] = Names(
            row.organisation_id, row.agreement_id, row.order_id, row.order_line_id
        )
        paid = invoiced.get(row.order_line_id)
        # Another price or currency on the invoice is no account of this charge.
        if paid is not None and (paid.net, paid.currency) != (row.net_minor, row.currency):
            paid = None
        percent = paid.percent if paid else taxes.percent(row.country, row.charged_on, row.key)
        found.append(_charge(row, name, paid, percent))
    return found


def _statement(conditions: Sequence[ColumnElement[bool]]) -> Any:
    return (
        of_charges(
            select(
                Charge.id,
                Order.number,
                OrderLine.position,
                Organisation.name,
                Product.key,
                Agreement.country,
                Charge.reason,
                Charge.quantity,
                Charge.unit_price,
                Charge.months,
                Charge.net_minor,
                Charge.currency,
                Charge.charge_start,
                Charge.charge_end,
                Charge.charged_on,
                Charge.organisation_id,
                Charge.agreement_id,
                Charge.order_id,
                Charge.order_line_id,
            )
        )
        .where(*conditions)
        .execution_options(yield_per=5_000)
    )


def _charge(
    row: Row[Any], name: LineName, paid: Invoiced | None, percent: Decimal | None
) -> OurCharge:
    return OurCharge(
        key=str(row.id),
        reference=f"{name.order_number}/{name.position}",
        order_number=search_key(name.order_number),
        customer=search_key(row.name),
        product=row.key,
        reason=row.reason.value,
        quantity=row.quantity,
        unit_price=row.unit_price,
        months=row.months,
        net=row.net_minor,
        currency=row.currency,
        start=row.charge_start,
        end=row.charge_end,
        charged_on=row.charged_on,
        tax=paid.tax if paid else None,
        percent=percent,
    )


class _Taxes:
    """The tax of products by country and day; asked once for each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, date], TaxTerms] = {}

    def percent(self, country: str, day: date, product: str) -> Decimal | None:
        """None where the tables say nothing of the country."""
        key = country, day
        if key not in self._known:
            self._known[key] = tax_terms(self._session, country, day)
        terms = self._known[key]
        return terms.percent_of(product) if terms.percents else None
