"""Invitations that wait: listed, sent again, withdrawn."""

from __future__ import annotations

import json
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_role, making
from tests.support.making_accounts import enter_as_admin, mailed_links
from tests.support.pages import CheckingClient
from vlms.accounts.cli import users
from vlms.accounts.models import RoleGrant, User
from vlms.accounts.queries import list_grants_in
from vlms.core.permissions import Role

NEW, ROLES = "bob@contoso.example", "/o/contoso/roles/"
CHOSEN = "seven quiet herons by the river"


@pytest.fixture
def invited(client: CheckingClient, clock: StillClock) -> UUID:
    """The role of Bob, whom the admin who has signed in invited; his grant's key."""
    contoso_id = enter_as_admin(client, clock()).id
    for role in ("licensing_admin", "finance"):
        sent = client.send(f"{ROLES}new", email=NEW, name="Bob", role=role)
        assert sent.status_code == 302
    with making(clock()) as work:
        grants = list_grants_in(work.session, contoso_id)
        return next(grant.id for grant in grants if grant.user.email == NEW)


def open_roles(clock: StillClock) -> int:
    with making(clock()) as work:
        held = work.session.query(RoleGrant).join(User).filter(User.email == NEW)
        return held.filter(RoleGrant.ended_at.is_(None)).count()


def test_the_list_shows_who_has_not_come_yet_and_until_when_the_link_works(
    client: CheckingClient, clock: StillClock, invited: UUID
) -> None:
    page = client.page(f"{ROLES}?only=invited")
    assert len(page.select("tr:has(.btn-list)")) == 2
    assert "The link works until" in page.text
    clock.move(days=8)
    client.sign_in("ann@contoso.example")
    assert "The link has expired." in client.page(f"{ROLES}?only=invited").text


def test_a_withdrawn_invitation_opens_nothing(
    app: Flask, client: CheckingClient, clock: StillClock, invited: UUID
) -> None:
    link = mailed_links(clock(), NEW)[-1]
    guest = app.test_client()
    assert guest.get(link).status_code == 200
    assert client.send(f"{ROLES}{invited}/withdraw").headers["Location"] == ROLES
    assert guest.get(link).status_code == 404
    assert open_roles(clock) == 0
    assert not client.page(f"{ROLES}?only=invited").select("tr:has(.btn-list)")


def test_a_link_of_the_operators_ends_the_invitations_and_ends_with_it(
    app: Flask, client: CheckingClient, clock: StillClock, invited: UUID
) -> None:
    """Also one that is made after the withdrawal of another's, as long as a role is there."""
    link = mailed_links(clock(), NEW)[-1]
    made = CliRunner().invoke(users, ["link", NEW], obj=lambda: app, catch_exceptions=False)
    printed = urlsplit(made.output.strip().splitlines()[-1]).path
    guest = app.test_client()
    assert (guest.get(link).status_code, guest.get(printed).status_code) == (404, 200)
    client.send(f"{ROLES}{invited}/withdraw")
    assert guest.get(printed).status_code == 404


def test_a_link_stays_while_another_organisation_waits(
    app: Flask, client: CheckingClient, clock: StillClock, invited: UUID
) -> None:
    """The control: the invitation of one says nothing about another's."""
    with making(clock()) as work:
        bob = work.session.query(User).filter_by(email=NEW).one()
        make_role(work, make_organisation(work, "fabrikam"), bob, Role.FINANCE)
    made = CliRunner().invoke(users, ["link", NEW], obj=lambda: app, catch_exceptions=False)
    printed = urlsplit(made.output.strip().splitlines()[-1]).path
    client.send(f"{ROLES}{invited}/withdraw")
    assert app.test_client().get(printed).status_code == 200


def test_an_invitation_that_was_taken_up_is_not_withdrawn(
    app: Flask, client: CheckingClient, clock: StillClock, invited: UUID
) -> None:
    guest = app.test_client()
    assert isinstance(guest, CheckingClient)
    assert guest.send(mailed_links(clock(), NEW)[-1], password=CHOSEN).status_code == 302
    answered = client.send(f"{ROLES}{invited}/withdraw")
    assert answered.status_code == 422
    assert "This invitation was taken up" in answered.text
    assert open_roles(clock) == 2


def test_one_that_is_sent_again_ends_the_link_before(
    app: Flask, client: CheckingClient, clock: StillClock, invited: UUID
) -> None:
    before = mailed_links(clock(), NEW)[-1]
    assert client.press(ROLES, f"{invited}/send-link").status_code == 302
    after = mailed_links(clock(), NEW)[-1]
    guest = app.test_client()
    assert [guest.get(link).status_code for link in (before, after)] == [404, 200]


def test_commands_list_and_withdraw(app: Flask, clock: StillClock, invited: UUID) -> None:
    of = ("--organisation", "contoso")
    listed = run(app, "invitations", *of, "--json")
    assert [row["role"] for row in json.loads(listed)] == ["licensing_admin", "finance"]
    assert "withdrawn" in run(app, "withdraw-invitation", NEW, *of)
    assert json.loads(run(app, "invitations", *of, "--json")) == []
    assert open_roles(clock) == 0


def run(app: Flask, *words: str) -> str:
    ran = CliRunner().invoke(users, words, obj=lambda: app, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.output
