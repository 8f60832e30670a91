"""Reads the charges of a statement up to a cut-off (I18), with their tax and invoices.

Columns, not records: a statement may have some hundred thousand lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.billing.models.charges import Charge
from vlms.billing.models.invoices import Invoice, InvoiceLine
from vlms.billing.models.publisher import PublisherInvoice, PublisherInvoiceLine
from vlms.billing.queries.handed_over import LineName, names_of_handed_over
from vlms.billing.queries.statement_parties import customers_of, parties_of
from vlms.billing.queries.taxes import TaxTerms, tax_terms
from vlms.billing.rules.layouts import Parties
from vlms.billing.rules.statement import Customer, Item, StatementLine, Sum, sums_by_kind
from vlms.billing.rules.tax import Taxable, TaxMode, line_taxes
from vlms.catalog.models import Product
from vlms.orders.models import Order, OrderLine

_AT_ONCE = 5_000
_Group = tuple[UUID, str, str, TaxMode]


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """Charges of these days that were recorded until the cut-off; None narrows nothing."""

    first: date
    last: date
    cut_off_at: datetime
    reseller_id: UUID | None = None
    organisation_id: UUID | None = None
    agreement_id: UUID | None = None
    currency: str | None = None

    @property
    def line_ids(self) -> Select[UUID]:
        """The order lines that are charged."""
        return select(Charge.order_line_id).where(*self.conditions)

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [
            Charge.charged_on.between(self.first, self.last),
            Charge.recorded_at <= self.cut_off_at,
        ]
        for column, value in (
            (Charge.reseller_id, self.reseller_id),
            (Charge.organisation_id, self.organisation_id),
            (Charge.agreement_id, self.agreement_id),
            (Charge.currency, self.currency),
        ):
            if value is not None:
                found.append(column == value)
        return found


@dataclass(frozen=True)
class Statement:
    """A statement's lines by currency, customer, order and position, and what they sum up to."""

    wanted: StatementFilter
    parties: Parties
    lines: Sequence[StatementLine]
    sums: Sequence[Sum]


def statement_of(session: Session, wanted: StatementFilter) -> Statement:
    """The statement; the same filter gives the same lines for ever (I18)."""
    named = _named(session, wanted)
    rows = [row for row, _name in named]
    customers = customers_of(session, wanted.reseller_id)
    items: dict[Item, Item] = {}
    numbers = _publisher_numbers(session, wanted)
    paid = _paid(session, wanted)
    taxes = _taxes(session, rows, paid)
    lines = []
    for (row, name), tax in zip(named, taxes, strict=True):
        item = _item(row)
        item = items.setdefault(item, item)
        customer = customers.get(row.organisation_id) or _customer(row)
        customers[row.organisation_id] = replace(customer, name=row.name, country=row.country)
        invoiced = paid.get(row.order_line_id)
        number = numbers.get(row.order_line_id) or (invoiced.number if invoiced else "")
        lines.append(_line(row, name, customers[row.organisation_id], item, tax, number))
    return Statement(wanted, parties_of(session, wanted.reseller_id), lines, sums_by_kind(lines))


def _statement(wanted: StatementFilter) -> Any:
    return of_charges(
        select(
            Charge.organisation_id,
            Charge.order_id,
            Charge.order_line_id,
            Charge.sequence,
            Charge.charged_on,
            Charge.reason,
            Charge.charge_type,
            Charge.quantity,
            Charge.unit_price,
            Charge.months,
            Charge.net_minor,
            Charge.currency,
            Charge.charge_start,
            Charge.charge_end,
            Charge.publisher_name,
            Charge.publisher_number,
            Charge.is_opening,
            Order.number,
            Order.ordered_on,
            OrderLine.position,
            OrderLine.quantity.label("ordered"),
            Organisation.name,
            Organisation.slug,
            Agreement.country,
            Product.key,
            Product.name_en,
            Product.name_zh,
        )
    ).where(*wanted.conditions)


