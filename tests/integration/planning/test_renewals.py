"""Renewals: what ends soon, the agreement that follows, its prices, its drafts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_user, making
from tests.support.making_agreements import make_contact
from tests.support.making_catalog import make_price
from tests.support.making_orders import (
    Shop,
    make_delivered,
    make_draft,
    make_placed,
    make_shop,
    wish,
)
from tests.support.making_schools import make_school
from vlms.accounts.models import OrganisationKind, RoleGrant
from vlms.accounts.queries import list_grants
from vlms.agreements.models import Agreement, ContactKind
from vlms.agreements.queries import get_agreement
from vlms.agreements.service.contacts import set_schools
from vlms.core.errors import BadInput, Conflict, DomainError, NotFound
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.orders.models import ChargeType, Order
from vlms.orders.service.pricing import LineWish
from vlms.planning.queries.renewals import Kind, find_follower, list_due, list_roles_for
from vlms.planning.service.price_review import Basis, draft_line, draft_renewal, review_prices
from vlms.planning.service.renewals import (
    RenewalFacts,
    following_term,
    renew_agreement,
    undo_renewal,
)

END, LONG_END = date(2027, 6, 30), date(2029, 6, 30)
WINDOW = 90


def _facts(old: Agreement, number: str = "A-2", **facts: object) -> RenewalFacts:
    own = {
        "number": number,
        "last_day": following_term(old)[1],
        "price_level": old.price_level.value,
    }
    return RenewalFacts(**{**own, **facts})  # type: ignore[arg-type]


def _old(work: Work, shop: Shop) -> Agreement:
    return get_agreement(work.session, shop.agreement.id)


def _near_end(clock: StillClock, days: int = 60) -> None:
    clock.move(days=(END - clock().date()).days - days)


def _renewed(clock: StillClock, shop: Shop) -> Agreement:
    with making(clock()) as work:
        old = _old(work, shop)
        return renew_agreement(work, old.id, _facts(old))


def test_agreements_are_due_by_days_left_until_they_are_renewed(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    _near_end(clock)
    with making(clock()) as work:
        (due,) = list_due(work.session, shop.customer.id, clock())
        assert (due.kind, due.day, due.days_left, due.is_renewed) == (
            Kind.AGREEMENT,
            END,
            60,
            False,
        )
        assert list_due(work.session, shop.customer.id, clock(), 59) == []
    _renewed(clock, shop)
    with making(clock()) as work:
        (due,) = list_due(work.session, shop.customer.id, clock(), 60)
        assert due.follower is not None
        assert (due.follower.number, due.is_renewed) == ("A-2", True)


def test_what_is_ticked_is_carried_over_and_nothing_else(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_contact(work, shop.agreement, ContactKind.PRICING, "pia@contoso.example")
        make_contact(work, shop.agreement, ContactKind.CODES, "cy@contoso.example")
        for email in ("fay@contoso.example", "guy@contoso.example"):
            user = make_user(work, email)
            grant = {"organisation_id": shop.customer.id, "agreement_id": shop.agreement.id}
            work.session.add(
                RoleGrant(user_id=user.id, role=Role.FINANCE, granted_at=work.now, **grant)
            )
    _near_end(clock)
    with making(clock()) as work:
        old = _old(work, shop)
        fay = next(
            one for one in list_roles_for(work.session, old) if one.user.email.startswith("fay")
        )
        kinds = frozenset({ContactKind.NOTICES_ONLINE, ContactKind.PRICING})
        new = renew_agreement(work, old.id, _facts(old, contacts=kinds, roles=frozenset({fay.id})))
        assert (new.first_day, new.last_day) == (date(2027, 7, 1), date(2029, 6, 30))
        assert new.predecessor_id == old.id
        assert new.reseller_id == shop.reseller.id
        new_id = new.id
    with making(clock()) as work:
        new = get_agreement(work.session, new_id)
        assert {one.kind for one in new.contacts} == kinds
        assert [one.user.email for one in list_roles_for(work.session, new)] == [
            "fay@contoso.example"
        ]


def test_schools_are_carried_over(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, programme="EES")
        shop.customer.kind = OrganisationKind.ACADEMIC
        north, south = (make_school(work, shop.customer, name) for name in ("North", "South"))
        set_schools(work, shop.agreement.id, [north.id, south.id])
    with making(clock()) as work:
        old = _old(work, shop)
        facts = _facts(old, schools=frozenset({north.id}), takes_reseller=False)
        new_id = renew_agreement(work, old.id, facts).id
    with making(clock()) as work:
        new = get_agreement(work.session, new_id)
        assert [school.name for school in new.schools] == ["North"]
        assert new.reseller_id is None


def test_an_agreement_is_renewed_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    _renewed(clock, shop)
    with pytest.raises(Conflict) as refused, making(clock()) as work:
        old = _old(work, shop)
        renew_agreement(work, old.id, _facts(old, "A-3"))
    assert refused.value.reason == "already_renewed"


def test_a_renewal_leaves_nothing_when_a_part_of_it_is_refused(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        old = _old(work, shop)
        renew_agreement(work, old.id, _facts(old, contacts=frozenset({ContactKind.CODES})))
    assert refused.value.rule == "O5"
    with making(clock()) as work:
        assert find_follower(work.session, shop.agreement.id) is None


def test_it_is_undone_while_nothing_is_ordered(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        user = make_user(work, "fay@contoso.example")
        grant = {"organisation_id": shop.customer.id, "agreement_id": shop.agreement.id}
        work.session.add(
            RoleGrant(user_id=user.id, role=Role.FINANCE, granted_at=work.now, **grant)
        )
    _near_end(clock)
    with making(clock()) as work:
        old = _old(work, shop)
        roles = frozenset(one.id for one in list_roles_for(work.session, old))
        renew_agreement(work, old.id, _facts(old, roles=roles))
    with making(clock()) as work:
        undo_renewal(work, shop.agreement.id)
    with making(clock()) as work:
        assert find_follower(work.session, shop.agreement.id) is None
        left = [one for one in list_grants(work.session) if one.agreement_id is not None]
        assert [one.agreement_id for one in left] == [shop.agreement.id]
    with pytest.raises(NotFound), making(clock()) as work:
        undo_renewal(work, shop.agreement.id)


def test_it_is_not_undone_once_something_is_ordered(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_delivered(work, shop, wish(shop.product, 4))
    _near_end(clock)
    new = _renewed(clock, shop)
    with making(clock()) as work:
        draft_renewal(work, shop.agreement.id, Basis.SAME)
    with pytest.raises(DomainError) as refused, making(clock()) as work:
        undo_renewal(work, shop.agreement.id)
    assert refused.value.rule == "O1"
    with making(clock()) as work:
        follower = find_follower(work.session, shop.agreement.id)
        assert follower is not None
        assert follower.id == new.id


def test_prices_are_those_of_the_quote_then_and_now(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_delivered(work, shop, LineWish(shop.product.id, 4, twelve_months=True))
        make_placed(work, shop, wish(shop.product, 2))
        make_price(work, shop.product, "150.00", "USD", effective_from=date(2027, 1, 1))
    _near_end(clock)
    with making(clock()) as work:
        review = review_prices(work.session, _old(work, shop), clock(), WINDOW)
        (line,) = review.lines
        spent = sum(
            one.amount_minor or 0
            for order in work.session.scalars(select(Order))
            for one in order.lines
        )
        assert (line.quantity, line.total.minor) == (6, spent)
        assert (line.unit_price, line.new_unit_price) == (Decimal("120.0000"), Decimal("150.00"))
        assert line.new_total is not None
        assert line.new_total.minor == 6 * 15000
        assert line.difference is not None
        assert line.difference.minor == 6 * 15000 - spent
        # Nothing of the agreement that would follow is kept.
        assert len(work.session.scalars(select(Agreement)).all()) == 1
    _renewed(clock, shop)
    with making(clock()) as work:
        draft_id = draft_renewal(work, shop.agreement.id, Basis.SAME).id
    with making(clock()) as work:
        (drafted,) = work.session.get_one(Order, draft_id).lines
        assert (drafted.quantity, drafted.amount_minor) == (6, 6 * 15000)
        assert drafted.charge_start == date(2027, 7, 1)


def test_what_was_used_is_ordered_again_where_that_is_asked(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_delivered(work, shop, wish(shop.product, 4))
    _near_end(clock)
    _renewed(clock, shop)
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        draft_renewal(work, shop.agreement.id, Basis.USED)
    assert refused.value.reason == "nothing_to_renew"


def test_a_12_month_line_that_ends_with_the_agreement_is_renewed_by_the_next(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, first_day=date(2026, 7, 1))
    clock.move(days=60)
    with making(clock()) as work:
        make_placed(work, shop, LineWish(shop.product.id, 3, twelve_months=True))
    _near_end(clock)
    new = _renewed(clock, shop)
    with making(clock()) as work:
        lines = draft_renewal(work, shop.agreement.id, Basis.SAME).lines
        assert [(line.charge_type, line.is_twelve_months) for line in lines] == [
            (ChargeType.RENEW, True)
        ]
        assert lines[0].agreement_id == new.id


def test_without_a_predecessor_the_same_line_is_new(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work, first_day=date(2026, 7, 1))
    clock.move(days=60)
    with making(clock()) as work:
        make_placed(work, shop, LineWish(shop.product.id, 3, twelve_months=True))
    _near_end(clock)
    new = _renewed(clock, shop)
    with making(clock()) as work:
        work.session.get_one(Agreement, new.id).predecessor_id = None
    with making(clock()) as work:
        other = work.session.get_one(Agreement, new.id)
        order = make_draft(
            work, _under(shop, other), LineWish(shop.product.id, 3, twelve_months=True)
        )
        assert [line.charge_type for line in order.lines] == [ChargeType.NEW]


def _under(shop: Shop, agreement: Agreement) -> Shop:
    return Shop(**{**vars(shop), "agreement": agreement})


def test_a_12_month_line_within_the_agreement_is_drafted_as_renew_once_orders_can(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, last_day=LONG_END)
        make_placed(work, shop, LineWish(shop.product.id, 5, twelve_months=True))
    ends = date(2027, 3, 1)
    clock.set(datetime(2027, 1, 10, 20, tzinfo=UTC))
    with making(clock()) as work:
        (due,) = list_due(work.session, shop.customer.id, clock())
        assert (due.kind, due.day, due.quantity, due.can_from) == (
            Kind.LINE,
            ends,
            5,
            date(2027, 2, 3),
        )
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        draft_line(work, shop.agreement.id, shop.product.id, ends)
    assert refused.value.rule == "O3"
    clock.set(datetime(2027, 2, 3, 20, tzinfo=UTC))
    with making(clock()) as work:
        (line,) = draft_line(work, shop.agreement.id, shop.product.id, ends).lines
        assert (line.charge_type, line.charge_start, line.quantity) == (
            ChargeType.RENEW,
            date(2027, 3, 2),
            5,
        )
    with making(clock()) as work:
        (due,) = list_due(work.session, shop.customer.id, clock())
        assert due.is_renewed
    with pytest.raises(NotFound), making(clock()) as work:
        draft_line(work, shop.agreement.id, shop.product.id, date(2027, 3, 2))


def test_another_organisation_renews_nothing_of_it(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        other = make_organisation(work, "fabrikam")
    _near_end(clock)
    with making(clock()) as work:
        assert list_due(work.session, other.id, clock()) == []
    with pytest.raises(DomainError), shop.acting(Role.FINANCE, clock()) as work:
        old = _old(work, shop)
        renew_agreement(work, old.id, _facts(old))
