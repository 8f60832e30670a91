from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import product

import pytest

from vlms.codes.errors import NotForThisParty, StepRefused
from vlms.codes.rules.lifecycle import (
    NEXT,
    OPEN,
    PERSONAL,
    TERMINAL,
    WHO_MAY,
    Kind,
    Party,
    State,
    Step,
    forgets_text,
    has_expired,
    may,
    needs_case_number,
    suits,
)
from vlms.codes.rules.shown_state import Shown, shown_state, word
from vlms.codes.rules.steps import (
    check_case_number,
    check_delay,
    check_kind,
    check_party,
    next_state,
)

END = datetime(2026, 7, 1, 16, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PAIRS = list(product(State, Step))

# C6 once more, in its own order: what each state allows, and where that leads.
ALLOWED = {
    "available": {"reserve": "reserved", "void": "void"},
    "reserved": {
        "change": "reserved",
        "release": "available",
        "start_assign": "reserved",
        "call_back": "reserved",
        "assign": "assigned",
        "void": "void",
    },
    "assigned": {
        "claim": "assigned",
        "register": "registered",
        "activate": "activated",
        "replace": "void",
    },
    "registered": {
        "move": "registered",
        "cancel_in_time": "assigned",
        "provider_cancel": "assigned",
        "late_cancel": "forfeited",
        "no_show": "forfeited",
        "start_exam": "used",
    },
}


@pytest.mark.parametrize(("state", "step"), PAIRS)
def test_every_step_in_every_state_leads_on_or_is_refused_with_a_way_out(
    state: State, step: Step
) -> None:
    expected = ALLOWED.get(state.value, {}).get(step.value)
    if expected is not None:
        assert next_state(state, step).value == expected
        return
    with pytest.raises(StepRefused) as caught:
        next_state(state, step)
    refusal = caught.value
    assert refusal.rule in {"C2", "C3", "C4", "C6"}
    assert refusal.way_out
    assert refusal.facts == {"state": state.value, "step": step.value}


@pytest.mark.parametrize(("state", "step"), PAIRS)
def test_nothing_is_done_with_an_expired_code(state: State, step: Step) -> None:
    with pytest.raises(StepRefused, match="expired") as caught:
        next_state(state, step, expired=True)
    assert caught.value.reason == "code_expired"


def test_no_step_leaves_a_terminal_state() -> None:
    assert {state for state, _step in NEXT} == OPEN
    assert set(State) == OPEN | TERMINAL
    assert not OPEN & TERMINAL


def test_a_code_never_leaves_its_person_once_assigned() -> None:
    reached, ahead = {State.ASSIGNED}, [State.ASSIGNED]
    while ahead:
        here = ahead.pop()
        found = {after for (before, _step), after in NEXT.items() if before is here} - reached
        reached |= found
        ahead += found
    assert reached == PERSONAL | {State.VOID}


@pytest.mark.parametrize(
    ("state", "step", "sentence"),
    [
        (State.ASSIGNED, Step.CHANGE, "stays with its person"),
        (State.ASSIGNED, Step.RELEASE, "stays with its person"),
        (State.ASSIGNED, Step.CALL_BACK, "stays with its person"),
        (State.ASSIGNED, Step.VOID, "replace it"),
        (State.AVAILABLE, Step.ASSIGN, "Reserve it"),
        (State.AVAILABLE, Step.REGISTER, "belongs to nobody"),
        (State.RESERVED, Step.RESERVE, "reserved for a person already"),
        (State.REGISTERED, Step.REGISTER, "one exam at a time"),
        (State.REGISTERED, Step.REPLACE, "provider cancel"),
        (State.ASSIGNED, Step.START_EXAM, "not registered"),
        (State.USED, Step.VOID, "stays in the reports"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    state: State, step: Step, sentence: str
) -> None:
    with pytest.raises(StepRefused) as caught:
        next_state(state, step)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("party", "steps"),
    [
        (
            Party.HOLDER,
            {"claim", "register", "move", "cancel_in_time", "late_cancel", "activate"},
        ),
        (
            Party.ADMIN,
            {"reserve", "change", "release", "start_assign", "call_back", "assign", "void"},
        ),
        (
            Party.DESK,
            {
                "register", "move", "cancel_in_time", "late_cancel", "provider_cancel",
                "no_show", "start_exam",
            },
        ),
        (
            Party.OPERATOR,
            {
                "cancel_in_time", "late_cancel", "provider_cancel", "no_show", "start_exam",
                "void", "replace",
            },
        ),
        (Party.SYSTEM, {"assign"}),
    ],
)  # fmt: skip
def test_each_party_has_its_steps(party: Party, steps: set[str]) -> None:
    assert {step.value for step in Step if may(party, step)} == steps


@pytest.mark.parametrize(("party", "step"), list(product(Party, Step)))
def test_a_step_of_somebody_else_is_refused_in_words(party: Party, step: Step) -> None:
    if party in WHO_MAY[step]:
        check_party(party, step)
        return
    with pytest.raises(NotForThisParty, match="Only"):
        check_party(party, step)


def test_a_library_registers_no_exam_and_a_voucher_opens_no_library() -> None:
    check_kind(Step.ASSIGN, Kind.LIBRARY)
    check_kind(Step.REGISTER, Kind.EXAM)
    assert suits(Step.ACTIVATE, Kind.LIBRARY)
    with pytest.raises(StepRefused, match="registers no exam"):
        check_kind(Step.REGISTER, Kind.LIBRARY)
    with pytest.raises(StepRefused, match="unlocks no library"):
        check_kind(Step.ACTIVATE, Kind.EXAM)


@pytest.mark.parametrize(
    ("state", "step", "needed"),
    [
        (State.AVAILABLE, Step.VOID, False),
        (State.RESERVED, Step.VOID, True),
        (State.ASSIGNED, Step.REPLACE, True),
        (State.RESERVED, Step.RELEASE, False),
    ],
)
def test_past_available_the_providers_case_number_is_needed(
    state: State, step: Step, needed: bool
) -> None:
    assert needs_case_number(state, step) is needed
    check_case_number(state, step, "CASE-7")
    for missing in (None, "", "  "):
        if needed:
            with pytest.raises(StepRefused, match="case number"):
                check_case_number(state, step, missing)
        else:
            check_case_number(state, step, missing)


@pytest.mark.parametrize("step", [Step.CHANGE, Step.RELEASE, Step.START_ASSIGN])
def test_a_running_assignment_is_called_back_before_the_reservation_changes(step: Step) -> None:
    check_delay(step, None, END)
    with pytest.raises(StepRefused, match="Call the assignment back"):
        check_delay(step, END, END - SECOND)


@pytest.mark.parametrize("step", [Step.CALL_BACK, Step.ASSIGN])
def test_only_a_started_assignment_is_called_back_or_carried_out(step: Step) -> None:
    check_delay(step, END, END)
    with pytest.raises(StepRefused, match="has been started"):
        check_delay(step, None, END)


def test_nothing_is_assigned_before_the_delay_is_over() -> None:
    check_delay(Step.CALL_BACK, END, END - SECOND)
    with pytest.raises(StepRefused, match="not over"):
        check_delay(Step.ASSIGN, END, END - SECOND)


@pytest.mark.parametrize("state", sorted(OPEN - {State.REGISTERED}))
def test_an_open_code_expires_at_the_very_instant(state: State) -> None:
    assert not has_expired(state, END, END - SECOND)
    assert has_expired(state, END, END)


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_a_finished_code_never_expires(state: State) -> None:
    assert not has_expired(state, END, END + timedelta(days=1000))


def test_a_registered_code_is_judged_by_its_exams_start() -> None:
    late = END + timedelta(days=1)
    assert not has_expired(State.REGISTERED, END, late, END - SECOND)
    assert has_expired(State.REGISTERED, END, late, END)
    assert not has_expired(State.REGISTERED, END, END - SECOND, END)
    with pytest.raises(ValueError, match="exam's start"):
        has_expired(State.REGISTERED, END, late)


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="zone"):
        has_expired(State.ASSIGNED, END, datetime(2026, 7, 1, 16))


def test_the_zone_an_instant_is_written_in_does_not_matter() -> None:
    taipei = timezone(timedelta(hours=8))
    assert has_expired(State.ASSIGNED, END, datetime(2026, 7, 2, 0, 0, tzinfo=taipei))
    assert not has_expired(State.ASSIGNED, END, datetime(2026, 7, 1, 23, 59, 59, tzinfo=taipei))


@pytest.mark.parametrize("state", State)
def test_a_page_shows_the_state_or_that_it_has_expired(state: State) -> None:
    before = shown_state(state, END, END - SECOND, END)
    after = shown_state(state, END, END, END)
    assert before.value == state.value
    assert after is (Shown(state.value) if state in TERMINAL else Shown.EXPIRED)
    assert str(word(before)) == state.value.capitalize()
    assert str(word(Shown.EXPIRED)) == "Expired"


@pytest.mark.parametrize("state", State)
def test_the_sealed_text_goes_at_the_end_or_ninety_days_after_expiry(state: State) -> None:
    keep = timedelta(days=90)
    assert forgets_text(state, END, END - SECOND, keep) is (state in TERMINAL)
    assert forgets_text(state, END, END + keep - SECOND, keep) is (state in TERMINAL)
    assert forgets_text(state, END, END + keep, keep)
