"""An operator sees the system as one user, for a reason and a time, and changes nothing (G7)."""

from __future__ import annotations

from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_accounts import ADMIN, OPERATOR
from tests.support.pages import CheckingClient
from tests.support.visiting import DESK, REFUSED, WHY, make_both, user_id_of, visit
from vlms.accounts.models import RoleGrant, User
from vlms.audit.models import AuditEntry
from vlms.authentication.service.visits import BEGUN, ENDED, end_lapsed_visits
from vlms.authentication.visit_cli import users
from vlms.authentication.visit_models import SupportVisit
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

BANNER = "[data-visit]"


@pytest.fixture
def ann(client: CheckingClient, clock: StillClock) -> UUID:
    """Whom the operator, who has signed in, sees the system as."""
    found = make_both(clock())
    client.sign_in(OPERATOR)
    visit(client, found)
    return found


def entries(clock: StillClock, action: str) -> list[tuple[object, ...]]:
    """Who, as whom, and why, by the journal."""
    with making(clock()) as work:
        found = work.session.query(AuditEntry).filter_by(action=action).all()
        return [
            (one.actor_id, one.detail.after.get("on_behalf_of"), one.reason)
            for one in found
            if one.detail
        ]


def test_the_operator_sees_what_the_user_sees_with_a_banner(
    client: CheckingClient, ann: UUID
) -> None:
    page = client.page("/o/contoso/")
    told = page.select_one(BANNER)
    assert told is not None
    for part in ("Olga", "Ann", WHY, "30 minutes left", "End the visit"):
        assert part in told.get_text(" ")
    assert client.get("/o/operator/").status_code == 404
    assert client.get("/o/operator/roles/").status_code == 404


