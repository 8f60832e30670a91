"""`vlms account join`: accepting an invitation on the command line (G8)."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.inviting import ADA, BO, PASSWORD, import_and_invite, key_of, path_of
from tests.support.making import make_organisation, make_user, making
from vlms.accounts.models import Organisation, Person, User
from vlms.authentication.cli import account
from vlms.authentication.errors import JoiningRefused
from vlms.core import clock as core_clock
from vlms.core.errors import BadInput, NotFound


@pytest.fixture
def contoso(app: Flask, clock: StillClock) -> Organisation:
    clock.set(core_clock.system_clock())
    with making(clock()) as work:
        made = make_organisation(work, "contoso")
        make_user(work, BO[2])
        work.session.expunge(made)
    import_and_invite(clock(), made)
    return made


def join(app: Flask, *lines: str, own: str | None = None) -> Result:
    words = ["join", *(("--own", own) if own else ())]
    return CliRunner().invoke(account, words, input="\n".join(lines) + "\n", obj=lambda: app)


def link(clock: StillClock, place: Organisation, number: str) -> str:
    return f"https://vlms.example{path_of(clock(), place, number)}"


def user_of(clock: StillClock, place: Organisation, number: str) -> str | None:
    key = key_of(clock(), place, number)
    with making(clock()) as work:
        user_id = work.session.get_one(Person, key).user_id
        return work.session.get_one(User, user_id).email if user_id else None


def test_who_has_no_account_chooses_a_password(
    app: Flask, clock: StillClock, contoso: Organisation
) -> None:
    address = link(clock, contoso, "1")
    assert isinstance(join(app, address, "short", "short").exception, BadInput)
    assert user_of(clock, contoso, "1") is None
    done = join(app, address, PASSWORD, PASSWORD)
    assert done.stdout == "The invitation is accepted.\n"
    assert PASSWORD not in done.output
    assert path_of(clock(), contoso, "1") not in done.output
    assert user_of(clock, contoso, "1") == ADA[2]
    assert join(app, address, PASSWORD, PASSWORD).stdout == "It was accepted before.\n"


def test_who_has_an_account_accepts_with_it_and_nobody_else_does(
    app: Flask, clock: StillClock, contoso: Organisation
) -> None:
    address = link(clock, contoso, "2")
    assert isinstance(join(app, address, PASSWORD, PASSWORD).exception, JoiningRefused)
    with making(clock()) as work:
        make_user(work, "eve@elsewhere.example")
    refused = join(app, address, own="eve@elsewhere.example").exception
    assert isinstance(refused, JoiningRefused)
    assert user_of(clock, contoso, "2") is None
    assert join(app, address, own=BO[2]).stdout == "The invitation is accepted.\n"
    assert user_of(clock, contoso, "2") == BO[2]


def test_a_forged_link_opens_nothing(app: Flask, clock: StillClock, contoso: Organisation) -> None:
    forged = "https://vlms.example/join/" + "x" * 43
    assert isinstance(join(app, forged, PASSWORD, PASSWORD).exception, NotFound)
