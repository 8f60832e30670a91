"""Renewals: what ends soon, the agreement that follows, its prices, its drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import EVERY_ROLE, make_organisation, make_user, making
from tests.support.making_agreements import make_contact
from tests.support.making_orders import (
    make_delivered,
    make_shop,
    wish,
)
from tests.support.making_renewals import END, make_renewal, near_end, old_agreement, renewal_facts
from tests.support.making_schools import make_school
from vlms.accounts.models import OrganisationKind, RoleGrant
from vlms.accounts.queries import list_grants
from vlms.agreements.models import ContactKind
from vlms.agreements.queries import get_agreement
from vlms.agreements.service.contacts import set_schools
from vlms.core.errors import BadInput, Conflict, DomainError, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.scope import Organisation
from vlms.core.work import Actor
from vlms.planning.queries.renewals import Kind, find_follower, list_due, list_roles_for
from vlms.planning.service.price_review import Basis, draft_renewal
from vlms.planning.service.renewals import (
    renew_agreement,
    undo_renewal,
)


def test_agreements_are_due_by_days_left_until_they_are_renewed(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    near_end(clock)
    with making(clock()) as work:
        (due,) = list_due(work.session, shop.customer.id, clock())
        assert (due.kind, due.day, due.days_left, due.is_renewed) == (
            Kind.AGREEMENT,
            END,
            60,
            False,
        )
        assert list_due(work.session, shop.customer.id, clock(), 59) == []
    make_renewal(clock, shop)
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
    near_end(clock)
    with making(clock()) as work:
        old = old_agreement(work, shop)
        fay = next(
            one for one in list_roles_for(work.session, old) if one.user.email.startswith("fay")
        )
        kinds = frozenset({ContactKind.NOTICES_ONLINE, ContactKind.PRICING})
        new = renew_agreement(
            work, old.id, renewal_facts(old, contacts=kinds, roles=frozenset({fay.id}))
        )
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
        old = old_agreement(work, shop)
        facts = renewal_facts(old, schools=frozenset({north.id}), takes_reseller=False)
        new_id = renew_agreement(work, old.id, facts).id
    with making(clock()) as work:
        new = get_agreement(work.session, new_id)
        assert [school.name for school in new.schools] == ["North"]
        assert new.reseller_id is None


def test_an_agreement_is_renewed_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    make_renewal(clock, shop)
    with pytest.raises(Conflict) as refused, making(clock()) as work:
        old = old_agreement(work, shop)
        renew_agreement(work, old.id, renewal_facts(old, "A-3"))
    assert refused.value.reason == "already_renewed"


def test_a_renewal_leaves_nothing_when_a_part_of_it_is_refused(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    with pytest.raises(BadInput) as refused, making(clock()) as work:
        old = old_agreement(work, shop)
        renew_agreement(work, old.id, renewal_facts(old, contacts=frozenset({ContactKind.CODES})))
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
    near_end(clock)
    with making(clock()) as work:
        old = old_agreement(work, shop)
        roles = frozenset(one.id for one in list_roles_for(work.session, old))
        renew_agreement(work, old.id, renewal_facts(old, roles=roles))
    with making(clock()) as work:
        undo_renewal(work, shop.agreement.id)
    with making(clock()) as work:
        assert find_follower(work.session, shop.agreement.id) is None
        left = [one for one in list_grants(work.session) if one.agreement_id is not None]
        assert [one.agreement_id for one in left] == [shop.agreement.id]
    with pytest.raises(NotFound), making(clock()) as work:
        undo_renewal(work, shop.agreement.id)


def test_who_carried_their_own_role_over_undoes_the_renewal_too(
    app: Flask, clock: StillClock
) -> None:
    """As somebody of the operator's who has a role at the customer's besides."""
    with making(clock()) as work:
        shop, user = make_shop(work), make_user(work, "olga@operator.example")
        own = {"role": Role.FINANCE, "granted_at": work.now, "agreement_id": shop.agreement.id}
        place = {"organisation_id": shop.customer.id, "user_id": user.id}
        work.session.add(RoleGrant(**own, **place))
    near_end(clock)
    actor = replace(EVERY_ROLE, user_id=user.id)
    with making(clock(), actor) as work:
        old = old_agreement(work, shop)
        roles = frozenset(one.id for one in list_roles_for(work.session, old))
        new = renew_agreement(work, old.id, renewal_facts(old, roles=roles))
        assert [one.user_id for one in list_roles_for(work.session, new)] == [user.id]
    with making(clock(), actor) as work:
        undo_renewal(work, shop.agreement.id)
    with making(clock()) as work:
        assert find_follower(work.session, shop.agreement.id) is None
        (kept,) = list_grants(work.session, user.id)
        assert kept.agreement_id == shop.agreement.id


def test_who_works_for_the_agreements_alone_undoes_no_renewal_and_keeps_their_role(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop, user = make_shop(work), make_user(work, "fay@contoso.example")
    near_end(clock)
    new = make_renewal(clock, shop)
    both = frozenset({shop.agreement.id, new.id})
    with making(clock()) as work:
        place = {"organisation_id": shop.customer.id, "user_id": user.id}
        own = {"role": Role.LICENSING_ADMIN, "granted_at": work.now, "agreement_id": new.id}
        work.session.add(RoleGrant(**own, **place))
    actor = Actor("Ann", user.id, shop.customer.id, frozenset({Role.LICENSING_ADMIN}))
    scope = Organisation(shop.customer.id, both)
    with (
        pytest.raises(Forbidden, match="for single agreements"),
        making(clock(), actor, scope) as work,
    ):
        undo_renewal(work, shop.agreement.id)
    with making(clock()) as work:
        assert find_follower(work.session, shop.agreement.id) is not None
        assert len(list_grants(work.session, user.id)) == 1


def test_it_is_not_undone_once_something_is_ordered(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_delivered(work, shop, wish(shop.product, 4))
    near_end(clock)
    new = make_renewal(clock, shop)
    with making(clock()) as work:
        draft_renewal(work, shop.agreement.id, Basis.SAME)
    with pytest.raises(DomainError) as refused, making(clock()) as work:
        undo_renewal(work, shop.agreement.id)
    assert refused.value.rule == "O1"
    with making(clock()) as work:
        follower = find_follower(work.session, shop.agreement.id)
        assert follower is not None
        assert follower.id == new.id


def test_another_organisation_renews_nothing_of_it(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        other = make_organisation(work, "fabrikam")
    near_end(clock)
    with making(clock()) as work:
        assert list_due(work.session, other.id, clock()) == []
    with pytest.raises(DomainError), shop.acting(Role.FINANCE, clock()) as work:
        old = old_agreement(work, shop)
        renew_agreement(work, old.id, renewal_facts(old))
