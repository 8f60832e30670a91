"""Which cost centre bears a code."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.integration.codes.giving import Scene, make_scene
from tests.support.clock import StillClock
from tests.support.making import making
from vlms.audit.queries import list_entries
from vlms.codes.errors import StepRefused
from vlms.codes.models import Code
from vlms.codes.queries import cost_centre_of, get_code
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.charging_to import set_cost_centre
from vlms.codes.service.replacing import replace
from vlms.codes.service.reserving import release, reserve_this
from vlms.codes.service.together import Seen, take_all, write_down
from vlms.core import scope
from vlms.core.errors import Forbidden
from vlms.core.permissions import Role
from vlms.core.work import Actor


@pytest.fixture
def scene(app: Flask, clock: StillClock) -> Scene:
    """Two of its codes are reserved for Ann; their order names IT-100."""
    made = make_scene(clock, delay=0)
    with making(clock()) as work:
        for code in made.codes[:2]:
            reserve_this(work, code.id, made.ann, confirmed=True)
        work.session.get_one(Code, made.codes[0].id).batch.line.order.cost_centre = "IT-100"
    return made


def test_a_code_falls_back_to_its_order_and_keeps_its_own_when_assigned(
    scene: Scene, clock: StillClock
) -> None:
    first, second = (code.id for code in scene.codes[:2])
    with making(clock()) as work:
        set_cost_centre(work, first, "HR-7")
        for key in (first, second):
            start_assign(work, key)
        told = [cost_centre_of(get_code(work.session, key)) for key in (first, second)]
        assert told == ["HR-7", "IT-100"]
        following = replace(work, get_code(work.session, first), "CASE-1")
        assert cost_centre_of(following) == "HR-7"
        entries = list_entries(work.session, first)
        assert "code.cost_centre" in [entry.action for entry in entries]


def test_a_released_code_forgets_it(scene: Scene, clock: StillClock) -> None:
    key = scene.codes[0].id
    with making(clock()) as work:
        set_cost_centre(work, key, "HR-7")
        assert release(work, key).cost_centre is None


def test_a_code_of_nobody_and_one_that_moved_are_refused(scene: Scene, clock: StillClock) -> None:
    with making(clock()) as work, pytest.raises(StepRefused):
        set_cost_centre(work, scene.codes[2].id, "HR-7")
    with making(clock()) as work:
        seen = get_code(work.session, scene.codes[0].id)
        work.session.expunge(seen)
        set_cost_centre(work, seen.id, "HR-7")
        moved = work.session.merge(seen, load=False)
        with pytest.raises(StepRefused):
            set_cost_centre(work, moved.id, "HR-8")


def test_an_auditor_names_none(scene: Scene, clock: StillClock) -> None:
    auditor = Actor("Aud", None, scene.organisation.id, frozenset({Role.AUDITOR}))
    place = scope.Organisation(scene.organisation.id)
    with making(clock(), auditor, place) as work, pytest.raises(Forbidden):
        set_cost_centre(work, scene.codes[0].id, "HR-7")


def test_one_is_named_for_many_at_once(scene: Scene, clock: StillClock) -> None:
    actor = Actor("Ann", None, scene.organisation.id, frozenset({Role.LICENSING_ADMIN}))
    place = scope.Organisation(scene.organisation.id)
    keys = [code.id for code in scene.codes]
    with making(clock(), actor, place) as work:
        codes = [get_code(work.session, key) for key in keys]
        seen = [Seen(code.id, code.version, code.agreement_id) for code in codes]
        run_id = write_down(work, "assign", seen, "HR-7").id
    take_all(lambda: making(clock(), actor, place), run_id)
    with making(clock()) as work:
        # The third is nobody's: what had begun is undone.
        told = [get_code(work.session, key).cost_centre for key in keys]
        assert told == ["HR-7", "HR-7", None]
