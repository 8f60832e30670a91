"""Reads sittings and seats; a teacher sees those of their own classes or that they proctor."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import ClassMember, ClassRole
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.rules.retakes import Attempt
from vlms.academy.rules.seat_state import SeatState
from vlms.accounts import models as accounts
from vlms.accounts.models import Person
from vlms.accounts.school_queries import is_entry_of
from vlms.core.clock import local_day
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.permissions import Permission
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.core.work import Actor


@dataclass(frozen=True)
class Look:
    """Who looks, on which session, when."""

    session: Session
    actor: Actor
    now: datetime


@dataclass(frozen=True)
class SittingFilter:
    """Which sittings a list shows; the days are told in the workspace's zone by its caller."""

    words: str | None = None
    school_id: UUID | None = None
    state: SittingState | None = None
    from_at: datetime | None = None
    before_at: datetime | None = None


SITTING_SORTS = {"starts_at": Sitting.starts_at, "number": Sitting.number}


def whole_sittings(look: Look) -> Select[Sitting]:
    """The sittings that somebody may see, with what a line of a list tells of them."""
    return (
        select(Sitting)
        .where(is_theirs(look))
        .options(
            joinedload(Sitting.school),
            joinedload(Sitting.school_class),
            joinedload(Sitting.exam),
            joinedload(Sitting.site),
            joinedload(Sitting.proctor),
            joinedload(Sitting.substitute),
        )
    )


def sees_all(actor: Actor) -> bool:
    """Whether all sittings of the scope are theirs to see: not a teacher's."""
    return actor.may(Permission.VIEW_PACKS)


def is_theirs(look: Look) -> ColumnElement[bool]:
    """The condition under which a sitting is somebody's to see and to deliver (A2)."""
    if sees_all(look.actor):
        return true()
    own = select(Person.id).where(is_entry_of(look.actor.user_id)).scalar_subquery()
    day = _day_of(look)
    goes_on = ClassMember.last_day.is_(None) | (ClassMember.last_day >= day)
    taught = (
        select(ClassMember.class_id)
        .where(ClassMember.role == ClassRole.TEACHER, ClassMember.person_id.in_(own), goes_on)
        .scalar_subquery()
    )
    return or_(
        Sitting.class_id.in_(taught),
        Sitting.proctor_id.in_(own),
        Sitting.substitute_id.in_(own),
    )


def _day_of(look: Look) -> date:
    organisation = look.actor.organisation_id
    found = look.session.get(accounts.Organisation, organisation) if organisation else None
    return local_day(look.now, found.time_zone if found else "UTC")


def search_sittings(look: Look, wanted: SittingFilter, listing: Listing) -> Page[Sitting]:
    """A page of the sittings that somebody sees."""
    return page_of(look.session, _narrowed(look, wanted), SITTING_SORTS, listing)


def list_sittings(look: Look, wanted: SittingFilter) -> Sequence[Sitting]:
    """All of them, the first first."""
    statement = _narrowed(look, wanted).order_by(Sitting.starts_at, Sitting.id)
    return look.session.scalars(statement).all()


def _narrowed(look: Look, wanted: SittingFilter) -> Select[Sitting]:
    statement = whole_sittings(look)
    if wanted.words:
        named = (Sitting.number, Sitting.exam_number, Sitting.room)
        words = [column.icontains(wanted.words, autoescape=True) for column in named]
        statement = statement.where(or_(*words))
    if wanted.school_id is not None:
        statement = statement.where(Sitting.school_id == wanted.school_id)
    if wanted.state is not None:
        statement = statement.where(Sitting.state == wanted.state)
    if wanted.from_at is not None:
        statement = statement.where(Sitting.starts_at >= wanted.from_at)
    if wanted.before_at is not None:
        statement = statement.where(Sitting.starts_at < wanted.before_at)
    return statement


def get_sitting(look: Look, sitting_id: UUID) -> Sitting:
    """With its seats and all that its page tells.

    Raises NotFound, also for another school's, and for a teacher of another class.
    """
    found = look.session.scalar(_in_full(look).where(Sitting.id == sitting_id))
    if found is None:
        raise _unknown()
    return found


