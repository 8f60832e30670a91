"""Codes are reserved, changed and released; nobody gets another's code (C2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.integration.codes.giving import Scene, make_scene
from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.making import make_organisation, make_person, making
from tests.support.racing import race
from vlms.accounts.models import Person
from vlms.audit.models import AuditEntry
from vlms.codes.errors import GivingRefused, StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.reserving import change, release, reserve, reserve_this
from vlms.core.attempts import retrying
from vlms.core.db import db, reading
from vlms.core.scope import Organisation, System
from vlms.core.scoping import guarded_update
from vlms.core.work import Work


def test_the_code_that_ends_soonest_is_reserved(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        soonest = work.session.get_one(Code, scene.codes[1].id)
        soonest.expires_at -= timedelta(days=30)
    with making(clock()) as work:
        (code,) = reserve(work, scene.ann, scene.product_id)
        assert (code.id, code.state, code.person_id) == (soonest.id, State.RESERVED, scene.ann)
        entries = select(AuditEntry).where(AuditEntry.record_id == code.id)
        work.flush()
        assert [entry.action for entry in work.session.scalars(entries)] == ["code.reserve"]


def test_several_are_reserved_or_none(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock, 3)
    with pytest.raises(GivingRefused) as refusal, making(clock()) as work:
        reserve(work, scene.ann, scene.product_id, count=4)
    assert refusal.value.reason == "too_few_available"
    with making(clock()) as work:
        assert len(reserve(work, scene.ann, scene.product_id, count=3)) == 3


def test_a_leaver_gets_none(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        work.session.get_one(Person, scene.ann).left_at = work.now
    with pytest.raises(GivingRefused) as refusal, making(clock()) as work:
        reserve(work, scene.ann, scene.product_id)
    assert refusal.value.reason == "person_left"


def test_a_second_code_of_the_same_product_has_to_be_confirmed(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        reserve(work, scene.ann, scene.product_id)
    with pytest.raises(GivingRefused) as refusal, making(clock()) as work:
        reserve(work, scene.ann, scene.product_id)
    assert refusal.value.reason == "holds_one"
    with making(clock()) as work:
        assert reserve(work, scene.ann, scene.product_id, confirmed=True)


def test_a_reservation_is_changed_and_released(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        code = reserve_this(work, scene.codes[0].id, scene.ann)
    with making(clock()) as work:
        assert change(work, code.id, scene.bob).person_id == scene.bob
    with making(clock()) as work:
        freed = release(work, code.id, "not needed")
        assert (freed.state, freed.person_id, freed.reserved_at) == (State.AVAILABLE, None, None)
        check_codes(work)


@pytest.mark.parametrize("step", [lambda w, c, p: change(w, c, p), lambda w, c, p: release(w, c)])
def test_nothing_moves_while_an_assignment_is_running(
    app: Flask, clock: StillClock, step: Callable[[Work, UUID, UUID], Code]
) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        reserve_this(work, scene.codes[0].id, scene.ann)
        start_assign(work, scene.codes[0].id)
    with pytest.raises(StepRefused) as refusal, making(clock()) as work:
        step(work, scene.codes[0].id, scene.bob)
    assert refusal.value.reason == "code_assigning"


@pytest.mark.parametrize("step", [lambda w, c, p: change(w, c, p), lambda w, c, p: release(w, c)])
def test_an_assigned_code_stays_with_its_person(
    app: Flask, clock: StillClock, step: Callable[[Work, UUID, UUID], Code]
) -> None:
    scene = make_scene(clock, delay=0)
    with making(clock()) as work:
        reserve_this(work, scene.codes[0].id, scene.ann)
        start_assign(work, scene.codes[0].id)
    with pytest.raises(StepRefused) as refusal, making(clock()) as work:
        step(work, scene.codes[0].id, scene.bob)
    assert refusal.value.rule == "C2"


def test_another_organisations_person_gets_no_code_of_ours(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        stranger = make_person(work, make_organisation(work, "fabrikam"), "Sam")
    with pytest.raises(GivingRefused) as refusal, making(clock()) as work:
        reserve_this(work, scene.codes[0].id, stranger.id)
    assert refusal.value.reason == "person_elsewhere"


def test_an_expired_code_is_not_reserved(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    clock.move(days=365)
    with pytest.raises(GivingRefused), making(clock()) as work:
        reserve(work, scene.ann, scene.product_id)
    with pytest.raises(StepRefused) as refusal, making(clock()) as work:
        reserve_this(work, scene.codes[0].id, scene.ann)
    assert refusal.value.rule == "C5"


# ---- ten threads, the last fifty codes ------------------------------------------------

Reserve = Callable[[Work, UUID, UUID], UUID]


def properly(work: Work, person_id: UUID, product_id: UUID) -> UUID:
    return reserve(work, person_id, product_id, confirmed=True)[0].id


def hand_out(app: Flask, clock: StillClock, scene: Scene, tries: int, how: Reserve) -> list[UUID]:
    """What ten threads were given, each trying `tries` times."""
    scope = Organisation(scene.organisation.id)
    given: list[UUID] = []

    def attempt() -> UUID:
        with making(clock(), scope=scope) as work:
            return how(work, scene.ann, scene.product_id)

    def run() -> None:
        with app.app_context():
            for _each in range(tries):
                try:
                    given.append(retrying(attempt))
                except GivingRefused:
                    continue
            db.session.remove()

    threads = [Thread(target=run) for _each in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_ten_threads_hand_out_the_last_fifty_codes_exactly_once_each(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock, 50)
    given = hand_out(app, clock, scene, 7, properly)
    assert sorted(given) == sorted(code.id for code in scene.codes)
    with making(clock()) as work:
        check_codes(work)


@dataclass(frozen=True)
class Twin:
    """Reserves as nothing in the product may; the negative control of the two guards.

    Those who race meet between reading and writing. `checks_state` asks for the state again
    when it writes, `holds_row` reads under the lock of the row (of SQLite's one writer).
    """

    scene: Scene
    now: datetime
    meeting: Barrier
    checks_state: bool = False
    holds_row: bool = False

    def reserve(self) -> UUID | None:
        """The code that it believes to have reserved."""
        return self._under_lock() if self.holds_row else self._beside_lock()

    def _beside_lock(self) -> UUID | None:
        with reading(System("negative control")) as session:
            code_id = session.scalars(_FIRST).one()
        self.meeting.wait()
        return retrying(partial(self._write_alone, code_id))

    def _write_alone(self, code_id: UUID) -> UUID | None:
        with making(self.now) as work:
            return self._write(work, code_id)

    def _under_lock(self) -> UUID | None:
        with making(self.now) as work:
            code_id = work.session.scalars(_FIRST.with_for_update(skip_locked=True)).one()
            if db.engine.dialect.name == "postgresql":
                self.meeting.wait()
            return self._write(work, code_id)

    def _write(self, work: Work, code_id: UUID) -> UUID | None:
        guards = [Code.id == code_id]
        if self.checks_state:
            guards.append(Code.state == State.AVAILABLE)
        values = {"state": State.RESERVED, "person_id": self.scene.ann, "reserved_at": self.now}
        return code_id if guarded_update(work.session, Code, *guards, **values) else None


_FIRST = select(Code.id).where(Code.state == State.AVAILABLE).order_by(Code.id).limit(1)


@pytest.mark.parametrize(
    ("guards", "given"),
    [({}, [2]), ({"checks_state": True}, [1]), ({"holds_row": True}, [1, 1])],
    ids=["no guard", "the state's condition alone", "the row's lock alone"],
)
def test_a_twin_without_guards_gives_one_code_to_two_and_either_guard_prevents_it(
    app: Flask, clock: StillClock, guards: dict[str, bool], given: list[int]
) -> None:
    scene = make_scene(clock, 50)
    twin = Twin(scene, clock(), Barrier(2, timeout=30), **guards)
    results = race(app, [twin.reserve, twin.reserve])
    assert list(Counter(code_id for code_id in results if code_id).values()) == given
