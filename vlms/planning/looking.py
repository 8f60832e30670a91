"""Who looks at figures, when, and from which workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.permissions import Permission
from vlms.core.work import Actor

BUYERS = frozenset({"customer", "academic"})


@dataclass(frozen=True)
class Look:
    """A scoped session, the one instant of it all, and the workspace that is looked at.

    `kind` is the organisation's; its months begin in `zone`.
    """

    session: Session
    now: datetime
    actor: Actor
    organisation_id: UUID
    kind: str
    zone: str

    def may(self, permission: Permission) -> bool:
        return self.actor.may(permission)

    @property
    def buys(self) -> bool:
        """Whether agreements and codes are this organisation's own."""
        return self.kind in BUYERS
