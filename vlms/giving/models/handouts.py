"""Tables of handouts: one giving of codes to many people, row by row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Person
from vlms.catalog.models import Product
from vlms.codes.models import Code, CodeBatch
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.language import Language
from vlms.core.scope import Visibility
from vlms.giving.rules.handouts import KEPT_LENGTH, Act, Outcome, Source, Standing

# Everybody of the organisation who may give; who is limited finds their own alone (queries).
_OPEN = Visibility(schools_read=True, schools_write=True)


class Handout(Keyed, Base):
    """One giving to many: made as a draft, looked at, then confirmed once and done in pieces."""

    __tablename__ = "handout"
    __table_args__ = (Index("ix_handout_organisation", "organisation_id", "made_at"),)
    visible = _OPEN
    audited = ("source", "source_name", "act", "row_count", "confirmed_at", "undone_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    # When somebody last changed it as a draft; one that lies too long is dropped.
    touched_at: Mapped[datetime] = mapped_column(Instant)
    source: Mapped[Source] = mapped_column(choice(Source, "handout_source"))
    # The file's name, or what was narrowed to; empty for what was pasted.
    source_name: Mapped[str] = mapped_column(String(200))
    row_count: Mapped[int] = mapped_column(Integer)
    act: Mapped[Act] = mapped_column(choice(Act, "handout_act"))
    # Exact stock; None: whatever ends soonest.
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("code_batch.id"))
    # Who is in no directory yet is entered in the same act.
    adds_people: Mapped[bool] = mapped_column(Boolean)
    # The organisation's own letter, and in which language; None: the usual, each their own.
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"))
    language: Mapped[Language | None] = mapped_column(choice(Language, "handout_language"))
    cost_centre: Mapped[str | None] = mapped_column(String(60))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    # The job that does it; None where it was done at once.
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("job.id"))

    batch: Mapped[CodeBatch | None] = relationship()


class HandoutRow(Keyed, Base):
    """One person and one product of a handout: as given, as checked, and what became of it."""

    __tablename__ = "handout_row"
    __table_args__ = (
        Index("uq_handout_row_position", "handout_id", "position", unique=True),
        Index("ix_handout_row_outcome", "handout_id", "outcome", "position"),
        Index("ix_handout_row_code", "code_id"),
    )
    visible = _OPEN

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    handout_id: Mapped[UUID] = mapped_column(ForeignKey("handout.id"))
    position: Mapped[int] = mapped_column(Integer)
    # The line of what was pasted, or the row of the file as Excel counts.
    line: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    # As they were typed, too long ones too; empty where nothing was said.
    email: Mapped[str] = mapped_column(String(KEPT_LENGTH))
    name: Mapped[str] = mapped_column(String(KEPT_LENGTH))
    number: Mapped[str] = mapped_column(String(KEPT_LENGTH))
    department: Mapped[str] = mapped_column(String(KEPT_LENGTH))
    language: Mapped[str] = mapped_column(String(KEPT_LENGTH))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    # Another one also if they hold one; left out by somebody.
    gives_again: Mapped[bool] = mapped_column(Boolean)
    is_dropped: Mapped[bool] = mapped_column(Boolean)
    standing: Mapped[Standing] = mapped_column(choice(Standing, "handout_row_standing"))
    # A packed refusal: what the check found wrong.
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # None: its turn has not come. A packed refusal says why it was skipped, failed or stays.
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "handout_row_outcome"))
    reason: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id"))

    person: Mapped[Person | None] = relationship()
    product: Mapped[Product] = relationship()
    code: Mapped[Code | None] = relationship()
