"""Countries and currencies are chosen by name; what is kept is their code."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_accounts import enter_as_admin, enter_as_operator
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, User


def options(page: Tag, name: str) -> dict[str, str]:
    return {str(one["value"]): one.get_text() for one in page.select(f"select[name={name}] option")}


def chosen(page: Tag, name: str) -> str:
    option = page.select_one(f"select[name={name}] option[selected]")
    return "" if option is None else str(option["value"])


def test_countries_and_currencies_are_named_in_the_readers_language(
    client: CheckingClient, clock: StillClock
) -> None:
    place = f"/o/{enter_as_admin(client, clock()).slug}/agreements/create"
    page = client.page(place)
    assert options(page, "country")["TW"] == "Taiwan (TW)"
    assert options(page, "currency")["TWD"] == "TWD – New Taiwan Dollar"
    with client.session_transaction() as session:
        session["language"] = "zh_Hant_TW"
    page = client.page(place)
    assert options(page, "country")["TW"] == "臺灣（TW）"
    assert options(page, "currency")["TWD"] == "TWD – 新臺幣"


def test_a_new_agreement_begins_with_the_organisations_country(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    page = client.page(f"/o/{organisation.slug}/agreements/create")
    assert chosen(page, "country") == organisation.country


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_time_zone_stands_twice_in_the_list_and_an_old_name_stays_chosen(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    new = f"/o/{enter_as_operator(client, clock()).slug}/organisations/new"
    named = [one.rpartition(" (")[0] for one in options(client.page(new), "time_zone").values()]
    assert len(named) == len(set(named)) > 380
    with making(clock()) as work:
        for user in work.session.scalars(select(User)):
            user.time_zone = "US/Pacific"
    assert chosen(client.page(new), "time_zone") == "US/Pacific"


def test_a_new_organisation_begins_with_the_visitors_zone_and_keeps_the_code(
    client: CheckingClient, clock: StillClock
) -> None:
    new = f"/o/{enter_as_operator(client, clock()).slug}/organisations/new"
    with making(clock()) as work:
        for user in work.session.scalars(select(User)):
            user.time_zone = "Asia/Taipei"
    assert chosen(client.page(new), "time_zone") == "Asia/Taipei"
    facts = {"name": "Fabrikam", "slug": "fabrikam", "kind": "customer", "language": "en"}
    refused = client.send(new, **facts, country="", time_zone="Asia/Taipei")
    assert (refused.status_code, "Country" in refused.get_data(as_text=True)) == (422, True)
    client.send(new, **facts, country="TW", time_zone="Asia/Taipei")
    with making(clock()) as work:
        made = work.session.scalar(select(Organisation).where(Organisation.slug == "fabrikam"))
        assert made is not None
        assert made.country == "TW"
