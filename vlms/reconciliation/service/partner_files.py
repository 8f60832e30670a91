"""A reseller's charges of a month in one of the two published layouts, tied out first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from vlms.billing.models.charges import ChargeReason
from vlms.billing.queries.profiles import find_seller, list_buyers
from vlms.billing.queries.taxes import TaxTerms, tax_terms
from vlms.billing.rules.tax import Taxable, line_taxes, shared
from vlms.core.money import round_half_up
from vlms.core.text import _
from vlms.reconciliation.queries.months import Month
from vlms.reconciliation.queries.partner_files import Billed, billed_lines, rows_of, sums_of
from vlms.reconciliation.rules.layouts import LayoutLine
from vlms.reconciliation.rules.tie_out import Sum, added, check_tie_out

# What the layouts say of a charge that is no plain purchase; English, as their words are.
_ADJUSTMENTS = {
    ChargeReason.PURCHASE: "",
    ChargeReason.REPRICING: "Priced again for the publisher's invoice (P5)",
    ChargeReason.CANCELLATION: "Cancelled (O4)",
    ChargeReason.HANDOVER: "Handed over between resellers (O4)",
}
_GIVEN_BACK = "cancelImmediate"


@dataclass(frozen=True)
class _Parties:
    """Whom the file names: numbers of the reseller and of its customers."""

    partner_number: str
    mpn_number: str
    customers: Mapping[UUID, tuple[str, str, str]]

    def customer(self, row: Row[Any]) -> tuple[str, str, str]:
        """Number, name and domain, as the reseller's papers have them."""
        return self.customers.get(row.organisation_id, (row.customer_slug, row.customer_name, ""))


def layout_lines(session: Session, month: Month) -> list[LayoutLine]:
    """The lines of the file. Raises Conflict where charges, lines and invoices do not tie out.

    Tax is the publisher's where its invoice is recorded; else reckoned by the country's
    terms on all lines of a country and currency together, as one invoice would (P3).
    """
    rows = rows_of(session, month)
    billed = billed_lines(session, month)
    taxes = _taxes(session, rows, billed)
    parties = _parties(session, month.reseller_id)
    lines = [_line(row, taxes[row.id], parties, billed) for row in rows]
    _check(sums_of(session, month), lines, _gaps(rows, billed))
    return lines


def _gaps(rows: Sequence[Row[Any]], billed: Mapping[UUID, Billed]) -> dict[str, Sum]:
    """By how much the publisher's invoices ask for more than was charged, by currency."""
    currencies = {row.order_line_id: row.currency for row in rows}
    gaps = (
        (currencies[line_id], asked.net - asked.charged_net) for line_id, asked in billed.items()
    )
    return added((currency, gap, gap) for currency, gap in gaps)


def _check(
    charged: Mapping[str, int], lines: Sequence[LayoutLine], gaps: Mapping[str, Sum]
) -> None:
    """The charges, the file's lines and the publisher's invoices must say the same."""
    file = added((line.currency, line.net, line.gross) for line in lines)
    taxes = {currency: one.gross - one.net for currency, one in file.items()}
    statement = {c: Sum(net, net + taxes.get(c, 0)) for c, net in charged.items()}
    invoiced = {currency: one + gaps.get(currency, Sum()) for currency, one in file.items()}
    check_tie_out(
        {
            "statement": (_("the statement of charges"), statement),
            "file": (_("the lines of the file"), file),
            "invoices": (_("the publisher's invoices"), invoiced),
        }
    )


def _parties(session: Session, reseller_id: UUID) -> _Parties:
    seller = find_seller(session, reseller_id)
    customers = {
        buyer.organisation_id: (
            buyer.customer_number or buyer.organisation.slug,
            buyer.legal_name,
            buyer.domain_name or "",
        )
        for buyer in list_buyers(session, reseller_id)
    }
    partner = (seller.partner_number or "") if seller else ""
    mpn = (seller.mpn_number or "") if seller else ""
    return _Parties(partner, mpn, customers)


def _taxes(
    session: Session, rows: Sequence[Row[Any]], billed: Mapping[UUID, Billed]
) -> dict[UUID, int]:
    """The tax of each charge by its key."""
    taxes: dict[UUID, int] = {}
    by_line: dict[UUID, list[Row[Any]]] = defaultdict(list)
    by_country: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        asked = billed.get(row.order_line_id)
        if asked is None or not asked.charged_net:
            by_country[row.country, row.currency].append(row)
        else:
            by_line[row.order_line_id].append(row)
    for line_id, some in by_line.items():
        taxes |= _of_invoice(billed[line_id], some)
    for (country, _currency), some in by_country.items():
        taxes |= _of_terms(session, country, some)
    return taxes


def _of_invoice(asked: Billed, rows: Sequence[Row[Any]]) -> dict[UUID, int]:
    """The invoice's tax of a line, shared by its charges as their nets are."""
    exact = [Fraction(asked.tax * row.net_minor, asked.charged_net) for row in rows]
    total = int(round_half_up(sum(exact, Fraction(0)), 0))
    shares = shared(total, exact, range(len(rows)))
    return {row.id: share for row, share in zip(rows, shares, strict=True)}


def _of_terms(session: Session, country: str, rows: Sequence[Row[Any]]) -> dict[UUID, int]:
    """Tax by the country's terms on the day of each charge; the latest day's rounding counts."""
    days = {row.charged_on for row in rows}
    terms: dict[Any, TaxTerms] = {day: tax_terms(session, country, day) for day in days}
    lines = [
        Taxable(row.net_minor, terms[row.charged_on].percent_of(row.product_key)) for row in rows
    ]
    taxes = line_taxes(lines, terms[max(days)].mode)
    return {row.id: tax for row, tax in zip(rows, taxes, strict=True)}


def _line(row: Row[Any], tax: int, parties: _Parties, billed: Mapping[UUID, Billed]) -> LayoutLine:
    customer_number, customer_name, domain = parties.customer(row)
    asked = billed.get(row.order_line_id)
    is_back = row.quantity < 0
    return LayoutLine(
        partner_number=parties.partner_number,
        mpn_number=parties.mpn_number,
        customer_number=customer_number,
        customer_name=customer_name,
        customer_domain=domain,
        customer_country=row.country,
        invoice_number=asked.number if asked else "",
        order_number=row.number,
        line_reference=f"{row.number}/{row.position}",
        ordered_on=row.ordered_on,
        product_key=row.product_key,
        product_name=row.product_name,
        charge_type=_GIVEN_BACK if is_back else row.charge_type.value,
        unit_price=row.unit_price,
        quantity=row.quantity,
        months=row.months,
        net=row.net_minor,
        tax=tax,
        currency=row.currency,
        charge_start=row.charge_start,
        charge_end=row.charge_end,
        adjustment=_ADJUSTMENTS[row.reason],
        reference=str(row.id),
    )
