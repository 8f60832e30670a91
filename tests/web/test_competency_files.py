"""Figures of competencies come in with a dry run; history and performance leave (K3)."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_competencies import make_skilled
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role
from vlms.partners.cli.competencies import competencies

PLACE = "/o/contoso/competencies/"
HEAD = (
    "CompetencyName,CompetencyAttainmentOptionName,Month,MetricName,MetricMonthlyContribution,"
    "TTMAggregate,AnniversaryYearAggregate,GoldThreshold,SilverThreshold\n"
)
ROW = "Sample: Cloud Platform,Consumption,2026-01,Influenced revenue in USD,{},{},,200000,40000\n"


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        make_member(work, own, Role.PARTNER_ADMINISTRATOR, "partner@contoso.example")
        for name, number in (("Ada", "AZ-104"), ("Bo", "AZ-104"), ("Cy", "AZ-305")):
            make_skilled(work, own, name, number)
    client.sign_in("partner@contoso.example")
    return client


def text_of(client: CheckingClient, address: str) -> str:
    return " ".join(client.page(PLACE + address).get_text(" ").split())


def upload(client: CheckingClient, rows: str) -> str:
    file = (io.BytesIO((HEAD + rows).encode()), "performance.csv")
    answer = client.send(PLACE + "figures", file=file)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def test_figures_are_looked_at_then_written_and_compared(partner: CheckingClient) -> None:
    page = upload(partner, ROW.format("30000.5", "31000"))
    assert "add up to 30000.5" in partner.page(page).text
    assert partner.send(page).status_code == 302
    again = upload(partner, ROW.format("41000", "41000"))
    text = partner.page(again).text
    assert "30000.5" in text
    assert "Changed" in text
    assert partner.send(again).status_code == 302
    out = partner.get(PLACE + "performance.csv").get_data()
    assert out.startswith(b'\xef\xbb\xbf"CompetencyName","CompetencyAttainmentOptionName","Month",')
    assert b'"Sample: Cloud Platform","Consumption","2026-01",' in out
    assert b',"41000","41000","","200000","40000"' in out


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("Sample: Cloud Platform,Consumption,2026-13,revenue,1,,,,\n", "Enter a month"),
        ("Sample: Cloud Platform,Consumption,2026-01,revenue,1e5,,,,\n", "at most four decimals"),
        ("Nothing,Consumption,2026-01,revenue,1,,,,\n", "No competency has the metric"),
        (ROW.format(1, "") + ROW.format(2, ""), "gives the same month"),
    ],
)
def test_a_wrong_row_lets_nothing_be_written(partner: CheckingClient, row: str, wrong: str) -> None:
    page = upload(partner, row)
    assert wrong in partner.page(page).text
    assert partner.send(page).status_code == 422


def test_the_history_leaves_in_its_layout(partner: CheckingClient) -> None:
    assert "Nothing is noted yet." in partner.page(PLACE + "history").text
    partner.send(upload(partner, ROW.format(1, "")))
    text = text_of(partner, "history")
    assert "Sample: Cloud Platform Initiated Not attained" in text
    out = partner.get(PLACE + "history.csv").get_data(as_text=True)
    heading = ("Name", "Level", "Status", "StartDate", "EndDate")
    assert ",".join(f'"Competency{word}"' for word in heading) in out
    assert partner.get(PLACE + "history.xlsx").status_code == 200
    assert partner.get(PLACE + "history.exe").status_code == 404


def test_what_if_shows_the_effect_before_it_happens_k4(partner: CheckingClient) -> None:
    partner.send(upload(partner, ROW.format("40000", "")))
    page = partner.page(PLACE + "what-if")
    keys = {
        label.text.strip(): label.find("input")["value"]
        for label in page.select("label.form-check")
    }
    text = text_of(partner, f"what-if?leave={keys['Cy']}")
    assert (
        "Sample: Cloud Platform Falls Silver Not attained 3 3 → 2 At least 1 more person "
        "is needed." in text
    )
    address = f"what-if?leave={keys['Cy']}&who={keys['Ada']}&passed=az-305"
    address += f"&who={keys['Bo']}&passed=XX-1"
    text = text_of(partner, address)
    assert "No competency asks for this. XX-1" in text
    assert partner.get(PLACE + "what-if?leave=nobody&who=x&passed=y").status_code == 200


def test_commands_do_what_pages_do(partner: CheckingClient, app: Flask, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        found = CliRunner().invoke(competencies, words, obj=lambda: app)
        assert found.exit_code == 0, found.output
        return found.stdout

    file = tmp_path / "performance.csv"
    file.write_text(HEAD + ROW.format("1", ""), "utf-8")
    run("import", "contoso", str(file), "--dry-run")
    assert json.loads(run("history", "contoso", "--json")) == []
    run("import", "contoso", str(file))
    (spell,) = json.loads(run("history", "contoso", "--json"))
    assert (spell["competency"], spell["state"]) == ("sample-cloud-platform", "initiated")
    first = json.loads(run("list", "contoso", "--json"))[0]
    assert (first["needed"], first["have"]) == (3, 3)
    shown = json.loads(run("show", "contoso", "sample-cloud-platform", "--json"))
    assert {row["person"] for row in shown} == {"Ada", "Bo", "Cy"}
    ada = "ada@contoso.example"
    found = json.loads(
        run("what-if", "contoso", "--leave", ada, "--pass", f"{ada}:PL-300", "--json")
    )
    assert len(found) == 5
