"""The page of an invitation in Chinese: whoever opens it reads no English on it (G8)."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.support.clock import StillClock
from tests.support.inviting import import_and_invite, key_of, path_of
from tests.support.making import make_member, make_organisation, make_user, making
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, Person
from vlms.accounts.service import mark_leaver
from vlms.core.language import Language
from vlms.core.permissions import Role

WANG = ("1", "王美", "wang@hongyuan.example", "", "")
OTHER = "lin@hongyuan.example"
CHINESE = {"Accept-Language": "zh-TW,zh;q=0.9"}


@pytest.fixture
def place(app: Flask, clock: StillClock) -> Organisation:
    with making(clock()) as work:
        made = make_organisation(work, "hongyuan", name="宏遠科技", time_zone="Asia/Taipei")
        other = make_member(work, made, Role.LICENSING_ADMIN, OTHER)
        other.name, other.language = "林安", Language.TRADITIONAL_CHINESE
        work.session.expunge(made)
    import_and_invite(clock(), made, [WANG])
    key = key_of(clock(), made, "1")
    with making(clock()) as work:
        work.session.get_one(Person, key).language = Language.TRADITIONAL_CHINESE
    return made


def english(client: CheckingClient, path: str, *, headers: dict[str, str] | None = None) -> str:
    """The Latin words of a page's main part, without addresses, zone and the product's name."""
    page = BeautifulSoup(client.get(path, headers=headers or {}).text, "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "zh-Hant-TW"
    main = page.select_one("main")
    assert main is not None
    text = re.sub(r"\S+@\S+|VLMS|UTC|\b[A-Z]\d\b", "", main.get_text(" "))
    assert re.search(r"[\u4e00-\u9fff]", text)
    return " ".join(re.findall(r"[A-Za-z]{2,}", text))


def own_user(clock: StillClock) -> None:
    with making(clock()) as work:
        make_user(work, WANG[2], "王美").language = Language.TRADITIONAL_CHINESE


def test_who_has_no_account(client: CheckingClient, clock: StillClock, place: Organisation) -> None:
    """The entry says the language; the browser asks for none."""
    assert english(client, path_of(clock(), place, "1")) == ""


def test_who_has_one_and_is_signed_in_or_not(
    client: CheckingClient, clock: StillClock, place: Organisation
) -> None:
    own_user(clock)
    path = path_of(clock(), place, "1")
    assert english(client, path) == ""
    client.sign_in(WANG[2], "a long password")
    assert english(client, path) == ""


def test_somebody_else(client: CheckingClient, clock: StillClock, place: Organisation) -> None:
    client.sign_in(OTHER)
    assert english(client, path_of(clock(), place, "1")) == ""


@pytest.mark.parametrize("ends", ["left", "old", "forged"])
def test_one_that_opens_nothing(
    client: CheckingClient, clock: StillClock, place: Organisation, ends: str
) -> None:
    path = path_of(clock(), place, "1")
    key = key_of(clock(), place, "1")
    if ends == "left":
        with making(clock()) as work:
            mark_leaver(work, key)
    elif ends == "old":
        clock.move(days=8)
    else:
        path = "/join/" + "x" * 43
    assert english(client, path, headers=CHINESE) == ""


def test_in_english_there_are_english_words(
    client: CheckingClient, clock: StillClock, place: Organisation
) -> None:
    """The control."""
    key = key_of(clock(), place, "1")
    with making(clock()) as work:
        work.session.get_one(Person, key).language = Language.ENGLISH
    with pytest.raises(AssertionError):
        english(client, path_of(clock(), place, "1"))
    page = client.get(path_of(clock(), place, "1")).text
    assert "You are invited to sign in" in page
