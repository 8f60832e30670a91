"""Which certifications an order plan offers (C3, O6)."""

from __future__ import annotations

from datetime import timedelta

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import ADMIN_EMAIL
from tests.support.making_plans import goal, make_planning_shop, plan_of
from tests.support.pages import CheckingClient
from vlms.catalog.models import Exam
from vlms.planning.service.order_plans import add_plan

PLANS = "/o/contoso/order-plans/"


def offered(client: CheckingClient, address: str) -> list[str]:
    options = client.page(address).select("#goals-0-certification option")
    return sorted(str(option["value"]) for option in options)


def test_a_certification_whose_exams_have_retired_is_offered_only_where_it_was_chosen(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_planning_shop(work)
        plan_id = add_plan(work, shop.agreement.id, plan_of(goal(30))).id
    client.sign_in(ADMIN_EMAIL)
    new, edit = f"{PLANS}new", f"{PLANS}{plan_id}/edit"
    assert offered(client, new) == ["", "architect", "basics"]
    with making(clock()) as work:
        work.session.get_one(Exam, "F-1").retires_on = clock().date() - timedelta(days=1)
    assert offered(client, new) == ["", "architect"]
    assert offered(client, edit) == ["", "architect", "basics"]
    kept = client.page(edit).select_one("#goals-0-certification option[selected]")
    assert kept is not None
    assert "its exams retire first" in kept.text
