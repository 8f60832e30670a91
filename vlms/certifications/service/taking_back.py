"""Takes back what was entered or imported wrongly, with its reason; the journal keeps all of it.

What follows from it goes along: certifications that an exam alone had earned, and renewals of a
certification that was never earned. What a provider's result has shown is not taken back by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from vlms.accounts.models import Person
from vlms.accounts.queries import get_person
from vlms.audit.service import journal
from vlms.catalog.models import Certification, CertificationExam
from vlms.certifications.errors import TakingBackRefused
from vlms.certifications.models import (
    AttemptSource,
    ExamPass,
    HeldCertification,
    PassSource,
    RenewalAttempt,
)
from vlms.certifications.queries.transcripts import find_held, list_attempts
from vlms.certifications.rules.renewal import ZONE, renewed_until
from vlms.certifications.service.deriving import (
    derive_by_exam,
    hold_transcript,
    last_day_of,
    reread,
)
from vlms.certifications.service.dropping import drop, drop_unfounded, follow
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day
from vlms.core.errors import Conflict, Forbidden, Topic
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Actor, Work


def take_back_pass(work: Work, found: ExamPass, reason: str) -> Person:
    """A passed exam that was entered or imported wrongly, and what it alone had earned.

    Raises Forbidden; TakingBackRefused (R1) for what a provider's result has shown.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    hold_transcript(work, found.person_id)
    found = reread(work, found)
    check_pass(found)
    person = get_person(work.session, found.person_id)
    number = found.exam_number
    work.does("exam_pass.withdrawn", reason)
    work.session.delete(found)
    work.flush()
    of_exam = select(Certification).where(
        Certification.key.in_(
            select(CertificationExam.certification_key).where(
                CertificationExam.exam_number == number
            )
        )
    )
    for certification in work.session.scalars(of_exam).all():
        drop_unfounded(work, person, certification, reason)
    derive_by_exam(work, person, number, PassSource.ENTRY)
    return person


def take_back_held(work: Work, held: HeldCertification, reason: str) -> Person:
    """A certification that was entered, imported or moved wrongly, and its renewals.

    What its passed exams make of it stands again. Raises Forbidden, Conflict; TakingBackRefused
    (R1) for one that is as they make it.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    hold_transcript(work, held.person_id)
    held = reread(work, held)
    check_held(held)
    person = get_person(work.session, held.person_id)
    certification = held.certification
    drop(work, held, reason)
    follow(work, person, certification, reason)
    return person


def take_back_attempt(work: Work, attempt: RenewalAttempt, reason: str) -> HeldCertification | None:
    """A renewal assessment that was stated wrongly: an admin takes back any, a holder an own one.

    The last day goes back to what it was (R3), and with it what needed the renewal; None where no
    exam bears the certification itself any more. Raises Forbidden, TakingBackRefused unless it is
    the newest one and nothing has moved the last day since, and Conflict.
    """
    hold_transcript(work, attempt.person_id)
    attempt = reread(work, attempt)
    held = reread(work, work.session.get_one(HeldCertification, attempt.held_id))
    check_may(work.actor, held, attempt)
    check_attempt_back(held, attempt, list_attempts(work.session, held.id))
    work.does("certification.attempt_withdrawn", reason)
    work.session.delete(attempt)
    work.flush()
    _move_back(work, held, attempt.expired_on)
    follow(work, get_person(work.session, held.person_id), held.certification, reason)
    return find_held(work.session, held.id)


def check_pass(found: ExamPass) -> None:
    """Raises TakingBackRefused (R1)."""
    if found.source is PassSource.EXAM:
        raise TakingBackRefused(
            "R1",
            _("A provider's result shows that this exam was passed."),
            reason="proved_by_provider",
            way_out=_(
                "Have the result corrected at the exam desk or by the provider: the pass, and what "
                "it earned, then go by themselves."
            ),
            ask=Topic.EXAM_PROVIDER,
        )


def check_held(held: HeldCertification) -> None:
    """Raises TakingBackRefused (R1) where it would be made anew at once as it is."""
    if held.is_remade:
        raise TakingBackRefused(
            "R1",
            _("Passed exams have earned this certification: it was not entered."),
            reason="earned_by_exams",
            way_out=_("Take back the exam that was entered wrongly; the certification follows."),
        )


def check_attempt_back(
    held: HeldCertification, attempt: RenewalAttempt, attempts: Sequence[RenewalAttempt]
) -> None:
    """Raises TakingBackRefused (R3): what came later was judged by it."""
    if not attempts or attempts[0].id != attempt.id:
        raise TakingBackRefused(
            "R3",
            _("A later attempt was judged by this one."),
            reason="not_the_newest",
            way_out=_("Take back the later attempts first, the newest one before the others."),
        )
    if held.expires_on != _day_after(attempt):
        raise TakingBackRefused(
            "R3",
            _("A file has moved the last day of this certification since."),
            reason="moved_since",
            way_out=_("Take the certification back, and enter or import it as it is."),
        )


def check_may(actor: Actor, held: HeldCertification, attempt: RenewalAttempt) -> None:
    """Raises Forbidden."""
    if actor.may(Permission.EDIT_CERTIFICATIONS):
        return
    is_own = actor.user_id is not None and held.person.user_id == actor.user_id
    if is_own and attempt.source is AttemptSource.HOLDER:
        actor.require(Permission.USE_OWN_CODES)
        return
    if is_own:
        raise Forbidden(
            "R3",
            _("An admin has recorded this attempt, or a file did."),
            way_out=_("Ask who looks after certifications to take it back."),
        )
    actor.require(Permission.EDIT_CERTIFICATIONS)


def _day_after(attempt: RenewalAttempt) -> date:
    """The last day that the certification had after an attempt."""
    if not attempt.has_passed:
        return attempt.expired_on
    version = renewal_terms(local_day(attempt.attempted_at, ZONE))
    return renewed_until(attempt.expired_on, version.terms)


def _move_back(work: Work, held: HeldCertification, before: date) -> None:
    """A certification that exams earned follows them again once nothing has renewed it."""
    is_untouched = (
        held.is_derived
        and before == last_day_of(held.certification, held.earned_on)
        and not list_attempts(work.session, held.id)
    )
    read = (HeldCertification.id == held.id, HeldCertification.version == held.version)
    values = {"expires_on": before, "version": 1 if is_untouched else held.version + 1}
    if guarded_update(work.session, HeldCertification, *read, **values) != 1:
        raise Conflict("R3", _("Somebody else has recorded an attempt just now."))
    if before != held.expires_on:
        record = (HeldCertification.__tablename__, held.id, held.organisation_id)
        told = {"expires_on": held.expires_on}, {"expires_on": before}
        journal(work, work.action, record, before=told[0], after=told[1])
    work.session.refresh(held)
