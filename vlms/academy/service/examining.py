"""Asks everything that a sitting must meet before its seats are drawn (A1, A2, A3, A4)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.errors import SeatRefused, SittingRefused
from vlms.academy.models.packs import Pack, PackKind, PackQuota
from vlms.academy.models.roster import ClassRole
from vlms.academy.models.sites import DeliverySite
from vlms.academy.queries.packs import get_quota, rule_of
from vlms.academy.queries.rosters import (
    covered_schools,
    get_class,
    members_on,
    offer_of,
    refusals_on,
)
from vlms.academy.queries.sites import gate_of, get_site
from vlms.academy.queries.sittings import attempts_at, reserved_for, whole_institution
from vlms.academy.rules.exam_day import ExamOffer, check_ahead, check_exam
from vlms.academy.rules.retakes import check_retake
from vlms.academy.service.drawing import check_free
from vlms.accounts.models import Organisation, Person, School
from vlms.accounts.queries import get_school
from vlms.catalog.models import Exam
from vlms.catalog.queries import find_exam, find_retake_term
from vlms.catalog.rules.retake import RetakeTerms
from vlms.core.acts import require
from vlms.core.clock import local_day
from vlms.core.errors import DomainError, NotFound
from vlms.core.text import Name, _
from vlms.core.work import Work

Refusals = Sequence[tuple[UUID, str, DomainError]]


@dataclass(frozen=True)
class SittingPlan:
    """What is asked for: a class or some people, sitting one exam at one site at one moment."""

    school_id: UUID
    quota_id: UUID
    exam_number: str
    site_id: UUID
    starts_at: datetime
    class_id: UUID | None = None
    person_ids: Sequence[UUID] = ()
    left_out: Collection[UUID] = field(default_factory=frozenset)
    room: str = ""
    proctor_id: UUID | None = None


@dataclass(frozen=True)
class Delivery:
    """Where and when an exam of a pack is delivered; `day` is a day of the school."""

    school: School
    zone: str
    quota: PackQuota
    exam: Exam
    site: DeliverySite
    starts_at: datetime

    @property
    def day(self) -> date:
        return local_day(self.starts_at, self.zone)


def zone_of_school(session: Session, school: School) -> str:
    """In which the days of a school are told (A rules)."""
    return school.time_zone or session.get_one(Organisation, school.organisation_id).time_zone


def plan_delivery(work: Work, plan: SittingPlan) -> Delivery:
    """The plan's place and time, where the rules allow it.

    Raises SittingRefused, DrawRefused, GateShut, NotFound.
    """
    session = work.session
    quota = get_quota(session, plan.quota_id)
    exam = find_exam(session, plan.exam_number)
    if exam is None:
        raise NotFound("A2", _("There is no exam %(exam)s.", exam=plan.exam_number))
    school = get_school(session, quota.organisation_id, plan.school_id)
    zone = zone_of_school(session, school)
    delivery = Delivery(school, zone, quota, exam, get_site(session, plan.site_id), plan.starts_at)
    check_ahead(plan.starts_at, work.now)
    check_delivery(work, delivery)
    return delivery


def check_delivery(work: Work, delivery: Delivery) -> None:
    """What holds for everybody in a sitting: the quota, exam, site and its gate on the day.

    Raises SittingRefused, DrawRefused, GateShut.
    """
    quota, school = delivery.quota, delivery.school
    _check_school(quota.school_id, school, "quota", rule_of(quota.pack))
    _check_school(delivery.site.school_id, school, "site", "A1")
    _check_covered(work.session, quota.pack, school)
    check_exam_of(quota.pack, delivery.exam, delivery.day)
    check_free(work, quota, 0, delivery.starts_at)
    check_gate(quota.pack, delivery.site, delivery.day)


def check_exam_of(pack: Pack, exam: Exam, day: date) -> None:
    """Raises SittingRefused for an exam that the pack does not give on a day (A2)."""
    families = sorted(pack.product.families, key=lambda family: family.key)
    days = [one for one in (exam.last_day, pack.product.exams_retire_on) if one is not None]
    check_exam(
        ExamOffer(exam.number, exam.family_key, min(days, default=None)),
        [family.key for family in families],
        [Name(family.name_en, chinese=family.name_zh) for family in families],
        day,
    )


def check_gate(pack: Pack, site: DeliverySite, day: date) -> None:
    """A1: exams of a site pack need the site's gate open on the day. Raises GateShut."""
    if pack.kind is PackKind.SITE_PACK:
        require(gate_of(site, day))


