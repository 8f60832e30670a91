"""What happens on the way in that others answer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ProviderChanged:
    """A sign-in provider is another one now, or is switched off."""

    provider_id: UUID
