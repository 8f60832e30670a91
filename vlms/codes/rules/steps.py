"""Whether a step may be taken now, and what to do instead (C2 to C6)."""

from __future__ import annotations

from datetime import datetime

from vlms.codes.errors import NotForThisParty, StepRefused
from vlms.codes.rules.instants import as_utc
from vlms.codes.rules.lifecycle import (
    EXAM_STEPS,
    NEXT,
    WHO_MAY,
    Kind,
    Party,
    State,
    Step,
    may,
    needs_case_number,
    suits,
)
from vlms.codes.rules.step_refusals import EXPIRED, not_for, why_not
from vlms.core.errors import Topic
from vlms.core.text import Text, _


def next_state(state: State, step: Step, *, expired: bool = False) -> State:
    """The state after a step (C6).

    Raises StepRefused with the way out: when the state does not allow the step, or when
    the code had expired (`has_expired`) at the instant the step is about.
    """
    if expired:
        raise EXPIRED.refusal(state, step, "code_expired")
    following = NEXT.get((state, step))
    if following is None:
        raise why_not(state, step).refusal(state, step, "code_step_refused")
    return following


def check_party(party: Party, step: Step) -> None:
    """Raises NotForThisParty when the step belongs to somebody else."""
    if not may(party, step):
        rule, sentence = not_for(step)
        raise NotForThisParty(rule, sentence, facts={"allowed": sorted(WHO_MAY[step])})


def check_kind(step: Step, kind: Kind) -> None:
    """Raises StepRefused: a library is not registered for an exam (C4), nor the other way (C3)."""
    if suits(step, kind):
        return
    if step in EXAM_STEPS:
        raise _refused(
            "C4",
            _("This code unlocks a library; it registers no exam."),
            "code_kind",
            _("Use an exam voucher for the exam."),
        )
    raise _refused(
        "C3",
        _("This code registers an exam; it unlocks no library."),
        "code_kind",
        _("Use a code of the library."),
    )


def check_case_number(state: State, step: Step, case_number: str | None) -> None:
    """Raises StepRefused when the provider's case number is due and missing (C6)."""
    if needs_case_number(state, step) and not (case_number or "").strip():
        raise StepRefused(
            "C6",
            _("A code that has been given a person is voided only as defective."),
            reason="code_case_number_missing",
            field="case_number",
            way_out=_("Enter the case number under which the provider calls it defective."),
            ask=Topic.EXAM_PROVIDER,
        )


def check_delay(step: Step, assigns_at: datetime | None, now: datetime) -> None:
    """The delay before an assignment (C2); `assigns_at` is set while one is running.

    Raises StepRefused: what runs is called back first, what does not run has no call-back,
    and nothing is assigned before its time.
    """
    running = assigns_at is not None
    if step in {Step.CHANGE, Step.RELEASE, Step.START_ASSIGN} and running:
        raise _refused(
            "C2",
            _("The code is about to be assigned to this person."),
            "code_assigning",
            _("Call the assignment back first."),
        )
    if step in {Step.CALL_BACK, Step.ASSIGN} and not running:
        raise _refused(
            "C2",
            _("No assignment of this code has been started."),
            "code_not_assigning",
            _("The reservation can be changed or released as it is."),
        )
    if step is Step.ASSIGN and assigns_at is not None and as_utc(now) < as_utc(assigns_at):
        raise _refused(
            "C2",
            _("The time in which the assignment can be called back is not over."),
            "code_delay_running",
            _("Wait until it is over; the code is then assigned by itself."),
        )


def _refused(rule: str, sentence: Text, reason: str, way_out: Text | None = None) -> StepRefused:
    return StepRefused(rule, sentence, reason=reason, way_out=way_out, ask=Topic.CODES)
