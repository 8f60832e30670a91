"""Pages of locations, and the commands beside them (K5)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_skills import ADMIN, BRANCH, HEAD, OTHER, make_report
from tests.support.pages import CheckingClient
from vlms.core.errors import DomainError
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.partners.cli.locations import locations
from vlms.partners.cli.skills import skills
from vlms.partners.models.locations import PartnerLocation, PartnerLocationPerson
from vlms.partners.rules.skills_layouts import LEARNING_COLUMNS

PLACE = "/o/contoso/locations/"
FIELDS = {"mpn_id": "4100009", "name": "South", "city": "Tainan", "country": "TW"}


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    with making(clock()) as work:
        own = make_report(work)
        make_member(work, own, Role.AUDITOR, "auditor@contoso.example")
    client.sign_in(ADMIN)
    return client


def find(work: Work, mpn_id: str) -> PartnerLocation:
    found: PartnerLocation = work.session.query(PartnerLocation).filter_by(mpn_id=mpn_id).one()
    return found


def address(clock: StillClock, mpn_id: str) -> str:
    with making(clock()) as work:
        return f"{PLACE}{find(work, mpn_id).id}"


def text_of(client: CheckingClient, address: str) -> str:
    return " ".join(client.page(address).get_text(" ").split())


def placed(clock: StillClock) -> dict[str, str]:
    with making(clock()) as work:
        rows = work.session.query(PartnerLocationPerson).all()
        return {row.person.name: row.location.mpn_id for row in rows}


def test_a_location_is_entered_changed_and_removed(
    partner: CheckingClient, clock: StillClock
) -> None:
    assert "Headquarters 4100001" in text_of(partner, PLACE)
    made = partner.send(f"{PLACE}new", **FIELDS)
    assert made.status_code == 302
    assert "4100009" in text_of(partner, PLACE)
    edited = partner.send(f"{made.location}/edit", **{**FIELDS, "city": "Kaohsiung"})
    assert edited.status_code == 302
    assert "Kaohsiung" in text_of(partner, str(edited.location))
    assert partner.send(f"{made.location}/remove").location == PLACE
    assert "4100009" not in text_of(partner, PLACE)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mpn_id": HEAD}, "Another location of this organisation has this MPN id."),
        ({"mpn_id": "41 0"}, "Enter the id as the programme shows it"),
        ({"country": "XX"}, "country code of two letters"),
        ({"name": ""}, ""),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_entered(
    partner: CheckingClient, clock: StillClock, wrong: dict[str, str], said: str
) -> None:
    answer = partner.send(f"{PLACE}new", **{**FIELDS, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    with making(clock()) as work:
        assert work.session.query(PartnerLocation).count() == 3


def test_the_headquarters_is_not_removed_while_others_are_there(
    partner: CheckingClient, clock: StillClock
) -> None:
    answer = partner.send(f"{address(clock, HEAD)}/remove")
    assert answer.status_code == 409
    assert "Name another location the headquarters first." in answer.text


def test_people_are_assigned_ticked_or_all_that_match(
    partner: CheckingClient, clock: StillClock
) -> None:
    there = address(clock, BRANCH)
    assert placed(clock) == {"Ada Lin": BRANCH}
    assert "Ada Lin" in text_of(partner, f"{there}?at=here")
    assert "bo@contoso.example" not in text_of(partner, f"{there}?at=here")
    nobody = partner.send(there, which="ticked")
    assert nobody.status_code == 422
    assert "Nobody is ticked." in nobody.text
    assert partner.send(there, which="all", q="bo", act="assign").status_code == 302
    assert placed(clock) == {"Ada Lin": BRANCH, "Bo": BRANCH}
    page = partner.page(f"{there}?q=ada")
    tick = page.select_one('input[name="row"]')
    assert tick is not None
    head = address(clock, HEAD)
    assert partner.send(head, which="ticked", row=[str(tick["value"])]).status_code == 302
    assert placed(clock) == {"Ada Lin": HEAD, "Bo": BRANCH}
    assert partner.send(head, which="ticked", row=["x"], unknown="1").status_code == 422


def test_an_auditor_looks_and_changes_nothing(partner: CheckingClient, clock: StillClock) -> None:
    there = address(clock, BRANCH)
    partner.sign_in("auditor@contoso.example")
    assert "Ada Lin" in text_of(partner, there)
    assert partner.get(f"{PLACE}new").status_code == 403
    assert partner.get(f"{there}/edit").status_code == 403
    assert partner.get(f"{there}/remove").status_code == 403
    assert partner.post(there).status_code in (400, 403)


def test_another_partner_finds_none_of_them(partner: CheckingClient, clock: StillClock) -> None:
    there = address(clock, BRANCH)
    partner.sign_in(OTHER)
    assert partner.get(there).status_code == 404
    foreign = there.replace("contoso", "fabrikam")
    for path in ("", "/edit", "/remove"):
        assert partner.get(foreign + path).status_code == 404


def run(app: Flask, group: object, *words: str) -> Result:
    return CliRunner().invoke(group, list(words), obj=lambda: app)  # type: ignore[arg-type]


def test_commands_keep_locations_and_write_the_report(
    app: Flask, partner: CheckingClient, clock: StillClock, tmp_path: Path
) -> None:
    assert run(app, locations, "add", "contoso", "4100009", "South", "Tainan", "TW").exit_code == 0
    told = run(app, locations, "assign", "contoso", "4100009", "bo@contoso.example")
    assert told.output == "1 people belong to it now.\n"
    assert run(app, locations, "edit", "contoso", "4100009", "--city", "Kaohsiung").exit_code == 0
    rows = json.loads(run(app, locations, "list", "contoso", "--json").output)
    assert [(one["mpn_id"], one["city"], one["people"]) for one in rows] == [
        (HEAD, f"City {HEAD}", 0),
        (BRANCH, f"City {BRANCH}", 1),
        ("4100009", "Kaohsiung", 1),
    ]
    told = run(app, locations, "assign", "contoso", BRANCH, "--all")
    assert told.output == "1 people belong to it now.\n"
    assert run(app, locations, "assign", "contoso", BRANCH).exit_code == 2
    assert isinstance(run(app, locations, "remove", "contoso", HEAD).exception, DomainError)
    assert "0 people" in run(app, locations, "remove", "contoso", "4100009").output
    out = tmp_path / "learning.csv"
    asked = ("report", "contoso", "--what", "exam:AZ-104", "--location", BRANCH)
    written = run(app, skills, *asked, "--layout", "learning", "--out", str(out))
    assert written.exit_code == 0, written.output
    head, *found = csv.reader(out.read_text("utf-8-sig").splitlines())
    assert tuple(head) == LEARNING_COLUMNS
    assert [row[1] for row in found] == ["Ada Lin"]
    for form in ("xlsx", "pdf"):
        out = tmp_path / f"skills.{form}"
        done = run(app, skills, "report", "contoso", "--format", form, "--out", str(out))
        assert done.exit_code == 0, done.output
        assert out.read_bytes()[:4] in (b"PK\x03\x04", b"%PDF")
    for wrong in (("--what", "nothing"), ("--competency", "no-such"), ("--location", "9")):
        done = run(app, skills, "report", "contoso", *wrong, "--out", str(out))
        assert isinstance(done.exception, DomainError)