def test_both_ends_are_told_in_the_organisations_journal_and_the_user_by_mail(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    operator = user_id_of(clock(), OPERATOR)
    assert entries(clock, BEGUN) == [(operator, "Ann", WHY)]
    with making(clock()) as work:
        mail = work.session.query(OutboxMessage).filter_by(template="visit_begun").one()
        begun = work.session.query(AuditEntry).filter_by(action=BEGUN).one()
        grant = work.session.query(RoleGrant).filter_by(user_id=ann).one()
        assert begun.organisation_id == grant.organisation_id
    assert (mail.to_address, mail.facts["reason"]) == (ADMIN, WHY)
    assert client.press("/o/contoso/", "/visit/end").status_code == 302
    assert [one[0] for one in entries(clock, ENDED)] == [operator]
    assert client.page("/o/operator/").select_one(BANNER) is None
    client.press("/o/operator/", "/sign-out")
    client.sign_in(ADMIN)
    journal = client.page("/o/contoso/journal/").text
    assert "Seen by an operator as this user" in journal
    assert WHY in journal


def test_whoever_is_refused_a_page_in_it_is_told_by_both_names(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    assert client.get("/o/contoso/stock/").status_code == 403
    operator = user_id_of(clock(), OPERATOR)
    assert entries(clock, "access.refused") == [(operator, "Ann", None)]


@pytest.mark.parametrize(
    "address",
    ["/my/sessions/", "/my/security", "/prove", "/o/contoso/users/{}/visit"],
)
def test_what_is_the_users_alone_stays_closed(
    client: CheckingClient, ann: UUID, address: str
) -> None:
    answer = client.get(address.format(ann))
    assert answer.status_code == 403
    assert REFUSED in answer.text


def test_nothing_is_changed_in_it(client: CheckingClient, clock: StillClock, ann: UUID) -> None:
    answer = client.send("/my/account", name="Somebody")
    assert answer.status_code == 403
    assert REFUSED in answer.text
    with making(clock()) as work:
        assert work.session.get_one(User, ann).name == "Ann"


def test_it_is_over_after_half_an_hour(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    client.comes_back = False
    for _minutes in range(2):
        clock.move(minutes=14, seconds=59)
        assert client.page("/o/contoso/").select_one(BANNER) is not None
    clock.move(seconds=2)
    assert client.get("/o/contoso/").location == "/"
    assert client.get("/o/contoso/").status_code == 404
    assert client.page("/o/operator/").select_one(BANNER) is None
    with making(clock()) as work:
        assert end_lapsed_visits(work) == 1
    with making(clock()) as work:
        assert end_lapsed_visits(work) == 0
    assert len(entries(clock, ENDED)) == 1


def test_signing_out_ends_it(client: CheckingClient, clock: StillClock, ann: UUID) -> None:
    client.press("/o/contoso/", "/sign-out")
    assert len(entries(clock, ENDED)) == 1
    client.sign_in(OPERATOR)
    assert client.page("/o/operator/").select_one(BANNER) is None


@pytest.mark.parametrize("loss", ["disabled", "no role", "operator disabled", "made operator"])
def test_it_ends_with_the_access_of_either(
    client: CheckingClient, clock: StillClock, ann: UUID, loss: str
) -> None:
    with making(clock()) as work:
        grant = work.session.query(RoleGrant).filter_by(user_id=ann).one()
        operator = work.session.query(User).filter_by(email=OPERATOR).one()
        match loss:
            case "disabled":
                work.session.get_one(User, ann).disabled_at = clock()
            case "no role":
                grant.ended_at = clock()
            case "made operator":
                grant.role = Role.OPERATOR
            case _:
                operator.disabled_at = clock()
    answer = client.get("/o/contoso/")
    assert answer.status_code == (302 if loss == "operator disabled" else 404)


@pytest.mark.parametrize(
    ("email", "told"),
    [
        (OPERATOR, "This is you"),
        (DESK, "Nobody sees the system as an operator"),
        ("fay@fabrikam.example", "cannot sign in here now"),
        (ADMIN, "cannot sign in here now"),
    ],
)
def test_whom_nobody_sees_as(
    client: CheckingClient, clock: StillClock, email: str, told: str
) -> None:
    ann_id = make_both(clock())
    with making(clock()) as work:
        make_member(work, make_organisation(work, "fabrikam"), Role.FINANCE, "fay@fabrikam.example")
        work.session.get_one(User, ann_id).disabled_at = clock()
    client.sign_in(OPERATOR)
    address = f"/o/operator/users/{user_id_of(clock(), email)}/visit?of=contoso"
    page = client.page(address)
    assert told in page.text
    assert page.select_one("main textarea") is None
    token = page.select_one("input[name=csrf_token]")
    assert token is not None
    sent = {"csrf_token": token["value"], "reason": WHY}
    assert client.post(address, data=sent).status_code == 422
    with making(clock()) as work:
        assert work.session.query(SupportVisit).count() == 0


def test_it_needs_a_reason_and_a_fresh_proof(client: CheckingClient, clock: StillClock) -> None:
    ann_id = make_both(clock())
    client.sign_in(OPERATOR)
    address = f"/o/operator/users/{ann_id}/visit?of=contoso"
    assert client.send(address, reason="help").status_code == 422
    clock.move(minutes=6)
    assert client.get(address).location.startswith("/prove")


def test_an_admin_sees_as_nobody(client: CheckingClient, clock: StillClock) -> None:
    ann_id = make_both(clock())
    client.sign_in(ADMIN)
    assert client.get(f"/o/contoso/users/{ann_id}/visit").status_code == 403
    assert client.page("/o/contoso/roles/").select_one('a[href*="/visit"]') is None


def test_the_command_line_lists_and_ends_it(
    app: Flask, client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    with making(clock()) as work:
        (visit_id,) = [one.id for one in work.session.query(SupportVisit)]
    listed = CliRunner().invoke(users, ["visits", "list", "--json"], obj=lambda: app)
    assert str(visit_id) in listed.output
    assert ADMIN in listed.output
    for told in ("Ended.", "It had ended already."):
        ended = CliRunner().invoke(users, ["visits", "end", str(visit_id)], obj=lambda: app)
        assert told in ended.output
    assert client.get("/o/contoso/").status_code == 404
