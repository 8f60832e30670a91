"""Registers a code for an exam and moves its appointment (C3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.catalog.models import Exam, Product
from vlms.catalog.queries import find_exam
from vlms.codes.errors import AppointmentRefused, StepRefused
from vlms.codes.holder_queries import find_open_registration, last_told
from vlms.codes.models import Code, Registration
from vlms.codes.rules.appointment import (
    AppointmentTerms,
    check_appointment,
    check_not_started,
    check_recording,
)
from vlms.codes.rules.first_day import check_usable
from vlms.codes.rules.instants import as_utc
from vlms.codes.rules.lifecycle import Step
from vlms.codes.service.parties import check_actor, check_step
from vlms.codes.service.transition import code_moved, take_step
from vlms.core.errors import Conflict, Topic
from vlms.core.term import end_of_day
from vlms.core.text import Name, Text, _
from vlms.core.work import Work


@dataclass(frozen=True)
class Booking:
    """What was booked with the exam provider; `starts_at` is aware."""

    exam_number: str
    site: str
    starts_at: datetime


def appointment_terms(work: Work) -> AppointmentTerms:
    """C3's figures with the installation's own."""
    return AppointmentTerms(record_within=timedelta(days=work.terms.outcome_days))


def register(
    work: Work, code: Code, booking: Booking, once_key: str, happened_at: datetime | None = None
) -> Registration:
    """Register a code for an exam: once at a time, and once for one key (C3).

    The same key and booking give the same registration again. Only who may record outcomes
    says that it happened earlier. Raises AppointmentRefused, NotForThisParty, StepRefused,
    and Conflict for a key that was used for another booking.
    """
    known = _find_answer(work, code, booking, once_key)
    if known is not None:
        return known
    check_step(work, code, Step.REGISTER, happened_at=happened_at)
    booked_at = _told_of(work, code, happened_at, last_told(work.session, code))
    exam = code_exam(work, code, booking.exam_number)
    _check_booking(work, code, booking, exam, booked_at)
    work.does("registration.made")
    # Of one that the sweep has called expired meanwhile, it was too early.
    still_open = {} if code.ended_at is None else {"ended_at": None}
    try:
        take_step(work, code, Step.REGISTER, happened_at=happened_at, **still_open)
    except StepRefused:
        # The same request may have been answered while this one waited for the row.
        known = _find_answer(work, code, booking, once_key)
        if known is None:
            raise
        return known
    return _write(work, code, booking, once_key, booked_at)


def move(
    work: Work,
    code: Code,
    starts_at: datetime,
    site: str | None = None,
    happened_at: datetime | None = None,
) -> Registration:
    """Move the appointment to another date, at the same site unless another is named (C3).

    Only who may record outcomes says that it happened earlier. Raises AppointmentRefused,
    NotForThisParty, StepRefused.
    """
    check_step(work, code, Step.MOVE)
    registration = get_open_registration(work, code)
    moved_at = _told_of(work, code, happened_at, registration.recorded_at)
    check_not_started(registration.starts_at, moved_at)
    booking = Booking(registration.exam_number, site or registration.site, starts_at)
    _check_booking(work, code, booking, registration.exam, moved_at)
    work.does("registration.moved")
    take_step(work, code, Step.MOVE, exam_starts_at=registration.starts_at)
    registration.starts_at, registration.site = booking.starts_at, booking.site
    registration.recorded_at = moved_at
    work.flush()
    return registration


def get_open_registration(work: Work, code: Code) -> Registration:
    """The appointment of a code that was read as registered.

    Raises StepRefused when it was ended since the code was read, LookupError when its row
    is gone.
    """
    registration = find_open_registration(work.session, code.id)
    if registration is not None:
        return registration
    version_read = code.version
    work.session.refresh(code)
    if code.version != version_read:
        raise code_moved()
    raise LookupError(f"code {code.id} is registered without a registration")


def code_exam(work: Work, code: Code, exam_number: str) -> Exam:
    """The exam, if the code is good for it. Raises AppointmentRefused."""
    exam = find_exam(work.session, exam_number)
    if exam is None:
        raise _refused("exam_unknown", _("There is no exam %(exam)s.", exam=exam_number))
    families = sorted(code.product.families, key=lambda family: family.key)
    if exam.family_key not in {family.key for family in families}:
        raise _refused(
            "exam_of_other_family",
            _(
                "This code is good for exams of %(families)s only; %(exam)s is none of them.",
                families=tuple(Name(one.name_en, chinese=one.name_zh) for one in families),
                exam=exam.number,
            ),
        )
    return exam


def retires_at(product: Product, exam: Exam, zone: str) -> datetime | None:
    """The first instant at which the exam can no longer be taken: after its last day."""
    days = (exam.retires_on, exam.family.retires_on, product.exams_retire_on)
    known = [day for day in days if day is not None]
    return end_of_day(min(known), zone) if known else None


def _told_of(
    work: Work, code: Code, happened_at: datetime | None, not_before: datetime | None
) -> datetime:
    """When a booking counts as made: now, or when somebody who may say so says it was (C3)."""
    if happened_at is None:
        return work.now
    check_actor(work, code, Step.NO_SHOW)
    check_recording(happened_at, work.now, appointment_terms(work), not_before=not_before)
    return happened_at


def _check_booking(
    work: Work, code: Code, booking: Booking, exam: Exam, booked_at: datetime
) -> None:
    check_appointment(
        booking.starts_at,
        booked_at,
        code.expires_at,
        retires_at(code.product, exam, code.time_zone),
    )
    check_usable(code.usable_at, booking.starts_at, code.time_zone)


def _find_answer(work: Work, code: Code, booking: Booking, once_key: str) -> Registration | None:
    """What this key was answered with. Raises Conflict when it asked for something else."""
    known = work.session.scalar(
        select(Registration).where(
            Registration.code_id == code.id, Registration.once_key == once_key
        )
    )
    # In UTC: an hour that the clocks give twice equals no time of another zone.
    asked = replace(booking, starts_at=as_utc(booking.starts_at))
    if known is None or _first_booking(known) == asked:
        return known
    raise Conflict(
        "C3",
        _("This request was answered before, for another appointment."),
        reason="once_key_reused",
        way_out=_("Load the page again to see how the code stands."),
        ask=Topic.CODES,
    )


def _first_booking(registration: Registration) -> Booking:
    return Booking(registration.exam_number, registration.site, as_utc(registration.starts_at))


def _write(
    work: Work, code: Code, booking: Booking, once_key: str, booked_at: datetime
) -> Registration:
    registration = Registration(
        organisation_id=code.organisation_id,
        agreement_id=code.agreement_id,
        reseller_id=code.reseller_id,
        code_id=code.id,
        person_id=code.person_id,
        exam_number=booking.exam_number,
        site=booking.site,
        starts_at=booking.starts_at,
        is_open=True,
        recorded_at=booked_at,
        once_key=once_key,
    )
    work.session.add(registration)
    try:
        work.flush()
    except IntegrityError as error:
        raise _taken() from error
    return registration


def _taken() -> Conflict:
    return Conflict(
        "C3",
        _("The code has just been registered for an exam; it registers one at a time."),
        reason="code_registered",
        way_out=_("Load the page again to see the appointment."),
        ask=Topic.CODES,
    )


def _refused(reason: str, sentence: Text) -> AppointmentRefused:
    return AppointmentRefused(
        "C3",
        sentence,
        reason=reason,
        field="exam_number",
        way_out=_("Choose an exam from the list of the code."),
        ask=Topic.CODES,
    )
