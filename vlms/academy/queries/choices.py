"""What can be chosen: when a sitting is scheduled, in reports, for certificates."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.academy.models.packs import Pack, PackQuota
from vlms.academy.models.roster import AcademicTerm, SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.queries.rosters import covered_schools
from vlms.accounts.models import Person, PersonPlace, PlaceRole, School
from vlms.accounts.queries import names_person
from vlms.catalog.models import Exam
from vlms.catalog.queries import list_exams
from vlms.core.reading import canonical_email

# More are no choice for people.
MOST = 100


def quotas_for(session: Session, school: School, now: datetime) -> Sequence[PackQuota]:
    """The school's quotas and the shared ones, of packs and terms that are not over; by their end.

    An agreement that names schools shares with these alone (A2). A term's last day is the
    school's own, wherever that is.
    """
    today_anywhere = (now - timedelta(hours=12)).date()
    statement = (
        select(PackQuota)
        .join(Pack, PackQuota.pack_id == Pack.id)
        .outerjoin(AcademicTerm, PackQuota.term_id == AcademicTerm.id)
        .where(
            PackQuota.organisation_id == school.organisation_id,
            or_(PackQuota.school_id == school.id, PackQuota.school_id.is_(None)),
            PackQuota.quota_count > 0,
            Pack.expires_at > now,
            or_(AcademicTerm.id.is_(None), AcademicTerm.last_day >= today_anywhere),
        )
        .options(
            joinedload(PackQuota.pack).joinedload(Pack.product),
            joinedload(PackQuota.school),
            joinedload(PackQuota.term),
        )
        .order_by(Pack.expires_at, PackQuota.id)
    )
    found = session.scalars(statement).all()
    covered = {one.agreement_id: covered_schools(session, one.agreement_id) for one in found}
    return [
        one
        for one in found
        if not covered[one.agreement_id] or school.id in covered[one.agreement_id]
    ]


def exams_of(session: Session, quotas: Sequence[PackQuota]) -> Sequence[Exam]:
    """The exams of all families of these quotas' packs, the retired ones too."""
    keys = {family.key for quota in quotas for family in quota.pack.product.families}
    return list_exams(session, *sorted(keys)) if keys else []


def sites_for(session: Session, school: School) -> Sequence[DeliverySite]:
    """The school's sites and the shared ones that are in use, by name."""
    statement = select(DeliverySite).where(
        DeliverySite.organisation_id == school.organisation_id,
        or_(DeliverySite.school_id == school.id, DeliverySite.school_id.is_(None)),
        DeliverySite.closed_at.is_(None),
    )
    return session.scalars(statement.order_by(DeliverySite.name)).all()


def classes_of(session: Session, school: School, today: date) -> Sequence[SchoolClass]:
    """The school's classes that have not ended, by title."""
    statement = select(SchoolClass).where(
        SchoolClass.organisation_id == school.organisation_id,
        SchoolClass.school_id == school.id,
        SchoolClass.ended_on.is_(None) | (SchoolClass.ended_on >= today),
    )
    return session.scalars(statement.order_by(SchoolClass.title, SchoolClass.id)).all()


def employees_of(session: Session, school: School, today: date) -> Sequence[Person]:
    """Who works at the school today and so can proctor, by name."""
    works = _placed(school, today).where(PersonPlace.role.in_((PlaceRole.FACULTY, PlaceRole.STAFF)))
    statement = select(Person).where(Person.id.in_(works), Person.left_at.is_(None))
    return session.scalars(statement.order_by(Person.search_name, Person.id)).all()


def people_at(session: Session, school: School, day: date, words: str) -> Sequence[Person]:
    """The first who are at the school on a day and whose names or number fit, by name."""
    statement = select(Person).where(Person.id.in_(_placed(school, day)), names_person(words))
    return session.scalars(statement.order_by(Person.search_name, Person.id).limit(MOST)).all()


def _placed(school: School, day: date) -> Select[UUID]:
    return select(PersonPlace.person_id).where(
        PersonPlace.school_id == school.id,
        PersonPlace.first_day.is_(None) | (PersonPlace.first_day <= day),
        PersonPlace.last_day.is_(None) | (PersonPlace.last_day >= day),
    )


def people_named(
    session: Session, organisation_id: UUID, words: Collection[str]
) -> Mapping[str, Person]:
    """People by what was typed of each: number or address."""
    addresses = {canonical_email(word) for word in words}
    statement = select(Person).where(
        Person.organisation_id == organisation_id,
        or_(Person.number.in_(sorted(words)), Person.email.in_(sorted(addresses))),
    )
    people = session.scalars(statement).all()
    by_number = {person.number: person for person in people if person.number}
    by_email = {person.email: person for person in people if person.email}
    found = ((word, by_number.get(word) or by_email.get(canonical_email(word))) for word in words)
    return {word: person for word, person in found if person is not None}


def list_schools_seen(session: Session) -> Sequence[School]:
    """By name."""
    return session.scalars(select(School).order_by(School.name).limit(MOST)).all()


def list_newest_packs(session: Session) -> Sequence[Pack]:
    return session.scalars(select(Pack).order_by(Pack.number.desc()).limit(MOST)).all()


def list_newest_terms(session: Session) -> Sequence[AcademicTerm]:
    newest = select(AcademicTerm).order_by(AcademicTerm.first_day.desc(), AcademicTerm.title)
    return session.scalars(newest.limit(MOST)).all()


def list_classes_seen(session: Session) -> Sequence[SchoolClass]:
    """By title."""
    return session.scalars(select(SchoolClass).order_by(SchoolClass.title)).all()


def find_class(session: Session, class_id: UUID) -> SchoolClass | None:
    return session.scalar(select(SchoolClass).where(SchoolClass.id == class_id))
