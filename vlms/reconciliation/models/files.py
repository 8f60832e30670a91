"""Tables of files from others: the file, its lines, and how headers are read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.core.db import Base, Instant, Keyed, UnitPrice, choice
from vlms.reconciliation.models.periods import RESELLER_ONLY, Period
from vlms.reconciliation.rules.file_words import FileSource, Layout, RowFate

__all__ = ["FileLine", "FileMapping", "FileSource", "Layout", "ReconciliationFile", "RowFate"]


class FileMapping(Keyed, Base):
    """How a header that was met once is read: asked once, remembered."""

    __tablename__ = "file_mapping"
    __table_args__ = (Index("uq_file_mapping", "reseller_id", "header_digest", unique=True),)
    visible = RESELLER_ONLY
    audited = ("name", "source", "columns", "reading")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[FileSource] = mapped_column(choice(FileSource, "file_mapping_source"))
    # SHA-256 in hexadecimal of the folded titles, in order.
    header_digest: Mapped[str] = mapped_column(String(64))
    # Field: the title of its column, or {"fixed": value}.
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    # What was asked of days and numbers: {"day_order": "dmy", "decimal": ","}.
    reading: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReconciliationFile(Keyed, Base):
    """One file that was taken in for a period; the same content never counts twice."""

    __tablename__ = "reconciliation_file"
    __table_args__ = (
        # The same content counts once, whichever the period; taken back, it may come again.
        Index(
            "uq_reconciliation_file",
            "reseller_id",
            "digest",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_reconciliation_file_period", "period_id", "taken_at"),
        Index("ix_reconciliation_file_reseller", "reseller_id", "taken_at"),
    )
    visible = RESELLER_ONLY
    audited = ("filename", "layout", "line_count", "left_out_count", "withdrawn_at")

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    period_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation_period.id"))
    filename: Mapped[str] = mapped_column(String(200))
    # SHA-256 in hexadecimal of its bytes.
    digest: Mapped[str] = mapped_column(String(64))
    source: Mapped[FileSource] = mapped_column(choice(FileSource, "reconciliation_file_source"))
    layout: Mapped[Layout] = mapped_column(choice(Layout, "reconciliation_file_layout"))
    mapping_id: Mapped[UUID | None] = mapped_column(ForeignKey("file_mapping.id"))
    # How it was read: encoding, delimiter, header's row, order of days, decimal sign.
    reading: Mapped[dict[str, Any]] = mapped_column(JSON)
    line_count: Mapped[int] = mapped_column(Integer)
    # Rows that do not count, by why: totals rows, repeated ones, unreadable ones.
    left_out_count: Mapped[int] = mapped_column(Integer, default=0)
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    # Set while its rows are written, in several transactions; none of it is there before.
    unfinished_since: Mapped[datetime | None] = mapped_column(Instant)

    period: Mapped[Period] = relationship()

    @classmethod
    def is_finished(cls) -> ColumnElement[bool]:
        return cls.unfinished_since.is_(None)


class FileLine(Keyed, Base):
    """One row of a file, read; what is not told is None. Amounts as in the file's currency."""

    __tablename__ = "file_line"
    __table_args__ = (
        Index("uq_file_line", "file_id", "row_number", unique=True),
        Index("ix_file_line_period", "period_id", "fate", "id"),
        Index("ix_file_line_identity", "period_id", "identity_digest"),
        Index("ix_file_line_replaced_by", "replaced_by_id"),
        Index("ix_file_line_order", "period_id", "order_number"),
    )
    visible = RESELLER_ONLY

    reseller_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    period_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation_period.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation_file.id"))
    source: Mapped[FileSource] = mapped_column(choice(FileSource, "file_line_source"))
    # As a person counts in the file: the first row is 1.
    row_number: Mapped[int] = mapped_column(Integer)
    fate: Mapped[RowFate] = mapped_column(choice(RowFate, "file_line_fate"))
    # The file whose line counts in its place; it counts again if that one is taken back.
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("reconciliation_file.id"))
    # Why it does not count: a packed text.
    remark: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    # SHA-256 in hexadecimal: of what names the line, and of all it says.
    identity_digest: Mapped[str | None] = mapped_column(String(64))
    content_digest: Mapped[str | None] = mapped_column(String(64))
    customer: Mapped[str | None] = mapped_column(String(200))
    order_number: Mapped[str | None] = mapped_column(String(60))
    line_reference: Mapped[str | None] = mapped_column(String(80))
    invoice_number: Mapped[str | None] = mapped_column(String(60))
    product: Mapped[str | None] = mapped_column(String(200))
    charge_type: Mapped[str | None] = mapped_column(String(60))
    quantity: Mapped[int | None] = mapped_column(Integer)
    unit_price: Mapped[Decimal | None] = mapped_column(UnitPrice)
    net_minor: Mapped[int | None] = mapped_column(BigInteger)
    tax_minor: Mapped[int | None] = mapped_column(BigInteger)
    gross_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    ordered_on: Mapped[date | None] = mapped_column(Date)
    charge_start: Mapped[date | None] = mapped_column(Date)
    charge_end: Mapped[date | None] = mapped_column(Date)
    # Where a ledger counts the codes that arrived.
    code_count: Mapped[int | None] = mapped_column(Integer)

    file: Mapped[ReconciliationFile] = relationship(foreign_keys=[file_id])

    @classmethod
    def is_finished(cls) -> ColumnElement[bool]:
        return ReconciliationFile.has_finished(cls.file_id, "unfinished_since")
