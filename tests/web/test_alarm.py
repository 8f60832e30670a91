"""The operator's home page tells of a minute in which very much failed."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.authentication.service.alarm import raise_alarms
from vlms.core.permissions import Role

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
TELLS = "Somebody may be guessing"


def test_refused_tries_count_too_and_the_operator_reads_of_them(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        place = make_organisation(work, "operations", OrganisationKind.OPERATOR)
        make_member(work, place, Role.OPERATOR, "olive@operator.example")
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "fin@contoso.example")
    stranger = app.test_client()
    statuses = [stranger.send("/code-help", code="guess").status_code for _try in range(20)]
    assert statuses == [200] * 10 + [429] * 10
    clock.move(minutes=1)
    client.sign_in("olive@operator.example")
    assert TELLS not in client.page("/o/operations/").text
    with making(clock()) as work:
        assert raise_alarms(work) == 1
    page = client.page("/o/operations/").text
    assert TELLS in page
    assert "20 tries failed within one minute" in page
    client.sign_in("fin@contoso.example")
    assert TELLS not in client.page("/o/contoso/").text