def find_by_number(look: Look, number: str) -> Sitting:
    """The sitting with this number. Raises NotFound."""
    found = look.session.scalar(_in_full(look).where(Sitting.number == number))
    if found is None:
        raise _unknown()
    return found


def _in_full(look: Look) -> Select[Sitting]:
    return whole_sittings(look).options(
        joinedload(Sitting.pack),
        joinedload(Sitting.quota).joinedload(PackQuota.school),
        joinedload(Sitting.quota).joinedload(PackQuota.term),
        joinedload(Sitting.site).selectinload(DeliverySite.checks),
        selectinload(Sitting.seats).joinedload(ExamSeat.person),
    )


def _unknown() -> NotFound:
    return NotFound(None, _("There is no such sitting, or it is not one of yours."))


def count_seats(
    session: Session, sitting_ids: Collection[UUID]
) -> Mapping[UUID, Mapping[SeatState, int]]:
    """How many seats of each state the sittings have."""
    found: dict[UUID, dict[SeatState, int]] = {key: {} for key in sitting_ids}
    statement = (
        select(ExamSeat.sitting_id, ExamSeat.state, func.count(ExamSeat.id))
        .where(ExamSeat.sitting_id.in_(sorted(sitting_ids)))
        .group_by(ExamSeat.sitting_id, ExamSeat.state)
    )
    for sitting_id, state, count in session.execute(statement):
        found[sitting_id][state] = count
    return found


def attempts_at(
    session: Session, person_ids: Collection[UUID], exam_number: str
) -> Mapping[UUID, Sequence[Attempt]]:
    """The exams that these people started in the institution, without those reversed (A4)."""
    found: dict[UUID, list[Attempt]] = {key: [] for key in person_ids}
    statement = select(ExamSeat).where(
        ExamSeat.person_id.in_(sorted(person_ids)),
        ExamSeat.exam_number == exam_number,
        ExamSeat.state == SeatState.STARTED,
    )
    for seat in session.scalars(statement.order_by(ExamSeat.starts_at)):
        found[seat.person_id].append(Attempt(seat.started_at or seat.starts_at, seat.has_passed))
    return found


def reserved_for(
    session: Session, person_ids: Collection[UUID], exam_number: str
) -> Mapping[UUID, ExamSeat]:
    """The seat that each of these people holds for the exam already."""
    statement = (
        select(ExamSeat)
        .where(
            ExamSeat.person_id.in_(sorted(person_ids)),
            ExamSeat.exam_number == exam_number,
            ExamSeat.state == SeatState.RESERVED,
        )
        .options(joinedload(ExamSeat.sitting))
    )
    return {seat.person_id: seat for seat in session.scalars(statement)}


def latest_seats(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, ExamSeat]:
    """The newest seat of each of these people, from which their account is taken over."""
    statement = (
        select(ExamSeat)
        .where(ExamSeat.person_id.in_(sorted(person_ids)))
        .order_by(ExamSeat.starts_at, ExamSeat.id)
    )
    return {seat.person_id: seat for seat in session.scalars(statement)}


def legal_names(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The name in Latin letters that each of these people gave for their last exam, if any."""
    statement = (
        select(ExamSeat.person_id, ExamSeat.legal_name)
        .where(ExamSeat.person_id.in_(sorted(person_ids)), ExamSeat.legal_name.is_not(None))
        .order_by(ExamSeat.starts_at, ExamSeat.id)
    )
    return {key: name or "" for key, name in session.execute(statement)}


@contextmanager
def whole_institution(session: Session) -> Iterator[Session]:
    """A session that reads of all schools and agreements, where this one is held to some.

    For what counts wherever it was: the waits between attempts (A4), certificates (A3).
    """
    scope = session.info["scope"]
    if not isinstance(scope, Organisation) or scope == Organisation(scope.id):
        yield session
        return
    with reading(Organisation(scope.id)) as wide:
        yield wide
