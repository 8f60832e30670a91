"""What an order tells the domains above it, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class LineDelivered:
    """Units of a line were delivered just now; its codes are issued for them (C1)."""

    line_id: UUID
    quantity: int
