"""Tables of a partner's locations: their MPN ids, and who belongs to which (K5)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Person
from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility


class PartnerLocation(Keyed, Base):
    """A place of a partner with an MPN id of its own; one of them is the headquarters."""

    __tablename__ = "partner_location"
    __table_args__ = (
        Index("uq_partner_location_mpn", "organisation_id", "mpn_id", unique=True),
        Index(
            "uq_partner_location_headquarters",
            "organisation_id",
            unique=True,
            sqlite_where=text("is_headquarters"),
            postgresql_where=text("is_headquarters"),
        ),
    )
    visible = Visibility()
    audited = ("mpn_id", "name", "city", "country", "is_headquarters")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    mpn_id: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    city: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    is_headquarters: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(Instant)


class PartnerLocationPerson(Keyed, Base):
    """That somebody belongs to a location; who stands nowhere belongs to the headquarters."""

    __tablename__ = "partner_location_person"
    __table_args__ = (
        Index("uq_partner_location_person", "person_id", unique=True),
        Index("ix_partner_location_person", "location_id"),
    )
    visible = Visibility(holder="person_id")
    audited = ("location_id",)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    location_id: Mapped[UUID] = mapped_column(ForeignKey("partner_location.id"))

    location: Mapped[PartnerLocation] = relationship()
    person: Mapped[Person] = relationship()
