"""What may be done with a code now, and why not what may not be (C2, C6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vlms.codes.errors import StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State, Step, has_expired
from vlms.codes.rules.steps import check_delay, next_state
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Actor


@dataclass(frozen=True)
class Action:
    """A button of a code's page; `refusal` says why it is disabled."""

    step: Step
    title: Text
    picture: str
    endpoint: str
    refusal: StepRefused | None


@dataclass(frozen=True)
class _Button:
    step: Step
    title: Text
    picture: str
    endpoint: str
    permission: Permission


_GIVE = Permission.ASSIGN_CODES
_BUTTONS = (
    _Button(Step.RESERVE, _("Reserve"), "user-plus", "codes.reserve_one", _GIVE),
    _Button(Step.CHANGE, _("Change person"), "switch-horizontal", "codes.change", _GIVE),
    _Button(Step.RELEASE, _("Release"), "arrow-back-up", "codes.release", _GIVE),
    _Button(Step.START_ASSIGN, _("Assign"), "user-check", "codes.assign", _GIVE),
    _Button(Step.CALL_BACK, _("Call back"), "arrow-back-up", "codes.call_back", _GIVE),
    _Button(Step.VOID, _("Make void"), "ban", "codes.void", Permission.VOID_CODES),
)


def actions_on(code: Code, actor: Actor, now: datetime) -> Sequence[Action]:
    """The buttons that the actor's roles allow, each with its refusal if there is one."""
    return [
        Action(each.step, each.title, each.picture, each.endpoint, why_not(code, each.step, now))
        for each in _BUTTONS
        if actor.may(each.permission)
    ]


def why_not(code: Code, step: Step, now: datetime) -> StepRefused | None:
    """Why a step cannot be taken now; None when it can."""
    is_over = code.state is not State.REGISTERED and has_expired(code.state, code.expires_at, now)
    try:
        next_state(code.state, step, expired=is_over)
        check_delay(step, code.assign_due_at, now)
    except StepRefused as refusal:
        return refusal
    return None
