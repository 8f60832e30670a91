"""Invoices and credit notes as papers and workbooks, and their lists; figures as stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from vlms.billing.invoice_words import COLUMN_WORDS, KIND_WORDS, STATE_WORDS
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceLine, InvoiceState
from vlms.billing.money_words import shown_percent
from vlms.billing.queries.invoices import get_whole_lines
from vlms.billing.queries.invoicing import get_invoice
from vlms.billing.service.invoicing_figures import rate_text
from vlms.billing.service.invoicing_posting import parties_of
from vlms.core.days import day_writer
from vlms.core.language import Language, tag_of
from vlms.core.money import Money
from vlms.core.text import Text, _
from vlms.exports.document import Block, Document, Facts, Heading, Note, Paragraph, Rows
from vlms.exports.table import Column, Kind, Table, Total
from vlms.orders.explanation import explain
from vlms.orders.exports import product_name
from vlms.orders.rules.trace import LineTrace, price_text

OWN_PRICE = _("The reseller's own price.")


@dataclass(frozen=True)
class Paper:
    """An invoice with its lines, what the paper says of both sides, and what it corrects."""

    invoice: Invoice
    lines: Sequence[InvoiceLine]
    seller: Mapping[str, Any]
    buyer: Mapping[str, Any]
    corrected: Invoice | None
    made_at: datetime

    @property
    def title(self) -> Text:
        return KIND_WORDS[self.invoice.kind]

    def money(self, minor: int) -> Money:
        return Money(minor, self.invoice.currency)

    @property
    def taxes(self) -> list[tuple[Decimal, Money]]:
        """The tax of each rate, the lowest first."""
        sums: dict[Decimal, int] = {}
        for line in self.lines:
            sums[line.tax_percent] = sums.get(line.tax_percent, 0) + line.tax_minor
        return [(percent, self.money(minor)) for percent, minor in sorted(sums.items())]


def paper_of(session: Session, invoice: Invoice, made_at: datetime) -> Paper:
    """All that the paper of an invoice says."""
    seller, buyer = parties_of(session, invoice)
    corrected = get_invoice(session, invoice.corrects_id) if invoice.corrects_id else None
    lines = get_whole_lines(session, invoice)
    return Paper(invoice, lines, seller, buyer, corrected, made_at)


def paper_name(invoice: Invoice) -> str:
    """The file's name without its ending."""
    return f"{invoice.kind.value.replace('_', '-')}-{invoice.number or 'draft'}"


def invoice_paper(paper: Paper, language: Language) -> Document:
    """The paper for the customer, written in the language that is being spoken."""
    invoice = paper.invoice
    has_roc_years = invoice.organisation.has_roc_years
    marks = [] if invoice.state is InvoiceState.POSTED else [STATE_WORDS[invoice.state]]
    blocks: list[Block] = [
        Heading(_("Seller")),
        Facts(list(_party(paper.seller))),
        Heading(_("Buyer")),
        Facts(list(_party(paper.buyer))),
        Heading(_("What it is about")),
        Facts(list(_heads(paper))),
        Rows(_paper_lines(paper)),
        Facts(list(_totals(paper))),
        *_closing(paper),
        *_explained(paper),
    ]
    return Document(
        paper.title,
        blocks,
        paper.made_at,
        number=invoice.number or "",
        marks=marks,
        language=tag_of(language),
        write_day=day_writer(language, has_roc_years),
    )


def invoice_book(paper: Paper) -> list[Table[Any]]:
    """A sheet of the lines with live totals, and one of what the paper says besides."""
    invoice = paper.invoice
    gross = _column(_("Gross"), lambda line: line.net_minor + line.tax_minor)
    net = _column(_("Net"), lambda line: line.net_minor)
    tax = _column(_("Tax"), lambda line: line.tax_minor)
    totals = (
        Total(net, (paper.money(invoice.net_minor),)),
        Total(tax, (paper.money(invoice.tax_minor),)),
        Total(gross, (paper.money(invoice.gross_minor),)),
    )
    columns = (*LINE_COLUMNS, net, _PERCENT, tax, gross, *_OF_ORDER, *_REASONS)
    lines = Table(_("Lines"), columns, paper.lines, paper.made_at, totals)
    pairs = [
        *_heads(paper),
        (_("Seller"), ""),
        *_party(paper.seller),
        (_("Buyer"), ""),
        *_party(paper.buyer),
    ]
    columns_of_heads = (
        Column[tuple[Text, object]](_("What"), lambda pair: pair[0]),
        Column[tuple[Text, object]](_("Value"), lambda pair: str(pair[1])),
    )
    return [lines, Table(paper.title, columns_of_heads, pairs, paper.made_at)]


