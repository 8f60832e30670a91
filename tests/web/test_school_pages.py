"""Pages of schools and classes, and the import of rosters."""

from __future__ import annotations

import io
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.importing_rosters import without
from tests.support.making import making
from tests.support.making_academy import ADMIN_EMAIL, COORDINATOR_EMAIL, make_academy
from tests.support.pages import CheckingClient
from tests.support.rosters import LINES, bulk, zip_of
from vlms.academy.models.roster import ClassMember, SchoolClass
from vlms.academy.rules.roster_links import Known, check_links
from vlms.academy.rules.roster_words import Kind
from vlms.academy.service.roster_reading import FIELDS, read_roster
from vlms.accounts.models import Person
from vlms.jobs.worker import run_due
from vlms.reactions import JOBS

PLACE = "/o/fabrikam/schools/"
IMPORT = PLACE + "import"


@pytest.fixture
def admin(client: CheckingClient, clock: StillClock) -> CheckingClient:
    with making(clock()) as work:
        make_academy(work, programme="EES")
    client.sign_in(ADMIN_EMAIL)
    return client


def upload(client: CheckingClient, body: bytes, name: str = "roster.zip") -> Any:
    form = client.page(IMPORT).select_one("select[name=agreement] option[value]")
    assert form is not None
    return client.send(IMPORT, agreement=form["value"], file=(io.BytesIO(body), name))


def count(clock: StillClock, model: Any) -> int:
    with making(clock()) as work:
        return work.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_roster_is_looked_at_imported_and_shown(admin: CheckingClient, clock: StillClock) -> None:
    assert "There are no classes yet" in admin.page(PLACE).text
    looked = upload(admin, zip_of(bulk()))
    page = admin.page(looked.location)
    assert "Every line can be used" in page.text
    assert count(clock, SchoolClass) == 0
    done = admin.send(looked.location)
    assert done.location.endswith("/schools/")
    page = admin.page(PLACE)
    assert "Law A" in page.text
    assert "School of Art" in page.text
    address = page.find("a", string="Law A")["href"]
    roster = admin.page(address)
    for name in ("王小明", "Ada King Byron", "吳志遠", "Contract Law", "115-2"):
        assert name in roster.text
    assert "115-1" in admin.page(PLACE + "terms").text
    assert "roster.zip" in admin.page(PLACE + "imports").text


def test_what_is_wrong_is_told_by_file_line_and_column_and_nothing_is_written(
    admin: CheckingClient, clock: StillClock
) -> None:
    people = count(clock, Person)
    users = [LINES["users.csv"][0].replace("student", "wizard"), *LINES["users.csv"][1:]]
    looked = upload(admin, zip_of(bulk({**LINES, "users.csv": users})))
    page = admin.page(looked.location)
    cells = [cell.get_text(strip=True) for cell in page.select("table")[-1].select("td")]
    assert cells[:3] == ["users.csv", "2", "role"]
    refused = admin.send(looked.location)
    assert refused.status_code == 422
    assert count(clock, Person) == people
    admin.send(looked.location, good_rows="y")
    assert count(clock, Person) == people + 5


@pytest.mark.parametrize("body", [b"", b"no zip", b"PK\x03\x04 no zip either"])
def test_what_is_no_zip_is_refused_beside_the_field(admin: CheckingClient, body: bytes) -> None:
    refused = upload(admin, body)
    assert refused.status_code == 422
    assert "zip" in refused.text or "file" in refused.text


def test_a_long_roster_is_imported_by_a_job(
    app: Flask, admin: CheckingClient, clock: StillClock
) -> None:
    users = [
        f"n{n},active,,true,law,student,n{n},,Given{n},Family{n},,N{n},,,,,," for n in range(600)
    ]
    looked = upload(admin, zip_of(bulk({**LINES, "users.csv": [*LINES["users.csv"], *users]})))
    planned = admin.send(looked.location)
    assert "/jobs/" in planned.location
    assert count(clock, ClassMember) == 0
    with app.app_context():
        run_due(JOBS, clock, Event())
    page = admin.page(planned.location)
    assert "lines of the roster are imported" in page.text
    assert count(clock, ClassMember) == 5


def test_a_coordinator_sees_the_own_school_and_imports_for_it_alone(
    admin: CheckingClient, clock: StillClock
) -> None:
    looked = upload(admin, zip_of(bulk()))
    admin.send(looked.location)
    art = admin.page(PLACE).find("a", string="Drawing A")["href"]
    admin.sign_in(COORDINATOR_EMAIL)
    page = admin.page(PLACE)
    assert "Law A" in page.text
    assert "Drawing A" not in page.text
    assert page.find("a", href=IMPORT)
    admin.page(art, 404)
    assert "for your own schools" in admin.page(IMPORT).text
    looked = upload(admin, zip_of(bulk(without("enrollments.csv", 0))))
    told = admin.page(looked.location)
    assert 'schoolSourcedId: "art" is none of your schools' in told.text
    assert admin.send(looked.location).status_code == 422, "not while a line is wrong"
    done = admin.send(looked.location, good_rows="y")
    assert done.location == PLACE
    assert count(clock, ClassMember) == 5, "nobody was ended or lost"


@pytest.mark.parametrize("language", ["en", "zh_Hant_TW"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_example_of_a_list_is_one_that_can_be_imported(
    admin: CheckingClient, language: str, form: str
) -> None:
    admin.press(IMPORT, "/language", language=language)
    page = admin.page(IMPORT)
    for field in FIELDS:
        assert str(field.label) in page.text or language != "en"
        for synonym in field.synonyms:
            assert synonym in page.text
    file = admin.get(f"{IMPORT}/example.{form}")
    assert file.status_code == 200
    roster = read_roster(io.BytesIO(file.data), f"example.{form}")
    check_links(roster, Known())
    assert roster.sorted_faults() == []
    assert {row.key for row in roster.parts[Kind.USERS].rows.values()} == {"B11400001", "T0042"}
    assert len(roster.parts[Kind.ENROLLMENTS].rows) == 2
    assert admin.get(f"{IMPORT}/example.pdfx").status_code == 404
