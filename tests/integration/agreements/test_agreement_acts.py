"""What an agreement's page offers is what its service takes; what it refuses is refused alike."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_user, making
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.making_orders import Shop, make_draft, make_order_in, make_shop
from vlms.accounts.models import RoleGrant
from vlms.agreements.acts import Look, acts_on, import_act
from vlms.agreements.contacts import Contact
from vlms.agreements.models import Agreement, AgreementContact, ContactKind
from vlms.agreements.queries import get_agreement
from vlms.agreements.rules.terms import AgreementTerms
from vlms.agreements.service.changing_reseller import NewReseller, plan_change
from vlms.agreements.service.contacts import set_contacts
from vlms.agreements.service.deleting import delete_agreement
from vlms.agreements.service.entering import edit_agreement, may_add
from vlms.core import scope
from vlms.core.acts import Act
from vlms.core.errors import DomainError, Forbidden
from vlms.core.permissions import Role
from vlms.core.text import Text
from vlms.core.work import Actor, Work
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.service import drafts
from vlms.reactions import REACTIONS

WHO = ("admin", "limited admin", "seller", "runner", "finance", "auditor")
STATES = ("empty", "coming", "far ahead", "ended", "with a role", "with a draft", "ordered")


def acting(shop: Shop, who: str, clock: StillClock) -> AbstractContextManager[Work]:
    owner, own = shop.customer.id, frozenset({shop.agreement.id})
    limited = Actor("somebody", shop.admin.id, owner, frozenset({Role.LICENSING_ADMIN}))
    return {
        "admin": lambda: shop.buying(clock()),
        "limited admin": lambda: making(clock(), limited, scope.Organisation(owner, own)),
        "seller": lambda: shop.selling(clock()),
        "runner": lambda: shop.operating(clock()),
        "finance": lambda: shop.acting(Role.FINANCE, clock()),
        "auditor": lambda: shop.acting(Role.AUDITOR, clock()),
    }[who]()


def make_in(work: Work, state: str) -> Shop:
    """An agreement in this state; the clock of tests stands in its first year."""
    days = {
        "coming": {"first_day": work.today("UTC").replace(day=28)},
        "far ahead": {"first_day": date(2027, 6, 1)},
        "ended": {"first_day": date(2020, 7, 1), "last_day": date(2021, 6, 30)},
    }
    shop = make_shop(work, **days.get(state, {}))
    if state == "with a role":
        give_role(work, shop.agreement)
    if state == "with a draft":
        make_draft(work, shop)
    if state == "ordered":
        make_order_in(work, shop, OrderState.PLACED)
    return shop


def give_role(work: Work, agreement: Agreement) -> RoleGrant:
    grant = RoleGrant(
        organisation_id=agreement.organisation_id,
        user_id=make_user(work, "lim@contoso.example").id,
        role=Role.FINANCE,
        agreement_id=agreement.id,
        granted_at=work.now,
    )
    work.session.add(grant)
    work.flush()
    return grant


def terms_of(agreement: Agreement) -> AgreementTerms:
    named = {
        name: getattr(agreement, name)
        for name in AgreementTerms.__dataclass_fields__
        if name not in ("programme", "level_mode", "price_level", "reseller")
    }
    return AgreementTerms(
        **named,
        programme=agreement.programme.value,
        level_mode=agreement.level_mode.value,
        price_level=agreement.price_level.value,
        reseller=agreement.reseller.slug if agreement.reseller else None,
    )


def try_act(work: Work, agreement: Agreement, name: str) -> object:
    terms, key = terms_of(agreement), agreement.id
    nora = {ContactKind.NOTICES_ONLINE: Contact("Nora", "nora@contoso.example")}
    ways: dict[str, Callable[[], object]] = {
        "order": lambda: drafts.create_draft(work, key),
        "edit": lambda: edit_agreement(work, key, replace(terms, account_manager_name="New")),
        "terms": lambda: edit_agreement(work, key, replace(terms, programme="SCE")),
        "contacts": lambda: set_contacts(work, key, nora),
        "change_reseller": lambda: plan_change(
            work, key, NewReseller(None, work.today(agreement.time_zone), False, "why")
        ),
        "import": lambda: may_add(work),
        "delete": lambda: delete_agreement(work, key),
    }
    done = ways[name]()
    if name == "terms":
        for event in work.events:
            raise_answer(work, event)
    return done


def raise_answer(work: Work, event: object) -> None:

    for reaction in REACTIONS[type(event)]:
        reaction(work, event)


Offers = Callable[[Work, Agreement], list[Act]]


def offered(work: Work, agreement: Agreement) -> list[Act]:
    return acts_on(Look(work.session, work.actor, work.now), agreement)


def compare(shop: Shop, clock: StillClock, offers: Offers = offered) -> dict[str, set[str]]:
    """Every act of everybody is tried; what was taken, by who."""
    taken: dict[str, set[str]] = {}
    for who in WHO:
        with acting(shop, who, clock) as work:
            found = offers(work, get_agreement(work.session, shop.agreement.id))
        for act in found:
            refusal: DomainError | None = None
            with acting(shop, who, clock) as work:
                try:
                    try_act(work, get_agreement(work.session, shop.agreement.id), act.name)
                except DomainError as raised:
                    refusal = raised
                work.session.rollback()
                work.events.clear()
            assert act.is_possible == (refusal is None), (who, act.name, refusal)
            if refusal is not None:
                assert act.refusal is not None
                expected = (act.refusal.rule, act.refusal.reason, str(act.refusal))
                assert expected == (refusal.rule, refusal.reason, str(refusal)), (who, act.name)
            else:
                taken.setdefault(who, set()).add(act.name)
    return taken


EDITING = {"edit", "contacts", "change_reseller"}
ENTERING = EDITING | {"import"}
TAKEN = {
    "empty": {"admin": ENTERING | {"order", "delete"}, "runner": ENTERING | {"delete"}},
    "coming": {"admin": ENTERING | {"order", "delete"}, "runner": ENTERING | {"delete"}},
    "far ahead": {"admin": ENTERING | {"delete"}, "runner": ENTERING | {"delete"}},
    "ended": {who: (ENTERING | {"delete"}) - {"change_reseller"} for who in ("admin", "runner")},
    "with a role": {"admin": ENTERING | {"order"}, "runner": ENTERING},
    "with a draft": {"admin": ENTERING | {"order"}, "runner": ENTERING},
    "ordered": {"admin": ENTERING | {"order"}, "runner": ENTERING},
}


@pytest.mark.parametrize("state", STATES)
def test_acts_shown_as_possible_are_those_that_the_service_takes(
    app: Flask, clock: StillClock, state: str
) -> None:
    with making(clock()) as work:
        shop = make_in(work, state)
    taken = compare(shop, clock)
    limited = TAKEN[state]["admin"] - {"import", "delete"}
    assert taken == {**TAKEN[state], "limited admin": limited}


def test_a_second_copy_of_a_rule_would_be_seen(app: Flask, clock: StillClock) -> None:
    """The control: a page that thinks for itself differs from the service."""
    always = Act("delete", Text("Delete"), "trash", "agreements.delete", ())
    with making(clock()) as work:
        shop = make_in(work, "ordered")
    with pytest.raises(AssertionError, match="delete"):
        compare(shop, clock, lambda _work, _agreement: [always])


def test_a_deleted_agreement_is_gone_with_its_contacts(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        spare = make_agreement(work, shop.customer, "SPARE")
        make_contact(work, spare)
    with shop.buying(clock()) as work:
        delete_agreement(work, spare.id)
    with making(clock()) as work:
        assert work.session.scalars(select(Agreement.number)).all() == [shop.agreement.number]
        owners = set(work.session.scalars(select(AgreementContact.agreement_id)))
    assert owners == {shop.agreement.id}


def test_nothing_that_has_orders_goes_when_the_check_is_left_out(
    app: Flask, clock: StillClock
) -> None:
    """The control: the database itself holds an agreement that has orders."""
    with making(clock()) as work:
        shop = make_in(work, "with a draft")
    with pytest.raises(Exception, match=r"(?i)foreign key"), making(clock()) as work:
        for contact in list(get_agreement(work.session, shop.agreement.id).contacts):
            work.session.delete(contact)
        work.session.flush()
        work.session.expire_all()
        work.session.delete(work.session.get_one(Agreement, shop.agreement.id))
        work.session.flush()
    with making(clock()) as work:
        assert work.session.scalars(select(Order)).all()


def test_a_role_for_single_agreements_says_why_it_imports_none(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    with acting(shop, "limited admin", clock) as work:
        act = import_act(Look(work.session, work.actor, work.now))
    assert isinstance(act.refusal, Forbidden)
    assert [one.is_met for one in act.conditions] == [True, False]
