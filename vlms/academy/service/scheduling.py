"""Schedules sittings, changes and cancels them (A2): every seat is drawn, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.academy.errors import SittingRefused, SomeRefused
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.queries.packs import rule_of
from vlms.academy.queries.sittings import Look, get_sitting, latest_seats
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service.drawing import check_free, reserve
from vlms.academy.service.examining import (
    Delivery,
    SittingPlan,
    list_asked,
    plan_delivery,
    refused_of,
)
from vlms.academy.service.seats import give_up, moved_on
from vlms.accounts.models import Person
from vlms.accounts.queries import get_person
from vlms.audit.service import journal
from vlms.core.errors import Conflict
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.orders.service.series import next_in_series


def schedule(work: Work, plan: SittingPlan) -> Sitting:
    """Make a sitting with a seat for each who is asked for and not left out.

    All seats are drawn in one guarded statement. Raises SomeRefused with all who may not sit,
    SittingRefused, GateShut, DrawRefused, Conflict, Forbidden, NotFound.
    """
    work.actor.require(Permission.SCHEDULE_EXAMS)
    delivery = plan_delivery(work, plan)
    asked = list_asked(work, plan, delivery)
    persons = [person for person in asked if person.id not in plan.left_out]
    _check_people(work, plan, delivery, persons)
    check_free(work, delivery.quota, len(persons), plan.starts_at)
    work.does("sitting.scheduled")
    sitting = _add_sitting(work, plan, delivery)
    seats = add_seats(work, sitting, persons)
    reserve(work, sitting.quota_id, [seat.id for seat in seats], sitting.starts_at)
    return sitting


def _check_people(
    work: Work, plan: SittingPlan, delivery: Delivery, persons: Sequence[Person]
) -> None:
    if not persons:
        raise SittingRefused(
            "A2",
            _("Nobody is left to sit this exam."),
            reason="nobody",
            way_out=_("Choose a class with students on that day, or name people."),
        )
    _check_proctor(work, plan.proctor_id, [person.id for person in persons])
    refused = refused_of(work, delivery, persons)
    if refused:
        raise SomeRefused(rule_of(delivery.quota.pack), refused)


def _check_proctor(work: Work, proctor_id: UUID | None, candidate_ids: Sequence[UUID]) -> None:
    if proctor_id is None:
        return
    proctor = get_person(work.session, proctor_id)
    if proctor.left_at is not None or proctor.id in candidate_ids:
        raise SittingRefused(
            "A2",
            _("%(name)s cannot proctor this sitting.", name=proctor.name),
            reason="proctor_unfit",
            field="proctor",
            way_out=_("Choose somebody who works here and does not sit the exam."),
        )


def _add_sitting(work: Work, plan: SittingPlan, delivery: Delivery) -> Sitting:
    quota = delivery.quota
    sitting = Sitting(
        organisation_id=quota.organisation_id,
        agreement_id=quota.agreement_id,
        school_id=delivery.school.id,
        class_id=plan.class_id,
        site_id=plan.site_id,
        quota_id=quota.id,
        pack_id=quota.pack_id,
        number=f"S-{next_in_series(work, 'sitting'):06}",
        state=SittingState.SCHEDULED,
        exam_number=delivery.exam.number,
        starts_at=plan.starts_at,
        time_zone=delivery.zone,
        room=plan.room,
        proctor_id=plan.proctor_id,
        created_at=work.now,
        created_by=work.actor.user_id,
    )
    work.session.add(sitting)
    work.flush()
    return sitting


def add_seats(work: Work, sitting: Sitting, persons: Sequence[Person]) -> Sequence[ExamSeat]:
    """Raises Conflict when somebody else has just given one of them a seat for the exam."""
    known = latest_seats(work.session, [person.id for person in persons])
    seats = [_seat(sitting, person, known.get(person.id)) for person in persons]
    work.session.add_all(seats)
    try:
        work.flush()
    except IntegrityError as error:
        raise Conflict(
            "A4",
            _("Somebody else has just given one of these people a seat for this exam."),
            reason="seat_held",
            way_out=_("Send it again to see who it is."),
        ) from error
    return seats


def _seat(sitting: Sitting, person: Person, known: ExamSeat | None) -> ExamSeat:
    """What was known of a candidate at their last exam is taken over, to be corrected."""
    return ExamSeat(
        id=new_id(),
        organisation_id=sitting.organisation_id,
        agreement_id=sitting.agreement_id,
        school_id=sitting.school_id,
        sitting_id=sitting.id,
        quota_id=sitting.quota_id,
        person_id=person.id,
        exam_number=sitting.exam_number,
        starts_at=sitting.starts_at,
        state=SeatState.RESERVED,
        legal_name=(known and known.legal_name) or person.latin_name,
        provider_account=known.provider_account if known else None,
        is_minor=bool(known and known.is_minor),
    )


def move_sitting(work: Work, sitting_id: UUID, starts_at: datetime, site_id: UUID) -> Sitting:
    """Move a sitting to another time or site; whoever may not sit then is named.

    Raises what scheduling raises, and SittingRefused once an exam of it was started.
    """
    sitting = _get_open(work, sitting_id)
    if any(seat.state is SeatState.STARTED for seat in sitting.seats):
        raise SittingRefused(
            "A2",
            _("Exams of this sitting were started, so it is not moved any more."),
            reason="sitting_begun",
            way_out=_("Cancel the seats that were not started, and schedule them again."),
        )
    seats = [seat for seat in sitting.seats if seat.state is SeatState.RESERVED]
    plan = SittingPlan(sitting.school_id, sitting.quota_id, sitting.exam_number, site_id, starts_at)
    delivery = plan_delivery(work, plan)
    refused = refused_of(work, delivery, [seat.person for seat in seats], is_held=True)
    if refused:
        raise SomeRefused(rule_of(delivery.quota.pack), refused)
    _write_move(work, sitting, starts_at, site_id)
    return sitting


def _write_move(work: Work, sitting: Sitting, starts_at: datetime, site_id: UUID) -> None:
    changed = guarded_update(
        work.session,
        Sitting,
        Sitting.id == sitting.id,
        Sitting.state == SittingState.SCHEDULED,
        Sitting.starts_at == sitting.starts_at,
        Sitting.id.not_in(
            select(ExamSeat.sitting_id).where(
                ExamSeat.sitting_id == sitting.id, ExamSeat.state == SeatState.STARTED
            )
        ),
        starts_at=starts_at,
        site_id=site_id,
    )
    if changed != 1:
        raise moved_on()
    guarded_update(
        work.session,
        ExamSeat,
        ExamSeat.sitting_id == sitting.id,
        ExamSeat.state == SeatState.RESERVED,
        starts_at=starts_at,
    )
    before = {"starts_at": sitting.starts_at, "site_id": sitting.site_id}
    _tell(work, "sitting.moved", sitting, before, {"starts_at": starts_at, "site_id": site_id})
    work.session.expire(sitting)


def staff_sitting(
    work: Work, sitting_id: UUID, room: str, proctor_id: UUID | None, substitute_id: UUID | None
) -> Sitting:
    """Say in which room, who proctors, and who stands in on the day.

    Raises SittingRefused, Forbidden, NotFound.
    """
    sitting = _get_open(work, sitting_id)
    candidates = [s.person_id for s in sitting.seats if s.state is SeatState.RESERVED]
    for person_id in (proctor_id, substitute_id):
        _check_proctor(work, person_id, candidates)
    work.does("sitting.staffed")
    sitting.room, sitting.proctor_id, sitting.substitute_id = room, proctor_id, substitute_id
    work.flush()
    return sitting


def cancel_sitting(work: Work, sitting_id: UUID, reason: str) -> Sitting:
    """Cancel a sitting of which nothing was started; all its seats go back to the quota.

    Raises SittingRefused, Forbidden, NotFound.
    """
    sitting = _get_open(work, sitting_id)
    check_unstarted(sitting)
    changed = guarded_update(
        work.session,
        Sitting,
        Sitting.id == sitting.id,
        Sitting.state == SittingState.SCHEDULED,
        state=SittingState.CANCELLED,
    )
    if changed != 1:
        raise moved_on()
    seats = [seat for seat in sitting.seats if seat.state is SeatState.RESERVED]
    give_up(work, sitting, seats, SeatState.CANCELLED, reason)
    before = {"state": SittingState.SCHEDULED}
    _tell(work, "sitting.cancelled", sitting, before, {"state": SittingState.CANCELLED}, reason)
    work.session.expire(sitting)
    return sitting


def check_unstarted(sitting: Sitting) -> None:
    """Raises SittingRefused once an exam of the sitting was started."""
    if any(seat.state is SeatState.STARTED for seat in sitting.seats):
        raise SittingRefused(
            "A2",
            _("Exams of this sitting were started; what was consumed does not come back so."),
            reason="sitting_begun",
            way_out=_("Cancel the seats that were not started, or reverse a start with a reason."),
        )


def check_open(sitting: Sitting) -> None:
    """Raises SittingRefused for a sitting that is over or cancelled."""
    if sitting.state is not SittingState.SCHEDULED:
        raise SittingRefused(
            "A2",
            _("Sitting %(number)s is over or cancelled.", number=sitting.number),
            reason="sitting_closed",
            way_out=_("Schedule another one."),
        )


def _get_open(work: Work, sitting_id: UUID) -> Sitting:
    work.actor.require(Permission.SCHEDULE_EXAMS)
    sitting = get_sitting(Look(work.session, work.actor, work.now), sitting_id)
    check_open(sitting)
    return sitting


def _tell(
    work: Work,
    action: str,
    sitting: Sitting,
    before: Mapping[str, object],
    after: Mapping[str, object],
    reason: str | None = None,
) -> None:
    record = ("sitting", sitting.id, sitting.organisation_id)
    journal(work, action, record, before=before, after=after, reason=reason)
