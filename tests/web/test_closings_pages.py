"""Ends and renewals: their pages, panels, files and commands."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_closings import end_agreement, latest_closing, make_every_end
from tests.support.making_orders import ADMIN_EMAIL, Shop, make_shop
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import RoleGrant
from vlms.agreements.models import Agreement
from vlms.core.permissions import Role
from vlms.core.scoping import guarded_update
from vlms.planning.cli import planning
from vlms.planning.forms.renewals import RenewalForm
from vlms.planning.models.closings import Closing
from vlms.planning.queries.renewals import find_follower, list_roles_for
from vlms.planning.service.closing_sweep import close_agreement

PLACE = "/o/contoso/renewals/"
CLOSINGS = "/o/contoso/closings/"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    made = make_every_end(clock)
    client.sign_in(ADMIN_EMAIL)
    return made


@pytest.fixture
def ended(shop: Shop, client: CheckingClient, clock: StillClock) -> Shop:
    end_agreement(clock, shop)
    with making(clock()) as work:
        close_agreement(work, shop.agreement.id)
    client.sign_in(ADMIN_EMAIL)
    return shop


def _address(clock: StillClock, shop: Shop) -> str:
    with making(clock()) as work:
        return f"{CLOSINGS}{latest_closing(work, shop).id}"


def _near_end(client: CheckingClient, clock: StillClock, shop: Shop) -> None:
    clock.move(days=(shop.agreement.last_day - clock().date()).days - 40)
    client.sign_in(ADMIN_EMAIL)


def test_the_list_tells_what_ends_and_what_is_certified(
    client: CheckingClient, ended: Shop, clock: StillClock
) -> None:
    page = client.page(PLACE)
    assert page.select_one(f'a[href="{_address(clock, ended)}"]')
    assert "To be signed" in page.text
    assert "Nothing ends within 90 days" in page.text


def test_filters_narrow_what_ends(client: CheckingClient, shop: Shop, clock: StillClock) -> None:
    _near_end(client, clock, shop)
    assert len(client.page(PLACE).select("[aria-labelledby=due-title] tbody tr")) == 1
    assert "Nothing that fits" in client.page(f"{PLACE}?within=30").text
    assert "Nothing that fits" in client.page(f"{PLACE}?kind=line").text
    wanted = f"{PLACE}?agreement={shop.agreement.id}&within=60&kind=agreement"
    assert client.page(wanted).select_one("#due-title ~ *") is None
    home = client.page("/o/contoso/")
    assert home.select_one(f'#renewals-title ~ div a[href="{PLACE}"]')
    agreement = client.page(f"/o/contoso/agreements/{shop.agreement.id}")
    assert agreement.select_one("#end-title")


def test_so_far_is_no_certificate_and_cannot_be_signed(client: CheckingClient, shop: Shop) -> None:
    page = client.page(f"{CLOSINGS}agreements/{shop.agreement.id}")
    assert "So far: not the certificate" in page.text
    assert page.select_one('button[aria-describedby="no-draw"][disabled]')
    rows = [cell.get_text(" ", strip=True) for cell in page.select("tbody")[0].select("td")]
    assert rows[:3] == ["Product voucher", "7", "4"]
    for form in ("pdf", "xlsx"):
        assert (
            client.get(f"{CLOSINGS}agreements/{shop.agreement.id}/so-far.{form}").status_code == 200
        )
    assert client.get(f"{CLOSINGS}agreements/{shop.agreement.id}/so-far.csv").status_code == 404


def test_an_admin_signs_and_the_files_are_those_that_were_signed(
    client: CheckingClient, ended: Shop, clock: StillClock
) -> None:
    address = _address(clock, ended)
    page = client.page(address)
    assert "It waits to be signed" in page.text
    link = page.select_one(f'a[href^="{address}/sign/"]')
    assert link is not None
    client.send(str(link["href"]))
    signed = client.page(address)
    assert "Signed by Test User" in signed.text
    assert signed.select_one(f'a[href^="{address}/sign/"]') is None
    first = client.get(f"{address}.pdf").data
    clock.move(days=5)
    client.sign_in(ADMIN_EMAIL)
    assert client.get(f"{address}.pdf").data == first
    book = load_workbook(io.BytesIO(client.get(f"{address}.xlsx").data))
    assert len(book.sheetnames) >= 4
    with making(clock()) as work:
        values = {"content": {**latest_closing(work, ended).content, "until": "2030-01-01"}}
        guarded_update(work.session, Closing, **values)
    assert "is not what was signed" in client.page(address).text


def test_finance_reads_it_and_has_no_button(
    client: CheckingClient, ended: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, ended.customer, Role.FINANCE, "fin@contoso.example")
    client.sign_in("fin@contoso.example")
    address = _address(clock, ended)
    page = client.page(address)
    assert page.select_one(f'a[href="{address}.pdf"]')
    assert page.select_one("form[method=post][action*=draw]") is None
    assert client.get(f"{address}/sign/{'0' * 64}").status_code == 403
    assert client.get(f"{PLACE}{ended.agreement.id}/renew").status_code == 403


def test_a_withheld_certificate_says_why_and_is_not_signed(
    client: CheckingClient, ended: Shop, clock: StillClock
) -> None:
    fault = {
        "amiss": "count",
        "en": "Voucher",
        "zh": "券",
        "expected": 7,
        "found": 6,
        "currency": None,
    }
    with making(clock()) as work:
        guarded_update(work.session, Closing, faults=[fault])
    address = _address(clock, ended)
    page = client.page(address)
    assert "Voucher: 7 were bought, and 6 are accounted for." in page.text
    assert page.select_one(f'a[href^="{address}/sign/"]') is None
    assert client.get(f"{address}.pdf").status_code == 409
    assert "Withheld" in client.page(PLACE).text


def test_an_agreement_is_renewed_and_undone_on_pages(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    _near_end(client, clock, shop)
    review = client.page(f"{PLACE}{shop.agreement.id}")
    cells = [cell.get_text(" ", strip=True) for cell in review.select("tbody td")]
    assert (cells[1], cells[4]) == ("7", "7")
    assert review.select_one('button[aria-describedby="no-draft"][disabled]')
    form = client.page(f"{PLACE}{shop.agreement.id}/renew")
    values = values_of(form.select("main form")[0])
    assert values["contacts"]
    refused = client.post(f"{PLACE}{shop.agreement.id}/renew", data={**values, "number": ""})
    assert refused.status_code == 422
    client.send(f"{PLACE}{shop.agreement.id}/renew", number="A-77")
    with making(clock()) as work:
        follower = find_follower(work.session, shop.agreement.id)
        assert follower is not None
        assert follower.number == "A-77"
        assert follower.first_day == shop.agreement.last_day + timedelta(days=1)
    page = client.page(f"{PLACE}{shop.agreement.id}")
    assert "A-77" in page.text
    client.send(f"{PLACE}{shop.agreement.id}/undo")
    with making(clock()) as work:
        assert find_follower(work.session, shop.agreement.id) is None


def test_what_a_renewal_takes_along_is_named_with_the_colon_of_the_readers_script(
    app: Flask, shop: Shop, clock: StillClock
) -> None:
    with app.test_request_context(), making(clock()) as work:
        make_member(work, shop.customer, Role.AUDITOR, "one@contoso.example")
        grants = select(RoleGrant).order_by(RoleGrant.id.desc())
        work.session.scalars(grants.limit(1)).one().agreement_id = shop.agreement.id
        work.flush()
        old = work.session.get_one(Agreement, shop.agreement.id)
        form = RenewalForm()
        form.offer(old, list_roles_for(work.session, old))
        labels = [one.label for one in form.contacts.choices]
        labels += [one.label for one in form.roles.choices]
        labels.append(form.takes_reseller.label.text)
    assert len(labels) > 2
    assert {label.singular for label in labels} == {"%(label)s: %(name)s"}


def test_the_renewals_order_is_drafted_on_its_page(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    _near_end(client, clock, shop)
    client.send(f"{PLACE}{shop.agreement.id}/renew", number="A-77")
    answer = client.press(f"{PLACE}{shop.agreement.id}", "/draft", basis="used")
    assert "/orders/" in answer.location
    assert client.page(answer.location).select_one("h1")


def test_without_an_order_there_is_nothing_to_certify(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        bare = make_shop(work, has_reseller=False)
    client.sign_in(ADMIN_EMAIL)
    page = client.page(f"{CLOSINGS}agreements/{bare.agreement.id}")
    assert "Nothing was ordered under this agreement." in page.text
    assert "The agreement has no reseller." in client.page(f"{PLACE}{bare.agreement.id}/renew").text
    assert "There is nothing to compare" in client.page(f"{PLACE}{bare.agreement.id}").text


def _run(app: Flask, *words: str) -> str:
    result = CliRunner().invoke(planning, words, obj=lambda: app)
    assert result.exit_code == 0, result.output
    return result.output


def test_commands_do_the_same(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    # Commands look at the machine's own clock.
    clock.set(datetime(2020, 8, 3, tzinfo=UTC))
    ended = make_every_end(clock, first_day=date(2020, 7, 1), last_day=date(2021, 6, 30))
    assert "is drawn" in _run(app, "closings", "draw", ended.agreement.number)
    (row,) = json.loads(_run(app, "closings", "list", "contoso", "--json"))
    number = row["number"]
    assert row["signed_at"] is None
    assert "not signed yet" in _run(app, "closings", "verify", number)
    _run(app, "closings", "sign", number, "--hash", row["hash"])
    file = tmp_path / "closing.pdf"
    _run(app, "closings", "write", ended.agreement.number, str(file), "--language", "zh")
    assert f"{number} is as signed" in _run(app, "closings", "verify", str(file))
    file.write_bytes(file.read_bytes().replace(b"%PDF-1.4", b"%PDF-1.5", 1) + b"\n")
    changed = CliRunner().invoke(planning, ["closings", "verify", str(file)], obj=lambda: app)
    assert changed.exit_code != 0
    with making(clock()) as work:
        guarded_update(work.session, Closing, signed_name="Mallory")
    forged = CliRunner().invoke(planning, ["closings", "verify", number], obj=lambda: app)
    assert forged.exit_code == 1
    assert "was changed" in forged.output


def test_renewals_are_made_by_command(app: Flask, shop: Shop) -> None:
    number = shop.agreement.number
    assert "A-88 follows" in _run(app, "renewals", "renew", number, "A-88", "--without", "roles")
    (row,) = json.loads(_run(app, "renewals", "prices", number, "--json"))
    assert (row["product"], row["quantity_then"]) == ("voucher", 7)
    assert "is not renewed" in _run(app, "renewals", "undo", number)
    assert (
        json.loads(_run(app, "renewals", "list", "contoso", "--within", "366", "--json"))
        is not None
    )
