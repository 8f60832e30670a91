"""Nobody finds codes by uploading guesses: rows of unknown codes are counted by the hour (F7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.pages import CheckingClient, values_of
from tests.support.provider_files import ASSIGNED, Desk, csv_of, make_desk, queue, row
from tests.web.test_provider_reports_pages import upload
from vlms.accounts.models import Organisation
from vlms.core.permissions import Role

BASE = "/o/contoso/provider-reports/"
SAT = ASSIGNED + timedelta(days=10)
UNKNOWN = "No code here is the one that the row names."
TOO_MANY = "rows of this hour's reports name codes"


def enter(client: CheckingClient, clock: StillClock, role: Role = Role.EXAM_PROVIDER) -> Desk:
    desk = make_desk(1)
    at = desk.operator_id if role is Role.OPERATOR else desk.organisation_id
    with making(clock()) as work:
        make_member(work, work.session.get_one(Organisation, at), role, "pat@provider.example")
    client.sign_in("pat@provider.example")
    return desk


def guesses(letter: str, count: int = 600) -> bytes:
    return csv_of([row(f"GUESS{letter}{n:06d}", "Pass", SAT, SAT) for n in range(count)])


def test_who_uploads_too_many_unknown_codes_within_an_hour_is_told_nothing(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    first = upload(client, guesses("A"), BASE)
    for _again in range(3):
        assert UNKNOWN in client.page(first).text
    second = upload(client, guesses("B"), BASE)
    page = client.page(second).text
    assert TOO_MANY in page
    assert UNKNOWN not in page
    form = client.page(second).select_one('form[action$="/columns"]')
    assert form is not None
    assert client.post(f"{second}/take-in", data=values_of(form)).status_code == 422
    assert queue(clock()) == []
    clock.move(hours=1)
    assert UNKNOWN in client.page(second).text


@pytest.mark.parametrize(("count", "is_told"), [(1000, True), (1001, False)])
def test_the_limit_is_of_one_file_too(
    client: CheckingClient, clock: StillClock, count: int, is_told: bool
) -> None:
    enter(client, clock)
    page = client.page(upload(client, guesses("A", count), BASE)).text
    assert (UNKNOWN in page, TOO_MANY in page) == (is_told, not is_told)


def test_the_operator_who_knows_all_codes_is_not_limited(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock, Role.OPERATOR)
    place = upload(client, guesses("A", 1001), "/o/operations/provider-reports/")
    assert UNKNOWN in client.page(place).text


def test_a_foreign_code_and_one_that_nobody_has_are_told_alike(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    foreign = make_desk(1, slug="fabrikam").texts[0]
    told = []
    for text in (foreign, foreign[:-1] + ("A" if foreign[-1] != "A" else "B"), "NOSUCHCODE123456"):
        cells = row(text, "Pass", SAT, SAT, who="Nora Nobody")
        rows = client.page(upload(client, csv_of([cells]), BASE)).select("tbody tr")
        told.append([cell.text.replace(text[-4:], "") for cell in rows[0].select("td")])
    assert told[0] == told[1] == told[2]
    assert any(UNKNOWN in cell for cell in told[0])
