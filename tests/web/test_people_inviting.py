"""Inviting people to sign in, in the browser's words: import, result, reminder, and the invitee."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.importing_people import people_csv
from tests.support.inviting import (
    ADA,
    BO,
    NOBODY,
    PASSWORD,
    import_and_invite,
    key_of,
    mails_to,
    path_of,
)
from tests.support.making import (
    make_member,
    make_organisation,
    make_person,
    make_user,
    making,
)
from tests.support.making_accounts import ADMIN
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, Person, User
from vlms.accounts.queries import find_organisation
from vlms.accounts.service import mark_leaver
from vlms.core.permissions import Role

PEOPLE = "/o/contoso/people/"
AUDITOR = "audrey@contoso.example"
ELSEWHERE = "fay@fabrikam.example"


@pytest.fixture
def contoso(app: Flask, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        made = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        make_member(work, made, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, made, Role.AUDITOR, AUDITOR)
        make_member(work, make_organisation(work, "fabrikam"), Role.LICENSING_ADMIN, ELSEWHERE)
        work.session.expunge(made)
        return made


def told(client: CheckingClient, address: str) -> str:
    return " ".join(client.page(address).select_one("main").text.split())  # type: ignore[union-attr]


def upload(client: CheckingClient, *rows: tuple[str, ...]) -> str:
    file = (io.BytesIO(people_csv(*rows)), "people.csv")
    return str(client.send(f"{PEOPLE}import", file=file).location)


def users(clock: StillClock, address: str) -> list[UUID]:
    with making(clock()) as work:
        return [user.id for user in work.session.query(User).filter_by(email=address)]


def bound_to(clock: StillClock, place: Organisation, number: str) -> UUID | None:
    key = key_of(clock(), place, number)
    with making(clock()) as work:
        return work.session.get_one(Person, key).user_id


def test_an_import_invites_and_shows_how_each_person_stands(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    client.sign_in(ADMIN)
    answer = client.send(upload(client, ADA, BO, NOBODY), invites="y")
    assert answer.location.endswith("/sign-ins")
    page = told(client, answer.location)
    for words in ("Ada ada@contoso.example Invited", "No Mail – No address"):
        assert words in page
    book = load_workbook(io.BytesIO(client.get(_file(client, answer.location)).data))
    cells = [[str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert {row[0]: row[4] for row in cells if row[1] in "123"} == {
        "Ada": "Invited",
        "Bo": "Invited",
        "No Mail": "No address",
    }
    assert not any("/join/" in cell or "token" in cell for row in cells for cell in row)


def _file(client: CheckingClient, address: str) -> str:
    found = client.page(address).select_one('a[href*="sign-ins.xlsx"]')
    assert found is not None
    return str(found["href"])


def test_without_the_tick_nobody_is_invited(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    client.sign_in(ADMIN)
    result = client.send(upload(client, ADA)).location
    assert mails_to(clock(), ADA[2]) == []
    link = client.page(result).select_one('a[href$="/sign-ins"]')
    assert link is not None
    assert "Not invited" in told(client, str(link["href"]))
    answer = _tick(client, str(link["href"]), key_of(clock(), contoso, "1"))
    assert answer.location.endswith("/sign-ins")
    assert len(mails_to(clock(), ADA[2])) == 1


def _tick(client: CheckingClient, address: str, *keys: UUID) -> Any:
    return client.send(address, row=[str(key) for key in keys])


def test_who_has_not_answered_is_listed_and_invited_again(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    client.sign_in(ADMIN)
    assert "Nobody was invited so long ago" in told(client, f"{PEOPLE}unanswered")
    assert "Ada" in told(client, f"{PEOPLE}unanswered?days=0")
    assert "whole number" in told(client, f"{PEOPLE}unanswered?days=x")
    clock.move(days=7)
    client.sign_in(ADMIN)
    page = f"{PEOPLE}unanswered"
    assert _tick(client, page).status_code == 422
    answer = _tick(client, page, key_of(clock(), contoso, "1"))
    assert answer.location.startswith(page)
    shown = told(client, page)
    assert "Ada" not in shown
    assert "Bo bo@contoso.example Link is over" in shown
    assert len(mails_to(clock(), ADA[2])) == 2


def test_an_auditor_reads_it_and_invites_nobody(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    client.sign_in(AUDITOR)
    page = client.page(f"{PEOPLE}unanswered?days=0")
    assert "Ada" in page.text
    assert not page.select("td.tick")
    refused = client.post(f"{PEOPLE}invite", data={"row": str(key_of(clock(), contoso, "1"))})
    assert refused.status_code in (400, 403, 404)
    assert len(mails_to(clock(), ADA[2])) == 1


def test_another_organisation_neither_sees_nor_invites_them(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    done, _count = import_and_invite(clock(), contoso)
    clock.move(days=8)
    client.sign_in(ELSEWHERE)
    assert client.get(f"{PEOPLE}unanswered").status_code == 404
    assert client.get(f"/o/fabrikam/people/imports/{done.id}/sign-ins").status_code == 404
    assert (
        client.get(f"/o/fabrikam/people/imports/sign-ins.csv?import={done.id}").status_code == 404
    )
    assert "Ada" not in told(client, "/o/fabrikam/people/unanswered?days=0")
    key = key_of(clock(), contoso, "1")
    with making(clock()) as work:
        place = find_organisation(work.session, "fabrikam")
        assert place is not None
        own = make_person(work, place, "Gil", "gil@fabrikam.example").id
    # The control is one of their own.
    for row, status in ((own, 302), (key, 404)):
        answer = client.press(f"/o/fabrikam/people/{own}", "/invite?person=1", row=str(row))
        assert answer.status_code == status
    assert len(mails_to(clock(), "gil@fabrikam.example")) == 1
    assert len(mails_to(clock(), ADA[2])) == 1


def test_the_invitee_sets_a_password_and_the_entry_is_theirs(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    address = path_of(clock(), contoso, "1")
    assert "Contoso" in told(client, address)
    assert client.send(address, password="short").status_code == 422
    assert users(clock, ADA[2]) == []
    assert client.send(address, password=PASSWORD).status_code == 302
    assert [bound_to(clock, contoso, "1")] == users(clock, ADA[2])
    assert client.get("/my/codes/").status_code == 200
    assert client.get(address).status_code == 302
    client.sign_in(ADMIN)
    assert "Ada" not in told(client, f"{PEOPLE}unanswered?days=0")


def test_who_has_an_account_signs_in_and_presses_once_and_gets_no_second(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    with making(clock()) as work:
        user_id = make_user(work, ADA[2]).id
    import_and_invite(clock(), contoso)
    address = path_of(clock(), contoso, "1")
    assert client.page(address).select_one('a[href*="/sign-in"]') is not None
    assert client.page(address).select_one("input[type=password]") is None
    client.sign_in(ADA[2], "a long password")
    assert client.send(address).status_code == 302
    assert bound_to(clock, contoso, "1") == user_id
    assert users(clock, ADA[2]) == [user_id]


def test_somebody_else_who_is_signed_in_is_told_nothing_and_binds_nothing(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    client.sign_in(ELSEWHERE)
    page = told(client, path_of(clock(), contoso, "1"))
    assert "another person" in page
    assert "Ada" not in page
    assert client.post(path_of(clock(), contoso, "1")).status_code in (400, 422)
    assert bound_to(clock, contoso, "1") is None


def test_an_invitation_of_a_leaver_one_that_is_old_and_a_forged_one_open_nothing(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    import_and_invite(clock(), contoso)
    address = path_of(clock(), contoso, "1")
    ada = key_of(clock(), contoso, "1")
    with making(clock()) as work:
        mark_leaver(work, ada)
    assert "does not open anything" in client.page(address, 404).text
    clock.move(days=7)
    assert "too old" in client.page(path_of(clock(), contoso, "2"), 404).text
    client.page("/join/" + "x" * 43, 404)
