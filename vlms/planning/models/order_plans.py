"""Tables of order plans: what was planned, version by version, and the drafts made of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.agreements.models import Agreement
from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility
from vlms.orders.models import Order

_SEEN = Visibility(agreement="agreement_id")


class OrderPlan(Keyed, Base):
    """How many exams people will need under an agreement (O6); `version` counts its editions."""

    __tablename__ = "order_plan"
    __table_args__ = (
        Index("ix_order_plan_organisation", "organisation_id", "made_at"),
        Index("ix_order_plan_agreement", "agreement_id"),
    )
    visible = _SEEN
    audited = ("title", "version", "begins_on", "agreement_id")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    title: Mapped[str] = mapped_column(String(120))
    version: Mapped[int] = mapped_column(Integer)
    # The day on which preparing begins, or began.
    begins_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    agreement: Mapped[Agreement] = relationship()
    versions: Mapped[list[OrderPlanVersion]] = relationship(
        back_populates="plan", order_by="OrderPlanVersion.version"
    )


class OrderPlanVersion(Keyed, Base):
    """One edition of a plan, never changed: its goals, and what it came to on that day.

    `goals` are rows as they were entered, `result` the waves as they were reckoned.
    """

    __tablename__ = "order_plan_version"
    __table_args__ = (Index("uq_order_plan_version", "plan_id", "version", unique=True),)
    visible = _SEEN

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("order_plan.id"))
    version: Mapped[int] = mapped_column(Integer)
    goals: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    result: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(Instant)
    saved_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    plan: Mapped[OrderPlan] = relationship(back_populates="versions")


class OrderPlanDraft(Base):
    """An order draft that was made of a version of a plan."""

    __tablename__ = "order_plan_draft"
    visible = _SEEN

    version_id: Mapped[UUID] = mapped_column(ForeignKey("order_plan_version.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)

    order: Mapped[Order] = relationship()
