"""Tables of voucher requests and of how many may be asked for."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import Exam, Product
from vlms.codes.models import Code
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility

_OPEN = "state IN ('asked', 'waiting')"


class AskState(StrEnum):
    """Asked, then refused, or approved: waiting for a code, or with one reserved."""

    ASKED = "asked"
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class VoucherRequest(Keyed, Base):
    """A person's wish for a voucher; whoever approves it reserves a code for them (C2)."""

    __tablename__ = "voucher_request"
    __table_args__ = (
        Index("ix_voucher_request_state", "organisation_id", "state", "asked_at", "id"),
        # The waiting list of a product, first come first served.
        Index("ix_voucher_request_line", "organisation_id", "product_id", "state", "waiting_since"),
        Index("ix_voucher_request_person", "person_id", "asked_at"),
        Index("ix_voucher_request_department", "organisation_id", "department", "asked_at"),
        # One at a time, however often its button is pressed.
        Index(
            "uq_voucher_request_open",
            *("person_id", "product_id"),
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        # A code is reserved on one request at most.
        Index(
            "uq_voucher_request_code",
            "code_id",
            unique=True,
            sqlite_where=text("code_id IS NOT NULL"),
            postgresql_where=text("code_id IS NOT NULL"),
        ),
    )
    visible = Visibility(holder="person_id", team="person_id", team_writes=True)
    audited = ("state", "product_id", "exam_number", "wanted_on", "answer", "code_id")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    # The person's when they asked: limits count by it.
    department: Mapped[str] = mapped_column(String(120))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    exam_number: Mapped[str | None] = mapped_column(ForeignKey("exam.number"))
    reason: Mapped[str] = mapped_column(String(500))
    # A day of the organisation's zone, on which the code must still be good.
    wanted_on: Mapped[date] = mapped_column(Date)
    state: Mapped[AskState] = mapped_column(choice(AskState, "voucher_request_state"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    answer: Mapped[str | None] = mapped_column(String(500))
    waiting_since: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id"))

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship()
    product: Mapped[Product] = relationship()
    exam: Mapped[Exam | None] = relationship()
    code: Mapped[Code | None] = relationship()


class LimitKind(StrEnum):
    """Whose requests of a year are counted together."""

    PERSON = "person"
    DEPARTMENT = "department"


class VoucherLimit(Keyed, Base):
    """How many vouchers a person, or a department, may ask for in a year from a year on."""

    __tablename__ = "voucher_limit"
    __table_args__ = (
        Index(
            "uq_voucher_limit",
            *("organisation_id", "kind", "department", "from_year"),
            unique=True,
        ),
    )
    visible = Visibility()
    audited = ("kind", "department", "from_year", "most")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[LimitKind] = mapped_column(choice(LimitKind, "voucher_limit_kind"))
    # The department's name; empty: each of them, or each person.
    department: Mapped[str] = mapped_column(String(120), default="")
    from_year: Mapped[int] = mapped_column(Integer)
    # None: as many as they like.
    most: Mapped[int | None] = mapped_column(Integer)
