"""What happens to links between people and organisations that others answer to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class LinkStarted:
    """A person linked their MCID to an organisation (K1)."""

    association_id: UUID


@dataclass(frozen=True)
class LinkEnded:
    """No part of it runs any more; how it ended stands in the association."""

    association_id: UUID


@dataclass(frozen=True)
class LinkPartEnded:
    """Exams or assessments were removed from a link whose other part runs on (K1)."""

    association_id: UUID
