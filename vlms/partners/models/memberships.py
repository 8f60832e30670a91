"""Tables of membership offers that were bought, their orders, benefits and reminders (M1-M3)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
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
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_orders import MembershipOrderKind, MembershipOrderState
from vlms.partners.rules.membership_reminding import ReminderKind


class Membership(Keyed, Base):
    """An offer that an organisation has bought; its days are days of the organisation's zone.

    Whether it runs, can be renewed or has lapsed follows from `anniversary` (M1). `replaced_on` is
    the day on which it was bought anew after it had lapsed: then another row counts.
    """

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_family",
            "organisation_id",
            "family",
            unique=True,
            sqlite_where=text("replaced_on IS NULL"),
            postgresql_where=text("replaced_on IS NULL"),
        ),
        # The rounds look for what is due.
        Index("ix_membership_anniversary", "anniversary"),
    )
    visible = Visibility()
    audited = ("offer_key", "competency", "anniversary", "replaced_on")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    family: Mapped[OfferFamily] = mapped_column(choice(OfferFamily, "membership_family"))
    offer_key: Mapped[str] = mapped_column(String(40))
    # What a package was bought on: the competency that qualified (K3).
    competency: Mapped[str | None] = mapped_column(String(120))
    bought_on: Mapped[date] = mapped_column(Date)
    anniversary: Mapped[date] = mapped_column(Date)
    replaced_on: Mapped[date | None] = mapped_column(Date)
    currency: Mapped[str] = mapped_column(String(3))
    created_at: Mapped[datetime] = mapped_column(Instant)

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class MembershipOrder(Keyed, Base):
    """An order of a membership offer; until `pay_by` it can be paid, afterwards it has lapsed (M3).

    `anniversary` is the one that a renewal is for; a first purchase gets its membership once paid.
    """

    __tablename__ = "membership_order"
    __table_args__ = (
        Index("uq_membership_order_number", "number", unique=True),
        Index(
            "uq_membership_order_waiting",
            "organisation_id",
            "family",
            unique=True,
            sqlite_where=text("state = 'placed'"),
            postgresql_where=text("state = 'placed'"),
        ),
        Index("ix_membership_order_due", "state", "pay_by"),
        Index("ix_membership_order_membership", "membership_id"),
    )
    visible = Visibility()
    audited = ("number", "kind", "offer_key", "state", "purchase_order", "amount_minor", "paid_on")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("membership.id"))
    number: Mapped[str] = mapped_column(String(20))
    kind: Mapped[MembershipOrderKind] = mapped_column(
        choice(MembershipOrderKind, "membership_order_kind")
    )
    state: Mapped[MembershipOrderState] = mapped_column(
        choice(MembershipOrderState, "membership_order_state")
    )
    family: Mapped[OfferFamily] = mapped_column(choice(OfferFamily, "membership_order_family"))
    offer_key: Mapped[str] = mapped_column(String(40))
    competency: Mapped[str | None] = mapped_column(String(120))
    anniversary: Mapped[date | None] = mapped_column(Date)
    purchase_order: Mapped[str] = mapped_column(String(60))
    currency: Mapped[str] = mapped_column(String(3))
    list_minor: Mapped[int] = mapped_column(BigInteger)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    # The versions of the offers and of the terms by which it was reckoned.
    offers_version: Mapped[str] = mapped_column(String(40))
    terms_version: Mapped[str] = mapped_column(String(40))
    placed_at: Mapped[datetime] = mapped_column(Instant)
    placed_on: Mapped[date] = mapped_column(Date)
    pay_by: Mapped[date] = mapped_column(Date)
    paid_on: Mapped[date | None] = mapped_column(Date)
    payment_reference: Mapped[str | None] = mapped_column(String(60))

    organisation: Mapped[Organisation] = relationship(lazy="joined")


class MembershipBenefit(Keyed, Base):
    """A line of the register of benefits: how many of one benefit, for one membership year.

    No more than the quantity is ever assigned, no more than is assigned activated.
    """

    __tablename__ = "membership_benefit"
    __table_args__ = (
        Index("uq_membership_benefit", "membership_id", "benefit_key", "starts_on", unique=True),
        Index("ix_membership_benefit_end", "ends_on"),
        CheckConstraint(
            "0 <= activated_count AND activated_count <= assigned_count "
            "AND assigned_count <= quantity",
            name="counts",
        ),
    )
    visible = Visibility()
    audited = ("benefit_key", "quantity", "assigned_count", "activated_count", "ends_on")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    benefit_key: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(200))
    name_zh: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int] = mapped_column(Integer)
    assigned_count: Mapped[int] = mapped_column(Integer, default=0)
    activated_count: Mapped[int] = mapped_column(Integer, default=0)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    # What one is worth, in the currency of its membership.
    value_minor: Mapped[int] = mapped_column(BigInteger)

    membership: Mapped[Membership] = relationship(lazy="joined")


class MembershipReminder(Keyed, Base):
    """That somebody was reminded: each occasion once, whoever sends it (M1, K5)."""

    __tablename__ = "membership_reminder"
    __table_args__ = (
        Index("uq_membership_reminder", "membership_id", "kind", "due_on", unique=True),
    )
    visible = Visibility()

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"))
    kind: Mapped[ReminderKind] = mapped_column(choice(ReminderKind, "membership_reminder_kind"))
    due_on: Mapped[date] = mapped_column(Date)
    sent_at: Mapped[datetime] = mapped_column(Instant)
