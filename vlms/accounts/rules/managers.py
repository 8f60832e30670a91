"""Who manages whom: a tree, never a circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def circles(managers: Managers) -> set[UUID]:
    """All who stand above themselves. Each person is passed once, however deep the tree."""
    found: set[UUID] = set()
    done: set[UUID] = set()
    for start in managers:
        path: dict[UUID, int] = {}
        at: UUID | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = managers.get(at)
        if at in path:
            found.update(list(path)[path[at] :])
        done.update(path)
    return found


def managers_first(people: Iterable[UUID], managers: Managers) -> list[UUID]:
    """The people so that each comes after their manager. Raises nothing while none circles."""
    order: dict[UUID, None] = {}
    wanted = dict.fromkeys(people)
    for person in wanted:
        path: list[UUID] = []
        at: UUID | None = person
        while at is not None and at in wanted and at not in order:
            path.append(at)
            at = managers.get(at)
        order.update(dict.fromkeys(reversed(path)))
    return list(order)
