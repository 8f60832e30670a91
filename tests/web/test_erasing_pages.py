"""Erasing on pages and by command: looked at first, typed, then done for good (D1)."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.erasing import places_naming
from tests.support.making import make_organisation, make_person, make_role, make_user, making
from tests.support.making_accounts import enter_as_admin, enter_as_operator
from tests.support.pages import CheckingClient
from vlms.accounts.models import Person
from vlms.core.permissions import Role
from vlms.privacy.cli import privacy

WHY = "They asked for it"


def test_an_admin_sees_what_goes_types_the_name_and_it_is_gone(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        person = make_person(work, organisation, "Amy Chen", "amy@contoso.example")
    place = f"/o/contoso/privacy/people/{person.id}/erase"
    shown = client.page(f"/o/contoso/people/{person.id}")
    assert shown.select_one(f'a[href="{place}"]') is not None
    page = client.page(place)
    assert "Directory entry" in page.text
    refused = client.send(place, typed="Amy", reason=WHY)
    assert (refused.status_code, places_naming("Amy Chen") != []) == (422, True)
    done = client.send(place, typed="Amy Chen", reason=WHY)
    assert done.status_code == 302
    gone = client.page(done.location)
    assert "Amy" not in gone.h1.text
    assert gone.select_one(f'a[href="{place}"]') is None
    assert client.get(place).status_code == 302
    assert places_naming("Amy Chen", "amy@contoso.example") == []


def test_whoever_has_a_role_is_not_offered_and_another_tenants_person_not_found(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        user = make_role(work, organisation, make_user(work, "amy@x.example", "Amy Chen"))
        person = make_person(work, organisation, "Amy Chen", user=user)
        other = make_person(work, make_organisation(work, "fabrikam"), "Stranger There")
    place = f"/o/contoso/privacy/people/{person.id}/erase"
    page = client.page(place)
    assert "This ends first" in page.text
    assert page.select_one('[name="typed"]') is None
    client.page(f"/o/contoso/privacy/people/{other.id}/erase", 404)


def test_the_operator_finds_a_user_and_erases_them_everywhere(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_operator(client, clock())
    with making(clock()) as work:
        user = make_user(work, "amy@contoso.example", "Amy Chen")
        make_person(work, make_organisation(work, "contoso"), "Amy Chen", user=user)
    assert client.send("/o/operator/privacy/users", email="no@x.example").status_code == 422
    found = client.send("/o/operator/privacy/users", email="amy@contoso.example")
    assert client.send(found.location, typed="Amy Chen", reason=WHY).status_code == 302
    assert places_naming("Amy Chen", "amy@contoso.example") == []
    assert client.get(found.location).status_code == 302


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.SCHOOL_COORDINATOR])
def test_others_erase_nobody(client: CheckingClient, clock: StillClock, role: Role) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_role(work, organisation, make_user(work, "eve@contoso.example"), role)
        person = make_person(work, organisation, "Amy Chen")
    client.sign_in("eve@contoso.example")
    client.page(f"/o/contoso/privacy/people/{person.id}/erase", 403)


def test_the_command_is_a_dry_run_until_the_name_is_given(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        person = make_person(work, organisation, "Amy Chen", "amy@contoso.example")
    runner = CliRunner()
    asked = ["erase", "amy@contoso.example", "--organisation", "contoso"]
    asked += ["--reason", WHY]
    told = runner.invoke(privacy, asked, obj=lambda: app)
    assert (told.exit_code, "Nothing was written" in told.output) == (0, True), (
        told.output,
        told.exception,
    )
    assert places_naming("Amy Chen") != []
    done = runner.invoke(privacy, [*asked, "--for-good", "Amy Chen"], obj=lambda: app)
    assert done.exit_code == 0, done.output
    assert places_naming("Amy Chen", "amy@contoso.example") == []
    with making(clock()) as work:
        assert work.session.get_one(Person, person.id).erased_at is not None
