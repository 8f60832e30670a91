"""Tables of competencies: monthly figures, and how each competency stood from day to day (K3)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed, UnitPrice, choice
from vlms.core.scope import Visibility
from vlms.partners.rules.attainment import CompetencyState


class CompetencyFigure(Keyed, Base):
    """What a month contributed to a metric of a path; `month` is its first day."""

    __tablename__ = "competency_figure"
    __table_args__ = (
        Index(
            "uq_competency_figure",
            "organisation_id",
            "competency",
            "path",
            "metric",
            "month",
            unique=True,
        ),
    )
    visible = Visibility()
    audited = ("competency", "path", "metric", "month", "contribution")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # Keys of the definitions, which are data beside the code.
    competency: Mapped[str] = mapped_column(String(60))
    path: Mapped[str] = mapped_column(String(60))
    metric: Mapped[str] = mapped_column(String(60))
    month: Mapped[date] = mapped_column(Date)
    contribution: Mapped[Decimal] = mapped_column(UnitPrice)


class CompetencySpell(Keyed, Base):
    """The days in which a competency stood in one way, in the organisation's zone.

    The one without a last day is how it stands now; its level is 1 for silver, 2 for gold.
    """

    __tablename__ = "competency_spell"
    __table_args__ = (
        Index(
            "uq_competency_spell_open",
            "organisation_id",
            "competency",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_competency_spell", "organisation_id", "competency", "started_on"),
    )
    visible = Visibility()
    audited = ("competency", "state", "level", "started_on", "ended_on")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    competency: Mapped[str] = mapped_column(String(60))
    state: Mapped[CompetencyState] = mapped_column(
        choice(CompetencyState, "competency_spell_state")
    )
    level: Mapped[int | None] = mapped_column(Integer)
    started_on: Mapped[date] = mapped_column(Date)
    # The last day on which it stood so.
    ended_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
