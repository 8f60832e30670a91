"""The directory: list, add, edit, correct an address, leavers, files."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.pages import CheckingClient
from vlms.accounts.links import make_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Person
from vlms.accounts.service import add_school
from vlms.core.permissions import Role
from vlms.core.term import ONE_DAY
from vlms.core.tokens import new_id

NAMES = (
    "王小明",
    "👩‍👩‍👧 Family",
    "محمد علي",
    'O\'Brien "Bob" <b>',
    '=cmd|"/c calc"!A1',
    "Zoë\u0301",
)


@pytest.fixture
def contoso(client: CheckingClient, clock: StillClock) -> UUID:
    """An organisation in whose workspace the client acts as licensing admin."""
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        make_member(work, organisation, Role.LICENSING_ADMIN, "ann@contoso.example")
    client.sign_in("ann@contoso.example")
    return organisation.id


def find_person(clock: StillClock, name: str) -> Person:
    with making(clock()) as work:
        found = work.session.query(Person).filter_by(name=name).one()
        work.session.expunge(found)
        return found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_whole_on_page_and_in_files(
    client: CheckingClient, contoso: UUID, clock: StillClock, name: str
) -> None:
    response = client.send("/o/contoso/people/new", name=name, email="one@contoso.example")
    assert response.status_code == 302
    kept = client.page(response.location).h1.text
    assert kept == find_person(clock, kept).name
    assert kept == name.replace("e\u0301", "é").replace("ë\u0301", "ë\u0301")
    book = load_workbook(io.BytesIO(client.get("/o/contoso/people/people.xlsx").data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == kept] == ["s"]
    assert client.get("/o/contoso/people/people.csv").status_code == 200
    assert client.get("/o/contoso/people/people.pdf").data.startswith(b"%PDF")
    client.page("/o/contoso/people/people.exe", 404)


def test_the_list_is_searched_sorted_and_paged(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "fabrikam")
        make_person(work, organisation, "Stranger")
        for number in range(60):
            person = make_person(work, organisation, f"Person {number:02}")
            person.organisation_id = contoso
    first = client.page("/o/contoso/people/?sort=-name")
    names = [link.text for link in first.select("tbody td:nth-child(2) a")]
    assert names == [f"Person {number:02}" for number in range(59, 9, -1)]
    following = client.page(str(first.select_one("a[rel=next]")["href"]))
    assert len(following.select("tbody tr")) == 10
    found = client.page("/o/contoso/people/?q=person 07")
    assert [link.text for link in found.select("tbody td:nth-child(2) a")] == ["Person 07"]
    assert "Nobody fits" in client.page("/o/contoso/people/?q=stranger").text


@pytest.mark.parametrize("field", ["email", "number"])
def test_an_address_or_number_of_somebody_else_is_refused_beside_its_field(
    client: CheckingClient, contoso: UUID, field: str
) -> None:
    facts = {"name": "Bob", field: "b1@contoso.example"}
    assert client.send("/o/contoso/people/new", **facts).status_code == 302
    response = client.send("/o/contoso/people/new", **{**facts, "name": "Other"})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert "Another person of this organisation" in response.text


def test_editing_into_the_number_of_another_is_refused_and_nothing_changes(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    client.send("/o/contoso/people/new", name="Bob", number="7")
    place = client.send("/o/contoso/people/new", name="Carl", number="8").location
    response = client.send(f"{place}/edit", name="Carla", number="7")
    assert response.status_code == 422
    assert find_person(clock, "Carl").number == "8"
    assert client.send(f"{place}/edit", name="Carla", number="9").status_code == 302
    assert client.page(place).h1.text == "Carla"


def test_a_corrected_address_keeps_the_person_and_ends_the_old_links(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    place = client.send(
        "/o/contoso/people/new", name="Bob", number="7", email="bbo@contoso.example"
    ).location
    with making(clock()) as work:
        person = work.session.query(Person).one()
        link = make_link(
            work,
            LinkPurpose.CLAIM_CODE,
            new_id(),
            7 * ONE_DAY,
            organisation_id=contoso,
            person_id=person.id,
        )
    unchanged = client.send(f"{place}/address", reason="typed wrong")
    assert unchanged.status_code == 422
    fields = {"email": "bob@contoso.example", "reason": "typed wrong"}
    assert client.send(f"{place}/address", **fields).status_code == 302
    with making(clock()) as work:
        kept = work.session.query(Person).one()
        assert (kept.id, kept.name, kept.number) == (person.id, "Bob", "7")
        ended = work.session.get(OneTimeLink, link.id)
        assert ended is not None
        assert ended.ended_at == clock()
    page = client.page(place)
    assert "Address corrected" in page.text
    assert "typed wrong" in page.text


def test_a_leaver_is_marked_and_taken_back(client: CheckingClient, contoso: UUID) -> None:
    place = client.send("/o/contoso/people/new", name="Bob").location
    page = client.page(f"{place}/leave")
    assert "they pass to nobody" in page.select_one(".consequences").text
    assert place in [link["href"] for link in page.select("main form a")]
    assert client.send(f"{place}/leave").location == place
    assert "Codes that were assigned stay" in client.page(place).text
    assert client.send(f"{place}/return").location == place
    assert "Codes that were assigned stay" not in client.page(place).select_one(".facts").text


def test_a_person_belongs_to_a_school_of_the_same_organisation_only(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        own = add_school(work, contoso, "Own school")
        foreign = add_school(work, make_organisation(work, "fabrikam").id, "Foreign school")
    assert "Foreign school" not in client.page("/o/contoso/people/new").text
    refused = client.send("/o/contoso/people/new", name="Bob", school_id=str(foreign.id))
    assert refused.status_code == 422
    place = client.send("/o/contoso/people/new", name="Bob", school_id=str(own.id)).location
    assert "Own school" in client.page(place).text


def test_somebody_elses_people_are_not_there(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "fabrikam"), "Stranger")
    for ending in ("", "/edit", "/address"):
        client.page(f"/o/contoso/people/{person.id}{ending}", 404)
    token = client.page("/o/contoso/people/new").select_one("input[name=csrf_token]")["value"]
    for ending in ("/leave", "/return"):
        response = client.post(f"/o/contoso/people/{person.id}{ending}", data={"csrf_token": token})
        assert response.status_code == 404
    client.page("/o/contoso/people/?of=fabrikam")
    assert "Stranger" not in client.page("/o/contoso/people/?of=fabrikam").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Full name is missing"),
        ({"name": "x" * 201}, "at most 200"),
        ({"name": "a\u202eb"}, "invisible"),
        ({"name": "Bob", "email": "bob"}, "Enter an e-mail address"),
        ({"name": "Bob", "email": "bob@contoso.example\r\nBcc: x@y.example"}, "e-mail address"),
        ({"name": "Bob", "language": "de"}, "Choose one"),
    ],
)
def test_what_cannot_be_read_is_said_beside_the_field(
    client: CheckingClient, contoso: UUID, fields: dict[str, str], sentence: str
) -> None:
    response = client.send("/o/contoso/people/new", **fields)
    assert response.status_code == 422
    assert sentence in response.text


def test_a_form_sent_twice_adds_one_person(
    client: CheckingClient, contoso: UUID, clock: StillClock
) -> None:
    page = client.page("/o/contoso/people/new")
    fields = {str(i["name"]): str(i.get("value", "")) for i in page.select("main form input")}
    fields |= {"name": "Bob", "language": "en"}
    answers = [client.post("/o/contoso/people/new", data=fields) for _twice in range(2)]
    assert [response.status_code for response in answers] == [302, 302]
    assert answers[0].location == answers[1].location


def test_an_auditor_reads_but_may_not_add(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.AUDITOR, "audit@contoso.example")
        person = make_person(work, organisation, "Bob")
    client.sign_in("audit@contoso.example")
    assert "Add a person" not in client.page("/o/contoso/people/").text
    client.page(f"/o/contoso/people/{person.id}")
    client.page("/o/contoso/people/new", 403)
