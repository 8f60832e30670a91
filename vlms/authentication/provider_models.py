"""Tables of sign-in providers, the mail domains they answer for, and whom they have shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.scope import Visibility

_CONFIRMED = "confirmed_at IS NOT NULL"


class SignInProvider(Keyed, Base):
    """Where an organisation's people sign in (OpenID Connect); one an organisation."""

    __tablename__ = "sign_in_provider"
    __table_args__ = (Index("uq_sign_in_provider", "organisation_id", unique=True),)
    visible = Visibility()
    audited = ("issuer", "client_id", "proves_factor", "is_on", "is_exclusive", "suspended_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[str] = mapped_column(String(200))
    # Sealed with the organisation's data key, for this row.
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    # It asks for two factors itself, and says so; else ours are asked for.
    proves_factor: Mapped[bool] = mapped_column(default=False)
    is_on: Mapped[bool] = mapped_column(default=False)
    # Its people sign in with it alone, unless the operator has suspended that.
    is_exclusive: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None] = mapped_column(Instant)
    tested_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class ProviderDomain(Keyed, Base):
    """A mail domain that a provider answers for, once the operator has confirmed it."""

    __tablename__ = "provider_domain"
    __table_args__ = (
        Index("uq_provider_domain", "organisation_id", "domain", unique=True),
        # A domain is one organisation's; what is only claimed stands in nobody's way.
        Index(
            "uq_provider_domain_confirmed",
            "domain",
            unique=True,
            sqlite_where=text(_CONFIRMED),
            postgresql_where=text(_CONFIRMED),
        ),
    )
    visible = Visibility()
    audited = ("domain", "confirmed_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_provider.id"), index=True)
    domain: Mapped[str] = mapped_column(String(253))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)


class ProviderIdentity(Keyed, Base):
    """Who somebody is for a provider: its issuer and their subject there, bound to the user."""

    __tablename__ = "provider_identity"
    __table_args__ = (
        Index("uq_provider_identity", "organisation_id", "issuer", "subject", unique=True),
        Index("uq_provider_identity_user", "organisation_id", "user_id", unique=True),
    )
    visible = Visibility()
    audited = ("user_id", "issuer")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime] = mapped_column(Instant)
