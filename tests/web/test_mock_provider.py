"""Signing in with a provider that others have written: oidc-provider-mock, by real HTTP (G6)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_providers import make_provider
from tests.support.mock_provider import authorize, mock_provider
from tests.support.pages import CheckingClient
from vlms.authentication.provider_models import ProviderIdentity
from vlms.core.clock import system_clock
from vlms.core.permissions import Role

ANN = "ann@contoso.example"
WITH = "/sign-in/with/contoso"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_somebody_signs_in_refuses_and_is_asked_again(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    clock.set(system_clock())
    with mock_provider("4711", ANN) as issuer:
        with making(clock()) as work:
            contoso = make_organisation(work, "contoso")
            make_member(work, contoso, Role.FINANCE, ANN)
            make_provider(work, contoso.id, issuer)

        def come_back(*, denies: bool = False) -> str:
            address = client.get(WITH).headers["Location"]
            parts = urlsplit(authorize(address, "4711", denies=denies))
            answered = client.get(f"{parts.path}?{parts.query}")
            return answered.location or answered.text

        # The mock leaves the state out when it refuses, so nobody knows whose refusal it is.
        assert "belongs to no sign-in" in come_back(denies=True)
        assert come_back() == "/"
        assert client.page("/o/contoso/").h1 is not None
        with making(clock()) as work:
            assert work.session.query(ProviderIdentity).one().subject == "4711"
        client.press("/o/contoso/", "/sign-out")
        assert come_back() == "/"
