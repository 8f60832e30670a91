"""Importing people in the browser's words: file, columns, dry run, result; and who has left."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.importing_people import people_csv
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_accounts import ADMIN
from tests.support.making_foreign_people import make_foreign_import
from tests.support.pages import CheckingClient
from tests.web.test_long_imports import work_off
from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, Person
from vlms.accounts.queries import get_organisation, list_people
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.jobs.importing import LONG_IMPORT

ADA = ("1", "Ada", "ada@x.example", "Sales", "2")
BOSS = ("2", "王老闆", "boss@x.example", "Sales", "")
WRONG = ("3", "", "c@x", "", "")
IMPORT = "/o/contoso/people/import"


@pytest.fixture
def contoso(client: CheckingClient, clock: StillClock) -> UUID:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    return organisation.id


def upload(client: CheckingClient, body: bytes, name: str = "people.csv") -> str:
    """The page of the dry run."""
    answer = client.send(IMPORT, file=(io.BytesIO(body), name))
    assert answer.status_code == 302
    return str(answer.location)


def directory(clock: StillClock, organisation_id: UUID) -> dict[str, Person]:
    with making(clock()) as work:
        found = list_people(work.session, organisation_id)
        work.session.expunge_all()
        return {person.number or person.name: person for person in found}


def cells(answer: Any) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(answer.data))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def test_a_list_is_looked_at_and_then_written(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    place = upload(client, people_csv(ADA, BOSS))
    page = client.page(place)
    assert [badge.text for badge in page.select("td .badge")] == ["New", "New"]
    assert not directory(clock, contoso)
    answer = client.send(place)
    result = client.page(answer.location)
    assert [badge.text for badge in result.select("td .badge")] == ["New", "New"]
    found = directory(clock, contoso)
    assert found["1"].manager_id == found["2"].id
    assert client.get(place).status_code == 302
    again = client.page(upload(client, people_csv(ADA, ("2", "Boss", *BOSS[2:]))))
    assert [badge.text for badge in again.select("td .badge")] == ["Same as before", "Changed"]
    assert [old.text for old in again.select("td del")] == ["王老闆"]


def test_wrong_rows_are_told_left_out_and_downloaded_with_reasons(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    place = upload(client, people_csv(BOSS, WRONG))
    assert "1 row has to be put right" in client.page(place).text
    refused = client.send(place)
    assert refused.status_code == 422
    bad = cells(client.get(f"{place}/bad-rows.xlsx"))
    row = next(row for row in bad if "c@x" in row)
    assert "Row 3" in str(row[-1])
    result = client.page(client.send(place, good_rows="y").location)
    assert sorted(badge.text for badge in result.select("td .badge")) == ["Left out", "New"]
    assert sorted(directory(clock, contoso)) == ["2"]


def test_the_result_is_a_file_too(client: CheckingClient, contoso: UUID) -> None:
    place = upload(client, people_csv(BOSS, WRONG))
    result = client.send(place, good_rows="y").location
    import_id = result.rpartition("/")[2]
    told = cells(client.get(f"/o/contoso/people/imports/rows.xlsx?import={import_id}"))
    assert [row[1] for row in told if row[1] in ("New", "Left out")] == ["New", "Left out"]
    client.page("/o/contoso/people/imports/rows.xlsx?import=nothing", 404)
    only = client.page(f"{result}?change=wrong")
    assert [badge.text for badge in only.select("td .badge")] == ["Left out"]
    assert not client.page(f"{result}?change=same").select("td .badge")


def test_columns_are_put_right_and_remembered(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    body = people_csv(("7", "Ada"), headings=("Badge", "Who"))
    place = upload(client, body)
    answer = client.get(place)
    assert answer.status_code == 302
    assert answer.location.endswith("/columns")
    page = client.page(answer.location)
    assert "Ada" in page.text
    refused = client.send(answer.location, name="Who")
    assert refused.status_code == 422
    chosen = client.send(answer.location, name="Who", number="Badge")
    assert chosen.location == place
    client.send(place)
    assert sorted(directory(clock, contoso)) == ["7"]
    # The same heading is not asked about again.
    assert client.page(upload(client, body)).select("td .badge")


def test_columns_that_nothing_takes_are_named(client: CheckingClient, contoso: UUID) -> None:
    body = people_csv(("7", "Ada", "red"), headings=("Employee no", "Name", "Shirt"))
    assert "Columns that are not read: Shirt" in client.page(upload(client, body)).text
    plain = people_csv(("7", "Ada"), headings=("Employee no", "Name"))
    assert "Columns that are not read" not in client.page(upload(client, plain)).text


def test_another_address_says_so_before_it_is_written(
    client: CheckingClient, contoso: UUID
) -> None:
    client.send(upload(client, people_csv(BOSS)))
    moved = people_csv(("2", "王老闆", "new@x.example", "Sales", ""))
    assert "links sent to the old one end" in client.page(upload(client, moved)).text
    # The control: nothing of the sort where the address stays.
    assert "links sent to the old one end" not in client.page(upload(client, people_csv(BOSS))).text


def _leaver_with_a_link(work: Work, organisation_id: UUID) -> Person:
    owner = get_organisation(work.session, organisation_id)
    gone = make_person(work, owner, "Gone Girl", "gone@x.example")
    make_link(
        *(work, LinkPurpose.CLAIM_CODE, gone.id, timedelta(days=3)),
        organisation_id=organisation_id,
        person_id=gone.id,
    )
    return gone


def test_who_is_missing_is_a_leaver_only_when_ticked(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        gone = _leaver_with_a_link(work, contoso).id
    page = client.page(upload(client, people_csv(BOSS)))
    (box,) = page.select('input[name="leavers"]')
    assert box["value"] == str(gone)
    assert "1 thing stays bound" in page.text
    client.send(upload(client, people_csv(BOSS)))
    assert directory(clock, contoso)["Gone Girl"].left_at is None
    result = client.send(upload(client, people_csv(BOSS)), leavers=str(gone)).location
    assert "1 person was marked as leaver" in client.page(result).text
    assert directory(clock, contoso)["Gone Girl"].left_at == clock()


def test_nobody_is_missing_while_a_row_is_wrong(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        gone = _leaver_with_a_link(work, contoso).id
    place = upload(client, people_csv(BOSS, WRONG))
    assert not client.page(place).select('input[name="leavers"]')
    assert client.send(place, leavers=str(gone), good_rows="y").status_code == 422
    assert directory(clock, contoso)["Gone Girl"].left_at is None


def test_several_leave_in_one_act_after_what_stays_bound_was_shown(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        gone = _leaver_with_a_link(work, contoso)
        owner = get_organisation(work.session, contoso)
        other = make_person(work, owner, "Other", "other@x.example")
        stays = make_person(work, owner, "Stays", "stays@x.example")
        stays.manager_id = other.id
        keys = [str(gone.id), str(other.id)]
    chosen = client.page("/o/contoso/people/leaving?q=other")
    assert [box["value"] for box in chosen.select('input[name="person"]')] == [keys[1]]
    check = f"/o/contoso/people/leaving/check?person={keys[0]}&person={keys[1]}&person=nonsense"
    page = client.page(check)
    rows = page.select("tbody tr")
    bound = [[cell.text.strip() for cell in row.select("td")[:2]] for row in rows]
    assert ["One-time link", "Claim a code"] in bound
    assert ["Manages", "Stays"] in bound
    assert client.send(check).status_code == 302
    found = directory(clock, contoso)
    assert [found[name].left_at for name in ("Gone Girl", "Other", "Stays")] == [
        clock(),
        clock(),
        None,
    ]
    assert client.get(check).status_code == 302


def test_the_list_is_narrowed_by_department_and_manager(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    law = ("3", "Cleo", "cleo@x.example", "Law", "")
    client.send(upload(client, people_csv(ADA, BOSS, law)))
    boss = directory(clock, contoso)["2"].id

    def names(asked: str) -> list[str]:
        page = client.page(f"/o/contoso/people/?{asked}")
        return [link.text for link in page.select("tbody td:nth-child(2) a")]

    assert names("department=Law") == ["Cleo"]
    assert names(f"manager={boss}") == ["Ada"]
    assert len(names("manager=nonsense")) == 3
    page = client.page("/o/contoso/people/?columns=name,manager,mcid")
    assert [cell.text.strip() for cell in page.select("tbody tr")[0].select("td")][1:] == [
        "Ada",
        "王老闆",
        "–",
    ]
    sheet = cells(client.get("/o/contoso/people/people.xlsx?columns=name,manager"))
    assert ["Ada", None, "王老闆"] in [row[:3] for row in sheet]


def test_a_person_gets_a_manager_by_hand_and_no_circle(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    new = "/o/contoso/people/new"
    assert client.send(new, name="Boss", number="2", mcid="990123456").status_code == 302
    assert client.send(new, name="Ada", number="1", manager="2").status_code == 302
    assert client.send(new, name="Bea", number="3", manager="nobody").status_code == 422
    assert client.send(new, name="Bea", number="3", mcid="x1").status_code == 422
    found = directory(clock, contoso)
    assert found["1"].manager_id == found["2"].id
    assert found["2"].mcid == "990123456"
    page = client.page(f"/o/contoso/people/{found['2'].id}")
    assert page.select_one(f'a[href="/o/contoso/people/{found["1"].id}"]') is not None
    edit = f"/o/contoso/people/{found['2'].id}/edit"
    assert client.send(edit, name="Boss", number="2", manager="1").status_code == 422
    assert client.send(edit, name="Boss", number="2", manager="2").status_code == 422
    kept = client.page(f"/o/contoso/people/{found['1'].id}/edit").select_one("#manager")
    assert kept is not None
    assert kept["value"] == "2"
    assert client.send(edit, name="Boss", number="2", manager="").status_code == 302


def test_a_long_list_is_written_by_a_job(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    count = LONG_IMPORT + 1
    rows = [(str(n), f"Person {n}", f"p{n}@x.example", "", "") for n in range(count)]
    place = upload(client, people_csv(*rows, WRONG))
    assert client.send(place).status_code == 422
    answer = client.send(place, good_rows="y")
    assert "/jobs/" in answer.location
    assert client.send(place, good_rows="y").status_code in (409, 422)
    work_off(clock)
    page = client.page(answer.location)
    assert f"New: {count}. Changed: 0. The same: 0. Left out: 1." in page.text
    assert len(directory(clock, contoso)) == count
    link = page.select_one('a[href*="/people/imports/"]')
    assert link is not None
    client.page(str(link["href"]))


def test_a_file_that_cannot_be_used_is_refused(client: CheckingClient, contoso: UUID) -> None:
    answer = client.send(IMPORT, file=(io.BytesIO(b"\x00\x01"), "people.xlsx"))
    assert answer.status_code == 422
    assert client.send(IMPORT).status_code == 422


def test_who_may_not_edit_people_imports_nobody(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "fabrikam")
        make_member(work, organisation, Role.AUDITOR, "aud@fabrikam.example")
    client.sign_in("aud@fabrikam.example")
    client.page("/o/fabrikam/people/import", 403)
    client.page("/o/fabrikam/people/leaving", 403)


def test_an_import_of_another_organisation_is_not_there(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        theirs = make_foreign_import(work, make_organisation(work, "fabrikam").id)["import_id"]
    own = client.send(upload(client, people_csv(BOSS))).location.rpartition("/")[2]
    client.page(f"/o/contoso/people/imports/{own}")
    client.page(f"/o/contoso/people/imports/{theirs}", 404)
    client.page(f"/o/contoso/people/imports/rows.xlsx?import={theirs}", 404)
