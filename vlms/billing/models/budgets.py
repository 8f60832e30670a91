"""The table of a customer's budgets."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Keyed
from vlms.core.scope import Visibility


class Budget(Keyed, Base):
    """What a cost centre may spend on orders, net, from a day to a day, in one currency."""

    __tablename__ = "budget"
    __table_args__ = (
        Index("uq_budget", "organisation_id", "cost_centre", "currency", "first_day", unique=True),
        CheckConstraint("last_day >= first_day", name="term"),
        CheckConstraint("amount_minor >= 0", name="amount"),
    )
    visible = Visibility()
    audited = ("cost_centre", "currency", "first_day", "last_day", "amount_minor")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    cost_centre: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
