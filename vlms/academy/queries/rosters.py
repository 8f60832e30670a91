"""Finds classes, who is in them, and what people are at schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.errors import NotEligible
from vlms.academy.models.packs import Pack, PackKind
from vlms.academy.models.roster import ClassMember, ClassRole, SchoolClass
from vlms.academy.queries.sittings import whole_institution
from vlms.academy.rules.eligibility import (
    Candidate,
    Offer,
    Place,
    grant_offer,
    refuse_candidate,
    site_pack_offer,
)
from vlms.accounts.models import Person, PersonPlace, School
from vlms.agreements.models import AgreementSchool
from vlms.core.clock import local_day
from vlms.core.errors import NotFound
from vlms.core.text import _

_AT_ONCE = 1_000


def get_class(session: Session, class_id: UUID) -> SchoolClass:
    """Raises NotFound."""
    found = session.scalar(
        select(SchoolClass)
        .where(SchoolClass.id == class_id)
        .options(joinedload(SchoolClass.school), selectinload(SchoolClass.terms))
    )
    if found is None:
        raise NotFound(None, _("There is no such class in this organisation."))
    return found


def members_on(session: Session, class_id: UUID, role: ClassRole, day: date) -> Sequence[Person]:
    """Who is in a class as `role` on a day of the school, by name."""
    began = ClassMember.first_day.is_(None) | (ClassMember.first_day <= day)
    goes_on = ClassMember.last_day.is_(None) | (ClassMember.last_day >= day)
    return session.scalars(
        select(Person)
        .join(ClassMember, ClassMember.person_id == Person.id)
        .where(ClassMember.class_id == class_id, ClassMember.role == role, began, goes_on)
        .order_by(Person.search_name, Person.id)
    ).all()


def candidates(
    session: Session, person_ids: Collection[UUID], zone: str
) -> Mapping[UUID, Candidate]:
    """What the roster says of people; the day on which one left is told in `zone`."""
    places: dict[UUID, list[Place]] = defaultdict(list)
    found: dict[UUID, Candidate] = {}
    for keys in _groups(person_ids):
        for place in _places(session, keys):
            places[place.person_id].append(_place(place))
        for person in session.scalars(select(Person).where(Person.id.in_(keys))):
            left_on = local_day(person.left_at, zone) if person.left_at else None
            found[person.id] = Candidate(person.name, places[person.id], left_on)
    return found


def _places(session: Session, person_ids: Sequence[UUID]) -> Sequence[PersonPlace]:
    return session.scalars(
        select(PersonPlace)
        .where(PersonPlace.person_id.in_(person_ids))
        .options(joinedload(PersonPlace.school))
        .order_by(PersonPlace.id)
    ).all()


def _place(place: PersonPlace) -> Place:
    school = place.school
    return Place(place.role, place.school_id, school.name, place.first_day, place.last_day)


def _groups(keys: Collection[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(set(keys))
    for first in range(0, len(ordered), _AT_ONCE):
        yield ordered[first : first + _AT_ONCE]


def offer_of(session: Session, pack: Pack, school: School) -> Offer:
    """Whom a pack is for when its exam is delivered at a school (A2, A3).

    An agreement that names no schools covers the one in question.
    """
    if pack.kind is PackKind.SITE_PACK:
        return site_pack_offer(school.id, school.name)
    covered = covered_schools(session, pack.agreement_id)
    return grant_offer(covered or [school.id], school.name)


def covered_schools(session: Session, agreement_id: UUID) -> Collection[UUID]:
    """The schools that an agreement names, also those that the session does not see."""
    named = select(AgreementSchool.school_id).where(AgreementSchool.agreement_id == agreement_id)
    with whole_institution(session) as wide:
        return wide.scalars(named).all()


def refusals_on(
    session: Session, offer: Offer, person_ids: Collection[UUID], day: date, zone: str
) -> Mapping[UUID, NotEligible]:
    """Who of these may not sit an exam on a day of the school, and why; the others may."""
    found = candidates(session, person_ids, zone)
    refused = ((key, refuse_candidate(one, offer, day)) for key, one in found.items())
    return {key: refusal for key, refusal in refused if refusal is not None}
