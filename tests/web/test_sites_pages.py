"""Pages of sites: the gate says what is missing; who ticked what, and when (A1)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_site
from tests.support.pages import CheckingClient
from vlms.academy.requirements import site_requirements

ADMIN, COORDINATOR = "ada@fabrikam.example", "cleo@fabrikam.example"
SITES = "/o/fabrikam/sites/"
KEYS = [one.key for one in site_requirements()]


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def refused(client: CheckingClient, address: str, **fields: Any) -> TestResponse:
    """The form's page with what is wrong."""
    response = client.send(address, **fields)
    assert response.status_code == 422
    return response


def test_a_site_is_entered_and_its_gate_opens_step_by_step(
    client: CheckingClient, academy: Academy
) -> None:
    client.sign_in(ADMIN)
    client.page(f"{SITES}new")
    facts = {
        "name": "Library",
        "school": "",
        "center_number": "",
        "valid_from": "2026-03-01",
        "valid_to": "2027-02-28",
    }
    answer = client.send(f"{SITES}new", **facts)
    site = answer.headers["Location"].rsplit("/", 1)[0]
    page = client.page(site).text
    assert "Shut" in page
    assert "Library has no number as a Certiport Authorized Testing Center." in page
    assert f"{len(KEYS)} technical requirements of Library are not ticked." in page
    client.send(f"{site}/edit", **{**facts, "center_number": "90012345"})
    client.send(f"{site}/check", ticked=KEYS)
    page = client.page(site).text
    assert "Shut" not in page
    assert "Test User" in page
    client.send(f"{site}/close")
    assert "Library was closed." in client.page(site).text
    client.send(f"{site}/reopen")
    assert "Shut" not in client.page(site).text
    listed = client.page(SITES).text
    assert "Library" in listed
    assert "Main hall" in listed
    assert "Main hall" not in client.page(f"{SITES}?q=librar").text


def test_days_that_run_backwards_and_a_name_that_is_taken_are_refused_beside_their_field(
    client: CheckingClient, academy: Academy
) -> None:
    client.sign_in(ADMIN)
    facts = {"name": "Main hall", "school": "", "valid_from": "", "valid_to": ""}
    assert "of this name already" in refused(client, f"{SITES}new", **facts).text
    facts |= {"name": "Other", "valid_from": "2026-03-02", "valid_to": "2026-03-01"}
    assert "is before its first" in refused(client, f"{SITES}new", **facts).text


def test_a_coordinator_ticks_and_does_not_edit(
    client: CheckingClient, clock: StillClock, academy: Academy
) -> None:
    with making(clock()) as work:
        theirs = make_site(work, academy.organisation, "Theirs", school_id=academy.management.id)
    client.sign_in(COORDINATOR)
    site = f"{SITES}{academy.site.id}"
    client.page(f"{site}/check")
    client.send(f"{site}/check", ticked=KEYS[1:])
    assert "1 technical requirement of Main hall is not ticked." in client.page(site).text
    assert client.get(f"{site}/edit").status_code == 403
    assert client.get(f"{SITES}{theirs.id}").status_code == 404
    assert "Theirs" not in client.page(SITES).text
