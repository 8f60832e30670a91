"""Makes an institution with two schools, their people, and somebody who works for one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.support.making import make_member, make_organisation, make_person, make_user
from tests.support.making_academy import MOS_EXAM, Academy
from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import ClassMember, ClassRole, SchoolClass
from vlms.academy.models.sittings import Sitting, SittingState
from vlms.accounts.models import (
    Organisation,
    OrganisationKind,
    Person,
    PersonPlace,
    PlaceRole,
    RoleGrant,
    School,
    User,
)
from vlms.core.permissions import Role
from vlms.core.work import Work

LICENSING = "ann@university.example"
COORDINATOR = "cora@university.example"
TEACHER = "tom@university.example"


@dataclass(frozen=True)
class University:
    """Two schools; `both` studies at the second too, though the first is her own."""

    organisation: Organisation
    law: School
    arts: School
    lawyer: Person
    artist: Person
    both: Person


def make_school(work: Work, organisation: Organisation, name: str) -> School:
    school = School(organisation_id=organisation.id, name=name)
    work.session.add(school)
    work.flush()
    return school


def make_pupil(work: Work, school: School, name: str, number: str) -> Person:
    """A student of a school, known there by a number, without an address."""
    organisation = work.session.get_one(Organisation, school.organisation_id)
    person = make_person(work, organisation, name)
    person.school_id, person.number = school.id, number
    make_place(work, person, school)
    return person


def make_place(
    work: Work, person: Person, school: School, role: PlaceRole = PlaceRole.STUDENT
) -> PersonPlace:
    place = PersonPlace(
        organisation_id=person.organisation_id,
        school_id=school.id,
        person_id=person.id,
        role=role,
    )
    work.session.add(place)
    work.flush()
    return place


def make_university(work: Work) -> University:
    """With a licensing admin of the whole, whose address is LICENSING."""
    organisation = make_organisation(work, "university", OrganisationKind.ACADEMIC)
    law, arts = (make_school(work, organisation, name) for name in ("Law", "Arts"))
    lawyer = make_pupil(work, law, "Lee Lawyer", "L1")
    artist = make_pupil(work, arts, "Amy Artist", "A1")
    both = make_pupil(work, arts, "Bea Both", "B1")
    make_place(work, both, law)
    make_member(work, organisation, Role.LICENSING_ADMIN, LICENSING)
    return University(organisation, law, arts, lawyer, artist, both)


def make_school_member(
    work: Work, schools: Collection[School], role: Role, email: str = COORDINATOR
) -> User:
    """Somebody with this role in these schools alone."""
    user = make_user(work, email, email.split("@")[0].title())
    for school in schools:
        work.session.add(
            RoleGrant(
                organisation_id=school.organisation_id,
                user_id=user.id,
                role=role,
                school_id=school.id,
                granted_at=work.now,
            )
        )
    work.flush()
    return user


def make_class(work: Work, school: School, title: str, *students: Person) -> SchoolClass:
    """A class of a school with these students, whose days are open."""
    found = SchoolClass(organisation_id=school.organisation_id, school_id=school.id, title=title)
    work.session.add(found)
    work.flush()
    for person in students:
        make_member_of_class(work, found, person, ClassRole.STUDENT)
    return found


def make_member_of_class(
    work: Work, school_class: SchoolClass, person: Person, role: ClassRole
) -> ClassMember:
    member = ClassMember(
        organisation_id=school_class.organisation_id,
        school_id=school_class.school_id,
        class_id=school_class.id,
        person_id=person.id,
        role=role,
    )
    work.session.add(member)
    work.flush()
    return member


def make_sitting(
    work: Work,
    academy: Academy,
    quota: PackQuota,
    number: str,
    starts_at: datetime,
    **facts: Any,
) -> Sitting:
    """A scheduled sitting at the school of law, of nobody's class unless `facts` say else."""
    sitting = Sitting(
        **{
            "organisation_id": quota.organisation_id,
            "agreement_id": quota.agreement_id,
            "school_id": academy.law.id,
            "site_id": academy.site.id,
            "quota_id": quota.id,
            "pack_id": quota.pack_id,
            "number": number,
            "state": SittingState.SCHEDULED,
            "exam_number": MOS_EXAM,
            "starts_at": starts_at,
            "time_zone": "Asia/Taipei",
            "created_at": work.now,
            **facts,
        }
    )
    work.session.add(sitting)
    work.flush()
    return sitting
