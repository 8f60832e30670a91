"""Organisations (the operator's), settings (one's own), one's own account."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, make_person, making
from tests.support.making_accounts import ADMIN, enter_as_admin, enter_as_operator
from tests.support.pages import CheckingClient
from vlms.accounts.limit_queries import find_approval_limit
from vlms.accounts.models import OrganisationKind, School
from vlms.accounts.queries import find_organisation, get_organisation
from vlms.core.permissions import Role

ADDED = {"name": "台灣大學", "slug": "ntu", "kind": "academic", "country": "TW"}
NEW = "/o/operator/organisations/new"


def test_the_operator_adds_edits_and_lists_organisations(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_operator(client, clock())
    place = client.send(NEW, **ADDED, time_zone="Asia/Taipei", language="zh_Hant_TW").location
    assert client.page(place).h1.text == "台灣大學"
    with making(clock()) as work:
        made = find_organisation(work.session, "ntu")
        assert made is not None
        assert (made.time_zone, made.kind) == ("Asia/Taipei", OrganisationKind.ACADEMIC)
    assert client.send(f"{place}/edit", name="臺灣大學", country="TW").status_code == 302
    assert client.send(f"{place}/schools/new", name="理學院").status_code == 302
    page = client.page(place).text
    assert "臺灣大學" in page
    assert "理學院" in page
    listed = client.page("/o/operator/organisations/?kind=academic")
    assert [link.text for link in listed.select("tbody a")] == ["臺灣大學"]
    client.page("/o/operator/organisations/?kind=nonsense")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "operator"}, "slug"),
        ({"slug": "Not/Good"}, "slug"),
        ({"slug": "-x"}, "slug"),
        ({"country": "Taiwan"}, "country"),
        ({"country": "ZZ"}, "country"),
        ({"name": ""}, "name"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"kind": "guild"}, "kind"),
    ],
)
def test_an_organisation_that_cannot_be_is_refused_beside_its_field(
    client: CheckingClient, clock: StillClock, changes: dict[str, str], field: str
) -> None:
    enter_as_operator(client, clock())
    response = client.send(NEW, **{**ADDED, **changes})
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


def test_only_the_operator_sees_organisations(client: CheckingClient, clock: StillClock) -> None:
    organisation = enter_as_admin(client, clock())
    client.page("/o/contoso/organisations/", 403)
    client.page(f"/o/contoso/organisations/{organisation.id}", 403)
    client.page("/o/contoso/organisations/new", 403)


def test_the_operator_looks_at_the_people_of_a_customer(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_operator(client, clock())
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Bob")
    place = "/o/operator/people/?of=contoso"
    assert "Bob" in client.page(place).text
    client.page(f"/o/operator/people/{person.id}?of=contoso")
    made = client.send("/o/operator/people/new?of=contoso", name="Carl")
    assert client.page(made.location).h1.text == "Carl"
    assert "Carl" in client.page(place).text


def test_an_admin_changes_settings_limits_and_schools(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    changed = {"time_zone": "Asia/Tokyo", "language": "en", "assign_delay_minutes": "0"}
    assert client.send("/o/contoso/settings/edit", **changed).status_code == 302
    assert (
        client.send("/o/contoso/settings/limits", currency="TWD", limit="5000").status_code == 302
    )
    assert (
        client.send("/o/contoso/settings/limits", currency="TWD", limit="6000").status_code == 302
    )
    assert client.send("/o/contoso/settings/schools/new", name="Arts").status_code == 302
    with making(clock()) as work:
        kept = get_organisation(work.session, organisation.id)
        assert (kept.time_zone, kept.assign_delay_minutes) == ("Asia/Tokyo", 0)
        known = find_approval_limit(work.session, organisation.id, "TWD")
        assert known is not None
        assert known.limit_minor == 6000
        school = work.session.query(School).one()
    doubled = client.send("/o/contoso/settings/schools/new", name="Arts")
    assert 'id="name-error"' in doubled.text
    place = f"/o/contoso/settings/schools/{school.id}"
    assert client.send(place, name="Liberal Arts").status_code == 302
    page = client.page("/o/contoso/settings/").text
    assert "TWD 6,000" in page
    assert "Liberal Arts" in page
    assert client.send("/o/contoso/settings/limits", currency="TWD", limit="").status_code == 302
    assert "Approval limit taken away" not in client.page("/o/contoso/settings/").text
    assert "without approval" in client.page("/o/contoso/settings/").text


@pytest.mark.parametrize("minutes", ["-1", "1441", "", "１０", "1.5", "10^9"])
def test_a_delay_outside_its_bounds_is_refused(
    client: CheckingClient, clock: StillClock, minutes: str
) -> None:
    enter_as_admin(client, clock())
    response = client.send("/o/contoso/settings/edit", assign_delay_minutes=minutes)
    assert response.status_code == 422
    assert 'id="assign_delay_minutes-error"' in response.text


@pytest.mark.parametrize("limit", ["10.5", "-1", "1,000", "abc", "9" * 30])
def test_a_limit_that_cannot_be_is_refused(
    client: CheckingClient, clock: StillClock, limit: str
) -> None:
    enter_as_admin(client, clock())
    response = client.send("/o/contoso/settings/limits", currency="TWD", limit=limit)
    assert response.status_code == 422
    assert 'id="limit-error"' in response.text


def test_a_school_of_another_organisation_is_not_there(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    with making(clock()) as work:
        school = School(organisation_id=make_organisation(work, "fabrikam").id, name="Foreign")
        work.session.add(school)
    client.page(f"/o/contoso/settings/schools/{school.id}", 404)


def test_a_user_changes_their_own_account_and_password(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    changed = {"name": "安 Ann", "language": "zh_Hant_TW", "time_zone": "Asia/Taipei"}
    assert client.send("/my/account", **changed).status_code == 302
    page = client.page("/my/account")
    assert page.select_one("html")["lang"] == "zh-Hant-TW"
    assert "安 Ann" in page.text
    wrong = client.send("/my/password", present="nonsense", password="another password")
    assert wrong.status_code == 422
    short = client.send("/my/password", present=PASSWORD, password="short")
    assert short.status_code == 422
    done = client.send("/my/password", present=PASSWORD, password="another password")
    assert done.status_code == 302
    client.page("/my/account")
    again = app.test_client()
    assert isinstance(again, CheckingClient)
    again.sign_in(ADMIN, "another password")


def test_who_has_not_signed_in_has_no_account_page(client: CheckingClient) -> None:
    assert client.get("/my/account").status_code == 302


def test_a_finance_role_sees_neither_people_nor_settings(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, ADMIN)
    client.sign_in(ADMIN)
    for place in ("people/", "settings/", "roles/", "messages/", "settings/edit", "roles/new"):
        client.page(f"/o/contoso/{place}", 403)
