"""Pages tell what a waiver exempts, before and after the fee is paid (M2)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_memberships import (
    PETRA,
    QUALIFIED,
    make_membership,
    make_package_order,
    make_partner,
    make_qualified,
    moment,
)
from tests.support.pages import CheckingClient
from vlms.partners.models.memberships import Membership
from vlms.partners.service.membership_orders import renew
from vlms.partners.service.membership_payments import record_payment

PAGE = "/o/contoso/memberships/"
COMPETENCY = f"/o/contoso/competencies/{QUALIFIED}"
NOTICE = "Exempt: the competency is complete until 1 Mar 2021."


@pytest.fixture
def package(client: CheckingClient, clock: StillClock) -> Membership:
    """Gold, on a competency that is not met, with its anniversary on 1 March 2020."""
    clock.set(moment("2019-03-02"))
    with making(clock()) as work:
        partner = make_partner(work)
        make_qualified(work, partner, people=1)
        order = make_package_order(work, partner, "gold-package", competency=QUALIFIED)
        return record_payment(work, order.id, date(2019, 3, 2), "paid")


def seen(client: CheckingClient, clock: StillClock, day: str, address: str) -> str:
    """What Petra reads there on a day."""
    clock.set(moment(day))
    client.sign_in(PETRA)
    main = client.page(address).select_one("main")
    assert main is not None
    return " ".join(main.text.split())


def test_the_notice_of_exemption_stays_once_the_fee_is_paid_m2(
    client: CheckingClient, clock: StillClock, package: Membership
) -> None:
    pages = (f"{PAGE}{package.id}", COMPETENCY)
    for page in pages:
        assert NOTICE not in seen(client, clock, "2019-12-31", page)
        assert NOTICE in seen(client, clock, "2020-03-05", page)
    clock.set(moment("2020-04-01"))
    with making(clock()) as work:
        order = renew(work, package.id, "PO-2")
        record_payment(work, order.id, date(2020, 4, 1), "paid")
    for page in pages:
        assert NOTICE in seen(client, clock, "2020-04-02", page)
        assert NOTICE in seen(client, clock, "2021-03-01", page)
        assert NOTICE not in seen(client, clock, "2021-03-02", page)


def test_a_missed_window_tells_that_benefits_rest_and_until_when_to_pay_m2(
    client: CheckingClient, clock: StillClock, package: Membership
) -> None:
    text = seen(client, clock, "2020-04-05", f"{PAGE}{package.id}")
    assert "Renew by 30 Jun 2020, that day included." in text
    assert "The benefits ended with the window on 31 Mar 2020 and go on once it is paid." in text
    assert "are lost on 1 Jul 2020." in text
    listed = seen(client, clock, "2020-04-05", PAGE)
    assert "by a waiver until 30 Jun 2020" in listed
    refused = client.send(f"{PAGE}{package.id}/renew", purchase_order="PO-9", offer="gold-package")
    assert refused.status_code == 302
    seen(client, clock, "2020-07-01", PAGE)
    late = client.send(f"{PAGE}{package.id}/renew", purchase_order="PO-9", offer="gold-package")
    assert late.status_code == 422
    assert "Waiver 2020 kept the window open until 30 Jun 2020; it is over" in late.text


def test_an_action_pack_of_the_same_days_is_not_exempt_m2(
    client: CheckingClient, clock: StillClock
) -> None:
    clock.set(moment("2019-03-02"))
    with making(clock()) as work:
        pack = make_membership(work, make_partner(work), "action-pack")
    text = seen(client, clock, "2020-04-05", f"{PAGE}{pack.id}")
    assert "Exempt" not in text
    assert "Benefits and competencies were lost on 1 Apr 2020." in text
    assert "competency" not in seen(client, clock, "2020-03-05", f"{PAGE}{pack.id}/conditions")
