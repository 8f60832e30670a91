"""What holders and the exam desk may do with a code now, and why not what they may not (F14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vlms.codes.holder_queries import find_open_registration
from vlms.codes.models import Code
from vlms.codes.rules.appointment import check_not_started
from vlms.codes.rules.lifecycle import WHO_MAY, Kind, Step
from vlms.codes.service.parties import Standing, conditions_of, parties_of
from vlms.codes.service.revealing import reveal_conditions
from vlms.codes.service.transition import kind_of
from vlms.core.acts import Act, Condition, condition
from vlms.core.text import Text, _


def own_acts(look: Standing, code: Code) -> list[Act]:
    """What a holder does with a code of theirs: see it, and book or open what it is for."""
    showing = tuple(reveal_conditions(look, code))
    values = {"code_id": code.id}
    return [
        Act("reveal", _("Show my code"), "eye", "my_codes.reveal", showing, values, is_sent=True),
        *(_own_library if kind_of(code) is Kind.LIBRARY else _own_exam)(look, code),
        Act(
            "sheet",
            _("Voucher sheet (PDF)"),
            "printer",
            "my_codes.sheet",
            showing,
            values,
            is_sent=True,
        ),
    ]


def desk_acts(look: Standing, code: Code) -> list[Act]:
    """What is done at the exam desk, whosever each act is."""
    steps = (
        (Step.REGISTER, _("Register for an exam"), "calendar-event", "desk.register"),
        # Any outcome can be recorded while this one can: the others ask when it happened.
        (Step.PROVIDER_CANCEL, _("Record what happened"), "check", "desk.outcome"),
        (Step.MOVE, _("Move"), "calendar", "desk.move"),
        (Step.CANCEL_IN_TIME, _("Cancel the appointment"), "calendar-off", "desk.cancel"),
        (Step.REPLACE, _("Replace as defective"), "replace", "desk.replace"),
    )
    return [_act(look, code, *step) for step in steps]


def _own_exam(look: Standing, code: Code) -> Sequence[Act]:
    return (
        _act(look, code, Step.REGISTER, _("I have booked"), "calendar-event", "my_codes.register"),
        _act(look, code, Step.MOVE, _("I have moved it"), "calendar", "my_codes.move"),
        _act(
            look,
            code,
            Step.CANCEL_IN_TIME,
            _("I have cancelled it"),
            "calendar-off",
            "my_codes.cancel",
        ),
    )


def _own_library(look: Standing, code: Code) -> Sequence[Act]:
    return (_act(look, code, Step.ACTIVATE, _("Activate"), "lock-open", "my_codes.activate"),)


def _act(look: Standing, code: Code, step: Step, label: Text, *leads: str) -> Act:
    picture, endpoint = leads
    conditions = tuple(_asked(look, code, step))
    is_final = step in {Step.ACTIVATE, Step.REPLACE}
    return Act(step.value, label, picture, endpoint, conditions, {"code_id": code.id}, is_final)


def _asked(look: Standing, code: Code, step: Step) -> Iterator[Condition]:
    found = list(conditions_of(look, code, step))
    yield from found
    if all(one.is_met for one in found) and _needs_future(look, code, step):
        ahead = _("The appointment has not begun.")
        yield condition(ahead, "C3", lambda: _check_ahead(look, code))


def _needs_future(look: Standing, code: Code, step: Step) -> bool:
    """Who records outcomes may say that a cancellation happened earlier; nobody moves the past."""
    if step is Step.CANCEL_IN_TIME:
        return not parties_of(look, code) & WHO_MAY[Step.NO_SHOW]
    return step is Step.MOVE


def _check_ahead(look: Standing, code: Code) -> None:
    registration = find_open_registration(look.session, code.id)
    if registration is not None:
        check_not_started(registration.starts_at, look.now)