def _column(heading: Text, minor: Any) -> Column[InvoiceLine]:
    return Column(heading, lambda line: Money(minor(line), line.invoice.currency), Kind.MONEY)


_PERCENT = Column[InvoiceLine](_("Tax rate"), lambda line: shown_percent(line.tax_percent))
LINE_COLUMNS = (
    Column[InvoiceLine](_("Line"), lambda line: line.position, Kind.INTEGER),
    Column[InvoiceLine](_("Order"), lambda line: line.order_number),
    Column[InvoiceLine](_("Product"), lambda line: product_name(line.product)),
    Column[InvoiceLine](_("Quantity"), lambda line: line.quantity, Kind.INTEGER),
    Column[InvoiceLine](_("Months"), lambda line: line.months, Kind.INTEGER),
    Column[InvoiceLine](_("First day"), lambda line: line.charge_start, Kind.DATE),
    Column[InvoiceLine](_("Last day"), lambda line: line.charge_end, Kind.DATE),
    Column[InvoiceLine](
        _("Unit price for 12 months"), lambda line: line.unit_price, Kind.UNIT_PRICE
    ),
    Column[InvoiceLine](_("Currency"), lambda line: line.invoice.currency),
)
_OF_ORDER = (
    Column[InvoiceLine](_("Purchase-order number"), lambda line: line.purchase_order),
    Column[InvoiceLine](_("Cost centre"), lambda line: line.cost_centre),
)
_REASONS = (
    Column[InvoiceLine](
        _("Reckoned as"),
        lambda line: LineTrace.from_json(line.trace).formula,
        meaning=_("Of the whole line as ordered, in the currency of its price (P1, P3)."),
    ),
    Column[InvoiceLine](_("Rules"), lambda line: ", ".join(line.trace["rules"])),
)
INVOICE_COLUMNS = (
    Column[Invoice](_("Number"), lambda one: one.number, of="number"),
    Column[Invoice](_("Kind"), lambda one: KIND_WORDS[one.kind], of="kind"),
    Column[Invoice](_("State"), lambda one: STATE_WORDS[one.state], of="state"),
    Column[Invoice](_("Customer"), lambda one: one.organisation.name, of="customer"),
    Column[Invoice](_("Reseller"), lambda one: one.reseller.name, of="reseller"),
    Column[Invoice](_("Invoice day"), lambda one: one.issued_on, Kind.DATE, of="issued_on"),
    Column[Invoice](_("Due on"), lambda one: one.due_on, Kind.DATE, of="due_on"),
    Column[Invoice](
        _("Purchase-order number"), lambda one: one.purchase_order, of="purchase_order"
    ),
    Column[Invoice](_("Cost centre"), lambda one: one.cost_centre, of="cost_centre"),
    Column[Invoice](_("Tax invoice number"), lambda one: one.tax_invoice_number, of="tax_invoice"),
    Column[Invoice](
        COLUMN_WORDS["allowance_number"], lambda one: one.allowance_number, of="tax_invoice"
    ),
    Column[Invoice](_("Currency"), lambda one: one.currency, of="gross"),
    Column[Invoice](
        _("Net"), lambda one: Money(one.net_minor, one.currency), Kind.MONEY, of="gross"
    ),
    Column[Invoice](
        _("Tax"), lambda one: Money(one.tax_minor, one.currency), Kind.MONEY, of="gross"
    ),
    Column[Invoice](
        _("Gross"), lambda one: Money(one.gross_minor, one.currency), Kind.MONEY, of="gross"
    ),
)


def invoice_table(invoices: Sequence[Invoice], made_at: datetime) -> Table[Invoice]:
    """Invoices and credit notes, one a row; drafts and void ones say so and are not summed."""
    return Table(_("Invoices"), INVOICE_COLUMNS, invoices, made_at)


