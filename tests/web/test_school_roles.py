"""School coordinators and teachers are given their schools, see these, and lose them one by one."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_schools import (
    COORDINATOR,
    LICENSING,
    University,
    make_school,
    make_school_member,
    make_university,
)
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from vlms.accounts.models import RoleGrant
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

INVITE = "/o/university/roles/new"
ROLES = "/o/university/roles/"


@pytest.fixture
def made(app: Flask, client: CheckingClient, clock: StillClock) -> University:
    """The client is the licensing admin."""
    with making(clock()) as work:
        found = make_university(work)
    client.sign_in(LICENSING)
    return found


def asked(*schools: UUID, role: str = "school_coordinator") -> dict[str, object]:
    return {
        "email": "new@university.example",
        "name": "Nia",
        "role": role,
        "schools": [str(school) for school in schools],
    }


def test_the_role_its_school_and_the_mail_name_each_other(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    assert client.send(INVITE, **asked(made.law.id, made.arts.id)).status_code == 302
    rows = [row.text for row in client.page(ROLES).select("tr") if "Nia" in row.text]
    of_one = [("Law" in row, "Arts" in row) for row in rows if ("Law" in row) != ("Arts" in row)]
    assert set(of_one) == {(False, True), (True, False)}, rows
    with making(clock()) as work:
        message = work.session.scalars(select(OutboxMessage)).one()
        assert "Arts · Law" in str(message.facts)
        page = client.page(f"/o/university/messages/{message.id}")
    assert "Your role is for: Arts · Law" in page.text


@pytest.mark.parametrize("role", ["school_coordinator", "teacher"])
def test_school_people_need_a_school_where_there_are_some(
    client: CheckingClient, made: University, role: str
) -> None:
    refused = client.send(INVITE, **asked(role=role))
    assert (refused.status_code, 'id="schools-error"' in refused.text) == (422, True)


def test_an_admin_is_not_for_a_school(client: CheckingClient, made: University) -> None:
    refused = client.send(INVITE, **asked(made.law.id, role="licensing_admin"))
    assert (refused.status_code, 'id="schools-error"' in refused.text) == (422, True)


def test_a_school_of_others_cannot_be_chosen(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    with making(clock()) as work:
        foreign = make_school(work, make_organisation(work, "fabrikam"), "Foreign")
    assert "Foreign" not in client.page(INVITE).text
    assert client.send(INVITE, **asked(foreign.id)).status_code == 422


def test_a_role_ends_for_one_school_and_stays_for_the_other(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    with making(clock()) as work:
        make_school_member(work, (made.law, made.arts), Role.SCHOOL_COORDINATOR)
        grants = {grant.school_id: grant.id for grant in work.session.scalars(select(RoleGrant))}
    coordinator = signed_in(app, COORDINATOR)
    assert "Amy Artist" in coordinator.page("/o/university/people/").text
    ending = f"{ROLES}{grants[made.arts.id]}/end"
    assert "Arts" in client.page(ending).text
    client.send(ending)
    # Whoever loses a role signs in again, here too.
    coordinator.sign_in(COORDINATOR)
    page = coordinator.page("/o/university/people/").text
    assert ("Amy Artist" in page, "Lee Lawyer" in page) == (False, True)
    client.send(f"{ROLES}{grants[made.law.id]}/end")
    coordinator.sign_in(COORDINATOR)
    coordinator.page("/o/university/people/", 404)


def test_who_was_invited_before_there_were_schools_is_limited_with_a_few_clicks(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    with making(clock()) as work:
        cora = make_member(work, made.organisation, Role.SCHOOL_COORDINATOR, COORDINATOR)
        grant = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == cora.id)).one()
        grant_id = grant.id
    assert "All schools: given before" in client.page(ROLES).text
    narrow = f"{ROLES}{grant_id}/schools"
    assert client.send(narrow, schools=[]).status_code == 422
    assert client.send(narrow, schools=[str(made.law.id), str(made.arts.id)]).status_code == 302
    page = client.page(ROLES).text
    assert "All schools: given before" not in page
    with making(clock()) as work:
        grants = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == cora.id)).all()
        held = {one.school_id for one in grants if one.ended_at is None}
    assert held == {made.law.id, made.arts.id}
    assert client.send(narrow, schools=[str(made.law.id)]).status_code != 302


def test_a_role_of_one_school_or_of_an_admin_is_not_narrowed(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    with making(clock()) as work:
        make_school_member(work, [made.law], Role.TEACHER, COORDINATOR)
        keys = list(work.session.scalars(select(RoleGrant.id)))
    assert len(keys) >= 2
    for key in keys:
        sent = client.send(f"{ROLES}{key}/schools", schools=[str(made.law.id)])
        assert sent.status_code == 422
