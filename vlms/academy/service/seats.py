"""What is done with seats (A2): start, no-show, cancel, reverse.

Each step holds the sitting, then is a guarded statement on the seats, then on the quota: of
two who race for a seat one finds it taken and is refused with all that they asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm.attributes import set_committed_value

from vlms.academy.delivery_terms import delivery_terms
from vlms.academy.errors import SeatRefused, SomeRefused
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.queries.packs import rule_of
from vlms.academy.queries.sittings import Look, get_sitting
from vlms.academy.rules.seat_state import (
    SeatState,
    SeatStep,
    check_may_reverse,
    check_may_start,
    check_no_show,
    next_seat_state,
    started_at,
)
from vlms.academy.service import drawing
from vlms.academy.service.candidates import Sharers, check_candidate, sharers_in
from vlms.academy.service.examining import Delivery, check_exam_of, check_gate, refused_of
from vlms.audit.service import Change, journal, journal_many
from vlms.core.clock import local_day
from vlms.core.errors import DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work

NO_SHOW = "no-show"
Check = Callable[[ExamSeat], object]


def start(work: Work, sitting_id: UUID, seat_ids: Sequence[UUID]) -> Sitting:
    """Start the exams of these seats: each is consumed from the quota, all or none.

    Raises GateShut and SittingRefused for the whole sitting, SomeRefused with the candidates
    who may not start, SeatRefused when somebody else was faster.
    """
    sitting = get_held(work, sitting_id)
    seats = chosen(sitting, seat_ids)
    day = day_of(sitting)
    check_start(work, sitting)
    check_exam_of(sitting.pack, sitting.exam, day)
    check_gate(sitting.pack, sitting.site, day)
    sharers = sharers_in(sitting)
    require_each(seats, lambda seat: check_ready(seat, day, sharers))
    _check_roster(work, sitting, seats)
    at = started_at(sitting.starts_at, day, work.now, work.today(sitting.time_zone))
    take(work, seats, SeatStep.START, {"started_at": at})
    drawing.start(work, sitting.quota_id, [seat.id for seat in seats], at)
    close(work, sitting)
    return sitting


def check_start(work: Work, sitting: Sitting) -> None:
    """Raises SeatRefused before the sitting's day and when it is too long ago (A2)."""
    day = day_of(sitting)
    check_may_start(day, work.today(sitting.time_zone), delivery_terms(day))


def check_ready(seat: ExamSeat, day: date, sharers: Sharers) -> None:
    """Raises SeatRefused for a seat that is not waiting, or of whom something is missing (A2)."""
    next_seat_state(seat.state, SeatStep.START)
    check_candidate(seat, day, sharers)


def _check_roster(work: Work, sitting: Sitting, seats: Sequence[ExamSeat]) -> None:
    """A2, A4 again, by the roster and the attempts as they are now."""
    delivery = delivery_of(sitting)
    refused = refused_of(work, delivery, [seat.person for seat in seats], is_held=True)
    if refused:
        raise SomeRefused(rule_of(sitting.pack), refused)


def no_show(work: Work, sitting_id: UUID, seat_ids: Sequence[UUID]) -> Sitting:
    """Record who did not come; their exams go back to the quota (A2).

    Raises SomeRefused, SeatRefused, Forbidden, NotFound.
    """
    sitting = get_held(work, sitting_id)
    check_no_show(sitting.starts_at, work.now)
    seats = chosen(sitting, seat_ids)
    require_each(seats, lambda seat: next_seat_state(seat.state, SeatStep.NO_SHOW))
    give_up(work, sitting, seats, SeatState.NO_SHOW, None)
    close(work, sitting)
    return sitting


def cancel(work: Work, sitting_id: UUID, seat_ids: Sequence[UUID], reason: str) -> Sitting:
    """Take candidates out of a sitting; their exams go back to the quota (A2).

    Raises SomeRefused, SeatRefused, Forbidden, NotFound.
    """
    work.actor.require(Permission.SCHEDULE_EXAMS)
    sitting = get_held(work, sitting_id)
    seats = chosen(sitting, seat_ids)
    require_each(seats, lambda seat: next_seat_state(seat.state, SeatStep.CANCEL))
    give_up(work, sitting, seats, SeatState.CANCELLED, reason)
    close(work, sitting)
    return sitting


def reverse(work: Work, sitting_id: UUID, seat_id: UUID, reason: str) -> Sitting:
    """Undo a start that was a mistake; its exam goes back to the quota (A2, I3).

    Raises SeatRefused after the limit or once there is a result, Forbidden, NotFound.
    """
    work.actor.require(Permission.SCHEDULE_EXAMS)
    sitting = get_held(work, sitting_id)
    (seat,) = chosen(sitting, [seat_id])
    check_reversal(seat, sitting, work.now)
    # A result that came since then keeps the exam delivered.
    take(work, [seat], SeatStep.REVERSE, {"reason": reason}, ExamSeat.has_passed.is_(None))
    drawing.reverse(work, sitting.quota_id, seat.id, reason)
    return sitting


def check_reversal(seat: ExamSeat, sitting: Sitting, now: datetime) -> None:
    """Raises SeatRefused when the start of a seat cannot be reversed now."""
    next_seat_state(seat.state, SeatStep.REVERSE)
    started_on = local_day(seat.started_at or seat.starts_at, sitting.time_zone)
    check_may_reverse(
        started_on,
        local_day(now, sitting.time_zone),
        delivery_terms(day_of(sitting)),
        has_result=seat.has_passed is not None,
    )