def _check_school(owner_id: UUID | None, school: School, field: str, rule: str) -> None:
    if owner_id is None or owner_id == school.id:
        return
    sentence = (
        _("This quota belongs to another school than %(school)s.", school=school.name)
        if field == "quota"
        else _("This site belongs to another school than %(school)s.", school=school.name)
    )
    raise SittingRefused(
        rule,
        sentence,
        reason=f"{field}_of_other_school",
        field=field,
        way_out=_("Choose one of the school, or one that all schools share."),
    )


def _check_covered(session: Session, pack: Pack, school: School) -> None:
    """What all schools share is shared by those of the pack's agreement (A2, A3)."""
    covered = covered_schools(session, pack.agreement_id)
    if covered and school.id not in covered:
        raise SittingRefused(
            rule_of(pack),
            _("The agreement of this pack does not cover that school."),
            reason="school_not_covered",
            field="quota",
            way_out=_("Choose the school for the agreement first, or give to another one."),
        )


def list_asked(work: Work, plan: SittingPlan, delivery: Delivery) -> Sequence[Person]:
    """Whom the plan is for: the class's students on the day, and the people named; by name.

    Raises NotFound, and SittingRefused for a class of another school.
    """
    found: dict[UUID, Person] = {}
    if plan.class_id is not None:
        school_class = get_class(work.session, plan.class_id)
        if school_class.school_id != delivery.school.id:
            raise SittingRefused(
                "A2",
                _("This class is not of %(school)s.", school=delivery.school.name),
                reason="class_of_other_school",
                field="class_id",
                way_out=_("Choose a class of the school."),
            )
        members = members_on(work.session, plan.class_id, ClassRole.STUDENT, delivery.day)
        found = {person.id: person for person in members}
    found |= {person.id: person for person in list_named(work, plan.person_ids)}
    return sorted(found.values(), key=lambda person: (person.search_name, person.id))


def list_named(work: Work, person_ids: Collection[UUID]) -> Sequence[Person]:
    """These people, by name. Raises NotFound."""
    statement = select(Person).where(Person.id.in_(sorted(person_ids)))
    found = work.session.scalars(statement.order_by(Person.search_name, Person.id)).all()
    if missing := set(person_ids) - {person.id for person in found}:
        raise NotFound(
            "A2",
            _("There is no such person in this organisation."),
            facts={"persons": sorted(map(str, missing))},
        )
    return found


def refused_of(
    work: Work, delivery: Delivery, persons: Sequence[Person], *, is_held: bool = False
) -> Refusals:
    """Who of these may not sit, and the first reason of each (A2, A3, A4).

    `is_held`: they hold the seat already, so that no second one is asked for.
    """
    keys = [person.id for person in persons]
    offer = offer_of(work.session, delivery.quota.pack, delivery.school)
    by_roster = refusals_on(work.session, offer, keys, delivery.day, delivery.zone)
    by_seat: Mapping[UUID, DomainError] = {} if is_held else _held(work.session, delivery, keys)
    by_wait = dict(_waiting(work.session, delivery, keys))
    reasons = ((p, by_roster.get(p.id) or by_seat.get(p.id) or by_wait.get(p.id)) for p in persons)
    return [(p.id, p.name, refusal) for p, refusal in reasons if refusal is not None]


def _held(
    session: Session, delivery: Delivery, keys: Collection[UUID]
) -> Mapping[UUID, DomainError]:
    """Also at schools that the session does not see: a person has one seat for an exam."""
    with whole_institution(session) as wide:
        held = reserved_for(wide, keys, delivery.exam.number)
    return {key: _has_seat(delivery, seat.starts_at) for key, seat in held.items()}


def _has_seat(delivery: Delivery, starts_at: datetime) -> SeatRefused:
    return SeatRefused(
        "A4",
        _(
            "They have a seat for %(exam)s already, on %(day)s.",
            exam=delivery.exam.number,
            day=local_day(starts_at, delivery.zone),
        ),
        reason="seat_held",
        way_out=_("Move or cancel that one first."),
    )


def _waiting(
    session: Session, delivery: Delivery, keys: Collection[UUID]
) -> Iterator[tuple[UUID, DomainError]]:
    terms = retake_terms(session, delivery.exam, delivery.day)
    if terms is None:
        return
    with whole_institution(session) as wide:
        attempts = attempts_at(wide, keys, delivery.exam.number)
    for key, tried in attempts.items():
        try:
            check_retake(tried, delivery.starts_at, delivery.zone, terms)
        except SeatRefused as refusal:
            yield key, refusal


def retake_terms(session: Session, exam: Exam, day: date) -> RetakeTerms | None:
    """A4: the waits of the exam's family on a day; None where the catalogue has none."""
    term = find_retake_term(session, exam.family_key, day)
    if term is None:
        return None
    waits = timedelta(hours=term.first_wait_hours), timedelta(days=term.later_wait_days)
    return RetakeTerms(*waits, term.yearly_limit)
