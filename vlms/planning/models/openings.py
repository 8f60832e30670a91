"""Tables of moving in: signed opening balances, the orders they brought, entitlements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from vlms.catalog.models import Product
from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility
from vlms.orders.models import Order


class OpeningBalance(Keyed, Base):
    """What an organisation brought along, signed: nothing of it is ever changed.

    The same content is signed once. `sealed_paper` is the signed PDF under the master key.
    """

    __tablename__ = "opening_balance"
    __table_args__ = (
        Index("uq_opening_balance_content", "organisation_id", "content_digest", unique=True),
    )
    visible = Visibility(append_only=True)
    audited = ("filename", "opened_on", "content_digest", "paper_digest", "signed_name")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    filename: Mapped[str] = mapped_column(String(200))
    # The day whose state the workbook tells, in the organisation's zone.
    opened_on: Mapped[date] = mapped_column(Date)
    # SHA-256 in hexadecimal of the workbook as a file, and of the paper.
    content_digest: Mapped[str] = mapped_column(String(64))
    paper_digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(Instant)
    signed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    signed_name: Mapped[str] = mapped_column(String(200))
    # Rows by sheet, codes by state, sums by product and currency.
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed_paper: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class OpeningOrder(Keyed, Base):
    """An order that moved in, by the number it had before: each moves in once."""

    __tablename__ = "opening_order"
    __table_args__ = (
        Index("uq_opening_order_number", "organisation_id", "former_number", unique=True),
        Index("ix_opening_order_opening", "opening_id"),
    )
    visible = Visibility(agreement="agreement_id", reseller="reseller_id", append_only=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    opening_id: Mapped[UUID] = mapped_column(ForeignKey("opening_balance.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"), index=True)
    former_number: Mapped[str] = mapped_column(String(60))

    order: Mapped[Order] = relationship()


class Entitlement(Keyed, Base):
    """An existing right that is read and managed here but not ordered (training, E-Learning)."""

    __tablename__ = "entitlement"
    __table_args__ = (
        Index("uq_entitlement", "organisation_id", "product_id", "reference", unique=True),
        CheckConstraint("used_count BETWEEN 0 AND quantity", name="used"),
    )
    visible = Visibility()
    audited = ("product_id", "reference", "quantity", "used_count", "ends_on", "note")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    # The number of the agreement or enrolment that it comes from.
    reference: Mapped[str] = mapped_column(String(60))
    quantity: Mapped[int] = mapped_column(Integer)
    used_count: Mapped[int] = mapped_column(Integer)
    # Its last day, in the organisation's zone.
    ends_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(String(500))
    opening_id: Mapped[UUID | None] = mapped_column(ForeignKey("opening_balance.id"))
    version: Mapped[int] = mapped_column(Integer, default=1)

    product: Mapped[Product] = relationship()
