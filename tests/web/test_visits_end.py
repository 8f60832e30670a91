"""How a visit ends and begins again, and who is told: of its pages nothing outlasts it (G7)."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_accounts import ADMIN, OPERATOR
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.pages import CheckingClient, values_of
from tests.support.visiting import WHY, make_both, user_id_of, visit
from vlms.accounts.models import Organisation, RoleGrant, User
from vlms.accounts.service.roles import end_role_with_agreement
from vlms.audit.models import AuditEntry
from vlms.authentication.errors import VisitRefused
from vlms.authentication.models import SignInSession
from vlms.authentication.service.visits import BY_LOSS, ENDED, begin_visit, end_lapsed_visits
from vlms.authentication.visit_models import SupportVisit
from vlms.core.permissions import Role
from vlms.core.work import Actor
from vlms.notices.models import OutboxMessage

BANNER, STALE = "[data-visit]", "while you saw VLMS as somebody else"


@pytest.fixture
def ann(client: CheckingClient, clock: StillClock) -> UUID:
    """Whom the operator, who has signed in, may see the system as."""
    found = make_both(clock())
    client.sign_in(OPERATOR)
    return found


def ends(clock: StillClock) -> list[tuple[object, object]]:
    """Who ended visits, and how."""
    with making(clock()) as work:
        found = work.session.query(AuditEntry).filter_by(action=ENDED).all()
        return [(one.actor_id, one.detail.after["because"]) for one in found if one.detail]


def own_form(client: CheckingClient) -> dict[str, str]:
    form = client.page("/my/account").select_one("main form")
    assert form is not None
    return values_of(form)


def name_of(clock: StillClock, email: str) -> str:
    with making(clock()) as work:
        return work.session.scalars(select(User.name).where(User.email == email)).one()


def set_access(clock: StillClock, ann: UUID, *, has: bool) -> None:
    with making(clock()) as work:
        work.session.get_one(User, ann).disabled_at = None if has else clock()


def test_a_page_of_a_visit_does_nothing_once_it_is_over(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    visit(client, ann)
    form = own_form(client)
    assert form["name"] == "Ann"
    client.press("/o/contoso/", "/visit/end")
    refused = client.post("/my/account", data=form)
    assert refused.status_code == 409
    assert STALE in refused.text
    assert "G7" in refused.text
    assert name_of(clock, OPERATOR) == "Olga"


def test_a_page_of_the_operators_own_does_its_work_after_a_visit(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    form = own_form(client)
    visit(client, ann)
    client.press("/o/contoso/", "/visit/end")
    assert client.post("/my/account", data={**form, "name": "Olga Two"}).status_code == 302
    assert name_of(clock, OPERATOR) == "Olga Two"


def test_the_button_of_a_visit_that_is_over_says_so(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    visit(client, ann)
    button = client.page("/o/contoso/").select_one('form[action="/visit/end"]')
    assert button is not None
    clock.move(minutes=29)
    client.comes_back = False
    client.get("/o/contoso/")
    clock.move(minutes=2)
    assert client.post("/visit/end", data=values_of(button)).status_code == 302
    assert client.get("/o/contoso/").location == "/"
    assert "The visit is over" in client.page("/o/operator/").text
    assert client.get("/o/contoso/").status_code == 404


@pytest.mark.parametrize("seen_by", ["gate", "job"])
def test_a_visit_does_not_come_back_with_the_users_access(
    client: CheckingClient, clock: StillClock, ann: UUID, seen_by: str
) -> None:
    visit(client, ann)
    client.page("/o/contoso/")
    set_access(clock, ann, has=False)
    if seen_by == "gate":
        assert client.get("/o/contoso/").location == "/"
    else:
        with making(clock()) as work:
            assert end_lapsed_visits(work) == 1
    set_access(clock, ann, has=True)
    assert client.get("/o/operator/").status_code in (200, 302)
    assert client.page("/o/operator/").select_one(BANNER) is None
    assert ends(clock) == [(None, BY_LOSS)]


def test_a_role_that_ends_and_is_given_again_leaves_the_visit_over(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    visit(client, ann)
    client.page("/o/contoso/")
    with making(clock()) as work:
        grant = work.session.query(RoleGrant).filter_by(user_id=ann).one()
        grant_id = end_role_with_agreement(work, grant.id).id
    with making(clock()) as work:
        work.session.get_one(RoleGrant, grant_id).ended_at = None
    assert client.get("/o/contoso/").location == "/"
    assert ends(clock) == [(None, BY_LOSS)]


def test_another_one_begins_where_the_last_is_over_and_was_not_told_of(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    visit(client, ann)
    with making(clock()) as work:
        work.session.query(SupportVisit).one().expires_at = clock()
    client.get("/")
    visit(client, ann)
    assert client.page("/o/contoso/").select_one(BANNER) is not None
    assert len(ends(clock)) == 1


def test_of_two_at_one_moment_the_second_is_refused(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    visit(client, ann)
    operator = Actor("Olga", user_id_of(clock(), OPERATOR), roles=frozenset({Role.OPERATOR}))
    with making(clock(), operator) as work:
        session_id = work.session.scalars(
            select(SignInSession.id).where(SignInSession.user_id == operator.user_id)
        ).one()
        place = work.session.query(Organisation).filter_by(slug="contoso").one().id
        with pytest.raises(VisitRefused, match="G7"):
            begin_visit(work, session_id, (ann, place), WHY)


def test_whoever_ends_it_by_signing_out_is_named(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    visit(client, ann)
    client.press("/o/contoso/", "/sign-out")
    assert ends(clock) == [(user_id_of(clock(), OPERATOR), "ended")]


def test_refusals_in_a_visit_do_not_count_as_the_users(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    visit(client, ann)
    for _time in range(2):
        assert client.get("/o/contoso/stock/").status_code == 403
    client.press("/o/contoso/", "/sign-out")
    client.sign_in(ADMIN)
    assert client.get("/o/contoso/stock/").status_code == 403
    operator = user_id_of(clock(), OPERATOR)
    with making(clock()) as work:
        told = work.session.query(AuditEntry).filter_by(action="access.refused")
        assert {one.actor_id for one in told} == {operator, ann}


def test_where_nobody_can_be_told_no_visit_begins(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    with making(clock()) as work:
        work.session.get_one(User, ann).email = "a1@contoso.invalid"
    page = client.page(f"/o/operator/users/{ann}/visit?of=contoso")
    assert "can be told by mail" in page.text
    assert page.select_one("main textarea") is None


def test_where_nobody_else_has_mail_the_notices_contact_is_told(
    client: CheckingClient, clock: StillClock, ann: UUID
) -> None:
    with making(clock()) as work:
        work.session.get_one(User, ann).email = "a1@contoso.invalid"
        place = work.session.query(Organisation).filter_by(slug="contoso").one()
        make_contact(work, make_agreement(work, place))
    visit(client, ann)
    with making(clock()) as work:
        mail = work.session.query(OutboxMessage).filter_by(template="visit_begun").one()
        assert mail.to_address == "notices@contoso.example"
