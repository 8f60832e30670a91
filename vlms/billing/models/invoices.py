"""Tables of invoices to customers and of credit notes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    exists,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation
from vlms.billing.rules.tax import TaxMode
from vlms.catalog.models import Product
from vlms.core.db import Base, Instant, Keyed, UnitPrice, choice
from vlms.core.language import Language
from vlms.core.scope import Visibility
from vlms.orders.models import ChargeType, Order, OrderLine

# The customer sees an invoice once it is posted.
_SEEN = Visibility(organisation="shown_to_id", reseller="reseller_id")


class InvoiceKind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceState(StrEnum):
    """A posted one never changes; `void` (作廢) says that a tax invoice was declared void."""

    DRAFT = "draft"
    POSTED = "posted"
    VOID = "void"


class Invoice(Keyed, Base):
    """What a reseller asks a customer for, or gives back (a credit note, 折讓單).

    Amounts of a credit note are negative. Net, tax and gross are sums of its lines (I14).
    """

    __tablename__ = "invoice"
    __table_args__ = (
        Index(
            "uq_invoice_number",
            "reseller_id",
            "number",
            unique=True,
            sqlite_where=sql("number IS NOT NULL"),
            postgresql_where=sql("number IS NOT NULL"),
        ),
        Index(
            "uq_invoice_tax_invoice_number",
            "reseller_id",
            "tax_invoice_number",
            unique=True,
            sqlite_where=sql("tax_invoice_number IS NOT NULL"),
            postgresql_where=sql("tax_invoice_number IS NOT NULL"),
        ),
        Index(
            "uq_invoice_allowance_number",
            "reseller_id",
            "allowance_number",
            unique=True,
            sqlite_where=sql("allowance_number IS NOT NULL"),
            postgresql_where=sql("allowance_number IS NOT NULL"),
        ),
        Index("ix_invoice_reseller", "reseller_id", "issued_on", "id"),
        Index("ix_invoice_organisation", "organisation_id", "issued_on", "id"),
        CheckConstraint("(state = 'draft') = (number IS NULL)", name="number"),
        CheckConstraint("gross_minor = net_minor + tax_minor", name="gross"),
    )
    visible = _SEEN
    audited = (
        "number",
        "state",
        "purchase_order",
        "cost_centre",
        "issued_on",
        "due_on",
        "net_minor",
        "tax_minor",
        "gross_minor",
        "tax_invoice_number",
        "allowance_number",
        "reason",
        "void_reason",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # The customer, from the posting on; empty while it is a draft.
    shown_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[InvoiceKind] = mapped_column(choice(InvoiceKind, "invoice_kind"))
    state: Mapped[InvoiceState] = mapped_column(choice(InvoiceState, "invoice_state"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    number: Mapped[str | None] = mapped_column(String(40))
    # What a credit note corrects.
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    # Of a credit note: why it was given.
    reason: Mapped[str | None] = mapped_column(String(500))
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[Language] = mapped_column(choice(Language, "invoice_language"))
    issued_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    purchase_order: Mapped[str | None] = mapped_column(String(60))
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    # Of the seller and the buyer as they were when it was posted.
    seller: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    buyer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    tax_country: Mapped[str] = mapped_column(String(2))
    tax_mode: Mapped[TaxMode] = mapped_column(choice(TaxMode, "invoice_tax_mode"))
    net_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    tax_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    gross_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    # Taiwan: 發票字軌號碼, two letters and eight digits.
    tax_invoice_number: Mapped[str | None] = mapped_column(String(10))
    # Taiwan, of a credit note: that of the certificate (折讓證明單) issued for it.
    allowance_number: Mapped[str | None] = mapped_column(String(16))
    # Where prices are in another currency than the invoice.
    pricing_currency: Mapped[str | None] = mapped_column(String(3))
    rate_millionths: Mapped[int | None] = mapped_column(BigInteger)
    rate_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    posted_at: Mapped[datetime | None] = mapped_column(Instant)
    posted_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    void_reason: Mapped[str | None] = mapped_column(String(500))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    reseller: Mapped[Organisation] = relationship(foreign_keys=[reseller_id])
    lines: Mapped[list[InvoiceLine]] = relationship(
        back_populates="invoice", order_by="InvoiceLine.position"
    )

    @classmethod
    def of_agreements(cls, agreement_ids: Collection[UUID]) -> ColumnElement[bool]:
        return is_invoice_of(cls.id, agreement_ids)


class InvoiceLine(Keyed, Base):
    """One order line on an invoice, or what a credit note gives back of one.

    `tax_minor` is the line's own tax, or its share of the invoice's (largest remainder), so
    that the lines always add up to the invoice (I14).
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        Index("uq_invoice_line", "invoice_id", "position", unique=True),
        Index("ix_invoice_line_order_line", "order_line_id"),
    )
    visible = _SEEN
    audited = ("quantity", "unit_price", "net_minor", "tax_minor")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    shown_to_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int] = mapped_column(Integer)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    # The paper says it also after the order went to another reseller (O4).
    order_number: Mapped[str] = mapped_column(String(40))
    # The order's own, as they were when the draft was worked out.
    purchase_order: Mapped[str | None] = mapped_column(String(60))
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    # Of a credit note: the line that it gives back.
    credits_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    charge_type: Mapped[ChargeType] = mapped_column(choice(ChargeType, "invoice_line_charge_type"))
    quantity: Mapped[int] = mapped_column(Integer)
    months: Mapped[int] = mapped_column(Integer)
    # For 12 months, before tax, in the invoice's currency; the reseller's own where it differs.
    unit_price: Mapped[Decimal] = mapped_column(UnitPrice)
    is_own_price: Mapped[bool] = mapped_column(default=False)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    tax_percent: Mapped[Decimal] = mapped_column(UnitPrice)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    charge_start: Mapped[date] = mapped_column(Date)
    charge_end: Mapped[date] = mapped_column(Date)
    # How its amount came about (P1–P6), as on the order, at this price.
    trace: Mapped[dict[str, Any]] = mapped_column(JSON)

    invoice: Mapped[Invoice] = relationship(back_populates="lines")
    order: Mapped[Order | None] = relationship()
    order_line: Mapped[OrderLine | None] = relationship()
    product: Mapped[Product] = relationship()

    @classmethod
    def of_agreements(cls, agreement_ids: Collection[UUID]) -> ColumnElement[bool]:
        return is_invoice_of(cls.invoice_id, agreement_ids)


def is_invoice_of(
    invoice_id: ColumnElement[UUID] | InstrumentedAttribute[UUID],
    agreement_ids: Collection[UUID],
) -> ColumnElement[bool]:
    """That nothing on the invoice is of another agreement: its sums would tell of that one.

    On the bare table: conditions of scopes must not reach into it.
    """
    line = InvoiceLine.__table__.alias()
    foreign = line.c.agreement_id.not_in(sorted(agreement_ids))
    return ~exists().where(line.c.invoice_id == invoice_id, foreign)
