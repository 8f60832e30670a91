"""What pages of competencies show: rows of the board, one competency with its people (K3-K5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.partners.competencies import Definitions, get_asked
from vlms.partners.queries.competencies import Facts, get_facts, list_standings_of, names_of
from vlms.partners.queries.what_if import names_asked
from vlms.partners.rules.allocation import HeadRoom
from vlms.partners.rules.attainment import SkillGoal
from vlms.partners.rules.standing import PathStanding, Standing, ending_by


@dataclass(frozen=True)
class BoardRow:
    """One competency: `needed` and `have` are places of its best path for the level that counts."""

    standing: Standing[UUID]
    needed: int
    have: int
    # Who counts now, and will not by the end of the year without a renewal.
    ending: int
    room: HeadRoom[UUID] | None


@dataclass(frozen=True)
class Board:
    day: date
    year_end: date
    rows: Sequence[BoardRow]
    # People with something that is asked for: whose links are pending, and who are not linked.
    waiting: tuple[int, int]


@dataclass(frozen=True)
class Counted:
    """Somebody who counts for a goal, and whether all hangs on them.

    `proofs` are what they have of what is asked for, each with its last day where that lies
    within the year.
    """

    person_id: UUID
    name: str
    proofs: Sequence[tuple[str, date | None]]
    is_critical: bool

    @property
    def last_day(self) -> date | None:
        """The first of those days."""
        return min((day for _name, day in self.proofs if day is not None), default=None)


@dataclass(frozen=True)
class GoalShown:
    goal: SkillGoal
    name: str
    people: Sequence[Counted]


@dataclass(frozen=True)
class PathShown:
    standing: PathStanding[UUID]
    room: HeadRoom[UUID] | None
    goals: Sequence[GoalShown]


@dataclass(frozen=True)
class Detail:
    """A competency's own page."""

    facts: Facts
    standing: Standing[UUID]
    # The level if nothing is renewed until the year's end.
    then: Standing[UUID]
    room: HeadRoom[UUID] | None
    paths: Sequence[PathShown]
    # As on the board, for this competency.
    waiting: tuple[int, int]


def get_board(
    session: Session, organisation_id: UUID, day: date, definitions: Definitions | None = None
) -> Board:
    """All competencies of a day; the number of queries does not grow with them."""
    facts = get_facts(session, organisation_id, day, definitions)
    then = facts.passed(facts.year_end)
    rows = [
        BoardRow(
            standing=one,
            needed=one.best.needed(one.target),
            have=one.best.have(one.target),
            ending=len(ending_by(one, then)),
            room=one.room,
        )
        for one in list_standings_of(facts)
    ]
    return Board(day, facts.year_end, rows, facts.waiting(names_asked(facts)))


def get_detail(session: Session, organisation_id: UUID, key: str, day: date) -> Detail:
    """Raises NotFound for a competency that is not there on that day."""
    version = get_asked(key, day)
    facts = get_facts(session, organisation_id, day)
    standing = facts.stand(version, facts.passed())
    room = standing.room
    people = {who for one in standing.paths for who in one.people(standing.target)}
    names = {who: person.name for who, person in names_of(session, people).items()}
    critical = room.critical if room else frozenset()
    paths = [
        PathShown(one, one.room(standing.target), _goals(one, standing, facts, names, critical))
        for one in standing.paths
    ]
    then = facts.stand(version, facts.passed(facts.year_end))
    waiting = facts.waiting(version.terms.asked)
    return Detail(facts, standing, then, room, paths, waiting)


def _goals(
    one: PathStanding[UUID],
    standing: Standing[UUID],
    facts: Facts,
    names: Mapping[UUID, str],
    critical: Set[UUID],
) -> list[GoalShown]:
    counted = one.counted[standing.target]
    proofs = _proofs(facts, {who for people in counted.values() for who in people})
    shown = []
    for goal in one.named.path.skills:
        wanted = goal.needs.names()
        people = []
        for who in sorted(counted[goal.key], key=lambda each: names.get(each, "")):
            own = {name: day for name, day in proofs[who].items() if name in wanted}
            ends = [
                (name, day if day is not None and day < facts.year_end else None)
                for name, day in sorted(own.items())
            ]
            people.append(Counted(who, names.get(who, ""), ends, who in critical))
        name = str(one.named.names[goal.key])
        shown.append(GoalShown(goal, name, people))
    return shown


def _proofs(facts: Facts, people: Set[UUID]) -> dict[UUID, dict[str, date | None]]:
    """What proves each person's skills; of several proofs of a name the one that lasts longest."""
    found: dict[UUID, dict[str, date | None]] = {who: {} for who in people}
    for one in facts.proofs:
        own = found.get(one.person_id)
        if own is None:
            continue
        known: Any = own.get(one.name, date.min)
        own[one.name] = None if known is None or one.last_day is None else max(known, one.last_day)
    return found
