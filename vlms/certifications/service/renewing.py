"""Renewal assessments, and the year that a passed one adds (R2-R4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from vlms.accounts.queries import get_person
from vlms.audit.service import journal
from vlms.certifications.errors import RenewalRefused
from vlms.certifications.models import (
    AttemptSource,
    HeldCertification,
    PassSource,
    RenewalAttempt,
)
from vlms.certifications.queries.needs import life_of
from vlms.certifications.queries.transcripts import failures
from vlms.certifications.rules.activity import check_active
from vlms.certifications.rules.renewal import (
    ZONE,
    RenewalTerms,
    check_attempt,
    never_expires,
    renewed_until,
)
from vlms.certifications.service.deriving import (
    derive,
    derive_dependents,
    hold_transcript,
    list_held_of,
    reread,
)
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day
from vlms.core.errors import BadInput, Forbidden
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.versions import Version
from vlms.core.work import Work


def record_attempt(
    work: Work, held: HeldCertification, attempted_at: datetime, *, has_passed: bool
) -> HeldCertification:
    """Note an assessment that was taken; a passed one adds a year to the last day, once.

    Raises Forbidden; RenewalRefused outside of the window, before the wait is over, for what never
    expires, and where somebody else has just recorded a pass; BadInput for a time to come.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    return note_attempt(work, held, (attempted_at, has_passed), AttemptSource.ENTRY)


def state_attempt(
    work: Work, held: HeldCertification, attempted_at: datetime, *, has_passed: bool
) -> HeldCertification:
    """The same as its holder states it; it is marked so. Raises Forbidden for anybody else."""
    work.actor.require(Permission.USE_OWN_CODES)
    if work.actor.user_id is None or held.person.user_id != work.actor.user_id:
        raise Forbidden("R4", _("Only its holder states this."), reason="not_its_holder")
    return note_attempt(work, held, (attempted_at, has_passed), AttemptSource.HOLDER)


def note_attempt(
    work: Work, held: HeldCertification, tried: tuple[datetime, bool], source: AttemptSource
) -> HeldCertification:
    """The same, for who has asked for the permission; `tried` is when, and if it was passed."""
    attempted_at, has_passed = tried
    hold_transcript(work, held.person_id)
    held = reread(work, held)
    expiry = _renewed_day(held)
    _check_time(work, held, attempted_at)
    day = local_day(attempted_at, ZONE)
    version = renewal_terms(day)
    check_active(life_of(held.certification), day, version)
    check_attempt(expiry, failures(work.session, held), attempted_at, version)
    after = renewed_until(expiry, version.terms) if has_passed else expiry
    _refuse_earned_again(work, held, after, version)
    work.does("certification.renewed" if has_passed else "certification.attempted")
    attempt = RenewalAttempt(
        organisation_id=held.organisation_id,
        person_id=held.person_id,
        held_id=held.id,
        expired_on=expiry,
        attempted_at=attempted_at,
        has_passed=has_passed,
        source=source,
        created_at=work.now,
    )
    work.session.add(attempt)
    _move(work, held, after)
    if has_passed:
        person = get_person(work.session, held.person_id)
        derive(work, person, held.certification, PassSource.ENTRY)
        # What needs it may be earned by it now, also where nothing else of its own has changed.
        derive_dependents(work, person, held.certification, PassSource.ENTRY)
    return held


def _renewed_day(held: HeldCertification) -> date:
    if held.expires_on is None:
        raise never_expires(renewal_terms(held.earned_on))
    return held.expires_on


def _refuse_earned_again(
    work: Work, held: HeldCertification, after: date, version: Version[RenewalTerms]
) -> None:
    """What was earned again meanwhile by passes alone goes; what was entered or renewed stays.

    It is the version's year that would reach beyond the day on which it was earned again.
    """
    for one in list_held_of(work, held.person_id, held.certification_key):
        if not one.is_remade and held.earned_on < one.earned_on <= after:
            raise RenewalRefused(
                "R4",
                _(
                    "It was earned again on %(day)s, and that is what counts, by version "
                    "%(version)s of the terms.",
                    day=one.earned_on,
                    version=version.name,
                ),
                reason="earned_again",
                way_out=_("Record the renewals of the one that was earned then."),
                facts={
                    "earned_on": one.earned_on,
                    "version": version.name,
                    "source": version.source,
                },
            )


def _move(work: Work, held: HeldCertification, after: date) -> None:
    """What was read is a condition of the change: no wait and no year is counted twice (R3)."""
    read = (HeldCertification.id == held.id, HeldCertification.version == held.version)
    values = {"expires_on": after, "version": HeldCertification.version + 1}
    if guarded_update(work.session, HeldCertification, *read, **values) != 1:
        raise RenewalRefused(
            "R3",
            _("Somebody else has recorded an attempt just now."),
            reason="recorded_already",
            way_out=_("Open the certification again and look at its last day."),
        )
    if after != held.expires_on:
        record = (HeldCertification.__tablename__, held.id, held.organisation_id)
        before, now = {"expires_on": held.expires_on}, {"expires_on": after}
        journal(work, work.action, record, before=before, after=now)
    work.session.refresh(held)


def _check_time(work: Work, held: HeldCertification, attempted_at: datetime) -> None:
    """Attempts are noted in their order: an earlier one could not be judged any more."""
    if attempted_at > work.now:
        raise BadInput(
            "R3",
            _("An attempt cannot lie in the time to come."),
            field="attempted_at",
            way_out=_("Enter it once it was made."),
        )
    newest = work.session.scalar(
        select(RenewalAttempt.attempted_at)
        .where(RenewalAttempt.held_id == held.id, RenewalAttempt.expired_on == held.expires_on)
        .order_by(RenewalAttempt.attempted_at.desc())
        .limit(1)
    )
    if newest == attempted_at:
        raise RenewalRefused(
            "R3",
            _("This attempt is recorded already."),
            reason="recorded_already",
            way_out=_("Enter each attempt once."),
        )
    if newest is not None and attempted_at < newest:
        raise RenewalRefused(
            "R3",
            _("A later attempt is recorded already."),
            reason="out_of_order",
            way_out=_("Enter attempts in the order in which they were made."),
            facts={"newest": newest},
        )
