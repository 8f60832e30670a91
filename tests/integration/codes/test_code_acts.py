"""What a code's page offers is what its service takes; what it refuses is refused alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.integration.codes.giving import Scene, make_scene
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_codes import make_codes
from vlms.accounts.models import Person
from vlms.codes.actions import acts_on
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import TERMINAL, State, Step
from vlms.codes.service import assigning, reserving, voiding
from vlms.codes.service.replacing import replace
from vlms.core.acts import Act, refused_alike
from vlms.core.errors import DomainError
from vlms.core.permissions import Role
from vlms.core.text import Text
from vlms.core.work import Actor, Work
from vlms.orders.models import OrderLine

ROLES = (Role.LICENSING_ADMIN, Role.OPERATOR, Role.EXAM_DESK, Role.AUDITOR, Role.LEARNER)
# What a row may say besides its state: an assignment that runs, one that is overdue.
WAYS: dict[str, dict[str, Any]] = {
    **{state.value: {"state": state} for state in State},
    "running": {"state": State.RESERVED, "assign_due_at": timedelta(minutes=5)},
    "overdue": {"state": State.RESERVED, "assign_due_at": -timedelta(minutes=5)},
    "soon over": {"state": State.RESERVED, "expires_at": timedelta(minutes=20)},
    "expired": {"state": State.AVAILABLE, "expires_at": -timedelta(days=1)},
    "expired in hand": {"state": State.ASSIGNED, "expires_at": -timedelta(days=1)},
    "of a leaver": {"state": State.RESERVED},
}
Offers = Callable[[Work, Code], Sequence[Act]]


def make_code(clock: StillClock, scene: Scene, way: str) -> UUID:
    facts = dict(WAYS[way])
    with making(clock()) as work:
        line = work.session.scalars(select(OrderLine)).one()
        if facts["state"] is not State.AVAILABLE:
            person = work.session.get_one(Person, scene.ann)
            if way == "of a leaver":
                person.left_at = clock()
            facts["person"] = person
        for name in ("assign_due_at", "expires_at"):
            if name in facts:
                facts[name] = clock() + facts[name]
        if facts["state"] in TERMINAL:
            facts["ended_at"] = clock()
        return make_codes(work, line, 1, **facts)[0].id


def try_act(work: Work, scene: Scene, code_id: UUID, name: str) -> object:
    ways: dict[str, Callable[[], object]] = {
        Step.RESERVE: lambda: reserving.reserve_this(work, code_id, scene.bob),
        Step.CHANGE: lambda: reserving.change(work, code_id, scene.bob),
        Step.RELEASE: lambda: reserving.release(work, code_id),
        Step.START_ASSIGN: lambda: assigning.start_assign(work, code_id),
        Step.CALL_BACK: lambda: assigning.call_back(work, code_id),
        Step.VOID: lambda: voiding.void(work, code_id, "CASE-1"),
        Step.REPLACE: lambda: replace(work, get_code(work.session, code_id), "CASE-1"),
    }
    return ways[name]()


def compare(scene: Scene, code_id: UUID, clock: StillClock, offers: Offers = acts_on) -> None:
    """Every act is tried by every role."""
    for role in ROLES:
        actor = Actor("somebody", roles=frozenset({role}))
        with making(clock(), actor) as work:
            found = offers(work, get_code(work.session, code_id))
        for act in found:
            refusal: DomainError | None = None
            with making(clock(), actor) as work:
                try:
                    try_act(work, scene, code_id, act.name)
                except DomainError as raised:
                    refusal = raised
                work.session.rollback()
                work.events.clear()
            assert act.is_possible == (refusal is None), (role, act.name, refusal)
            if refusal is not None:
                assert act.refusal is not None
                expected = (act.refusal.rule, act.refusal.reason, str(act.refusal))
                assert expected == (refusal.rule, refusal.reason, str(refusal)), (role, act.name)


@pytest.mark.parametrize("way", list(WAYS))
def test_acts_shown_as_possible_are_those_that_the_service_takes(
    app: Flask, clock: StillClock, way: str
) -> None:
    scene = make_scene(clock, 1)
    compare(scene, make_code(clock, scene, way), clock)


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_the_end_of_a_code_is_told_once_however_many_buttons_there_are(
    app: Flask, clock: StillClock, state: State
) -> None:
    scene = make_scene(clock, 1)
    code_id = make_code(clock, scene, state.value)
    actor = Actor("admin", roles=frozenset({Role.LICENSING_ADMIN}))
    with making(clock(), actor) as work:
        acts = acts_on(work, get_code(work.session, code_id))
        own = [act for act in acts if act.conditions[0].is_met]
        assert len(own) == 6
        (group,) = refused_alike(own)
        assert [one.is_met for one in group.conditions] == [True, True, False]


def test_every_condition_is_ticked_or_crossed_with_its_rule(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock, 1)
    code_id = make_code(clock, scene, "running")
    actor = Actor("admin", roles=frozenset({Role.LICENSING_ADMIN}))
    with making(clock(), actor) as work:
        acts = {act.name: act for act in acts_on(work, get_code(work.session, code_id))}
    told = acts[Step.RELEASE].as_json()
    assert (told["is_possible"], told["reason"]) == (False, "code_assigning")
    assert [one["is_met"] for one in told["conditions"]] == [True, True, True, True, False]
    assert {one["rule"] for one in told["conditions"]} == {"C2", "C5", "C6"}
    crossed = told["conditions"][-1]
    assert crossed["way_out"] == "Call the assignment back first."
    assert crossed["ask"] == "codes"
    assert acts[Step.CALL_BACK].is_possible


def test_a_second_copy_of_a_rule_would_be_seen(app: Flask, clock: StillClock) -> None:
    """The control: a page that thinks for itself differs from the service."""
    scene = make_scene(clock, 1)
    code_id = make_code(clock, scene, "assigned")
    own = Act(Step.RELEASE.value, Text("Release"), "ban", "codes.release", ())
    with pytest.raises(AssertionError, match="release"):
        compare(scene, code_id, clock, lambda _work, _code: [own])