def _party(facts: Mapping[str, Any]) -> Iterator[tuple[Text, object]]:
    words = (
        ("legal_name", _("Name")),
        ("latin_name", _("English name")),
        ("address", _("Postal address")),
        ("tax_number", _("Tax number")),
    )
    legal = facts.get("legal_name")
    for name, word in words:
        value = facts.get(name)
        if value and (name == "legal_name" or value != legal):
            yield word, value


def _heads(paper: Paper) -> Iterator[tuple[Text, object]]:
    invoice = paper.invoice
    orders = dict.fromkeys(line.order_number for line in paper.lines)
    corrected = paper.corrected
    found: tuple[tuple[Text, object], ...] = (
        (_("Number"), invoice.number),
        (_("Invoice day"), invoice.issued_on),
        (_("Due on"), invoice.due_on),
        (_("Corrects invoice"), corrected.number if corrected else None),
        (_("Its tax invoice number"), corrected.tax_invoice_number if corrected else None),
        (_("Reason"), invoice.reason),
        (_("Why it is void"), invoice.void_reason),
        (_("Tax invoice number"), invoice.tax_invoice_number),
        (COLUMN_WORDS["allowance_number"], invoice.allowance_number),
        (_("Purchase-order number"), invoice.purchase_order),
        (_("Cost centre"), invoice.cost_centre),
        (_("Orders"), ", ".join(orders)),
        *_of_orders(paper),
        (_("Exchange rate"), _rate(invoice)),
    )
    return ((word, value) for word, value in found if value)


def _of_orders(paper: Paper) -> Iterator[tuple[Text, object]]:
    """Where the orders' own numbers are not all the invoice's: each order's, with its number."""
    invoice = paper.invoice
    names = ((_("Purchase-order number"), "purchase_order"), (_("Cost centre"), "cost_centre"))
    for word, name in names:
        own = {line.order_number: getattr(line, name) for line in paper.lines}
        if set(own.values()) <= {getattr(invoice, name), None}:
            continue
        for number, value in own.items():
            label = _("%(fact)s of order %(number)s", fact=word, number=number)
            yield label, value


def _rate(invoice: Invoice) -> Text | None:
    rate = rate_text(invoice)
    return None if rate is None else _("%(rate)s, of %(day)s", rate=rate, day=invoice.rate_on)


def _paper_lines(paper: Paper) -> Table[InvoiceLine]:
    currency = paper.invoice.currency
    net = _column(_("Net"), lambda line: line.net_minor)
    columns = (
        *(LINE_COLUMNS[place] for place in (0, 2, 3, 4, 5, 6)),
        Column[InvoiceLine](
            _("Unit price for 12 months"),
            lambda line: price_text(line.unit_price, currency),
            Kind.FIGURE,
        ),
        net,
        _PERCENT,
        _column(_("Tax"), lambda line: line.tax_minor),
    )
    expected = (paper.money(paper.invoice.net_minor),)
    return Table(_("Lines"), columns, paper.lines, paper.made_at, (Total(net, expected),))


def _totals(paper: Paper) -> Iterator[tuple[Text, object]]:
    yield _("Net"), paper.money(paper.invoice.net_minor)
    for percent, money in paper.taxes:
        yield _("Tax %(percent)s", percent=shown_percent(percent)), money
    yield _("Gross"), paper.money(paper.invoice.gross_minor)


def _closing(paper: Paper) -> Iterator[Block]:
    if paper.invoice.kind is InvoiceKind.INVOICE and paper.seller.get("payment_details"):
        yield Heading(_("How to pay"))
        yield Paragraph(str(paper.seller["payment_details"]))


def _explained(paper: Paper) -> Iterator[Block]:
    if paper.invoice.kind is InvoiceKind.CREDIT_NOTE:
        return
    yield Heading(_("How it was counted"))
    for line in paper.lines:
        trace = LineTrace.from_json(line.trace)
        yield Paragraph(f"{line.position}. {product_name(line.product)}")
        if line.is_own_price:
            yield Note(OWN_PRICE)
        for one in explain(trace):
            yield Note(_("%(rule)s: %(text)s", rule=one.rule, text=one.text))
