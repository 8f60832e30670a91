"""A device that is new to a user: a code by mail where there is no second factor, and a notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, render_template

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, make_user, making
from tests.support.making_accounts import ADMIN
from tests.support.pages import CheckingClient
from vlms.authentication.models import KnownDevice, MailedCode, SignInSession
from vlms.authentication.service.device_codes import LIFETIME, MOST_TRIES, code_of
from vlms.authentication.service.limits import CODES, LIMITS
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

CODE = "/sign-in/code"


@pytest.fixture
def ann(app: Flask, clock: StillClock) -> Iterator[str]:
    """A user of an installation whose mail leaves and that is no demo."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, demo=False, smtp_host="127.0.0.1")
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ADMIN)
    yield ADMIN
    app.config["SETTINGS"] = before


def browser(app: Flask) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    found.comes_back = False
    return found


def mails(clock: StillClock, template: str) -> list[OutboxMessage]:
    with making(clock()) as work:
        found = work.session.query(OutboxMessage).filter_by(template=template)
        return list(found.order_by(OutboxMessage.id))


def last_code(clock: StillClock) -> str:
    return code_of(mails(clock, "sign_in_code")[-1].facts["basis"])


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_new_device_needs_the_code_of_the_mail_and_is_known_from_then_on(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    wanted = "/sign-in?next=/o/contoso/codes/"
    asked = client.send(wanted, email=ann, password=PASSWORD)
    assert asked.location == "/o/contoso/codes/"
    # It opens nothing: the way leads to the code.
    door = client.get(asked.location)
    step = client.get(door.location)
    assert (door.status_code, step.location) == (302, f"{CODE}?next=/o/contoso/codes/")
    assert mails(clock, "sign_in_code")[-1].to_address == ann
    done = client.send(step.location, code=last_code(clock))
    assert done.location == "/o/contoso/codes/"
    assert client.get(done.location).status_code == 200
    assert mails(clock, "new_device") == []
    client.press("/o/contoso/", "/sign-out")
    client.sign_in(ann)
    assert client.get("/o/contoso/").status_code == 200
    assert len(mails(clock, "sign_in_code")) == 1


@pytest.mark.parametrize(("left", "opens"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_the_code_lasts_ten_minutes(
    client: CheckingClient, clock: StillClock, ann: str, left: timedelta, opens: bool
) -> None:
    client.send("/sign-in", email=ann, password=PASSWORD)
    clock.set(clock() + LIFETIME - left)
    assert client.send(CODE, code=last_code(clock)).status_code == (302 if opens else 422)


def test_the_sixth_try_is_not_looked_at(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.send("/sign-in", email=ann, password=PASSWORD)
    code = last_code(clock)
    for _try in range(MOST_TRIES):
        assert client.send(CODE, code=other_than(code)).status_code == 422
    assert client.send(CODE, code=code).status_code == 429
    # A new one has tries of its own, and ends the one before.
    clock.move(seconds=1)
    client.press(CODE, "/again")
    fresh = last_code(clock)
    assert client.send(CODE, code=other_than(fresh)).status_code == 422
    assert client.send(CODE, code=f" {fresh[:3]} {fresh[3:]} ").status_code == 302
    assert client.get("/o/contoso/").status_code == 200


def test_codes_are_not_sent_without_end(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.send("/sign-in", email=ann, password=PASSWORD)
    for _time in range(LIMITS[CODES] - 1):
        clock.move(seconds=1)
        assert client.press(CODE, "/again").status_code == 302
    assert client.press(CODE, "/again").status_code == 429
    assert len(mails(clock, "sign_in_code")) == LIMITS[CODES]


def test_a_code_is_of_its_own_session(app: Flask, clock: StillClock, ann: str) -> None:
    with making(clock()) as work:
        make_user(work, "eve@contoso.example")
    hers, his = browser(app), browser(app)
    hers.send("/sign-in", email="eve@contoso.example", password=PASSWORD)
    code = last_code(clock)
    clock.move(seconds=1)
    his.send("/sign-in", email=ann, password=PASSWORD)
    if code != last_code(clock):
        assert his.send(CODE, code=code).status_code == 422
    assert hers.send(CODE, code=code).status_code == 302


def test_the_page_of_the_code_is_nothing_without_a_session_that_waits(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    answer = client.send(CODE, code="123456")
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    with making(clock()) as work:
        assert work.session.query(MailedCode).count() == 0


def test_the_code_stands_in_the_mail_and_in_no_table(
    app: Flask, client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.send("/sign-in", email=ann, password=PASSWORD)
    (message,) = mails(clock, "sign_in_code")
    code = last_code(clock)
    with app.test_request_context():
        text = render_template("mail/sign_in_code.txt", facts=message.facts, to_name="Ann")
    assert f"\n{code}\n" in text
    assert code not in str(message.facts)
    with making(clock()) as work:
        assert work.session.query(MailedCode).one().code_digest != code


def test_who_cannot_be_mailed_goes_on_without(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    with making(clock()) as work:
        make_user(work, "s1@school.invalid")
    client.sign_in("s1@school")
    assert client.get("/my/account").status_code == 200
    assert mails(clock, "sign_in_code") == mails(clock, "new_device") == []


@pytest.mark.parametrize(("demo", "host"), [(True, "127.0.0.1"), (False, None)])
def test_a_demo_and_who_sends_no_mail_ask_for_no_code_but_write_a_notice(
    app: Flask, client: CheckingClient, clock: StillClock, ann: str, demo: bool, host: str | None
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], demo=demo, smtp_host=host)
    for _time in range(2):
        client.sign_in(ann)
        assert client.get("/o/contoso/").status_code == 200
    # The first device of all is new to nobody.
    assert mails(clock, "new_device") == []
    browser(app).sign_in(ann)
    (notice,) = mails(clock, "new_device")
    assert notice.to_address == ann
    assert set(notice.facts) == {"user_agent", "network", "at"}
    with making(clock()) as work:
        assert work.session.query(KnownDevice).count() == 2
        assert work.session.query(SignInSession).count() == 3


def test_a_device_of_one_user_is_new_to_another(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.send("/sign-in", email=ann, password=PASSWORD)
    client.send(CODE, code=last_code(clock))
    with making(clock()) as work:
        make_user(work, "ben@contoso.example")
    client.send("/sign-in", email="ben@contoso.example", password=PASSWORD)
    assert client.get("/my/account").status_code == 302


def test_the_cookie_of_a_device_lasts_and_is_no_scripts(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.send("/sign-in", email=ann, password=PASSWORD)
    client.send(CODE, code=last_code(clock))
    found = client.get_cookie("vlms-device")
    assert found is not None
    assert (found.http_only, found.same_site) == (True, "Lax")
    assert found.max_age is not None
    assert found.max_age >= timedelta(days=365).total_seconds()
    with making(clock()) as work:
        assert work.session.query(KnownDevice).one().secret_digest != found.value
