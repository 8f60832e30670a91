"""A long list whose people the worker invites, and what its page and file tell then (G8)."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.importing_people import people_csv
from tests.support.inviting import path_of
from tests.support.making import make_member, make_organisation, making
from tests.support.making_accounts import ADMIN
from tests.support.pages import CheckingClient
from tests.web.test_long_imports import work_off
from vlms.accounts.models import Organisation
from vlms.core.permissions import Role
from vlms.jobs.importing import LONG_IMPORT
from vlms.notices.bouncing import note_bounce
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.rules.delivery_report import Bounce

COUNT = LONG_IMPORT + 2
ROWS = [(str(n), f"Person {n:04}", f"p{n}@x.example", "", "") for n in range(COUNT)]
NOBODY = ("nobody", "No Mail", "", "", "")
PASSWORD = "correct horse battery"


@pytest.fixture
def contoso(app: Flask, client: CheckingClient, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        made = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        make_member(work, made, Role.LICENSING_ADMIN, ADMIN)
        work.session.expunge(made)
    client.sign_in(ADMIN)
    return made


def imported(client: CheckingClient, clock: StillClock) -> str:
    """The address of the page with the sign-ins, once the worker has done the import."""
    file = (io.BytesIO(people_csv(*ROWS, NOBODY)), "people.csv")
    looked = str(client.send("/o/contoso/people/import", file=file).location)
    answer = client.send(looked, invites="y")
    assert "/jobs/" in answer.location
    work_off(clock)
    result = client.page(answer.location).select_one('a[href*="/people/imports/"]')
    assert result is not None
    link = client.page(str(result["href"])).select_one('a[href$="/sign-ins"]')
    assert link is not None
    return str(link["href"])


def mails(clock: StillClock) -> list[UUID]:
    with making(clock()) as work:
        found = work.session.query(OutboxMessage).filter_by(template="person_invitation")
        return [one.id for one in found.order_by(OutboxMessage.to_address)]


def send_back(clock: StillClock, address: str) -> None:
    with making(clock()) as work:
        sent = work.session.query(OutboxMessage).filter_by(to_address=address).one()
        sent.state, sent.attempts, sent.sent_at = MessageState.SENT, 1, work.now
        key = sent.id
    with making(clock()) as work:
        assert note_bounce(work, Bounce(key, "550 no such mailbox"))


def table(client: CheckingClient, page: str) -> list[list[str]]:
    """The cells of the page's Excel file."""
    link = client.page(page).select_one('a[href*="sign-ins.xlsx"]')
    assert link is not None
    book = load_workbook(io.BytesIO(client.get(str(link["href"])).data))
    return [[str(c or "") for c in row] for row in book.worksheets[0].iter_rows(values_only=True)]


def test_the_worker_invites_everybody_once_and_page_and_file_tell_how_it_stands(
    client: CheckingClient, clock: StillClock, contoso: Organisation
) -> None:
    page = imported(client, clock)
    assert len(mails(clock)) == COUNT
    work_off(clock)
    assert len(mails(clock)) == COUNT
    paths = [path_of(clock(), contoso, number) for number in ("0", "1")]
    send_back(clock, "p1@x.example")
    joining = client.application.test_client()
    assert isinstance(joining, CheckingClient)
    assert joining.send(paths[0], password=PASSWORD).status_code == 302
    cells = table(client, page)
    told = {row[1]: row for row in cells}
    assert told["0"][3:5] == ["p0@x.example", "Signs in"]
    assert told["1"][4] == "Came back"
    assert "550 no such mailbox" in told["1"]
    assert told["nobody"][4] == "No address"
    assert told["2"][4] == "Invited"
    end = next(i for i, title in enumerate(_headings(cells)) if title.startswith("Link holds"))
    assert told["2"][end]
    assert not told["0"][end]
    written = "\n".join("|".join(row) for row in cells) + client.get(page).text
    for secret in (PASSWORD, *(path.rpartition("/")[2] for path in paths), "/join/"):
        assert secret not in written


def _headings(cells: list[list[str]]) -> list[str]:
    return next(row for row in cells if "State" in row)
