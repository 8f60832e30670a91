"""Tables of codes, their batches, registrations and the operator's stock."""

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
    Integer,
    LargeBinary,
    String,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation, Person
from vlms.agreements.models import Agreement
from vlms.catalog.models import CodeSource, Exam, Product
from vlms.codes.rules.expiry import LastDayReason
from vlms.codes.rules.lifecycle import State
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import SYSTEM_ONLY, Visibility
from vlms.orders.models import OrderLine

_SEEN = Visibility(agreement="agreement_id", reseller="reseller_id")
_OWNED = Visibility(agreement="agreement_id", reseller="reseller_id", holder="person_id")
# Managers see how the codes of their people stand.
_HELD = Visibility(
    agreement="agreement_id", reseller="reseller_id", holder="person_id", team="person_id"
)


class CodeBatch(Keyed, Base):
    """The codes that one delivery of one order line issued (C1)."""

    __tablename__ = "code_batch"
    __table_args__ = (
        Index("ix_code_batch_line", "order_line_id"),
        Index(
            "uq_code_batch_unfinished",
            "unfinished_job_id",
            unique=True,
            sqlite_where=text("unfinished_job_id IS NOT NULL"),
            postgresql_where=text("unfinished_job_id IS NOT NULL"),
        ),
    )
    visible = _SEEN
    audited = ("number", "code_count", "source", "order_line_id", "product_id", "expires_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    source: Mapped[CodeSource] = mapped_column(choice(CodeSource, "code_batch_source"))
    code_count: Mapped[int] = mapped_column(Integer)
    # The latest of its codes; a printed date may end one earlier.
    expires_at: Mapped[datetime] = mapped_column(Instant)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    # The job that is still making its codes; until it ends, nobody sees batch or codes.
    unfinished_job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"))

    line: Mapped[OrderLine] = relationship()
    product: Mapped[Product] = relationship()

    @classmethod
    def is_finished(cls) -> ColumnElement[bool]:
        return cls.unfinished_job_id.is_(None)


class Code(Keyed, Base):
    """One access code. Its text is sealed; `text_index` finds it, `last4` names it to people.

    `holder_id` is set from *reserved* on and never changes from *assigned* on (C2).
    """

    __tablename__ = "code"
    __table_args__ = (
        Index("uq_code_text_index", "text_index", unique=True),
        Index("uq_code_number", "batch_id", "number", unique=True),
        # Lists: by their end under a state or under none, by their issue, by last symbols.
        Index("ix_code_state", "organisation_id", "state", "expires_at", "id"),
        Index("ix_code_ends", "organisation_id", "expires_at", "id"),
        Index("ix_code_all_ends", "expires_at", "id"),
        Index("ix_code_last4", "last4", "organisation_id"),
        Index("ix_code_product", "organisation_id", "product_id", "state", "expires_at", "id"),
        # Covers the counts of codes by agreement, product and state.
        Index(
            "ix_code_agreement",
            *("agreement_id", "product_id", "state", "expires_at", "batch_id", "organisation_id"),
        ),
        # Most codes have no person: counted in, they would make the index look useless.
        Index(
            "ix_code_person",
            "person_id",
            sqlite_where=text("person_id IS NOT NULL"),
            postgresql_where=text("person_id IS NOT NULL"),
        ),
        Index(
            "uq_code_replaces",
            "replaces_id",
            unique=True,
            sqlite_where=text("replaces_id IS NOT NULL"),
            postgresql_where=text("replaces_id IS NOT NULL"),
        ),
        Index("ix_code_due", "assign_due_at", postgresql_where=text("assign_due_at IS NOT NULL")),
        CheckConstraint(
            "(state = 'available') = (person_id IS NULL) OR state = 'void'", name="person"
        ),
    )
    visible = _HELD

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("code_batch.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    # Counts within the batch; "B-000012/7" names a code to people.
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[State] = mapped_column(choice(State, "code_state"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    source: Mapped[CodeSource] = mapped_column(choice(CodeSource, "code_source"))
    text_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary(120))
    last4: Mapped[str] = mapped_column(String(4))
    # A day of `time_zone` (C5): the agreement's zone, or the provider's that printed it.
    last_day: Mapped[date] = mapped_column(Date)
    time_zone: Mapped[str] = mapped_column(String(60))
    last_day_reason: Mapped[LastDayReason] = mapped_column(choice(LastDayReason, "last_day_reason"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    # O1: the start of the agreement's first day, in its zone.
    usable_at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    reserved_at: Mapped[datetime | None] = mapped_column(Instant)
    # C2: the assignment can be called back until then; then it is final.
    assign_due_at: Mapped[datetime | None] = mapped_column(Instant)
    assigned_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    terms_accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    # Who bears its part of the line's price; None: the order's own cost centre.
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    # Which letter of the organisation tells of it, in which language; None: the usual one, in
    # the person's own. No foreign key: the text is kept with each message.
    letter_id: Mapped[UUID | None] = mapped_column(Uuid)
    letter_language: Mapped[str | None] = mapped_column(String(20))
    # C8: when it left as a file; from then on nobody draws it from stock.
    taken_out_at: Mapped[datetime | None] = mapped_column(Instant)
    # When it came here from where it was issued; None: it was issued here.
    moved_in_at: Mapped[datetime | None] = mapped_column(Instant)
    # C6: the code that this one replaces, and the provider's case that allowed it.
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id"))
    case_number: Mapped[str | None] = mapped_column(String(60))

    batch: Mapped[CodeBatch] = relationship()
    product: Mapped[Product] = relationship()
    person: Mapped[Person | None] = relationship()
    agreement: Mapped[Agreement] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])

    @classmethod
    def is_finished(cls) -> ColumnElement[bool]:
        return CodeBatch.has_finished(cls.batch_id, "unfinished_job_id")


class Outcome(StrEnum):
    """How a registration ended (C3)."""

    CANCELLED_IN_TIME = "cancelled_in_time"
    CANCELLED_LATE = "cancelled_late"
    CANCELLED_BY_PROVIDER = "cancelled_by_provider"
    NO_SHOW = "no_show"
    USED = "used"


class StatedResult(StrEnum):
    """What the holder says of the exam; a note of theirs, no outcome (C3)."""

    PASSED = "passed"
    FAILED = "failed"


class Registration(Keyed, Base):
    """A code registered for an exam; at most one open one a code, at most one used (C3)."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_open",
            "code_id",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
        Index(
            "uq_registration_used",
            "code_id",
            unique=True,
            sqlite_where=text("outcome = 'used'"),
            postgresql_where=text("outcome = 'used'"),
        ),
        Index("uq_registration_once", "code_id", "once_key", unique=True),
    )
    visible = _OWNED
    audited = (
        "exam_number",
        "site",
        "starts_at",
        "is_open",
        "outcome",
        "outcome_at",
        "stated_result",
        "stated_on",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    code_id: Mapped[UUID] = mapped_column(ForeignKey("code.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    exam_number: Mapped[str] = mapped_column(ForeignKey("exam.number"))
    site: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    is_open: Mapped[bool] = mapped_column(Boolean)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "registration_outcome"))
    # When it happened (C3).
    outcome_at: Mapped[datetime | None] = mapped_column(Instant)
    # When it was written down; of a booking told later, when that was made.
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    # The same key gives the same answer.
    once_key: Mapped[str] = mapped_column(String(80))
    # By the holder: the result, and the day on which the exam was sat.
    stated_result: Mapped[StatedResult | None] = mapped_column(
        choice(StatedResult, "registration_stated_result")
    )
    stated_on: Mapped[date | None] = mapped_column(Date)

    code: Mapped[Code] = relationship()
    exam: Mapped[Exam] = relationship()
    person: Mapped[Person] = relationship()


class StockCode(Keyed, Base):
    """A provider's code that the operator holds (C7); drawn at fulfilment.

    `order_line_id` keeps a list that was delivered for one order line for that line alone.
    """

    __tablename__ = "stock_code"
    __table_args__ = (
        Index("uq_stock_code_text_index", "text_index", unique=True),
        Index("ix_stock_code_free", "product_id", "drawn_code_id", "last_day", "id"),
    )
    visible = SYSTEM_ONLY

    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    order_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    text_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary(120))
    last4: Mapped[str] = mapped_column(String(4))
    # The date that the provider printed, in its own zone.
    last_day: Mapped[date | None] = mapped_column(Date)
    zone: Mapped[str | None] = mapped_column(String(60))
    imported_at: Mapped[datetime] = mapped_column(Instant)
    drawn_code_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id"))
