"""The outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.language import Language
from vlms.core.scope import Visibility


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class OutboxMessage(Keyed, Base):
    """A mail to be sent: a template's name and plain values; a link by its id, never a code.

    `once_key` makes sure that one occasion writes one message.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("uq_outbox_message_once", "once_key", unique=True),
        Index("ix_outbox_message_due", "state", "next_at"),
        Index("ix_outbox_message_organisation", "organisation_id", "id"),
        Index("ix_outbox_message_subject", "subject_id"),
    )
    visible = Visibility(agreement="agreement_id", everyone_appends=True)
    audited = ("template", "to_address", "to_name", "language", "state")

    organisation_id: Mapped[UUID | None] = mapped_column(Uuid)
    # Agreements are a domain above this one; None where the message is about none of them.
    agreement_id: Mapped[UUID | None] = mapped_column(Uuid)
    # The record that it is about: an order, a batch, a code, a user.
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    template: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("one_time_link.id"))
    to_name: Mapped[str] = mapped_column(String(200))
    to_address: Mapped[str] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(choice(Language, "outbox_message_language"))
    once_key: Mapped[str] = mapped_column(String(120))
    state: Mapped[MessageState] = mapped_column(choice(MessageState, "outbox_message_state"))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(String(500))
    # The mail server took it, and later told that it could not be delivered.
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)
    bounce_note: Mapped[str | None] = mapped_column(String(500))
