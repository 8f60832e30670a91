"""Money at risk and order plans: their pages, panels, files and commands."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_person, making
from tests.support.making_orders import ADMIN_EMAIL, Shop, make_delivered, wish
from tests.support.making_plans import make_planning_shop
from tests.support.pages import CheckingClient, values_of
from vlms.agreements.models import Agreement
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.reserving import reserve
from vlms.core.errors import BadInput
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.planning.cli import planning
from vlms.planning.models.order_plans import OrderPlan

PLACE = "/o/contoso/outlook/"
PLANS = "/o/contoso/order-plans/"
LONG = date(2099, 12, 31)


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_planning_shop(work)
        made.customer.assign_delay_minutes = 0
    client.sign_in(ADMIN_EMAIL)
    return made


@pytest.fixture
def stocked(shop: Shop, client: CheckingClient, clock: StillClock) -> Shop:
    """Of ten codes for 1,200.00 two are assigned for four days and one is used."""
    with making(clock()) as work:
        make_delivered(work, shop, wish(shop.product, 10))
    with making(clock()) as work:
        person = make_person(work, shop.customer, "Asa")
        person.department = "Sales"
        codes = reserve(work, person.id, shop.product.id, count=3)
        for code in codes:
            start_assign(work, code.id)
    with making(clock()) as work:
        used = work.session.get_one(Code, codes[0].id)
        used.state, used.ended_at = State.USED, clock()
    clock.move(days=4)
    client.sign_in(ADMIN_EMAIL)
    return shop


def test_money_at_risk_tells_codes_money_and_people(client: CheckingClient, stocked: Shop) -> None:
    page = client.page(PLACE)
    amounts, risks, nudges = page.select("main table")
    assert amounts.select_one("tbody tr").select("td")[0].text == "USD 840.00"  # type: ignore[union-attr]
    assert amounts.select_one("tbody tr").select("td")[1].text == "USD 240.00"  # type: ignore[union-attr]
    cells = [cell.get_text(" ", strip=True) for cell in risks.select("tbody td")]
    assert cells[2:4] == ["7", "2"]
    assert "of USD 1,080.00" in cells[6]
    rows = nudges.select("tbody tr")
    assert len(rows) == 2
    assert "Asa" in rows[0].text
    assert "Assigned and not claimed" in rows[0].text
    shown = client.page(f"{PLACE}{stocked.agreement.id}/{stocked.product.id}")
    chart = shown.select_one('[data-chart="outlook"][data-line]')
    assert chart is not None
    days = chart.select("tbody tr")
    assert days[-1].select("td")[0]["data-value"] == ""
    assert int(str(days[-1].select("td")[1]["data-value"])) <= 9


def test_the_panels_lead_there_from_home_and_agreement(
    client: CheckingClient, stocked: Shop
) -> None:
    assert client.page("/o/contoso/").select_one(f'#outlook-title ~ div a[href="{PLACE}"]')
    page = client.page(f"/o/contoso/agreements/{stocked.agreement.id}")
    link = page.select_one("#outlook-title ~ div a")
    assert link is not None
    assert str(stocked.agreement.id) in str(link["href"])
    assert client.page(str(link["href"])).select_one("#risks-title")


def test_without_codes_nothing_is_at_risk(client: CheckingClient, shop: Shop) -> None:
    page = client.page(PLACE)
    assert "Nothing is at risk" in page.text
    assert client.page("/o/contoso/").select_one("#outlook-title") is None
    address = f"{PLACE}{shop.agreement.id}/{shop.product.id}"
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf"])
def test_the_files_say_what_the_page_says(client: CheckingClient, stocked: Shop, form: str) -> None:
    answer = client.get(f"{PLACE}money-at-risk.{form}")
    assert answer.status_code == 200
    if form == "xlsx":
        (first, second, *_) = load_workbook(io.BytesIO(answer.data)).active.iter_rows(  # type: ignore[union-attr]
            values_only=True
        )
        rows = dict(zip(first, second, strict=True))
        assert rows["Value unused"] == 1080
    elif form == "csv":
        rows = next(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert (rows["Not assigned"], rows["Assigned, unused"]) == ("7", "2")
    else:
        assert answer.data.startswith(b"%PDF")


def test_finance_sees_the_money_and_no_person(
    client: CheckingClient, stocked: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, stocked.customer, Role.FINANCE, "fin@contoso.example")
    client.sign_in("fin@contoso.example")
    page = client.page(PLACE)
    assert page.select_one("#risks-title")
    assert page.select_one("#nudges-title") is None
    assert "Asa" not in page.text
    assert client.get(f"{PLANS}new").status_code == 403
    assert client.page(PLANS).select_one(f'a[href="{PLANS}new"]') is None


def test_a_teacher_has_no_right_to_it(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, shop.customer, Role.TEACHER, "tea@contoso.example")
    client.sign_in("tea@contoso.example")
    assert client.get(PLACE).status_code == 403
    assert client.get(PLANS).status_code == 403


def _typed(shop: Shop, **more: str) -> dict[str, str]:
    return {
        "title": "Spring",
        "agreement": str(shop.agreement.id),
        "begins_on": "2026-03-02",
        "goals-0-certification": "basics",
        "goals-0-group": "typed",
        "goals-0-people": "30",
        **more,
    }


def _text(page: BeautifulSoup) -> str:
    return " ".join(page.text.replace("\xa0", " ").split())


def test_a_plan_is_kept_and_turned_into_a_draft_in_one_act(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    assert "There are no plans yet" in client.page(PLANS).text
    answer = client.send(f"{PLANS}new", **_typed(shop), intent="save")
    assert answer.status_code == 302
    address = str(answer.location)
    shown = _text(client.page(address))
    assert "Exams on 2 Sep 2026" in shown
    assert "Total before tax: USD 3,600.00" in shown
    assert "Order plan made" in shown
    made = client.press(address, "/draft")
    with making(clock()) as work:
        order = work.session.scalars(select(Order)).one()
        assert str(made.location).endswith(f"/orders/{order.id}/edit")
        assert order.lines[0].quantity == 30
    assert order.number in client.page(address).text
    assert "Spring" in client.page(f"{PLANS}?q=spr").text
    assert "No plan fits" in client.page(f"{PLANS}?q=autumn").text


def test_the_panel_reckons_what_is_typed(client: CheckingClient, shop: Shop) -> None:
    fields = values_of(client.page(f"{PLANS}new").select("#plan-form")[0])
    panel = client.post(f"{PLANS}panel", data={**fields, **_typed(shop)})
    assert panel.status_code == 200
    assert "USD 3,600.00" in panel.text.replace("\xa0", " ")
    none = client.post(f"{PLANS}panel", data={**fields, **_typed(shop, begins_on="soon")})
    assert "Choose a certification" in none.text
    short = client.post(f"{PLANS}panel", data={**fields, **_typed(shop, **{"goals-0-months": "3"})})
    assert "6 months or more" in short.text


def test_without_scripts_a_button_reckons_and_keeps_what_was_typed(
    client: CheckingClient, shop: Shop
) -> None:
    answer = client.send(f"{PLANS}new", **_typed(shop), intent="add")
    page = client.page(str(answer.location))
    assert "USD 3,600.00" in _text(page)
    assert page.select_one("#goals-1-certification")
    title = page.select_one("#title")
    assert title is not None
    assert title["value"] == "Spring"
    removed = client.send(str(answer.location), intent="", remove="goals-0")
    assert "USD 3,600.00" not in _text(client.page(str(removed.location)))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"goals-0-people": ""}, "Enter how many people"),
        ({"goals-0-people": "many"}, "How many people"),
        ({"goals-0-certification": ""}, "Choose a certification"),
        ({"goals-0-certification": "no-such"}, "Choose one from the list"),
        ({"goals-0-months": "2"}, "6 months or more"),
        ({"begins_on": "yesterday"}, "Preparing begins on"),
        ({"title": ""}, "Title"),
        ({"agreement": "no-such"}, "Choose one from the list"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_keeps_nothing(
    client: CheckingClient, shop: Shop, clock: StillClock, wrong: dict[str, str], words: str
) -> None:
    answer = client.send(f"{PLANS}new", **{**_typed(shop), **wrong}, intent="save")
    assert answer.status_code == 422
    assert words in BeautifulSoup(answer.text, "html.parser").select("main")[0].text
    with making(clock()) as work:
        assert work.session.scalars(select(OrderPlan)).all() == []


def test_a_plan_is_edited_as_of_the_version_that_its_editor_saw(
    client: CheckingClient, shop: Shop
) -> None:
    address = str(client.send(f"{PLANS}new", **_typed(shop), intent="save").location)
    page = client.page(f"{address}/edit")
    fields = values_of(page.select("#plan-form")[0])
    assert fields["goals-0-people"] == "30"
    changed = client.send(f"{address}/edit", **{"goals-0-people": "12"}, intent="save")
    assert changed.status_code == 302
    shown = _text(client.page(address))
    assert "Version 2" in shown
    assert "30 exams needed" in shown
    stale = client.post(f"{address}/edit", data={**fields, "intent": "save"})
    assert stale.status_code == 409


def _run(app: Flask, *words: str) -> str:
    """Commands live in the machine's time, so what they are asked of lasts long."""
    result = CliRunner().invoke(planning, words, obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_tells_what_is_at_risk(app: Flask, stocked: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        for code in work.session.scalars(select(Code)):
            code.last_day, code.expires_at = LONG, datetime(2100, 1, 1, tzinfo=UTC)
    (risk,) = json.loads(_run(app, "outlook", "--organisation", "contoso", "--json"))
    assert (risk["unassigned"], risk["assigned_unused"]) == (7, 2)
    assert (risk["value_unused"], risk["currency"]) == ("1080.00", "USD")
    (error,) = json.loads(_run(app, "backtest", "--organisation", "contoso", "--json"))
    assert error["trials"] > 0
    assert 0 <= error["covered_percent"] <= 100


def test_plans_are_kept_and_told_by_commands(app: Flask, shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        work.session.get_one(Agreement, shop.agreement.id).last_day = LONG
        make_person(work, shop.customer, "Asa")
    number = shop.agreement.number
    plan_id = _run(app, "order-plans", "add", number, "Spring", "--goal", "basics:30:8").strip()
    (listed,) = json.loads(_run(app, "order-plans", "list", "contoso", "--json"))
    assert (listed["id"], listed["exams_needed"]) == (plan_id, 30)
    first = json.loads(_run(app, "order-plans", "show", plan_id, "--json"))[0]
    assert (first["to_order"], first["total"], first["why_not"]) == (30, "3600.00", None)
    goals = ("--goal", "basics:everybody")
    (again, *_more) = json.loads(_run(app, "order-plans", "reckon", number, *goals, "--json"))
    assert again["needed"] == 1
    assert "Version 2" in _run(app, "order-plans", "change", plan_id, "Less", "--goal", "basics:9")
    (compared,) = json.loads(_run(app, "order-plans", "compare", plan_id, "--json"))
    assert (compared["planned"], compared["ordered"]) == (9, 0)
    made = _run(app, "order-plans", "draft", plan_id).strip()
    with making(clock()) as work:
        order = work.session.scalars(select(Order)).one()
        assert (order.number, order.lines[0].quantity) == (made, 9)


def test_a_goal_that_is_none_is_refused_on_the_command_line(app: Flask, shop: Shop) -> None:
    words = ["order-plans", "reckon", shop.agreement.number, "--goal", "basics"]
    with pytest.raises(BadInput, match="is no goal"):
        CliRunner().invoke(planning, words, obj=lambda: app, catch_exceptions=False)
