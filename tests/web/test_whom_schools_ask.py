"""A school's people are told somebody of their own institution (O7), never who runs the site."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_user, making
from tests.support.making_accounts import enter_as_operator
from tests.support.making_schools import (
    COORDINATOR,
    LICENSING,
    TEACHER,
    University,
    make_school_member,
    make_university,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind, Person, User
from vlms.core.permissions import Role

NOBODY = "00000000-0000-7000-8000-000000000000"
PUPIL, ARTS = "lee@university.example", "arno@university.example"
SITE = "vlms@localhost"


@pytest.fixture
def made(app: Flask, clock: StillClock) -> University:
    """Law has a coordinator, a teacher and a pupil with an account; arts a coordinator."""
    with making(clock()) as work:
        found = make_university(work)
        make_school_member(work, (found.law,), Role.SCHOOL_COORDINATOR)
        make_school_member(work, (found.law,), Role.TEACHER, TEACHER)
        make_school_member(work, (found.arts,), Role.SCHOOL_COORDINATOR, ARTS)
        pupil = make_user(work, PUPIL)
        work.session.get_one(Person, found.lawyer.id).user_id = pupil.id
        other = make_organisation(work, "elsewhere", OrganisationKind.ACADEMIC)
        make_member(work, other, Role.LICENSING_ADMIN, "admin@elsewhere.example")
    return found


@pytest.mark.parametrize(
    ("email", "place"),
    [
        (COORDINATOR, f"/o/university/sittings/{NOBODY}"),
        (TEACHER, f"/o/university/sittings/{NOBODY}"),
        (TEACHER, "/o/university/packs/"),
        (PUPIL, f"/my/exams/{NOBODY}/calendar.ics"),
    ],
)
def test_a_refusal_names_the_licensing_admin_of_the_institution(
    client: CheckingClient, made: University, email: str, place: str
) -> None:
    client.sign_in(email)
    told = client.get(place)
    assert told.status_code in (403, 404)
    assert f"mailto:{LICENSING}" in told.text or "/help" in told.text
    assert SITE not in told.text
    assert "elsewhere.example" not in told.text


def test_without_an_admin_who_may_sign_in_the_site_is_named(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    """The control."""
    with making(clock()) as work:
        for user in work.session.query(User).where(User.email == LICENSING):
            user.disabled_at = clock()
    client.sign_in(COORDINATOR)
    assert SITE in client.get(f"/o/university/sittings/{NOBODY}").text


@pytest.mark.parametrize(
    ("email", "place"),
    [(COORDINATOR, "/o/university/help"), (TEACHER, "/o/university/help"), (PUPIL, "/help")],
)
def test_help_has_the_contacts_of_ones_own_school(
    client: CheckingClient, made: University, email: str, place: str
) -> None:
    client.sign_in(email)
    table = client.page(place).select_one("section table")
    assert table is not None
    assert [row.select("td")[2].get_text(strip=True) for row in table.select("tbody tr")] == [
        COORDINATOR,
        LICENSING,
    ]
    assert "Law" in table.text


def test_help_tells_strangers_and_others_no_contact_of_a_school(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    assert LICENSING not in client.page("/help").text
    with making(clock()) as work:
        make_user(work, "holder@contoso.example")
    client.sign_in("holder@contoso.example")
    assert LICENSING not in client.page("/help").text
    place = f"/o/{enter_as_operator(client, clock()).slug}"
    assert LICENSING not in client.page(f"{place}/help").text
