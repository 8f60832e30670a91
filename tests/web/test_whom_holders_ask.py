"""Whose request for a voucher is refused is told somebody of their own organisation (O7)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_requests import ADMIN, Office, ask_for, make_office
from tests.support.pages import CheckingClient
from vlms.accounts.models import Person, RoleGrant, User
from vlms.core.work import Work
from vlms.giving.models.requests import LimitKind
from vlms.giving.queries.requests import get_request
from vlms.giving.rules.request_limits import Limit
from vlms.giving.service.request_limits import set_limit
from vlms.giving.service.requests import refuse
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter

SITE = "vlms@localhost"
ASK = "/my/requests/ask"


def answering(office: Office, who: str, now: datetime) -> AbstractContextManager[Work]:
    return office.administering(now) if who == "admin" else office.manager.leading(now)


@pytest.mark.parametrize("who", ["admin", "manager"])
def test_a_refused_request_names_who_refused_it(
    app: Flask, client: CheckingClient, clock: StillClock, who: str
) -> None:
    office = make_office(clock())
    address = ADMIN if who == "admin" else office.manager.email
    request_id = ask_for(office, office.people[0], clock())
    client.sign_in(office.people[0].email)
    assert address not in client.page("/my/requests/").text
    with answering(office, who, clock()) as work:
        refuse(work, get_request(work.session, request_id), "Not this year")
    page = client.page("/my/requests/")
    assert page.select_one(f'td a[href="mailto:{address.replace("@", "%40")}"]')
    assert SITE not in page.text
    with making(clock()) as work, app.test_request_context():
        told = select(OutboxMessage).where(OutboxMessage.template == "voucher_refused")
        letter = write_letter(work.session.scalars(told).one(), "")
    assert f"· {address}\n\nYour requests:" in letter.text


def over_limit(client: CheckingClient, office: Office, clock: StillClock) -> str:
    with office.administering(clock()) as work:
        set_limit(work, office.organisation_id, LimitKind.PERSON, Limit("", 2026, 0))
    client.sign_in(office.people[0].email)
    answer = client.send(ASK, reason="AZ in June", wanted_on="2026-06-01")
    assert answer.status_code == 422
    assert "Whom to ask" in answer.text
    return str(answer.text)


def test_what_is_beyond_the_limit_names_the_own_admin(
    client: CheckingClient, clock: StillClock
) -> None:
    make_office(clock(), slug="adatum")
    told = over_limit(client, make_office(clock()), clock)
    assert ADMIN in told
    assert SITE not in told
    assert "adatum" not in told


def disabled(work: Work, office: Office) -> None:
    work.session.get_one(User, office.admin_id).disabled_at = work.now


def left(work: Work, office: Office) -> None:
    work.session.get_one(Person, office.people[0].person_id).left_at = work.now


def alone(work: Work, office: Office) -> None:
    """The only admin is who asks."""
    grant = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == office.admin_id))
    grant.one().user_id = office.people[0].user_id


@pytest.mark.parametrize(
    ("change", "named"), [(None, ADMIN), (disabled, SITE), (left, SITE), (alone, SITE)]
)
def test_an_admin_is_named_to_who_is_there_and_has_another(
    client: CheckingClient,
    clock: StillClock,
    change: Callable[[Work, Office], None] | None,
    named: str,
) -> None:
    office = make_office(clock())
    with making(clock()) as work:
        if change is not None:
            change(work, office)
    client.sign_in(office.people[0].email)
    page = client.page("/my/team/requests/00000000-0000-7000-8000-000000000000", 404)
    assert [address in page.text for address in (ADMIN, SITE)] == [named == ADMIN, named == SITE]
