"""The cost centre of codes: typed where they are given, shown where they are listed."""

from __future__ import annotations

import csv
import io
import json
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.integration.codes.giving import Scene, make_scene
from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.pages import CheckingClient
from vlms.audit.queries import list_entries
from vlms.codes.cli import codes
from vlms.codes.models import Code
from vlms.core.permissions import Role

PLACE = "/o/contoso/codes/"
ADMIN = "admin@contoso.example"


@pytest.fixture
def scene(client: CheckingClient, clock: StillClock) -> Scene:
    made = make_scene(clock, delay=0)
    with making(clock()) as work:
        make_member(work, made.organisation, Role.LICENSING_ADMIN, ADMIN)
        work.session.get_one(Code, made.codes[0].id).batch.line.order.cost_centre = "IT-100"
    client.sign_in(ADMIN)
    return made


def kept(clock: StillClock, code_id: UUID) -> str | None:
    with making(clock()) as work:
        return work.session.get_one(Code, code_id).cost_centre


def test_it_is_typed_when_a_code_is_reserved_and_assigned(
    client: CheckingClient, scene: Scene, clock: StillClock
) -> None:
    key = scene.codes[0].id
    place = f"{PLACE}{key}"
    assert "IT-100" in client.page(place).text
    person = str(scene.ann)
    assert client.send(f"{place}/reserve", person=person, cost_centre="HR-7").status_code == 302
    assert kept(clock, key) == "HR-7"
    field = client.page(f"{place}/assign").select_one("[name=cost_centre]")
    assert field is not None
    assert field["value"] == "HR-7"
    assert client.send(f"{place}/assign", cost_centre="x" * 61).status_code == 422
    assert client.send(f"{place}/assign", cost_centre="HR-8").status_code == 302
    assert "HR-8" in client.page(place).text


def test_several_are_reserved_and_assigned_for_one(
    client: CheckingClient, scene: Scene, clock: StillClock
) -> None:
    asked = {"person": str(scene.ann), "product": str(scene.product_id), "count": "2"}
    assert client.send(f"{PLACE}reserve", **asked, cost_centre="HR-7").status_code == 302
    told = [kept(clock, code.id) for code in scene.codes]
    assert sorted(told, key=str) == ["HR-7", "HR-7", None]
    together = f"{PLACE}together?which=all&state=reserved&act="
    client.send(f"{together}assign", cost_centre="HR-9")
    told = [kept(clock, code.id) for code in scene.codes]
    assert sorted(told, key=str) == ["HR-9", "HR-9", None]
    assert client.page(f"{together}release").select_one("[name=cost_centre]") is None


def test_lists_and_files_show_it(client: CheckingClient, scene: Scene) -> None:
    client.send(f"{PLACE}{scene.codes[0].id}/reserve", person=str(scene.ann), cost_centre="HR-7")
    assert "HR-7" not in client.page(PLACE).text
    shown = client.page(f"{PLACE}?columns=number,cost_centre").text
    assert "HR-7" in shown
    assert "IT-100" in shown
    body = client.get(f"{PLACE}codes.csv?columns=number,cost_centre").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert sorted(row["Cost centre"] for row in rows) == ["HR-7", "IT-100", "IT-100"]


def test_the_command_line_does_the_same(app: Flask, scene: Scene, clock: StillClock) -> None:
    def run(*words: str) -> str:
        found = CliRunner().invoke(codes, words, obj=lambda: app, catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.stdout

    with making(clock()) as work:
        number = f"{work.session.get_one(Code, scene.codes[0].id).batch.number}/1"
    run("reserve-this", number, "ann@contoso.example", "--cost-centre", "HR-7")
    assert kept(clock, scene.codes[0].id) == "HR-7"
    run("change", number, "ann@contoso.example", "--again")
    assert kept(clock, scene.codes[0].id) == "HR-7"
    (row,) = json.loads(run("list", "--search", number, "--json"))
    assert row["cost_centre"] == "HR-7"
    run("assign", number, "--cost-centre", "HR-8")
    assert kept(clock, scene.codes[0].id) == "HR-8"
    given = ("--organisation", "contoso", "--product", "mcp-voucher", "--again")
    run("reserve", "ann@contoso.example", *given, "--cost-centre", "HR-9")
    assert "HR-9" in {kept(clock, code.id) for code in scene.codes}


def test_it_is_corrected_with_a_reason_after_the_code_was_given(
    app: Flask, client: CheckingClient, scene: Scene, clock: StillClock
) -> None:
    key = scene.codes[0].id
    place = f"{PLACE}{key}"
    assert client.page(place).select_one(f'a[href="{place}/cost-centre"]') is None
    assert client.send(f"{place}/cost-centre", cost_centre="HR-9", reason="x").status_code == 422
    client.send(f"{place}/reserve", person=str(scene.ann), cost_centre="HR-7")
    client.send(f"{place}/assign")
    assert client.page(place).select_one(f'a[href="{place}/cost-centre"]') is not None
    assert client.send(f"{place}/cost-centre", cost_centre="HR-9", reason="").status_code == 422
    done = client.send(f"{place}/cost-centre", cost_centre="HR-9", reason="Moved to Sales")
    assert done.status_code == 302
    assert kept(clock, key) == "HR-9"
    assert "Moved to Sales" in client.page(place).text
    with making(clock()) as work:
        code = work.session.get_one(Code, key)
        number, state = f"{code.batch.number}/1", code.state
    words = ["charge-to", number, "", "--reason", "Wrong department"]
    found = CliRunner().invoke(codes, words, obj=lambda: app, catch_exceptions=False)
    assert found.stdout == "Borne by IT-100.\n"
    with making(clock()) as work:
        code = work.session.get_one(Code, key)
        assert (code.cost_centre, code.state) == (None, state)
        told = {entry.reason for entry in list_entries(work.session, key)}
        assert {"Moved to Sales", "Wrong department"} <= told
