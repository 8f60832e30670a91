"""Competencies as they are and as they would be (K4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from vlms.partners.queries.competencies import Facts
from vlms.partners.rules.standing import Standing
from vlms.partners.rules.what_if import supposed


@dataclass(frozen=True)
class Supposed:
    """One competency now and then."""

    now: Standing[UUID]
    then: Standing[UUID]

    @property
    def has_changed(self) -> bool:
        before, after = self.now.room, self.then.room
        return self.now.level is not self.then.level or _spare(before) != _spare(after)

    @property
    def falls(self) -> bool:
        return (self.then.level or 0) < (self.now.level or 0)


def list_supposed(
    facts: Facts, leaving: Set[UUID], more: Mapping[UUID, Set[str]]
) -> list[Supposed]:
    """Every competency if these leave and those pass; what changes comes first."""
    passed = facts.passed()
    then = supposed(passed, leaving, more)
    found = [
        Supposed(facts.stand(version, passed), facts.stand(version, then))
        for version in facts.definitions
    ]
    return sorted(found, key=lambda one: (not one.falls, not one.has_changed))


def names_asked(facts: Facts) -> frozenset[str]:
    """Every name that counts for any competency."""
    return frozenset(
        name
        for version in facts.definitions
        for path in version.terms.paths
        for goal in path.path.skills
        for name in goal.needs.names()
    )


def who_fits(facts: Facts) -> Sequence[UUID]:
    """Whoever has passed anything that a competency asks for."""
    asked = names_asked(facts)
    return sorted(who for who, names in facts.passed().items() if names & asked)


def _spare(room: object) -> int | None:
    return getattr(room, "spare", None)
