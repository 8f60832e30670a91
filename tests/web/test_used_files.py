"""Who comes back to a file that was imported is told so, and led to what came of it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_skills_reports import report_csv
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role

HOME = "/o/contoso/monthly-reports/"
ROW = {"mcid": "990000001", "mail": "ada@contoso.example"}


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    clock.set(datetime(2026, 7, 10, 4, tzinfo=UTC))
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        for name in ("partner", "other"):
            make_member(work, own, Role.PARTNER_ADMINISTRATOR, f"{name}@contoso.example")
    client.sign_in("partner@contoso.example")
    return client


def test_the_dry_run_of_an_imported_file_leads_to_the_report(partner: CheckingClient) -> None:
    sent = partner.send(HOME + "import", file=(io.BytesIO(report_csv(ROW)), "r.csv"), month="")
    address = str(sent.location)
    done = partner.send(address)
    assert done.status_code == 302
    partner.page(str(done.location))
    back = partner.get(address)
    assert (back.status_code, back.location) == (302, done.location)
    assert "This file was imported already." in partner.page(str(back.location)).text
    # It is nobody else's, and never was.
    partner.sign_in("other@contoso.example")
    assert partner.get(address).status_code == 404


def test_a_file_that_never_was_is_still_not_there(partner: CheckingClient) -> None:
    answer = partner.get(f"{HOME}import/00000000-0000-4000-8000-000000000009")
    assert answer.status_code == 404
    assert "Upload the file again." in answer.text
