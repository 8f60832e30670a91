"""Lost second factors are reset by another administrator, with a reason, told by mail (G5)."""

from __future__ import annotations

from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import (
    PASSWORD,
    make_member,
    make_organisation,
    make_person,
    make_role,
    make_user,
    making,
)
from tests.support.making_accounts import ADMIN, OPERATOR, enter_as_operator
from tests.support.making_factors import demanding, make_app
from tests.support.pages import CheckingClient
from vlms.accounts.models import User
from vlms.accounts.shields import Shield
from vlms.audit.models import AuditEntry
from vlms.authentication.factor_cli import users
from vlms.authentication.factor_queries import find_shields, has_factor
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

BOB, FAY, MAX = "bob@contoso.example", "fay@contoso.example", "max@contoso.example"
WHY = "Called his number, telephone stolen"


def enter(
    client: CheckingClient, clock: StillClock, *, elsewhere: bool = False, as_: str = ADMIN
) -> UUID:
    """Ann and Bob are admins of contoso, Fay does its finance, Max is its auditor; one signs in.

    Bob has an app, and a role in another organisation too, if so told; his key is returned.
    """
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, contoso, Role.FINANCE, FAY)
        make_member(work, contoso, Role.AUDITOR, MAX)
        bob = make_member(work, contoso, Role.LICENSING_ADMIN, BOB)
        if elsewhere:
            make_role(work, make_organisation(work, "fabrikam"), bob, Role.FINANCE)
        bob_id = bob.id
    make_app(bob_id, clock())
    client.sign_in(as_)
    return bob_id


def page_of(user_id: UUID) -> str:
    return f"/o/contoso/users/{user_id}/reset-factors"


def is_protected(clock: StillClock, user_id: UUID) -> bool:
    with making(clock()) as work:
        return has_factor(work.session, user_id)


def test_another_admin_resets_and_the_person_is_told_and_signed_out(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    bob_id = enter(client, clock)
    address = page_of(bob_id)
    assert client.page("/o/contoso/roles/").select_one(f'a[href="{address}"]') is not None
    assert "Telephone" in client.page(address).text
    assert client.send(address, reason="short").status_code == 422
    assert is_protected(clock, bob_id)
    assert client.send(address, reason=WHY).headers["Location"] == "/o/contoso/roles/"
    assert not is_protected(clock, bob_id)
    assert client.page("/o/contoso/roles/").select_one(f'a[href="{address}"]') is None
    with making(clock()) as work:
        mail = work.session.query(OutboxMessage).filter_by(template="factors_reset").one()
        entry = work.session.query(AuditEntry).filter_by(action="factors.reset").one()
    assert (mail.to_address, mail.facts["reason"]) == (BOB, WHY)
    assert entry.reason == WHY
    with demanding(app):
        other = app.test_client()
        other.send("/sign-in", email=BOB, password=PASSWORD)  # type: ignore[attr-defined]
        assert other.get("/sign-in").headers["Location"].startswith("/sign-in/set-up")


def test_nobody_resets_their_own(client: CheckingClient, clock: StillClock) -> None:
    enter(client, clock)
    ann_id = user_id(clock, ADMIN)
    page = client.page(page_of(ann_id))
    assert "only somebody else can reset them" in page.text
    assert page.select_one("main form[method=post] textarea") is None
    assert client.page("/o/contoso/roles/").select_one(f'a[href="{page_of(ann_id)}"]') is None


def test_who_is_known_elsewhere_is_reset_by_the_operator_alone(
    client: CheckingClient, clock: StillClock
) -> None:
    bob_id = enter(client, clock, elsewhere=True)
    page = client.page(page_of(bob_id))
    assert "known in an organisation where you do not give roles" in page.text
    assert "Telephone" not in page.text
    token = client.page("/my/account").select_one("input[name=csrf_token]")
    assert token is not None
    sent = {"csrf_token": token["value"], "reason": WHY}
    assert client.post(page_of(bob_id), data=sent).status_code == 422
    assert is_protected(clock, bob_id)
    client.press("/my/account", "/sign-out")
    enter_as_operator(client, clock())
    address = f"/o/operator/users/{bob_id}/reset-factors?of=contoso"
    assert client.send(address, reason=WHY).status_code == 302
    assert not is_protected(clock, bob_id)


def test_an_entry_that_nobody_has_claimed_makes_somebody_known_there(
    client: CheckingClient, clock: StillClock
) -> None:
    bob_id = enter(client, clock)
    assert "Telephone" in client.page(page_of(bob_id)).text
    with making(clock()) as work:
        make_person(work, make_organisation(work, "fabrikam"), "Bob Else", BOB)
    page = client.page(page_of(bob_id))
    assert "known in an organisation where you do not give roles" in page.text


def test_who_is_not_known_here_is_not_there(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        stranger = make_user(work, "x@fabrikam.example").id
    enter(client, clock)
    assert client.get(page_of(stranger)).status_code == 404


def test_a_reset_asks_for_a_fresh_proof(client: CheckingClient, clock: StillClock) -> None:
    bob_id = enter(client, clock)
    clock.move(minutes=6)
    assert client.get(page_of(bob_id)).headers["Location"] == f"/prove?next={page_of(bob_id)}"


@pytest.mark.parametrize("email", [FAY, MAX])
def test_who_gives_no_roles_resets_nothing(
    client: CheckingClient, clock: StillClock, email: str
) -> None:
    bob_id = enter(client, clock, as_=email)
    assert client.get(page_of(bob_id)).status_code == 403


def test_the_list_of_roles_shows_who_has_a_second_factor_and_who_must_set_one_up(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    assert shields(client) == {
        ADMIN: "No second factor",
        BOB: "Second factor",
        FAY: "No second factor",
        MAX: "No second factor",
    }
    with demanding(app):
        ann = find_shields([user_id(clock, ADMIN), user_id(clock, FAY), user_id(clock, BOB)])
    assert sorted(ann.values()) == [Shield.DEMANDED, Shield.HELD, Shield.NONE]


def test_the_command_resets_the_only_operator(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_operator(client, clock())
    operator_id = user_id(clock, OPERATOR)
    make_app(operator_id, clock())
    words = ["reset-factors", OPERATOR, "--organisation", "operator", "--reason", WHY]
    ran = CliRunner().invoke(users, words, obj=lambda: app, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    assert not is_protected(clock, operator_id)
    assert client.get("/o/operator/").headers["Location"].startswith("/sign-in")


def shields(client: CheckingClient) -> dict[str, str]:
    """What the list says of each user, by address."""
    found = {}
    for row in client.page("/o/contoso/roles/").select("tr:has(.btn-list)"):
        address, badge = row.select_one(".text-secondary"), row.select_one(".badge")
        assert address is not None
        assert badge is not None
        found[address.text] = badge.text.strip()
    return found


def user_id(clock: StillClock, email: str) -> UUID:
    with making(clock()) as work:
        return work.session.query(User).filter_by(email=email).one().id
