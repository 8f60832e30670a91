"""What happens on the way in that others answer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ProviderChanged:
    """A sign-in provider is another one now, or speaks for fewer; with `user_id` for this user."""

    provider_id: UUID
    user_id: UUID | None = None


@dataclass(frozen=True)
class ProviderIsOnlyWay:
    """Whoever is bound to it gets in by nothing else from now on."""

    provider_id: UUID
