"""What the last imported monthly report says of people's skills (K2, K5)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

# Whether it is associated in PMC, and in PC; None: the report does not say.
Associated = tuple[bool | None, bool | None]
# By MCID and title, folded.
Reported = Mapping[tuple[str, str], Associated]


def associated_in(session: Session, organisation_id: UUID) -> Reported:
    """By the newest report of the organisation; empty while none was imported."""
    return {}
