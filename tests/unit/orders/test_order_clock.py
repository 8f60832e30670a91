from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from vlms.core.permissions import Role
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.dated import in_effect
from vlms.orders.rules.deadline import (
    DELIVERY_TERMS,
    acknowledgement_deadline,
    add_business_days,
    codes_deadline,
    codes_due,
    is_business_day,
    site_pack_deadline,
)
from vlms.orders.rules.order_clock import (
    LineDelivery,
    OrderState,
    OrderStep,
    closes_by_itself,
    delivery_step,
    is_other_person,
    may_take,
    needs_approval,
    next_state,
    steps_from,
)

# Written by hand from O4, one row a state: step>state. Everything else is refused.
LIFE = {
    "draft": "ask_approval>awaiting_approval place>placed cancel>cancelled",
    "awaiting_approval": "approve>placed decline>draft cancel>cancelled",
    "placed": "process>processed cancel>cancelled",
    "processed": "acknowledge>acknowledged open_pack>processed cancel_on_request>cancelled",
    "acknowledged": "invoice>invoiced open_pack>acknowledged cancel_on_request>cancelled",
    "invoiced": "open_pack>invoiced deliver>invoiced fulfil>fulfilled cancel_on_request>cancelled",
    "fulfilled": "deliver>fulfilled close>closed",
    "closed": "",
    "cancelled": "",
}
ALLOWED = {
    (state, step): following
    for state, row in LIFE.items()
    for step, _arrow, following in (entry.partition(">") for entry in row.split())
}


@pytest.mark.parametrize(("state", "step"), list(product(OrderState, OrderStep)))
def test_every_step_from_every_state_is_allowed_or_refused(
    state: OrderState, step: OrderStep
) -> None:
    expected = ALLOWED.get((state.value, step.value))
    assert (step in steps_from(state)) == (expected is not None)
    if expected is not None:
        assert next_state(state, step) == expected
        return
    with pytest.raises(OrderRefused) as refusal:
        next_state(state, step)
    assert refusal.value.rule == "O4"
    assert str(refusal.value.sentence).endswith(".")
    assert refusal.value.way_out is not None


@pytest.mark.parametrize(
    "state", [OrderState.PROCESSED, OrderState.ACKNOWLEDGED, OrderState.INVOICED]
)
def test_after_processed_a_cancellation_is_asked_of_the_reseller(state: OrderState) -> None:
    with pytest.raises(OrderRefused) as refusal:
        next_state(state, OrderStep.CANCEL)
    assert "reseller" in str(refusal.value.way_out)


@pytest.mark.parametrize(
    "state", [OrderState.PROCESSED, OrderState.ACKNOWLEDGED, OrderState.INVOICED]
)
def test_nothing_is_cancelled_once_anything_is_delivered(state: OrderState) -> None:
    untouched, opened = LineDelivery(10, 0), LineDelivery(1, 1)
    cancel = OrderStep.CANCEL_ON_REQUEST
    assert next_state(state, cancel, lines=[untouched]) is OrderState.CANCELLED
    with pytest.raises(OrderRefused) as refusal:
        next_state(state, cancel, lines=[untouched, opened])
    assert refusal.value.reason == "already_delivered"


def test_a_short_delivery_stays_open_and_the_order_with_it() -> None:
    short, full = LineDelivery(10, 9), LineDelivery(10, 10)
    with pytest.raises(OrderRefused) as refusal:
        next_state(OrderState.FULFILLED, OrderStep.CLOSE, lines=[short, full])
    assert refusal.value.facts["open_lines"] == 1
    assert not closes_by_itself(OrderState.FULFILLED, [short, full])
    assert closes_by_itself(OrderState.FULFILLED, [full])
    assert not closes_by_itself(OrderState.INVOICED, [full])


@pytest.mark.parametrize(
    ("delivered", "step"),
    [
        ([0, 10], OrderStep.DELIVER),
        ([1, 10], OrderStep.FULFIL),
        ([10, 10], OrderStep.FULFIL),
    ],
)
def test_an_order_is_fulfilled_by_the_delivery_of_its_last_line(
    delivered: list[int], step: OrderStep
) -> None:
    assert delivery_step([LineDelivery(10, count) for count in delivered]) is step


