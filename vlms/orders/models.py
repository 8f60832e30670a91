"""Tables of orders, their lines and their history."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.catalog.models import PriceLevel, Product
from vlms.core.db import Base, Instant, Keyed, UnitPrice, choice
from vlms.core.scope import SHARED, Visibility
from vlms.orders.rules.order_clock import OrderState, OrderStep

_SEEN = Visibility(agreement="agreement_id", reseller="reseller_id")


class ChargeType(StrEnum):
    """The words of the reconciliation formats."""

    NEW = "new"
    ADD_QUANTITY = "addQuantity"
    RENEW = "renew"


class Order(Keyed, Base):
    """A basket under one agreement; priced while a draft, fixed when placed."""

    __tablename__ = "order"
    __table_args__ = (
        Index("uq_order_number", "number", unique=True),
        Index("ix_order_organisation", "organisation_id", "state"),
        Index("ix_order_reseller", "reseller_id", "state"),
        Index("ix_order_agreement", "agreement_id"),
        Index("uq_order_brought_by", "brought_by_order_id", unique=True),
    )
    visible = _SEEN
    audited = (
        "number",
        "state",
        "purchase_order",
        "cost_centre",
        "total_minor",
        "price_level",
        "ordered_on",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(20))
    state: Mapped[OrderState] = mapped_column(choice(OrderState, "order_state"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    price_level: Mapped[PriceLevel | None] = mapped_column(choice(PriceLevel, "order_price_level"))
    purchase_order: Mapped[str | None] = mapped_column(String(60))
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    # The day that prices and months count from (P1): of placing, in the agreement's zone.
    ordered_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # A3: the purchase in answer to which the system placed this one, at no charge.
    brought_by_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("order.id"))
    placed_at: Mapped[datetime | None] = mapped_column(Instant)
    processed_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    invoiced_at: Mapped[datetime | None] = mapped_column(Instant)
    fulfilled_at: Mapped[datetime | None] = mapped_column(Instant)
    # When it came here from where it was placed; None: it was placed here.
    moved_in_at: Mapped[datetime | None] = mapped_column(Instant)

    agreement: Mapped[Agreement] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    reseller: Mapped[Organisation | None] = relationship(foreign_keys=[reseller_id])
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.position"
    )
    events: Mapped[list[OrderEvent]] = relationship(
        back_populates="order", order_by="OrderEvent.id"
    )
    consents: Mapped[list[PriceConsent]] = relationship(
        back_populates="order", order_by="PriceConsent.id"
    )


class OrderLine(Keyed, Base):
    """One product of an order; `trace` keeps every fact of its price (P1–P6)."""

    __tablename__ = "order_line"
    __table_args__ = (
        Index("uq_order_line", "order_id", "position", unique=True),
        Index("ix_order_line_agreement", "agreement_id", "charge_end"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("delivered_quantity BETWEEN 0 AND quantity", name="delivered"),
    )
    visible = _SEEN
    audited = (
        "product_id",
        "quantity",
        "twelve_months_asked",
        "months",
        "unit_price",
        "amount_minor",
        "charge_start",
        "charge_end",
        "delivered_quantity",
        "exception_note",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int] = mapped_column(Integer)
    twelve_months_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    # O3: the customer took the period after the anchor instead.
    next_period_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    charge_type: Mapped[ChargeType] = mapped_column(choice(ChargeType, "order_line_charge_type"))
    months: Mapped[int | None] = mapped_column(Integer)
    unit_price: Mapped[Decimal | None] = mapped_column(UnitPrice)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    charge_start: Mapped[date | None] = mapped_column(Date)
    charge_end: Mapped[date | None] = mapped_column(Date)
    # A line that makes others end with it (O3): a 12-month line, placed.
    is_twelve_months: Mapped[bool] = mapped_column(Boolean, default=False)
    trace: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    delivered_quantity: Mapped[int] = mapped_column(Integer, default=0)
    # O4: why the delivery is short; open while it is.
    exception_note: Mapped[str | None] = mapped_column(String(500))

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()


class OrderEvent(Keyed, Base):
    """A step of an order's life: when it happened, who recorded it, with which reference."""

    __tablename__ = "order_event"
    __table_args__ = (Index("ix_order_event_order", "order_id"),)
    visible = _SEEN

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    step: Mapped[OrderStep] = mapped_column(choice(OrderStep, "order_event_step"))
    happened_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    reference: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(500))

    order: Mapped[Order] = relationship(back_populates="events")


class ConsentState(StrEnum):
    """`withdrawn`: the invoice was recorded anew, or the order cancelled, before an answer."""

    ASKED = "asked"
    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class PriceConsent(Keyed, Base):
    """A publisher's invoice that makes an order dearer, for the customer to agree to (P5).

    What is agreed to is exactly this: `lines` are the traces of the lines priced again, by
    their keys. Totals are net, in minor units of the order's currency.
    """

    __tablename__ = "price_consent"
    __table_args__ = (
        Index("ix_price_consent_order", "order_id"),
        Index(
            "uq_price_consent_asked",
            "order_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )
    visible = _SEEN
    audited = ("state", "old_total_minor", "new_total_minor", "invoiced_at", "reference")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    state: Mapped[ConsentState] = mapped_column(choice(ConsentState, "price_consent_state"))
    old_total_minor: Mapped[int] = mapped_column(BigInteger)
    new_total_minor: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[dict[str, Any]] = mapped_column(JSON)
    # O4: the new total is above the organisation's limit, so two people decide.
    is_above_limit: Mapped[bool] = mapped_column(Boolean)
    # The publisher's invoice as it was to be recorded.
    invoiced_at: Mapped[datetime] = mapped_column(Instant)
    reference: Mapped[str | None] = mapped_column(String(80))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # In whose workspace it was asked, so that the answer's mail leads there.
    asked_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    note: Mapped[str | None] = mapped_column(String(500))

    order: Mapped[Order] = relationship(back_populates="consents")


class NumberSeries(Base):
    """The next human number of a series; taken by a guarded update."""

    __tablename__ = "number_series"
    visible = SHARED

    series: Mapped[str] = mapped_column(String(60), primary_key=True)
    next_number: Mapped[int] = mapped_column(Integer)
