"""Tables of payments received, which invoices they paid, and of reminders to pay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Organisation
from vlms.billing.models.invoices import Invoice, is_invoice_of
from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility


class Receipt(Keyed, Base):
    """A payment of a customer; never changed, but taken back with a reason."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index(
            "uq_receipt_reference",
            "reseller_id",
            "reference",
            unique=True,
            sqlite_where=sql("taken_back_at IS NULL"),
            postgresql_where=sql("taken_back_at IS NULL"),
        ),
        Index("ix_receipt_organisation", "organisation_id", "received_on"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )
    visible = Visibility(reseller="reseller_id")
    audited = ("reference", "amount_minor", "currency", "received_on", "taken_back_at", "reason")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # The bank's or the customer's: the same one is never recorded twice.
    reference: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    received_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    taken_back_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(500))

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    shares: Mapped[list[ReceiptShare]] = relationship(back_populates="receipt")

    @classmethod
    def of_agreements(cls, agreement_ids: Collection[UUID]) -> ColumnElement[bool]:
        # Something that it paid; on the bare table, as the condition on shares is another.
        share = ReceiptShare.__table__.alias()
        paid = is_invoice_of(share.c.invoice_id, agreement_ids)
        return cls.id.in_(select(share.c.receipt_id).where(paid))


class ReceiptShare(Keyed, Base):
    """How much of a payment paid one invoice, or of a credit note settled one."""

    __tablename__ = "receipt_share"
    __table_args__ = (
        Index("ix_receipt_share_invoice", "invoice_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(receipt_id IS NULL) <> (credit_note_id IS NULL)", name="source"),
    )
    visible = Visibility(reseller="reseller_id")
    audited = ("invoice_id", "amount_minor")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    receipt_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipt.id"), index=True)
    credit_note_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    shared_on: Mapped[date] = mapped_column(Date)

    receipt: Mapped[Receipt | None] = relationship(back_populates="shares")
    invoice: Mapped[Invoice] = relationship(foreign_keys=[invoice_id])
    credit_note: Mapped[Invoice | None] = relationship(foreign_keys=[credit_note_id])

    @classmethod
    def of_agreements(cls, agreement_ids: Collection[UUID]) -> ColumnElement[bool]:
        return is_invoice_of(cls.invoice_id, agreement_ids)


class Reminder(Keyed, Base):
    """That a customer was reminded by mail of an invoice that is overdue."""

    __tablename__ = "reminder"
    __table_args__ = (Index("ix_reminder_invoice", "invoice_id", "reminded_on"),)
    visible = Visibility(organisation=None, reseller="reseller_id", append_only=True)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoice.id"))
    reminded_on: Mapped[date] = mapped_column(Date)
    open_minor: Mapped[int] = mapped_column(BigInteger)
    to_address: Mapped[str] = mapped_column(String(254))
    reminded_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
