"""Why a state does not allow a step, and what can be done instead (C2, C3, C6)."""

from __future__ import annotations

from dataclasses import dataclass

from vlms.codes.errors import StepRefused
from vlms.codes.rules.lifecycle import WHO_MAY, State, Step
from vlms.core.errors import Topic
from vlms.core.text import Text, _


@dataclass(frozen=True)
class Why:
    """A rule, what it says here, and the way out."""

    rule: str
    sentence: Text
    way_out: Text

    def refusal(self, state: State, step: Step, reason: str) -> StepRefused:
        """The refusal of `step` in `state` for this reason."""
        return StepRefused(
            self.rule,
            self.sentence,
            reason=reason,
            way_out=self.way_out,
            ask=Topic.CODES,
            facts={"state": state.value, "step": step.value},
        )


EXPIRED = Why(
    "C5",
    _("The code has expired. Unused codes lapse, and nobody here can extend one."),
    _("Plan a new order, or ask the exam provider whether they extend the code."),
)

_STATES = {
    State.AVAILABLE: Why(
        "C6",
        _("The code is still available: it belongs to nobody."),
        _("Reserve it for a person first."),
    ),
    State.RESERVED: Why(
        "C2",
        _("The code is only reserved: nobody has been shown it yet."),
        _("Assign it to the person first, or change or release the reservation."),
    ),
    State.ASSIGNED: Why(
        "C2",
        _("The code is assigned. It stays with its person and is never passed on."),
        _("Use another code for another person. A defective code can be replaced."),
    ),
    State.REGISTERED: Why(
        "C3",
        _("The code is registered for an exam."),
        _("Cancel the appointment at least 24 hours before it starts; the code is then free."),
    ),
    State.USED: Why(
        "C6",
        _("The code has been used: its exam was started."),
        _("A used code stays in the reports; use another code."),
    ),
    State.FORFEITED: Why(
        "C3",
        _("The code is forfeited: its appointment was missed or cancelled too late."),
        _("Use another code. If the record is wrong, ask the exam provider to correct it."),
    ),
    State.ACTIVATED: Why(
        "C4",
        _("The code has been activated: the library is open for its person."),
        _("Sign in to the library with the same account; another person needs another code."),
    ),
    State.VOID: Why(
        "C6",
        _("The code is void."),
        _("Use another code; if this one was replaced, its person has the new one."),
    ),
}

_NOT_REGISTERED = Why(
    "C6",
    _("The code is not registered for an exam."),
    _("Register it for an exam first."),
)
_TAKEN = Why(
    "C2",
    _("The code is reserved for a person already."),
    _("Change or release the reservation, or take another code."),
)
_NOTHING_TO_REPLACE = Why(
    "C6",
    _("Nobody has been given this code, so that there is nothing to replace."),
    _("Void it instead, and take another code."),
)
_REGISTERED_DEFECT = Why(
    "C6",
    _("The code is registered for an exam and cannot be voided or replaced now."),
    _("Let the provider cancel the appointment; the code can then be replaced."),
)

_PAIRS = {
    (State.RESERVED, Step.RESERVE): _TAKEN,
    (State.AVAILABLE, Step.REPLACE): _NOTHING_TO_REPLACE,
    (State.RESERVED, Step.REPLACE): _NOTHING_TO_REPLACE,
    (State.ASSIGNED, Step.VOID): Why(
        "C6",
        _("The code belongs to a person, who must not be left without one."),
        _("If it is defective, replace it: the same person gets a linked new code."),
    ),
    (State.REGISTERED, Step.REGISTER): Why(
        "C3",
        _("The code is registered for an exam already; it registers one exam at a time."),
        _("Move the appointment to another date, or cancel it first."),
    ),
    (State.REGISTERED, Step.VOID): _REGISTERED_DEFECT,
    (State.REGISTERED, Step.REPLACE): _REGISTERED_DEFECT,
    **{
        (State.ASSIGNED, step): _NOT_REGISTERED
        for step in (
            Step.MOVE,
            Step.CANCEL_IN_TIME,
            Step.PROVIDER_CANCEL,
            Step.LATE_CANCEL,
            Step.NO_SHOW,
            Step.START_EXAM,
        )
    },
}


def why_not(state: State, step: Step) -> Why:
    """What is said when a step is refused in a state: the pair's own words, or the state's."""
    return _PAIRS.get((state, step), _STATES[state])


def not_for(step: Step) -> tuple[str, Text]:
    """The rule and the sentence for somebody to whom a step does not belong."""
    return _NOT_FOR[WHO_MAY[step]]


_NOT_FOR = {
    WHO_MAY[Step.RESERVE]: ("C2", _("Only a licensing admin may do this.")),
    WHO_MAY[Step.ASSIGN]: ("C2", _("Only a licensing admin may do this.")),
    WHO_MAY[Step.VOID]: ("C6", _("Only a licensing admin or the operator may do this.")),
    WHO_MAY[Step.REPLACE]: ("C6", _("Only the operator replaces a code.")),
    WHO_MAY[Step.CLAIM]: ("C8", _("Only the person who holds the code may do this.")),
    WHO_MAY[Step.REGISTER]: ("C3", _("Only the holder or the exam desk may do this.")),
    WHO_MAY[Step.NO_SHOW]: (
        "C3",
        _("Only the exam desk, the exam provider or the operator may record this."),
    ),
    WHO_MAY[Step.LATE_CANCEL]: (
        "C3",
        _("Only the holder, the exam desk, the exam provider or the operator may do this."),
    ),
}