def of_charges(columns: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """These columns of charges, with what each belongs to beside it.

    A former reseller does not see the order any more, but what it was charged for it.
    """
    return (
        columns.select_from(Charge)
        .outerjoin(Order, Order.id == Charge.order_id)
        .outerjoin(OrderLine, OrderLine.id == Charge.order_line_id)
        .join(Organisation, Organisation.id == Charge.organisation_id)
        .join(Product, Product.id == Charge.product_id)
        .join(Agreement, Agreement.id == Charge.agreement_id)
    )


def _named(session: Session, wanted: StatementFilter) -> list[tuple[Row[Any], LineName]]:
    """The charges by currency, order and position; also of orders that were handed over."""
    rows = session.execute(_statement(wanted).execution_options(yield_per=_AT_ONCE)).all()
    gone = names_of_handed_over([row.order_line_id for row in rows if row.number is None])
    named = [(row, gone.get(row.order_line_id) or _name(row)) for row in rows]
    named.sort(key=lambda one: (one[0].currency, *one[1].place, one[0].sequence))
    return named


def _name(row: Row[Any]) -> LineName:
    return LineName(row.number, row.position, row.ordered_on, row.ordered)


def _line(
    row: Row[Any], name: LineName, customer: Customer, item: Item, tax_minor: int, number: str
) -> StatementLine:
    assert name.ordered_on is not None
    return StatementLine(
        customer=customer,
        item=item,
        order_id=row.order_id if row.number else None,
        line_id=row.order_line_id,
        order_number=name.order_number,
        position=name.position,
        sequence=row.sequence,
        ordered_on=name.ordered_on,
        charged_on=row.charged_on,
        reason=row.reason.value,
        charge_type=row.charge_type.value,
        quantity=row.quantity,
        ordered=name.quantity,
        unit_price=row.unit_price,
        months=row.months,
        net_minor=row.net_minor,
        tax_minor=tax_minor,
        currency=row.currency,
        start=row.charge_start,
        end=row.charge_end,
        invoice_number=number,
        is_opening=row.is_opening,
    )


def _item(row: Row[Any]) -> Item:
    names = (row.key, row.name_en, row.name_zh)
    return Item(*names, row.publisher_name or "", row.publisher_number or "")


def _customer(row: Row[Any]) -> Customer:
    return Customer(row.organisation_id, row.slug, row.name, "", row.country)


def _publisher_numbers(session: Session, wanted: StatementFilter) -> Mapping[UUID, str]:
    """The publisher's invoice of each line, for the reseller alone."""
    if wanted.reseller_id is None:
        return {}
    statement = (
        select(PublisherInvoiceLine.order_line_id, PublisherInvoice.number)
        .join(PublisherInvoiceLine.invoice)
        .where(
            PublisherInvoice.reseller_id == wanted.reseller_id,
            PublisherInvoice.recorded_at <= wanted.cut_off_at,
            PublisherInvoiceLine.order_line_id.in_(wanted.line_ids),
        )
        .order_by(PublisherInvoice.number)
    )
    return {line_id: number for line_id, number in session.execute(statement)}


@dataclass(frozen=True, slots=True)
class Paid:
    """The invoice line that asks for an order line."""

    number: str
    currency: str
    net_minor: int
    tax_minor: int


def _paid(session: Session, wanted: StatementFilter) -> dict[UUID, Paid]:
    """By order line the invoice that had been posted by the cut-off, the last one first."""
    statement = (
        select(
            InvoiceLine.order_line_id,
            Invoice.number,
            Invoice.currency,
            InvoiceLine.net_minor,
            InvoiceLine.tax_minor,
        )
        .join(InvoiceLine.invoice)
        .where(
            *posted_until(wanted.cut_off_at),
            InvoiceLine.credits_id.is_(None),
            InvoiceLine.order_line_id.in_(wanted.line_ids),
        )
        .order_by(Invoice.posted_at, Invoice.number)
    )
    return {
        line_id: Paid(number or "", currency, net, tax)
        for line_id, number, currency, net, tax in session.execute(statement)
    }


def posted_until(cut_off_at: datetime) -> list[ColumnElement[bool]]:
    """Invoices that had been posted at an instant and were not void yet (I18)."""
    is_void = Invoice.voided_at.is_not(None) & (Invoice.voided_at <= cut_off_at)
    return [Invoice.posted_at <= cut_off_at, ~is_void]


def _taxes(session: Session, rows: Sequence[Row[Any]], paid: Mapping[UUID, Paid]) -> list[int]:
    """Each charge's tax: that of its invoice where it says the same, else the day's (P3)."""
    terms = _Terms(session)
    taxes = [0] * len(rows)
    groups: dict[_Group, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        own = paid.get(row.order_line_id)
        if own and (own.net_minor, own.currency) == (abs(row.net_minor), row.currency):
            # What is given back takes its tax along, to the cent.
            taxes[place] = own.tax_minor if row.net_minor > 0 else -own.tax_minor
        else:
            mode = terms.of(row).mode
            groups[row.organisation_id, row.currency, row.country, mode].append(place)
    for (_who, _currency, _country, mode), places in groups.items():
        taxables = [
            Taxable(rows[at].net_minor, terms.of(rows[at]).percent_of(rows[at].key))
            for at in places
        ]
        for at, tax in zip(places, line_taxes(taxables, mode), strict=True):
            taxes[at] = tax
    return taxes


class _Terms:
    """The taxes of countries and days, asked for once each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, date], TaxTerms] = {}

    def of(self, row: Row[Any]) -> TaxTerms:
        key = row.country, row.charged_on
        if key not in self._known:
            self._known[key] = tax_terms(self._session, *key)
        return self._known[key]
