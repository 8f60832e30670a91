"""The append-only table of charges: what statements, exports and reconciliation add up."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.catalog.models import Product
from vlms.core.db import Base, Instant, Keyed, UnitPrice, choice
from vlms.core.scope import Visibility
from vlms.orders.models import ChargeType, Order, OrderLine


class ChargeReason(StrEnum):
    """Why a charge was written; a cancellation and a lower price have negative amounts."""

    PURCHASE = "purchase"
    REPRICING = "repricing"
    CANCELLATION = "cancellation"
    # Given back under the former reseller, charged under the new one.
    HANDOVER = "handover"


class Charge(Keyed, Base):
    """What a line costs, or by how much that changed: net, to the minor unit (P1, P3).

    A cut-off is an instant: charges recorded until then are in, for ever (I18).
    """

    __tablename__ = "charge"
    __table_args__ = (
        Index("uq_charge_line", "order_line_id", "sequence", unique=True),
        Index("ix_charge_organisation", "organisation_id", "charged_on", "id"),
        Index("ix_charge_reseller", "reseller_id", "charged_on", "id"),
        Index("ix_charge_agreement", "agreement_id", "charged_on"),
    )
    visible = Visibility(agreement="agreement_id", reseller="reseller_id", append_only=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    # 1 is the purchase; later ones change it.
    sequence: Mapped[int] = mapped_column(Integer)
    reason: Mapped[ChargeReason] = mapped_column(choice(ChargeReason, "charge_reason"))
    charge_type: Mapped[ChargeType] = mapped_column(choice(ChargeType, "charge_type"))
    # Negative for a cancellation, 0 for a repricing.
    quantity: Mapped[int] = mapped_column(Integer)
    # For 12 months, before tax; of a repricing the new one.
    unit_price: Mapped[Decimal] = mapped_column(UnitPrice)
    months: Mapped[int] = mapped_column(Integer)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    # The day in the agreement's zone; it tells the period.
    charged_on: Mapped[date] = mapped_column(Date)
    charge_start: Mapped[date] = mapped_column(Date)
    charge_end: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    # The product's publisher as it was then, so that a cut-off says the same for ever (I18).
    publisher_name: Mapped[str | None] = mapped_column(String(120))
    publisher_number: Mapped[str | None] = mapped_column(String(60))
    # Charged and invoiced where the order was placed, before it moved in here.
    is_opening: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))

    order: Mapped[Order | None] = relationship()
    line: Mapped[OrderLine | None] = relationship()
    product: Mapped[Product] = relationship()
