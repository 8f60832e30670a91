"""What holders and the exam desk are offered is what the services take, state by state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.holding import EXAM, Held, code_of, make_held
from tests.support.making import making
from vlms.catalog.models import ProductKind
from vlms.codes.actions import is_own
from vlms.codes.holder_acts import desk_acts, own_acts
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import TERMINAL, State, Step
from vlms.codes.service import outcomes, registering
from vlms.codes.service.activating import activate
from vlms.codes.service.claiming import accept_terms
from vlms.codes.service.replacing import replace
from vlms.codes.service.revealing import reveal
from vlms.core.acts import Act, refused_alike
from vlms.core.errors import DomainError
from vlms.core.permissions import Role
from vlms.core.text import Text
from vlms.core.work import Actor, Work

DAY = timedelta(days=1)
EXAM_CODE, LIBRARY = ProductKind.EXAM_VOUCHER, ProductKind.E_REFERENCE
DESK_ROLES = (Role.EXAM_DESK, Role.EXAM_PROVIDER, Role.OPERATOR, Role.AUDITOR)
# How a code stands: its state and columns, and how many days pass before it is looked at.
WAYS: dict[str, dict[str, Any]] = {
    **{state.value: {"state": state} for state in State},
    "accepted": {"state": State.ASSIGNED, "accepted": True},
    "booked and accepted": {"state": State.REGISTERED, "accepted": True},
    "begun": {"state": State.REGISTERED, "accepted": True, "days": 11},
    "expired": {"state": State.ASSIGNED, "accepted": True, "days": 4000},
    "a library": {"state": State.ASSIGNED, "kind": LIBRARY},
    "a library, accepted": {"state": State.ASSIGNED, "kind": LIBRARY, "accepted": True},
    "an activated library": {"state": State.ACTIVATED, "kind": LIBRARY},
}
Offers = Callable[[Work, Code], Sequence[Act]]


def make_code(clock: StillClock, way: str) -> Held:
    facts = dict(WAYS[way])
    days, accepted = facts.pop("days", 0), facts.pop("accepted", False)
    if facts["state"] in TERMINAL:
        facts["ended_at"] = clock()
    if accepted:
        facts["terms_accepted_at"] = clock()
    held = make_held(clock(), **facts)
    clock.set(clock() + days * DAY)
    return held


def book(work: Work, code: Code) -> object:
    booking = registering.Booking(EXAM, "Site", work.now + 3 * DAY)
    return registering.register(work, code, booking, "asked")


def cancel(work: Work, code: Code) -> object:
    """Who may say when, says the moment before the appointment began."""
    happened_at = None
    if Role.LEARNER not in work.actor.roles and code.state is State.REGISTERED:
        registration = registering.get_open_registration(work, code)
        happened_at = min(work.now, registration.starts_at - timedelta(minutes=1))
    return outcomes.cancel(work, code, happened_at, accepts_loss=True)


def open_library(work: Work, code: Code) -> object:
    """As its page does: the terms are accepted with it."""
    return activate(work, accept_terms(work, code))


TRIED: dict[str, Callable[[Work, Code], object]] = {
    "reveal": reveal,
    "sheet": reveal,
    Step.REGISTER: book,
    Step.MOVE: lambda work, code: registering.move(work, code, work.now + 4 * DAY),
    Step.CANCEL_IN_TIME: cancel,
    Step.PROVIDER_CANCEL: outcomes.record_provider_cancel,
    Step.ACTIVATE: open_library,
    Step.REPLACE: lambda work, code: replace(work, code, "CASE-1"),
}


def trial(held: Held, clock: StillClock, actor: Actor, name: str) -> DomainError | None:
    with making(clock(), actor) as work:
        try:
            TRIED[name](work, code_of(work, held))
        except DomainError as raised:
            return raised
        finally:
            work.session.rollback()
            work.events.clear()
    return None


def compare(held: Held, clock: StillClock, actor: Actor, offers: Offers) -> None:
    """Every act that is offered to this actor, or refused, is tried."""
    with making(clock(), actor) as work:
        found = offers(work, code_of(work, held))
    assert found
    for act in found:
        refusal = trial(held, clock, actor, act.name)
        assert act.is_possible == (refusal is None), (actor.name, act.name, refusal)
        if refusal is not None:
            assert act.refusal is not None
            expected = (act.refusal.rule, act.refusal.reason, str(act.refusal))
            assert expected == (refusal.rule, refusal.reason, str(refusal)), (actor, act.name)


@pytest.mark.parametrize("way", [way for way in WAYS if way not in ("available", "reserved")])
def test_a_holder_is_offered_what_the_services_take(
    app: Flask, clock: StillClock, way: str
) -> None:
    held = make_code(clock, way)
    compare(held, clock, held.actor, own_acts)


@pytest.mark.parametrize("way", list(WAYS))
def test_the_exam_desk_is_offered_what_the_services_take(
    app: Flask, clock: StillClock, way: str
) -> None:
    held = make_code(clock, way)
    for role in DESK_ROLES:
        compare(held, clock, Actor(role.value, roles=frozenset({role})), desk_acts)


def test_a_code_that_is_used_tells_its_holder_so_once(app: Flask, clock: StillClock) -> None:
    held = make_code(clock, "used")
    with making(clock(), held.actor) as work:
        acts = own_acts(work, code_of(work, held))
    booking = [act for act in acts if act.name in {Step.REGISTER, Step.MOVE}]
    (group,) = refused_alike(booking)
    assert len(group.acts) == 2
    assert not any(act.is_possible for act in acts)


def test_a_code_whose_terms_wait_says_what_to_do_first(app: Flask, clock: StillClock) -> None:
    held = make_code(clock, "assigned")
    with making(clock(), held.actor) as work:
        told = own_acts(work, code_of(work, held))[0].as_json()
    assert (told["act"], told["is_possible"], told["reason"]) == (
        "reveal",
        False,
        "code_terms_missing",
    )
    assert [one["is_met"] for one in told["conditions"]] == [True, True, True, False]
    assert told["conditions"][-1]["rule"] == "C4"


def test_replacing_is_nobodys_but_the_operators(app: Flask, clock: StillClock) -> None:
    held = make_code(clock, "assigned")
    own: dict[Role, set[str]] = {}
    for role in DESK_ROLES:
        actor = Actor(role.value, roles=frozenset({role}))
        with making(clock(), actor) as work:
            acts = desk_acts(work, code_of(work, held))
            own[role] = {act.name for act in acts if is_own(act)}
    assert own[Role.AUDITOR] == set()
    assert Step.REPLACE in own[Role.OPERATOR]
    assert Step.REGISTER not in own[Role.OPERATOR]
    assert own[Role.EXAM_DESK] == {
        Step.REGISTER,
        Step.PROVIDER_CANCEL,
        Step.MOVE,
        Step.CANCEL_IN_TIME,
    }


def test_an_act_that_thinks_for_itself_is_seen(app: Flask, clock: StillClock) -> None:
    """The control."""
    held = make_code(clock, "used")
    sly = Act(Step.REGISTER.value, Text("Book"), "check", "my_codes.register", ())
    with pytest.raises(AssertionError, match="register"):
        compare(held, clock, held.actor, lambda _work, _code: [sly])
