"""Certifications of many people: how they stand, by state, team and month (F13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, extract, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from vlms.accounts.models import Person
from vlms.accounts.queries import names_person
from vlms.certifications.models import HeldCertification
from vlms.certifications.rules.board_edges import Edges
from vlms.certifications.rules.renewal import RenewalState
from vlms.core.paging import Listing, Page, page_of
from vlms.core.term import ONE_DAY, add_months

# So many months from the present one on are counted.
MONTHS = 12
_STATES = tuple(RenewalState)


@dataclass(frozen=True)
class BoardFilter:
    """What a board is narrowed to; `month` is a month's first day. Without a state or a name it
    shows what expires. `organisation_id` is None for a manager, whose scope is their people."""

    edges: Edges
    organisation_id: UUID | None = None
    state: RenewalState | None = None
    month: date | None = None
    manager_id: UUID | None = None
    words: str | None = None

    @property
    def shows_kept(self) -> bool:
        """Whether what never expires is listed: when it is asked for, or people by their names."""
        return self.state is RenewalState.NEVER_EXPIRES or (self.state is None and bool(self.words))


_SORTS = {
    "expires": HeldCertification.expires_on,
    "earned": HeldCertification.earned_on,
    "certification": HeldCertification.certification_key,
}
_KEPT_SORTS = {name: _SORTS[name] for name in ("earned", "certification")}


def search_board(
    session: Session, wanted: BoardFilter, listing: Listing
) -> Page[HeldCertification]:
    """A page of the board, what ends first on top unless it is sorted."""
    sorts = _KEPT_SORTS if wanted.shows_kept else _SORTS
    return page_of(session, _listed(wanted), sorts, listing)


def list_board(session: Session, wanted: BoardFilter) -> Sequence[HeldCertification]:
    """The same, all of it."""
    day = HeldCertification.expires_on
    order = (day.is_(None), day, HeldCertification.earned_on, HeldCertification.id)
    return session.scalars(_listed(wanted).order_by(*order)).all()


def count_board(session: Session, wanted: BoardFilter) -> int:
    counted = _listed(wanted).with_only_columns(
        func.count(HeldCertification.id), maintain_column_froms=True
    )
    return int(session.scalar(counted) or 0)


def count_states(session: Session, wanted: BoardFilter) -> dict[RenewalState, int]:
    """How many stand in each state, whatever state is asked for; every state is in it."""
    state = _state_in(wanted.edges)
    rows = _counted(replace(wanted, state=None), state)
    found = {word: int(count) for word, count in session.execute(rows.group_by(state))}
    return {one: found.get(one.value, 0) for one in _STATES}


def count_months(session: Session, wanted: BoardFilter) -> list[tuple[date, int]]:
    """How many expire in each of the months to come, whatever month is asked for."""
    first = wanted.edges.today.replace(day=1)
    last = add_months(first, MONTHS) - ONE_DAY
    day = HeldCertification.expires_on
    parts = (extract("year", day), extract("month", day))
    rows = _counted(replace(wanted, month=None), *parts).where(day >= first, day <= last)
    found = {
        date(int(year), int(month), 1): int(count)
        for year, month, count in session.execute(rows.group_by(*parts))
    }
    months = [add_months(first, number) for number in range(MONTHS)]
    return [(month, found.get(month, 0)) for month in months]


def count_teams(
    session: Session, wanted: BoardFilter
) -> dict[UUID | None, dict[RenewalState, int]]:
    """By manager and state, whatever manager is asked for; None: who has no manager."""
    state = _state_in(wanted.edges)
    rows = _counted(replace(wanted, manager_id=None, state=None), Person.manager_id, state)
    found: dict[UUID | None, dict[RenewalState, int]] = {}
    for manager_id, word, count in session.execute(rows.group_by(Person.manager_id, state)):
        team = found.setdefault(manager_id, dict.fromkeys(_STATES, 0))
        team[RenewalState(word)] = int(count)
    return found


def count_ends(session: Session, wanted: BoardFilter, most: int) -> list[tuple[str, date, int]]:
    """How many of each certification end on each day to come, the nearest day first."""
    held = HeldCertification
    parts = (held.certification_key, held.expires_on)
    rows = _counted(wanted, *parts).where(held.expires_on >= wanted.edges.today)
    counted = rows.group_by(*parts).order_by(held.expires_on, held.certification_key).limit(most)
    return [(key, day, int(count)) for key, day, count in session.execute(counted)]


def states_of(
    teams: Mapping[UUID | None, Mapping[RenewalState, int]], wanted: BoardFilter
) -> dict[RenewalState, int]:
    """What `count_states` would find, from the teams' counts: one walk through all rows less."""
    asked = wanted.manager_id
    counted = [counts for key, counts in teams.items() if asked is None or key == asked]
    return {one: sum(counts[one] for counts in counted) for one in _STATES}


def _counted(wanted: BoardFilter, *by: Any) -> Select[Any]:
    return _rows(wanted).with_only_columns(
        *by, func.count(HeldCertification.id), maintain_column_froms=True
    )


def _listed(wanted: BoardFilter) -> Select[HeldCertification]:
    statement = _rows(wanted).options(contains_eager(HeldCertification.person))
    if wanted.state is None and not wanted.shows_kept:
        return statement.where(HeldCertification.expires_on.is_not(None))
    return statement


def _rows(wanted: BoardFilter) -> Select[HeldCertification]:
    """Of who is here; of what was earned again only the newest."""
    held, later = HeldCertification, aliased(HeldCertification)
    again = select(later.id).where(
        later.person_id == held.person_id,
        later.certification_key == held.certification_key,
        later.earned_on > held.earned_on,
    )
    statement: Select[Any] = select(held).join(held.person)
    statement = statement.where(Person.left_at.is_(None), ~again.exists())
    if wanted.organisation_id is not None:
        statement = statement.where(held.organisation_id == wanted.organisation_id)
    if wanted.manager_id is not None:
        statement = statement.where(Person.manager_id == wanted.manager_id)
    if wanted.words:
        statement = statement.where(names_person(wanted.words))
    if wanted.month is not None:
        next_month = add_months(wanted.month, 1)
        statement = statement.where(held.expires_on >= wanted.month, held.expires_on < next_month)
    return statement if wanted.state is None else _in_state(statement, wanted.state, wanted.edges)


def _in_state(statement: Select[Any], state: RenewalState, edges: Edges) -> Select[Any]:
    day, span = HeldCertification.expires_on, edges.span_of(state)
    if span is None:
        return statement.where(day.is_(None))
    return statement.where(day >= span[0], day <= span[1])


def _state_in(edges: Edges) -> Any:
    day = HeldCertification.expires_on
    return case(
        (day.is_(None), RenewalState.NEVER_EXPIRES.value),
        (day < edges.today, RenewalState.LAPSED.value),
        (day <= edges.due_until, RenewalState.DUE.value),
        (day <= edges.open_until, RenewalState.WINDOW_OPEN.value),
        else_=RenewalState.VALID.value,
    )
