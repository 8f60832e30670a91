"""A package is bought on one competency that qualifies at its level (K3, M2, M3)."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.making import making
from tests.support.making_memberships import (
    QUALIFIED,
    make_bought,
    make_package_order,
    make_partner,
    make_qualified,
    moment,
)
from vlms.accounts.models import Person
from vlms.core.db import reading
from vlms.core.errors import BadInput, DomainError
from vlms.core.scope import System
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import MembershipOrder
from vlms.partners.service.membership_orders import buy, upgrade
from vlms.partners.service.membership_payments import record_payment

SCORED = "Cloud Business Applications"


def refused(day: str, offer: str, competency: str) -> DomainError:
    """Why the partner cannot buy it."""
    with pytest.raises(DomainError) as refusal, making(moment(day)) as work:
        place = work.session.scalar(select(Person.organisation_id).limit(1))
        assert place is not None
        buy(work, place, offer, "USD", "PO-9", competency)
    return refusal.value


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_does_not_qualify_is_refused_with_what_it_lacks_k3(app: Flask) -> None:
    with making(moment("2026-03-02")) as work:
        make_qualified(work, make_partner(work), people=2)
    gold = refused("2026-03-02", "gold-package", QUALIFIED)
    assert (gold.rule, gold.reason, gold.field) == ("K3", "not_qualified", "competency")
    assert "It lacks: Analysts: 2 more people." in str(gold)
    assert "by version 1 of what it asks for" in str(gold)
    for words in ("Something of their own", "", "sample"):
        found = refused("2026-03-02", "silver-package", words)
        assert isinstance(found, BadInput)
        assert (found.rule, found.field) == ("K3", "competency")
    with reading(System("test")) as session:
        assert session.scalars(select(MembershipOrder)).all() == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_it_is_judged_on_the_day_of_the_order_and_by_any_of_its_names_k3(app: Flask) -> None:
    """Whoever leaves before the payment puts the next renewal at risk, not this purchase."""
    with making(moment("2026-03-02")) as work:
        partner = make_partner(work)
        make_qualified(work, partner, people=2)
        order = buy(work, partner.id, "silver-package", "USD", "PO-1", " sample: DATA analytics ")
        assert order.competency == QUALIFIED
    with making(moment("2026-03-03")) as work:
        for person in work.session.scalars(select(Person)):
            person.left_at = work.now
    with making(moment("2026-03-04")) as work:
        record_payment(work, order.id, date(2026, 3, 4), "paid")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_gold_asks_for_a_competency_at_gold_when_it_is_an_upgrade_too_m3(app: Flask) -> None:
    membership = make_bought("2026-03-02")
    with making(moment("2026-04-01")) as work:
        make_qualified(work, membership.organisation, people=2)
    # Its own words nobody can judge; silver is not enough.
    for words, kind in ((None, BadInput), (QUALIFIED, MembershipRefused)):
        with pytest.raises(kind), making(moment("2026-04-01")) as work:
            upgrade(work, membership.id, "PO-2", words)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("bought", "day", "offer", "can"),
    [
        # Its anniversary, 1 March 2020, is exempt: complete until 1 March 2021, at its level.
        ("2019-03-02", "2020-08-01", "gold-package", True),
        ("2019-03-02", "2021-03-01", "silver-package", True),
        ("2019-03-02", "2021-03-02", "silver-package", False),
        # Its anniversary, 2 July 2020, is not.
        ("2019-07-03", "2020-08-05", "gold-package", False),
    ],
)
def test_a_waived_competency_is_complete_for_a_new_purchase_m2(
    app: Flask, bought: str, day: str, offer: str, can: bool
) -> None:
    with making(moment(bought)) as work:
        partner = make_partner(work)
        order = make_package_order(work, partner, "gold-package", competency=SCORED)
        record_payment(work, order.id, date.fromisoformat(bought), "paid")
    if can:
        with making(moment(day)) as work:
            order = buy(work, partner.id, offer, "USD", "PO-2", SCORED)
            assert order.competency == "cloud-business-applications"
        return
    with pytest.raises(MembershipRefused) as refusal, making(moment(day)) as work:
        buy(work, partner.id, offer, "USD", "PO-2", SCORED)
    assert refusal.value.reason == "not_qualified"
