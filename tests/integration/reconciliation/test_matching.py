"""A month is matched: differences are found, keep their work, and go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_billing import make_buyer, make_posted, make_seller, make_tax
from tests.support.making_orders import Shop, make_delivered, make_shop
from tests.support.making_reconciliation import (
    charges_in,
    line_of,
    make_charged,
    make_file,
    make_period,
)
from vlms.accounts.models import OrganisationKind
from vlms.agreements.service.changing_reseller import NewReseller, plan_change
from vlms.billing.models.charges import Charge
from vlms.core import scope
from vlms.core.errors import BadInput, Conflict
from vlms.core.packed_text import unpack_text
from vlms.core.work import Work
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.differences import list_differences, list_notes
from vlms.reconciliation.rules.differences import DifferenceClass as Kind
from vlms.reconciliation.rules.differences import DifferenceState as State
from vlms.reconciliation.rules.file_words import FileSource, RowFate
from vlms.reconciliation.service.matching import match_period
from vlms.reconciliation.service.periods import period_for
from vlms.reconciliation.service.settling import Step, comment, give_to, settle


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def month_of(charge: Charge) -> str:
    return charge.charged_on.isoformat()[:7]


def given(work: Work, shop: Shop, charges: Sequence[Charge], *lines: dict[str, Any]) -> Period:
    """The charges' month with a publisher's file of these rows."""
    period = make_period(work, shop, month_of(charges[0]))
    make_file(work, period, list(lines))
    return period


def found(work: Work, period: Period) -> list[tuple[Kind, int | None]]:
    return [(one.kind, one.amount_minor) for one in list_differences(work.session, period.id)]


def only(work: Work, period: Period) -> Difference:
    (one,) = list_differences(work.session, period.id)
    return one


def test_a_month_that_agrees_has_no_difference(shop: Shop, clock: StillClock) -> None:
    keys = make_charged(shop, clock(), 3)
    with making(clock()) as work:
        charges = charges_in(work, keys)
        period = given(work, shop, charges, *(line_of(one) for one in charges))
        outcome = match_period(work, period)
        assert found(work, period) == []
        net = sum(one.net_minor for one in charges)
        assert outcome.figures["lines"] == {"charges": 3, "publisher": 3, "not_invoiced": 3}
        assert outcome.figures["sums"] == [{"currency": "USD", "charges": net, "publisher": net}]


def test_each_difference_is_kept_with_both_sides_its_amount_and_its_cause(
    shop: Shop, clock: StillClock
) -> None:
    keys = make_charged(shop, clock(), 3)
    with making(clock()) as work:
        right, missing, dear = charges_in(work, keys)
        more = dear.net_minor * 12 // 10
        lines = [
            line_of(right),
            line_of(dear, quantity=12, net_minor=more),
            line_of(right, order_number="O-1999-000001"),
        ]
        period = given(work, shop, [right], *lines)
        match_period(work, period)
        assert sorted(found(work, period), key=str) == sorted(
            [
                (Kind.MISSING_HERE, right.net_minor),
                (Kind.MISSING_THERE, -missing.net_minor),
                (Kind.QUANTITY, more - dear.net_minor),
            ],
            key=str,
        )
        one = next(
            each for each in list_differences(work.session, period.id) if each.kind is Kind.QUANTITY
        )
        assert one.order_id == dear.order_id
        assert (one.ours or {})["quantity"] == 10
        theirs = one.theirs or {}
        assert (theirs["quantity"], theirs["rows"]) == (12, [3])
        assert one.matched_by == "order_and_product"


def test_a_row_that_a_file_says_twice_is_a_duplicate_but_a_file_given_twice_is_none(
    shop: Shop, clock: StillClock
) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        again = line_of(charge, content_digest="content 2", fate=RowFate.REPEATED)
        period = given(work, shop, [charge], line_of(charge), again)
        make_file(
            work, period, [line_of(charge, content_digest="content 2", fate=RowFate.REPEATED)]
        )
        match_period(work, period)
        assert found(work, period) == [(Kind.DUPLICATE, charge.net_minor)]
        assert str(only(work, period).theirs["rows"]) == "[2, 3]"  # type: ignore[index]


def test_without_the_files_of_a_side_nothing_of_it_is_missing(
    shop: Shop, clock: StillClock
) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        period = make_period(work, shop, month_of(charge))
        match_period(work, period)
        assert found(work, period) == []
        make_file(work, period, [line_of(charge)], FileSource.LEDGER)
        match_period(work, period)
        assert found(work, period) == []


def test_a_charge_of_another_month_says_both_months(shop: Shop, clock: StillClock) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        other = make_period(work, shop, "2030-01")
        make_file(work, other, [line_of(charge)])
        match_period(work, other)
        assert found(work, other) == [(Kind.PERIOD, charge.net_minor)]
        cause = only(work, other).cause
        assert (cause or {})["values"] == {
            "theirs": "2030-01",
            "ours": month_of(charge),
        }
        own = make_period(work, shop, month_of(charge))
        make_file(work, own, [line_of(charge, order_number="O-1", net_minor=1)], digest="x")
        match_period(work, own)
        assert sorted(found(work, own), key=str) == sorted(
            [(Kind.MISSING_HERE, 1), (Kind.PERIOD, -charge.net_minor)], key=str
        )


def test_the_work_on_a_difference_outlives_another_matching(shop: Shop, clock: StillClock) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        period = given(work, shop, [charge], line_of(charge, net_minor=charge.net_minor + 500))
        match_period(work, period)
        one = only(work, period)
        comment(work, one.id, "asked them")
        give_to(work, one.id, shop.seller.id)
        settle(work, one.id, Step(State.ACCEPTED, "agreed by phone", "CASE-1"))
        kept = match_period(work, period).kept
        work.session.refresh(one)
        assert (kept.new_count, kept.changed_count, kept.same_count) == (0, 0, 1)
        assert (one.state, one.owner_id) == (State.ACCEPTED, shop.seller.id)
        assert [note.note for note in list_notes(work.session, one.id)] == [
            "asked them",
            "agreed by phone",
        ]


def test_other_figures_open_a_settled_difference_again(shop: Shop, clock: StillClock) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        period = given(work, shop, [charge], line_of(charge, net_minor=charge.net_minor + 500))
        match_period(work, period)
        one = only(work, period)
        settle(work, one.id, Step(State.ACCEPTED, "agreed"))
        line = line_of(charge, net_minor=1, content_digest="content 9", identity_digest="9")
        make_file(work, period, [line], digest="another")
        match_period(work, period)
        work.session.refresh(one)
        assert one.state is State.OPEN
        assert list_notes(work.session, one.id)[-1].state is State.OPEN


def test_what_is_no_longer_found_is_gone_and_may_come_back(shop: Shop, clock: StillClock) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        period = given(work, shop, [charge], line_of(charge, net_minor=charge.net_minor + 500))
        match_period(work, period)
        one = only(work, period)
        outcome = match_period(work, period, tolerance=500)
        work.session.refresh(one)
        assert (outcome.kept.gone_count, one.state) == (1, State.GONE)
        with pytest.raises(BadInput):
            settle(work, one.id, Step(State.ACCEPTED, "too late"))
        match_period(work, period)
        work.session.refresh(one)
        assert one.state is State.OPEN


def test_codes_delivered_short_or_with_another_end_are_differences(
    shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_delivered(work, shop)
    with making(clock()) as work:
        (charge,) = charges_in(work, [order.id])
        period = given(work, shop, [charge], line_of(charge, code_count=9))
        match_period(work, period)
        assert found(work, period) == [(Kind.SHORT_DELIVERY, None)]
        one = only(work, period)
        assert (one.ours, one.theirs) == (
            {"reference": f"{order.number}/1", "codes": 10},
            {"codes": 9},
        )


def test_an_invoice_that_asks_for_what_was_charged_is_no_difference(
    shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_tax(work)
        make_seller(work, shop.reseller.id)
        make_buyer(work, shop.reseller.id, shop.customer.id)
        invoice = make_posted(work, shop)
    with making(clock()) as work:
        (charge,) = charges_in(work, [invoice.lines[0].order_id])
        period = given(work, shop, [charge], line_of(charge, tax_minor=invoice.tax_minor))
        outcome = match_period(work, period)
        assert found(work, period) == []
        assert outcome.figures["lines"]["not_invoiced"] == 0


def test_a_step_without_a_reason_or_on_what_has_changed_is_refused(
    shop: Shop, clock: StillClock
) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        period = given(work, shop, [charge], line_of(charge, net_minor=1))
        match_period(work, period)
        one = only(work, period)
        with pytest.raises(BadInput):
            settle(work, one.id, Step(State.ACCEPTED, " "))
        with pytest.raises(Conflict):
            settle(work, one.id, Step(State.ACCEPTED, "yes"), version=one.version - 1)
        assert settle(work, one.id, Step(State.CLOSED, "yes"), one.version).state is State.CLOSED


def test_charges_recorded_after_the_cut_off_are_not_in(shop: Shop, clock: StillClock) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        period = make_period(work, shop, month_of(charge))
        key: UUID = period.id
    with making(clock() - timedelta(seconds=1)) as work:
        period = work.session.get_one(Period, key)
        assert match_period(work, period).figures["lines"]["charges"] == 0


def test_what_was_handed_over_is_matched_on_both_sides(shop: Shop, clock: StillClock) -> None:
    """The former reseller's file still has it; what it was charged was given back."""
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
    keys = make_charged(shop, clock())
    clock.move(hours=1)
    with shop.buying(clock()) as work:
        plan_change(
            work, shop.agreement.id, NewReseller("fabrikam", clock().date(), True, "better terms")
        )
    with making(clock()) as work:
        first = charges_in(work, keys)[0]
        line, month = line_of(first), month_of(first)
    with shop.selling(clock()) as work:
        period = make_period(work, shop, month)
        make_file(work, period, [line])
        match_period(work, period)
        assert found(work, period) == [(Kind.MISSING_THERE, line["net_minor"])]
        assert "went to another reseller" in str(unpack_text(only(work, period).cause))
    with making(clock(), scope=scope.Reseller(other.id)) as work:
        theirs = period_for(work, other.id, month)
        make_file(work, theirs, [line])
        match_period(work, theirs)
        assert found(work, theirs) == []
