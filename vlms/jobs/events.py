"""What jobs tell the domains above them, in the transaction in which they end."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class JobEnded:
    """A job that somebody asked for is done, failed or cancelled."""

    job_id: UUID