def give_up(
    work: Work, sitting: Sitting, seats: Sequence[ExamSeat], to: SeatState, reason: str | None
) -> None:
    """Give reserved seats back to the quota."""
    step = SeatStep.NO_SHOW if to is SeatState.NO_SHOW else SeatStep.CANCEL
    take(work, seats, step, {"reason": reason})
    if seats:
        told = reason or NO_SHOW
        drawing.give_back(work, sitting.quota_id, [seat.id for seat in seats], told)


def close(work: Work, sitting: Sitting) -> None:
    """A sitting without a reserved seat is over."""
    waiting = select(ExamSeat.sitting_id).where(
        ExamSeat.sitting_id == sitting.id, ExamSeat.state == SeatState.RESERVED
    )
    changed = guarded_update(
        work.session,
        Sitting,
        Sitting.id == sitting.id,
        Sitting.state == SittingState.SCHEDULED,
        Sitting.id.not_in(waiting),
        state=SittingState.CLOSED,
    )
    if changed == 1:
        record = ("sitting", sitting.id, sitting.organisation_id)
        before, after = {"state": SittingState.SCHEDULED}, {"state": SittingState.CLOSED}
        journal(work, "sitting.closed", record, before=before, after=after)
    work.session.expire(sitting)


def take(
    work: Work,
    seats: Sequence[ExamSeat],
    step: SeatStep,
    values: Mapping[str, Any],
    *conditions: ColumnElement[bool],
) -> None:
    """Take a step on seats of one state, as they were read: all or none. Raises SeatRefused."""
    if not seats:
        return
    before, after = seats[0].state, next_seat_state(seats[0].state, step)
    changed = guarded_update(
        work.session,
        ExamSeat,
        ExamSeat.id.in_([seat.id for seat in seats]),
        ExamSeat.state == before,
        *conditions,
        state=after,
        **values,
    )
    if changed != len(seats):
        raise moved_on()
    _tell(work, seats, step, {**values, "state": after})


def _tell(work: Work, seats: Sequence[ExamSeat], step: SeatStep, values: Mapping[str, Any]) -> None:
    """Write the journal of a step that was taken; the rows are as they were before, and then
    are not."""
    told = {name: value for name, value in values.items() if name in ExamSeat.audited}
    changes: list[Change] = [
        (
            ("exam_seat", seat.id, seat.organisation_id),
            {name: getattr(seat, name) for name in told},
            told,
        )
        for seat in seats
    ]
    journal_many(work, f"exam_seat.{step.value}", changes, values.get("reason"))
    for seat in seats:
        for name, value in values.items():
            set_committed_value(seat, name, value)


def require_each(seats: Sequence[ExamSeat], check: Check) -> None:
    """Raises the one refusal, or SomeRefused with each of several."""
    refused: list[tuple[UUID, str, DomainError]] = []
    for seat in seats:
        try:
            check(seat)
        except DomainError as refusal:
            refused.append((seat.id, seat.person.name, refusal))
    if refused:
        raise SomeRefused("A2", refused)


def chosen(sitting: Sitting, seat_ids: Sequence[UUID]) -> list[ExamSeat]:
    """These seats of the sitting, in the order of their keys.

    Raises SeatRefused when none is chosen, NotFound for one of another sitting.
    """
    if not seat_ids:
        raise SeatRefused(
            "A2",
            _("No candidate is chosen."),
            reason="nobody",
            way_out=_("Tick the candidates first."),
        )
    seats = {seat.id: seat for seat in sitting.seats}
    if unknown := set(seat_ids) - set(seats):
        raise NotFound(
            None,
            _("There is no such seat in this sitting."),
            facts={"seats": sorted(map(str, unknown))},
        )
    return [seats[key] for key in sorted(set(seat_ids))]


def get_deliverable(work: Work, sitting_id: UUID) -> Sitting:
    """Raises Forbidden, NotFound: teachers deliver the sittings of their own classes."""
    work.actor.require(Permission.DELIVER_EXAMS)
    return get_sitting(Look(work.session, work.actor, work.now), sitting_id)


def get_held(work: Work, sitting_id: UUID) -> Sitting:
    """The same, held as it was read until the work ends. Raises SeatRefused if it was moved."""
    sitting = get_deliverable(work, sitting_id)
    found = (sitting.id, sitting.state, sitting.starts_at, sitting.site_id)
    columns = (Sitting.id, Sitting.state, Sitting.starts_at, Sitting.site_id)
    as_read = [column == value for column, value in zip(columns, found, strict=True)]
    if guarded_update(work.session, Sitting, *as_read, state=sitting.state) != 1:
        raise moved_on()
    return sitting


def day_of(sitting: Sitting) -> date:
    """The sitting's day, in its school."""
    return local_day(sitting.starts_at, sitting.time_zone)


def delivery_of(sitting: Sitting) -> Delivery:
    """What a sitting is held of, and where and when."""
    return Delivery(
        sitting.school,
        sitting.time_zone,
        sitting.quota,
        sitting.exam,
        sitting.site,
        sitting.starts_at,
    )


def moved_on() -> SeatRefused:
    """Refuses whoever read what somebody else then changed."""
    return SeatRefused(
        "A2",
        _("Somebody else has just changed this sitting; nothing was done twice."),
        reason="sitting_moved",
        way_out=_("Load the page again to see how it stands."),
    )
