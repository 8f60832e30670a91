"""Contacts by topic, terms that orders hold fast, and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_agreements import make_agreement, make_contact
from vlms.accounts.models import OrganisationKind
from vlms.accounts.service import add_school
from vlms.agreements.cli import agreements
from vlms.agreements.contacts import contact_for, contact_for_messages
from vlms.agreements.events import TermsChanged
from vlms.agreements.models import ContactKind
from vlms.agreements.queries import get_agreement
from vlms.agreements.rules.terms import AgreementTerms
from vlms.agreements.service.entering import edit_agreement
from vlms.core.errors import BadInput, NotFound, Topic

TERMS = AgreementTerms(
    number="A-1",
    programme="EA",
    first_day=date(2025, 7, 1),
    last_day=date(2027, 6, 30),
    country="US",
    time_zone="America/Los_Angeles",
    currency="USD",
    level_mode="fixed",
    price_level="A",
    reseller=None,
    account_manager_name="Alex Manager",
    account_manager_email="alex@manager.example",
)


def test_a_topic_without_contact_leads_to_the_account_manager(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        made = make_agreement(work, make_organisation(work, "contoso"))
        make_contact(work, made, ContactKind.CODES, "codes@contoso.example")
        make_contact(work, made)
        work.session.expire_all()
        agreement = get_agreement(work.session, made.id)
        asked = {topic: contact_for(agreement, topic).email for topic in Topic}
        administrator = contact_for_messages(agreement, ContactKind.ONLINE_ADMINISTRATOR)
    assert asked.pop(Topic.CODES) == "codes@contoso.example"
    assert set(asked.values()) == {"alex@manager.example"}
    assert administrator is not None
    assert administrator.email == "notices@contoso.example"


def test_only_terms_that_orders_stand_on_are_told_as_changed(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        made = make_agreement(work, make_organisation(work, "contoso"))
        edit_agreement(work, made.id, replace(TERMS, account_manager_name="Other"))
        assert work.events == []
        edit_agreement(work, made.id, replace(TERMS, currency="EUR", last_day=date(2028, 6, 30)))
        assert work.events == [TermsChanged(made.id, ("last_day", "currency"))]


def test_level_zone_and_reseller_are_terms_that_orders_stand_on(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        made = make_agreement(work, make_organisation(work, "contoso"))
        make_organisation(work, "litware", OrganisationKind.RESELLER)
        for changed, field in (
            ({"reseller": "litware"}, "reseller_id"),
            ({"reseller": "litware", "price_level": "D"}, "price_level"),
            ({"reseller": "litware", "price_level": "D", "level_mode": "points"}, "level_mode"),
        ):
            edit_agreement(work, made.id, replace(TERMS, **changed))
            assert work.events.pop() == TermsChanged(made.id, (field,))


def _run(app: Flask, *words: str) -> str:
    result = CliRunner().invoke(agreements, list(words), obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.usefixtures("clock")
def test_agreements_are_added_listed_and_shown_by_command(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        make_organisation(work, "contoso")
    given = {
        "organisation": "contoso",
        "number": "V-9",
        "programme": "MPSA",
        "first-day": "2025-07-01",
        "last-day": "2028-06-30",
        "country": "TW",
        "currency": "TWD",
        "account-manager-name": "王經理",
        "account-manager-email": "wang@contoso.example",
        "notices-name": "Nora",
        "notices-email": "nora@contoso.example",
    }
    _run(app, "add", *(part for name, value in given.items() for part in (f"--{name}", value)))
    listed = json.loads(_run(app, "list", "--json"))
    assert [(one["number"], one["programme"]) for one in listed] == [("V-9", "MPSA")]
    shown = json.loads(_run(app, "show", "V-9", "--json"))
    assert shown["time_zone"] == "Asia/Taipei"
    assert shown["contacts"][0]["email"] == "nora@contoso.example"
    assert "王經理" in _run(app, "show", "V-9")


def _show(app: Flask, number: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(_run(app, "show", number, "--json"))
    return shown


def test_an_agreement_is_edited_with_what_is_given(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        made = make_agreement(work, make_organisation(work, "contoso"))
    before = _show(app, made.number)
    _run(app, "edit", made.number, "--number", "V-10", "--account-manager-name", "Ann")
    after = _show(app, "V-10")
    assert after.pop("account_manager")["name"] == "Ann"
    del before["account_manager"]
    assert after == {**before, "number": "V-10"}
    for wrong in (("--last-day", "1999-01-01"), ("--reseller", "nope"), ("--country", "")):
        with pytest.raises(BadInput):
            _run(app, "edit", "V-10", *wrong)
    assert {**_show(app, "V-10"), "account_manager": None} == {**after, "account_manager": None}


def test_contacts_are_set_one_by_one(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        made = make_agreement(work, make_organisation(work, "contoso"))
        make_contact(work, made)
    before = _show(app, made.number)["contacts"]
    _run(app, "contact", made.number, "codes", "Cora", "Cora@x.example", "zh_Hant_TW")
    after = _show(app, made.number)["contacts"]
    (added,) = (one for one in after if one not in before)
    assert added["email"] == "cora@x.example"
    assert len(after) == len(before) + 1
    _run(app, "remove-contact", made.number, "codes")
    assert _show(app, made.number)["contacts"] == before
    with pytest.raises(BadInput):
        _run(app, "remove-contact", made.number, "notices_online")


def test_an_agreement_covers_the_schools_that_are_named(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        owner = make_organisation(work, "ntu", OrganisationKind.ACADEMIC)
        made = make_agreement(work, owner)
        for name in ("Arts", "Law"):
            add_school(work, owner.id, name)
    _run(app, "schools", made.number, "Law", "Arts", "Law")
    assert sorted(_show(app, made.number)["schools"]) == ["Arts", "Law"]
    with pytest.raises(NotFound):
        _run(app, "schools", made.number, "Medicine")
    _run(app, "schools", made.number)
    assert _show(app, made.number)["schools"] == []
