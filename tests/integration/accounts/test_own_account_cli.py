"""One's own account from the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_user, making
from vlms.accounts.links import link_path
from vlms.accounts.service.invitations import send_link
from vlms.authentication.cli import account
from vlms.authentication.errors import SignInRefused
from vlms.authentication.service.signing_in import sign_in
from vlms.core.clock import system_clock
from vlms.core.errors import BadInput, NotFound

EMAIL, NEW = "mei@contoso.example", "another long sentence"


@pytest.fixture
def user(app: Flask, clock: StillClock) -> str:
    with making(clock()) as work:
        make_user(work, EMAIL, "Mei")
    return EMAIL


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(account, words, obj=lambda: app, input=typed, catch_exceptions=False)


def test_name_language_and_zone_are_changed_and_the_rest_stays(app: Flask, user: str) -> None:
    run(app, "edit", "--as", user, "--name", "美", "--time-zone", "Asia/Taipei")
    facts = json.loads(run(app, "show", "--as", user, "--json").stdout)
    assert facts == {"email": user, "name": "美", "language": "en", "time_zone": "Asia/Taipei"}
    with pytest.raises(BadInput):
        run(app, "edit", "--as", user, "--time-zone", "Moon")
    with pytest.raises(NotFound):
        run(app, "edit", "--as", "nobody@contoso.example", "--name", "X")


def test_a_password_is_changed_by_who_knows_the_present_one(
    app: Flask, user: str, clock: StillClock
) -> None:
    with pytest.raises(SignInRefused):
        run(app, "password", "--as", user, typed=f"wrong one\n{NEW}\n{NEW}\n")
    result = run(app, "password", "--as", user, typed=f"{PASSWORD}\n{NEW}\n{NEW}\n")
    assert NEW not in result.output
    with making(clock()) as work:
        assert sign_in(work, user, NEW)


def test_a_password_is_set_with_the_link_of_a_mail(app: Flask) -> None:
    with making(system_clock()) as work:
        found = make_user(work, "new@contoso.example", "New")
        from_mail = "http://localhost" + link_path(work.keys.link, send_link(work, found))
    with pytest.raises(NotFound):
        run(app, "welcome", typed=f"http://localhost/welcome/forged\n{NEW}\n{NEW}\n")
    run(app, "welcome", typed=f"{from_mail}\n{NEW}\n{NEW}\n")
    with making(system_clock()) as work:
        assert sign_in(work, "new@contoso.example", NEW)
