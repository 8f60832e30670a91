"""What privacy tells the rest of the system, within the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ErasureDecided:
    """This erasure was allowed, named in the journal, and is to be carried out now."""

    erasure_id: UUID
    person_id: UUID | None
    user_id: UUID | None
