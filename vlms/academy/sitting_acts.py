"""What can be done with a sitting now, and why not what cannot be (A1, A2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vlms.academy.delivery_terms import delivery_terms
from vlms.academy.models.packs import PackKind
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.queries.sites import gate_of
from vlms.academy.queries.sittings import Look
from vlms.academy.rules.exam_day import check_ahead
from vlms.academy.rules.seat_state import (
    SeatState,
    SeatStep,
    check_may_start,
    check_no_show,
    next_seat_state,
)
from vlms.academy.service.candidates import sharers_in
from vlms.academy.service.examining import check_exam_of
from vlms.academy.service.scheduling import check_open, check_unstarted
from vlms.academy.service.seats import check_ready, day_of, require_each
from vlms.core.acts import Act, Condition, condition, in_turn, require
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.text import Text, _

_ENDPOINTS = {"results": "results_table"}


def acts_on_sitting(look: Look, sitting: Sitting) -> list[Act]:
    """All that is done with a sitting from its page, whosever it is."""
    delivering = condition(
        _("You deliver this sitting."), "A2", lambda: look.actor.require(Permission.DELIVER_EXAMS)
    )
    changing = tuple(in_turn(_changing(look, sitting)))
    moving = tuple(in_turn(_unstarted(look, sitting)))
    adding = tuple(in_turn(_coming(look, sitting)))
    acts = [
        _act(sitting, "candidates", _("Complete the candidates"), "users", (delivering,)),
        _act(sitting, "add", _("Add candidates"), "user-plus", adding),
        _act(sitting, "results", _("Enter results"), "clipboard", (delivering,)),
        _act(sitting, "staff", _("Room and proctor"), "user", changing),
        _act(sitting, "move", _("Move the sitting"), "calendar", moving),
        _act(sitting, "cancel", _("Cancel the sitting"), "ban", moving),
    ]
    if sitting.state is SittingState.CANCELLED:
        return [act for act in acts if not act.is_possible]
    return acts


def is_own(act: Act) -> bool:
    """Whether it is this actor's to do, be it possible now or not."""
    return act.conditions[0].is_met


def start_conditions(look: Look, sitting: Sitting) -> list[Condition]:
    """What starting exams of the sitting asks of it as a whole (A1, A2)."""
    day = day_of(sitting)
    today = local_day(look.now, sitting.time_zone)
    found = [
        condition(
            _("It is the sitting's day, or soon after it."),
            "A2",
            lambda: check_may_start(day, today, delivery_terms(day)),
        ),
        condition(
            _("The exam is of the pack and not retired."),
            "A2",
            lambda: check_exam_of(sitting.pack, sitting.exam, day),
        ),
    ]
    if sitting.pack.kind is PackKind.SITE_PACK:
        found += gate_of(sitting.site, day)
    return found


def check_step(look: Look, sitting: Sitting, seats: Sequence[ExamSeat], step: SeatStep) -> None:
    """What a step would refuse, as far as a page can tell before it asks to confirm it.

    Raises as the step itself does.
    """
    if step is SeatStep.START:
        require(start_conditions(look, sitting))
        sharers = sharers_in(sitting)
        require_each(seats, lambda seat: check_ready(seat, day_of(sitting), sharers))
    if step is SeatStep.NO_SHOW:
        check_no_show(sitting.starts_at, look.now)
    require_each(seats, lambda seat: next_seat_state(seat.state, step))


def has_waiting(sitting: Sitting) -> bool:
    """Whether a seat is still to be started or given back."""
    return any(seat.state is SeatState.RESERVED for seat in sitting.seats)


def _changing(look: Look, sitting: Sitting) -> Iterator[Condition]:
    yield condition(
        _("You schedule exams of the school."),
        "A2",
        lambda: look.actor.require(Permission.SCHEDULE_EXAMS),
    )
    yield condition(_("The sitting is not over."), "A2", lambda: check_open(sitting))


def _unstarted(look: Look, sitting: Sitting) -> Iterator[Condition]:
    yield from _changing(look, sitting)
    yield condition(_("No exam of it has been started."), "A2", lambda: check_unstarted(sitting))


def _coming(look: Look, sitting: Sitting) -> Iterator[Condition]:
    yield from _changing(look, sitting)
    yield condition(_("It has not begun."), "A2", lambda: check_ahead(sitting.starts_at, look.now))


def _act(
    sitting: Sitting, name: str, label: Text, picture: str, conditions: tuple[Condition, ...]
) -> Act:
    values = {"sitting_id": sitting.id}
    return Act(name, label, picture, f"sittings.{_ENDPOINTS.get(name, name)}", conditions, values)
