"""Roles and invitations: given, mailed, opened once, ended."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_accounts import (
    ADMIN,
    enter_as_admin,
    enter_as_operator,
    mailed_links,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind, RoleGrant, User
from vlms.agreements.models import Agreement, LevelMode, Programme
from vlms.catalog.models import PriceLevel
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage

NEW = "bob@contoso.example"
INVITE = "/o/contoso/roles/new"


def make_plain_agreement(work: Work, organisation_id: UUID, number: str) -> Agreement:
    agreement = Agreement(
        organisation_id=organisation_id,
        number=number,
        programme=Programme.EA,
        first_day=date(2026, 1, 1),
        last_day=date(2026, 12, 31),
        country="US",
        time_zone="UTC",
        currency="USD",
        level_mode=LevelMode.FIXED,
        price_level=PriceLevel.A,
        account_manager_name="Max",
        account_manager_email="max@operator.example",
        created_at=work.now,
    )
    work.session.add(agreement)
    work.flush()
    return agreement


def invite(client: CheckingClient, **fields: object) -> None:
    wanted = {"email": NEW, "name": "Bob", "role": "licensing_admin", **fields}
    response = client.send(INVITE, **wanted)
    assert response.status_code == 302, response.text


def grant_ids(clock: StillClock, email: str) -> list[UUID]:
    with making(clock()) as work:
        grants = work.session.query(RoleGrant).join(User).filter(User.email == email)
        return [grant.id for grant in grants]


def other_client(app: Flask) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found


def test_an_invited_user_sets_a_password_by_the_link_and_works(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    assert "fewer than two licensing admins" in client.page("/o/contoso/roles/").text
    invite(client)
    assert "fewer than two licensing admins" not in client.page("/o/contoso/roles/").text
    (link,) = mailed_links(clock(), NEW)
    bob = other_client(app)
    assert NEW in bob.page(link).text
    assert bob.send(link, password="short").status_code == 422
    assert bob.send(link, password="a fine password").status_code == 302
    assert bob.page("/o/contoso/roles/").h1.text == "Roles"
    bob.page(link, 404)
    another = other_client(app)
    another.sign_in(NEW, "a fine password")


def test_a_link_is_open_for_seven_days(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    invite(client)
    (link,) = mailed_links(clock(), NEW)
    bob = other_client(app)
    clock.move(days=7, seconds=-1)
    bob.page(link)
    clock.move(seconds=1)
    bob.page(link, 404)


def test_sending_again_ends_the_older_link(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    invite(client)
    (grant_id,) = grant_ids(clock, NEW)
    assert client.press("/o/contoso/roles/", f"{grant_id}/send-link").status_code == 302
    older, newer = mailed_links(clock(), NEW)
    bob = other_client(app)
    bob.page(older, 404)
    bob.page(newer)


def test_a_role_that_ends_closes_its_pages_at_once(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        make_member(work, organisation, Role.AUDITOR, "audit@contoso.example")
    auditor = other_client(app)
    auditor.sign_in("audit@contoso.example")
    auditor.page("/o/contoso/people/")
    (grant_id,) = grant_ids(clock, "audit@contoso.example")
    ending = f"/o/contoso/roles/{grant_id}/end"
    assert "audit@contoso.example" in client.page(ending).text
    auditor.page("/o/contoso/people/")
    assert client.send(ending).location == "/o/contoso/roles/"
    # All their sessions ended with it; who signs in again does not find the place.
    auditor.page("/o/contoso/people/", 302)
    auditor.sign_in("audit@contoso.example")
    auditor.page("/o/contoso/people/", 404)
    assert "Role ended" in client.page("/o/contoso/roles/").text


def test_who_has_a_password_is_told_of_a_new_role_without_a_link(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    with making(clock()) as work:
        make_member(work, make_organisation(work, "fabrikam"), Role.FINANCE, NEW)
    invite(client, role="finance", name="")
    assert mailed_links(clock(), NEW) == []
    with making(clock()) as work:
        assert work.session.query(OutboxMessage).filter_by(to_address=NEW).count() == 1


def test_somebody_new_needs_a_name(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    response = client.send(INVITE, email=NEW, role="finance")
    assert response.status_code == 422
    assert 'id="name-error"' in response.text


def test_a_role_for_an_agreement_and_one_for_all_do_not_mix(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        numbers = ("A-1", "A-2")
        one, two = (str(make_plain_agreement(work, organisation.id, n).id) for n in numbers)
    invite(client, agreements=[one, two])
    page = client.page("/o/contoso/roles/").text
    assert "A-1" in page
    assert "A-2" in page
    refused = client.send(INVITE, email=NEW, role="finance")
    assert refused.status_code == 422
    assert "not for two of these" in refused.text
    uneven = client.send(INVITE, email=NEW, role="finance", agreements=[one])
    assert "the same roles" in uneven.text
    invite(client, role="finance", agreements=[one, two])


def test_an_agreement_of_others_cannot_be_chosen(client: CheckingClient, clock: StillClock) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        make_plain_agreement(work, organisation.id, "A-1")
        foreign = make_plain_agreement(work, make_organisation(work, "fabrikam").id, "F-1")
    assert "F-1" not in client.page(INVITE).text
    fields = {"email": NEW, "name": "Bob", "role": "finance", "agreements": [str(foreign.id)]}
    assert client.send(INVITE, **fields).status_code == 422


def test_an_admin_of_one_agreement_gives_no_role_beyond_it(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        one = make_plain_agreement(work, organisation.id, "A-1")
        limited = make_member(work, organisation, Role.LICENSING_ADMIN, "lim@contoso.example")
        work.session.query(RoleGrant).filter_by(user_id=limited.id).one().agreement_id = one.id
        make_plain_agreement(work, organisation.id, "A-2")
    other = other_client(app)
    other.sign_in("lim@contoso.example")
    assert "A-2" not in other.page(INVITE).text
    fields = {"email": NEW, "name": "Bob", "role": "licensing_admin"}
    assert other.send(INVITE, **fields).status_code == 403
    assert other.send(INVITE, **fields, agreements=[str(one.id)]).status_code == 302
    (admin_grant,) = grant_ids(clock, ADMIN)
    assert other.send(f"/o/contoso/roles/{admin_grant}/end").status_code == 403
    assert other.send("/o/contoso/settings/edit").status_code == 403


@pytest.mark.parametrize("role", ["operator", "reseller", "learner", "nothing"])
def test_a_role_of_another_kind_of_organisation_is_not_offered(
    client: CheckingClient, clock: StillClock, role: str
) -> None:
    enter_as_admin(client, clock())
    response = client.send(INVITE, email=NEW, name="Bob", role=role)
    assert response.status_code == 422
    assert "Choose one from the list" in response.text


def test_a_grant_of_another_organisation_is_not_there(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    with making(clock()) as work:
        make_member(work, make_organisation(work, "fabrikam"), Role.FINANCE, NEW)
    (foreign,) = grant_ids(clock, NEW)
    token = client.page(INVITE).select_one("input[name=csrf_token]")["value"]
    for ending in ("end", "send-link"):
        response = client.post(f"/o/contoso/roles/{foreign}/{ending}", data={"csrf_token": token})
        assert response.status_code == 404


def test_the_operator_gives_roles_in_a_resellers_organisation(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_operator(client, clock())
    with making(clock()) as work:
        make_organisation(work, "lar", OrganisationKind.RESELLER)
    place = "/o/operator/roles/new?of=lar"
    response = client.send(place, email=NEW, name="Rita", role="reseller")
    assert response.location == "/o/operator/roles/?of=lar"
    assert "Rita" in client.page(response.location).text
    assert len(mailed_links(clock(), NEW)) == 1
    client.page("/o/operator/roles/?of=nowhere", 404)


def test_setting_a_password_ends_other_sessions_and_links(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    (grant_id,) = grant_ids(clock, ADMIN)
    client.press("/o/contoso/roles/", f"{grant_id}/send-link")
    (link,) = mailed_links(clock(), ADMIN)
    fresh = other_client(app)
    assert fresh.send(link, password="another password").status_code == 302
    assert client.get("/o/contoso/").status_code == 302
    assert fresh.get("/o/contoso/").status_code == 200
    late = other_client(app)
    assert late.send("/sign-in", email=ADMIN, password=PASSWORD).status_code == 422


@pytest.mark.parametrize(
    ("token", "status"), [("x", 404), ("A" * 43, 404), ("%00", 400), ("王" * 43, 404)]
)
def test_a_forged_link_opens_nothing(client: CheckingClient, token: str, status: int) -> None:
    client.page(f"/welcome/{token}", status)


def test_two_who_open_one_link_set_one_password(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    invite(client)
    (link,) = mailed_links(clock(), NEW)
    first, second = other_client(app), other_client(app)
    page = second.page(link)
    token = page.select_one("input[name=csrf_token]")["value"]
    assert first.send(link, password="my first password").status_code == 302
    late = second.post(link, data={"csrf_token": token, "password": "second password"})
    assert late.status_code == 404


def test_nobody_ends_the_own_role(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.LICENSING_ADMIN, "ann@contoso.example")
    client.sign_in("ann@contoso.example")
    page = client.page("/o/contoso/roles/")
    assert page.select_one("a[href$='/end']") is None
    assert "This is your own role" in page.select_one("main").text
    (grant_id,) = grant_ids(clock, "ann@contoso.example")
    assert client.send(f"/o/contoso/roles/{grant_id}/end").status_code == 422
    assert client.get("/o/contoso/roles/").status_code == 200
