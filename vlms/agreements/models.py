"""Tables of agreements and their contacts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation, School
from vlms.catalog.models import PriceLevel
from vlms.catalog.models import Programme as Programme
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.language import Language
from vlms.core.scope import Visibility


class LevelMode(StrEnum):
    """P4: the price level is fixed for the term, or follows the points ordered."""

    FIXED = "fixed"
    POINTS = "points"


class Agreement(Keyed, Base):
    """Under which orders are placed; its days are days in its own zone."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("ix_agreement_organisation", "organisation_id", "last_day"),
        Index("ix_agreement_reseller", "reseller_id"),
        Index("uq_agreement_predecessor", "predecessor_id", unique=True),
        CheckConstraint("last_day >= first_day", name="term"),
    )
    visible = Visibility(agreement="id", reseller="reseller_id", schools_read=True)
    audited = (
        "number",
        "programme",
        "first_day",
        "last_day",
        "country",
        "time_zone",
        "currency",
        "level_mode",
        "price_level",
        "reseller_id",
        "account_manager_name",
        "account_manager_email",
        "predecessor_id",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    programme: Mapped[Programme] = mapped_column(choice(Programme, "agreement_programme"))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    level_mode: Mapped[LevelMode] = mapped_column(choice(LevelMode, "agreement_level_mode"))
    price_level: Mapped[PriceLevel] = mapped_column(choice(PriceLevel, "agreement_price_level"))
    account_manager_name: Mapped[str] = mapped_column(String(200))
    account_manager_email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(Instant)
    # The agreement that this one renews. Without a foreign key, which SQLite can add only by
    # making the table anew, without its checks.
    predecessor_id: Mapped[UUID | None] = mapped_column(Uuid)

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    reseller: Mapped[Organisation | None] = relationship(foreign_keys=[reseller_id])
    contacts: Mapped[list[AgreementContact]] = relationship(
        back_populates="agreement", order_by="AgreementContact.kind"
    )
    reseller_changes: Mapped[list[ResellerChange]] = relationship(
        back_populates="agreement", order_by="ResellerChange.first_day"
    )
    schools: Mapped[list[School]] = relationship(
        secondary="agreement_school", order_by="School.name", viewonly=True
    )

    @classmethod
    def former_sellers_read(cls, reseller_id: UUID) -> ColumnElement[bool]:
        return cls.id.in_(ResellerChange.in_places("agreement_id", "former_id", {reseller_id}))


class ResellerChange(Keyed, Base):
    """From `first_day` on, a day in the agreement's zone, another reseller takes it on (O4).

    No reseller before or after: the operator records the steps. `done_at` is empty while the
    day is still to come.
    """

    __tablename__ = "reseller_change"
    __table_args__ = (
        Index("uq_reseller_change", "agreement_id", "first_day", unique=True),
        Index(
            "uq_reseller_change_planned",
            "agreement_id",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_reseller_change_former", "former_id"),
    )
    visible = Visibility(agreement="agreement_id", reseller="reseller_id")
    audited = ("former_id", "reseller_id", "first_day", "hands_over", "reason", "done_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    former_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    first_day: Mapped[date] = mapped_column(Date)
    # Whether the orders go along that the publisher has not invoiced by then.
    hands_over: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(500))
    planned_at: Mapped[datetime] = mapped_column(Instant)
    planned_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    done_at: Mapped[datetime | None] = mapped_column(Instant)

    agreement: Mapped[Agreement] = relationship(back_populates="reseller_changes")
    former: Mapped[Organisation | None] = relationship(foreign_keys=[former_id])
    reseller: Mapped[Organisation | None] = relationship(foreign_keys=[reseller_id])

    @classmethod
    def former_sellers_read(cls, reseller_id: UUID) -> ColumnElement[bool]:
        return cls.former_id == reseller_id


class ContactKind(StrEnum):
    """O5 and O7: to whom messages go, and whom to ask by topic."""

    NOTICES_ONLINE = "notices_online"
    ONLINE_ADMINISTRATOR = "online_administrator"
    PRICING = "pricing"
    CODES = "codes"
    EXAM_PROVIDER = "exam_provider"
    CERTIFICATION_PROFILES = "certification_profiles"
    PARTNER_SUPPORT = "partner_support"


class AgreementContact(Keyed, Base):
    __tablename__ = "agreement_contact"
    __table_args__ = (Index("uq_agreement_contact", "agreement_id", "kind", unique=True),)
    visible = Visibility(agreement="agreement_id", reseller="reseller_id", schools_read=True)
    audited = ("kind", "name", "email", "language")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[ContactKind] = mapped_column(choice(ContactKind, "agreement_contact_kind"))
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(choice(Language, "agreement_contact_language"))

    agreement: Mapped[Agreement] = relationship(back_populates="contacts")

    @classmethod
    def former_sellers_read(cls, reseller_id: UUID) -> ColumnElement[bool]:
        # Messages of the orders that stayed go to them (O5).
        former = ResellerChange.in_places("agreement_id", "former_id", {reseller_id})
        return cls.agreement_id.in_(former)


class AgreementSchool(Base):
    """Which schools of an institution an agreement covers."""

    __tablename__ = "agreement_school"
    visible = Visibility(agreement="agreement_id", school="school_id")

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