BUYER, SELLER, OPERATOR = Role.LICENSING_ADMIN, Role.RESELLER, Role.OPERATOR
WHO = {
    "ask_approval": (BUYER, BUYER),
    "approve": (BUYER, BUYER),
    "decline": (BUYER, BUYER),
    "place": (BUYER, BUYER),
    "cancel": (BUYER, BUYER),
    "cancel_on_request": (SELLER, OPERATOR),
    "process": (SELLER, OPERATOR),
    "acknowledge": (SELLER, OPERATOR),
    "invoice": (SELLER, OPERATOR),
    "open_pack": (OPERATOR, OPERATOR),
    "deliver": (OPERATOR, OPERATOR),
    "fulfil": (OPERATOR, OPERATOR),
    "close": (None, None),
}


@pytest.mark.parametrize(("step", "role"), list(product(OrderStep, Role)))
def test_each_step_is_taken_by_its_role_alone(step: OrderStep, role: Role) -> None:
    with_reseller, without = WHO[step.value]
    assert may_take(step, [role], has_reseller=True) == (role is with_reseller)
    assert may_take(step, [role], has_reseller=False) == (role is without)


@pytest.mark.parametrize(
    ("total", "limit", "needed"),
    [(100, None, False), (100, 100, False), (101, 100, True), (1, 0, True)],
)
def test_approval_is_needed_above_the_limit(total: int, limit: int | None, needed: bool) -> None:
    assert needs_approval(total, limit) is needed


def test_an_order_is_approved_by_somebody_else() -> None:
    assert is_other_person("kim", "lee")
    assert not is_other_person("kim", "kim")


TERMS = in_effect(DELIVERY_TERMS, date(2024, 10, 10))
PROCESSED_AT = datetime(2024, 10, 10, 9, tzinfo=UTC)
HOLIDAYS = frozenset({date(2024, 10, 10), date(2024, 10, 14)})


@pytest.mark.parametrize(
    ("day", "is_business"),
    [
        (date(2024, 10, 9), True),
        (date(2024, 10, 10), False),
        (date(2024, 10, 11), True),
        (date(2024, 10, 12), False),
        (date(2024, 10, 13), False),
        (date(2024, 10, 14), False),
    ],
)
def test_business_days_are_monday_to_friday_less_holidays(day: date, is_business: bool) -> None:
    assert is_business_day(day, HOLIDAYS) is is_business


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2024, 10, 9), 0, date(2024, 10, 9)),
        (date(2024, 10, 9), 1, date(2024, 10, 11)),
        (date(2024, 10, 9), 2, date(2024, 10, 15)),
        (date(2024, 10, 12), 1, date(2024, 10, 15)),
    ],
)
def test_business_days_are_counted_from_the_day_after(
    start: date, count: int, expected: date
) -> None:
    assert add_business_days(start, count, HOLIDAYS) == expected


def test_codes_are_due_five_to_ten_business_days_after_the_invoice() -> None:
    assert codes_due(date(2024, 9, 2), frozenset(), TERMS) == (
        date(2024, 9, 9),
        date(2024, 9, 16),
    )
    assert codes_due(date(2024, 10, 9), HOLIDAYS, TERMS) == (
        date(2024, 10, 18),
        date(2024, 10, 25),
    )


@pytest.mark.parametrize(("hours", "is_late"), [(47.9, False), (48, False), (48.1, True)])
def test_an_acknowledgement_is_late_after_48_hours_done_or_not(hours: float, is_late: bool) -> None:
    then = PROCESSED_AT + timedelta(hours=hours)
    assert acknowledgement_deadline(PROCESSED_AT, None, TERMS).is_missed(then) is is_late
    done = acknowledgement_deadline(PROCESSED_AT, then, TERMS)
    assert done.is_missed(then + timedelta(days=30)) is is_late


@pytest.mark.parametrize(("hours", "is_late"), [(24, False), (24.1, True)])
def test_a_site_pack_is_late_after_24_hours(hours: float, is_late: bool) -> None:
    then = PROCESSED_AT + timedelta(hours=hours)
    assert site_pack_deadline(PROCESSED_AT, None, TERMS).is_missed(then) is is_late


def test_codes_are_late_after_the_last_due_day_in_the_agreement_s_zone() -> None:
    deadline = codes_deadline(date(2024, 10, 25), "Asia/Taipei", None)
    assert deadline.due_at == datetime(2024, 10, 25, 16, tzinfo=UTC)
    assert not deadline.is_missed(deadline.due_at)
    assert deadline.is_missed(deadline.due_at + timedelta(seconds=1))
