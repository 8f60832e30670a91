"""Renewal assessments, and the year that a passed one adds (R2-R4)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from vlms.audit.service import journal
from vlms.certifications.errors import RenewalRefused
from vlms.certifications.models import HeldCertification, RenewalAttempt
from vlms.certifications.queries.transcripts import failures
from vlms.certifications.rules.renewal import ZONE, check_attempt, renewed_until
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work


def record_attempt(
    work: Work, held: HeldCertification, attempted_at: datetime, *, has_passed: bool
) -> HeldCertification:
    """Note an assessment that was taken; a passed one adds a year to the last day, once.

    Raises Forbidden; RenewalRefused outside of the window, before the wait is over, for what never
    expires, and where somebody else has just recorded a pass; BadInput for a time to come.
    """
    work.actor.require(Permission.EDIT_CERTIFICATIONS)
    if held.expires_on is None:
        raise RenewalRefused(
            "R1",
            _("This kind of certification never expires: there is nothing to renew."),
            reason="never_expires",
            way_out=_("Leave out the attempts."),
        )
    if attempted_at > work.now:
        raise BadInput(
            "R3",
            _("An attempt cannot lie in the time to come."),
            field="attempted_at",
            way_out=_("Enter it once it was made."),
        )
    _check_order(work, held, attempted_at)
    version = renewal_terms(local_day(attempted_at, ZONE))
    check_attempt(held.expires_on, failures(work.session, held), attempted_at, version)
    work.does("certification.renewed" if has_passed else "certification.attempted")
    attempt = RenewalAttempt(
        organisation_id=held.organisation_id,
        person_id=held.person_id,
        held_id=held.id,
        expired_on=held.expires_on,
        attempted_at=attempted_at,
        has_passed=has_passed,
        created_at=work.now,
    )
    work.session.add(attempt)
    after = renewed_until(held.expires_on, version.terms) if has_passed else held.expires_on
    _move(work, held, after)
    return held


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


def _check_order(work: Work, held: HeldCertification, attempted_at: datetime) -> None:
    """Attempts are noted in their order: an earlier one could not be judged any more."""
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
