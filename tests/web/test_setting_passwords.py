"""The pages on which a password is chosen: how long it must be, another one, in one's language."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_accounts import mailed_links
from tests.support.making_factors import demanding
from tests.support.pages import CheckingClient
from vlms.accounts import service
from vlms.accounts.models import User
from vlms.core.language import Language
from vlms.core.permissions import Role

ANN, NEW = "ann@contoso.example", "new@contoso.example"
CHOSEN, CHINESE = "seven quiet herons by the river", "zh_Hant_TW"
# Nothing here differs between the databases.
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def invite(clock: StillClock, role: Role, language: Language = Language.ENGLISH) -> str:
    """The address that the mail of an invitation leads to."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        asked = service.Invitation(NEW, "Nora New", role, language=language)
        service.invite(work, contoso.id, asked)
    return mailed_links(clock(), NEW)[0]


def language_of(client: CheckingClient, address: str) -> str:
    page = client.page(address).select_one("html")
    assert page is not None
    return str(page["lang"])


@pytest.mark.parametrize(
    ("role", "length"), [(Role.FINANCE, "At least 15"), (Role.LICENSING_ADMIN, "At least 8")]
)
def test_the_page_says_which_length_counts_for_this_user(
    app: Flask, client: CheckingClient, clock: StillClock, role: Role, length: str
) -> None:
    with demanding(app):
        hint = client.page(invite(clock, role)).select_one("#password-hint")
    assert hint is not None
    assert hint.get_text().startswith(f"{length} characters")


def test_ones_own_page_says_it_too(app: Flask, client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, ANN)
    client.sign_in(ANN)
    assert "At least 15 characters; a sentence" in client.page("/my/password").text


def test_the_present_password_is_no_new_one(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, ANN)
    client.sign_in(ANN)
    refused = client.send("/my/password", present=PASSWORD, password=PASSWORD)
    assert refused.status_code == 422
    assert "This is the present password." in refused.text
    client.send("/forgotten", email=ANN)
    (link,) = mailed_links(clock(), ANN)
    assert client.send(link, password=PASSWORD).status_code == 422
    # The link is not used up by that, and one who chooses another gets in.
    assert client.send(link, password=CHOSEN).status_code == 302


def test_whatever_is_missing_is_told_at_once(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    answer = client.send("/sign-in", email="", password="")
    assert answer.status_code == 422
    assert "E-mail address is missing." in answer.text
    assert "Password is missing." in answer.text


def test_who_comes_by_a_mail_reads_the_page_in_its_language(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    link = invite(clock, Role.FINANCE, Language.TRADITIONAL_CHINESE)
    assert language_of(client, link) == "zh-Hant-TW"
    assert language_of(client, "/sign-in") == "en"
    client.send(link, password=CHOSEN)
    assert language_of(client, "/my/account") == "zh-Hant-TW"


def test_a_language_chosen_on_that_page_is_kept_with_the_user(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    link = invite(clock, Role.FINANCE)
    client.press(link, "/language", language=CHINESE)
    client.send(link, password=CHOSEN)
    with making(clock()) as work:
        user = work.session.query(User).filter_by(email=NEW).one()
        assert user.language is Language.TRADITIONAL_CHINESE
