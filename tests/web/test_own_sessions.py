"""Where one is signed in: listed, ended one by one or all but this, and at once."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_role, making
from tests.support.making_accounts import ADMIN, enter_as_admin
from tests.support.pages import CheckingClient
from vlms.accounts.models import RoleGrant, User
from vlms.accounts.service.roles import end_role
from vlms.authentication.cli import account
from vlms.authentication.models import SignInSession
from vlms.core.permissions import Role

MINE = "/my/sessions/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17.5 Safari/604.1"
BEN = "ben@contoso.example"


def browser(app: Flask, email: str = ADMIN, **said: str) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    found.comes_back = False
    found.environ_base.update(said)
    found.sign_in(email)
    return found


def command(app: Flask, *words: str) -> str:
    found = CliRunner().invoke(
        account, [*words, "--as", ADMIN], obj=lambda: app, catch_exceptions=False
    )
    assert found.exit_code == 0, found.output
    return found.output


def is_in(client: CheckingClient) -> bool:
    return client.get("/my/account").status_code == 200


@pytest.fixture
def here(app: Flask, client: CheckingClient, clock: StillClock) -> CheckingClient:
    client.comes_back = False
    enter_as_admin(client, clock())
    return client


def test_each_browser_is_listed_and_can_be_ended(
    app: Flask, here: CheckingClient, clock: StillClock
) -> None:
    phone = browser(app, HTTP_USER_AGENT=PHONE, REMOTE_ADDR="192.0.2.77")
    page = here.page(MINE)
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert len(rows) == 2
    assert sum("This browser" in row for row in rows) == 1
    (other,) = [row for row in rows if "This browser" not in row]
    assert "Safari on iPhone" in other
    assert "192.0.2.…" in other
    assert "192.0.2.77" not in page.text
    assert is_in(phone)
    assert here.press(MINE, "/end").status_code == 302
    assert not is_in(phone)
    assert is_in(here)


def test_all_others_are_ended_at_once(app: Flask, here: CheckingClient) -> None:
    others = [browser(app) for _each in range(2)]
    assert here.press(MINE, "/end-others").status_code == 302
    assert [is_in(other) for other in others] == [False, False]
    assert is_in(here)
    assert len(here.page(MINE).select("tbody tr")) == 1


def test_another_users_session_is_neither_seen_nor_ended(
    app: Flask, here: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "fabrikam"), Role.FINANCE, BEN)
    ben = browser(app, BEN)
    browser(app)
    with making(clock()) as work:
        owner = work.session.query(User).filter_by(email=BEN).one()
        his = work.session.query(SignInSession).filter_by(user_id=owner.id).one().id
    page = here.page(MINE)
    assert str(his) not in str(page)
    token = page.select_one('form[action$="/end"] [name=csrf_token]')
    assert token is not None
    ended = here.post(f"{MINE}{his}/end", data={"csrf_token": token["value"]})
    assert ended.status_code == 404
    assert is_in(ben)


@pytest.mark.parametrize("others", [False, True])
def test_whoever_loses_a_role_is_out_at_once_and_nobody_else(
    app: Flask, here: CheckingClient, clock: StillClock, others: bool
) -> None:
    with making(clock()) as work:
        fabrikam = make_organisation(work, "fabrikam")
        ben = make_member(work, fabrikam, Role.FINANCE, BEN)
        if others:
            make_role(work, fabrikam, ben, Role.AUDITOR)
    his = browser(app, BEN)
    assert is_in(his)
    with making(clock()) as work:
        grant = work.session.query(RoleGrant).filter_by(user_id=ben.id, role=Role.FINANCE).one()
        end_role(work, grant.id)
    assert his.get("/my/account").location.startswith("/sign-in")
    assert is_in(here)


def test_commands_list_and_end_sessions_too(
    app: Flask, here: CheckingClient, clock: StillClock
) -> None:
    other = browser(app, HTTP_USER_AGENT=PHONE)
    with making(clock()) as work:
        for one in work.session.query(SignInSession):
            # Commands go by the clock of the machine.
            one.last_seen_at = one.expires_at = clock().replace(year=2999)
    found = json.loads(command(app, "sessions", "--json"))
    (phone,) = [one for one in found if one["device"] == "Safari on iPhone"]
    command(app, "end-session", phone["id"])
    with making(clock()) as work:
        ended = [bool(one.ended_at) for one in work.session.query(SignInSession)]
        assert sorted(ended) == [False, True]
    command(app, "end-sessions")
    assert not is_in(here)
    assert not is_in(other)
