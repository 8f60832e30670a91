"""Linking one's MCID to an organisation, and unlinking it (K1).

Linking to another organisation ends the former link in the same transaction. What is one at a
time is decided by a guarded statement on the profile and a unique index, never by reading.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, Person
from vlms.certifications.models import HeldCertification
from vlms.core.clock import local_day
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, DomainError, Topic
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.versions import Version
from vlms.core.work import Work
from vlms.partners.errors import LinkRefused
from vlms.partners.link_events import LinkEnded, LinkPartEnded, LinkStarted
from vlms.partners.models.links import Association, CertificationProfile, EndReason
from vlms.partners.queries.links import find_running, list_lost, start_days
from vlms.partners.queries.profiles import list_profiles
from vlms.partners.rules.linking import LinkTerms, NextLink, check_link, next_link
from vlms.partners.service.profiles import own_user
from vlms.partners.terms import link_terms
from vlms.privacy.events import ErasureDecided


class Part(StrEnum):
    """Two links in one, each removed by itself."""

    ASSESSMENTS = "assessments"
    EXAMS = "exams"


BOTH = frozenset(Part)


@dataclass(frozen=True)
class LinkProspect:
    """What linking a person would mean: what ends, what is lost there, what is left after it.

    `now` is without this association, `after` with it; `refusal` is why it is not possible now.
    Days are days of the organisation.
    """

    person: Person
    organisation: Organisation
    former: Association | None
    lost: Sequence[HeldCertification]
    now: NextLink
    after: NextLink
    version: Version[LinkTerms]
    refusal: DomainError | None


@dataclass(frozen=True)
class UnlinkProspect:
    """What unlinking means: what stops counting, and when the next link is possible (K1)."""

    association: Association
    parts: frozenset[Part]
    lost: Sequence[HeldCertification]
    next: NextLink


def look_at_unlink(session: Session, user_id: UUID, now: datetime) -> UnlinkProspect | None:
    """Shown before anything is removed; None without a link. For a System scope that only reads."""
    association = find_running(session, user_id)
    if association is None:
        return None
    zone, running = association.organisation.time_zone, _running(association)
    day = local_day(now, zone)
    return UnlinkProspect(
        association,
        running,
        list_lost(session, association.person_id, now) if Part.EXAMS in running else (),
        next_link(start_days(session, user_id, zone), day, link_terms(day).terms),
    )


def look_at_link(session: Session, user_id: UUID, person: Person, now: datetime) -> LinkProspect:
    """Shown before anything is confirmed; for a System scope that only reads."""
    organisation = session.get_one(Organisation, person.organisation_id)
    former = find_running(session, user_id)
    moves = former is not None and former.organisation_id != person.organisation_id
    day = local_day(now, organisation.time_zone)
    version = link_terms(day)
    starts = start_days(session, user_id, organisation.time_zone)
    return LinkProspect(
        person,
        organisation,
        former,
        list_lost(session, former.person_id, now) if former and moves else (),
        next_link(starts, day, version.terms),
        next_link([*starts, day], day, version.terms),
        version,
        _refusal(session, person, former, now),
    )


def link(work: Work, person_id: UUID) -> Association:
    """Link the acting user's MCID to the organisation of one of their own persons.

    Another link ends by it. Raises LinkRefused, Conflict.
    """
    person = _own_person(work, person_id)
    former = find_running(work.session, own_user(work).id)
    profile = _check(work.session, person, former, work.now)
    work.does("link.started")
    _take(work, profile)
    if former is not None:
        end(work, former, BOTH, EndReason.SWAPPED)
        work.does("link.started")
    association = Association(
        organisation_id=person.organisation_id,
        person_id=person.id,
        user_id=profile.user_id,
        profile_id=profile.id,
        mcid=profile.mcid,
        started_at=work.now,
    )
    with refusing_doubles(work, uq_mcid_association_user=_moved_on()):
        work.session.add(association)
    work.events.append(LinkStarted(association.id))
    return association


def unlink(work: Work, parts: Collection[Part]) -> Association:
    """Remove assessments, exams or both from the acting user's link. Raises LinkRefused."""
    association = find_running(work.session, own_user(work).id)
    if association is None:
        raise LinkRefused(
            "K1",
            _("Your MCID is linked to no organisation."),
            reason="not_linked",
            way_out=_("There is nothing to remove."),
        )
    if not end(work, association, frozenset(parts), EndReason.UNLINKED):
        raise LinkRefused(
            "K1",
            _("This part of the link is removed already."),
            reason="removed_already",
            way_out=_("Load the page again to see how it stands."),
        )
    return association


