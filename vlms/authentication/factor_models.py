"""Tables of second factors, recovery codes and the challenges that passkeys answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import SYSTEM_ONLY


class FactorKind(StrEnum):
    AUTHENTICATOR = "authenticator"
    PASSKEY = "passkey"


class SecondFactor(Keyed, Base):
    """An authenticator app or a passkey of a user; who removes one deletes it."""

    __tablename__ = "second_factor"
    __table_args__ = (
        Index("uq_second_factor_credential", "credential_id", unique=True),
        CheckConstraint(
            "(kind = 'authenticator' AND sealed_secret IS NOT NULL AND credential_id IS NULL) OR "
            "(kind = 'passkey' AND credential_id IS NOT NULL AND public_key IS NOT NULL)",
            name="is_whole",
        ),
    )
    visible = SYSTEM_ONLY
    audited = ("user_id", "kind", "name")

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[FactorKind] = mapped_column(choice(FactorKind, "second_factor_kind"))
    name: Mapped[str] = mapped_column(String(60))
    # An app's secret, sealed for this row; and the last 30 seconds whose password was used.
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    # A passkey's own key, and how often it says it has signed.
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    transports: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Keyed, Base):
    """A keyed digest of a code; new ones take the place of all that there were."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("uq_recovery_code", "user_id", "code_digest", unique=True),)
    visible = SYSTEM_ONLY

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class ChallengeUse(StrEnum):
    ADD = "add"
    PROVE = "prove"


class PasskeyChallenge(Keyed, Base):
    """What a passkey is asked to sign, in one sign-in session, once."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (Index("ix_passkey_challenge_session", "session_id", "use"),)
    visible = SYSTEM_ONLY

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_session.id"))
    use: Mapped[ChallengeUse] = mapped_column(choice(ChallengeUse, "passkey_challenge_use"))
    challenge: Mapped[bytes] = mapped_column(LargeBinary(64))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
