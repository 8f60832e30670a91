"""What proves people's skills, and until which day each proof counts (K3, R1)."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from vlms.core.term import add_months


@dataclass(frozen=True)
class CompetencyTerms:
    """The numbers of K3: over how many months figures are added up, and how many more months an
    exam counts that was retired."""

    trailing_months: int
    retired_months: int


@dataclass(frozen=True, slots=True)
class Proof:
    """A passed exam or a held certification of a person, by its name in capitals."""

    person_id: UUID
    name: str
    # None: it counts for good.
    last_day: date | None


def counts_until(retires_on: date, months: int) -> date:
    """The last day on which a passed exam counts: so many months after it was retired (K3)."""
    return add_months(retires_on, months) - timedelta(days=1)


def passed_by(proofs: Iterable[Proof], day: date) -> dict[UUID, Set[str]]:
    """What counts for each person on a day, if nothing is renewed until then."""
    found: dict[UUID, set[str]] = {}
    for one in proofs:
        if one.last_day is None or one.last_day >= day:
            found.setdefault(one.person_id, set()).add(one.name)
    return {who: frozenset(names) for who, names in found.items()}