def end(work: Work, association: Association, parts: Collection[Part], why: EndReason) -> bool:
    """End these parts of a link, once; with the last one the link. Whether any of them ran."""
    as_it_was = Association.started_at
    held = guarded_update(
        work.session,
        Association,
        Association.id == association.id,
        Association.ended_at.is_(None),
        started_at=as_it_was,
    )
    # Held from here on: what it says now is what it says when it is changed.
    work.session.refresh(association)
    running = _running(association) & frozenset(parts)
    if held != 1 or not running:
        return False
    work.does("link.ended" if running == _running(association) else "link.part_removed")
    if Part.ASSESSMENTS in running:
        association.assessments_ended_at = work.now
    if Part.EXAMS in running:
        association.exams_ended_at = work.now
    if not _running(association):
        association.ended_at, association.end_reason = work.now, why
        work.events.append(LinkEnded(association.id))
    else:
        work.events.append(LinkPartEnded(association.id))
    work.flush()
    return True


def _running(association: Association) -> frozenset[Part]:
    ends = {
        Part.ASSESSMENTS: association.assessments_ended_at,
        Part.EXAMS: association.exams_ended_at,
    }
    return frozenset(part for part, ended_at in ends.items() if ended_at is None)


def _take(work: Work, profile: CertificationProfile) -> None:
    """Of two links of one profile at the same moment, one goes on."""
    taken = guarded_update(
        work.session,
        CertificationProfile,
        CertificationProfile.id == profile.id,
        CertificationProfile.link_count == profile.link_count,
        CertificationProfile.ended_at.is_(None),
        link_count=profile.link_count + 1,
    )
    if taken != 1:
        raise _moved_on()


def _refusal(
    session: Session, person: Person, former: Association | None, now: datetime
) -> DomainError | None:
    try:
        _check(session, person, former, now)
    except LinkRefused as refusal:
        return refusal
    return None


def _check(
    session: Session, person: Person, former: Association | None, now: datetime
) -> CertificationProfile:
    """The profile that is to be linked. Raises LinkRefused for what K1 or R5 do not allow."""
    assert person.user_id is not None
    profile = _only_profile(list_profiles(session, person.user_id))
    if person.left_at is not None:
        raise LinkRefused(
            "K1",
            _("You have left this organisation."),
            reason="has_left",
            way_out=_("Link your MCID where you work now."),
        )
    is_there = former is not None and former.organisation_id == person.organisation_id
    if former is not None and is_there and _running(former) == BOTH:
        raise LinkRefused(
            "K1",
            _("Your MCID is linked to this organisation already."),
            reason="linked_already",
            way_out=_("There is nothing to do."),
        )
    zone = session.get_one(Organisation, person.organisation_id).time_zone
    day = local_day(now, zone)
    check_link(start_days(session, person.user_id, zone), day, link_terms(day))
    return profile


def _only_profile(profiles: Sequence[CertificationProfile]) -> CertificationProfile:
    if not profiles:
        raise LinkRefused(
            "K1",
            _("You have not proved an MCID yet."),
            reason="no_profile",
            way_out=_("Enter your MCID and the code that its address is sent."),
        )
    if len(profiles) > 1:
        raise LinkRefused(
            "R5",
            _("You have two certification profiles; they are merged first."),
            reason="two_profiles",
            way_out=_("Have both merged by certification support, then tell it here."),
            ask=Topic.CERTIFICATION_PROFILES,
        )
    return profiles[0]


def _own_person(work: Work, person_id: UUID) -> Person:
    person = work.session.get(Person, person_id)
    if person is None or work.actor.user_id is None or person.user_id != work.actor.user_id:
        raise LinkRefused(
            "K1",
            _("Only the person links an MCID, and nobody for another."),
            reason="not_own",
            way_out=_("Invite the person to link it."),
        )
    return person


def _moved_on() -> Conflict:
    return Conflict(
        "K1",
        _("Your MCID was linked somewhere at the same moment."),
        reason="linked_at_once",
        way_out=_("Load the page again to see how it stands."),
    )


def end_of_erased(work: Work, event: ErasureDecided) -> None:
    """Who is erased is linked no more: the links of the person, or all of the user."""
    whose = Association.person_id == event.person_id
    if event.user_id is not None:
        whose |= Association.user_id == event.user_id
    with work.as_system("a person is erased"):
        runs = select(Association).where(whose, Association.ended_at.is_(None))
        for association in work.session.scalars(runs):
            end(work, association, BOTH, EndReason.ERASED)
