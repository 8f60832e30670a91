"""Tables of sessions, of the devices that users have signed in with, and of codes by mail."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import GLOBAL


class KnownDevice(Keyed, Base):
    """A browser with which a user has signed in; its cookie holds what this is the digest of."""

    __tablename__ = "known_device"
    __table_args__ = (Index("uq_known_device", "user_id", "secret_digest", unique=True),)
    visible = GLOBAL

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    secret_digest: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)


class SignInSession(Keyed, Base):
    """A server-side session; the cookie holds a secret of which this keeps the digest.

    It opens nothing but the next step's page until `complete_at`. `proofs` are what was
    shown (`rules.steps.Proof`), the last of them at `proved_at`.
    """

    __tablename__ = "sign_in_session"
    visible = GLOBAL

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    complete_at: Mapped[datetime | None] = mapped_column(Instant)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)
    proofs: Mapped[list[str]] = mapped_column(JSON)
    # How often a password of an app, or a recovery code, was tried in it.
    try_count: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    # By which sign-in provider its user was shown; it is of use in that organisation alone.
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("sign_in_provider.id"), index=True)
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("known_device.id"))
    # What the browser says it is, and its address without the last part; for their user.
    user_agent: Mapped[str | None] = mapped_column(String(200))
    network: Mapped[str | None] = mapped_column(String(45))


class MailedCode(Keyed, Base):
    """The one-time code that was mailed for a session; a keyed digest of it."""

    __tablename__ = "mailed_code"
    visible = GLOBAL

    session_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_session.id"), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    try_count: Mapped[int] = mapped_column(Integer, default=0)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
