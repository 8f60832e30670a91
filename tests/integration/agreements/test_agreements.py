"""Contacts by topic, terms that orders hold fast, and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_agreements import make_agreement, make_contact
from vlms.accounts.models import OrganisationKind
from vlms.agreements.cli import agreements
from vlms.agreements.contacts import contact_for, contact_for_messages
from vlms.agreements.events import TermsChanged
from vlms.agreements.models import ContactKind
from vlms.agreements.queries import get_agreement
from vlms.agreements.rules.terms import AgreementTerms
from vlms.agreements.service.entering import edit_agreement
from vlms.core.errors import Topic

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
