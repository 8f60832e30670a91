"""Which competencies a package can be bought on, on a day (K3, M2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.text import Text
from vlms.partners.queries.competencies import Facts, get_facts, list_standings_of
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.buying import buyable_level, lacks_of, qualifies
from vlms.partners.rules.standing import Standing


@dataclass(frozen=True)
class Candidate:
    """A competency as a purchase finds it; `level` is the highest that can be bought on it."""

    standing: Standing[UUID]
    level: Level | None
    is_waived: bool

    @property
    def key(self) -> str:
        return self.standing.definition.key

    @property
    def name(self) -> Text:
        return self.standing.definition.name

    def qualifies(self, wanted: Level | None) -> bool:
        return qualifies(self.level, wanted)

    def lacks(self, wanted: Level) -> tuple[Text, ...]:
        """What it needs for that level; nothing where it qualifies."""
        return () if self.qualifies(wanted) else lacks_of(self.standing, wanted)


def list_candidates(session: Session, organisation_id: UUID, day: date) -> Sequence[Candidate]:
    """Every competency of the day; those that can be bought on come first, the highest on top."""
    facts = get_facts(session, organisation_id, day)
    found = [_candidate(facts, one) for one in list_standings_of(facts)]
    return sorted(found, key=lambda one: one.level or 0, reverse=True)


def find_candidate(found: Sequence[Candidate], name: str) -> Candidate | None:
    """The one that is meant by a key or a name."""
    return next((one for one in found if one.standing.definition.is_called(name)), None)


def _candidate(facts: Facts, standing: Standing[UUID]) -> Candidate:
    waived = _waived(facts, standing)
    level = buyable_level(standing.level, waived)
    return Candidate(standing, level, waived is not None and level is not standing.level)


def _waived(facts: Facts, standing: Standing[UUID]) -> Level | None:
    """The level of the last package, where a waiver holds its competency complete (M2)."""
    if facts.package is None or not standing.definition.is_called(facts.bought_on or ""):
        return None
    return facts.package[0] if facts.exemptions else None
