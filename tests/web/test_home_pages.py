"""Everyone's first page is where they work."""

from __future__ import annotations

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_role, make_user, making
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.core.permissions import Role


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.LICENSING_ADMIN, "/o/contoso/"),
        (Role.AUDITOR, "/o/contoso/"),
        (Role.EXAM_DESK, "/o/contoso/desk/"),
    ],
)
def test_a_member_is_led_to_the_own_work(
    client: CheckingClient, clock: StillClock, role: Role, first: str
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), role, "ann@contoso.example")
    client.sign_in("ann@contoso.example")
    response = client.get("/", follow_redirects=True)
    assert (response.status_code, response.request.path) == (200, first)


def test_a_learner_is_led_to_the_own_codes(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        make_user(work, "leo@contoso.example")
    client.sign_in("leo@contoso.example")
    assert client.get("/", follow_redirects=True).request.path == "/my/codes/"


def test_who_works_in_two_places_chooses(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        user = make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "a@x.example")
        other = make_organisation(work, "northwind", OrganisationKind.RESELLER)
        make_role(work, other, user)
    client.sign_in("a@x.example")
    page = client.page("/places")
    assert [a["href"] for a in page.select("a.card-link")] == ["/o/contoso/", "/o/northwind/"]
