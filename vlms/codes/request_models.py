"""The table of holders' requests for help with a code."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility


class RequestKind(StrEnum):
    """What a holder asks for help with."""

    NOT_ACCEPTED = "not_accepted"
    WRONG_EXAM = "wrong_exam"
    NAME_DIFFERS = "name_differs"
    DEFECTIVE = "defective"
    OTHER = "other"


class RequestState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class CodeRequest(Keyed, Base):
    """A holder's request about a code, until the agreement's contact or operator ends it (O7).

    It names its code by the key; the code itself never stands in it.
    """

    __tablename__ = "code_request"
    __table_args__ = (
        Index("ix_code_request_organisation", "organisation_id", "state", "id"),
        Index("ix_code_request_agreement", "agreement_id", "state", "id"),
        # One open request of a kind about a code, however often its button is pressed.
        Index(
            "uq_code_request_open",
            *("code_id", "kind"),
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    visible = Visibility(agreement="agreement_id", holder="person_id")
    audited = ("kind", "state", "code_id", "person_id", "closed_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    reseller_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    code_id: Mapped[UUID | None] = mapped_column(ForeignKey("code.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[RequestKind] = mapped_column(choice(RequestKind, "code_request_kind"))
    note: Mapped[str] = mapped_column(String(1000))
    email: Mapped[str] = mapped_column(String(254))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    state: Mapped[RequestState] = mapped_column(choice(RequestState, "code_request_state"))
    answer: Mapped[str | None] = mapped_column(String(2000))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    code: Mapped[Code | None] = relationship()
    person: Mapped[Person | None] = relationship()
