"""Tables of the sites at which exams of site packs are delivered, and their gate (A1)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation, School, User
from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility


class DeliverySite(Keyed, Base):
    """A place of delivery; an authorized testing center while its number is valid (A1).

    Without a school it serves all schools of the institution. Its days are the school's.
    """

    __tablename__ = "delivery_site"
    __table_args__ = (Index("uq_delivery_site_name", "organisation_id", "name", unique=True),)
    visible = Visibility(school="school_id", schools_share=True)
    audited = ("name", "school_id", "center_number", "valid_from", "valid_to", "closed_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(300), default="")
    # The Certiport Authorized Testing Center number.
    center_number: Mapped[str | None] = mapped_column(String(40))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship()
    school: Mapped[School | None] = relationship()
    checks: Mapped[list[SiteCheck]] = relationship(back_populates="site")


class SiteCheck(Keyed, Base):
    """One technical requirement of the checklist, ticked: by whom and when (A1)."""

    __tablename__ = "site_check"
    __table_args__ = (Index("uq_site_check", "site_id", "requirement_key", unique=True),)
    visible = Visibility(school="school_id", schools_share=True)
    audited = ("requirement_key", "ticked_at", "ticked_by")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    site_id: Mapped[UUID] = mapped_column(ForeignKey("delivery_site.id"))
    requirement_key: Mapped[str] = mapped_column(String(60))
    ticked_at: Mapped[datetime | None] = mapped_column(Instant)
    ticked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    site: Mapped[DeliverySite] = relationship(back_populates="checks")
    user: Mapped[User | None] = relationship()
