"""Finds courses and certificates, within the session's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.academy.models.benefits import Course, CourseCertificate
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _

COURSE_SORTS = {"code": Course.code, "title": Course.title_en}
CERTIFICATE_SORTS = {
    "number": CourseCertificate.number,
    "completed": CourseCertificate.completed_on,
}


@dataclass(frozen=True)
class CertificateFilter:
    """Which certificates a list shows; `words` of a name or number, `revoked` by standing."""

    words: str | None = None
    course_id: UUID | None = None
    school_id: UUID | None = None
    class_id: UUID | None = None
    revoked: bool | None = None


def get_course(session: Session, course_id: UUID) -> Course:
    """Raises NotFound, also for another school's."""
    course = session.scalar(
        select(Course).where(Course.id == course_id).options(joinedload(Course.school))
    )
    if course is None:
        raise NotFound(None, _("There is no such course."))
    return course


def find_course(session: Session, organisation_id: UUID, code: str) -> Course | None:
    return session.scalar(
        select(Course).where(Course.organisation_id == organisation_id, Course.code == code)
    )


def search_courses(
    session: Session, words: str | None, is_running: bool, listing: Listing
) -> Page[Course]:
    """A page of the courses whose code or title holds the words."""
    statement = select(Course).options(joinedload(Course.school))
    if words:
        columns = (Course.code, Course.title_en, Course.title_zh)
        statement = statement.where(
            or_(*(column.icontains(words, autoescape=True) for column in columns))
        )
    if is_running:
        statement = statement.where(Course.ended_at.is_(None))
    return page_of(session, statement, COURSE_SORTS, listing)


def list_courses(session: Session, *, running: bool = False) -> Sequence[Course]:
    """All courses by code."""
    statement = select(Course).options(joinedload(Course.school)).order_by(Course.code)
    if running:
        statement = statement.where(Course.ended_at.is_(None))
    return session.scalars(statement).all()


def get_certificate(session: Session, certificate_id: UUID) -> CourseCertificate:
    """Raises NotFound, also for another school's."""
    certificate = session.scalar(_whole().where(CourseCertificate.id == certificate_id))
    if certificate is None:
        raise NotFound(None, _("There is no such certificate."))
    return certificate


def find_certificate(
    session: Session, organisation_id: UUID, number: str
) -> CourseCertificate | None:
    return session.scalar(
        _whole().where(
            CourseCertificate.organisation_id == organisation_id,
            CourseCertificate.number == number.strip().upper(),
        )
    )


def find_by_digest(session: Session, digest: str) -> CourseCertificate | None:
    """The certificate whose secret has this digest."""
    return session.scalar(select(CourseCertificate).where(CourseCertificate.token_digest == digest))


def search_certificates(
    session: Session, wanted: CertificateFilter, listing: Listing
) -> Page[CourseCertificate]:
    """A page of the certificates that the filter leaves."""
    statement = _filtered(wanted).options(joinedload(CourseCertificate.course))
    return page_of(session, statement, CERTIFICATE_SORTS, listing)


def list_certificates(
    session: Session, wanted: CertificateFilter, limit: int | None = None
) -> Sequence[CourseCertificate]:
    """All that the filter leaves, by number."""
    statement = _filtered(wanted).options(joinedload(CourseCertificate.course))
    return session.scalars(statement.order_by(CourseCertificate.number).limit(limit)).all()


def list_own_certificates(session: Session) -> Sequence[CourseCertificate]:
    """Those of the session's holder, the latest first."""
    return session.scalars(
        select(CourseCertificate).order_by(CourseCertificate.completed_on.desc())
    ).all()


def _whole() -> Select[CourseCertificate]:
    return select(CourseCertificate).options(
        joinedload(CourseCertificate.person),
        joinedload(CourseCertificate.course),
        joinedload(CourseCertificate.school),
    )


def _filtered(wanted: CertificateFilter) -> Select[CourseCertificate]:
    statement = select(CourseCertificate)
    if wanted.words:
        columns = (
            CourseCertificate.name,
            CourseCertificate.latin_name,
            CourseCertificate.number,
        )
        statement = statement.where(
            or_(*(column.icontains(wanted.words, autoescape=True) for column in columns))
        )
    if wanted.course_id is not None:
        statement = statement.where(CourseCertificate.course_id == wanted.course_id)
    if wanted.school_id is not None:
        statement = statement.where(CourseCertificate.school_id == wanted.school_id)
    if wanted.class_id is not None:
        statement = statement.where(CourseCertificate.class_id == wanted.class_id)
    if wanted.revoked is not None:
        is_revoked = CourseCertificate.revoked_at.is_not(None)
        statement = statement.where(is_revoked if wanted.revoked else ~is_revoked)
    return statement
