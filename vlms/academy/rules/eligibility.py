"""Who may sit an exam of a pack on a day, by the roster of that day (A2, A3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vlms.academy.errors import NotEligible
from vlms.accounts.rules.place_role import PlaceRole
from vlms.core.text import Text, _


@dataclass(frozen=True)
class Place:
    """What a person is at a school, from the first to the last day; None: open."""

    role: PlaceRole
    school_id: UUID
    school: str
    first_day: date | None = None
    last_day: date | None = None

    def covers(self, day: date) -> bool:
        has_begun = self.first_day is None or self.first_day <= day
        return has_begun and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class Candidate:
    """A person with all their places; `left_on` is the first day on which they were gone."""

    name: str
    places: Sequence[Place]
    left_on: date | None = None


@dataclass(frozen=True)
class Offer:
    """Whom a pack is for: these roles at these schools; `where` names the schools."""

    rule: str
    roles: frozenset[PlaceRole]
    school_ids: frozenset[UUID]
    where: str


def site_pack_offer(school_id: UUID, school: str) -> Offer:
    """A2: faculty and enrolled students of the school."""
    roles = frozenset({PlaceRole.FACULTY, PlaceRole.STUDENT})
    return Offer("A2", roles, frozenset({school_id}), school)


def grant_offer(school_ids: Iterable[UUID], where: str) -> Offer:
    """A3: faculty and staff of the agreement's schools."""
    roles = frozenset({PlaceRole.FACULTY, PlaceRole.STAFF})
    return Offer("A3", roles, frozenset(school_ids), where)


def refuse_candidate(candidate: Candidate, offer: Offer, day: date) -> NotEligible | None:
    """Why this person may not sit an exam of the pack on that day of the school; None: may."""
    if candidate.left_on is not None and candidate.left_on <= day:
        return _left(candidate, offer)
    here = [place for place in candidate.places if place.school_id in offer.school_ids]
    if not here:
        return _from_elsewhere(candidate, offer, day)
    fitting = [place for place in here if place.role in offer.roles]
    if not fitting:
        return _other_role(candidate, offer, here[0])
    if any(place.covers(day) for place in fitting):
        return None
    return _out_of_days(candidate, offer, fitting, day)


def _left(candidate: Candidate, offer: Offer) -> NotEligible:
    sentence = _(
        "%(person)s left the institution on %(day)s; exams are for those who belong to it.",
        person=candidate.name,
        day=candidate.left_on,
    )
    return _refusal(offer, sentence, "left", _("Take another person."))


def _from_elsewhere(candidate: Candidate, offer: Offer, day: date) -> NotEligible:
    schools = tuple(sorted({place.school for place in candidate.places if place.covers(day)}))
    if not schools:
        sentence = _(
            "%(person)s is on no roster of %(school)s.",
            person=candidate.name,
            school=offer.where,
        )
        return _refusal(offer, sentence, "not_on_roster", _ROSTER_FIRST)
    sentence = _(
        "%(person)s belongs to %(others)s, not to %(school)s.",
        person=candidate.name,
        others=schools,
        school=offer.where,
    )
    return _refusal(offer, sentence, "other_school", _("Draw from that school's quota instead."))


def _other_role(candidate: Candidate, offer: Offer, place: Place) -> NotEligible:
    if place.role is PlaceRole.STUDENT:
        sentence = _(
            "%(person)s is a student; Imagine Academy exams are for faculty and staff only.",
            person=candidate.name,
        )
        return _refusal(offer, sentence, "student", _("Use a site pack for students."))
    sentence = _(
        "%(person)s is staff; a site pack is for faculty and enrolled students only.",
        person=candidate.name,
    )
    return _refusal(offer, sentence, "staff", _("Use an Imagine Academy grant for staff."))


def _out_of_days(
    candidate: Candidate, offer: Offer, places: Sequence[Place], day: date
) -> NotEligible:
    coming = [place.first_day for place in places if place.first_day and place.first_day > day]
    facts = {"person": candidate.name, "school": offer.where, "day": day}
    if coming:
        sentence = _(
            "On %(day)s %(person)s does not yet belong to %(school)s; that begins on %(first)s.",
            **facts,
            first=min(coming),
        )
        return _refusal(offer, sentence, "not_yet", _("Choose a later day."))
    ended = max(place.last_day for place in places if place.last_day)
    sentence = _(
        "On %(day)s %(person)s no longer belongs to %(school)s; that ended on %(last)s.",
        **facts,
        last=ended,
    )
    return _refusal(offer, sentence, "no_longer", _ROSTER_FIRST)


_ROSTER_FIRST = _("Import the school's present roster first, if it says otherwise.")


def _refusal(offer: Offer, sentence: Text, reason: str, way_out: Text) -> NotEligible:
    return NotEligible(offer.rule, sentence, reason=reason, field="person", way_out=way_out)
