"""A draft as it is typed, for the panels beside its price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Drafted:
    """Were it placed on `day`; `total_minor` is None while a line cannot be priced."""

    organisation_id: UUID
    cost_centre: str | None
    currency: str
    day: date
    total_minor: int | None
