"""What may be done with a code now, and why not what may not be (C2, C6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State, Step, has_expired
from vlms.codes.service.conditions import step_conditions
from vlms.codes.service.parties import Standing, conditions_of
from vlms.core.acts import Act
from vlms.core.errors import DomainError
from vlms.core.text import Text, _


@dataclass(frozen=True)
class _Button:
    step: Step
    label: Text
    picture: str
    endpoint: str
    is_final: bool = False


_BUTTONS = (
    _Button(Step.RESERVE, _("Reserve"), "user-plus", "codes.reserve_one"),
    _Button(Step.START_ASSIGN, _("Assign"), "user-check", "codes.assign", is_final=True),
    _Button(Step.CALL_BACK, _("Call back"), "arrow-back-up", "codes.call_back"),
    _Button(Step.CHANGE, _("Change person"), "switch-horizontal", "codes.change"),
    _Button(Step.RELEASE, _("Release"), "arrow-back-up", "codes.release"),
    _Button(Step.VOID, _("Make void"), "ban", "codes.void", is_final=True),
    _Button(Step.REPLACE, _("Replace"), "replace", "desk.replace", is_final=True),
)


def acts_on(look: Standing, code: Code) -> list[Act]:
    """All that is done with a code from its page, whosever it is."""
    return [_act(look, code, button) for button in _BUTTONS]


def act_on(look: Standing, code: Code, step: Step) -> Act:
    """One of them."""
    return next(_act(look, code, button) for button in _BUTTONS if button.step is step)


def is_own(act: Act) -> bool:
    """Whether it is this actor's to do, be it possible now or not."""
    return act.conditions[0].is_met


def _act(look: Standing, code: Code, button: _Button) -> Act:
    return Act(
        button.step.value,
        button.label,
        button.picture,
        button.endpoint,
        tuple(conditions_of(look, code, button.step)),
        {"code_id": code.id},
        button.is_final,
    )


def why_not(code: Code, step: Step, now: datetime) -> DomainError | None:
    """Why a step of an admin cannot be taken now; None when it can."""
    expired = code.state is not State.REGISTERED and has_expired(code.state, code.expires_at, now)
    found = step_conditions(code, step, now, expired=expired)
    return next((one.refusal for one in found if one.refusal is not None), None)
