"""The outbox, what people choose of it, and organisations' own wording."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.language import Language
from vlms.core.scope import GLOBAL, Visibility


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class Mailing(StrEnum):
    """Whether a notice leaves as a mail: at once, in the week's collection, or not at all."""

    NOW = "now"
    WEEKLY = "weekly"
    NEVER = "never"


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
        Index("ix_outbox_message_to", "to_address", "id"),
        Index("ix_outbox_message_person", "person_id", "id"),
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
    mailing: Mapped[Mailing] = mapped_column(
        choice(Mailing, "outbox_message_mailing"), default=Mailing.NOW, server_default="now"
    )
    # Its recipient has opened it among their notices.
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    # The organisation's own wording that it is written in; None: the standard text.
    letter_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter_version.id"))


class NoticeChoice(Keyed, Base):
    """How an address wants notices of a kind, or a person at whatever address (C1).

    Without one they are mailed at once; of two the one that wants less mail counts.
    """

    __tablename__ = "notice_choice"
    __table_args__ = (
        Index("uq_notice_choice", "address", "template", unique=True),
        Index("uq_notice_choice_person", "person_id", "template", unique=True),
    )
    visible = GLOBAL
    audited = ("address", "person_id", "template", "mailing")

    # One of the two: who reads mail there said so, or the person's user did.
    address: Mapped[str | None] = mapped_column(String(254))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    template: Mapped[str] = mapped_column(String(60))
    mailing: Mapped[Mailing] = mapped_column(choice(Mailing, "notice_choice_mailing"))


class Letter(Keyed, Base):
    """An organisation's own wording of a template, under a name.

    The usual one is taken wherever no letter is named. A language without a wording of its
    own keeps the standard text.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("uq_letter_name", "organisation_id", "template", "name", unique=True),
        Index(
            "uq_letter_usual",
            "organisation_id",
            "template",
            unique=True,
            sqlite_where=sql("is_usual"),
            postgresql_where=sql("is_usual"),
        ),
    )
    visible = Visibility()
    audited = ("template", "name", "is_usual")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    template: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    is_usual: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)


class LetterVersion(Keyed, Base):
    """One wording of a letter in one language; a change makes another and ends this one."""

    __tablename__ = "letter_version"
    __table_args__ = (
        Index("uq_letter_version", "letter_id", "language", "number", unique=True),
        Index(
            "uq_letter_version_open",
            "letter_id",
            "language",
            unique=True,
            sqlite_where=sql("ended_at IS NULL"),
            postgresql_where=sql("ended_at IS NULL"),
        ),
    )
    visible = Visibility()
    audited = ("language", "number", "subject", "text", "signature", "reply_name", "ended_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letter.id"))
    language: Mapped[Language] = mapped_column(choice(Language, "letter_version_language"))
    number: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    signature: Mapped[str | None] = mapped_column(String(500))
    # The name beside the address that mail comes from, and that answers go to.
    reply_name: Mapped[str | None] = mapped_column(String(100))
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(200))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
