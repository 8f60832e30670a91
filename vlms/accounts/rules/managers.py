"""Who manages whom: a tree, never a circle."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

Managers = Mapping[UUID, UUID | None]


def closes_circle(person_id: UUID, manager_id: UUID, managers: Managers) -> bool:
    """Whether the person would stand above their own manager, at any distance, or be it."""
    passed: set[UUID] = set()
    above: UUID | None = manager_id
    while above is not None and above not in passed:
        if above == person_id:
            return True
        passed.add(above)
        above = managers.get(above)
    return False
