"""Course-completion certificates (A3): issued to a person or a class, verified, revoked.

A certificate says what was true on the day of its issue; names that change later do not
change it. For people of the school alone, who had a place there on the day of completion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.academy.errors import AcademyRefused
from vlms.academy.models.benefits import CertificateDesign, Course, CourseCertificate
from vlms.academy.models.roster import ClassRole
from vlms.academy.queries.courses import get_certificate, get_course
from vlms.academy.queries.rosters import candidates, get_class, members_on
from vlms.academy.queries.sittings import legal_names, whole_institution
from vlms.academy.rules.certificate_token import certificate_token, token_digest
from vlms.academy.rules.completion import refuse_completion_day, refuse_strangers
from vlms.academy.service.designs import design_for
from vlms.accounts.models import Organisation, Person, School
from vlms.accounts.queries import get_school
from vlms.audit.service import journal
from vlms.core.clock import local_day
from vlms.core.errors import BadInput, Conflict
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.orders.service.series import next_in_series

MOST_AT_ONCE = 1_000


@dataclass(frozen=True)
class Completion:
    """Who completed a course of a school, and when; of a class all students of that day."""

    course_id: UUID
    school_id: UUID
    completed_on: date
    person_ids: Sequence[UUID] = ()
    class_id: UUID | None = None


@dataclass(frozen=True)
class Issued:
    """What was issued, and for how many it had been before."""

    certificates: list[CourseCertificate] = field(default_factory=list)
    known_count: int = 0


def issue_certificates(work: Work, organisation_id: UUID, wanted: Completion) -> Issued:
    """Certify that people completed a course; who has the certificate of that day keeps it.

    Raises Forbidden, NotFound, AcademyRefused (A3) for a day that is to come or after the
    course's end and for who was not at the school then (all are named, none is certified),
    BadInput for nobody or too many.
    """
    work.actor.require(Permission.ISSUE_CERTIFICATES)
    course = get_course(work.session, wanted.course_id)
    school = get_school(work.session, organisation_id, wanted.school_id)
    _check_course(work, course, school, wanted.completed_on)
    people = _people(work, school, wanted)
    _check_people(work, school, people, wanted.completed_on)
    design = design_for(work, organisation_id, school.id)
    known = _certified(work, wanted)
    work.does("certificate.issued")
    issued = Issued(known_count=sum(person.id in known for person in people))
    names = _latin_names(work, people)
    for person in people:
        if person.id not in known:
            row = _row(work, person, course, design, wanted)
            row.latin_name = names.get(person.id, "")
            issued.certificates.append(row)
    _add(work, issued.certificates)
    return issued


def revoke_certificate(work: Work, certificate_id: UUID, reason: str) -> CourseCertificate:
    """Declare a certificate void from now on; its page says so, with the day.

    Raises Forbidden, NotFound, BadInput without a reason, Conflict for one that is revoked.
    """
    work.actor.require(Permission.ISSUE_CERTIFICATES)
    if not reason.strip():
        raise BadInput(
            "A3",
            _("The reason is missing."),
            field="reason",
            way_out=_("Say why it is revoked; the journal keeps it."),
        )
    certificate = get_certificate(work.session, certificate_id)
    changed = guarded_update(
        work.session,
        CourseCertificate,
        CourseCertificate.id == certificate_id,
        CourseCertificate.revoked_at.is_(None),
        revoked_at=work.now,
        reason=reason,
    )
    if changed != 1:
        raise Conflict(
            "A3",
            _("The certificate %(number)s is revoked already.", number=certificate.number),
            reason="certificate_revoked",
            way_out=_("Issue a new one if the course was completed after all."),
        )
    record = ("course_certificate", certificate.id, certificate.organisation_id)
    after = {"revoked_at": work.now}
    journal(work, "certificate.revoked", record, after=after, reason=reason)
    work.flush()
    work.session.refresh(certificate)
    return certificate


def token_of(work_key: bytes, certificate: CourseCertificate) -> str:
    """The secret of its QR. Raises AcademyRefused when the link key is not that of its issue."""
    token = certificate_token(work_key, certificate.id)
    if token_digest(token) != certificate.token_digest:
        raise AcademyRefused(
            "A3",
            _("The certificate %(number)s was issued with another key.", number=certificate.number),
            reason="foreign_key",
            way_out=_("Ask the operator to check the key file; papers already printed are good."),
        )
    return token


def _check_course(work: Work, course: Course, school: School, day: date) -> None:
    if course.school_id not in (None, school.id):
        raise AcademyRefused(
            "A3",
            _(
                "The course %(code)s is not held at %(school)s.",
                code=course.code,
                school=school.name,
            ),
            reason="course_of_others",
            field="course",
            way_out=_("Choose a course of this school or of all schools."),
        )
    zone = _zone(work, school)
    refuse_completion_day(day, work.today(zone), _ended_on(course, zone))


def _ended_on(course: Course, zone: str) -> date | None:
    return None if course.ended_at is None else local_day(course.ended_at, zone)


def _zone(work: Work, school: School) -> str:
    if school.time_zone:
        return school.time_zone
    return work.session.get_one(Organisation, school.organisation_id).time_zone


def _people(work: Work, school: School, wanted: Completion) -> Sequence[Person]:
    found: dict[UUID, Person] = {}
    if wanted.class_id is not None:
        chosen = get_class(work.session, wanted.class_id)
        if chosen.school_id != school.id:
            raise BadInput(
                "A3",
                _("This class is of another school."),
                field="school_class",
                way_out=_("Choose a class of the school."),
            )
        students = members_on(work.session, chosen.id, ClassRole.STUDENT, wanted.completed_on)
        found = {person.id: person for person in students}
    if wanted.person_ids:
        named = select(Person).where(
            Person.id.in_(set(wanted.person_ids)), Person.organisation_id == school.organisation_id
        )
        found |= {person.id: person for person in work.session.scalars(named)}
    if not 0 < len(found) <= MOST_AT_ONCE:
        raise BadInput(
            "A3",
            _("%(count)s people would be certified.", count=len(found)),
            reason="nobody_or_too_many",
            field="people",
            way_out=_(
                "Choose a class with students on that day, or name from 1 to %(most)s people.",
                most=MOST_AT_ONCE,
            ),
        )
    return sorted(found.values(), key=lambda person: (person.search_name, person.id))


def _check_people(work: Work, school: School, people: Sequence[Person], day: date) -> None:
    known = candidates(work.session, [person.id for person in people], _zone(work, school))
    refuse_strangers([known[person.id] for person in people], school.id, school.name, day)


def _certified(work: Work, wanted: Completion) -> frozenset[UUID]:
    statement = select(CourseCertificate.person_id).where(
        CourseCertificate.course_id == wanted.course_id,
        CourseCertificate.completed_on == wanted.completed_on,
        CourseCertificate.revoked_at.is_(None),
    )
    # A course of all schools is certified once, also by a school that the session does not see.
    with whole_institution(work.session) as wide:
        return frozenset(wide.scalars(statement))


def _latin_names(work: Work, people: Sequence[Person]) -> Mapping[UUID, str]:
    """The name in the directory, or else the legal one at the last exam."""
    known = {person.id: person.latin_name for person in people if person.latin_name}
    with whole_institution(work.session) as wide:
        return {**legal_names(wide, {person.id for person in people} - known.keys()), **known}


def _row(
    work: Work, person: Person, course: Course, design: CertificateDesign, wanted: Completion
) -> CourseCertificate:
    key = new_id()
    year = wanted.completed_on.year
    number = next_in_series(work, f"certificate-{course.organisation_id}-{year}")
    return CourseCertificate(
        id=key,
        organisation_id=course.organisation_id,
        school_id=wanted.school_id,
        course_id=course.id,
        person_id=person.id,
        design_id=design.id,
        class_id=wanted.class_id,
        number=f"C-{year}-{number:06d}",
        token_digest=token_digest(certificate_token(work.keys.link, key)),
        name=person.name,
        school_name=design.school.name,
        latin_school_name=design.latin_school_name,
        institution_name=work.session.get_one(Organisation, course.organisation_id).name,
        latin_institution_name=design.latin_institution_name,
        title_en=course.title_en,
        title_zh=course.title_zh,
        hours=course.hours,
        completed_on=wanted.completed_on,
        issued_at=work.now,
        issued_by=work.actor.user_id,
    )


def _add(work: Work, certificates: Sequence[CourseCertificate]) -> None:
    try:
        with work.session.begin_nested():
            work.session.add_all(certificates)
    except IntegrityError:
        raise Conflict(
            "A3",
            _("Somebody else has just certified one of these people; nothing was done twice."),
            reason="certified_meanwhile",
            way_out=_("Send it again: who has the certificate keeps it."),
        ) from None
