"""Tables of imports of people: how a heading is read, and what became of each row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Person
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.dry_run import Change
from vlms.core.scope import Visibility


class PeopleColumns(Keyed, Base):
    """Which columns of lists with this heading hold what: corrected once, remembered."""

    __tablename__ = "people_columns"
    __table_args__ = (Index("uq_people_columns", "organisation_id", "header_digest", unique=True),)
    visible = Visibility()
    audited = ("columns",)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    # SHA-256 in hexadecimal of the folded headings, in order.
    header_digest: Mapped[str] = mapped_column(String(64))
    # Field: the heading of its column.
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)


class PeopleImport(Keyed, Base):
    """One list that was imported; `finished_at` is None while rows are still to be written."""

    __tablename__ = "people_import"
    __table_args__ = (Index("ix_people_import", "organisation_id", "asked_at"),)
    visible = Visibility()
    audited = ("filename", "row_count", "left_count", "finished_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    filename: Mapped[str] = mapped_column(String(200))
    row_count: Mapped[int] = mapped_column(Integer)
    # Who was missing in the list and was marked as leaver with it.
    left_count: Mapped[int] = mapped_column(Integer, default=0)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class PeopleImportRow(Keyed, Base):
    """What became of one row. A row that was left out keeps its cells, and why."""

    __tablename__ = "people_import_row"
    __table_args__ = (
        Index("uq_people_import_row", "import_id", "number", unique=True),
        Index("ix_people_import_row_change", "import_id", "change", "number"),
        Index("ix_people_import_row_person", "person_id"),
    )
    visible = Visibility(holder="person_id")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    import_id: Mapped[UUID] = mapped_column(ForeignKey("people_import.id"))
    # As Excel counts.
    number: Mapped[int] = mapped_column(Integer)
    change: Mapped[Change] = mapped_column(choice(Change, "people_import_row_change"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    # What the row said, in the order of the fields.
    cells: Mapped[list[str] | None] = mapped_column(JSON)
    # Packed texts.
    why: Mapped[list[Any] | None] = mapped_column(JSON)

    person: Mapped[Person | None] = relationship()
