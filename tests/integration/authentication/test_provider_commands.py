"""`vlms sign-in`: a provider is set up, tested, turned, suspended and forgotten by command (G6)."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.hostile_provider import CLIENT, SECRET, hostile_provider
from tests.support.making import make_member, make_organisation, making
from vlms.accounts.models import Organisation, User
from vlms.authentication.errors import ProviderRefused
from vlms.authentication.provider_cli import sign_in
from vlms.authentication.provider_models import ProviderIdentity
from vlms.core.errors import Conflict, NotFound
from vlms.core.permissions import Role

FACTS = ("--client-id", CLIENT, "--domains", "contoso.example")
TXT, WHY = ("--reason", "TXT record seen today"), ("--reason", "Their provider is down")


def run(app: Flask, *words: str, typed: str = "") -> str:
    result = CliRunner().invoke(
        sign_in, words, obj=lambda: app, input=typed, catch_exceptions=False
    )
    assert SECRET not in result.output
    return result.stdout


def set_up(app: Flask, clock: StillClock, issuer: str) -> None:
    """Contoso with Ann, and a provider that is on; nothing but its test lets it be."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.FINANCE, "ann@contoso.example")
    run(app, "set", "contoso", "--issuer", issuer, *FACTS, typed=f"{SECRET}\n")
    with pytest.raises(Conflict):
        run(app, "on", "contoso")
    assert "answers as it has to" in run(app, "test", "contoso")
    run(app, "on", "contoso")


def test_a_provider_is_set_up_tested_and_turned_by_commands(app: Flask, clock: StillClock) -> None:
    with hostile_provider(clock) as provider:
        set_up(app, clock, provider.issuer)
        run(app, "confirm-domain", "contoso", "contoso.example", *TXT)
        with pytest.raises(NotFound):
            run(app, "confirm-domain", "contoso", "example.org", *TXT)
        with pytest.raises(ProviderRefused):
            run(app, "exclusive", "contoso")
        bind(clock, provider.issuer)
        run(app, "exclusive", "contoso")
        run(app, "suspend", "contoso", *WHY)
        (row,) = json.loads(run(app, "list", "--json"))
        assert (row["on"], row["exclusive"], row["domains"]) == (True, True, "contoso.example")
        assert row["suspended"] is not None
        run(app, "resume", "contoso")
        run(app, "optional", "contoso")
        run(app, "off", "contoso")
        (row,) = json.loads(run(app, "list", "--json"))
        assert (row["on"], row["exclusive"], row["suspended"]) == (False, False, None)


def bind(clock: StillClock, issuer: str) -> None:
    """Ann has signed in with it."""
    with making(clock()) as work:
        ann = work.session.query(User).one()
        place_id = work.session.query(Organisation).one().id
        bound = ProviderIdentity(
            organisation_id=place_id,
            user_id=ann.id,
            issuer=issuer,
            subject="4711",
            linked_at=clock(),
            used_at=clock(),
        )
        work.session.add(bound)


def test_whom_it_has_shown_is_listed_and_forgotten_by_commands(
    app: Flask, clock: StillClock
) -> None:
    with hostile_provider(clock) as provider:
        set_up(app, clock, provider.issuer)
        bind(clock, provider.issuer)
        assert "ann@contoso.example" in run(app, "people", "contoso")
        run(app, "forget", "contoso", "ann@contoso.example")
        with pytest.raises(NotFound):
            run(app, "forget", "contoso", "ann@contoso.example")
