"""Competencies as they are and as they would be (K4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from uuid import UUID

from vlms.partners.queries.competencies import Facts
from vlms.partners.rules.skills import passed_by
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
    """Every competency if these leave and those pass; what changes comes first.

    Who would pass and is not linked yet, or pending, is supposed to count as well (K1, K2).
    """
    passed = facts.passed()
    waiting = passed_by((*facts.pending, *facts.not_linked), facts.day)
    brought = {who: names | waiting.get(who, frozenset()) for who, names in more.items()}
    then = supposed(passed, leaving, brought)
    found = [
        Supposed(facts.stand(version, passed), facts.stand(version, then))
        for version in facts.definitions
    ]
    return sorted(found, key=lambda one: (not one.falls, not one.has_changed))


def names_asked(facts: Facts) -> frozenset[str]:
    """Every name that counts for any competency."""
    return frozenset[str]().union(*(version.terms.asked for version in facts.definitions))


def who_fits(facts: Facts) -> Sequence[UUID]:
    """Whoever has passed anything that a competency asks for, linked or not."""
    asked = names_asked(facts)
    proofs = (*facts.proofs, *facts.pending, *facts.not_linked)
    return sorted({one.person_id for one in proofs if one.name in asked})


def _spare(room: object) -> int | None:
    return getattr(room, "spare", None)
