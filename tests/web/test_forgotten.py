"""A forgotten password: a link to the kept address, and nobody learns whether it was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_user, making
from tests.support.making_accounts import mailed_links
from tests.support.pages import CheckingClient
from vlms.accounts.models import User
from vlms.authentication.service.forgotten import LIFETIME
from vlms.core.permissions import Role
from vlms.core.sign_in_names import kept_address
from vlms.notices.models import OutboxMessage

MIKE = "mike@contoso.example"
FINE = "fi@contoso.example"
BOOKS = "ann@xn--bcher-kva.example"
NEW = "a new password of mine"


@pytest.fixture
def users(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        for address in (MIKE, FINE, BOOKS):
            make_member(work, contoso, Role.FINANCE, address)


def mailed_to(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        return [message.to_address for message in work.session.query(OutboxMessage)]


def ask(client: CheckingClient, typed: str) -> str:
    answer = client.send("/forgotten", email=typed)
    assert (answer.status_code, answer.location) == (302, "/forgotten")
    return client.page("/forgotten").text


@pytest.mark.usefixtures("users")
def test_the_link_sets_a_password_and_ends_the_other_sessions(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    inside = app.test_client()
    assert isinstance(inside, CheckingClient)
    inside.sign_in(MIKE)
    assert "a link is on its way" in ask(client, " Mike@Contoso.example ")
    assert mailed_to(clock) == [MIKE]
    (link,) = mailed_links(clock(), MIKE)
    assert inside.get("/o/contoso/").status_code == 200
    assert client.send(link, password=NEW).status_code == 302
    assert inside.get("/o/contoso/").status_code == 302
    assert client.get("/o/contoso/").status_code == 200
    assert client.get(link).status_code == 404
    client.sign_in(MIKE, NEW)


@pytest.mark.usefixtures("users")
def test_the_page_itself_says_in_chinese_too_what_was_done_and_says_it_once(
    client: CheckingClient,
) -> None:
    client.press("/forgotten", "/language", language="zh_Hant_TW")
    told = ask(client, MIKE)
    assert "It works once" not in told
    assert "連結" in told
    assert told != client.page("/forgotten").text


@pytest.mark.parametrize("typed", ["abc", "@contoso.example", "mike@", "mike @contoso.example"])
def test_what_is_no_address_is_refused(client: CheckingClient, typed: str) -> None:
    refused = client.send("/forgotten", email=typed)
    assert refused.status_code == 422
    assert "Enter an e-mail address" in refused.text


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize(("left", "status"), [(timedelta(seconds=1), 200), (timedelta(0), 404)])
def test_the_link_lasts_half_an_hour(
    client: CheckingClient, clock: StillClock, left: timedelta, status: int
) -> None:
    ask(client, MIKE)
    (link,) = mailed_links(clock(), MIKE)
    clock.set(clock() + LIFETIME - left)
    assert client.get(link).status_code == status


@pytest.mark.usefixtures("users")
def test_known_and_unknown_addresses_are_answered_alike(client: CheckingClient) -> None:
    assert ask(client, MIKE) == ask(client, "nobody@contoso.example")


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize(
    "typed",
    [
        "mıke@contoso.example",
        "miKe\u0301@contoso.example",
        "ﬁ@contoso.example",
        "mi\u212ae@contoso.example",
        "ｍike@contoso.example",
        "mike@contoso.ｅxample",
        "ann@bücher.example",
        "ann@BÜCHER.example",
        "ann@xn--bucher-kva.example",
        "mike@contoso.example\u200b",
        "mike@contoso.example,evil@evil.example",
        "mike@contoso.example\nBcc: evil@evil.example",
    ],
)
def test_no_mail_goes_to_an_address_that_only_looks_alike(
    client: CheckingClient, clock: StillClock, typed: str
) -> None:
    client.send("/forgotten", email=typed)
    assert set(mailed_to(clock)) <= {MIKE, FINE, BOOKS}
    with making(clock()) as work:
        found = work.session.query(User).filter_by(email=kept_address(typed)).all()
        assert len(found) <= 1


@pytest.mark.usefixtures("users")
def test_the_kelvin_sign_is_the_letter_and_mail_goes_to_the_kept_address(
    client: CheckingClient, clock: StillClock
) -> None:
    """Unicode calls the two the same; whoever types the sign reaches the one account there is."""
    ask(client, "mi\u212ae@contoso.example")
    assert mailed_to(clock) == [MIKE]
    with making(clock()) as work:
        assert work.session.query(User).count() == 3


@pytest.mark.usefixtures("users")
def test_a_closed_account_and_one_without_mail_get_nothing(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        work.session.query(User).filter_by(email=MIKE).one().disabled_at = clock()
        make_user(work, "s1@school.invalid")
    for typed in (MIKE, "s1@school", "s1@school.invalid"):
        ask(client, typed)
    assert mailed_to(clock) == []


@pytest.mark.usefixtures("users")
def test_the_fourth_link_of_an_hour_is_not_sent_whoever_asks(
    client: CheckingClient, clock: StillClock
) -> None:
    for typed in (MIKE, "nobody@contoso.example"):
        for _time in range(3):
            ask(client, typed)
        refused = client.send("/forgotten", email=typed)
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "3600"
    assert mailed_to(clock) == [MIKE] * 3
