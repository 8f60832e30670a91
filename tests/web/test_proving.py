"""What asks for a fresh proof leads to a page for it, and back with the form as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_accounts import ADMIN, enter_as_admin
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import RoleGrant
from vlms.core.permissions import Role
from vlms.web.access import PROVED_FOR

INVITE = "/o/contoso/roles/new"
HERE = {"Sec-Fetch-Site": "same-origin"}
SECOND = timedelta(seconds=1)
FIELDS = {"email": "new@contoso.example", "name": "New Person", "role": "finance"}


def roles_of_others(clock: StillClock) -> int:
    with making(clock()) as work:
        return work.session.query(RoleGrant).count() - 1


@pytest.mark.parametrize(("away", "is_fresh"), [(PROVED_FOR - SECOND, True), (PROVED_FOR, False)])
def test_a_proof_counts_for_five_minutes(
    client: CheckingClient, clock: StillClock, away: timedelta, is_fresh: bool
) -> None:
    enter_as_admin(client, clock())
    clock.set(clock() + away)
    answer = client.get(INVITE)
    assert answer.status_code == (200 if is_fresh else 302)
    if not is_fresh:
        assert answer.location == f"/prove?next={INVITE}"
        # What asks for no proof is open all the same.
        assert client.get("/o/contoso/roles/").status_code == 200


def test_a_form_is_kept_while_its_user_proves_who_they_are(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    form = client.page(INVITE).select_one("main form[method=post]")
    assert form is not None
    clock.move(minutes=6)
    asked = client.post(INVITE, data={**values_of(form), **FIELDS}, headers=HERE)
    assert asked.status_code == 302
    assert asked.location.startswith("/prove?next=")
    assert roles_of_others(clock) == 0
    # There is no such form on the page that asks for the proof; it is told where the form is.
    assert "Your form is here again" not in client.page(asked.location).text
    back = client.send(asked.location, password=PASSWORD)
    assert back.location.startswith(f"{INVITE}?kept=")
    shown = client.page(back.location)
    assert shown.text.count("Your form is here again") == 1
    assert "Your form is here again" not in client.page(back.location).text
    again = shown.select_one("main form[method=post]")
    assert again is not None
    assert values_of(again)["email"] == FIELDS["email"]
    assert client.post(INVITE, data=values_of(again)).status_code == 302
    assert roles_of_others(clock) == 1


def test_a_wrong_password_proves_nothing(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    clock.move(minutes=6)
    refused = client.send("/prove", password="wrong password")
    assert refused.status_code == 422
    assert "This is not your present password" in refused.text
    assert client.get(INVITE).status_code == 302


def test_the_session_has_another_secret_after_the_proof(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    old = client.get_cookie("vlms")
    assert old is not None
    assert client.send("/prove", password=PASSWORD).status_code == 302
    assert client.get("/o/contoso/").status_code == 200
    client.set_cookie("vlms", old.value)
    assert client.get("/o/contoso/").status_code == 302


def test_the_proof_leads_nowhere_outside(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    answer = client.send("/prove?next=https://evil.example/", password=PASSWORD)
    assert answer.location == "/"


def test_who_lacks_the_permission_is_refused_before_any_proof(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.AUDITOR, ADMIN)
    client.sign_in(ADMIN)
    clock.move(minutes=6)
    assert client.get(INVITE).status_code == 403


def test_a_part_of_a_page_leads_the_whole_page_to_the_proof(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    clock.move(minutes=6)
    answer = client.get(
        INVITE, headers={"HX-Request": "true", "Referer": "http://localhost/o/contoso/roles/"}
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/prove?next=/o/contoso/roles/"
