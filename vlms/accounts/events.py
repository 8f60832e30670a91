"""What happens in accounts that other domains answer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class RoleEnded:
    """A user has lost a role, or had it narrowed."""

    user_id: UUID


@dataclass(frozen=True)
class PresenceChanged:
    """Somebody of the organisation has left, or is here again."""

    organisation_id: UUID


@dataclass(frozen=True)
class AddressCorrected:
    """A person's address was wrong and is right now; the links sent to the old one ended (C2)."""

    person_id: UUID
