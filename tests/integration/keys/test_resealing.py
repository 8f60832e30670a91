"""What exists is sealed anew in pieces; whatever else happens meanwhile is not undone."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_sealed import (
    keys_of,
    make_sealed,
    make_stocked,
    opened,
    owner_of,
    sealing_keys,
)
from vlms.audit.models import AuditEntry
from vlms.codes.custody import custody_of
from vlms.codes.errors import CustodyRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.attempts import in_work
from vlms.core.errors import BadInput
from vlms.core.work import Work
from vlms.keys.errors import KeyActRefused
from vlms.keys.queries import GRACE
from vlms.keys.service import resealing
from vlms.keys.service.resealing import Pace, reseal
from vlms.keys.service.rotating import rotate
from vlms.keys.service.shredding import shred


def test_what_the_master_key_sealed_gets_its_owners_data_key(app: Flask, clock: StillClock) -> None:
    contoso = make_sealed(clock(), "contoso", 5, released=True)
    fabrikam = make_sealed(clock(), "fabrikam", 5, released=True)
    stock = make_stocked(clock(), [f"STOCK-{n:04}" for n in range(5)], released=True)
    everything = contoso | fabrikam | stock
    assert reseal(partial(making, clock())).resealed == 15
    assert opened(clock(), everything) == everything
    with making(clock()) as work:
        used = [sealing_keys(work, some) for some in (contoso, fabrikam, stock)]
        assert None not in set.union(*used)
        assert len(set.union(*used)) == 3
    assert reseal(partial(making, clock())).resealed == 0


def test_a_new_key_seals_and_the_former_one_is_dropped_a_day_after_it_was_needed(
    app: Flask, clock: StillClock
) -> None:
    contoso = make_sealed(clock(), "contoso", 5)
    now = clock()
    with making(now) as work:
        owner_id = owner_of(work, contoso)
        new_id = rotate(work, owner_id, "yearly")
    assert reseal(partial(making, now)).resealed == 5
    with making(now) as work:
        old, new = keys_of(work, owner_id)
        assert sealing_keys(work, contoso) == {new.id} == {new_id}
        assert (old.emptied_at, old.dropped_at) == (now, None)
    # Somebody had taken the former key before it was retired, and writes only now.
    with making(now) as work:
        late = next(iter(contoso))
        _seal_with(work, late, contoso[late], old.id)
    later = now + GRACE
    assert reseal(partial(making, later)).resealed == 1
    with making(later) as work:
        old, _new = keys_of(work, owner_id)
        assert (old.wrapped, old.dropped_at) == (None, later)
    assert opened(later, contoso) == contoso


def _seal_with(work: Work, code_id: object, text: str, key_id: object) -> None:
    code = work.session.get_one(Code, code_id)
    keys = keys_of(work, code.organisation_id)
    retired = {key.id: key.retired_at for key in keys}
    for key in keys:
        key.retired_at = None if key.id == key_id else work.now
    work.flush()
    code.sealed_text = custody_of(work).seal(code.id, code.organisation_id, text)
    for key in keys:
        key.retired_at = retired[key.id]


def test_a_text_removed_meanwhile_stays_removed_and_a_state_stays_changed(
    app: Flask, clock: StillClock
) -> None:
    contoso = make_sealed(clock(), "contoso", 3, released=True)
    gone, moved, plain = contoso
    open_work = partial(making, clock())

    def reseal_after_others_changed(guarded: bool) -> None:
        (texts, *_rest) = resealing.sealed_texts()
        rows = resealing._read(texts, resealing.Span(None), None)
        with making(clock()) as work:
            _write(work, gone, sealed_text=None, state=State.VOID)
            _write(work, moved, case_number="changed meanwhile")
        with making(clock()) as work:
            if guarded:
                resealing._reseal_rows(work, texts, rows)
            else:
                for row_id, _owner, sealed in rows:
                    _write(work, row_id, sealed_text=sealed)

    reseal_after_others_changed(guarded=True)
    with making(clock()) as work:
        assert work.session.get_one(Code, gone).sealed_text is None
        assert work.session.get_one(Code, moved).case_number == "changed meanwhile"
        assert work.session.get_one(Code, plain).sealed_text is not None
    with making(clock()) as work:
        _write(work, plain, sealed_text=b"0 read by nobody")
    assert reseal(open_work).unreadable == 1


def test_without_the_guard_a_removed_text_would_come_back(app: Flask, clock: StillClock) -> None:
    contoso = make_sealed(clock(), "contoso", 1, released=True)
    (gone,) = contoso
    (texts, *_rest) = resealing.sealed_texts()
    rows = resealing._read(texts, resealing.Span(None), None)
    with making(clock()) as work:
        _write(work, gone, sealed_text=None)
    with making(clock()) as work:
        for row_id, _owner, sealed in rows:
            _write(work, row_id, sealed_text=sealed)
    with making(clock()) as work:
        assert work.session.get_one(Code, gone).sealed_text is not None


def _write(work: Work, code_id: object, **values: object) -> None:
    work.session.execute(
        update(Code).where(Code.id == code_id).values(**values),
        execution_options={"synchronize_session": False},
    )


def test_a_run_that_may_take_few_pieces_goes_on_in_the_next(app: Flask, clock: StillClock) -> None:
    contoso = make_sealed(clock(), "contoso", 10, released=True)
    runs = 0
    while not (result := reseal(partial(making, clock()), Pace(3, 1))).is_over:
        runs += 1
        assert result.resealed <= 3
    assert runs == 3
    assert opened(clock(), contoso) == contoso


def test_codes_sealed_while_keys_rotate_are_all_readable(app: Flask, clock: StillClock) -> None:
    contoso = make_sealed(clock(), "contoso", 30)
    with making(clock()) as work:
        owner_id = owner_of(work, contoso)
    now, stop = clock(), threading.Event()

    def seal_again() -> None:
        with app.app_context():
            while not stop.is_set():
                for code_id in contoso:
                    in_work(partial(making, now), lambda work, i=code_id: _again(work, i, contoso))

    thread = threading.Thread(target=seal_again)
    thread.start()
    try:
        for _turn in range(3):
            in_work(partial(making, now), lambda work: rotate(work, owner_id, "test"))
            reseal(partial(making, now))
    finally:
        stop.set()
        thread.join()
    reseal(partial(making, now))
    reseal(partial(making, now + GRACE))
    assert opened(now, contoso) == contoso
    with making(now) as work:
        *old, newest = keys_of(work, owner_id)
        assert sealing_keys(work, contoso) == {newest.id}
        assert [key.dropped_at for key in old] == [now + GRACE] * 3


def _again(work: Work, code_id: object, texts: dict[object, str]) -> None:
    code = work.session.get_one(Code, code_id)
    code.sealed_text = custody_of(work).seal(code.id, code.organisation_id, texts[code_id])


def test_shredded_keys_are_dropped_a_day_later_and_nobody_reads_what_they_sealed(
    app: Flask, clock: StillClock
) -> None:
    contoso, fabrikam = (make_sealed(clock(), slug, 3) for slug in ("contoso", "fabrikam"))
    now, long_after = clock(), clock() + timedelta(days=400)
    with making(now) as work:
        owner = owner_of(work, contoso), "contoso"
    with making(now) as work, pytest.raises(KeyActRefused, match="3 codes"):
        shred(work, owner, "contoso", "left us")
    for typed, reason in (("fabrikam", "left us"), ("contoso", " ")):
        with making(long_after) as work, pytest.raises(BadInput):
            shred(work, owner, typed, reason)
    with making(long_after) as work:
        assert shred(work, owner, "contoso", "left us") == 1
    reseal(partial(making, long_after))
    assert opened(now, contoso) == contoso
    reseal(partial(making, long_after + GRACE))
    with pytest.raises(CustodyRefused, match=r"was destroyed on .* lost for good") as refusal:
        opened(now, contoso)
    assert refusal.value.reason == "data_key_dropped"
    assert opened(now, fabrikam) == fabrikam
    assert _acts() == ["data_key.shred_ordered", "data_key.shredded"]


def test_a_code_issued_at_the_moment_of_shredding_keeps_its_key(
    app: Flask, clock: StillClock
) -> None:
    contoso = make_sealed(clock(), "contoso", 3)
    now = clock() + timedelta(days=400)
    with making(now) as work:
        owner = owner_of(work, contoso), "contoso"
        shred(work, owner, "contoso", "left us")
    with making(now) as work:
        raced = next(iter(contoso))
        _write(work, raced, expires_at=now + timedelta(days=30))
    reseal(partial(making, now + GRACE))
    assert opened(now, contoso) == contoso


def test_without_its_own_data_key_an_organisation_is_not_shredded(
    app: Flask, clock: StillClock
) -> None:
    contoso = make_sealed(clock(), "contoso", 1, released=True)
    with making(clock() + timedelta(days=400)) as work:
        owner = owner_of(work, contoso), "contoso"
        with pytest.raises(KeyActRefused, match="data key of its own"):
            shred(work, owner, "contoso", "left us")


def test_a_rotation_needs_a_reason_and_is_told_to_the_journal(
    app: Flask, clock: StillClock
) -> None:
    contoso = make_sealed(clock(), "contoso", 1)
    with making(clock()) as work, pytest.raises(BadInput):
        rotate(work, owner_of(work, contoso), " ")
    with making(clock()) as work:
        rotate(work, owner_of(work, contoso), "yearly")
    assert _acts() == ["data_key.rotated"]


def _acts() -> list[str]:
    with making(datetime(2026, 3, 2).astimezone()) as work:
        keys = AuditEntry.action.like("data_key.%")
        found = select(AuditEntry.action).where(keys).order_by(AuditEntry.sequence)
        return list(work.session.scalars(found))
