"""Tables of Imagine Academy: benefits used and asked for, courses, certificates (A3)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from vlms.academy.models.packs import Pack
from vlms.academy.models.roster import SchoolClass
from vlms.accounts.models import Person, School
from vlms.core.db import Base, Instant, Keyed, choice
from vlms.core.scope import Visibility


class BenefitRequestState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class BenefitRequest(Keyed, Base):
    """Somebody of faculty or staff takes or asks for a benefit of a grant (A3).

    `benefit_key` names an entry of the data file; the programme's code is kept sealed.
    """

    __tablename__ = "benefit_request"
    __table_args__ = (
        Index("ix_benefit_request_pack", "organisation_id", "pack_id"),
        Index(
            "uq_benefit_request",
            "pack_id",
            "benefit_key",
            "person_id",
            unique=True,
            sqlite_where=text("state <> 'refused'"),
            postgresql_where=text("state <> 'refused'"),
        ),
    )
    visible = Visibility(agreement="agreement_id", school="school_id", schools_share=True)
    audited = ("benefit_key", "person_id", "state", "note", "answer", "code_last4")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("pack.id"))
    benefit_key: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[BenefitRequestState] = mapped_column(
        choice(BenefitRequestState, "benefit_request_state")
    )
    note: Mapped[str] = mapped_column(String(500), default="")
    answer: Mapped[str | None] = mapped_column(String(500))
    sealed_code: Mapped[bytes | None] = mapped_column(LargeBinary(400))
    code_last4: Mapped[str | None] = mapped_column(String(4))
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    pack: Mapped[Pack] = relationship()
    person: Mapped[Person] = relationship()


class Course(Keyed, Base):
    """A course whose completion can be certified; without a school, of all its schools."""

    __tablename__ = "course"
    __table_args__ = (Index("uq_course_code", "organisation_id", "code", unique=True),)
    visible = Visibility(school="school_id", schools_share=True)
    audited = ("code", "title_en", "title_zh", "hours", "school_id", "ended_at")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("school.id"))
    code: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    hours: Mapped[int | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    school: Mapped[School | None] = relationship()


class CertificateDesign(Keyed, Base):
    """How a school's certificates look: its logo, a signature, names, one of the layouts.

    A change ends it and makes another: what was certified keeps the look and the signer it had.
    """

    __tablename__ = "certificate_design"
    __table_args__ = (
        Index(
            "uq_certificate_design",
            "school_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    visible = Visibility(school="school_id")
    audited = (
        "layout",
        "latin_school_name",
        "latin_institution_name",
        "signer_name",
        "signer_title",
        "has_logo",
        "has_signature",
        "ended_at",
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    layout: Mapped[str] = mapped_column(String(40))
    latin_school_name: Mapped[str] = mapped_column(String(200), default="")
    latin_institution_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    signer_title: Mapped[str] = mapped_column(String(200), default="")
    has_logo: Mapped[bool] = mapped_column(default=False)
    has_signature: Mapped[bool] = mapped_column(default=False)
    # Pictures as PNG, made anew from what was uploaded.
    logo: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    signature: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    school: Mapped[School] = relationship()


class CourseCertificate(Keyed, Base):
    """That a person completed a course; its words as they were on the day of issue.

    `token_digest` finds it by the secret of its QR, which shows no more than the paper does;
    the secret is derived from the link key, so that it can be printed again.
    """

    __tablename__ = "course_certificate"
    __table_args__ = (
        Index("uq_course_certificate_number", "organisation_id", "number", unique=True),
        Index("uq_course_certificate_token", "token_digest", unique=True),
        Index(
            "uq_course_certificate",
            "course_id",
            "person_id",
            "completed_on",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_course_certificate_school", "organisation_id", "school_id", "completed_on"),
        Index("ix_course_certificate_class", "class_id"),
    )
    visible = Visibility(school="school_id", holder="person_id")
    audited = ("number", "course_id", "person_id", "completed_on", "revoked_at", "reason")

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    school_id: Mapped[UUID] = mapped_column(ForeignKey("school.id"))
    course_id: Mapped[UUID] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    design_id: Mapped[UUID] = mapped_column(ForeignKey("certificate_design.id"))
    # The class as which they were certified together.
    class_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_class.id"))
    number: Mapped[str] = mapped_column(String(30))
    token_digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    latin_name: Mapped[str] = mapped_column(String(200))
    school_name: Mapped[str] = mapped_column(String(200))
    latin_school_name: Mapped[str] = mapped_column(String(200))
    # Empty on those of the first release, which named the school alone.
    institution_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    latin_institution_name: Mapped[str] = mapped_column(String(200), default="", server_default="")
    title_en: Mapped[str] = mapped_column(String(200))
    title_zh: Mapped[str] = mapped_column(String(200))
    hours: Mapped[int | None] = mapped_column()
    completed_on: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person] = relationship()
    school: Mapped[School] = relationship()
    school_class: Mapped[SchoolClass | None] = relationship()
    course: Mapped[Course] = relationship()
    design: Mapped[CertificateDesign] = relationship()
