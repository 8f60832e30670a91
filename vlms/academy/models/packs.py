"""Tables of packs, the quotas that schools have of them, and the ledger of both (A2, A3)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.academy.models.roster import AcademicTerm
from vlms.accounts.models import School
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility
from vlms.orders.models import OrderLine


class PackKind(StrEnum):
    """A2: a site pack, bought; A3: an Imagine Academy grant, which comes by itself."""

    SITE_PACK = "site_pack"
    IMAGINE_GRANT = "imagine_grant"


class Pack(Keyed, Base):
    """A counter of exams over its product's families; one a line of an order (A2, A3).

    One counter for all units of a line, so that schools share them without a border between:
    its `capacity` is quantity × units, and grows when a further part of the line is delivered.
    `allotted_count` of it are in quotas; only quotas are drawn from.
    """

    __tablename__ = "pack"
    __table_args__ = (
        Index("uq_pack_number", "number", unique=True),
        Index("uq_pack_of_line", "order_line_id", unique=True),
        Index("ix_pack_organisation", "organisation_id", "expires_at"),
        CheckConstraint("allotted_count BETWEEN 0 AND capacity", name="allotted"),
    )
    visible = Visibility(agreement="agreement_id", reseller="reseller_id", schools_read=True)
    audited = ("number", "kind", "product_id", "capacity", "last_day", "opened_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), index=True)
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    number: Mapped[str] = mapped_column(String(20))
    kind: Mapped[PackKind] = mapped_column(choice(PackKind, "pack_kind"))
    capacity: Mapped[int] = mapped_column(Integer)
    allotted_count: Mapped[int] = mapped_column(Integer, default=0)
    # The last day of use, in the agreement's zone (C5 holds for packs too).
    last_day: Mapped[date] = mapped_column(Date)
    time_zone: Mapped[str] = mapped_column(String(60))
    usable_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    opened_at: Mapped[datetime] = mapped_column(Instant)

    product: Mapped[Product] = relationship()
    agreement: Mapped[Agreement] = relationship()
    line: Mapped[OrderLine] = relationship()
    quotas: Mapped[list[PackQuota]] = relationship(back_populates="pack", order_by="PackQuota.id")


class PackQuota(Keyed, Base):
    """What a school may draw of a pack in a term.

    Without a school all schools share it; without a term it holds as long as the pack.
    Changed by guarded updates alone; the database refuses a draw over the rest (I3, I4).
    """

    __tablename__ = "pack_quota"
    __table_args__ = (
        Index("uq_pack_quota_place", "pack_id", "place", unique=True),
        Index("ix_pack_quota_organisation", "organisation_id", "school_id"),
        CheckConstraint("reserved_count >= 0 AND used_count >= 0", name="counts"),
        CheckConstraint("reserved_count + used_count <= quota_count", name="rest"),
    )
    visible = Visibility(agreement="agreement_id", school="school_id", schools_share=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("pack.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    term_id: Mapped[UUID | None] = mapped_column(ForeignKey("academic_term.id"))
    # School and term as one word, as nulls are never equal; see `quota_place`.
    place: Mapped[str] = mapped_column(String(80))
    quota_count: Mapped[int] = mapped_column(Integer, default=0)
    reserved_count: Mapped[int] = mapped_column(Integer, default=0)
    used_count: Mapped[int] = mapped_column(Integer, default=0)

    pack: Mapped[Pack] = relationship(back_populates="quotas")
    school: Mapped[School | None] = relationship()
    term: Mapped[AcademicTerm | None] = relationship()

    @property
    def free_count(self) -> int:
        return self.quota_count - self.reserved_count - self.used_count


def quota_place(school_id: UUID | None, term_id: UUID | None) -> str:
    """What a pack has one quota of, at most."""
    return f"{school_id or 'shared'}/{term_id or 'always'}"


class PackEntryKind(StrEnum):
    """What a line of the ledger did: to the quota's size, or to what was drawn from it."""

    GIVEN = "given"
    RECALLED = "recalled"
    RESERVED = "reserved"
    RETURNED = "returned"
    STARTED = "started"
    REVERSED = "reversed"


class PackEntry(Keyed, Base):
    """The ledger of a pack: counts are its sums (I3). Written with each change, never changed."""

    __tablename__ = "pack_entry"
    __table_args__ = (
        Index("ix_pack_entry_quota", "quota_id", "id"),
        Index("ix_pack_entry_pack", "pack_id", "id"),
        # A seat is reserved, started, returned or reversed once (I3).
        Index("uq_pack_entry_seat", "seat_id", "kind", unique=True),
        CheckConstraint("count > 0", name="count"),
    )
    visible = Visibility(
        agreement="agreement_id", school="school_id", schools_share=True, append_only=True
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("pack.id"))
    quota_id: Mapped[UUID] = mapped_column(ForeignKey("pack_quota.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    # The seat that was drawn or given back; None where a quota changed.
    seat_id: Mapped[UUID | None] = mapped_column(ForeignKey("exam_seat.id"))
    kind: Mapped[PackEntryKind] = mapped_column(choice(PackEntryKind, "pack_entry_kind"))
    count: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    by_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str | None] = mapped_column(String(500))


class QuotaRequestState(StrEnum):
    OPEN = "open"
    GIVEN = "given"
    REFUSED = "refused"


class QuotaRequest(Keyed, Base):
    """A coordinator asks for more of a pack; the admin gives some or refuses, with a reason."""

    __tablename__ = "quota_request"
    __table_args__ = (
        Index(
            "uq_quota_request_open",
            "pack_id",
            "school_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_quota_request_organisation", "organisation_id", "state"),
        CheckConstraint("asked_count > 0", name="asked"),
    )
    visible = Visibility(agreement="agreement_id", school="school_id")
    audited = ("state", "term_id", "asked_count", "given_count", "reason", "answer")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("pack.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    # For which term; None: as long as the pack. Without a foreign key, which SQLite can add
    # only by making the table anew, without its checks.
    term_id: Mapped[UUID | None] = mapped_column(Uuid)
    state: Mapped[QuotaRequestState] = mapped_column(
        choice(QuotaRequestState, "quota_request_state")
    )
    asked_count: Mapped[int] = mapped_column(Integer)
    given_count: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(500))
    answer: Mapped[str | None] = mapped_column(String(500))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    pack: Mapped[Pack] = relationship()
    school: Mapped[School] = relationship()
    term: Mapped[AcademicTerm | None] = relationship(
        primaryjoin="foreign(QuotaRequest.term_id) == AcademicTerm.id", viewonly=True
    )
