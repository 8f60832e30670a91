"""Makes an academic institution: its agreement, schools, an opened pack, a site, its people."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count as counting
from typing import Any

from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_contact
from tests.support.making_packs import MCE_EXAM as MCE_EXAM
from tests.support.making_packs import MOS_EXAM as MOS_EXAM
from tests.support.making_packs import MTA_EXAM as MTA_EXAM
from tests.support.making_packs import MTA_RETIRED_ON as MTA_RETIRED_ON
from tests.support.making_packs import make_exams as make_exams
from tests.support.making_packs import make_pack as make_pack
from tests.support.making_packs import make_quota as make_quota
from tests.support.making_packs import make_site as make_site
from tests.support.making_packs import make_site_pack as make_site_pack
from vlms.academy.models.packs import (
    Pack,
    PackQuota,
)
from vlms.academy.models.roster import AcademicTerm, ClassMember, ClassRole, SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.rules.seat_state import SeatState
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
from vlms.agreements.models import Agreement, AgreementSchool
from vlms.catalog.models import Product
from vlms.core import scope
from vlms.core.permissions import Role
from vlms.core.scope import Scope
from vlms.core.work import Actor, Work

ADMIN_EMAIL = "ada@fabrikam.example"
COORDINATOR_EMAIL = "cleo@fabrikam.example"
OTHER_COORDINATOR_EMAIL = "otto@fabrikam.example"
_numbers = counting(1)


@dataclass(frozen=True)
class Academy:
    """The institution of 2026 in Taipei: schools of law and management, a pack of 500.

    Nothing of the pack is given to anybody. `faculty`, `student` are of the school of law,
    `other_student` of that of management.
    """

    organisation: Organisation
    agreement: Agreement
    law: School
    management: School
    term: AcademicTerm
    product: Product
    pack: Pack
    site: DeliverySite
    admin: User
    coordinator: User
    other_coordinator: User
    faculty: Person
    student: Person
    other_student: Person

    def administering(self, now: datetime) -> AbstractContextManager[Work]:
        """Work of the licensing admin."""
        return self._working(now, self.admin, Role.LICENSING_ADMIN, self._scope())

    def coordinating(
        self, now: datetime, school: School | None = None
    ) -> AbstractContextManager[Work]:
        """Work of the coordinator of a school; of law, unless told otherwise."""
        found = school or self.law
        user = self.coordinator if found.id == self.law.id else self.other_coordinator
        limited = self._scope(frozenset({found.id}))
        return self._working(now, user, Role.SCHOOL_COORDINATOR, limited)

    def _scope(self, school_ids: frozenset[Any] | None = None) -> Scope:
        return scope.Organisation(self.organisation.id, None, school_ids)

    def _working(
        self, now: datetime, user: User, role: Role, limited: Scope
    ) -> AbstractContextManager[Work]:
        actor = Actor(user.name, user.id, self.organisation.id, frozenset({role}))
        return making(now, actor, limited)


def make_academy(work: Work, slug: str = "fabrikam", **agreement: Any) -> Academy:
    """An institution with all that a sitting needs; `agreement` are columns of the agreement."""
    organisation = make_organisation(
        work, slug, OrganisationKind.ACADEMIC, country="TW", time_zone="Asia/Taipei"
    )
    made = make_agreement(work, organisation, **agreement)
    make_contact(work, made, f"notices@{slug}.example")
    law = make_school(work, made, "School of Law")
    management = make_school(work, made, "School of Management")
    product = make_site_pack(work, f"{slug}-pack")
    return Academy(
        organisation,
        made,
        law,
        management,
        make_term(work, organisation),
        product,
        make_pack(work, made, product, 500),
        make_site(work, organisation),
        make_member(work, organisation, Role.LICENSING_ADMIN, f"ada@{slug}.example"),
        make_school_member(work, law, Role.SCHOOL_COORDINATOR, f"cleo@{slug}.example"),
        make_school_member(work, management, Role.SCHOOL_COORDINATOR, f"otto@{slug}.example"),
        make_place(work, law, "Fay Faculty", PlaceRole.FACULTY),
        make_place(work, law, "Sam Student"),
        make_place(work, management, "Mia Student"),
    )


def make_school(work: Work, agreement: Agreement, name: str, **facts: Any) -> School:
    """A school that the agreement covers."""
    school = School(organisation_id=agreement.organisation_id, name=name, **facts)
    work.session.add(school)
    work.flush()
    work.session.add(
        AgreementSchool(
            agreement_id=agreement.id,
            school_id=school.id,
            organisation_id=agreement.organisation_id,
        )
    )
    work.flush()
    return school


def make_term(
    work: Work,
    organisation: Organisation,
    title: str = "Spring 2026",
    first_day: date = date(2026, 2, 1),
    last_day: date = date(2026, 6, 30),
) -> AcademicTerm:
    term = AcademicTerm(
        organisation_id=organisation.id, title=title, first_day=first_day, last_day=last_day
    )
    work.session.add(term)
    work.flush()
    return term


def make_place(
    work: Work, school: School, name: str, role: PlaceRole = PlaceRole.STUDENT, **facts: Any
) -> Person:
    """A person with a place at a school; `facts` are columns of the place, open days else."""
    organisation = work.session.get_one(Organisation, school.organisation_id)
    person = make_person(work, organisation, name)
    person.school_id, person.latin_name = school.id, name
    work.session.add(
        PersonPlace(
            organisation_id=organisation.id,
            school_id=school.id,
            person_id=person.id,
            role=role,
            **facts,
        )
    )
    work.flush()
    return person


def make_school_member(work: Work, school: School, role: Role, email: str) -> User:
    """A user with a role in one school."""
    organisation = work.session.get_one(Organisation, school.organisation_id)
    user = make_member(work, organisation, role, email)
    grant = work.session.query(RoleGrant).filter_by(user_id=user.id).one()
    grant.school_id = school.id
    work.flush()
    return user


def make_seats(
    work: Work, academy: Academy, quota: PackQuota, count: int, school: School | None = None
) -> list[ExamSeat]:
    """Seats to draw for, of one person; cancelled ones, as one sits no exam twice at once."""
    place = school or academy.law
    sitting = Sitting(
        organisation_id=quota.organisation_id,
        agreement_id=quota.agreement_id,
        school_id=place.id,
        site_id=academy.site.id,
        quota_id=quota.id,
        pack_id=quota.pack_id,
        number=f"S-T{next(_numbers):05d}",
        state=SittingState.SCHEDULED,
        exam_number=MOS_EXAM,
        starts_at=work.now,
        time_zone="Asia/Taipei",
        created_at=work.now,
    )
    work.session.add(sitting)
    work.flush()
    seats = [
        ExamSeat(
            organisation_id=quota.organisation_id,
            agreement_id=quota.agreement_id,
            school_id=place.id,
            sitting_id=sitting.id,
            quota_id=quota.id,
            person_id=academy.student.id,
            exam_number=MOS_EXAM,
            starts_at=work.now,
            state=SeatState.CANCELLED,
        )
        for _ in range(count)
    ]
    work.session.add_all(seats)
    work.flush()
    return seats


@dataclass(frozen=True)
class Lesson:
    """A class of the school of law with a teacher who has a user, and its quota."""

    school_class: SchoolClass
    teacher: Person
    teacher_user: User
    students: list[Person]
    quota: PackQuota


def make_lesson(work: Work, academy: Academy, count: int = 3, quota_count: int = 40) -> Lesson:
    """So many students, each known to the test provider by their first seat's facts."""
    number = next(_numbers)
    email = f"tea{number}@{academy.organisation.slug}.example"
    user = make_school_member(work, academy.law, Role.TEACHER, email)
    teacher = make_place(work, academy.law, "Tea Teacher", PlaceRole.FACULTY)
    teacher.user_id = user.id
    school_class = SchoolClass(
        organisation_id=academy.organisation.id,
        school_id=academy.law.id,
        title=f"Class {number}",
    )
    work.session.add(school_class)
    work.flush()
    students = [make_place(work, academy.law, f"Student {n:03d}") for n in range(count)]
    people = [(teacher, ClassRole.TEACHER), *((one, ClassRole.STUDENT) for one in students)]
    work.session.add_all(
        ClassMember(
            organisation_id=academy.organisation.id,
            school_id=academy.law.id,
            class_id=school_class.id,
            person_id=person.id,
            role=role,
        )
        for person, role in people
    )
    work.flush()
    quota = make_quota(work, academy.pack, academy.law, quota_count)
    return Lesson(school_class, teacher, user, students, quota)
