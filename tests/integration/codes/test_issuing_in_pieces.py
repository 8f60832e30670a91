"""Big deliveries: made in pieces by a job, seen when they are whole, nothing twice (C1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.long_deliveries import KIND, NOTHING, ask_delivery, counts, read_job
from tests.support.making import making
from tests.support.making_codes import make_stock
from tests.support.making_orders import Shop, make_invoiced, make_shop, make_voucher, wish
from tests.support.racing import race
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CodeSource, Product
from vlms.codes.jobs import CODE_JOBS
from vlms.codes.models import Code, CodeBatch, StockCode
from vlms.codes.queries import CodeFilter, count_states, every_code
from vlms.codes.service.issuing_in_pieces import PIECE, issue_in_pieces, make_piece, take_back
from vlms.core.errors import Conflict
from vlms.core.scoping import seeing_unfinished
from vlms.core.work import Work
from vlms.jobs.cancelling import ask_to_stop
from vlms.jobs.held import LEASE, HeldJob, JobCancelled, LeaseLost
from vlms.jobs.models import JobState
from vlms.jobs.service import claim
from vlms.jobs.worker import JobKind, run_due
from vlms.notices.models import OutboxMessage
from vlms.orders.errors import OrderRefused
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service import steps
from vlms.orders.service.long_delivery import AT_ONCE, deliver_or_plan

COUNT = 2 * PIECE + 500


def held(clock: StillClock) -> HeldJob:
    found = claim(clock, KIND)
    assert found is not None
    return found


def run(clock: StillClock) -> None:
    assert run_due([kind for kind in CODE_JOBS if kind.kind == KIND], clock, Event()) == 1


def test_a_small_delivery_is_done_at_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_invoiced(work, shop, wish(shop.product, AT_ONCE))
    with shop.operating(clock()) as work:
        assert deliver_or_plan(work, order.id, order.lines[0].id, AT_ONCE) is None
    assert counts(order.lines[0].id)["seen"] == AT_ONCE


def test_a_big_delivery_appears_whole(app: Flask, clock: StillClock) -> None:
    shop, line_id, job_id = ask_delivery(clock(), COUNT)
    assert counts(line_id) == NOTHING
    job = held(clock)
    assert not make_piece(job)
    assert counts(line_id) == {**NOTHING, "made": PIECE}
    _is_hidden_from_everybody(shop.customer.id, clock)
    assert (read_job(job_id).done_count, read_job(job_id).total_count) == (PIECE, COUNT)
    issue_in_pieces(job)
    assert counts(line_id) == {"delivered": COUNT, "seen": COUNT, "batches": 1, "made": COUNT}
    with making(clock()) as work:
        check_codes(work)
        batch = work.session.scalars(select(CodeBatch)).one()
        assert (batch.number, batch.issued_by) == ("B-000001", shop.runner.id)
        order = work.session.scalars(select(Order)).one()
        assert order.state is OrderState.CLOSED
        told = select(func.count()).where(AuditEntry.action == "code_batch.issued")
        assert work.session.scalar(told) == 1
        mail = select(OutboxMessage).where(OutboxMessage.template == "codes_ready")
        assert len(work.session.scalars(mail).all()) == 1
    done = read_job(job_id)
    assert (done.state, done.done_count, done.lease_until) == (JobState.DONE, COUNT, None)
    assert done.result is not None
    assert done.result["values"] == {"batch_id": str(batch.id)}


def _is_hidden_from_everybody(organisation_id: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        assert count_states(work.session, clock()) == []
        assert list(every_code(work.session, CodeFilter(), clock())) == []
        with seeing_unfinished(work.session):
            code_id, batch_id = work.session.execute(select(Code.id, Code.batch_id).limit(1)).one()
        assert work.session.get(Code, code_id) is None
        assert work.session.get(CodeBatch, batch_id) is None
        entries = select(AuditEntry).where(AuditEntry.record_kind == "code_batch")
        assert work.session.scalars(entries).all() == []


def test_what_the_delivery_would_refuse_is_refused_when_it_is_asked_for(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_invoiced(work, shop, wish(shop.product, COUNT))
        line_id = order.lines[0].id
    with pytest.raises(Exception, match="reason"), shop.operating(clock()) as work:
        deliver_or_plan(work, order.id, line_id, COUNT - 1)
    assert claim(clock, KIND) is None


def test_the_same_delivery_is_not_asked_for_twice(app: Flask, clock: StillClock) -> None:
    shop, line_id, _job_id = ask_delivery(clock(), COUNT)
    for quantity in (COUNT, 1):
        with (
            pytest.raises(Conflict, match="being made"),
            shop.operating(clock()) as work,
        ):
            line = work.session.get_one(OrderLine, line_id)
            deliver_or_plan(work, line.order_id, line_id, quantity, "a part")


def test_who_takes_over_goes_on_where_the_dead_was(app: Flask, clock: StillClock) -> None:
    _shop, line_id, job_id = ask_delivery(clock(), COUNT)
    dead = held(clock)
    make_piece(dead)
    clock.move(seconds=LEASE.total_seconds() + 1)
    run(clock)
    assert counts(line_id)["seen"] == COUNT
    assert read_job(job_id).attempt == 2
    with making(clock()) as work:
        check_codes(work)


def test_a_sleeper_makes_no_piece_any_more(app: Flask, clock: StillClock) -> None:
    _shop, line_id, _job_id = ask_delivery(clock(), COUNT)
    sleeper = held(clock)
    make_piece(sleeper)
    clock.move(seconds=LEASE.total_seconds() + 1)
    heir = held(clock)
    with pytest.raises(LeaseLost):
        make_piece(sleeper)
    with pytest.raises(LeaseLost):
        take_back(sleeper)
    assert counts(line_id)["made"] == PIECE
    issue_in_pieces(heir)
    assert counts(line_id)["seen"] == COUNT


class Unfenced(HeldJob):
    """A twin that does not look whether the job is still its own."""

    def change(self, work: Work, **values: object) -> None:
        work.flush()


def _without_fence(job: HeldJob) -> Unfenced:
    return Unfenced(**{name: getattr(job, name) for name in HeldJob.__dataclass_fields__})


def test_without_the_fence_a_sleeper_would_write(app: Flask, clock: StillClock) -> None:
    _shop, line_id, _job_id = ask_delivery(clock(), COUNT)
    sleeper = held(clock)
    make_piece(sleeper)
    clock.move(seconds=LEASE.total_seconds() + 1)
    held(clock)
    make_piece(_without_fence(sleeper))
    assert counts(line_id)["made"] == 2 * PIECE


def test_two_workers_at_once_make_each_code_once(app: Flask, clock: StillClock) -> None:
    _shop, line_id, _job_id = ask_delivery(clock(), COUNT)
    kinds = [kind for kind in CODE_JOBS if kind.kind == KIND]
    ran = race(app, [lambda: run_due(kinds, clock, Event())] * 3)
    assert sorted(map(str, ran)) == ["0", "0", "1"]
    assert counts(line_id)["seen"] == COUNT


def test_a_cancelled_delivery_leaves_nothing_and_can_be_asked_for_again(
    app: Flask, clock: StillClock
) -> None:
    shop, line_id, job_id = ask_delivery(clock(), COUNT)
    job = held(clock)
    make_piece(job)
    make_piece(job)
    with shop.operating(clock()) as work:
        ask_to_stop(work, job_id)
    with pytest.raises(JobCancelled):
        make_piece(job)
    clock.move(seconds=LEASE.total_seconds() + 1)
    run(clock)
    assert counts(line_id) == NOTHING
    assert read_job(job_id).state is JobState.CANCELLED
    with shop.operating(clock()) as work:
        line = work.session.get_one(OrderLine, line_id)
        assert deliver_or_plan(work, line.order_id, line_id, COUNT) is not None
    run(clock)
    assert counts(line_id)["seen"] == COUNT


def test_an_order_cancelled_meanwhile_gets_no_codes(app: Flask, clock: StillClock) -> None:
    shop, line_id, job_id = ask_delivery(clock(), COUNT)
    job = held(clock)
    make_piece(job)
    with shop.selling(clock()) as work:
        line = work.session.get_one(OrderLine, line_id)
        steps.cancel(work, line.order_id, "no longer wanted")
    with pytest.raises(OrderRefused):
        issue_in_pieces(job)
    clock.move(seconds=LEASE.total_seconds() + 1)
    run(clock)
    assert counts(line_id) == NOTHING
    failed = read_job(job_id)
    assert (failed.state, failed.refusal is not None) == (JobState.FAILED, True)


def _provider_shop(clock: StillClock, count: int) -> tuple[Shop, Product]:
    with making(clock()) as work:
        shop = make_shop(work)
        product = make_voucher(
            work,
            "listed",
            currency=shop.agreement.currency,
            programme=shop.agreement.programme.value,
            code_source=CodeSource.PROVIDER,
        )
        make_stock(work, product, [f"LISTED{number:06d}" for number in range(count)])
    return shop, product


def _free_stock(clock: StillClock) -> int:
    with making(clock()) as work:
        free = StockCode.drawn_code_id.is_(None) & StockCode.sealed_text.is_not(None)
        return int(work.session.scalar(select(func.count()).where(free)) or 0)


def test_drawn_codes_are_stock_again_after_cancelling(app: Flask, clock: StillClock) -> None:
    shop, product = _provider_shop(clock, PIECE + 100)
    shop, line_id, job_id = ask_delivery(clock(), PIECE + 50, product, shop)
    job = held(clock)
    make_piece(job)
    assert _free_stock(clock) == 100
    with shop.operating(clock()) as work:
        ask_to_stop(work, job_id)
    clock.move(seconds=LEASE.total_seconds() + 1)
    run(clock)
    assert counts(line_id) == NOTHING
    assert _free_stock(clock) == PIECE + 100
    with shop.operating(clock()) as work:
        line = work.session.get_one(OrderLine, line_id)
        deliver_or_plan(work, line.order_id, line_id, PIECE + 50)
    run(clock)
    assert counts(line_id)["seen"] == PIECE + 50
    with making(clock()) as work:
        check_codes(work)


def test_a_list_that_is_too_short_is_refused_at_once(app: Flask, clock: StillClock) -> None:
    shop, product = _provider_shop(clock, 3)
    with pytest.raises(Exception, match="lists hold 3"):
        ask_delivery(clock(), PIECE, product, shop)
    assert claim(clock, KIND) is None


def test_an_error_in_the_middle_is_tried_again_from_there(app: Flask, clock: StillClock) -> None:
    _shop, line_id, job_id = ask_delivery(clock(), COUNT)
    kinds = _failing_once(make_piece)
    assert run_due(kinds, clock, Event()) == 1
    assert read_job(job_id).state is JobState.WAITING
    assert counts(line_id)["made"] == PIECE
    clock.move(minutes=1)
    run(clock)
    assert counts(line_id)["seen"] == COUNT


def _failing_once(piece: Callable[[HeldJob], bool]) -> list[JobKind]:
    def run_badly(job: HeldJob) -> None:
        piece(job)
        raise RuntimeError("the disk is full")

    kind = next(kind for kind in CODE_JOBS if kind.kind == KIND)
    return [replace(kind, run=run_badly)]
