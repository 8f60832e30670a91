"""Tables of the publisher's invoices to a reseller; no customer ever sees them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.core.db import Base, Instant, Keyed, UnitPrice
from vlms.core.scope import Visibility
from vlms.orders.models import Order, OrderLine

_RESELLER = Visibility(organisation=None, reseller="reseller_id")


class PublisherInvoice(Keyed, Base):
    """What the publisher asks the reseller for, of several customers, in one currency."""

    __tablename__ = "publisher_invoice"
    __table_args__ = (
        Index("uq_publisher_invoice", "reseller_id", "number", "currency", unique=True),
        Index("ix_publisher_invoice_day", "reseller_id", "invoiced_on"),
        CheckConstraint("gross_minor = net_minor + tax_minor", name="gross"),
    )
    visible = _RESELLER
    audited = ("number", "currency", "invoiced_on", "net_minor", "tax_minor", "gross_minor")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    invoiced_on: Mapped[date] = mapped_column(Date)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    lines: Mapped[list[PublisherInvoiceLine]] = relationship(
        back_populates="invoice", order_by="PublisherInvoiceLine.position"
    )


class PublisherInvoiceLine(Keyed, Base):
    __tablename__ = "publisher_invoice_line"
    __table_args__ = (
        Index("uq_publisher_invoice_line", "invoice_id", "position", unique=True),
        Index("ix_publisher_invoice_line_order_line", "order_line_id"),
    )
    visible = _RESELLER
    audited = ("quantity", "unit_price", "net_minor", "tax_minor")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("publisher_invoice.id"))
    position: Mapped[int] = mapped_column(Integer)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id"))
    quantity: Mapped[int] = mapped_column(Integer)
    # For 12 months, before tax; None where the paper names none.
    unit_price: Mapped[Decimal | None] = mapped_column(UnitPrice)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)

    invoice: Mapped[PublisherInvoice] = relationship(back_populates="lines")
    order: Mapped[Order | None] = relationship()
    order_line: Mapped[OrderLine | None] = relationship()
