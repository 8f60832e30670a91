"""The partner administrator's role goes to a successor who was shown and confirmed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.making_memberships import PETRA, make_partner
from tests.support.pages import CheckingClient
from vlms.accounts.models import RoleGrant, User
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter

PAGE = "/o/contoso/memberships/hand-over"
OURS, THEIRS = "ann@contoso.example", "wang@elsewhere.example"


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    with making(clock()) as work:
        place = make_partner(work)
        ann = make_user(work, OURS)
        ann.name = "Ann"
        make_person(work, place, "Ann", OURS, ann)
        elsewhere = make_organisation(work, "elsewhere")
        make_member(work, elsewhere, Role.LICENSING_ADMIN, THEIRS).name = "Wang Elsewhere"
    client.sign_in(PETRA)
    return client


def holders() -> list[str]:
    with reading(System("test")) as session:
        held = select(User.email).join(RoleGrant, RoleGrant.user_id == User.id)
        role = RoleGrant.role == Role.PARTNER_ADMINISTRATOR, RoleGrant.ended_at.is_(None)
        return list(session.scalars(held.where(*role)))


def letter_to(email: str, language: Language) -> tuple[str, str, bool]:
    with reading(System("test")) as session:
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.to_address == email)
        ).one()
        message.language = language
        letter = write_letter(message, "")
        return letter.subject, letter.text, message.link_id is not None


def test_somebody_of_here_is_named_and_nothing_goes_over_before_the_answer(
    partner: CheckingClient,
) -> None:
    asked = partner.send(PAGE, email=OURS, name="")
    assert asked.status_code == 200
    for word in ("Partner administrator", "Contoso", "Ann", OURS, "You lose it at once"):
        assert word in asked.text
    assert "nobody of" not in asked.text
    assert holders() == [PETRA]
    assert partner.send(PAGE, email=OURS, name="", sure=OURS).status_code == 302
    assert holders() == [OURS]


def test_an_account_of_elsewhere_is_told_apart_and_its_name_is_not_given_away(
    partner: CheckingClient,
) -> None:
    asked = partner.send(PAGE, email=THEIRS, name="")
    assert "is of nobody who works for" in asked.text
    assert "Wang Elsewhere" not in asked.text
    # What was confirmed is one address: another one is asked about anew.
    assert partner.send(PAGE, email=OURS, name="", sure=THEIRS).status_code == 200
    assert holders() == [PETRA]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.ENGLISH, ("Partner administrator of", "has handed a role over to you")),
        (Language.TRADITIONAL_CHINESE, ("合作夥伴管理員", "將角色移交給您")),
    ],
)
def test_the_mail_says_which_role_where_and_from_whom_and_asks_for_no_password(
    partner: CheckingClient, language: Language, words: tuple[str, str]
) -> None:
    partner.send(PAGE, email=THEIRS, name="", sure=THEIRS)
    subject, text, has_link = letter_to(THEIRS, language)
    assert not has_link
    assert words[0] in subject
    assert words[1] in text
    # Who hands it over.
    assert "Test User" in text
    for word in ("password nobody", "choose your password", "設定密碼"):
        assert word not in text


def test_somebody_new_gets_a_link(partner: CheckingClient) -> None:
    assert partner.send(PAGE, email="new@contoso.example", name="").status_code == 422
    sure = {"email": "new@contoso.example", "name": "Nina", "sure": "new@contoso.example"}
    assert partner.send(PAGE, **sure).status_code == 302
    assert letter_to("new@contoso.example", Language.ENGLISH)[2]
